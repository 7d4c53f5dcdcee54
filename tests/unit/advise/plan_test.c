/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The plan as a whole: documents built by hand are judged, given TTLs and
 * planned, as the program does it. The two large ones have the figures of
 * runs whose plans an engineer wrote down first.
 */
#include <config.h>

#include "advise/advise.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../judge/doc_builder.h"
#include "base/mem.h"
#include "judge/judge.h"

static struct doc_builder b;
static struct sift_config config;
static struct sift_catalogue *catalogue;

static void
begin(void)
{
	struct sift_err err = {0};

	doc_init(&b);
	ck_assert_int_eq(sift_config_init(&config, NULL), SIFT_OK);
	if (sift_catalogue_builtin(&catalogue, &err))
		ck_abort_msg("%s:%d: %s", err.where, (int)err.line, err.what);
}

static void
end(void)
{
	sift_catalogue_free(catalogue);
	sift_config_release(&config);
	doc_release(&b);
}

static void
plan(void)
{
	struct sift_err err = {0};

	doc_finish(&b);
	if (sift_judge(&b.doc, &config, 1, &b.arena, &err) ||
	    sift_advise_ttls(&b.doc, &config, 0, &b.arena, &err) ||
	    sift_advise_plan(&b.doc, catalogue, 2, &b.arena, &err))
		ck_abort_msg("%s", err.what);
}

static const struct sift_action *
action(const char *id)
{
	size_t i;

	for (i = 0; i < b.doc.plan.action_count; i++)
		if (!strcmp(b.doc.plan.actions[i].id, id))
			return &b.doc.plan.actions[i];
	return NULL;
}

/* The ids of a tier in order, "a b c". */
static const char *
tier_ids(enum sift_tier tier)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < b.doc.plan.action_count; i++) {
		const struct sift_action *a = &b.doc.plan.actions[i];

		if (a->tier == tier)
			text = sift_arena_printf(&b.arena, "%s%s%s", text,
						 *text ? " " : "", a->id);
	}
	return text;
}

static void
print_plan(void)
{
	size_t i, j;

	if (!getenv("SHOW_PLAN"))
		return;
	printf("%s\n", b.doc.plan.largest_payoff);
	for (i = 0; i < b.doc.plan.action_count; i++) {
		const struct sift_action *a = &b.doc.plan.actions[i];

		printf("%s %s gain %.3f-%.3f %s:", sift_tier_name(a->tier),
		       a->id, a->gain_low, a->gain_high,
		       a->gain_source ? a->gain_source : "-");
		for (j = 0; j < a->alternative_count; j++)
			printf(" [%s]", a->alternatives[j]);
		printf("\n    %s\n", a->why);
	}
}

/* ---- k6: five baseline runs and a step from 1 to 32 VUs ---- */

