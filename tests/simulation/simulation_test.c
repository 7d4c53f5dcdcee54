/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Comparisons of which the truth is known, by the thousand, seeded. Prints how
 * often an unchanged endpoint is called changed and how often a changed one is
 * found, beside the figures of the notes the engine was specified in. Fails
 * when, of two equal sides, more than 5 % of the reports call any endpoint
 * regressed or improved; "likely" counts too where the noise is that of the
 * notes (runs 6 %, rest 3 %).
 *
 * "Likely" is weaker by intent, q <= 0.15: where all noise is each endpoint's
 * own (run sd 2 % below) it appears in one of 16 reports on equal sides.
 *
 * Model: ln x = endpoint + run + rest. The run's part is common to its
 * endpoints; the rest's standard deviation varies between endpoints about 3 %.
 */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "stat/change.h"
#include "stat/jump.h"
#include "stat/order.h"
#include "stat/percentile_range.h"

#define REPORTS 500 /* of 8 endpoints, fewer of more */
#define MAX_ENDPOINTS 40
#define MAX_RUNS 5
#define REQUESTS 200
#define PI 3.14159265358979323846

static const struct sift_change_rules p50_rules = {0.05, 1};
static const struct sift_change_rules p95_rules = {0.05, 5};

/* ---- chance: splitmix64 (Vigna), Box and Muller 1958 ---- */

static double
uniform(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return ((double)(z >> 11) + 0.5) / 9007199254740992.0;
}

static double
normal(uint64_t *state)
{
	double radius = sqrt(-2 * log(uniform(state)));

	return radius * cos(2 * PI * uniform(state));
}

/* ---- one comparison ---- */

struct report {
	double values[2][MAX_ENDPOINTS][MAX_RUNS];
	struct sift_change_endpoint endpoints[MAX_ENDPOINTS];
	struct sift_change results[MAX_ENDPOINTS];
	struct sift_change_family family;
	size_t count;
	size_t runs[2];
};

struct scenario {
	const char *name;
	size_t count;
	size_t changed; /* the first so many */
	double factor;	/* of those */
	double common;	/* of all */
	double run_sd;
	const char *notes; /* power / reports with a false flag */
};

/* Sums over reports. */
struct score {
	size_t reports;
	size_t flagged;	     /* reports with a false flag */
	size_t flagged_sure; /* of these, regressed or improved */
	size_t found;	     /* changed endpoints, right direction, sure */
	size_t found_likely;
	size_t changed;
	size_t global;
	size_t unstable; /* of the first endpoint */
};

static void
draw(const struct scenario *at, struct report *report, uint64_t *state)
{
	report->count = at->count;
	for (size_t e = 0; e < at->count; e++) {
		double base = 4 + normal(state);
		double rest = 0.03 * exp(0.3 * normal(state));

		for (size_t side = 0; side < 2; side++) {
			for (size_t r = 0; r < report->runs[side]; r++)
				report->values[side][e][r] =
					base + rest * normal(state);
		}
		report->endpoints[e] = (struct sift_change_endpoint){
			.before = report->values[0][e],
			.after = report->values[1][e],
			.within_sd = 0.02,
			.jump = NAN,
		};
	}
	for (size_t side = 0; side < 2; side++) {
		for (size_t r = 0; r < report->runs[side]; r++) {
			double run = at->run_sd * normal(state);

			run += side ? log(at->common) : 0;
			for (size_t e = 0; e < at->count; e++)
				report->values[side][e][r] += run;
		}
	}
	for (size_t e = 0; e < at->count; e++) {
		for (size_t side = 0; side < 2; side++) {
			for (size_t r = 0; r < report->runs[side]; r++) {
				double *x = &report->values[side][e][r];

				*x = exp(*x);
				if (side && e < at->changed)
					*x *= at->factor;
			}
		}
	}
}

static void
judge(struct report *report, const struct sift_change_rules *rules)
{
	ck_assert_int_eq(sift_change_judge(report->endpoints, report->count,
					   report->runs[0], report->runs[1],
					   rules, report->results,
					   &report->family, NULL),
			 SIFT_OK);
}

