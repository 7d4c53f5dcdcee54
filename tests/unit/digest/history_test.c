/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "digest/digest_io.h"
#include "digest/history.h"

#define SECOND INT64_C(1000000000)

struct sample {
	enum sift_outcome outcome;
	int64_t time_ns, value_ns;
};

/* Each on its own and all together must be the same in any state. */
static const struct sample samples[] = {
	{SIFT_OUTCOME_OK, 7 * SECOND + 3, 12},
	{SIFT_OUTCOME_OK, 7 * SECOND + 999, INT64_C(5000000000)},
	{SIFT_OUTCOME_FAILED, 8 * SECOND, 0},
	{SIFT_OUTCOME_FAILED, SIFT_INSTANT_NONE, 4},
	{SIFT_OUTCOME_UNKNOWN, -1, -5},
	{SIFT_OUTCOME_OK, INT64_MAX, INT64_MAX},
	{SIFT_OUTCOME_OK, INT64_MIN + 1, INT64_MIN},
	{SIFT_OUTCOME_OK, 300 * SECOND, UINT32_MAX},
};

#define COUNT (sizeof(samples) / sizeof(samples[0]))

static void
add(struct sift_history *history, const struct sample *s, bool binned)
{
	ck_assert_int_eq(sift_history_add(history, s->outcome, s->time_ns,
					  s->value_ns, binned, NULL),
			 SIFT_OK);
}

static void
open_parts(struct sift_history *history)
{
	ck_assert_ptr_nonnull(sift_history_open(history));
}

static void
write_out(struct sift_history *history, struct sift_buf *out)
{
	struct sift_history_view view;

	sift_history_sort(history, false);
	sift_history_view(history, &view);
	sift_buf_init(out, 0);
	for (size_t i = 0; i < SIFT_OUTCOME_COUNT; i++)
		sift_write_samples(out, view.parts->samples[i],
				   SIFT_SAMPLES_SORTED);
	sift_write_timeline(out, &view.parts->timeline, view.parts->samples);
	ck_assert_int_eq(sift_buf_status(out), SIFT_OK);
}

static void
assert_same(struct sift_history *a, struct sift_history *b)
{
	struct sift_buf x, y;

	write_out(a, &x);
	write_out(b, &y);
	ck_assert_uint_eq(x.len, y.len);
	ck_assert_mem_eq(x.ptr, y.ptr, x.len);
	sift_buf_release(&x);
	sift_buf_release(&y);
	ck_assert_uint_eq(sift_history_count_all(a), sift_history_count_all(b));
	for (int i = 0; i < SIFT_OUTCOME_COUNT; i++)
		ck_assert_uint_eq(sift_history_count(a, (enum sift_outcome)i),
				  sift_history_count(b, (enum sift_outcome)i));
}

START_TEST(one_sample_has_no_parts_and_says_the_same)
{
	struct sift_history one = {0}, parts = {0};

	add(&one, &samples[_i], false);
	ck_assert_ptr_null(one.parts);
	ck_assert_uint_eq(sift_history_count(&one, samples[_i].outcome), 1);
	open_parts(&parts);
	add(&parts, &samples[_i], false);
	ck_assert_ptr_nonnull(parts.parts);
	assert_same(&one, &parts);
	open_parts(&one);
	assert_same(&one, &parts);
	sift_history_release(&one);
	sift_history_release(&parts);
}
END_TEST

/* But for times so far off that they may not fit nanoseconds. */
START_TEST(closing_parts_of_one_sample_leaves_none)
{
	struct sift_history one = {0}, parts = {0};
	int64_t time_ns = samples[_i].time_ns;
	bool far = time_ns != SIFT_INSTANT_NONE &&
		   (time_ns == INT64_MAX || time_ns == INT64_MIN + 1);

	add(&one, &samples[_i], false);
	open_parts(&parts);
	add(&parts, &samples[_i], false);
	sift_history_close(&parts);
	ck_assert_int_eq(parts.parts != NULL, far);
	assert_same(&one, &parts);
	sift_history_release(&one);
	sift_history_release(&parts);
}
END_TEST

