/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/mem.h"
#include "digest/timeline.h"

#define SECOND INT64_C(1000000000)

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void
add(struct sift_timeline *line, int64_t time_ns, int64_t value_ns, int failed)
{
	ck_assert_int_eq(
		sift_timeline_add(line, time_ns, value_ns, failed, NULL),
		SIFT_OK);
}

static void
assert_same(const struct sift_timeline *a, const struct sift_timeline *b)
{
	ck_assert_uint_eq(a->shift, b->shift);
	ck_assert_uint_eq(a->count, b->count);
	ck_assert_uint_le(a->count, SIFT_TIMELINE_MAX);
	for (size_t i = 0; i < a->count; i++) {
		const struct sift_bucket *x = &a->buckets[i];
		const struct sift_bucket *y = &b->buckets[i];

		ck_assert_int_eq(x->start_s, y->start_s);
		ck_assert_uint_eq(x->count, y->count);
		ck_assert_uint_eq(x->failed, y->failed);
		ck_assert(x->sum_ns == y->sum_ns);
		ck_assert_int_eq(x->max_ns, y->max_ns);
		if (i > 0)
			ck_assert_int_lt(x[-1].start_s, x->start_s);
	}
}

START_TEST(a_second_counts_what_ended_in_it)
{
	struct sift_timeline line;

	sift_timeline_init(&line);
	add(&line, 10 * SECOND, 5, 0);
	add(&line, 11 * SECOND - 1, -7, 1);
	add(&line, 11 * SECOND, 3, 0);
	add(&line, SIFT_INSTANT_NONE, 99, 1); /* is in no second */
	add(&line, -1, INT64_MIN, 0);
	sift_timeline_sort(&line);
	ck_assert_uint_eq(line.count, 3);
	ck_assert_int_eq(line.buckets[0].start_s, -1);
	ck_assert_int_eq(line.buckets[0].max_ns, INT64_MIN);
	ck_assert_int_eq(line.buckets[1].start_s, 10);
	ck_assert_uint_eq(line.buckets[1].count, 2);
	ck_assert_uint_eq(line.buckets[1].failed, 1);
	ck_assert(line.buckets[1].sum_ns == -2);
	ck_assert_int_eq(line.buckets[1].max_ns, 5);
	sift_timeline_release(&line);
}
END_TEST

/* Rows: occupied seconds, distance of them, the width that must come out. */
static const struct {
	size_t seconds;
	int64_t step_s;
	unsigned shift;
	size_t buckets;
} widths[] = {
	{1, 1, 0, 1},
	{9, 1, 0, 9},
	{10000, 1, 0, 10000},
	{10001, 1, 1, 5001},
	{10001, 2, 2, 5001},
	{20001, 1, 2, 5001},
	{10000, 900000, 0, 10000},
	{10001, 800000, 20, 7630},
};

START_TEST(width_doubles_when_too_many_seconds_are_occupied)
{
	size_t count = widths[_i].seconds;
	struct sift_timeline there, back;

	sift_timeline_init(&there);
	sift_timeline_init(&back);
	for (size_t i = 0; i < count; i++) {
		int64_t second = (int64_t)i * widths[_i].step_s;

		add(&there, second * SECOND, 1, 0);
	}
	for (size_t i = count; i > 0; i--) {
		int64_t second = (int64_t)(i - 1) * widths[_i].step_s;

		add(&back, second * SECOND, 1, 0);
	}
	sift_timeline_sort(&there);
	sift_timeline_sort(&back);
	assert_same(&there, &back);
	ck_assert_uint_eq(there.shift, widths[_i].shift);
	ck_assert_uint_eq(there.count, widths[_i].buckets);
	sift_timeline_release(&there);
	sift_timeline_release(&back);
}
END_TEST

struct point {
	int64_t time_ns, value_ns;
	int failed;
};

/* Rows: seconds that times are spread over. */
static const uint64_t spreads[] = {1, 5, 12, 3000, 9000, 40000, 5000000};

START_TEST(order_and_parts_do_not_matter)
{
	enum { COUNT = 30000 };
	struct point *points = calloc(COUNT, sizeof(*points));
	struct sift_timeline whole, shuffled, parts[3], joined;
	size_t first = (size_t)_i % 3;
	uint64_t state = 5;

	sift_timeline_init(&whole);
	sift_timeline_init(&shuffled);
	sift_timeline_init(&joined);
	for (size_t i = 0; i < 3; i++)
		sift_timeline_init(&parts[i]);
	for (size_t i = 0; i < COUNT; i++) {
		struct point *point = &points[i];

		point->time_ns = (int64_t)(next_random(&state) %
					   (spreads[_i / 3] * 1000000000));
		point->value_ns = (int64_t)next_random(&state);
		point->failed = next_random(&state) % 3 == 0;
		add(&whole, point->time_ns, point->value_ns, point->failed);
		/* Parts of unlike size have buckets of unlike width. */
		add(&parts[i % 50 == 0	? 2
			   : i % 4 == 1 ? 1
					: 0],
		    point->time_ns, point->value_ns, point->failed);
		/* Sorting in between must not hurt. */
		if (i % 7000 == 0)
			sift_timeline_sort(&whole);
	}
	for (size_t i = COUNT - 1; i > 0; i--) {
		size_t other = next_random(&state) % (i + 1);
		struct point swap = points[i];

		points[i] = points[other];
		points[other] = swap;
	}
	for (size_t i = 0; i < COUNT; i++)
		add(&shuffled, points[i].time_ns, points[i].value_ns,
		    points[i].failed);
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(sift_timeline_merge(&joined,
						     &parts[(i + first) % 3],
						     NULL),
				 SIFT_OK);
	sift_timeline_sort(&whole);
	sift_timeline_sort(&shuffled);
	sift_timeline_sort(&joined);
	assert_same(&whole, &shuffled);
	assert_same(&whole, &joined);
	sift_timeline_release(&whole);
	sift_timeline_release(&shuffled);
	sift_timeline_release(&joined);
	for (size_t i = 0; i < 3; i++)
		sift_timeline_release(&parts[i]);
	free(points);
}
END_TEST

START_TEST(running_out_of_memory_leaves_a_sound_timeline)
{
	bool failed = true;

	for (uint64_t n = 1; failed; n++) {
		struct sift_timeline line;
		uint64_t count = 0, added = 0;

		failed = false;
		sift_timeline_init(&line);
		sift_mem_fail_at(n, 0);
		for (int64_t i = 0; i < 300; i++) {
			if (sift_timeline_add(&line, i % 120 * SECOND, i, 0,
					      NULL))
				failed = true;
			else
				added++;
		}
		sift_mem_fail_at(0, 0);
		sift_timeline_sort(&line);
		for (size_t i = 0; i < line.count; i++)
			count += line.buckets[i].count;
		ck_assert_uint_ge(count, added);
		sift_timeline_release(&line);
	}
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int
main(void)
{
	Suite *suite = suite_create("timeline");
	TCase *tests = tcase_create("timeline");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_second_counts_what_ended_in_it);
	tcase_add_loop_test(tests,
			    width_doubles_when_too_many_seconds_are_occupied, 0,
			    ROWS(widths));
	tcase_add_loop_test(tests, order_and_parts_do_not_matter, 0,
			    3 * ROWS(spreads));
	tcase_add_test(tests, running_out_of_memory_leaves_a_sound_timeline);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
