/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/group.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "group_fixture.h"

#define POINTS SIFT_SOURCE_POINTS
#define SUMMARY SIFT_SOURCE_HANDLE_SUMMARY
#define EXPORT SIFT_SOURCE_SUMMARY_EXPORT
#define STATS SIFT_SOURCE_STATS
#define HISTORY SIFT_SOURCE_HISTORY
#define FAILURES SIFT_SOURCE_FAILURES
#define EXCEPTIONS SIFT_SOURCE_EXCEPTIONS
#define COLLECTOR SIFT_SOURCE_COLLECTOR

/* ---- whole archives ---- */

/* As samples/k6/runs: points, summary and export per run. */
#define K6_RUN(folder, n, s, rate, vus, last)                                  \
 {.path = folder "/results.json.gz",                                           \
  .kind = POINTS,                                                              \
  .endpoints = "abcd",                                                         \
  .requests = (n),                                                             \
  .salt = (s),                                                                 \
  .users = (vus),                                                              \
  .last_users = (last)},                                                       \
	 {.path = folder "/summary.json",                                      \
	  .kind = SUMMARY,                                                     \
	  .endpoints = "abcd",                                                 \
	  .requests = (n),                                                     \
	  .salt = (s),                                                         \
	  .rps = (rate),                                                       \
	  .seconds = (n) / (rate),                                             \
	  .threshold = "p(95)<500"},                                           \
 {                                                                             \
  .path = folder "/summary-export.json", .kind = EXPORT, .endpoints = "abcd",  \
  .requests = (n), .salt = (s), .rps = (rate), .threshold = "p(95)<500"        \
 }

static const struct source_row k6_archive[] = {
	K6_RUN("2026-02-17T08-00_baseline_1", 1000, 1, 50.0, 5, 3),
	K6_RUN("2026-02-17T08-01_baseline_2", 1001, 2, 50.1, 4, 2),
	K6_RUN("2026-02-17T08-02_baseline_3", 1002, 3, 49.9, 4, 3),
	K6_RUN("2026-02-18T09-00_optimised_1", 1000, 4, 50.0, 3, 2),
	K6_RUN("2026-02-18T09-01_optimised_2", 1001, 5, 50.0, 3, 2),
	K6_RUN("2026-02-19T10-00_sweep_001rps", 20, 6, 1.0, 1, 2),
	K6_RUN("2026-02-19T10-00_sweep_010rps", 200, 7, 10.0, 1, 2),
	K6_RUN("2026-02-19T10-00_sweep_100rps", 2000, 8, 100.0, 9, 2),
	K6_RUN("2026-02-20T11-00_concurrency_01vus", 80, 9, 4.0, 1, 0),
	K6_RUN("2026-02-20T11-00_concurrency_32vus", 800, 10, 40.0, 32, 0),
	K6_RUN("2026-03-01T12-00_k6v2_new-summary", 500, 11, 25.0, 1, 2),
	K6_RUN("2026-03-01T12-05_k6v2_legacy-summary", 501, 12, 25.0, 1, 2),
};

static const char k6_sets[] =
	"baseline: baseline_1, baseline_2, baseline_3\n"
	"concurrency 1 VU: concurrency_01vus\n"
	"concurrency 32 VUs: concurrency_32vus\n"
	"k6v2_legacy-summary: k6v2_legacy-summary\n"
	"k6v2_new-summary: k6v2_new-summary\n"
	"optimised: optimised_1, optimised_2\n"
	"sweep 1 rps: sweep_001rps\n"
	"sweep 10 rps: sweep_010rps\n"
	"sweep 100 rps: sweep_100rps\n"
	"sweep concurrency users: concurrency 1 VU, concurrency 32 VUs\n"
	"sweep sweep rps: sweep 1 rps, sweep 10 rps, sweep 100 rps\n";

START_TEST(a_k6_archive_falls_into_sets_and_sweeps)
{
	expect_sets(ROWS(k6_archive), k6_sets);
}
END_TEST

/* As samples/locust/perf-archive: four CSVs per run. */
#define LOCUST_RUN(folder, n, bad, s, rate, u)                                 \
 {.path = folder "/load_test_stats.csv",                                       \
  .kind = STATS,                                                               \
  .endpoints = "abc",                                                          \
  .requests = (n),                                                             \
  .failures = (bad),                                                           \
  .rps = (rate),                                                               \
  .salt = (s)},                                                                \
	 {.path = folder "/load_test_stats_history.csv",                       \
	  .kind = HISTORY,                                                     \
	  .requests = (n)-10,                                                  \
	  .failures = (bad),                                                   \
	  .users = (u)},                                                       \
	 {.path = folder "/load_test_failures.csv",                            \
	  .kind = FAILURES,                                                    \
	  .failures = (bad)},                                                  \
 {                                                                             \
  .path = folder "/load_test_exceptions.csv", .kind = EXCEPTIONS               \
 }

static const struct source_row locust_archive[] = {
	LOCUST_RUN("runs/baseline/run-01", 1554, 6, 1, 39.0, 20),
	LOCUST_RUN("runs/baseline/run-02", 1550, 7, 2, 38.9, 20),
	LOCUST_RUN("runs/baseline/run-10", 1560, 5, 3, 39.2, 20),
	LOCUST_RUN("runs/optimised/run-01", 1600, 5, 4, 40.0, 20),
	LOCUST_RUN("runs/optimised/run-02", 1610, 5, 5, 40.1, 20),
	LOCUST_RUN("runs/peak/users-005", 400, 1, 6, 10.0, 5),
	LOCUST_RUN("runs/peak/users-020", 1600, 1, 7, 40.0, 20),
	LOCUST_RUN("runs/peak/users-100", 4000, 1, 8, 100.0, 100),
	LOCUST_RUN("older runs/2025-12 Zürich, v1.4", 300, 0, 9, 10.0, 5),
};

