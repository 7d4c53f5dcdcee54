/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/table.h"

#include "base/clocale.h"
#include "base/mem.h"
#include "runner.h"

static uint32_t
intern(struct sift_table *table, struct sift_span key)
{
	uint32_t id = UINT32_MAX;

	ck_assert_int_eq(sift_table_intern(table, key, &id, NULL), SIFT_OK);
	return id;
}

static struct sift_span
numbered_key(char out[32], unsigned i)
{
	int len = sift_snprintf(out, 32, "/items/%u", i);

	return sift_span_of(out, (size_t)len);
}

START_TEST(numbers_follow_the_order_of_insertion)
{
	struct sift_table table;
	char text[32];

	sift_table_init(&table, 0);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 20000; i++) {
			uint32_t id = UINT32_MAX;
			bool is_new = round == 1;

			ck_assert_int_eq(
				sift_table_intern(&table, numbered_key(text, i),
						  &id, &is_new),
				SIFT_OK);
			ck_assert_uint_eq(id, i);
			ck_assert_int_eq(is_new, round == 0);
		}
	}
	ck_assert_uint_eq(table.count, 20000);
	for (unsigned i = 0; i < 20000; i++) {
		struct sift_span key = numbered_key(text, i);

		ck_assert_uint_eq(sift_table_find(&table, key), i);
		ck_assert(sift_span_equal(sift_table_key(&table, i), key));
	}
	sift_table_release(&table);
	sift_table_release(&table);
}
END_TEST

START_TEST(what_was_not_entered_is_not_found)
{
	struct sift_table table = {0};

	ck_assert_uint_eq(sift_table_find(&table, SIFT_SPAN("a")), UINT32_MAX);
	ck_assert_uint_eq(sift_table_find(&table, (struct sift_span){0}),
			  UINT32_MAX);
	intern(&table, SIFT_SPAN("ab"));
	ck_assert_uint_eq(sift_table_find(&table, SIFT_SPAN("a")), UINT32_MAX);
	ck_assert_uint_eq(sift_table_find(&table, SIFT_SPAN("abc")),
			  UINT32_MAX);
	ck_assert_uint_eq(sift_table_find(&table, SIFT_SPAN("AB")), UINT32_MAX);
	ck_assert_uint_eq(sift_table_find(&table, (struct sift_span){0}),
			  UINT32_MAX);
	sift_table_release(&table);
}
END_TEST

START_TEST(keys_are_any_bytes_copied_and_terminated)
{
	struct sift_table table = {0};
	char bytes[] = {'a', '\0', 'b'};
	struct sift_span key;

	ck_assert_uint_eq(intern(&table, sift_span_of(bytes, 3)), 0);
	ck_assert_uint_eq(intern(&table, sift_span_of(bytes, 1)), 1);
	ck_assert_uint_eq(intern(&table, sift_span_of(bytes, 2)), 2);
	ck_assert_uint_eq(intern(&table, (struct sift_span){0}), 3);
	ck_assert_uint_eq(intern(&table, SIFT_SPAN("")), 3);
	bytes[0] = 'x';
	key = sift_table_key(&table, 0);
	ck_assert_uint_eq(key.len, 3);
	ck_assert_mem_eq(key.ptr, "a\0b", 4);
	ck_assert_str_eq(sift_table_key(&table, 3).ptr, "");
	sift_table_release(&table);
}
END_TEST

START_TEST(the_maximum_holds_for_new_keys_only)
{
	struct sift_table table;
	uint32_t id = 77;
	bool is_new = true;

	sift_table_init(&table, 2);
	intern(&table, SIFT_SPAN("a"));
	intern(&table, SIFT_SPAN("b"));
	ck_assert_int_eq(
		sift_table_intern(&table, SIFT_SPAN("c"), &id, &is_new),
		SIFT_E_LIMIT);
	ck_assert_uint_eq(id, 77);
	ck_assert_int_eq(
		sift_table_intern(&table, SIFT_SPAN("b"), &id, &is_new),
		SIFT_OK);
	ck_assert_uint_eq(id, 1);
	ck_assert(!is_new);
	ck_assert_uint_eq(sift_table_find(&table, SIFT_SPAN("c")), UINT32_MAX);
	sift_table_release(&table);
	ck_assert_uint_eq(table.max, 2);
}
END_TEST

START_TEST(out_of_memory_leaves_the_table_as_it_was)
{
	struct sift_table table = {0};
	char text[32];
	unsigned failures = 0;

	for (unsigned i = 0; i < 2000; i++) {
		uint32_t id = UINT32_MAX;
		enum sift_status rc;

		sift_mem_fail_at(i % 3 + 1, 0);
		rc = sift_table_intern(&table, numbered_key(text, i), &id,
				       NULL);
		sift_mem_fail_at(0, 0);
		if (rc) {
			ck_assert_int_eq(rc, SIFT_E_NOMEM);
			ck_assert_uint_eq(id, UINT32_MAX);
			ck_assert_uint_eq(table.count, i);
			ck_assert_uint_eq(
				sift_table_find(&table, numbered_key(text, i)),
				UINT32_MAX);
			failures++;
			id = intern(&table, numbered_key(text, i));
		}
		ck_assert_uint_eq(id, i);
	}
	ck_assert_uint_gt(failures, 5);
	for (unsigned i = 0; i < 2000; i++)
		ck_assert_uint_eq(
			sift_table_find(&table, numbered_key(text, i)), i);
	sift_table_release(&table);
}
END_TEST

START_TEST(known_keys_allocate_nothing)
{
	struct sift_table table = {0};
	char text[32];
	uint64_t before;

	for (unsigned i = 0; i < 1000; i++)
		intern(&table, numbered_key(text, i));
	before = sift_mem_calls();
	for (unsigned i = 0; i < 1000; i++)
		intern(&table, numbered_key(text, i));
	ck_assert_uint_eq(sift_mem_calls(), before);
	sift_table_release(&table);
}
END_TEST

START_TEST(a_third_of_the_slots_stays_free)
{
	struct sift_table table = {0};
	char text[32];

	for (unsigned i = 0; i < 5000; i++) {
		intern(&table, numbered_key(text, i));
		ck_assert_uint_le(table.count * 3, table.slot_count * 2);
		ck_assert_uint_eq(table.slot_count & (table.slot_count - 1), 0);
	}
	ck_assert_uint_le(table.slot_count, 5000 * 4);
	sift_table_release(&table);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, numbers_follow_the_order_of_insertion);
	tcase_add_test(tc, what_was_not_entered_is_not_found);
	tcase_add_test(tc, keys_are_any_bytes_copied_and_terminated);
	tcase_add_test(tc, the_maximum_holds_for_new_keys_only);
	tcase_add_test(tc, out_of_memory_leaves_the_table_as_it_was);
	tcase_add_test(tc, known_keys_allocate_nothing);
	tcase_add_test(tc, a_third_of_the_slots_stays_free);
}

int
main(void)
{
	return run_suite("table", fill);
}
