/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/advise.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "../judge/doc_builder.h"
#include "base/mem.h"
#include "config/rules.h"

static struct doc_builder b;
static struct sift_config config;

static void
begin(void)
{
	doc_init(&b);
	ck_assert_int_eq(sift_config_init(&config, NULL), SIFT_OK);
}

static void
end(void)
{
	sift_config_release(&config);
	doc_release(&b);
}

static void
advise(int traffic_rate)
{
	struct sift_err err = {0};

	if (sift_advise_ttls(&b.doc, &config, traffic_rate, &b.arena, &err))
		ck_abort_msg("%s", err.what);
}

/* One set "shop" with one endpoint; its TTL. */
static const struct sift_ttl *
ttl_of(const char *method, const char *name, struct doc_figures figures)
{
	size_t set = doc_set(&b, "shop", NULL, 1);

	doc_same(&b, set, method, name, figures);
	doc_finish(&b);
	advise(0);
	ck_assert_uint_eq(b.doc.cache_ttl_count, 1);
	return &b.doc.cache_ttls[0];
}

/* ---- the table ---- */

static const struct {
	double requests, p95, p99;
	int ttl_s;
	const char *reason;
} table[] = {
	/* volume alone */
	{1, 0, 0, 30, "1 request per run, not over 10 in shop"},
	{10, 0, 0, 30, "10 requests per run, not over 10 in shop"},
	{11, 0, 0, 60, "11 requests per run > 10 in shop"},
	{100, 0, 100, 60, "100 requests per run > 10 in shop"},
	{101, 0, 100, 120, "101 requests per run > 100 in shop"},
	{1000, 0, 100, 120, "1000 requests per run > 100 in shop"},
	{1001, 0, 100, 300, "1001 requests per run > 1000 in shop"},
	/* a slow tail: at least 300 s */
	{1500, 0, 300, 300,
	 "1500 requests per run > 1000, p99 300 ms > 200 ms (at least 300 s) "
	 "in shop"},
	{101, 0, 200, 120, NULL},
	{101, 0, 200.1, 300,
	 "101 requests per run > 100, p99 200.1 ms > 200 ms (at least 300 s) "
	 "in shop"},
	/* a fast one: at most 60 s */
	{1001, 0, 50, 300, NULL},
	{1001, 0, 49.9, 60,
	 "1001 requests per run > 1000, p99 49.9 ms < 50 ms (at most 60 s) "
	 "in shop"},
	{101, 0, 49.9, 60, NULL},
	/* p99 counts from 100 requests, p95 stands in from 20 */
	{100, 100, 300, 300, NULL},
	{99, 100, 300, 60, NULL},
	{99, 201, 300, 300,
	 "99 requests per run > 10, p95 201 ms > 200 ms (at least 300 s) in "
	 "shop"},
	{20, 201, 0, 300, NULL},
	{19, 201, 0, 60, NULL},
	{500, 201, 0, 300, NULL}, /* a k6 summary without p99 */
	{500, 201, 150, 120, NULL},
	/* unknown volume */
	{-1, 201, 300, -1,
	 "no volume to choose by; number of requests not known in shop"},
};

START_TEST(volume_and_tail_choose)
{
	const struct sift_ttl *ttl;

	begin();
	ttl = ttl_of("GET", "list",
		     (struct doc_figures){.requests = table[_i].requests,
					  .p50 = 20,
					  .p95 = table[_i].p95,
					  .p99 = table[_i].p99});
	ck_assert_int_eq(ttl->ttl_s, table[_i].ttl_s);
	if (table[_i].reason)
		ck_assert_str_eq(ttl->reason, table[_i].reason);
	ck_assert_str_eq(ttl->volume_basis, "run");
	ck_assert_str_eq(ttl->scenario, "shop");
	ck_assert_int_eq(ttl->little_to_gain, 0);
	if (table[_i].requests >= 100 && table[_i].p99 > 0)
		ck_assert_double_eq(ttl->p99_ms, table[_i].p99);
	else
		ck_assert_double_nan(ttl->p99_ms);
	end();
}
END_TEST

/* ---- who gets none ---- */