START_TEST(closing_keeps_what_one_sample_does_not_say)
{
	struct sift_history history = {0};
	struct sift_history_parts *parts;

	open_parts(&history);
	sift_history_close(&history); /* nothing */
	ck_assert_ptr_nonnull(history.parts);
	add(&history, &samples[0], false);
	parts = history.parts;
	parts->timeline.buckets[0].count = 2;
	sift_history_close(&history);
	ck_assert_ptr_nonnull(history.parts);
	parts->timeline.buckets[0].count = 1;
	parts->timeline.buckets[0].start_s++;
	sift_history_close(&history);
	ck_assert_ptr_nonnull(history.parts);
	parts->timeline.buckets[0].start_s--;
	parts->samples[SIFT_OUTCOME_OK]->shift = 1;
	sift_history_close(&history);
	ck_assert_ptr_nonnull(history.parts);
	parts->samples[SIFT_OUTCOME_OK]->shift = 0;
	add(&history, &samples[1], false);
	sift_history_close(&history);
	ck_assert_ptr_nonnull(history.parts);
	sift_history_release(&history);
}
END_TEST

/* Two halves, cut at `_i`, merged either way, binned before or after. */
START_TEST(merging_does_not_depend_on_order_or_state)
{
	struct sift_history all = {0}, head = {0}, tail = {0}, again = {0};

	for (size_t i = 0; i < COUNT; i++) {
		add(&all, &samples[i], false);
		add(i < (size_t)_i ? &head : &tail, &samples[i], false);
	}
	ck_assert_int_eq(sift_history_merge(&again, &tail, false, NULL),
			 SIFT_OK);
	ck_assert_int_eq(sift_history_merge(&again, &head, false, NULL),
			 SIFT_OK);
	ck_assert_int_eq(sift_history_merge(&head, &tail, false, NULL),
			 SIFT_OK);
	assert_same(&all, &head);
	assert_same(&all, &again);
	sift_history_release(&again);
	ck_assert_int_eq(sift_history_bin(&head, NULL), SIFT_OK);
	for (size_t i = 0; i < COUNT; i++)
		add(&again, &samples[i], true);
	assert_same(&head, &again);
	sift_history_release(&all);
	sift_history_release(&head);
	sift_history_release(&tail);
	sift_history_release(&again);
}
END_TEST

START_TEST(binning_one_sample_or_none)
{
	struct sift_history before = {0}, after = {0};

	ck_assert_int_eq(sift_history_bin(&after, NULL), SIFT_OK);
	ck_assert_ptr_null(after.parts);
	add(&before, &samples[0], true);
	add(&after, &samples[0], false);
	ck_assert_int_eq(sift_history_bin(&after, NULL), SIFT_OK);
	ck_assert(after.parts->samples[SIFT_OUTCOME_OK]->binned);
	assert_same(&before, &after);
	sift_history_release(&before);
	sift_history_release(&after);
}
END_TEST

/* Whichever allocation fails, what was there before stays. */
START_TEST(memory_that_runs_out_loses_nothing)
{
	enum sift_status rc = SIFT_E_NOMEM;

	for (uint64_t n = 1; rc; n++) {
		struct sift_history history = {0};

		add(&history, &samples[0], false);
		sift_mem_fail_at(n, 0);
		rc = sift_history_add(&history, SIFT_OUTCOME_FAILED, 0, 1,
				      false, NULL);
		sift_mem_fail_at(0, 0);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		ck_assert_uint_eq(sift_history_count(&history, SIFT_OUTCOME_OK),
				  1);
		sift_history_release(&history);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("history");
	TCase *tc = tcase_create("history");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, one_sample_has_no_parts_and_says_the_same, 0,
			    COUNT);
	tcase_add_loop_test(tc, closing_parts_of_one_sample_leaves_none, 0,
			    COUNT);
	tcase_add_test(tc, closing_keeps_what_one_sample_does_not_say);
	tcase_add_loop_test(tc, merging_does_not_depend_on_order_or_state, 0,
			    COUNT + 1);
	tcase_add_test(tc, binning_one_sample_or_none);
	tcase_add_test(tc, memory_that_runs_out_loses_nothing);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
