/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/path_name.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "group/path_time.h"

/* ---- stems ---- */

static const struct stem_case {
	const char *file, *stem;
} stem_cases[] = {
	{"load_test_stats.csv", "load_test"},
	{"load_test_stats_history.csv", "load_test"},
	{"load_test_failures.csv", "load_test"},
	{"load_test_exceptions.csv", "load_test"},
	{"results.json.gz", ""},
	{"results.json", ""},
	{"summary-export.json", ""},
	{"summary.json", ""},
	{"stats.csv", ""},
	{"run1_stats.csv", "run1"},
	{"k6-baseline-summary.json", "baseline"},
	{"baseline.json", "baseline"},
	{"perf_50rps.json", "perf_50rps"},
	{"run 3.json", "run 3"},
	{"results (1).json", "1"},
	{"requests_1745223521.42.csv", "1745223521.42"},
	{"stats_history_1745223521.csv", "1745223521"},
	{"requests_full_history_1745223521.csv", "1745223521"},
	{"Stats.CSV", ""},
	{"api-v1.4-results.json", "api-v1.4"},
	{"2024-05-01_results.json", "2024-05-01"},
	{"statistics.json", "statistics"},
	{"rawhide.json", "rawhide"},
	{"history.csv", "history"},
	{"export.json", "export"},
	{"no_extension", "no_extension"},
	{".json", ""},
	{"a.json.json", "a"},
	{"Zürich_stats.csv.zst", "Zürich"},
	{"(old).json", "(old)"},
	{"-", "-"},
	{"", ""},
};

START_TEST(a_stem_is_the_name_without_format_words)
{
	const struct stem_case *c = &stem_cases[_i];
	struct sift_span stem = sift_path_stem(sift_span_str(c->file), NULL);

	ck_assert_msg(sift_span_equal(stem, sift_span_str(c->stem)),
		      "%s: \"%.*s\", not \"%s\"", c->file, (int)stem.len,
		      stem.ptr ? stem.ptr : "", c->stem);
}
END_TEST

START_TEST(packing_does_not_show_in_the_unpacked_name)
{
	struct sift_span plain, packed;

	sift_path_stem(sift_span_str("results.json"), &plain);
	sift_path_stem(sift_span_str("results.json.gz"), &packed);
	ck_assert(sift_span_equal(plain, packed));
}
END_TEST

/* ---- timestamps ---- */

static const struct time_case {
	const char *text;
	size_t length;
	const char *stamp;
} time_cases[] = {
	{"2026-02-17", 10, "2026-02-17"},
	{"2026-02-17T08-00_baseline", 16, "2026-02-17T08:00:00"},
	{"2026-02-17T08", 13, "2026-02-17T08:00:00"},
	{"2026-02-17T08:00:59.25Z", 23, "2026-02-17T08:00:59"},
	{"2026-02-17T08:00:59+02:00", 25, "2026-02-17T08:00:59"},
	{"20260217", 8, "2026-02-17"},
	{"20260217_0800", 13, "2026-02-17T08:00:00"},
	{"20260217T080059Z", 16, "2026-02-17T08:00:59"},
	{"20260217080059", 14, "2026-02-17T08:00:59"},
	{"2024_05_01_23_00", 16, "2024-05-01T23:00:00"},
	{"2024-05-01 23.00.10", 19, "2024-05-01T23:00:10"},
	{"2024/05/01/run", 10, "2024-05-01"},
	{"2024-05-01/14-30-00/x", 19, "2024-05-01T14:30:00"},
	{"2024/05-01/run", 10, "2024-05-01"},
	{"2024/05_01_nightly", 10, "2024-05-01"},
	{"2024/05-01_23-00/x", 16, "2024-05-01T23:00:00"},
	{"2024/0501/x", 9, "2024-05-01"},
	{"2024/0501_x", 0, ""},
	{"2024/05/01_x", 7, "2024-05"},
	{"2024/05-011", 0, ""},
	{"2024/13-01", 0, ""},
	{"17.02.2026", 10, "2026-02-17"},
	{"17-02-2026_0800", 15, "2026-02-17T08:00:00"},
	{"2025-12 Zürich", 7, "2025-12"},
	{"2024/05/run", 7, "2024-05"},
	{"1745223521", 10, "2025-04-21T08:18:41"},
	{"1745223521.42", 13, "2025-04-21T08:18:41"},
	{"1745223521000", 13, "2025-04-21T08:18:41"},
	{"2026-02-17_3", 10, "2026-02-17"},
	{"2026-02-17_50rps", 10, "2026-02-17"},
	{"2026-02-17_10_50rps", 10, "2026-02-17"},
	{"2024-05-01/1000", 10, "2024-05-01"},
	{"2026-13-17", 0, ""},
	{"2026-02-32", 7, "2026-02"},
	{"1889-02-17", 0, ""},
	{"202602", 0, ""},
	{"2026", 0, ""},
	{"2026-02-171", 7, "2026-02"},
	{"20260217a", 0, ""},
	{"1045", 0, ""},
	{"0745223521", 0, ""},
	{"99999999999", 0, ""},
	{"17452235219", 0, ""},
	{"", 0, ""},
	{"-", 0, ""},
};