static const struct {
	const char *method, *name;
	double failures;
	int cached;
	const char *reason; /* begins so */
} exclusions[] = {
	{"GET", "list", 0, 1, "1200 requests"},
	{"get", "list", 0, 1, "1200 requests"},
	{"HEAD", "list", 0, 1, "1200 requests"},
	{"POST", "list", 0, 0, "POST does not only read; 1200 requests"},
	{"PUT", "list", 0, 0, "PUT does not only read"},
	{"PATCH", "list", 0, 0, "PATCH does not only read"},
	{"DELETE", "list", 0, 0, "DELETE does not only read"},
	{"OPTIONS", "list", 0, 0, "OPTIONS does not only read"},
	{"GET", "health_check", 0, 0, "its name says \"health\"; 1200"},
	{"GET", "/ping", 0, 0, "its name says \"ping\""},
	{"GET", "isReady", 0, 0, "its name says \"ready\""},
	{"GET", "live", 0, 0, "its name says \"live\""},
	{"GET", "/metrics", 0, 0, "its name says \"metrics\""},
	{"GET", "cache_stats", 0, 0, "its name says \"stats\""},
	{"GET", "orderStatus", 0, 0, "its name says \"status\""},
	{"GET", "auth-me", 0, 0, "its name says \"auth\""},
	{"GET", "verify", 0, 0, "its name says \"verify\""},
	{"GET", "Login", 0, 0, "its name says \"login\""},
	{"GET", "logout", 0, 0, "its name says \"logout\""},
	{"GET", "token", 0, 0, "its name says \"token\""},
	{"GET", "my/session", 0, 0, "its name says \"session\""},
	{"GET", "admin", 0, 0, "its name says \"admin\""},
	{"GET", "heroes/random", 0, 0, "its name says \"random\""},
	{"GET", "setup", 0, 0, "its name says \"setup\""},
	{"GET", "x (teardown)", 0, 0, "its name says \"teardown\""},
	{"GET", "delivery", 0, 1, "1200 requests"},
	{"GET", "authors", 0, 1, "1200 requests"},
	{"GET", "healthy", 0, 1, "1200 requests"},
	{"GET", "list", 12, 1, "1200 requests"}, /* 1 % is not over 1 % */
	{"GET", "list", 13, 0, "13 of 1200 failed (1.1 %); 1200 requests"},
	{"GET", "list", -1, 1, "1200 requests"},
	{NULL, "list", 0, 1, "1200 requests"},
	{"", "list", 0, 1, "1200 requests"},
};

START_TEST(what_must_not_be_cached_gets_none)
{
	const struct sift_ttl *ttl;

	begin();
	ttl = ttl_of(exclusions[_i].method, exclusions[_i].name,
		     (struct doc_figures){.requests = 1200,
					  .failures = exclusions[_i].failures,
					  .p50 = 75,
					  .p99 = 400});
	ck_assert_int_eq(ttl->ttl_s, exclusions[_i].cached ? 300 : -1);
	ck_assert_msg(!strncmp(ttl->reason, exclusions[_i].reason,
			       strlen(exclusions[_i].reason)),
		      "%s", ttl->reason);
	end();
}
END_TEST

START_TEST(unknown_method_is_marked)
{
	const struct sift_ttl *ttl;

	begin();
	ttl = ttl_of(NULL, "list",
		     (struct doc_figures){.requests = 50, .p50 = 75});
	ck_assert_str_eq(ttl->reason,
			 "50 requests per run > 10 in shop; method unknown: "
			 "only if it is a read");
	end();
}
END_TEST

START_TEST(error_rate_stands_in_for_unknown_counts)
{
	struct sift_set_result *r;
	size_t set;

	begin();
	set = doc_set(&b, "shop", NULL, 1);
	doc_same(&b, set, "GET", "list",
		 (struct doc_figures){
			 .requests = 50, .failures = -1, .p50 = 75});
	doc_finish(&b);
	r = &doc_endpoint(&b, set, "GET", "list")->result;
	r->error_rate.median = 0.02;
	advise(0);
	ck_assert_int_eq(b.doc.cache_ttls[0].ttl_s, -1);
	ck_assert_str_eq(b.doc.cache_ttls[0].reason,
			 "2 % failed; 50 requests per run in shop");
	end();
}
END_TEST

