/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "group_fixture.h"

static const struct sift_assemble_options everything = {.wants_ranges = true,
							.threads = 1};

#define POINTS SIFT_SOURCE_POINTS
#define SUMMARY SIFT_SOURCE_HANDLE_SUMMARY
#define EXPORT SIFT_SOURCE_SUMMARY_EXPORT
#define STATS SIFT_SOURCE_STATS

/* A document of some rows, with all it stands on. */
struct assembled {
	struct sift_document doc;
	struct sift_digest digest;
	struct sift_grouping *grouping;
	struct sift_arena arena;
};

static void
assemble(struct assembled *a, const struct source_row *rows, size_t count,
	 const char *prefix, bool reversed)
{
	struct sift_err err = {.status = SIFT_OK};
	enum sift_status rc;

	*a = (struct assembled){0};
	sift_arena_init(&a->arena);
	digest_of(&a->digest, rows, count, prefix);
	if (reversed)
		digest_reverse(&a->digest);
	rc = sift_group(&a->grouping, &a->digest, NULL, 1, &err);
	ck_assert(rc == SIFT_OK || rc == SIFT_E_EMPTY);
	err = (struct sift_err){.status = SIFT_OK};
	rc = sift_assemble(&a->doc, &a->arena, &a->digest, a->grouping,
			   &everything, &err);
	ck_assert_msg(!rc, "%s", err.what);
}

static void
release(struct assembled *a)
{
	sift_arena_release(&a->arena);
	sift_grouping_free(a->grouping);
	digest_free(&a->digest);
}

#define RUN_POINTS(folder, n, s)                                               \
 {                                                                             \
  .path = folder "/results.json", .kind = POINTS, .endpoints = "ab",           \
  .requests = (n), .failures = 3, .salt = (s)                                  \
 }
#define RUN_SUMMARY(folder, n, s)                                              \
 {                                                                             \
  .path = folder "/summary.json", .kind = SUMMARY, .endpoints = "ab",          \
  .requests = (n), .failures = 3, .salt = (s), .rps = (n) / 10.0,              \
  .seconds = 10, .threshold = "p(95)<500"                                      \
 }
#define RUN_EXPORT(folder, n, s)                                               \
 {                                                                             \
  .path = folder "/summary-export.json", .kind = EXPORT, .endpoints = "ab",    \
  .requests = (n), .failures = 3, .salt = (s), .rps = (n) / 10.0               \
 }

/* The same of what was written and read again; nobody asks for ranges, so what
   was reported may stay where it lies. */
static void
assemble_read(struct assembled *a, const struct source_row *rows, size_t count)
{
	static const struct sift_assemble_options few = {.threads = 1};
	struct sift_digest built;

	*a = (struct assembled){0};
	sift_arena_init(&a->arena);
	digest_of(&built, rows, count, "");
	sift_digest_init(&a->digest);
	for (size_t i = 0; i < count; i++) {
		struct sift_buf bytes = {0};

		ck_assert(!sift_block_write(built.blocks[i], &bytes, NULL));
		ck_assert(!sift_digest_take_block(&a->digest,
						  sift_buf_span(&bytes), NULL));
		sift_buf_release(&bytes);
	}
	digest_free(&built);
	ck_assert(!sift_group(&a->grouping, &a->digest, NULL, 1, NULL));
	ck_assert(!sift_assemble(&a->doc, &a->arena, &a->digest, a->grouping,
				 &few, NULL));
}

static void
release_read(struct assembled *a)
{
	sift_arena_release(&a->arena);
	sift_grouping_free(a->grouping);
	sift_digest_release(&a->digest);
}

/* ---- runs ---- */

static double
share_of(const struct sift_run *run, size_t endpoint)
{
	const struct sift_series e = sift_run_endpoint(run, endpoint);

	return sift_share_of_time(&e, run->spent_ms);
}

