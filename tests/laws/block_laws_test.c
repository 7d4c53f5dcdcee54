/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What must hold of digesting for results to depend neither on the order of
 * inputs nor on how they are packed and spread over workers: blocks form a
 * commutative monoid under merging, and filling is a homomorphism to it.
 * Everything is compared by bytes.
 */

#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "block_fixture.h"
#include "digest/digest.h"

#define EVENTS 400

/* Rows: with all endpoints, and with too many of them. */
static const uint64_t limits[] = {100, 5, 1};

/* Rows above 2: the samples of some parts, or of all together, are binned. */
static uint64_t
limit_of(int row)
{
	limit_samples(row / 3 % 2 ? EVENTS / 8 : 0);
	return limits[row % 3];
}

static struct sift_block *
copy_of(const struct sift_block *block)
{
	struct sift_buf buf;
	struct sift_span rest;
	struct sift_block *copy;

	sift_buf_init(&buf, 0);
	ck_assert_int_eq(sift_digest_write_block(block, &buf, NULL), SIFT_OK);
	rest = sift_buf_span(&buf);
	ck_assert_int_eq(sift_digest_read_block(&rest, &copy, NULL, NULL),
			 SIFT_OK);
	copy->max_samples = block->max_samples;
	sift_buf_release(&buf);
	return copy;
}

static void
merge(struct sift_block *into, const struct sift_block *from)
{
	ck_assert_int_eq(sift_block_merge(into, from, NULL), SIFT_OK);
}

static void
shuffle(struct sift_event *events, size_t count, uint64_t *state)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = next_random(state) % i;
		struct sift_event swap = events[i - 1];

		events[i - 1] = events[other];
		events[other] = swap;
	}
}

START_TEST(order_of_events_does_not_matter)
{
	uint64_t limit = limit_of(_i);
	uint64_t state = (uint64_t)_i + 1;
	size_t declared;
	struct sift_event *events =
		make_events((uint64_t)_i, EVENTS, &declared);
	struct sift_block *first = block_of(events, declared, 0, EVENTS, limit);

	for (int round = 0; round < 10; round++) {
		struct sift_block *again;

		shuffle(events, declared, &state);
		shuffle(events + declared, EVENTS, &state);
		again = block_of(events, declared, 0, EVENTS, limit);
		assert_same_block(first, again);
		sift_block_free(again);
	}
	sift_block_free(first);
	free(events);
}
END_TEST

START_TEST(declarations_may_come_between_samples)
{
	size_t declared;
	struct sift_event *events =
		make_events((uint64_t)_i + 50, EVENTS, &declared);
	struct sift_block *first =
		block_of(events, declared, 0, EVENTS, limit_of(_i));
	struct sift_block *late = new_block();
	bool *known = calloc(declared + 1, sizeof(*known));

	/* Each name is declared just before it is needed, the rest at last. */
	late->max_endpoints = limit_of(_i);
	late->bytes = EVENTS;
	late->max_samples = first->max_samples;
	for (size_t i = declared; i < declared + EVENTS; i++) {
		uint32_t id = UINT32_MAX;

		if (events[i].kind == SIFT_EVENT_SAMPLE)
			id = events[i].sample.series;
		if (events[i].kind == SIFT_EVENT_FAILED)
			id = events[i].failed.series;
		if (events[i].kind == SIFT_EVENT_POINT)
			id = 12 + events[i].point.metric;
		if (id < declared && !known[id]) {
			put(late, &events[id]);
			known[id] = true;
		}
		put(late, &events[i]);
	}
	for (size_t i = 0; i < declared; i++) {
		if (!known[i])
			put(late, &events[i]);
	}
	finish(late);
	assert_same_block(first, late);
	sift_block_free(first);
	sift_block_free(late);
	free(known);
	free(events);
}
END_TEST

struct parts {
	struct sift_event *events;
	struct sift_block *whole, *a, *b, *c;
};

static struct parts
make_parts(int row)
{
	uint64_t limit = limit_of(row);
	uint64_t state = (uint64_t)row + 1;
	struct parts parts;
	size_t declared, first, second;

	parts.events = make_events((uint64_t)row + 100, EVENTS, &declared);
	first = next_random(&state) % (EVENTS / 2);
	second = first + next_random(&state) % (EVENTS / 2);
	parts.whole = block_of(parts.events, declared, 0, EVENTS, limit);
	ck_assert(parts.whole->binned == (row / 3 % 2 == 1));
	parts.a = block_of(parts.events, declared, 0, first, limit);
	parts.b = block_of(parts.events, declared, first, second, limit);
	parts.c = block_of(parts.events, declared, second, EVENTS, limit);
	return parts;
}