START_TEST(words_are_those_of_the_configuration)
{
	static const char *words[] = {"list"};
	size_t set;

	begin();
	config.no_cache_words = words;
	config.no_cache_word_count = 1;
	set = doc_set(&b, "shop", NULL, 1);
	doc_same(&b, set, "GET", "health",
		 (struct doc_figures){.requests = 50, .p50 = 75});
	doc_same(&b, set, "GET", "list",
		 (struct doc_figures){.requests = 50, .p50 = 75});
	doc_finish(&b);
	advise(0);
	ck_assert_str_eq(b.doc.cache_ttls[0].name, "health");
	ck_assert_int_eq(b.doc.cache_ttls[0].ttl_s, 60);
	ck_assert_int_eq(b.doc.cache_ttls[1].ttl_s, -1);
	end();
}
END_TEST

/* ---- little to gain ---- */

START_TEST(little_to_gain_is_fast_or_rare)
{
	static const struct {
		const char *name;
		double mean, p50;
		int little;
	} rows[] = {
		{"a_bulk", 900, 900, 0},  {"b_fast", 9.9, 9.9, 1},
		{"c_limit", 10.1, 10, 0}, {"d_rare", 0, 9.99, 1},
		{"e_none", 20, 0, 0},
	};
	size_t i, set;

	begin();
	set = doc_set(&b, "shop", NULL, 1);
	for (i = 0; i < 5; i++)
		doc_same(&b, set, "GET", rows[i].name,
			 (struct doc_figures){.requests = 50,
					      .mean = rows[i].mean,
					      .p50 = rows[i].p50});
	doc_finish(&b);
	advise(0);
	for (i = 0; i < 5; i++) {
		size_t j = 0;

		while (strcmp(b.doc.cache_ttls[j].name, rows[i].name) != 0)
			ck_assert_uint_lt(++j, 5);
		ck_assert_msg(b.doc.cache_ttls[j].little_to_gain ==
				      rows[i].little,
			      "%s", b.doc.cache_ttls[j].reason);
		ck_assert_int_eq(b.doc.cache_ttls[j].ttl_s, 60);
	}
	end();
}
END_TEST

START_TEST(share_of_time_below_one_percent_is_little)
{
	size_t set;

	begin();
	set = doc_set(&b, "shop", NULL, 1);
	doc_same(&b, set, "GET", "a",
		 (struct doc_figures){.requests = 50, .p50 = 995});
	doc_same(&b, set, "GET", "b",
		 (struct doc_figures){.requests = 50, .p50 = 10, .mean = 5});
	doc_finish(&b);
	advise(0);
	ck_assert_str_eq(b.doc.cache_ttls[1].name, "b");
	ck_assert_int_eq(b.doc.cache_ttls[1].little_to_gain, 1);
	ck_assert_str_eq(b.doc.cache_ttls[1].reason,
			 "50 requests per run > 10 in shop; little to gain: "
			 "0.5 % of the time");
	end();
}
END_TEST

/* ---- volume from elsewhere ---- */

START_TEST(configured_traffic_beats_rate_beats_run)
{
	struct sift_traffic traffic = {"GET", "a*", 5, 12};
	const struct sift_ttl *ttls;
	size_t set;

	begin();
	config.traffic = &traffic;
	config.traffic_count = 1;
	set = doc_set(&b, "shop", NULL, 1);
	doc_same(&b, set, "GET", "a",
		 (struct doc_figures){.requests = 600, .p50 = 30});
	doc_same(&b, set, "GET", "b",
		 (struct doc_figures){.requests = 600, .p50 = 20, .rps = 0.5});
	doc_finish(&b);
	advise(1);
	ttls = b.doc.cache_ttls;
	ck_assert_str_eq(ttls[0].volume_basis, "configured");
	ck_assert_double_eq(ttls[0].volume, 5);
	ck_assert_int_eq(ttls[0].ttl_s, 30);
	ck_assert_str_eq(ttls[0].reason,
			 "5 requests a day (configured), not over 10 in shop");
	ck_assert_str_eq(ttls[1].volume_basis, "rate");
	ck_assert_double_eq(ttls[1].volume, 43200);
	ck_assert_int_eq(ttls[1].ttl_s, 300);
	ck_assert_str_eq(ttls[1].reason,
			 "43200 requests a day (measured rate) > 1000 in shop");
	end();
}
END_TEST