static void
k6_baseline(void)
{
	static const struct doc_figures alerts[] = {
		{.requests = 196,
		 .failures = 4,
		 .mean = 56.1,
		 .p50 = 50.3,
		 .p95 = 110.7,
		 .p99 = 134.3,
		 .max = 255.0},
		{.requests = 192,
		 .failures = 5,
		 .mean = 51.8,
		 .p50 = 44.7,
		 .p95 = 104.5,
		 .p99 = 151.8,
		 .max = 191.7},
		{.requests = 208,
		 .failures = 11,
		 .mean = 51.0,
		 .p50 = 48.9,
		 .p95 = 98.5,
		 .p99 = 136.1,
		 .max = 144.6},
		{.requests = 199,
		 .failures = 3,
		 .mean = 50.6,
		 .p50 = 45.9,
		 .p95 = 99.1,
		 .p99 = 143.7,
		 .max = 218.4},
		{.requests = 226,
		 .failures = 3,
		 .mean = 52.7,
		 .p50 = 48.6,
		 .p95 = 97.3,
		 .p99 = 138.2,
		 .max = 166.3},
	};
	static const struct doc_figures dashboard[] = {
		{.requests = 139,
		 .mean = 87.1,
		 .p50 = 63.3,
		 .p95 = 196.3,
		 .p99 = 510.2,
		 .max = 549.4},
		{.requests = 150,
		 .mean = 97.3,
		 .p50 = 65.3,
		 .p95 = 451.2,
		 .p99 = 515.7,
		 .max = 628.1},
		{.requests = 168,
		 .mean = 91.0,
		 .p50 = 63.9,
		 .p95 = 355.8,
		 .p99 = 470.3,
		 .max = 483.5},
		{.requests = 159,
		 .mean = 100.7,
		 .p50 = 71.1,
		 .p95 = 439.4,
		 .p99 = 479.6,
		 .max = 540.5},
		{.requests = 177,
		 .mean = 88.7,
		 .p50 = 62.4,
		 .p95 = 428.4,
		 .p99 = 483.3,
		 .max = 495.7},
	};
	size_t i, set = doc_set(&b, "baseline", NULL, 5);

	doc_same(&b, set, "POST", "/api/fights/execute_fight",
		 (struct doc_figures){.requests = 131,
				      .mean = 24.3,
				      .p50 = 23.6,
				      .p95 = 37.4,
				      .p99 = 44.4,
				      .max = 55.3});
	doc_each(&b, set, "GET", "alerts_list", alerts);
	doc_same(&b, set, "GET", "cache_stats",
		 (struct doc_figures){.requests = 141,
				      .mean = 19.6,
				      .p50 = 14.9,
				      .p95 = 51.7,
				      .p99 = 79.5,
				      .max = 121.9});
	doc_each(&b, set, "GET", "dashboard_overview", dashboard);
	doc_same(&b, set, "GET", "health_check",
		 (struct doc_figures){.requests = 139,
				      .mean = 0.72,
				      .p50 = 0.56,
				      .p95 = 1.76,
				      .p99 = 3.57,
				      .max = 5.1});
	doc_same(&b, set, "POST", "rooms_join",
		 (struct doc_figures){.requests = 201,
				      .mean = 34.1,
				      .p50 = 31.4,
				      .p95 = 62.0,
				      .p99 = 82.6,
				      .max = 96.3});
	doc_same(&b, set, "GET", "rooms_leaderboard",
		 (struct doc_figures){.requests = 201,
				      .mean = 45.3,
				      .p50 = 38.3,
				      .p95 = 94.5,
				      .p99 = 131.0,
				      .max = 164.9});
	doc_same(&b, set, "GET", "webhooks_list",
		 (struct doc_figures){.requests = 285,
				      .mean = 20.1,
				      .p50 = 18.9,
				      .p95 = 33.6,
				      .p99 = 39.7,
				      .max = 50.9});
	doc_trend(&b, set, "join_room_latency",
		  (struct doc_figures){
			  .requests = 201, .p50 = 31.4, .p95 = 61.0});
	doc_threshold(&b, set, "join_room_latency", "p(90)<40", 0);
	doc_threshold(&b, set, "http_req_duration{scenario:rooms}", "med<1", 0);
	doc_threshold(&b, set, "http_req_duration{name:dashboard_overview}",
		      "p(99)<300", 0);
	for (i = 0; i < 5; i++)
		doc_failure(&b, set, i, "HTTP 500", "GET", "alerts_list", 4);
}

static void
k6_concurrency(void)
{
	size_t sets[2];

	sets[0] = doc_set(&b, "concurrency", "1 vu", 1);
	doc_same(&b, sets[0], "POST", "/api/fights/execute_fight",
		 (struct doc_figures){.requests = 106,
				      .mean = 24.6,
				      .p50 = 24.1,
				      .p95 = 35.3,
				      .p99 = 40.6});
	doc_same(&b, sets[0], "GET", "health_check",
		 (struct doc_figures){
			 .requests = 11, .mean = 0.6, .p50 = 0.6, .p95 = 0.9});
	sets[1] = doc_set(&b, "concurrency", "32 vus", 1);
	doc_same(&b, sets[1], "POST", "/api/fights/execute_fight",
		 (struct doc_figures){.requests = 2289,
				      .mean = 61.7,
				      .p50 = 58.2,
				      .p95 = 98.1,
				      .p99 = 121.2});
	doc_same(&b, sets[1], "GET", "health_check",
		 (struct doc_figures){.requests = 246,
				      .mean = 0.4,
				      .p50 = 0.3,
				      .p95 = 0.8,
				      .p99 = 3.0});
	b.doc.sets[sets[0]].users = 1;
	b.doc.sets[sets[1]].users = 32;
	doc_sweep(&b, "concurrency", sets, 2);
}

START_TEST(k6_plan_is_the_agreed_one)
{
	const struct sift_action *a;

	begin();
	k6_baseline();
	k6_concurrency();
	plan();
	print_plan();
	ck_assert_str_eq(tier_ids(SIFT_TIER_IMMEDIATE),
			 "errors.fix tail.pool tail.trace cache.l2 "
			 "test.threshold");
	ck_assert_str_eq(tier_ids(SIFT_TIER_SHORT_TERM),
			 "load.serialised errors.retry");
	ck_assert_str_eq(tier_ids(SIFT_TIER_LONG_TERM), "");

	a = action("errors.fix");
	ck_assert_uint_eq(a->endpoint_count, 1);
	ck_assert_str_eq(a->endpoints[0].name, "alerts_list");
	ck_assert_ptr_nonnull(strstr(
		a->why, "26 of 1021 failed (2.5 %) in 5 of 5 runs, mostly "
			"\"HTTP 500\""));
	ck_assert_double_nan(a->gain_low);
	ck_assert_ptr_null(a->gain_source);

	a = action("tail.pool");
	ck_assert_str_eq(a->endpoints[0].name, "dashboard_overview");
	ck_assert_double_eq_tol(a->gain_low, 0.24, 0.01);
	ck_assert_double_eq_tol(a->gain_high, 0.30, 0.01);
	ck_assert_str_eq(a->gain_source, "modelled");

	a = action("cache.l2");
	ck_assert_str_eq(a->endpoints[0].name, "dashboard_overview");
	ck_assert_double_eq(a->gain_low, 0.30);
	ck_assert_double_eq(a->gain_high, 0.40);
	ck_assert_str_eq(a->gain_source, "catalogue");
	ck_assert_uint_eq(a->alternative_count, 1);
	ck_assert_str_eq(a->alternatives[0], "cache.ttl");
	ck_assert_ptr_nonnull(strstr(a->why, "cache TTL 300 s"));

	a = action("load.serialised");
	ck_assert_str_eq(a->endpoints[0].name, "/api/fights/execute_fight");
	ck_assert_double_eq_tol(a->gain_low, 0.58, 0.01);
	ck_assert_str_eq(a->alternatives[0], "ext.parallel");
	end();
}
END_TEST