static void
free_parts(struct parts *parts)
{
	sift_block_free(parts->whole);
	sift_block_free(parts->a);
	sift_block_free(parts->b);
	sift_block_free(parts->c);
	free(parts->events);
}

START_TEST(merged_parts_are_the_whole)
{
	struct parts parts = make_parts(_i);

	merge(parts.a, parts.b);
	merge(parts.a, parts.c);
	finish(parts.a);
	assert_same_block(parts.a, parts.whole);
	free_parts(&parts);
}
END_TEST

START_TEST(merging_commutes)
{
	struct parts parts = make_parts(_i);
	struct sift_block *a = copy_of(parts.a);

	merge(a, parts.b);
	finish(a);
	merge(parts.b, parts.a);
	finish(parts.b);
	assert_same_block(a, parts.b);
	sift_block_free(a);
	free_parts(&parts);
}
END_TEST

START_TEST(merging_associates)
{
	struct parts parts = make_parts(_i);
	struct sift_block *left = copy_of(parts.a);
	struct sift_block *right = copy_of(parts.b);

	merge(left, parts.b);
	finish(left);
	merge(left, parts.c);
	finish(left);
	merge(right, parts.c);
	finish(right);
	merge(parts.a, right);
	finish(parts.a);
	assert_same_block(left, parts.a);
	sift_block_free(left);
	sift_block_free(right);
	free_parts(&parts);
}
END_TEST

START_TEST(merge_of_empty_changes_nothing)
{
	struct parts parts = make_parts(_i);
	struct sift_block *copy = copy_of(parts.whole);
	struct sift_block *empty = new_block();

	empty->bytes = 0;
	empty->max_endpoints = copy->max_endpoints;
	finish(empty);
	merge(copy, empty);
	finish(copy);
	assert_same_block(copy, parts.whole);
	merge(empty, parts.whole);
	finish(empty);
	assert_same_block(empty, parts.whole);
	sift_block_free(copy);
	sift_block_free(empty);
	free_parts(&parts);
}
END_TEST

START_TEST(the_smaller_limit_of_two_parts_holds)
{
	size_t declared;
	struct sift_event *events = make_events(77, EVENTS, &declared);
	struct sift_block *small = block_of(events, declared, 0, 200, 3);
	struct sift_block *large = block_of(events, declared, 200, 300, 100);
	struct sift_block *rest = block_of(events, declared, 300, EVENTS, 100);
	struct sift_block *other = block_of(events, declared, 200, EVENTS, 100);
	struct sift_block *whole = block_of(events, declared, 0, EVENTS, 3);

	/* It may come after others, to a block that is not finished. */
	merge(large, rest);
	merge(large, small);
	finish(large);
	merge(small, other);
	finish(small);
	assert_same_block(large, whole);
	assert_same_block(small, whole);
	sift_block_free(small);
	sift_block_free(large);
	sift_block_free(rest);
	sift_block_free(other);
	sift_block_free(whole);
	free(events);
}
END_TEST

/* Parts of a source do not both report a figure; should they, the choice must
   not depend on which comes first. */
static struct sift_block *
reporting(int64_t requests, double value, int64_t last_micro)
{
	struct sift_block *block = new_block();
	struct sift_figures figures;
	const struct sift_event events[] = {
		series_event(0, SIFT_KIND_HTTP, "GET", "/"),
		figures_event(0, &figures),
		figures_event(SIFT_SERIES_TOTAL, &figures),
		metric_event(0, SIFT_METRIC_GAUGE, "vus",
			     value > 2 ? "b" : "a"),
		value_event(0, "max", value),
		point_event(0, 5 * SECOND, last_micro),
	};

	sift_figures_init(&figures);
	figures.requests = requests;
	figures.rps = value;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		put(block, &events[i]);
	if (value > 3) {
		struct sift_event event = value_event(0, "min", 1);

		put(block, &event);
	}
	finish(block);
	return block;
}