/* ---- which set ---- */

static void
add_set(const char *scenario, const char *load, double requests, double p99)
{
	size_t set = doc_set(&b, scenario, load, 1);

	doc_same(&b, set, "GET", "list",
		 (struct doc_figures){
			 .requests = requests, .p50 = 20, .p99 = p99});
}

START_TEST(one_ttl_per_scenario_from_the_busiest_set)
{
	begin();
	add_set("load", "10 rps", 50, 0);
	add_set("load", "50 rps", 2000, 250);
	add_set("load", "100 rps", 2000, 100);
	add_set("soak", NULL, 5, 0);
	doc_finish(&b);
	advise(0);
	ck_assert_uint_eq(b.doc.cache_ttl_count, 2);
	ck_assert_str_eq(b.doc.cache_ttls[0].scenario, "load");
	ck_assert_uint_eq(b.doc.cache_ttls[0].set, 1);
	ck_assert_str_eq(b.doc.cache_ttls[0].reason,
			 "2000 requests per run > 1000, p99 250 ms > 200 ms "
			 "(at least 300 s) in load 50 rps");
	ck_assert_str_eq(b.doc.cache_ttls[1].scenario, "soak");
	end();
}
END_TEST

static void
add_finding(const char *rule, enum sift_class cls, size_t set, size_t sweep)
{
	struct sift_finding *f = sift_arena_array(&b.arena, 1, sizeof(*f));

	*f = (struct sift_finding){
		.rule = rule, .cls = cls, .set = set, .sweep = sweep};
	b.doc.findings = f;
	b.doc.finding_count = 1;
}

START_TEST(failing_set_is_passed_over)
{
	begin();
	add_set("load", "10 rps", 50, 0);
	add_set("load", "50 rps", 2000, 250);
	doc_finish(&b);
	add_finding("service.errors", SIFT_CLASS_SERVICE, 1, SIFT_NONE);
	advise(0);
	ck_assert_uint_eq(b.doc.cache_ttls[0].set, 0);
	ck_assert_int_eq(b.doc.cache_ttls[0].ttl_s, 60);
	end();
}
END_TEST

START_TEST(endpoint_of_failing_sets_only_gets_none)
{
	begin();
	add_set("load", NULL, 2000, 250);
	doc_finish(&b);
	add_finding("service.latency", SIFT_CLASS_SERVICE, 0, SIFT_NONE);
	advise(0);
	ck_assert_int_eq(b.doc.cache_ttls[0].ttl_s, -1);
	ck_assert_str_eq(b.doc.cache_ttls[0].reason,
			 "the service as a whole is failing or saturated in "
			 "every set; 2000 requests per run in load");
	end();
}
END_TEST

/* A sweep over 10, 20, 40 users whose throughput is `rps`. */
static void
add_sweep(const double *rps)
{
	static const size_t sets[] = {0, 1, 2};
	static const char *const loads[] = {"10 users", "20 users", "40 users"};
	size_t i;

	for (i = 0; i < 3; i++) {
		add_set("load", loads[i], rps[i] * 60, 100);
		b.doc.sets[i].users = (double)(10u << i);
	}
	doc_sweep(&b, "load", sets, 3);
	doc_finish(&b);
	add_finding("load.saturation", SIFT_CLASS_LOAD, SIFT_NONE, 0);
}

START_TEST(saturated_levels_are_passed_over)
{
	static const struct {
		double rps[3];
		size_t set;
	} rows[] = {
		{{10, 20, 21}, 1}, /* the last step */
		{{10, 11, 12}, 0}, /* from the first step on */
		{{10, 20, 40}, 1}, /* the finding knows better: the top */
	};

	begin();
	add_sweep(rows[_i].rps);
	advise(0);
	ck_assert_uint_eq(b.doc.cache_ttls[0].set, rows[_i].set);
	end();
}
END_TEST

/* ---- kinds and order ---- */