static const char locust_sets[] =
	"baseline: baseline/run-01, baseline/run-02, baseline/run-10\n"
	"older runs/Zürich, v1.4: older runs/Zürich, v1.4\n"
	"optimised: optimised/run-01, optimised/run-02\n"
	"peak 5 users: peak/users-005\n"
	"peak 20 users: peak/users-020\n"
	"peak 100 users: peak/users-100\n"
	"sweep runs/peak/load_test users: "
	"peak 5 users, peak 20 users, peak 100 users\n";

START_TEST(a_locust_archive_falls_into_sets_and_sweeps)
{
	expect_sets(ROWS(locust_archive), locust_sets);
	expect_uses(ROWS(locust_archive), "");
}
END_TEST

START_TEST(only_what_gave_nothing_is_superseded)
{
	static const struct source_row rows[] = {
		K6_RUN("baseline_1", 1000, 1, 50.0, 5, 3)};

	expect_uses(ROWS(rows), "baseline_1/summary-export.json superseded: "
				"figures taken from results.json.gz\n");
}
END_TEST

START_TEST(stems_of_one_folder_are_runs)
{
	static const struct source_row rows[] = {
		{.path = "guide/run1_stats.csv",
		 .kind = STATS,
		 .requests = 1500,
		 .failures = 5,
		 .rps = 50,
		 .salt = 1},
		{.path = "guide/run1_stats_history.csv",
		 .kind = HISTORY,
		 .requests = 310},
		{.path = "guide/run1_failures.csv",
		 .kind = FAILURES,
		 .failures = 12},
		{.path = "guide/run2_stats.csv",
		 .kind = STATS,
		 .requests = 1490,
		 .failures = 0,
		 .rps = 49,
		 .salt = 2},
		{.path = "guide/run2_failures.csv", .kind = FAILURES},
		{.path = "guide/run3_stats.csv",
		 .kind = STATS,
		 .requests = 1510,
		 .failures = 0,
		 .rps = 50,
		 .salt = 3},
	};

	expect_sets(ROWS(rows), "guide: run1, run2, run3\n");
	expect_uses(ROWS(rows), "");
}
END_TEST

START_TEST(files_of_different_tools_are_different_runs)
{
	static const struct source_row rows[] = {
		{.path = "seed/load_test_stats.csv",
		 .kind = STATS,
		 .endpoints = "ab",
		 .requests = 2700,
		 .rps = 90},
		{.path = "seed/load_test_stats_history.csv",
		 .kind = HISTORY,
		 .requests = 310},
		{.path = "seed/load_test_failures.csv",
		 .kind = FAILURES,
		 .failures = 12},
		{.path = "seed/baseline.json",
		 .kind = COLLECTOR,
		 .endpoints = "",
		 .requests = 1500,
		 .rps = 50,
		 .salt = 1},
		{.path = "seed/optimized.json",
		 .kind = COLLECTOR,
		 .endpoints = "",
		 .requests = 1500,
		 .rps = 50,
		 .salt = 2},
		{.path = "seed/metrics_before.txt",
		 .reading = SIFT_READING_IGNORED},
	};

	expect_sets(ROWS(rows), "baseline: baseline\n"
				"load_test: load_test\n"
				"optimized: optimized\n");
	expect_uses(ROWS(rows), "seed/metrics_before.txt ignored: "
				"no known header\n");
}
END_TEST

/* ---- independence ---- */

static void
check_variant(const struct source_row *rows, size_t count, const char *prefix,
	      bool reversed, const char *expected)
{
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g;
	struct sift_digest digest;
	struct sift_buf text;

	digest_of(&digest, rows, count, prefix);
	if (reversed)
		digest_reverse(&digest);
	ck_assert(!sift_group(&g, &digest, NULL, 1, &err));
	sift_buf_init(&text, 0);
	describe_sets(g, &text);
	ck_assert_str_eq(text.ptr, expected);
	for (size_t i = 0; i < g->run_count; i++)
		for (size_t j = 0; j < g->runs[i].source_count; j++)
			ck_assert_ptr_null(
				strstr(g->runs[i].sources[j], ".tar"));
	sift_buf_release(&text);
	sift_grouping_free(g);
	digest_free(&digest);
}

START_TEST(neither_order_nor_packing_matters)
{
	static const char *const prefixes[] = {"", "./", "archive/",
					       "a b/c/2026-01-01/"};

	for (size_t i = 0; i < 4; i++) {
		for (int reversed = 0; reversed < 2; reversed++) {
			check_variant(ROWS(k6_archive), prefixes[i], reversed,
				      k6_sets);
			check_variant(ROWS(locust_archive), prefixes[i],
				      reversed, locust_sets);
		}
	}
}
END_TEST

START_TEST(a_run_alone_is_called_by_its_folder)
{
	static const struct source_row rows[] = {
		{.path = "2026-02-19T10-00_sweep_010rps/results.json",
		 .kind = POINTS,
		 .requests = 100}};
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g;
	struct sift_digest digest;

	expect_sets(ROWS(rows),
		    "sweep 10 rps: 2026-02-19T10-00_sweep_010rps\n");
	digest_of(&digest, ROWS(rows), "");
	ck_assert(!sift_group(&g, &digest, NULL, 1, &err));
	ck_assert_str_eq(g->sets[0].scenario, "sweep");
	ck_assert_str_eq(g->sets[0].load, "10 rps");
	ck_assert_double_eq(g->runs[0].target_rps, 10);
	ck_assert_str_eq(g->runs[0].sources[0], "results.json");
	sift_grouping_free(g);
	digest_free(&digest);
}
END_TEST