START_TEST(a_run_takes_figures_from_points_and_facts_from_the_summary)
{
	static const struct source_row rows[] = {RUN_POINTS("base_1", 100, 0),
						 RUN_SUMMARY("base_1", 100, 7)};
	struct assembled a;
	const struct sift_run *run;

	assemble(&a, ROWS(rows), "", false);
	ck_assert_uint_eq(a.doc.run_count, 1);
	run = &a.doc.runs[0];
	ck_assert_str_eq(run->source_kind, "points");
	ck_assert_int_eq(run->total.origin, SIFT_ORIGIN_EXACT);
	ck_assert_int_eq(run->total.requests, 100);
	ck_assert_int_eq(run->total.failures, 3);
	ck_assert_double_eq_tol(run->total.rps, 10, 1e-12);
	ck_assert_double_eq_tol(run->load.measured_rps, 10, 1e-12);
	ck_assert_double_eq(run->duration_s, 10);
	ck_assert_uint_eq(run->endpoint_count, 2);
	ck_assert_str_eq(run->endpoints[0].name, "a");
	ck_assert_double_eq_tol(sift_run_endpoint(run, 0).result->rps, 5,
				1e-12);
	ck_assert_double_eq_tol(share_of(run, 0), 0.5, 1e-12);
	ck_assert_uint_eq(run->threshold_count, 1);
	ck_assert_int_eq(run->thresholds[0].passed, 1);
	ck_assert_str_eq(run->started_at, "2026-02-17T08:00:00Z");
	ck_assert_uint_eq(run->source_count, 2);
	ck_assert_uint_eq(strlen(run->id), 13);
	ck_assert(run->id[0] == 'r');
	release(&a);
}
END_TEST

START_TEST(a_source_without_a_total_gets_one_from_its_endpoints)
{
	static const struct source_row rows[] = {{.path = "x_stats.csv",
						  .kind = STATS,
						  .endpoints = "abc",
						  .requests = 300,
						  .failures = 6,
						  .rps = 30,
						  .no_total = true}};
	struct assembled a;
	const struct sift_result *total;

	assemble(&a, ROWS(rows), "", false);
	total = &a.doc.runs[0].total;
	ck_assert_int_eq(total->requests, 300);
	ck_assert_int_eq(total->failures, 6);
	ck_assert_double_eq_tol(total->error_rate, 0.02, 1e-12);
	ck_assert_double_eq_tol(total->rps, 30, 1e-9);
	ck_assert_double_eq_tol(total->latency.ms[SIFT_STAT_MEAN], 5, 1e-12);
	ck_assert(isnan(total->latency.ms[SIFT_STAT_P95]));
	release(&a);
}
END_TEST

START_TEST(ids_depend_on_content_alone)
{
	static const struct source_row rows[] = {
		RUN_POINTS("base_1", 100, 1), RUN_SUMMARY("base_1", 100, 1),
		RUN_POINTS("base_2", 100, 2), RUN_SUMMARY("base_2", 100, 2)};
	struct assembled a, b;

	assemble(&a, ROWS(rows), "", false);
	assemble(&b, ROWS(rows), "all.tar.gz/", true);
	ck_assert_uint_eq(a.doc.run_count, 2);
	ck_assert_uint_eq(a.doc.set_count, 1);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_str_eq(a.doc.runs[i].id, b.doc.runs[i].id);
		ck_assert_str_eq(a.doc.runs[i].label, b.doc.runs[i].label);
	}
	ck_assert_str_ne(a.doc.runs[0].id, a.doc.runs[1].id);
	ck_assert_str_eq(a.doc.sets[0].id, b.doc.sets[0].id);
	release(&a);
	release(&b);
}
END_TEST

START_TEST(no_two_runs_or_sets_have_one_id)
{
	static const struct source_row rows[] = {
		{.path = "a/x_stats.csv", .kind = STATS, .endpoints = ""},
		{.path = "b/x_stats.csv", .kind = STATS, .endpoints = ""},
		{.path = "t_1/s.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .rps = 10,
		 .salt = 1},
		{.path = "t_2/s.json",
		 .kind = SUMMARY,
		 .requests = 500,
		 .rps = 50,
		 .salt = 2},
	};
	struct assembled a;

	assemble(&a, ROWS(rows), "", false);
	ck_assert_uint_eq(a.doc.set_count, 4);
	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < i; j++) {
			ck_assert_str_ne(a.doc.runs[i].id, a.doc.runs[j].id);
			ck_assert_str_ne(a.doc.sets[i].id, a.doc.sets[j].id);
		}
	}
	release(&a);
}
END_TEST