START_TEST(timestamps_are_recognised_and_nothing_else)
{
	const struct time_case *c = &time_cases[_i];
	struct sift_path_time time;
	size_t length = sift_path_time_at(sift_span_str(c->text), 0, &time);

	ck_assert_msg(length == c->length, "%s: length %zu", c->text, length);
	if (length)
		ck_assert_str_eq(time.stamp, c->stamp);
}
END_TEST

START_TEST(a_timestamp_is_no_part_of_a_word)
{
	struct sift_path_time time;

	ck_assert(!sift_path_time_at(SIFT_SPAN("x2026-02-17"), 1, &time));
	ck_assert(!sift_path_time_at(SIFT_SPAN("12026-02-17"), 1, &time));
	ck_assert(sift_path_time_at(SIFT_SPAN("x_2026-02-17"), 2, &time) == 10);
}
END_TEST

/* ---- whole paths ---- */

#define NO_NUMBER (-1)

static const struct path_case {
	const char *folders, *file;
	const char *scenario, *load;
	long number;
	const char *date;
} path_cases[] = {
	/* layouts of guides and archives */
	{"results/2024-05-01", "run1_stats.csv", "results", NULL, 1,
	 "2024-05-01"},
	{"baseline/run-01", "load_test_stats.csv", "baseline/load_test", NULL,
	 1, NULL},
	{"runs/optimised/run-10", "load_test_stats.csv",
	 "runs/optimised/load_test", NULL, 10, NULL},
	{"baseline_1", "summary.json", "baseline", NULL, 1, NULL},
	{"2026-02-17T08-00_baseline_1", "results.json.gz", "baseline", NULL, 1,
	 "2026-02-17"},
	{"2026-02-19T10-00_sweep_001rps", "results.json", "sweep", "1 rps",
	 NO_NUMBER, "2026-02-19"},
	{"2026-02-20T11-00_concurrency_01vus", "summary.json", "concurrency",
	 "1 VU", NO_NUMBER, "2026-02-20"},
	{"2026-02-20T11-00_concurrency_32vus", "summary.json", "concurrency",
	 "32 VUs", NO_NUMBER, "2026-02-20"},
	{"2026-03-01T12-00_k6v2_new-summary", "summary.json",
	 "k6v2_new-summary", NULL, NO_NUMBER, "2026-03-01"},
	{"peak/users-050", "load_test_stats.csv", "peak/load_test", "50 users",
	 NO_NUMBER, NULL},
	{"older runs/2025-12 Zürich, v1.4", "load_test_stats.csv",
	 "older runs/Zürich, v1.4/load_test", NULL, NO_NUMBER, "2025-12"},
	{"before/1", "stats.csv", "before", NULL, 1, NULL},
	{"before/2", "k6/summary.json", "before/2/k6", NULL, NO_NUMBER, NULL},
	{"", "run 3.json", "", NULL, 3, NULL},
	{"", "run3.json", "", NULL, 3, NULL},
	{"", "perf_50rps.json", "perf", "50 rps", NO_NUMBER, NULL},
	{"nightly_2024_05_01_23_00", "stats.csv", "nightly", NULL, NO_NUMBER,
	 "2024-05-01"},
	{"nightly/2024/05/01", "stats.csv", "nightly", NULL, NO_NUMBER,
	 "2024-05-01"},
	{"nightly", "1714608000_stats.csv", "nightly", NULL, NO_NUMBER,
	 "2024-05-02"},
	{"smoke2", "stats.csv", "smoke2", NULL, NO_NUMBER, NULL},
	{"v1.4", "stats.csv", "v1.4", NULL, NO_NUMBER, NULL},
	{"pr-123", "summary.json", "pr-123", NULL, NO_NUMBER, NULL},
	{"pr-123/run-2", "summary.json", "pr-123", NULL, 2, NULL},
	{"pr-123_2", "summary.json", "pr-123", NULL, 2, NULL},
	{"release 7", "summary.json", "release 7", NULL, NO_NUMBER, NULL},
	{"node/3", "stats.csv", "node/3", NULL, NO_NUMBER, NULL},
	{"phase-1/baseline", "stats.csv", "phase-1/baseline", NULL, NO_NUMBER,
	 NULL},
	{"baseline", "baseline_stats.csv", "baseline", NULL, NO_NUMBER, NULL},
	{"baseline_1", "baseline_stats.csv", "baseline", NULL, 1, NULL},
	/* an archive packed with its own folder: run_1.tar.gz!run_1/ */
	{"run_1/run_1", "load_test_stats.csv", "load_test", NULL, 1, NULL},
	{"baseline/run_1/run_1/run_1", "stats.csv", "baseline", NULL, 1, NULL},
	{"run_1/run_2", "stats.csv", "run_1", NULL, 2, NULL},
	{"", "baseline.json", "baseline", NULL, NO_NUMBER, NULL},
	{"", "baseline-run_2.json", "baseline", NULL, 2, NULL},
	{"checkout/attempt3", "stats.csv", "checkout", NULL, 3, NULL},
	{"checkout-try-2", "stats.csv", "checkout", NULL, 2, NULL},
	{"checkout r2", "stats.csv", "checkout", NULL, 2, NULL},
	{"Checkout_RUN", "stats.csv", "Checkout", NULL, NO_NUMBER, NULL},
	{"run_1_baseline", "stats.csv", "baseline", NULL, 1, NULL},
	{"run/3", "stats.csv", "", NULL, 3, NULL},
	{"50 users", "stats.csv", "", "50 users", NO_NUMBER, NULL},
	{"50-users-run-2", "stats.csv", "", "50 users", 2, NULL},
	{"run-1-users-50", "stats.csv", "", "50 users", 1, NULL},
	{"users=50", "stats.csv", "", "50 users", NO_NUMBER, NULL},
	{"u100_r3", "stats.csv", "", "100 users", 3, NULL},
	{"browse_10threads_2", "stats.csv", "browse", "10 threads", 2, NULL},
	{"0.5rps", "stats.csv", "", "0.5 rps", NO_NUMBER, NULL},
	{"100rps", "50vus/stats.csv", "100rps", "50 VUs", NO_NUMBER, NULL},
	{"api_2_final", "stats.csv", "api_2_final", NULL, NO_NUMBER, NULL},
	{"run-3/final", "stats.csv", "final", NULL, 3, NULL},
	{"压测/第一次_1", "stats.csv", "压测/第一次", NULL, 1, NULL},
	{"my  test (2)", "stats.csv", "my  test", NULL, 2, NULL},
	{"a_2024-05-01_b", "stats.csv", "a_b", NULL, NO_NUMBER, "2024-05-01"},
	{"checkout", "results (1).json", "checkout", NULL, 1, NULL},
	{"2024-05-01", "stats.csv", "", NULL, NO_NUMBER, "2024-05-01"},
	{"deadbeef12345678901", "stats.csv", "deadbeef12345678901", NULL,
	 NO_NUMBER, NULL},
	{"12345678901234567890", "stats.csv", "12345678901234567890", NULL,
	 NO_NUMBER, NULL},
	{"", "-", "", NULL, NO_NUMBER, NULL},
	{"", "", "", NULL, NO_NUMBER, NULL},
	{"//", "", "", NULL, NO_NUMBER, NULL},
};