/* ---- Locust: five baseline runs and a sweep over users ---- */

static void
locust_baseline(void)
{
	static const struct doc_figures acknowledge[] = {
		{.requests = 145,
		 .failures = 3,
		 .mean = 46.0,
		 .p50 = 44,
		 .p95 = 72,
		 .p99 = 90,
		 .max = 98.7},
		{.requests = 147,
		 .failures = 0,
		 .mean = 45.6,
		 .p50 = 43,
		 .p95 = 70,
		 .p99 = 87,
		 .max = 92.1},
		{.requests = 177,
		 .failures = 5,
		 .mean = 45.2,
		 .p50 = 43,
		 .p95 = 69,
		 .p99 = 94,
		 .max = 99.2},
		{.requests = 177,
		 .failures = 4,
		 .mean = 48.1,
		 .p50 = 46,
		 .p95 = 81,
		 .p99 = 99,
		 .max = 109.7},
		{.requests = 160,
		 .failures = 8,
		 .mean = 46.1,
		 .p50 = 44,
		 .p95 = 72,
		 .p99 = 82,
		 .max = 94.3},
	};
	static const struct doc_figures alerts[] = {
		{.requests = 197,
		 .mean = 159.5,
		 .p50 = 83,
		 .p95 = 130,
		 .p99 = 3500,
		 .max = 4195.8},
		{.requests = 200,
		 .mean = 140.6,
		 .p50 = 84,
		 .p95 = 120,
		 .p99 = 2800,
		 .max = 4252.6},
		{.requests = 221,
		 .mean = 151.5,
		 .p50 = 81,
		 .p95 = 130,
		 .p99 = 4300,
		 .max = 4458.8},
		{.requests = 198,
		 .mean = 201.3,
		 .p50 = 84,
		 .p95 = 150,
		 .p99 = 3600,
		 .max = 4033.6},
		{.requests = 202,
		 .mean = 223.5,
		 .p50 = 81,
		 .p95 = 140,
		 .p99 = 4000,
		 .max = 4482.1},
	};
	static const struct doc_figures dashboard[] = {
		{.requests = 154,
		 .mean = 267.0,
		 .p50 = 230,
		 .p95 = 560,
		 .p99 = 770,
		 .max = 811.3},
		{.requests = 169,
		 .mean = 261.5,
		 .p50 = 250,
		 .p95 = 490,
		 .p99 = 620,
		 .max = 947.7},
		{.requests = 167,
		 .mean = 271.9,
		 .p50 = 240,
		 .p95 = 490,
		 .p99 = 710,
		 .max = 1017.1},
		{.requests = 148,
		 .mean = 277.2,
		 .p50 = 240,
		 .p95 = 600,
		 .p99 = 860,
		 .max = 970.2},
		{.requests = 156,
		 .mean = 271.1,
		 .p50 = 240,
		 .p95 = 540,
		 .p99 = 830,
		 .max = 882.4},
	};
	static const struct doc_figures merge[] = {
		{.requests = 51,
		 .mean = 738.2,
		 .p50 = 710,
		 .p95 = 1300,
		 .p99 = 1400,
		 .max = 1360.4},
		{.requests = 54,
		 .mean = 647.2,
		 .p50 = 600,
		 .p95 = 1200,
		 .p99 = 1300,
		 .max = 1324.0},
		{.requests = 52,
		 .mean = 639.3,
		 .p50 = 610,
		 .p95 = 1100,
		 .p99 = 1400,
		 .max = 1357.7},
		{.requests = 48,
		 .mean = 659.8,
		 .p50 = 610,
		 .p95 = 1100,
		 .p99 = 1300,
		 .max = 1321.5},
		{.requests = 45,
		 .mean = 612.2,
		 .p50 = 550,
		 .p95 = 1100,
		 .p99 = 1900,
		 .max = 1857.1},
	};
	size_t set = doc_set(&b, "baseline", NULL, 5);

	doc_each(&b, set, "POST", "alerts_acknowledge", acknowledge);
	doc_each(&b, set, "GET", "alerts_list", alerts);
	doc_same(&b, set, "GET", "cache_stats",
		 (struct doc_figures){.requests = 170,
				      .mean = 33.3,
				      .p50 = 33,
				      .p95 = 43,
				      .p99 = 53,
				      .max = 54.7});
	doc_each(&b, set, "GET", "dashboard_overview", dashboard);
	doc_same(&b, set, "GET", "health_check",
		 (struct doc_figures){.requests = 218,
				      .mean = 4.1,
				      .p50 = 3,
				      .p95 = 8,
				      .p99 = 16,
				      .max = 33});
	doc_each(&b, set, "POST", "merge_branches", merge);
	doc_same(&b, set, "GET", "webhook_detail",
		 (struct doc_figures){.requests = 251,
				      .mean = 25.1,
				      .p50 = 24,
				      .p95 = 39,
				      .p99 = 49,
				      .max = 65.7});
	doc_same(&b, set, "GET", "webhooks_list",
		 (struct doc_figures){.requests = 312,
				      .mean = 62.8,
				      .p50 = 59,
				      .p95 = 100,
				      .p99 = 130,
				      .max = 161.4});
}