/* ---- sets ---- */

START_TEST(a_run_that_lost_its_points_is_left_out)
{
	static const struct source_row rows[] = {
		RUN_POINTS("base_1", 100, 1),  RUN_SUMMARY("base_1", 100, 1),
		RUN_POINTS("base_2", 101, 2),  RUN_SUMMARY("base_2", 101, 2),
		RUN_SUMMARY("base_3", 102, 3), RUN_POINTS("base_4", 103, 4),
		RUN_SUMMARY("base_4", 103, 4),
	};
	struct assembled a;
	const struct sift_set *set;
	const struct sift_spread *p95;

	assemble(&a, ROWS(rows), "", false);
	ck_assert_uint_eq(a.doc.set_count, 1);
	set = &a.doc.sets[0];
	ck_assert_str_eq(set->label, "base");
	ck_assert_uint_eq(set->run_count, 4);
	ck_assert_str_eq(set->source_kind, "points");
	ck_assert_uint_eq(set->endpoint_count, 2);
	p95 = &set->endpoints[0].result.latency[SIFT_STAT_P95];
	ck_assert_uint_eq(p95->n, 3);
	ck_assert_uint_eq(p95->value_count, 4);
	ck_assert(!isnan(sift_spread_value(p95, 1)));
	ck_assert(isnan(sift_spread_value(p95, 2)));
	ck_assert_uint_eq(set->total.requests.n, 3);
	ck_assert_double_eq(sift_spread_value(&set->total.requests, 3), 103);
	ck_assert_str_eq(set->total.source_kind, "points");
	ck_assert_int_eq(set->total.origin, SIFT_ORIGIN_EXACT);
	ck_assert(!isnan(set->endpoints[0].result.share_of_time));
	ck_assert(isnan(set->total.share_of_time));
	ck_assert_uint_eq(set->note_count, 1);
	ck_assert_str_eq(set->notes[0], "latencies are of 3 of 4 runs: base_3 "
					"has no points");
	release(&a);
}
END_TEST

START_TEST(the_kind_that_most_runs_have_is_compared)
{
	static const struct source_row rows[] = {
		RUN_POINTS("base_1", 100, 1),
		RUN_EXPORT("base_1", 100, 1),
		RUN_EXPORT("base_2", 101, 2),
		RUN_EXPORT("base_3", 102, 3),
	};
	struct assembled a;
	const struct sift_set *set;

	assemble(&a, ROWS(rows), "", false);
	set = &a.doc.sets[0];
	ck_assert_uint_eq(set->run_count, 3);
	ck_assert_str_eq(set->source_kind, "summary export");
	ck_assert_uint_eq(set->total.latency[SIFT_STAT_P95].n, 3);
	/* Only points know p99, so it is theirs, of one run. */
	ck_assert_uint_eq(set->total.latency[SIFT_STAT_P99].n, 1);
	ck_assert_str_eq(a.doc.inputs[1].source, "base_1/summary-export.json");
	ck_assert_int_eq(a.doc.inputs[1].role, SIFT_ROLE_USED);
	ck_assert_ptr_null(a.doc.inputs[1].reason);
	release(&a);
}
END_TEST

START_TEST(spreads_are_over_runs_in_their_order)
{
	static const struct source_row rows[] = {
		{.path = "t/run-1_stats.csv",
		 .kind = STATS,
		 .requests = 100,
		 .rps = 10,
		 .salt = 1000},
		{.path = "t/run-2_stats.csv",
		 .kind = STATS,
		 .requests = 104,
		 .rps = 10.4,
		 .salt = 3000},
		{.path = "t/run-10_stats.csv",
		 .kind = STATS,
		 .requests = 102,
		 .rps = 10.2,
		 .salt = 2000},
	};
	struct assembled a;
	const struct sift_set *set;
	const struct sift_spread *mean;

	assemble(&a, ROWS(rows), "", true);
	set = &a.doc.sets[0];
	ck_assert_uint_eq(set->run_count, 3);
	ck_assert_str_eq(a.doc.runs[set->runs[2]].label, "run-10");
	mean = &set->total.latency[SIFT_STAT_MEAN];
	ck_assert_double_eq(sift_spread_value(mean, 0), 6);
	ck_assert_double_eq(sift_spread_value(mean, 1), 8);
	ck_assert_double_eq(sift_spread_value(mean, 2), 7);
	ck_assert_double_eq(mean->median, 7);
	ck_assert_double_eq(sift_spread_scatter(mean).stddev, 1);
	ck_assert_double_eq_tol(set->measured_rps, 10.2, 1e-12);
	ck_assert_double_eq_tol(set->duration_s, 10, 1e-9);
	ck_assert_ptr_null(set->total.latency_ok);
	release(&a);
}
END_TEST

