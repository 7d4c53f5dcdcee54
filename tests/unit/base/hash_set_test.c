/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/hash_set.h"

#include "base/mem.h"
#include "runner.h"

#define HASHES 1000

/* They begin at the same slots, so that many have to go elsewhere. */
START_TEST(a_hash_is_new_once)
{
	struct sift_arena arena = {0};
	struct sift_hash_set set;

	ck_assert_int_eq(sift_hash_set_init(&set, HASHES, &arena), SIFT_OK);
	for (uint64_t i = 0; i < HASHES; i++)
		ck_assert(sift_hash_set_add(&set, (i << 32) + i % 7));
	for (uint64_t i = 0; i < HASHES; i++)
		ck_assert(!sift_hash_set_add(&set, (i << 32) + i % 7));
	ck_assert_uint_eq(set.count, HASHES);
	sift_hash_set_clear(&set);
	ck_assert_uint_eq(set.count, 0);
	ck_assert(sift_hash_set_add(&set, 1));
	sift_arena_release(&arena);
}
END_TEST

START_TEST(a_hash_of_zero_is_one_as_well)
{
	struct sift_arena arena = {0};
	struct sift_hash_set set;

	ck_assert_int_eq(sift_hash_set_init(&set, 1, &arena), SIFT_OK);
	ck_assert(sift_hash_set_add(&set, 0));
	ck_assert(!sift_hash_set_add(&set, 0));
	ck_assert_uint_eq(set.count, 1);
	sift_arena_release(&arena);
}
END_TEST

START_TEST(a_set_for_nothing_is_empty)
{
	struct sift_arena arena = {0};
	struct sift_hash_set set;

	ck_assert_int_eq(sift_hash_set_init(&set, 0, &arena), SIFT_OK);
	ck_assert_uint_eq(set.count, 0);
	sift_arena_release(&arena);
}
END_TEST

START_TEST(without_memory_there_is_no_set)
{
	struct sift_arena arena = {0};
	struct sift_hash_set set;

	ck_assert_int_eq(sift_hash_set_init(&set, SIZE_MAX, &arena),
			 SIFT_E_NOMEM);
	sift_mem_fail_at(1, 0);
	ck_assert_int_eq(sift_hash_set_init(&set, 8, &arena), SIFT_E_NOMEM);
	sift_mem_fail_at(0, 0);
	sift_arena_release(&arena);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, a_hash_is_new_once);
	tcase_add_test(tc, a_hash_of_zero_is_one_as_well);
	tcase_add_test(tc, a_set_for_nothing_is_empty);
	tcase_add_test(tc, without_memory_there_is_no_set);
}

int
main(void)
{
	return run_suite("hash_set", fill);
}