START_TEST(only_http_gets_a_ttl)
{
	size_t set;

	begin();
	set = doc_set(&b, "shop", NULL, 1);
	doc_same(&b, set, "GET", "a", (struct doc_figures){.requests = 50});
	doc_same(&b, set, "GET", "b", (struct doc_figures){.requests = 50});
	doc_trend(&b, set, "t", (struct doc_figures){.requests = 50});
	doc_finish(&b);
	doc_endpoint(&b, set, "GET", "a")->kind = SIFT_KIND_GRPC;
	doc_endpoint(&b, set, "GET", "b")->kind = SIFT_KIND_WS;
	advise(0);
	ck_assert_uint_eq(b.doc.cache_ttl_count, 0);
	end();
}
END_TEST

START_TEST(order_is_gain_then_share_then_name)
{
	static const char *const expected[] = {"z_most", "a_some", "m_fast",
					       "b_post", "health"};
	size_t set, i;

	begin();
	set = doc_set(&b, "shop", NULL, 1);
	doc_same(&b, set, "GET", "a_some",
		 (struct doc_figures){.requests = 50, .p50 = 40});
	doc_same(&b, set, "POST", "b_post",
		 (struct doc_figures){.requests = 50, .p50 = 30});
	doc_same(&b, set, "GET", "health",
		 (struct doc_figures){.requests = 50, .p50 = 600});
	doc_same(&b, set, "GET", "m_fast",
		 (struct doc_figures){.requests = 50, .p50 = 5, .mean = 70});
	doc_same(&b, set, "GET", "z_most",
		 (struct doc_figures){.requests = 50, .p50 = 50});
	doc_finish(&b);
	advise(0);
	ck_assert_uint_eq(b.doc.cache_ttl_count, 5);
	for (i = 0; i < 5; i++)
		ck_assert_str_eq(b.doc.cache_ttls[i].name, expected[i]);
	end();
}
END_TEST

START_TEST(published_example_is_reproduced)
{
	size_t set, i;

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
	doc_finish(&b);
	advise(0);
	ck_assert_uint_eq(b.doc.cache_ttl_count, 2);
	for (i = 0; i < 2; i++)
		ck_assert_int_eq(b.doc.cache_ttls[i].ttl_s, 300);
	end();
}
END_TEST

START_TEST(nothing_gives_nothing)
{
	begin();
	doc_finish(&b);
	advise(0);
	ck_assert_uint_eq(b.doc.cache_ttl_count, 0);
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
		add_set("load", "10 rps", 50, 0);
		add_set("load", "50 rps", 2000, 250);
		doc_finish(&b);
		sift_arena_init(&arena);
		sift_mem_fail_at(n, 1);
		rc = sift_advise_ttls(&b.doc, &config, 0, &arena, &err);
		sift_mem_fail_at(0, 0);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		if (rc)
			ck_assert_uint_eq(b.doc.cache_ttl_count, 0);
		sift_arena_release(&arena);
		end();
		if (!rc)
			break;
	}
	ck_assert_uint_gt(n, 3);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ttl");
	TCase *c = tcase_create("ttl");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, volume_and_tail_choose, 0,
			    (int)(sizeof(table) / sizeof(table[0])));
	tcase_add_loop_test(c, what_must_not_be_cached_gets_none, 0,
			    (int)(sizeof(exclusions) / sizeof(exclusions[0])));
	tcase_add_test(c, unknown_method_is_marked);
	tcase_add_test(c, error_rate_stands_in_for_unknown_counts);
	tcase_add_test(c, words_are_those_of_the_configuration);
	tcase_add_test(c, little_to_gain_is_fast_or_rare);
	tcase_add_test(c, share_of_time_below_one_percent_is_little);
	tcase_add_test(c, configured_traffic_beats_rate_beats_run);
	tcase_add_test(c, one_ttl_per_scenario_from_the_busiest_set);
	tcase_add_test(c, failing_set_is_passed_over);
	tcase_add_test(c, endpoint_of_failing_sets_only_gets_none);
	tcase_add_loop_test(c, saturated_levels_are_passed_over, 0, 3);
	tcase_add_test(c, only_http_gets_a_ttl);
	tcase_add_test(c, order_is_gain_then_share_then_name);
	tcase_add_test(c, published_example_is_reproduced);
	tcase_add_test(c, nothing_gives_nothing);
	tcase_add_test(c, memory_running_out_is_told);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