struct level_figures {
	const char *load;
	double users;
	struct doc_figures acknowledge, alerts, stats, dashboard, health;
	struct doc_figures merge, detail, list;
};

/* requests, failures, mean, p50, p95, p99, max */
#define F(n, f, m, a, c, d, e)                                                 \
 {                                                                             \
  .requests = n, .failures = f, .mean = m, .p50 = a, .p95 = c, .p99 = d,       \
  .max = e                                                                     \
 }

/* clang-format off */
static const struct level_figures levels[] = {
	{"5 users", 5,
	 F(52, 0, 43.2, 42, 60, 85, 85), F(68, 0, 199.7, 84, 160, 3400, 3358),
	 F(68, 0, 32.1, 32, 42, 50, 50), F(62, 0, 265.2, 250, 440, 850, 846),
	 F(81, 0, 3.8, 4, 7, 10, 10), F(17, 0, 774.6, 720, 1600, 1600, 1600),
	 F(110, 0, 25.4, 23, 43, 54, 57), F(111, 0, 57, 55, 88, 110, 112)},
	{"20 users", 20,
	 F(210, 2, 43.6, 42, 68, 81, 96), F(303, 0, 199, 84, 140, 3500, 4403),
	 F(214, 0, 32.1, 32, 41, 45, 61), F(251, 0, 262.6, 240, 540, 680, 710),
	 F(297, 0, 3.5, 3, 5, 8, 12), F(76, 0, 630.1, 600, 1100, 1300, 1287),
	 F(363, 0, 24.8, 23, 40, 52, 56), F(437, 0, 58.2, 56, 97, 120, 139)},
	{"50 users", 50,
	 F(525, 14, 44.4, 43, 71, 82, 97), F(671, 0, 220, 84, 160, 3800, 4498),
	 F(529, 0, 32.6, 32, 42, 47, 72), F(559, 0, 271.6, 230, 570, 740, 1133),
	 F(710, 0, 3.6, 3, 6, 12, 22), F(157, 0, 977.1, 970, 1700, 1900, 2140),
	 F(810, 0, 24.5, 24, 39, 45, 64), F(1006, 0, 60.1, 56, 100, 120, 151)},
	{"100 users", 100,
	 F(625, 10, 43.4, 41, 71, 85, 114), F(815, 0, 194.3, 83, 140, 3300, 4307),
	 F(629, 0, 31.5, 31, 40, 44, 49), F(606, 0, 280.5, 250, 570, 750, 1473),
	 F(847, 0, 3.1, 3, 5, 8, 16), F(167, 0, 6516.3, 7700, 9700, 10000, 10065),
	 F(1071, 0, 23.9, 23, 37, 43, 56), F(1215, 0, 59.6, 57, 97, 120, 158)},
};
/* clang-format on */

static void
locust_peak(void)
{
	size_t sets[4], i;

	for (i = 0; i < 4; i++) {
		const struct level_figures *l = &levels[i];
		size_t s = sets[i] = doc_set(&b, "peak", l->load, 1);

		doc_same(&b, s, "POST", "alerts_acknowledge", l->acknowledge);
		doc_same(&b, s, "GET", "alerts_list", l->alerts);
		doc_same(&b, s, "GET", "cache_stats", l->stats);
		doc_same(&b, s, "GET", "dashboard_overview", l->dashboard);
		doc_same(&b, s, "GET", "health_check", l->health);
		doc_same(&b, s, "POST", "merge_branches", l->merge);
		doc_same(&b, s, "GET", "webhook_detail", l->detail);
		doc_same(&b, s, "GET", "webhooks_list", l->list);
		b.doc.sets[s].users = l->users;
	}
	doc_sweep(&b, "peak", sets, 4);
}