/* What a document says of a set and its runs, in short. */
static void
expect_same_set(const struct sift_document *one,
		const struct sift_document *other, size_t i)
{
	const struct sift_set *x = &one->sets[i], *y = &other->sets[i];

	ck_assert_str_eq(x->id, y->id);
	ck_assert_uint_eq(x->endpoint_count, y->endpoint_count);
	ck_assert_double_eq(x->total.requests.median, y->total.requests.median);
	ck_assert_double_eq(x->total.latency[SIFT_STAT_P95].median,
			    y->total.latency[SIFT_STAT_P95].median);
	ck_assert_uint_eq(x->run_count, 2);
	for (size_t r = 0; r < x->run_count; r++) {
		const struct sift_run *a = &one->runs[x->runs[r]];
		const struct sift_run *b = &other->runs[y->runs[r]];

		ck_assert_str_eq(a->id, b->id);
		ck_assert_uint_eq(a->note_count, b->note_count);
		ck_assert_uint_eq(a->endpoint_count, b->endpoint_count);
		ck_assert_double_eq(share_of(a, 1), share_of(b, 1));
	}
}

/* With one thread these are so many sets that each is done with its runs, with
   64 all runs come first. */
START_TEST(many_sets_are_what_few_would_be)
{
	enum { SETS = 16, MANY_THREADS = 64 };
	static const struct sift_assemble_options runs_first = {
		.wants_ranges = true, .threads = MANY_THREADS};
	struct source_row rows[2 * SETS];
	char paths[2 * SETS][32];
	struct sift_document other = {0};
	struct assembled a;

	for (size_t i = 0; i < 2 * SETS; i++) {
		snprintf(paths[i], sizeof(paths[i]), "test%c_%zu/results.json",
			 (int)('a' + i / 2), i % 2 + 1);
		rows[i] = (struct source_row){.path = paths[i],
					      .kind = POINTS,
					      .endpoints = "ab",
					      .requests = (int)(100 + 7 * i),
					      .failures = 3,
					      .salt = (int)i};
	}
	assemble(&a, rows, 2 * SETS, "", false);
	ck_assert(!sift_assemble(&other, &a.arena, &a.digest, a.grouping,
				 &runs_first, NULL));
	ck_assert_uint_eq(a.doc.set_count, SETS);
	ck_assert_uint_eq(other.set_count, SETS);
	ck_assert_uint_eq(other.run_count, a.doc.run_count);
	for (size_t i = 0; i < SETS; i++)
		expect_same_set(&a.doc, &other, i);
	release(&a);
}
END_TEST

/* One row with rates, one without: only of the first all is as the report has
   it. With one stated duration the second has them too. */