START_TEST(labels_of_two_tools_are_told_apart)
{
	static const struct source_row rows[] = {
		LOCUST_RUN("locust/baseline/run-01", 1554, 6, 1, 39.0, 20),
		LOCUST_RUN("locust/baseline/run-02", 1554, 6, 2, 39.0, 20),
		LOCUST_RUN("locust/other/run-01", 1554, 6, 3, 39.0, 20),
		K6_RUN("k6/baseline_1", 1000, 1, 50.0, 5, 3),
		K6_RUN("k6/baseline_2", 1000, 2, 50.0, 5, 3),
		K6_RUN("k6/other", 1000, 3, 50.0, 5, 3),
	};
	static const struct source_row same[] = {
		{.path = "k6/base.json", .kind = SUMMARY, .requests = 10},
		{.path = "locust/base_stats.csv",
		 .kind = STATS,
		 .requests = 10},
	};

	expect_sets(ROWS(rows),
		    "baseline (k6): baseline_1, baseline_2\n"
		    "baseline (locust): baseline/run-01, baseline/run-02\n"
		    "other (k6): other\n"
		    "other (locust): other/run-01\n");
	expect_sets(ROWS(same), "base (k6): k6/base\n"
				"base (locust): locust/base\n");
}
END_TEST

START_TEST(without_any_name_the_tool_is_the_scenario)
{
	static const struct source_row rows[] = {
		{.path = "results.json", .kind = POINTS, .requests = 100}};

	expect_sets(ROWS(rows), "k6: k6\n");
}
END_TEST

/* ---- sources to runs ---- */

START_TEST(of_a_file_packed_and_unpacked_the_fuller_is_used)
{
	static const struct source_row rows[] = {
		{.path = "killed/results.json",
		 .kind = POINTS,
		 .requests = 100},
		{.path = "killed/results.json.gz",
		 .kind = POINTS,
		 .requests = 80,
		 .reading = SIFT_READING_PARTIAL},
	};

	expect_sets(ROWS(rows), "killed: killed\n");
	expect_uses(ROWS(rows), "killed/results.json.gz superseded: "
				"results.json is the fuller file; cut "
				"short\n");
}
END_TEST