START_TEST(locust_plan_is_the_agreed_one)
{
	const struct sift_action *a;

	begin();
	locust_baseline();
	locust_peak();
	plan();
	print_plan();
	ck_assert_str_eq(tier_ids(SIFT_TIER_IMMEDIATE),
			 "errors.fix tail.pool tail.trace cache.l2 cache.ttl");
	ck_assert_str_eq(tier_ids(SIFT_TIER_SHORT_TERM), "load.serialised");
	ck_assert_str_eq(tier_ids(SIFT_TIER_LONG_TERM), "db.matview async.job");

	a = action("errors.fix");
	ck_assert_str_eq(a->endpoints[0].name, "alerts_acknowledge");
	ck_assert_ptr_nonnull(strstr(a->why, "20 of 806 failed (2.5 %)"));

	a = action("tail.pool");
	ck_assert_str_eq(a->endpoints[0].name, "alerts_list");
	ck_assert_double_eq_tol(a->gain_low, 0.35, 0.03);
	ck_assert_double_eq_tol(a->gain_high, 0.61, 0.03);

	a = action("cache.l2");
	ck_assert_uint_eq(a->endpoint_count, 1);
	ck_assert_str_eq(a->endpoints[0].name, "dashboard_overview");
	a = action("cache.ttl");
	ck_assert_uint_eq(a->endpoint_count, 1);
	ck_assert_str_eq(a->endpoints[0].name, "webhooks_list");

	a = action("load.serialised");
	ck_assert_str_eq(a->endpoints[0].name, "merge_branches");
	ck_assert_double_eq_tol(a->gain_high, 0.92, 0.005);
	ck_assert_str_eq(action("db.matview")->endpoints[0].name,
			 "dashboard_overview");
	ck_assert_str_eq(action("async.job")->endpoints[0].name,
			 "merge_branches");
	ck_assert_ptr_nonnull(strstr(
		b.doc.plan.largest_payoff,
		"(load.serialised, short term) for POST merge_branches"));
	end();
}
END_TEST

/* ---- order, alternatives, suppression, limits ---- */

static const struct doc_figures quiet = {
	.requests = 300, .p50 = 20, .p95 = 30, .p99 = 40, .max = 50};
/* p99 over 300 ms, no stalls, a slow median. */
static const struct doc_figures slow = {.requests = 300,
					.mean = 160,
					.p50 = 160,
					.p95 = 290,
					.p99 = 350,
					.max = 360};

START_TEST(nothing_found_plans_nothing)
{
	size_t set;

	begin();
	set = doc_set(&b, "shop", NULL, 3);
	doc_same(&b, set, "GET", "cart", quiet);
	plan();
	ck_assert_uint_eq(b.doc.plan.action_count, 0);
	ck_assert_ptr_null(b.doc.plan.largest_payoff);
	end();
}
END_TEST

START_TEST(empty_document_plans_nothing)
{
	begin();
	plan();
	ck_assert_uint_eq(b.doc.plan.action_count, 0);
	end();
}
END_TEST

START_TEST(one_run_says_how_little_it_is)
{
	size_t set;

	begin();
	set = doc_set(&b, "load_test", NULL, 1);
	doc_same(&b, set, "GET", "alerts_list",
		 (struct doc_figures){.requests = 1200,
				      .failures = 12,
				      .p50 = 75,
				      .mean = 85,
				      .p95 = 200,
				      .p99 = 400,
				      .max = 450});
	doc_same(&b, set, "GET", "webhooks_list",
		 (struct doc_figures){.requests = 1500,
				      .p50 = 50,
				      .mean = 55,
				      .p95 = 150,
				      .p99 = 300,
				      .max = 300});
	plan();
	print_plan();
	ck_assert_ptr_nonnull(action("test.repeat"));
	ck_assert_ptr_nonnull(strstr(action("test.repeat")->why, "1 run"));
	ck_assert_ptr_nonnull(
		strstr(action("errors.fix")->why, "12 of 1200 failed (1 %)"));
	ck_assert_ptr_nonnull(strstr(action("cache.l2")->why, "p99 400 ms"));
	end();
}
END_TEST