/* `up` is the direction of the change of the first `changed` endpoints. */
static void
score_add(struct score *score, const struct report *report, size_t changed,
	  int up)
{
	int any = 0, sure_any = 0;

	for (size_t e = 0; e < report->count; e++) {
		const struct sift_change *at = &report->results[e];
		int sure = at->verdict == SIFT_VERDICT_REGRESSED ||
			   at->verdict == SIFT_VERDICT_IMPROVED;
		int likely = at->verdict == SIFT_VERDICT_LIKELY;
		int right = e < changed && (at->shift > 0) == up;

		score->found += sure && right;
		score->found_likely += likely && right;
		any |= (sure || likely) && !right;
		sure_any |= sure && !right;
	}
	score->reports++;
	score->changed += changed;
	score->flagged += any != 0;
	score->flagged_sure += sure_any != 0;
	score->global += report->family.is_global;
	score->unstable += report->results[0].verdict == SIFT_VERDICT_UNSTABLE;
}

static double
percent(size_t part, size_t whole)
{
	return whole ? 100 * (double)part / (double)whole : NAN;
}

static void
score_print(const struct score *score, const struct report *report,
	    const char *name, const char *notes)
{
	printf("%zuv%zu %-40s", report->runs[0], report->runs[1], name);
	printf(" false %5.1f %5.1f",
	       percent(score->flagged_sure, score->reports),
	       percent(score->flagged, score->reports));
	if (score->changed)
		printf("  power %5.1f %5.1f",
		       percent(score->found, score->changed),
		       percent(score->found + score->found_likely,
			       score->changed));
	else
		printf("  %17s", "");
	printf("  common %5.1f  | %s\n", percent(score->global, score->reports),
	       notes);
}

static const size_t designs[][2] = {{3, 3}, {5, 3}, {5, 5}};

/* ---- endpoints that move smoothly ---- */

static const struct scenario scenarios[] = {
	{"A/A, 8, run sd 2 %", 8, 0, 1, 1, 0.02,
	 "0 of 925 p50 tests (real runs)"},
	{"A/A, 40, run sd 2 %", 40, 0, 1, 1, 0.02, ""},
	{"A/A, 8, run sd 6 %", 8, 0, 1, 1, 0.06, ""},
	{"A/A, 40, run sd 6 %", 40, 0, 1, 1, 0.06,
	 "7 % centred alone, 3 % with sign guard (3v3)"},
	{"1 of 8 +15 %, run sd 2 %", 8, 1, 1.15, 1, 0.02, ""},
	{"1 of 8 +15 %, run sd 6 %", 8, 1, 1.15, 1, 0.06,
	 "power 87, false 8 % centred alone (3v3)"},
	{"1 of 8 x0.7, run sd 2 %", 8, 1, 0.7, 1, 0.02,
	 "x0.70: 80 of 80 found (3v3, real runs)"},
	{"2 of 40 +15 %, run sd 2 %", 40, 2, 1.15, 1, 0.02, ""},
	{"2 of 40 +15 %, run sd 6 %", 40, 2, 1.15, 1, 0.06,
	 "power 85-88 / 95, false 14 / 16 % centred alone"},
	{"common +10 %, 8, run sd 2 %", 8, 0, 1, 1.1, 0.02,
	 "+10 % injected in A/A is found as common"},
	{"common +10 %, 40, run sd 2 %", 40, 0, 1, 1.1, 0.02, ""},
	{"24 of 40 +15 %, run sd 2 %", 40, 24, 1.15, 1, 0.02,
	 "power 10, false 100 % centred alone"},
	{"7 of 11 +25 %, run sd 2 %", 11, 7, 1.25, 1, 0.02,
	 "+21.8 % common found (hold-out)"},
};

START_TEST(equal_sides_are_seldom_called_changed)
{
	const struct scenario *at = &scenarios[_i];

	for (size_t d = 0; d < 3; d++) {
		struct report report = {.runs = {designs[d][0], designs[d][1]}};
		struct score score = {0};
		uint64_t state = (uint64_t)_i * 1000 + d;

		for (size_t i = 0; i < REPORTS * 8 / at->count; i++) {
			draw(at, &report, &state);
			judge(&report, &p50_rules);
			score_add(&score, &report, at->changed, at->factor > 1);
		}
		score_print(&score, &report, at->name, at->notes);
		if (at->changed > 0 || at->common != 1)
			continue;
		ck_assert_uint_le(20 * score.flagged_sure, score.reports);
		if (at->run_sd >= 0.06)
			ck_assert_uint_le(20 * score.flagged, score.reports);
	}
}
END_TEST