START_TEST(of_two_reports_the_same_is_taken_in_any_order)
{
	struct sift_block *a = reporting(7, _i % 2 + 1, 10);
	struct sift_block *b =
		reporting(7 + _i % 3 - 1, _i / 2 + 1, 30 - _i * 10);
	struct sift_block *copy = copy_of(a);

	merge(copy, b);
	finish(copy);
	merge(b, a);
	finish(b);
	assert_same_block(copy, b);
	ck_assert_int_eq(b->metrics[0].last_micro, _i < 2 ? 30 - _i * 10 : 10);
	sift_block_free(a);
	sift_block_free(b);
	sift_block_free(copy);
}
END_TEST

/* ---- thinned points ---- */

START_TEST(thinning_in_parts_is_thinning_of_the_whole)
{
	enum { COUNT = 45000 };
	struct sift_block *whole = new_block();
	struct sift_block *parts[3];
	uint64_t state = (uint64_t)_i + 1;

	for (size_t i = 0; i < 3; i++)
		parts[i] = new_block();
	for (size_t i = 0; i < COUNT; i++) {
		int64_t time = (int64_t)(next_random(&state) % 60000) * SECOND;
		int64_t number = (int64_t)(next_random(&state) % 100);
		/* One large part, one of its thinned size, one small. */
		size_t part = i % 20 == 0 ? 2 : i % 4 == 1 ? 1 : 0;
		struct sift_event event = users_event(time, number);

		put(whole, &event);
		put(parts[part], &event);
		event = progress_event(time, number, time / SECOND, number / 9);
		put(whole, &event);
		put(parts[part], &event);
	}
	finish(whole);
	for (size_t i = 0; i < 3; i++)
		finish(parts[i]);
	ck_assert_int_ge(whole->user_shift, 2);
	merge(parts[(size_t)_i % 3], parts[((size_t)_i + 1) % 3]);
	finish(parts[(size_t)_i % 3]);
	merge(parts[((size_t)_i + 2) % 3], parts[(size_t)_i % 3]);
	finish(parts[((size_t)_i + 2) % 3]);
	parts[((size_t)_i + 2) % 3]->bytes = whole->bytes;
	assert_same_block(parts[((size_t)_i + 2) % 3], whole);
	for (size_t i = 0; i < 3; i++)
		sift_block_free(parts[i]);
	sift_block_free(whole);
}
END_TEST

/* ---- how reading ended ---- */

static const char *const reasons[] = {NULL, "a reason", "the other"};

static struct sift_block *
ended(int row)
{
	struct sift_block *block = new_block();
	enum sift_reading reading = (enum sift_reading)(row % 4);

	block->bytes = row;
	ck_assert_int_eq(sift_block_set_reading(block, reading,
						reading == SIFT_READING_WHOLE
							? NULL
							: reasons[row / 4],
						NULL),
			 SIFT_OK);
	if (reading != SIFT_READING_IGNORED)
		block->kind = (enum sift_source_kind)(row % 5 + 1);
	finish(block);
	return block;
}

/* The kind of what was ignored means nothing. */
static void
assert_ended_alike(struct sift_block *a, struct sift_block *b)
{
	ck_assert_int_eq(a->reading, b->reading);
	if (a->reading == SIFT_READING_IGNORED)
		b->kind = a->kind;
	finish(a);
	finish(b);
	assert_same_block(a, b);
}

START_TEST(ends_of_reading_merge_alike_in_any_order)
{
	int rows[3] = {_i % 12, _i / 12 % 12, _i / 144};
	struct sift_block *a = ended(rows[0]);
	struct sift_block *b = ended(rows[1]);
	struct sift_block *c = ended(rows[2]);
	struct sift_block *swapped = copy_of(b);
	struct sift_block *right = copy_of(b);
	struct sift_block *left = copy_of(a);

	merge(left, b);
	finish(left);
	merge(swapped, a);
	finish(swapped);
	assert_ended_alike(left, swapped);
	merge(left, c);
	finish(left);
	merge(right, c);
	finish(right);
	merge(a, right);
	finish(a);
	assert_ended_alike(left, a);
	sift_block_free(a);
	sift_block_free(b);
	sift_block_free(c);
	sift_block_free(swapped);
	sift_block_free(right);
	sift_block_free(left);
}
END_TEST