START_TEST(one_action_lists_its_endpoints_by_worth)
{
	const struct sift_action *a;
	size_t set;

	begin();
	set = doc_set(&b, "shop", NULL, 3);
	doc_same(&b, set, "GET", "a_list", slow);
	doc_same(&b, set, "GET", "b_list",
		 (struct doc_figures){.requests = 900,
				      .mean = 160,
				      .p50 = 160,
				      .p95 = 290,
				      .p99 = 350,
				      .max = 360});
	doc_same(&b, set, "GET", "c_list", slow);
	doc_same(&b, set, "GET", "d_list", slow);
	doc_same(&b, set, "GET", "e", quiet);
	doc_same(&b, set, "GET", "f", quiet);
	plan();
	a = action("db.indexes");
	ck_assert_uint_eq(a->endpoint_count, 4);
	ck_assert_str_eq(a->endpoints[0].name, "b_list");
	ck_assert_str_eq(a->endpoints[1].name, "a_list");
	ck_assert_str_eq(a->endpoints[3].name, "d_list");
	ck_assert_uint_eq(a->finding_count, 4);
	ck_assert_ptr_nonnull(strstr(a->why, "; and 1 more. "));
	ck_assert_str_eq(a->gain_source, "catalogue");
	/* 25 % of the same endpoints against 15 %, at the same effort */
	ck_assert_str_eq(tier_ids(SIFT_TIER_SHORT_TERM),
			 "db.indexes db.pagination");
	end();
}
END_TEST

START_TEST(findings_of_all_sets_are_answered_the_best_measured_is_told)
{
	const struct sift_action *a;
	size_t once, often;

	begin();
	once = doc_set(&b, "after", NULL, 1);
	doc_same(&b, once, "GET", "user_list", slow);
	doc_same(&b, once, "GET", "z", quiet);
	often = doc_set(&b, "begin", NULL, 3);
	doc_same(&b, often, "GET", "user_list", slow);
	doc_same(&b, often, "GET", "y", slow);
	plan();
	a = action("db.indexes");
	ck_assert_uint_eq(a->endpoint_count, 1);
	ck_assert_uint_eq(a->finding_count, 2);
	ck_assert_ptr_nonnull(strstr(a->why, " in begin: "));
	end();
}
END_TEST

START_TEST(modelled_gain_goes_before_a_larger_one_of_the_catalogue)
{
	size_t set;

	begin();
	set = doc_set(&b, "shop", NULL, 3);
	doc_same(&b, set, "GET", "overview",
		 (struct doc_figures){.requests = 900,
				      .mean = 300,
				      .p50 = 290,
				      .p95 = 450,
				      .p99 = 600,
				      .max = 610});
	doc_same(&b, set, "GET", "stalling",
		 (struct doc_figures){.requests = 300,
				      .mean = 60,
				      .p50 = 50,
				      .p95 = 90,
				      .p99 = 900,
				      .max = 950});
	doc_same(&b, set, "GET", "z", quiet);
	plan();
	ck_assert_str_eq(tier_ids(SIFT_TIER_IMMEDIATE),
			 "tail.pool tail.trace cache.l2");
	ck_assert_ptr_nonnull(
		strstr(b.doc.plan.largest_payoff, "Materialised view"));
	end();
}
END_TEST

START_TEST(same_gain_stands_beside_its_like)
{
	size_t set;

	begin();
	set = doc_set(&b, "shop", NULL, 3);
	/* Stalls, but so few that the mean knows nothing of them. */
	doc_same(&b, set, "GET", "a",
		 (struct doc_figures){.requests = 300,
				      .mean = 104,
				      .p50 = 100,
				      .p95 = 150,
				      .p99 = 600,
				      .max = 610});
	/* A long tail and no stalls: for the pool only. */
	doc_same(&b, set, "GET", "b",
		 (struct doc_figures){.requests = 300,
				      .mean = 120,
				      .p50 = 100,
				      .p95 = 400,
				      .p99 = 490,
				      .max = 500});
	doc_same(&b, set, "GET", "overview", slow);
	doc_same(&b, set, "GET", "z", quiet);
	plan();
	ck_assert_double_nan(action("tail.trace")->gain_high);
	ck_assert_str_eq(tier_ids(SIFT_TIER_IMMEDIATE),
			 "tail.pool tail.trace cache.l2 cache.ttl");
	end();
}
END_TEST

START_TEST(retries_heed_what_most_failures_are)
{
	static const struct {
		int64_t client, server;
		int fits;
	} rows[] = {{1, 2, 1}, {2, 2, 0}, {3, 2, 0}, {0, 2, 1}};
	size_t i, set;

	for (i = 0; i < 4; i++) {
		begin();
		set = doc_set(&b, "shop", NULL, 1);
		doc_same(&b, set, "GET", "a",
			 (struct doc_figures){
				 .requests = 300, .failures = 5, .p50 = 20});
		doc_same(&b, set, "GET", "z", quiet);
		doc_failure(&b, set, 0, "404 Not Found", "GET", "a",
			    rows[i].client);
		doc_failure(&b, set, 0, "500", "GET", "a", rows[i].server);
		plan();
		ck_assert_msg((action("errors.retry") != NULL) == rows[i].fits,
			      "row %zu", i);
		end();
	}
}
END_TEST