/* ---- p95 of requests of which some stall ---- */

struct stalls {
	const char *name;
	double before, after; /* shares of stalled requests */
	double factor;	      /* a stall takes so many times longer */
	const char *notes;
};

static const struct stalls stalls[] = {
	{"stalls 5 % x25, A/A", 0.05, 0.05, 25, "flags 0, unstable all"},
	{"stalls 6 % x25, A/A", 0.06, 0.06, 25, "flags 0, unstable all"},
	{"stalls 8 % x25, A/A", 0.08, 0.08, 25, "flags 0, unstable 90 %"},
	{"stalls 5.5 % x4.5, A/A", 0.055, 0.055, 4.5, "flags 0, unstable all"},
	{"stalls 0 -> 10 %, x25", 0, 0.10, 25, "found 91 %, unstable 9 %"},
	{"stalls 0 -> 15 %, x25", 0, 0.15, 25, "found 100 %"},
};

/* p95 and its range of one run of lognormal latencies, sigma 0.3. */
static double
draw_run(double base, double share, double factor, uint64_t *state,
	 struct sift_percentile_range *out_range)
{
	struct sift_rank_range ranks = sift_percentile_ranks(REQUESTS, 0.95);
	double latency[REQUESTS];

	for (size_t i = 0; i < REQUESTS; i++) {
		latency[i] = exp(base + 0.3 * normal(state));
		if (uniform(state) < share)
			latency[i] *= factor;
	}
	sift_sort_doubles(latency, REQUESTS);
	*out_range = sift_percentile_range_of(latency[ranks.low - 1],
					      latency[ranks.high - 1]);
	return latency[189] + 0.05 * (latency[190] - latency[189]);
}

/* Eight endpoints; the first has the stalls. */
static void
draw_stalls(const struct stalls *at, struct report *report, uint64_t *state)
{
	report->count = 8;
	for (size_t e = 0; e < 8; e++) {
		struct sift_percentile_range ranges[2][MAX_RUNS];
		struct sift_jump jump;
		double base = 4 + 0.5 * normal(state);

		for (size_t side = 0; side < 2; side++) {
			double share = side ? at->after : at->before;

			for (size_t r = 0; r < report->runs[side]; r++)
				report->values[side][e][r] = draw_run(
					base, e ? 0 : share, at->factor, state,
					&ranges[side][r]);
		}
		ck_assert_int_eq(sift_jump(ranges[0], report->runs[0],
					   ranges[1], report->runs[1], &jump,
					   NULL),
				 SIFT_OK);
		report->endpoints[e] = (struct sift_change_endpoint){
			.before = report->values[0][e],
			.after = report->values[1][e],
			.within_sd = jump.within_sd,
			.jump = jump.ratio,
			.separated = jump.separated,
		};
	}
}

START_TEST(stalls_are_called_unstable_not_changed)
{
	const struct stalls *at = &stalls[_i];
	size_t changed = at->before != at->after;

	for (size_t d = 0; d < 3; d++) {
		struct report report = {.runs = {designs[d][0], designs[d][1]}};
		struct score score = {0};
		uint64_t state = (uint64_t)_i * 1000 + d;
		char name[64];

		for (int i = 0; i < REPORTS / 5; i++) {
			draw_stalls(at, &report, &state);
			judge(&report, &p95_rules);
			score_add(&score, &report, changed, 1);
		}
		snprintf(name, sizeof(name), "%s, unstable %.0f %%", at->name,
			 percent(score.unstable, score.reports));
		score_print(&score, &report, name, at->notes);
		if (!changed)
			ck_assert_uint_le(20 * score.flagged, score.reports);
	}
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int
main(void)
{
	Suite *suite = suite_create("simulation");
	TCase *tests = tcase_create("simulation");
	SRunner *runner = srunner_create(suite);
	int failed;

	printf("percent; false: reports with an unchanged endpoint called "
	       "changed (sure, or likely too);\npower: changed endpoints "
	       "found (sure, or likely too); right: the notes\n");
	fflush(stdout);
	tcase_add_loop_test(tests, equal_sides_are_seldom_called_changed, 0,
			    ROWS(scenarios));
	tcase_add_loop_test(tests, stalls_are_called_unstable_not_changed, 0,
			    ROWS(stalls));
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