START_TEST(reported_series_are_left_where_they_lie)
{
	static const struct source_row rows[] = {
		{.path = "t/run-1_stats.csv",
		 .kind = STATS,
		 .endpoints = "ab",
		 .requests = 100,
		 .failures = 3,
		 .rps = 10},
		{.path = "t/run-2_stats.csv",
		 .kind = STATS,
		 .endpoints = "ab",
		 .requests = 104,
		 .seconds = 10},
	};
	struct assembled made, left;

	assemble(&made, ROWS(rows), "", false);
	assemble_read(&left, ROWS(rows));
	ck_assert_uint_eq(left.doc.run_count, 2);
	expect_same_set(&made.doc, &left.doc, 0);
	for (size_t i = 0; i < 2; i++) {
		const struct sift_run *a = &made.doc.runs[i];
		const struct sift_run *b = &left.doc.runs[i];
		const struct sift_block *block = left.digest.blocks[i];

		ck_assert_ptr_ne(a->endpoints, made.digest.blocks[i]->series);
		ck_assert_int_eq(b->endpoints == block->series, i == 0);
		ck_assert_double_eq(a->spent_ms, b->spent_ms);
		ck_assert_double_eq(b->spent_ms, i ? 520 : 500);
		ck_assert_double_eq(a->total.rps, b->total.rps);
		for (size_t e = 0; e < b->endpoint_count; e++) {
			const struct sift_series x = sift_run_endpoint(a, e);
			const struct sift_series y = sift_run_endpoint(b, e);

			ck_assert_str_eq(x.name, y.name);
			ck_assert_int_eq(x.result->requests,
					 y.result->requests);
			ck_assert_double_eq(x.result->rps, i ? 5.2 : 5);
			ck_assert_double_eq(y.result->rps, i ? 5.2 : 5);
		}
	}
	release(&made);
	release_read(&left);
}
END_TEST

/* Whose endpoints were seen before adds none; whose were not adds its own. */
START_TEST(a_set_has_the_endpoints_of_all_its_runs)
{
	static const char *const endpoints[] = {"acdefg", "acdefg", "abcdef",
						"acdefg", "acdefh"};
	static const char all[] = "abcdefgh";
	static const unsigned runs[] = {5, 1, 5, 5, 5, 5, 3, 1};
	struct source_row rows[5];
	struct assembled a;
	const struct sift_set *set;

	for (size_t i = 0; i < 5; i++)
		rows[i] = (struct source_row){.kind = STATS,
					      .endpoints = endpoints[i],
					      .requests = 600,
					      .rps = 60,
					      .salt = (int)i};
	rows[0].path = "t/run-1_stats.csv";
	rows[1].path = "t/run-2_stats.csv";
	rows[2].path = "t/run-3_stats.csv";
	rows[3].path = "t/run-4_stats.csv";
	rows[4].path = "t/run-5_stats.csv";
	assemble_read(&a, rows, 5);
	ck_assert_uint_eq(a.doc.set_count, 1);
	set = &a.doc.sets[0];
	ck_assert_uint_eq(set->endpoint_count, 8);
	for (size_t i = 0; i < 8; i++) {
		ck_assert_int_eq(set->endpoints[i].name[0], all[i]);
		ck_assert_uint_eq(set->endpoints[i].result.requests.n, runs[i]);
	}
	release_read(&a);
}
END_TEST

START_TEST(runs_of_other_endpoints_are_another_set)
{
	static const struct source_row rows[] = {
		{.path = "t/run-1_stats.csv",
		 .kind = STATS,
		 .endpoints = "ab",
		 .requests = 100,
		 .rps = 10},
		{.path = "t/run-2_stats.csv",
		 .kind = STATS,
		 .endpoints = "xy",
		 .requests = 100,
		 .rps = 10,
		 .salt = 1},
	};
	struct assembled a;

	assemble_read(&a, ROWS(rows));
	ck_assert_uint_eq(a.doc.run_count, 2);
	ck_assert_uint_eq(a.doc.set_count, 2);
	release_read(&a);
}
END_TEST

/* Of endpoints that may not be all nobody knows which share of time they took,
   whether rows were made or not. */
START_TEST(shares_of_what_was_cut_are_unknown)
{
	static const struct source_row rows[] = {{.path = "t_stats.csv",
						  .kind = STATS,
						  .endpoints = "ab",
						  .requests = 100,
						  .rps = 10,
						  .is_cut = true}};
	struct assembled made, left;

	assemble(&made, ROWS(rows), "", false);
	assemble_read(&left, ROWS(rows));
	ck_assert_uint_eq(left.doc.runs[0].endpoint_count, 2);
	ck_assert_double_nan(made.doc.runs[0].spent_ms);
	ck_assert_double_nan(left.doc.runs[0].spent_ms);
	ck_assert_double_nan(
		left.doc.sets[0].endpoints[0].result.share_of_time);
	release(&made);
	release_read(&left);
}
END_TEST