static void
parse(const char *folders, const char *file, struct sift_path_name *out,
      struct sift_arena *arena)
{
	struct sift_err err = {.status = SIFT_OK};
	char all[512];
	struct sift_span path, name;
	size_t slash = 0;

	snprintf(all, sizeof(all), "%s%s%s", folders, *folders ? "/" : "",
		 file);
	path = sift_span_str(all);
	for (size_t i = 0; i < path.len; i++)
		slash = path.ptr[i] == '/' ? i + 1 : slash;
	name = sift_span_from(path, slash);
	ck_assert_int_eq(sift_path_name_parse(
				 out,
				 sift_span_head(path, slash ? slash - 1 : 0),
				 sift_path_stem(name, NULL), arena, &err),
			 SIFT_OK);
}

START_TEST(a_path_names_scenario_load_run_and_date)
{
	const struct path_case *c = &path_cases[_i];
	struct sift_path_name name;
	struct sift_arena arena;
	const char *load;

	sift_arena_init(&arena);
	parse(c->folders, c->file, &name, &arena);
	ck_assert_str_eq(name.scenario, c->scenario);
	load = sift_load_text(name.load, name.unit, &arena);
	ck_assert_pstr_eq(load, c->load);
	ck_assert_int_eq(name.has_number ? (long)name.number : NO_NUMBER,
			 c->number);
	ck_assert_pstr_eq(name.date, c->date);
	sift_arena_release(&arena);
}
END_TEST