START_TEST(another_summary_with_other_totals_is_another_run)
{
	static const struct source_row rows[] = {
		{.path = "x/results.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10},
		{.path = "x/summary.json",
		 .kind = SUMMARY,
		 .requests = 200,
		 .rps = 20,
		 .salt = 1},
	};

	expect_sets(ROWS(rows), "x, 10.0 rps: x (results.json)\n"
				"x, 20.0 rps: x (summary.json)\n");
}
END_TEST

START_TEST(other_stems_whose_totals_agree_are_one_run)
{
	static const struct source_row rows[] = {
		{.path = "x/points.json", .kind = POINTS, .requests = 100},
		{.path = "x/my-end.json",
		 .kind = SUMMARY,
		 .requests = 101,
		 .rps = 10,
		 .seconds = 10},
	};
	static const struct source_row apart[] = {
		{.path = "x/points.json", .kind = POINTS, .requests = 100},
		{.path = "x/my-end.json",
		 .kind = SUMMARY,
		 .requests = 103,
		 .rps = 10,
		 .seconds = 10},
	};

	expect_sets(ROWS(rows), "x: x\n");
	expect_sets(ROWS(apart), "my-end: my-end\nx: x\n");
}
END_TEST

START_TEST(one_stem_is_one_run_even_if_a_file_was_cut)
{
	static const struct source_row rows[] = {
		{.path = "x/results.json",
		 .kind = POINTS,
		 .requests = 50,
		 .reading = SIFT_READING_PARTIAL},
		{.path = "x/summary.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .seconds = 10},
	};

	expect_sets(ROWS(rows), "x: x\n");
	expect_uses(ROWS(rows), "x/results.json partial: cut short\n");
}
END_TEST

START_TEST(points_without_a_request_do_not_hide_the_summary)
{
	static const struct source_row rows[] = {
		{.path = "x/results.json",
		 .kind = POINTS,
		 .endpoints = "",
		 .reading = SIFT_READING_PARTIAL},
		{.path = "x/summary.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .seconds = 10},
	};
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g;
	struct sift_digest digest;

	digest_of(&digest, ROWS(rows), "");
	ck_assert(!sift_group(&g, &digest, NULL, 1, &err));
	ck_assert_uint_eq(g->run_count, 1);
	ck_assert_int_eq(digest.blocks[g->runs[0].blocks[0]]->kind, SUMMARY);
	sift_grouping_free(g);
	digest_free(&digest);
}
END_TEST

static const struct side_case {
	int failures, requests; /* of the stray files */
	const char *uses;
} side_cases[] = {
	{7, 950, ""},
	{8, 1001,
	 "x/z_failures.csv ignored: fits no run of its folder: 8 failures\n"
	 "x/z_stats_history.csv ignored: fits no run of its folder: a history "
	 "of 1001 requests\n"},
	{0, 890,
	 "x/z_failures.csv ignored: fits more than one run of its folder: "
	 "0 failures\n"
	 "x/z_stats_history.csv ignored: fits no run of its folder: a history "
	 "of 890 requests\n"},
};

START_TEST(a_stray_side_file_joins_the_one_run_it_fits)
{
	const struct side_case *c = &side_cases[_i];
	struct source_row rows[] = {
		{.path = "x/a_stats.csv",
		 .kind = STATS,
		 .requests = 1000,
		 .failures = 7,
		 .rps = 50,
		 .salt = 1},
		{.path = "x/b_stats.csv",
		 .kind = STATS,
		 .requests = 500,
		 .rps = 25,
		 .salt = 2},
		{.path = "x/c_stats.csv",
		 .kind = STATS,
		 .requests = 300,
		 .rps = 15,
		 .salt = 3},
		{.path = "x/z_failures.csv",
		 .kind = FAILURES,
		 .failures = c->failures},
		{.path = "x/z_stats_history.csv",
		 .kind = HISTORY,
		 .requests = c->requests},
	};

	expect_uses(ROWS(rows), c->uses);
}
END_TEST

START_TEST(side_files_alone_are_no_run)
{
	static const struct source_row rows[] = {
		{.path = "x/a_failures.csv", .kind = FAILURES, .failures = 1}};

	expect_sets(ROWS(rows), "");
	expect_uses(ROWS(rows),
		    "x/a_failures.csv ignored: no results with it\n");
}
END_TEST

/* ---- duplicates ---- */

START_TEST(a_copied_run_is_counted_once_with_its_side_files)
{
	static const struct source_row rows[] = {
		LOCUST_RUN("a/run-1", 1000, 5, 1, 50.0, 10),
		LOCUST_RUN("a/run-2", 1001, 5, 2, 50.0, 10),
		LOCUST_RUN("copy/run-1", 1000, 5, 1, 50.0, 10),
	};

	expect_sets(ROWS(rows), "load_test: run-1, run-2\n");
	expect_uses(ROWS(rows),
		    "copy/run-1/load_test_exceptions.csv duplicate: "
		    "belongs to a copy of a/run-1/load_test_stats.csv\n"
		    "copy/run-1/load_test_failures.csv duplicate: "
		    "belongs to a copy of a/run-1/load_test_stats.csv\n"
		    "copy/run-1/load_test_stats.csv duplicate: "
		    "same result as a/run-1/load_test_stats.csv\n"
		    "copy/run-1/load_test_stats_history.csv duplicate: "
		    "belongs to a copy of a/run-1/load_test_stats.csv\n");
}
END_TEST

START_TEST(runs_of_one_history_are_two_if_their_statistics_are)
{
	static const struct source_row rows[] = {
		{.path = "a/x_stats.csv",
		 .kind = STATS,
		 .requests = 1000,
		 .rps = 50,
		 .salt = 1},
		{.path = "a/x_stats_history.csv",
		 .kind = HISTORY,
		 .requests = 990,
		 .rps = 50},
		{.path = "b/x_stats.csv",
		 .kind = STATS,
		 .requests = 1000,
		 .rps = 50,
		 .salt = 2},
		{.path = "b/x_stats_history.csv",
		 .kind = HISTORY,
		 .requests = 990,
		 .rps = 50},
		{.path = "c/x_stats_history.csv",
		 .kind = HISTORY,
		 .requests = 990,
		 .rps = 50},
	};

	expect_uses(ROWS(rows), "c/x_stats_history.csv duplicate: "
				"same result as b/x_stats_history.csv\n");
}
END_TEST

START_TEST(a_run_with_fewer_files_is_a_copy_of_the_fuller_one)
{
	static const struct source_row rows[] = {
		{.path = "a/summary.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .seconds = 10},
		{.path = "b/results.json", .kind = POINTS, .requests = 100},
		{.path = "b/summary.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .seconds = 10},
	};

	expect_sets(ROWS(rows), "b: b\n");
	expect_uses(ROWS(rows), "a/summary.json duplicate: "
				"same result as b/summary.json\n");
}
END_TEST

START_TEST(the_copy_in_best_company_stays)
{
	static const struct source_row rows[] = {
		LOCUST_RUN("an archive/x/run-1", 1000, 5, 1, 50.0, 10),
		LOCUST_RUN("runs/x/run-1", 1000, 5, 1, 50.0, 10),
		LOCUST_RUN("runs/x/run-2", 1001, 5, 2, 50.0, 10),
	};

	expect_sets(ROWS(rows), "load_test: run-1, run-2\n");
}
END_TEST

START_TEST(copies_that_lack_different_files_make_one_run)
{
	static const struct source_row rows[] = {
		{.path = "a/results.json",
		 .kind = POINTS,
		 .requests = 60,
		 .reading = SIFT_READING_PARTIAL},
		{.path = "a/summary-export.json",
		 .kind = EXPORT,
		 .requests = 100,
		 .rps = 10},
		{.path = "b/results.json", .kind = POINTS, .requests = 100},
		{.path = "b/summary-export.json",
		 .kind = EXPORT,
		 .requests = 100,
		 .rps = 10},
		{.path = "c/summary.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .seconds = 10},
		{.path = "c/summary-export.json",
		 .kind = EXPORT,
		 .requests = 100,
		 .rps = 10},
	};

	expect_sets(ROWS(rows), "a: a\n");
	expect_uses(ROWS(rows),
		    "a/results.json superseded: less full than "
		    "b/results.json\n"
		    "a/summary-export.json superseded: figures taken from "
		    "results.json\n"
		    "b/summary-export.json duplicate: same result as "
		    "a/summary-export.json\n"
		    "c/summary-export.json duplicate: same result as "
		    "a/summary-export.json\n");
}
END_TEST

START_TEST(a_run_says_what_of_it_could_not_be_read)
{
	static const struct source_row rows[] = {
		{.path = "a/results.json",
		 .kind = POINTS,
		 .reading = SIFT_READING_DAMAGED},
		{.path = "a/summary.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10},
		{.path = "b/x/results.json",
		 .kind = POINTS,
		 .reading = SIFT_READING_DAMAGED},
	};
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g;
	struct sift_digest digest;

	digest_of(&digest, ROWS(rows), "");
	ck_assert(!sift_group(&g, &digest, NULL, 1, &err));
	ck_assert_uint_eq(g->run_count, 1);
	ck_assert_uint_eq(g->uses[0].run, 0);
	ck_assert_int_eq(g->uses[0].role, SIFT_ROLE_DAMAGED);
	ck_assert(g->uses[2].run == SIFT_NONE);
	ck_assert_uint_eq(g->runs[0].note_count, 1);
	ck_assert_str_eq(g->runs[0].notes[0],
			 "results.json could not be read: not JSON");
	ck_assert_uint_eq(g->runs[0].member_count, 1);
	sift_grouping_free(g);
	digest_free(&digest);
}
END_TEST

START_TEST(runs_without_a_request_are_no_copies)
{
	static const struct source_row rows[] = {
		{.path = "a/x_stats.csv", .kind = STATS, .endpoints = ""},
		{.path = "b/x_stats.csv", .kind = STATS, .endpoints = ""},
	};

	expect_sets(ROWS(rows), "a: a\nb: b\n");
}
END_TEST

/* ---- names that need the other runs ---- */

START_TEST(numbers_that_equal_the_users_are_the_load)
{
	static const struct source_row rows[] = {
		LOCUST_RUN("peak/5", 400, 1, 6, 10.0, 5),
		LOCUST_RUN("peak/20", 1600, 1, 7, 40.0, 20),
		LOCUST_RUN("peak/100", 4000, 1, 8, 100.0, 100),
	};
	static const struct source_row repeats[] = {
		LOCUST_RUN("peak/1", 400, 1, 6, 10.0, 5),
		LOCUST_RUN("peak/2", 401, 1, 7, 10.0, 5),
		LOCUST_RUN("peak/5", 402, 1, 8, 10.0, 5),
	};

	expect_sets(ROWS(rows), "load_test 5 users: 5\n"
				"load_test 20 users: 20\n"
				"load_test 100 users: 100\n"
				"sweep load_test users: load_test 5 users, "
				"load_test 20 users, load_test 100 users\n");
	expect_sets(ROWS(repeats), "load_test: 1, 2, 5\n");
}
END_TEST

START_TEST(numbers_that_equal_the_rate_are_the_load)
{
	static const struct source_row rows[] = {
		{.path = "k/rate-10.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 9.5,
		 .salt = 1},
		{.path = "k/rate-50.json",
		 .kind = SUMMARY,
		 .requests = 500,
		 .rps = 51,
		 .salt = 2},
	};

	expect_sets(ROWS(rows), "rate 10 rps: rate-10\nrate 50 rps: rate-50\n"
				"sweep rate rps: rate 10 rps, rate 50 rps\n");
}
END_TEST

START_TEST(numbering_that_restarts_keeps_the_date)
{
	static const struct source_row rows[] = {
		{.path = "n/2024-05-01/run1_stats.csv",
		 .kind = STATS,
		 .requests = 100,
		 .rps = 10,
		 .salt = 1},
		{.path = "n/2024-05-01/run2_stats.csv",
		 .kind = STATS,
		 .requests = 100,
		 .rps = 10,
		 .salt = 2},
		{.path = "n/2024-05-02/run1_stats.csv",
		 .kind = STATS,
		 .requests = 100,
		 .rps = 10,
		 .salt = 3},
	};

	expect_sets(ROWS(rows),
		    "n 2024-05-01: 2024-05-01/run1, 2024-05-01/run2\n"
		    "n 2024-05-02: 2024-05-02/run1\n");
}
END_TEST

START_TEST(runs_that_differ_in_date_are_a_set_that_spans_days)
{
	static const struct source_row rows[] = {
		{.path = "nightly_2024_05_01_23_00/a_stats.csv",
		 .kind = STATS,
		 .requests = 100,
		 .rps = 10,
		 .salt = 1},
		{.path = "nightly_2024_05_04_23_00/a_stats.csv",
		 .kind = STATS,
		 .requests = 100,
		 .rps = 10,
		 .salt = 2},
	};
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g;
	struct sift_digest digest;

	expect_sets(ROWS(rows), "nightly: nightly_2024_05_01_23_00, "
				"nightly_2024_05_04_23_00\n");
	digest_of(&digest, ROWS(rows), "");
	ck_assert(!sift_group(&g, &digest, NULL, 1, &err));
	ck_assert_uint_eq(g->sets[0].days, 4);
	ck_assert_str_eq(g->sets[0].grouped_by,
			 "same name but for the date, over 4 days; same "
			 "endpoints; "
			 "10.0 rps; 10.0 s");
	sift_grouping_free(g);
	digest_free(&digest);
}
END_TEST

/* What the folder of a year holds is one set: the year belongs to the dates. */
static const char *const in_a_year[][2] = {
	{"load/2024/03-05/stats.csv", "load/2024/04-06/stats.csv"},
	{"load/2024/03/05/stats.csv", "load/2024/04/06/stats.csv"},
	{"load/2024/03/05/stats.csv", "load/2024/03/06/stats.csv"},
	{"load/2024/0305/stats.csv", "load/2024/0406/stats.csv"},
	{"load/2024/03-05_stats.csv", "load/2024/04-06_stats.csv"},
	{"2024/load/2024/03-05/stats.csv", "2024/load/2024/03-06/stats.csv"},
	{"2024/03-05/load/stats.csv", "2024/04-06/load/stats.csv"},
	{"2024/03-05/load/stats.csv", "2024/03-05T23/load/stats.csv"},
};

START_TEST(dates_in_the_folder_of_a_year_are_one_set)
{
	struct source_row rows[2];
	struct sift_grouping *g;
	struct sift_digest digest;

	for (size_t i = 0; i < 2; i++)
		rows[i] = (struct source_row){.path = in_a_year[_i][i],
					      .kind = STATS,
					      .requests = 100,
					      .rps = 10,
					      .salt = (int)i + 1};
	digest_of(&digest, rows, 2, "");
	ck_assert(!sift_group(&g, &digest, NULL, 1, NULL));
	ck_assert_msg(g->set_count == 1, "%s", rows[0].path);
	ck_assert_str_eq(g->sets[0].scenario, "load");
	sift_grouping_free(g);
	digest_free(&digest);
}
END_TEST

/* ---- facts that keep runs apart ---- */

static const struct apart_case {
	const char *endpoints;
	int requests;
	double rps;
	int users;
	const char *sets;
	const char *note;
} apart_cases[] = {
	{"ab", 1000, 50, 0, "t: t_1, t_2\n", NULL},
	{"ab", 1000, 57, 0, "t: t_1, t_2\n", NULL},
	{"ab", 1170, 58, 0, "t, 50.0 rps: t_1\nt, 58.0 rps: t_2\n",
	 "named like \"t, 50.0 rps\" but apart from it: 58.0 rps against 50.0 "
	 "rps"},
	{"cd", 1000, 50, 0, "t (t_1): t_1\nt (t_2): t_2\n",
	 "named like \"t (t_1)\" but apart from it: other endpoints"},
	{"abcdefgh", 1000, 50, 0, "t (t_1): t_1\nt (t_2): t_2\n",
	 "named like \"t (t_1)\" but apart from it: other endpoints"},
	{"ab", 1200, 50, 0, "t, 20.0 s: t_1\nt, 24.0 s: t_2\n",
	 "named like \"t, 20.0 s\" but apart from it: 24.0 s against 20.0 s"},
	{"", 1000, 50, 0, "t: t_1, t_2\n", NULL},
	{"ab", 1000, 50, 20, "t: t_1, t_2\n", NULL},
};

START_TEST(runs_of_one_name_stay_apart_when_facts_disagree)
{
	const struct apart_case *c = &apart_cases[_i];
	struct source_row rows[] = {
		{.path = "t_1/s.json",
		 .kind = SUMMARY,
		 .endpoints = "ab",
		 .requests = 1000,
		 .rps = 50,
		 .salt = 1},
		{.path = "t_2/s.json",
		 .kind = SUMMARY,
		 .endpoints = c->endpoints,
		 .requests = c->requests,
		 .rps = c->rps,
		 .users = c->users,
		 .salt = 2},
	};
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g;
	struct sift_digest digest;

	expect_sets(ROWS(rows), c->sets);
	digest_of(&digest, ROWS(rows), "");
	ck_assert(!sift_group(&g, &digest, NULL, 1, &err));
	ck_assert_uint_eq(g->sets[g->set_count - 1].note_count,
			  c->note != NULL);
	if (c->note)
		ck_assert_str_eq(g->sets[g->set_count - 1].notes[0], c->note);
	sift_grouping_free(g);
	digest_free(&digest);
}
END_TEST

START_TEST(with_equal_users_the_rate_may_double)
{
	static const struct source_row rows[] = {
		LOCUST_RUN("t/run-1", 1000, 0, 1, 50.0, 10),
		LOCUST_RUN("t/run-2", 1990, 0, 2, 99.5, 10),
		LOCUST_RUN("t/run-3", 2020, 0, 3, 101.0, 10),
		LOCUST_RUN("t/run-4", 1000, 0, 4, 50.0, 11),
	};

	expect_sets(ROWS(rows), "load_test, 11 users: run-4\n"
				"load_test, 50.0 to 99.5 rps: run-1, run-2\n"
				"load_test, 101 rps: run-3\n");
}
END_TEST

START_TEST(a_kept_number_brings_the_expression_that_would_join)
{
	static const struct source_row rows[] = {
		{.path = "pr-123/s.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .salt = 1},
		{.path = "pr-124/s.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .salt = 2},
	};
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g;
	struct sift_digest digest;

	digest_of(&digest, ROWS(rows), "");
	ck_assert(!sift_group(&g, &digest, NULL, 1, &err));
	ck_assert_uint_eq(g->set_count, 2);
	ck_assert_str_eq(g->sets[0].notes[0],
			 "2 sets differ in name by a number only; --group-by "
			 "'(?<set>pr)-(?<run>[0-9]+)' joins them");
	sift_grouping_free(g);
	ck_assert(
		!sift_group(&g, &digest, "(?<set>pr)-(?<run>[0-9]+)", 1, &err));
	ck_assert_uint_eq(g->set_count, 1);
	ck_assert_str_eq(g->sets[0].label, "pr");
	ck_assert_uint_eq(g->sets[0].run_count, 2);
	sift_grouping_free(g);
	digest_free(&digest);
}
END_TEST

/* ---- sweeps ---- */

START_TEST(at_one_load_the_set_with_most_runs_is_the_level)
{
	static const struct source_row rows[] = {
		{.path = "s_10rps_1/s.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .salt = 1},
		{.path = "s_10rps_2/s.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .salt = 2},
		{.path = "s_10rps_3/s.json",
		 .kind = SUMMARY,
		 .requests = 500,
		 .rps = 50,
		 .salt = 3},
		{.path = "s_20rps_1/s.json",
		 .kind = SUMMARY,
		 .requests = 200,
		 .rps = 20,
		 .salt = 4},
		{.path = "s_40rps_1/s.json",
		 .kind = SUMMARY,
		 .requests = 400,
		 .rps = 40,
		 .salt = 5},
		{.path = "s_40rps_2/s.json",
		 .kind = SUMMARY,
		 .requests = 900,
		 .rps = 90,
		 .salt = 6},
	};

	expect_sets(ROWS(rows), "s 10 rps, 10.0 rps: s_10rps_1, s_10rps_2\n"
				"s 10 rps, 50.0 rps: s_10rps_3\n"
				"s 20 rps: s_20rps_1\n"
				"s 40 rps, 40.0 rps: s_40rps_1\n"
				"s 40 rps, 90.0 rps: s_40rps_2\n"
				"sweep s rps: s 10 rps, 10.0 rps, s 20 rps\n");
}
END_TEST

#define FOLDER_RUN(stem, n, rate, u)                                           \
 {.path = "f/" stem "_stats.csv",                                              \
  .kind = STATS,                                                               \
  .requests = (n),                                                             \
  .rps = (rate)},                                                              \
 {                                                                             \
  .path = "f/" stem "_stats_history.csv", .kind = HISTORY, .requests = (n),    \
  .users = (u)                                                                 \
 }

START_TEST(three_known_numbers_of_users_in_a_folder_are_a_sweep)
{
	static const struct source_row three[] = {
		FOLDER_RUN("small", 100, 10.0, 5),
		FOLDER_RUN("medium", 500, 50.0, 50),
		FOLDER_RUN("large", 900, 90.0, 100),
	};
	static const struct source_row equal[] = {
		FOLDER_RUN("small", 100, 10.0, 5),
		FOLDER_RUN("medium", 500, 50.0, 50),
		FOLDER_RUN("large", 900, 90.0, 50),
	};
	static const struct source_row rates[] = {
		FOLDER_RUN("small", 100, 10.0, 0),
		FOLDER_RUN("medium", 500, 50.0, 0),
		FOLDER_RUN("large", 900, 90.0, 0),
	};
	static const char sets[] =
		"large: large\nmedium: medium\nsmall: small\n";

	expect_sets(ROWS(three), "large: large\nmedium: medium\nsmall: small\n"
				 "sweep f users: small, medium, large\n");
	expect_sets(ROWS(equal), sets);
	expect_sets(ROWS(rates), sets);
}
END_TEST

/* ---- --group-by ---- */

static void
check_group_by(const struct source_row *rows, size_t count,
	       const char *expression, const char *expected)
{
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g;
	struct sift_digest digest;
	struct sift_buf text;

	digest_of(&digest, rows, count, "");
	ck_assert_msg(!sift_group(&g, &digest, expression, 1, &err), "%s",
		      err.what);
	sift_buf_init(&text, 0);
	describe_sets(g, &text);
	ck_assert_str_eq(text.ptr, expected);
	sift_buf_release(&text);
	sift_grouping_free(g);
	digest_free(&digest);
}

START_TEST(the_user_may_group_otherwise)
{
	static const struct source_row rows[] = {
		{.path = "q/red-7-heavy_stats.csv",
		 .kind = STATS,
		 .requests = 100,
		 .failures = 3,
		 .rps = 10,
		 .salt = 1},
		{.path = "q/red-8-light_stats.csv",
		 .kind = STATS,
		 .requests = 500,
		 .rps = 50,
		 .salt = 2},
		{.path = "side/red-7_failures.csv",
		 .kind = FAILURES,
		 .failures = 3},
		{.path = "q/blue_stats.csv",
		 .kind = STATS,
		 .requests = 100,
		 .rps = 10,
		 .salt = 3},
	};

	check_group_by(ROWS(rows), "(?<set>red)-(?<run>\\d+)",
		       "blue: blue\nred: red-7-heavy, red-8-light\n");
	check_group_by(ROWS(rows),
		       "(?<set>red)-(?<run>\\d+)(-(?<load>[a-z]+))?",
		       "blue: blue\nred heavy: red-7-heavy\n"
		       "red light: red-8-light\n");
}
END_TEST

START_TEST(an_expression_that_matches_nothing_is_said_to)
{
	static const struct source_row rows[] = {
		{.path = "q/red-7_stats.csv", .kind = STATS, .requests = 9}};
	static const struct {
		const char *expression;
		bool warned;
	} cases[] = {
		{"(?<set>red)-", false},
		{"(?<set>blue)-", true},
		{"(?<set>x?)red", true}, /* matches, but captures nothing */
		{NULL, false},
	};
	struct sift_digest digest;

	digest_of(&digest, ROWS(rows), "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sift_grouping *g;

		ck_assert(
			!sift_group(&g, &digest, cases[i].expression, 1, NULL));
		ck_assert_int_eq(g->warning ? 1 : 0, cases[i].warned);
		sift_grouping_free(g);
	}
	digest_free(&digest);
}
END_TEST

START_TEST(what_speaks_against_the_users_grouping_is_noted)
{
	static const struct source_row rows[] = {
		{.path = "q/red-7_stats.csv",
		 .kind = STATS,
		 .endpoints = "ab",
		 .requests = 100,
		 .rps = 10,
		 .salt = 1},
		{.path = "q/red-8_stats.csv",
		 .kind = STATS,
		 .endpoints = "cd",
		 .requests = 500,
		 .rps = 50,
		 .salt = 2},
		{.path = "q/blue-7_stats.csv",
		 .kind = STATS,
		 .requests = 500,
		 .rps = 50,
		 .salt = 3},
	};
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g;
	struct sift_digest digest;

	digest_of(&digest, ROWS(rows), "");
	ck_assert(!sift_group(&g, &digest, "(?<set>[a-z]+)-", 1, &err));
	ck_assert_uint_eq(g->set_count, 2);
	ck_assert_uint_eq(g->sets[0].note_count, 0);
	ck_assert_uint_eq(g->sets[1].note_count, 1);
	ck_assert_str_eq(g->sets[1].notes[0],
			 "its runs differ: 10.0 to 50.0 rps, endpoints");
	sift_grouping_free(g);
	digest_free(&digest);
}
END_TEST

START_TEST(sources_of_one_captured_run_are_one_run)
{
	static const struct source_row rows[] = {
		{.path = "points/a-1.json",
		 .kind = POINTS,
		 .requests = 100,
		 .salt = 1},
		{.path = "points/a-2.json",
		 .kind = POINTS,
		 .requests = 100,
		 .salt = 2},
		{.path = "ends/a-1.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .seconds = 10,
		 .salt = 1},
		{.path = "ends/a-2.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .seconds = 10,
		 .salt = 2},
	};

	check_group_by(ROWS(rows), "(?<set>a)-(?<run>\\d+)", "a: a-1, a-2\n");
}
END_TEST

START_TEST(a_wrong_expression_is_the_users_fault)
{
	static const char *const wrong[] = {"(", "(?<run>a)", "[a-z"};
	struct sift_grouping *g = NULL;
	struct sift_digest digest;

	digest_of(&digest, ROWS(k6_archive), "");
	for (size_t i = 0; i < 3; i++) {
		struct sift_err err = {.status = SIFT_OK};

		ck_assert_int_eq(sift_group(&g, &digest, wrong[i], 1, &err),
				 SIFT_E_USAGE);
		ck_assert(*err.what);
		ck_assert_ptr_null(g);
	}
	digest_free(&digest);
}
END_TEST

/* ---- nothing, and no memory ---- */

START_TEST(nothing_to_group_is_said_with_the_ledger)
{
	static const struct source_row rows[] = {
		{.path = "a.txt", .reading = SIFT_READING_IGNORED},
		{.path = "b.json",
		 .kind = POINTS,
		 .reading = SIFT_READING_DAMAGED},
	};
	struct sift_err err = {.status = SIFT_OK};
	struct sift_grouping *g;
	struct sift_digest digest;

	expect_uses(ROWS(rows), "a.txt ignored: no known header\n"
				"b.json damaged: not JSON\n");
	digest_of(&digest, rows, 0, "");
	ck_assert_int_eq(sift_group(&g, &digest, NULL, 1, &err), SIFT_E_EMPTY);
	ck_assert_uint_eq(g->run_count, 0);
	sift_grouping_free(g);
	sift_grouping_free(NULL);
	digest_free(&digest);
}
END_TEST

START_TEST(running_out_of_memory_is_reported)
{
	struct sift_digest digest;
	enum sift_status rc = SIFT_E_NOMEM;

	digest_of(&digest, ROWS(locust_archive), "");
	for (uint64_t n = 1; rc && n < 3000; n++) {
		struct sift_err err = {.status = SIFT_OK};
		struct sift_grouping *g = NULL;

		sift_mem_fail_at(n, 1);
		rc = sift_group(&g, &digest, "(?<set>peak)", 1, &err);
		sift_mem_fail_at(0, 0);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		ck_assert((rc == SIFT_OK) == (g != NULL));
		sift_grouping_free(g);
	}
	ck_assert_int_eq(rc, SIFT_OK);
	digest_free(&digest);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(*(table))))

int
main(void)
{
	Suite *suite = suite_create("group");
	TCase *t = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(t, a_k6_archive_falls_into_sets_and_sweeps);
	tcase_add_test(t, a_locust_archive_falls_into_sets_and_sweeps);
	tcase_add_test(t, only_what_gave_nothing_is_superseded);
	tcase_add_test(t, stems_of_one_folder_are_runs);
	tcase_add_test(t, files_of_different_tools_are_different_runs);
	tcase_add_test(t, neither_order_nor_packing_matters);
	tcase_add_test(t, a_run_alone_is_called_by_its_folder);
	tcase_add_test(t, labels_of_two_tools_are_told_apart);
	tcase_add_test(t, without_any_name_the_tool_is_the_scenario);
	tcase_add_test(t, of_a_file_packed_and_unpacked_the_fuller_is_used);
	tcase_add_test(t, another_summary_with_other_totals_is_another_run);
	tcase_add_test(t, other_stems_whose_totals_agree_are_one_run);
	tcase_add_test(t, one_stem_is_one_run_even_if_a_file_was_cut);
	tcase_add_test(t, points_without_a_request_do_not_hide_the_summary);
	tcase_add_loop_test(t, a_stray_side_file_joins_the_one_run_it_fits, 0,
			    COUNT(side_cases));
	tcase_add_test(t, side_files_alone_are_no_run);
	tcase_add_test(t, a_copied_run_is_counted_once_with_its_side_files);
	tcase_add_test(t, runs_of_one_history_are_two_if_their_statistics_are);
	tcase_add_test(t, a_run_with_fewer_files_is_a_copy_of_the_fuller_one);
	tcase_add_test(t, the_copy_in_best_company_stays);
	tcase_add_test(t, copies_that_lack_different_files_make_one_run);
	tcase_add_test(t, a_run_says_what_of_it_could_not_be_read);
	tcase_add_test(t, runs_without_a_request_are_no_copies);
	tcase_add_test(t, numbers_that_equal_the_users_are_the_load);
	tcase_add_test(t, numbers_that_equal_the_rate_are_the_load);
	tcase_add_test(t, numbering_that_restarts_keeps_the_date);
	tcase_add_test(t, runs_that_differ_in_date_are_a_set_that_spans_days);
	tcase_add_loop_test(t, dates_in_the_folder_of_a_year_are_one_set, 0,
			    COUNT(in_a_year));
	tcase_add_loop_test(t, runs_of_one_name_stay_apart_when_facts_disagree,
			    0, COUNT(apart_cases));
	tcase_add_test(t, with_equal_users_the_rate_may_double);
	tcase_add_test(t, a_kept_number_brings_the_expression_that_would_join);
	tcase_add_test(t, at_one_load_the_set_with_most_runs_is_the_level);
	tcase_add_test(t, three_known_numbers_of_users_in_a_folder_are_a_sweep);
	tcase_add_test(t, the_user_may_group_otherwise);
	tcase_add_test(t, an_expression_that_matches_nothing_is_said_to);
	tcase_add_test(t, what_speaks_against_the_users_grouping_is_noted);
	tcase_add_test(t, sources_of_one_captured_run_are_one_run);
	tcase_add_test(t, a_wrong_expression_is_the_users_fault);
	tcase_add_test(t, nothing_to_group_is_said_with_the_ledger);
	tcase_add_test(t, running_out_of_memory_is_reported);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