/* Percentiles from another file go to the run, not into the source's block. */
START_TEST(what_a_block_says_stays_when_files_are_joined)
{
	static const struct source_row rows[] = {
		{.path = "base_1/x_requests.csv",
		 .kind = STATS,
		 .endpoints = "ab",
		 .requests = 90,
		 .rps = 9},
		{.path = "base_1/x_distribution.csv",
		 .kind = SIFT_SOURCE_DISTRIBUTION,
		 .endpoints = "ab",
		 .requests = 90,
		 .salt = 5000},
	};
	struct assembled a;
	const struct sift_run *run;

	assemble_read(&a, ROWS(rows));
	ck_assert_uint_eq(a.doc.run_count, 1);
	run = &a.doc.runs[0];
	ck_assert_uint_eq(run->endpoint_count, 2);
	for (size_t i = 0; i < a.digest.count; i++) {
		const struct sift_block *block = a.digest.blocks[i];
		bool is_stats = block->kind == STATS;

		for (size_t e = 0; e < 2; e++) {
			const double *own =
				sift_block_series(block, e).result->latency.ms;
			const double *of_run =
				sift_run_endpoint(run, e).result->latency.ms;

			ck_assert_double_eq(own[SIFT_STAT_P95],
					    is_stats ? 10 : 15);
			ck_assert_double_eq(of_run[SIFT_STAT_P95], 15);
			ck_assert_double_eq(of_run[SIFT_STAT_MEAN], 5);
		}
	}
	release_read(&a);
}
END_TEST

/* Three of the first endpoint's requests failed, the fastest ones. */
START_TEST(successes_are_told_apart_where_something_failed)
{
	static const struct source_row rows[] = {RUN_POINTS("base_1", 100, 0)};
	struct assembled a;
	const struct sift_set *set;
	const struct sift_set_result *first;

	assemble(&a, ROWS(rows), "", false);
	set = &a.doc.sets[0];
	ck_assert_uint_eq(set->endpoint_count, 2);
	first = &set->endpoints[0].result;
	ck_assert_ptr_ne(first->latency_ok, first->latency);
	ck_assert_ptr_ne(set->total.latency_ok, set->total.latency);
	for (size_t i = 0; i < SIFT_STAT_COUNT; i++) {
		const struct sift_spread *ok = &first->latency_ok[i];
		double value = sift_run_endpoint(&a.doc.runs[0], 0)
				       .result->latency_ok->ms[i];

		ck_assert_uint_eq(ok->n, 1);
		ck_assert_double_eq(sift_spread_value(ok, 0), value);
		ck_assert_ptr_null(ok->scatter);
		ck_assert_double_eq(ok->median, value);
	}
	ck_assert_double_gt(first->latency_ok[SIFT_STAT_MEAN].median,
			    first->latency[SIFT_STAT_MEAN].median);
	ck_assert_ptr_eq(set->endpoints[1].result.latency_ok,
			 set->endpoints[1].result.latency);
	release(&a);
}
END_TEST

/* ---- sweeps and the ledger ---- */

START_TEST(levels_have_load_rate_and_latency)
{
	static const struct source_row rows[] = {
		{.path = "s_50rps/s.json",
		 .kind = SUMMARY,
		 .requests = 500,
		 .rps = 49,
		 .salt = 2000},
		{.path = "s_5rps/s.json",
		 .kind = SUMMARY,
		 .requests = 50,
		 .rps = 5,
		 .salt = 1000},
	};
	struct assembled a;
	const struct sift_sweep_level *levels;

	assemble(&a, ROWS(rows), "", false);
	ck_assert_uint_eq(a.doc.sweep_count, 1);
	ck_assert_str_eq(a.doc.sweeps[0].axis, "rps");
	ck_assert_uint_eq(a.doc.sweeps[0].level_count, 2);
	levels = a.doc.sweeps[0].levels;
	ck_assert_str_eq(levels[0].load, "5 rps");
	ck_assert_double_eq(levels[1].measured_rps, 49);
	ck_assert_double_eq(levels[1].p95_ms, 12);
	ck_assert(isnan(levels[1].users));
	release(&a);
}
END_TEST