START_TEST(parts_keep_their_text_and_lose_timestamps)
{
	struct sift_path_name name;
	struct sift_arena arena;

	sift_arena_init(&arena);
	parse("runs/2026-02-17T08-00_baseline_1", "load_test_stats.csv", &name,
	      &arena);
	ck_assert_uint_eq(name.part_count, 3);
	ck_assert_str_eq(name.parts[1].text, "2026-02-17T08-00_baseline_1");
	ck_assert_str_eq(name.parts[1].plain, "baseline_1");
	ck_assert_str_eq(name.parts[1].core, "baseline");
	ck_assert_str_eq(name.parts[2].text, "load_test");
	ck_assert_str_eq(name.stamp, "2026-02-17T08:00:00");
	sift_arena_release(&arena);
}
END_TEST

static const struct joiner_case {
	const char *folder, *skeleton, *joiner;
} joiner_cases[] = {
	{"pr-123", "pr-#", "(?<set>pr)-(?<run>[0-9]+)"},
	{"smoke2", "smoke#", "(?<set>smoke)(?<run>[0-9]+)"},
	{"v1.4", "v#.#", "(?<set>v1\\.)(?<run>[0-9]+)"},
	{"api_2_final", "api_#_final", "(?<set>api)_(?<run>[0-9]+)"},
	{"baseline", "baseline", NULL},
	{"baseline_1", "baseline", NULL},
	{"2_a", "#_a", NULL},
};

START_TEST(a_kept_number_has_an_expression_that_would_take_it)
{
	const struct joiner_case *c = &joiner_cases[_i];
	struct sift_path_name name;
	struct sift_arena arena;

	sift_arena_init(&arena);
	parse(c->folder, "stats.csv", &name, &arena);
	ck_assert_str_eq(name.skeleton, c->skeleton);
	ck_assert_pstr_eq(name.joiner, c->joiner);
	sift_arena_release(&arena);
}
END_TEST

START_TEST(a_load_is_parsed_as_people_write_it)
{
	enum sift_load_unit unit;
	double value;

	ck_assert(sift_load_parse(SIFT_SPAN("050rps"), &value, &unit));
	ck_assert_double_eq(value, 50);
	ck_assert_int_eq(unit, SIFT_LOAD_RPS);
	ck_assert(sift_load_parse(SIFT_SPAN("32 VUs"), &value, &unit));
	ck_assert_int_eq(unit, SIFT_LOAD_VUS);
	ck_assert(!sift_load_parse(SIFT_SPAN("50"), &value, &unit));
	ck_assert(!sift_load_parse(SIFT_SPAN("heavy"), &value, &unit));
	ck_assert(!sift_load_parse(SIFT_SPAN(""), &value, &unit));
	ck_assert(sift_load_is_rate(SIFT_LOAD_TPS));
	ck_assert(!sift_load_is_rate(SIFT_LOAD_USERS));
}
END_TEST

START_TEST(running_out_of_memory_is_reported)
{
	enum sift_status rc = SIFT_E_NOMEM;

	for (uint64_t n = 1; rc && n < 200; n++) {
		struct sift_path_name name;
		struct sift_err err = {.status = SIFT_OK};
		struct sift_arena arena;

		sift_arena_init(&arena);
		sift_mem_fail_at(n, 1);
		rc = sift_path_name_parse(
			&name, SIFT_SPAN("runs/2024-05-01_pr-7_50rps"),
			SIFT_SPAN("run3"), &arena, &err);
		sift_mem_fail_at(0, 0);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		sift_arena_release(&arena);
	}
	ck_assert_int_eq(rc, SIFT_OK);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(*(table))))

int
main(void)
{
	Suite *suite = suite_create("path_name");
	TCase *tcase = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, a_stem_is_the_name_without_format_words, 0,
			    ROWS(stem_cases));
	tcase_add_test(tcase, packing_does_not_show_in_the_unpacked_name);
	tcase_add_loop_test(tcase, timestamps_are_recognised_and_nothing_else,
			    0, ROWS(time_cases));
	tcase_add_test(tcase, a_timestamp_is_no_part_of_a_word);
	tcase_add_loop_test(tcase, a_path_names_scenario_load_run_and_date, 0,
			    ROWS(path_cases));
	tcase_add_test(tcase, parts_keep_their_text_and_lose_timestamps);
	tcase_add_loop_test(tcase,
			    a_kept_number_has_an_expression_that_would_take_it,
			    0, ROWS(joiner_cases));
	tcase_add_test(tcase, a_load_is_parsed_as_people_write_it);
	tcase_add_test(tcase, running_out_of_memory_is_reported);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