START_TEST(no_retries_from_where_a_sweep_is_saturated)
{
	static const struct {
		size_t failing; /* level with failures */
		int fits;
	} rows[] = {{0, 1}, {1, 0}, {2, 0}};
	static const char *const loads[] = {"10 users", "20 users", "40 users"};
	static const double rps[] = {10, 10.5, 11};
	size_t i, level, sets[3];

	for (i = 0; i < 3; i++) {
		begin();
		for (level = 0; level < 3; level++) {
			sets[level] = doc_set(&b, "load", loads[level], 1);
			doc_same(&b, sets[level], "GET", "a",
				 (struct doc_figures){
					 .requests = rps[level] * 60,
					 .failures = level == rows[i].failing
							     ? 9
							     : 0,
					 .p50 = 20});
			b.doc.sets[sets[level]].users = 10u << level;
		}
		doc_sweep(&b, "load", sets, 3);
		plan();
		ck_assert_ptr_nonnull(
			doc_finding(&b.doc, "load.saturation", NULL));
		ck_assert_msg((action("errors.retry") != NULL) == rows[i].fits,
			      "level %zu", i);
		end();
	}
}
END_TEST

START_TEST(alternatives_are_named_not_added)
{
	const struct sift_action *a;
	size_t set;

	begin();
	set = doc_set(&b, "shop", NULL, 3);
	doc_same(&b, set, "GET", "overview", slow);
	doc_same(&b, set, "GET", "users", slow);
	doc_same(&b, set, "GET", "z", quiet);
	plan();
	a = action("cache.l2");
	ck_assert_uint_eq(a->endpoint_count, 1);
	ck_assert_uint_eq(a->alternative_count, 1);
	ck_assert_str_eq(a->alternatives[0], "cache.ttl");
	/* For the other endpoint the TTL is the best there is. */
	a = action("cache.ttl");
	ck_assert_uint_eq(a->endpoint_count, 1);
	ck_assert_str_eq(a->endpoints[0].name, "users");
	ck_assert_uint_eq(a->alternative_count, 0);
	/* Another tier is no alternative. */
	ck_assert_ptr_nonnull(action("db.matview"));
	end();
}
END_TEST

START_TEST(failing_service_gets_no_cache_and_no_index)
{
	size_t i, set;

	begin();
	set = doc_set(&b, "shop", NULL, 3);
	for (i = 0; i < 4; i++)
		doc_same(&b, set, "GET",
			 sift_arena_printf(&b.arena, "%c_list", (int)('a' + i)),
			 (struct doc_figures){.requests = 300,
					      .failures = 30,
					      .p50 = 700,
					      .p95 = 1500,
					      .p99 = 1900,
					      .max = 2000});
	plan();
	print_plan();
	for (i = 0; i < b.doc.plan.action_count; i++) {
		const char *id = b.doc.plan.actions[i].id;

		ck_assert_msg(strncmp(id, "cache.", 6) != 0, "%s", id);
		ck_assert_msg(strncmp(id, "db.", 3) != 0, "%s", id);
		ck_assert_str_ne(id, "errors.retry");
	}
	ck_assert_str_eq(tier_ids(SIFT_TIER_IMMEDIATE), "errors.fix log.level");
	ck_assert_str_eq(tier_ids(SIFT_TIER_SHORT_TERM),
			 "errors.breaker capacity.scale");
	ck_assert_ptr_nonnull(strstr(b.doc.plan.largest_payoff,
				     "no gain in latency is claimed"));
	end();
}
END_TEST

/* A set in which twelve actions fit. */
static void
add_wreck(void)
{
	static const struct doc_figures stalling = {.requests = 300,
						    .failures = 30,
						    .mean = 400,
						    .p50 = 200,
						    .p95 = 900,
						    .p99 = 3000,
						    .max = 3000};
	size_t i, set = doc_set(&b, "wreck", NULL, 1);

	doc_same(&b, set, "GET", "checkout_list", stalling);
	doc_same(&b, set, "DELETE", "old",
		 (struct doc_figures){.requests = 300,
				      .failures = 6,
				      .p50 = 600,
				      .p95 = 1500,
				      .p99 = 1600});
	doc_same(&b, set, "GET", "overview", slow);
	doc_same(&b, set, "GET", "random", slow);
	for (i = 0; i < 6; i++)
		doc_same(&b, set, "GET", sift_arena_printf(&b.arena, "z%zu", i),
			 quiet);
	doc_failure(&b, set, 0, "read timeout", "GET", "checkout_list", 30);
	doc_threshold(&b, set, "http_reqs", "count>10000", 0);
}