START_TEST(the_ledger_has_a_row_for_every_source)
{
	static const struct source_row rows[] = {
		{.path = "z.json",
		 .kind = SUMMARY,
		 .requests = 100,
		 .reading = SIFT_READING_PARTIAL},
		{.path = "b.txt", .reading = SIFT_READING_IGNORED},
		{.path = "c.json",
		 .kind = POINTS,
		 .reading = SIFT_READING_DAMAGED},
	};
	struct assembled a;

	assemble(&a, ROWS(rows), "", false);
	ck_assert_uint_eq(a.doc.input_count, 3);
	ck_assert_str_eq(a.doc.inputs[0].source, "b.txt");
	ck_assert_int_eq(a.doc.inputs[0].role, SIFT_ROLE_IGNORED);
	ck_assert_int_eq(a.doc.inputs[1].role, SIFT_ROLE_DAMAGED);
	ck_assert_str_eq(a.doc.inputs[1].reason, "not JSON");
	ck_assert(a.doc.inputs[1].run == SIFT_NONE);
	ck_assert_int_eq(a.doc.inputs[2].role, SIFT_ROLE_PARTIAL);
	ck_assert_str_eq(a.doc.inputs[2].reason, "cut short");
	ck_assert_uint_eq(a.doc.inputs[2].run, 0);
	ck_assert_uint_eq(a.doc.runs[0].note_count, 1);
	release(&a);
}
END_TEST

START_TEST(no_results_make_a_ledger_only)
{
	static const struct source_row rows[] = {
		{.path = "b.txt", .reading = SIFT_READING_IGNORED}};
	struct assembled a;

	assemble(&a, ROWS(rows), "", false);
	ck_assert_uint_eq(a.doc.run_count, 0);
	ck_assert_uint_eq(a.doc.set_count, 0);
	ck_assert_uint_eq(a.doc.input_count, 1);
	release(&a);
}
END_TEST

START_TEST(running_out_of_memory_is_reported)
{
	static const struct source_row rows[] = {RUN_POINTS("base_1", 10, 1),
						 RUN_SUMMARY("base_1", 10, 1),
						 RUN_SUMMARY("base_2", 10, 2)};
	struct sift_digest digest;
	struct sift_grouping *g;
	enum sift_status rc = SIFT_E_NOMEM;

	digest_of(&digest, ROWS(rows), "");
	ck_assert(!sift_group(&g, &digest, NULL, 1, NULL));
	for (uint64_t n = 1; rc && n < 2000; n++) {
		struct sift_err err = {.status = SIFT_OK};
		struct sift_document doc = {0};
		struct sift_arena arena;

		sift_arena_init(&arena);
		sift_mem_fail_at(n, 1);
		rc = sift_assemble(&doc, &arena, &digest, g, &everything, &err);
		sift_mem_fail_at(0, 0);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		sift_arena_release(&arena);
	}
	ck_assert_int_eq(rc, SIFT_OK);
	sift_grouping_free(g);
	digest_free(&digest);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("assemble");
	TCase *t = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(
		t, a_run_takes_figures_from_points_and_facts_from_the_summary);
	tcase_add_test(t, a_source_without_a_total_gets_one_from_its_endpoints);
	tcase_add_test(t, reported_series_are_left_where_they_lie);
	tcase_add_test(t, shares_of_what_was_cut_are_unknown);
	tcase_add_test(t, runs_of_other_endpoints_are_another_set);
	tcase_add_test(t, a_set_has_the_endpoints_of_all_its_runs);
	tcase_add_test(t, what_a_block_says_stays_when_files_are_joined);
	tcase_add_test(t, ids_depend_on_content_alone);
	tcase_add_test(t, no_two_runs_or_sets_have_one_id);
	tcase_add_test(t, a_run_that_lost_its_points_is_left_out);
	tcase_add_test(t, the_kind_that_most_runs_have_is_compared);
	tcase_add_test(t, successes_are_told_apart_where_something_failed);
	tcase_add_test(t, spreads_are_over_runs_in_their_order);
	tcase_add_test(t, many_sets_are_what_few_would_be);
	tcase_add_test(t, levels_have_load_rate_and_latency);
	tcase_add_test(t, the_ledger_has_a_row_for_every_source);
	tcase_add_test(t, no_results_make_a_ledger_only);
	tcase_add_test(t, running_out_of_memory_is_reported);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