START_TEST(a_part_that_is_lost_makes_the_whole_partial)
{
	static const struct {
		enum sift_reading a, b, both;
	} rows[] = {
		{SIFT_READING_WHOLE, SIFT_READING_WHOLE, SIFT_READING_WHOLE},
		{SIFT_READING_WHOLE, SIFT_READING_PARTIAL,
		 SIFT_READING_PARTIAL},
		{SIFT_READING_WHOLE, SIFT_READING_DAMAGED,
		 SIFT_READING_PARTIAL},
		{SIFT_READING_WHOLE, SIFT_READING_IGNORED, SIFT_READING_WHOLE},
		{SIFT_READING_DAMAGED, SIFT_READING_DAMAGED,
		 SIFT_READING_DAMAGED},
		{SIFT_READING_DAMAGED, SIFT_READING_IGNORED,
		 SIFT_READING_DAMAGED},
		{SIFT_READING_IGNORED, SIFT_READING_IGNORED,
		 SIFT_READING_IGNORED},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sift_block *a = ended((int)rows[i].a + 4);
		struct sift_block *b = ended((int)rows[i].b + 4);

		merge(a, b);
		finish(a);
		ck_assert_int_eq(a->reading, rows[i].both);
		ck_assert_int_eq(a->reason != NULL,
				 rows[i].both != SIFT_READING_WHOLE);
		sift_block_free(a);
		sift_block_free(b);
	}
}
END_TEST

/* ---- digests ---- */

/* Blocks of three sources in parts, added in any order, in two digests. */
START_TEST(a_digest_has_the_same_bytes_whatever_the_order)
{
	struct sift_buf first;
	uint64_t state = 3;

	sift_buf_init(&first, 0);
	for (int round = 0; round < 8; round++) {
		struct sift_block *blocks[9];
		struct sift_digest digests[2];
		struct sift_buf again;

		for (size_t i = 0; i < 9; i++) {
			size_t declared;
			struct sift_event *events =
				make_events(i / 3, 300, &declared);

			blocks[i] = block_of(events, declared, i % 3 * 100,
					     i % 3 * 100 + 100, 6);
			blocks[i]->name = i / 3 == 0   ? "x"
					  : i / 3 == 1 ? "y"
						       : "z";
			free(events);
		}
		for (size_t i = 9; i > 1; i--) {
			size_t other = next_random(&state) % i;
			struct sift_block *swap = blocks[i - 1];

			blocks[i - 1] = blocks[other];
			blocks[other] = swap;
		}
		sift_digest_init(&digests[0]);
		sift_digest_init(&digests[1]);
		for (size_t i = 0; i < 9; i++)
			ck_assert_int_eq(
				sift_digest_add(
					&digests[next_random(&state) % 2],
					blocks[i], NULL),
				SIFT_OK);
		if (round % 2)
			ck_assert_int_eq(
				sift_digest_finish(&digests[1], 1, NULL),
				SIFT_OK);
		ck_assert_int_eq(
			sift_digest_merge(&digests[0], &digests[1], NULL),
			SIFT_OK);
		ck_assert_int_eq(sift_digest_finish(&digests[0], 1, NULL),
				 SIFT_OK);
		sift_buf_init(&again, 0);
		ck_assert_int_eq(sift_digest_write(&digests[0], &again, NULL),
				 SIFT_OK);
		ck_assert_uint_eq(digests[0].count, 3);
		if (round == 0)
			sift_buf_add_span(&first, sift_buf_span(&again));
		ck_assert_uint_eq(again.len, first.len);
		ck_assert(memcmp(again.ptr, first.ptr, first.len) == 0);
		sift_buf_release(&again);
		sift_digest_release(&digests[0]);
	}
	sift_buf_release(&first);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("block laws");
	TCase *tests = tcase_create("block laws");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, order_of_events_does_not_matter, 0, 9);
	tcase_add_loop_test(tests, declarations_may_come_between_samples, 0, 9);
	tcase_add_loop_test(tests, merged_parts_are_the_whole, 0, 30);
	tcase_add_loop_test(tests, merging_commutes, 0, 30);
	tcase_add_loop_test(tests, merging_associates, 0, 30);
	tcase_add_loop_test(tests, merge_of_empty_changes_nothing, 0, 6);
	tcase_add_loop_test(
		tests, of_two_reports_the_same_is_taken_in_any_order, 0, 12);
	tcase_add_test(tests, the_smaller_limit_of_two_parts_holds);
	tcase_add_loop_test(tests, thinning_in_parts_is_thinning_of_the_whole,
			    0, 6);
	tcase_add_test(tests, a_part_that_is_lost_makes_the_whole_partial);
	tcase_add_loop_test(tests, ends_of_reading_merge_alike_in_any_order, 0,
			    12 * 12 * 12);
	tcase_add_test(tests, a_digest_has_the_same_bytes_whatever_the_order);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