START_TEST(never_more_than_eight_for_a_set_and_the_rest_is_told)
{
	const struct sift_set *set;

	begin();
	add_wreck();
	plan();
	print_plan();
	ck_assert_uint_eq(b.doc.plan.action_count, 8);
	set = &b.doc.sets[0];
	ck_assert_uint_eq(set->note_count, 1);
	ck_assert_ptr_nonnull(strstr(set->notes[0], "8 best actions"));
	ck_assert_ptr_nonnull(strstr(set->notes[0], "test.repeat"));
	ck_assert_ptr_nonnull(action("errors.timeouts"));
	/* 30 failures before 6, whatever their share of the time. */
	ck_assert_str_eq(action("errors.fix")->endpoints[0].name,
			 "checkout_list");
	ck_assert_ptr_nonnull(action("errors.breaker"));
	end();
}
END_TEST

START_TEST(every_action_is_complete)
{
	size_t i, j;

	begin();
	add_wreck();
	plan();
	for (i = 0; i < b.doc.plan.action_count; i++) {
		const struct sift_action *a = &b.doc.plan.actions[i];

		ck_assert_ptr_nonnull(a->title);
		ck_assert_ptr_nonnull(a->effort);
		ck_assert_ptr_nonnull(a->risk);
		ck_assert_ptr_nonnull(a->verify);
		ck_assert_uint_ge(a->step_count, 3);
		ck_assert_msg(a->finding_count > 0, "%s", a->id);
		for (j = 0; j < a->finding_count; j++)
			ck_assert_ptr_nonnull(a->findings[j]);
		ck_assert_int_eq(isnan(a->gain_low), !a->gain_source);
		if (i)
			ck_assert_int_ge(a->tier,
					 b.doc.plan.actions[i - 1].tier);
	}
	end();
}
END_TEST

START_TEST(hostile_names_are_shown_escaped)
{
	size_t set;

	begin();
	set = doc_set(&b, "shop", NULL, 3);
	doc_same(&b, set, "GET", "a\x1b[2J\nlist", slow);
	doc_same(&b, set, NULL, "list", slow);
	doc_same(&b, set, "GET", "z", quiet);
	plan();
	ck_assert_ptr_null(strchr(action("db.indexes")->why, '\x1b'));
	ck_assert_ptr_null(strchr(action("db.indexes")->why, '\n'));
	end();
}
END_TEST

START_TEST(order_of_sets_does_not_matter_to_the_plan)
{
	char *first, *second;

	begin();
	locust_baseline();
	locust_peak();
	plan();
	first = sift_arena_printf(
		&b.arena, "%s|%s|%s", action("cache.ttl")->why,
		action("tail.pool")->why, b.doc.plan.largest_payoff);
	first = sift_strdup(first);
	end();
	begin();
	locust_peak();
	locust_baseline();
	plan();
	second = sift_arena_printf(
		&b.arena, "%s|%s|%s", action("cache.ttl")->why,
		action("tail.pool")->why, b.doc.plan.largest_payoff);
	ck_assert_str_eq(first, second);
	sift_free(first);
	end();
}
END_TEST

START_TEST(memory_running_out_is_told)
{
	enum sift_status rc;
	uint64_t n;

	for (n = 1;; n++) {
		struct sift_arena arena;
		struct sift_err err = {0};

		begin();
		add_wreck();
		plan();
		sift_arena_init(&arena);
		sift_mem_fail_at(n, 1);
		rc = sift_advise_plan(&b.doc, catalogue, 2, &arena, &err);
		sift_mem_fail_at(0, 0);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		if (rc)
			ck_assert_uint_eq(b.doc.plan.action_count, 0);
		sift_arena_release(&arena);
		end();
		if (!rc)
			break;
	}
	ck_assert_uint_gt(n, 10);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("plan");
	TCase *c = tcase_create("plan");
	SRunner *runner;
	int failed;

	tcase_add_test(c, k6_plan_is_the_agreed_one);
	tcase_add_test(c, locust_plan_is_the_agreed_one);
	tcase_add_test(c, nothing_found_plans_nothing);
	tcase_add_test(c, empty_document_plans_nothing);
	tcase_add_test(c, one_run_says_how_little_it_is);
	tcase_add_test(c, one_action_lists_its_endpoints_by_worth);
	tcase_add_test(
		c, findings_of_all_sets_are_answered_the_best_measured_is_told);
	tcase_add_test(c,
		       modelled_gain_goes_before_a_larger_one_of_the_catalogue);
	tcase_add_test(c, same_gain_stands_beside_its_like);
	tcase_add_test(c, retries_heed_what_most_failures_are);
	tcase_add_test(c, no_retries_from_where_a_sweep_is_saturated);
	tcase_add_test(c, alternatives_are_named_not_added);
	tcase_add_test(c, failing_service_gets_no_cache_and_no_index);
	tcase_add_test(c, never_more_than_eight_for_a_set_and_the_rest_is_told);
	tcase_add_test(c, every_action_is_complete);
	tcase_add_test(c, hostile_names_are_shown_escaped);
	tcase_add_test(c, order_of_sets_does_not_matter_to_the_plan);
	tcase_add_test(c, memory_running_out_is_told);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
