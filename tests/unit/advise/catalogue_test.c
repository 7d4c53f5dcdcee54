/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/catalogue.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "advise/actions_yaml.h"
#include "base/buf.h"
#include "base/mem.h"

/* The least that is a catalogue; %s is replaced by what a test is about. */
#define TOP                                                                    \
 "rule_groups:\n"                                                              \
 "  slow: [latency.p99, latency.p95]\n"                                        \
 "verify:\n"                                                                   \
 "  C: look at {figure} again\n"                                               \
 "actions:\n"
#define HEAD TOP "- id: a.b\n  tier: immediate\n  title: T\n"
#define STEPS "  steps: [one, two, three]\n"
#define TAIL                                                                   \
 "  why: W\n" STEPS "  effort: low\n  gain: none\n  risk: R\n  verify: C\n"
#define WHEN "  when:\n    findings: [errors.rate]\n"

static struct sift_catalogue *
parsed(const char *text)
{
	struct sift_catalogue *c = NULL;
	struct sift_err err = {0};

	if (sift_catalogue_parse(&c, sift_span_str(text), "a.yaml", &err))
		ck_abort_msg("%s:%d: %s", err.where, (int)err.line, err.what);
	return c;
}

/* ---- the one that is built in ---- */

START_TEST(builtin_has_the_twenty_rows)
{
	static const char *const ids[] = {
		"errors.fix",	  "errors.timeouts", "tail.pool",
		"tail.trace",	  "cache.ttl",	     "cache.l2",
		"log.level",	  "test.repeat",     "test.threshold",
		"errors.retry",	  "errors.breaker",  "db.indexes",
		"db.pagination",  "db.random",	     "load.serialised",
		"capacity.scale", "ext.parallel",    "db.matview",
		"db.replicas",	  "async.job",
	};
	struct sift_catalogue *c = NULL;
	struct sift_err err = {0};
	size_t i;

	if (sift_catalogue_builtin(&c, &err))
		ck_abort_msg("line %d: %s", (int)err.line, err.what);
	ck_assert_uint_ge(c->count, 20);
	for (i = 0; i < 20; i++)
		ck_assert_msg(sift_action_explain(c, ids[i]) != NULL, "%s",
			      ids[i]);
	for (i = 0; i < c->count; i++) {
		const struct sift_catalogue_row *r = &c->rows[i];

		ck_assert_uint_ge(r->step_count, 3);
		ck_assert_uint_le(r->step_count, 6);
		ck_assert_ptr_null(strstr(r->verify, "{figure}"));
		ck_assert_ptr_null(strstr(r->verify, "compare OLD"));
		if (r->gain == SIFT_GAIN_CATALOGUE)
			ck_assert(r->gain_low > 0 &&
				  r->gain_low < r->gain_high);
		else
			ck_assert_double_nan(r->gain_low);
	}
	ck_assert_uint_eq(strlen(sift_actions_yaml), sift_actions_yaml_size);
	sift_catalogue_free(c);
}
END_TEST

START_TEST(explanation_says_all)
{
	static const char *const parts[] = {
		"cache.l2: Second-level (Redis) cache",
		"Tier: immediate (1-2 hours)",
		"Effort: low",
		"Gain: 30-40 % less latency (catalogue",
		"Risk: Medium.",
		"Steps:\n  1. Measure what is computed again",
		"\n  6. Watch the hit rate",
		"Verify: rerun the scenario five times",
		"compare the medians of p95 of the two sets",
	};
	struct sift_catalogue *c = NULL;
	const char *text;
	size_t i;

	ck_assert_int_eq(sift_catalogue_builtin(&c, NULL), SIFT_OK);
	text = sift_action_explain(c, "cache.l2");
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		ck_assert_msg(strstr(text, parts[i]) != NULL, "%s in\n%s",
			      parts[i], text);
	ck_assert_ptr_nonnull(strstr(sift_action_explain(c, "load.serialised"),
				     "modelled from your sweep"));
	ck_assert_ptr_nonnull(strstr(sift_action_explain(c, "tail.pool"),
				     "modelled from your runs"));
	ck_assert_ptr_nonnull(strstr(sift_action_explain(c, "errors.fix"),
				     "no gain in latency is claimed"));
	ck_assert_ptr_null(sift_action_explain(c, "cache"));
	ck_assert_ptr_null(sift_action_explain(c, ""));
	sift_catalogue_free(c);
}
END_TEST

/* ---- what may be written ---- */

START_TEST(row_has_what_the_file_says)
{
	struct sift_catalogue *c =
		parsed(HEAD WHEN "  leads: yes\n  group: g\n"
				 "  why: W\n" STEPS
				 "  effort: high\n  gain: 15 % to 25 %\n"
				 "  risk: R\n  verify: C p99\n");
	const struct sift_catalogue_row *r = &c->rows[0];

	ck_assert_uint_eq(c->count, 1);
	ck_assert_str_eq(r->id, "a.b");
	ck_assert_int_eq(r->tier, SIFT_TIER_IMMEDIATE);
	ck_assert(r->leads);
	ck_assert_str_eq(r->group, "g");
	ck_assert_uint_eq(r->same_gain_as, SIFT_NONE);
	ck_assert_str_eq(r->effort, "high");
	ck_assert_double_eq(r->effort_weight, 4);
	ck_assert_double_eq(r->gain_low, 0.15);
	ck_assert_double_eq(r->gain_high, 0.25);
	ck_assert_str_eq(r->verify, "look at p99 again");
	ck_assert_str_eq(r->steps[2], "three");
	ck_assert_uint_eq(r->line, 6);
	sift_catalogue_free(c);
}
END_TEST

static const char *const good[] = {
	HEAD WHEN TAIL,
	HEAD "  when: {findings: slow}\n" TAIL,
	HEAD "  when: {warnings: [slow, errors.rate]}\n" TAIL,
	HEAD "  when: {scope: set, set_findings: load.saturation}\n" TAIL,
	HEAD "  when: {scope: [set, endpoint], few_runs: no}\n" TAIL,
	HEAD "  when: {trends: yes, healthy: on, stalls_only: off}\n" TAIL,
	HEAD "  when: {where: p50 >= 150 ms}\n" TAIL,
	HEAD "  when: {where: [p95<1s, share > 0.1, error_rate <= 5 %]}\n" TAIL,
	HEAD "  when: {unless: ['runs >= 3', requests > 100]}\n" TAIL,
	HEAD "  when: {any_of: [{words: [a]}, {methods: GET}]}\n" TAIL,
	HEAD "  when: {failures: [4xx, timed out], "
	     "failures_not_mostly: [x]}\n" TAIL,
	HEAD "  when: {no_findings: slow, no_set_findings: [service.errors], "
	     "own_findings: slow, notes: slow, slow_trends: db, "
	     "cacheable: yes, only_level: no}\n" TAIL,
	HEAD WHEN "  why: W\n" STEPS
		  "  effort: low\n  gain: growth\n  risk: R\n  verify: C\n",
	"verify: {C: c}\nactions: []\n",
};

START_TEST(good_catalogue_is_taken)
{
	sift_catalogue_free(parsed(good[_i]));
}
END_TEST

/* ---- what may not ---- */

static const struct {
	const char *text;
	unsigned line;
	const char *what;
} bad[] = {
	/* the file */
	{"a: [", 2, NULL},
	{"[]", 1, "must be a map, not a list"},
	{"", 1, "lacks the key \"verify\""},
	{"verify: {}\n", 1, "lacks the key \"actions\""},
	{"verify: {}\nactions: []\nactios: 1\n", 3,
	 "unknown key \"actios\" (did you mean \"actions\"?)"},
	{"verify: 1\nactions: []\n", 1, "verify: must be a map, not a value"},
	{"verify: {C: [1]}\nactions: []\n", 1,
	 "verify: must be a text, not a list"},
	{"verify: {}\nactions: {}\n", 2, "actions: must be a list, not a map"},
	{"verify: {}\nactions: [x]\n", 2,
	 "actions: must be an action, not a value"},
	{"rule_groups: [x]\nverify: {}\nactions: []\n", 1,
	 "rule_groups: must be a map, not a list"},
	{"rule_groups: {g: x}\nverify: {}\nactions: []\n", 1,
	 "rule_groups: must be a list, not a value"},
	{"rule_groups:\n  g: [latency.p98]\nverify: {}\nactions: []\n", 2,
	 "rule_groups: \"latency.p98\" is no rule"},
	{"rule_groups:\n  g: [[a]]\nverify: {}\nactions: []\n", 2,
	 "rule_groups: must be a rule, not a list"},
	/* keys of a row */
	{TOP "- tier: immediate\n", 6, "actions[0]: lacks the key \"id\""},
	{TOP "- id: x\n", 6, "x: lacks the key \"tier\""},
	{TOP "- id: x\n  teir: immediate\n", 7,
	 "unknown key \"teir\" in x (did you mean \"tier\"?)"},
	{TOP "- id: x\n  tier: imediate\n", 7,
	 "x.tier: \"imediate\" is not known (did you mean \"immediate\"?)"},
	{TOP "- id: x\n  tier: [immediate]\n", 7,
	 "x.tier: must be a word, not a list"},
	{TOP "- id: ''\n", 6, "actions[0].id: must not be empty"},
	{TOP "- id: x\n  title: [a]\n", 7,
	 "x.title: must be a text, not a list"},
	{TOP "- id: x\n  leads: maybe\n", 7, "x.leads: must be yes or no"},
	{TOP "- id: x\n  effort: big\n", 7, "x.effort: \"big\" is not known"},
	{TOP "- id: x\n  same_gain_as: y\n", 7,
	 "x.same_gain_as: \"y\" is not known"},
	{TOP "- id: x\n  same_gain_as: x\n", 7,
	 "x.same_gain_as: \"x\" is not known"},
	{TOP "- id: x\n  steps: [a, b]\n", 7,
	 "x.steps: must have 3 to 6 steps, has 2"},
	{TOP "- id: x\n  steps: [a, b, c, d, e, f, g]\n", 7,
	 "x.steps: must have 3 to 6 steps, has 7"},
	{TOP "- id: x\n  steps: text\n", 7,
	 "x.steps: must be a list, not a value"},
	{TOP "- id: x\n  steps:\n  - a\n  - b: c\n  - d\n", 9,
	 "x.steps: must be a text, not a map"},
	{TOP "- id: x\n  gain: 25 % to 15 %\n", 7,
	 "x.gain: \"25 % to 15 %\" is neither none, a model nor a range "
	 "(15 % to 25 %)"},
	{TOP "- id: x\n  gain: 15 %\n", 7, NULL},
	{TOP "- id: x\n  gain: 15 % to 120 %\n", 7, NULL},
	{TOP "- id: x\n  gain: 0 % to 10 %\n", 7, NULL},
	{TOP "- id: x\n  gain: 1,5 % to 3 %\n", 7, NULL},
	{TOP "- id: x\n  gain: catalogue\n", 7, NULL},
	{TOP "- id: x\n  gain: [growth]\n", 7, NULL},
	{TOP "- id: x\n  verify: E\n", 7, "x.verify: \"E\" is not known"},
	{TOP "- id: x\n  verify: {C: p99}\n", 7,
	 "x.verify: must be a way, not a map"},
	{HEAD WHEN TAIL "- id: a.b\n  tier: immediate\n  title: T\n" WHEN TAIL,
	 17, "a.b: the id \"a.b\" occurs twice (first in line 6)"},
	/* conditions */
	{TOP "- id: x\n  when: []\n", 7,
	 "x.when: must be a map of conditions, not a list"},
	{TOP "- id: x\n  when: {}\n", 7, "x.when: needs a condition"},
	{TOP "- id: x\n  when: {scope: set}\n", 7, "x.when: needs a condition"},
	{TOP "- id: x\n  when:\n    finding: [slow]\n", 8,
	 "unknown key \"finding\" in x.when (did you mean \"findings\"?)"},
	{TOP "- id: x\n  when:\n    findings: [fast]\n", 8,
	 "x.when.findings: \"fast\" is neither a rule nor a rule group"},
	{TOP "- id: x\n  when:\n    findings: []\n", 8,
	 "x.when.findings: must not be empty"},
	{TOP "- id: x\n  when:\n    findings: {}\n", 8,
	 "x.when.findings: must be a list, not a map"},
	{TOP "- id: x\n  when:\n    findings:\n", 8,
	 "x.when.findings: must be a list, is empty"},
	{TOP "- id: x\n  when:\n    words: [[a]]\n", 8,
	 "x.when.words: must be a word, not a list"},
	{TOP "- id: x\n  when:\n    scope: run\n", 8,
	 "x.when.scope: \"run\" is neither endpoint nor set"},
	{TOP "- id: x\n  when:\n    healthy: perhaps\n", 8,
	 "x.when.healthy: must be yes or no"},
	{TOP "- id: x\n  when:\n    trends: [yes]\n", 8,
	 "x.when.trends: must be yes or no"},
	{TOP "- id: x\n  when:\n    where: [p51 > 3]\n", 8, NULL},
	{TOP "- id: x\n  when:\n    where: [p50 = 3]\n", 8,
	 "x.when.where: \"p50 = 3\" lacks one of < <= > >= behind the figure"},
	{TOP "- id: x\n  when:\n    where: [p50]\n", 8, NULL},
	{TOP "- id: x\n  when:\n    where: [p50 >]\n", 8,
	 "x.when.where: \"p50 >\" is not a time (150ms, 1.5s)"},
	{TOP "- id: x\n  when:\n    where: [p50 > 5 %]\n", 8, NULL},
	{TOP "- id: x\n  when:\n    where: ['share > 0,5']\n", 8, NULL},
	{TOP "- id: x\n  when:\n    where: [runs > 2.5]\n", 8,
	 "x.when.where: \"runs > 2.5\" is not a whole number (100)"},
	{TOP "- id: x\n  when:\n    any_of: [{words: a}]\n", 8,
	 "x.when.any_of: needs two choices or more"},
	{TOP "- id: x\n  when:\n    any_of: a\n", 8,
	 "x.when.any_of: must be a list, not a value"},
	{TOP "- id: x\n  when:\n    any_of: [{words: a}, b]\n", 8,
	 "x.when.any_of: must be a map of conditions, not a value"},
	{TOP "- id: x\n  when:\n    any_of: [{words: a}, {scope: set}]\n", 8,
	 "unknown key \"scope\" in x.when.any_of"},
	{TOP "- id: x\n  when:\n    any_of: [{words: a}, {any_of: []}]\n", 8,
	 "unknown key \"any_of\" in x.when.any_of"},
};

START_TEST(bad_catalogue_is_refused_with_its_line)
{
	struct sift_catalogue *c = NULL;
	struct sift_err err = {0};
	enum sift_status rc = sift_catalogue_parse(
		&c, sift_span_str(bad[_i].text), "a.yaml", &err);

	ck_assert_int_eq(rc, SIFT_E_USAGE);
	ck_assert_ptr_null(c);
	ck_assert_str_eq(err.where, "a.yaml");
	ck_assert_msg((unsigned)err.line == bad[_i].line, "line %d: %s",
		      (int)err.line, err.what);
	if (bad[_i].what)
		ck_assert_str_eq(err.what, bad[_i].what);
}
END_TEST

START_TEST(more_actions_than_fit_are_refused)
{
	struct sift_catalogue *c = NULL;
	struct sift_err err = {0};
	struct sift_buf text = {0};
	int i;

	sift_buf_add_str(&text, "verify: {C: c}\nactions:\n");
	for (i = 0; i < 65; i++)
		sift_buf_printf(&text, "- id: a%d\n", i);
	ck_assert_int_eq(
		sift_catalogue_parse(&c, sift_buf_span(&text), "a.yaml", &err),
		SIFT_E_USAGE);
	ck_assert_str_eq(err.what, "actions: more than 64 actions");
	sift_buf_release(&text);
}
END_TEST

START_TEST(memory_running_out_is_told)
{
	struct sift_catalogue *c = NULL;
	enum sift_status rc;
	uint64_t n;

	for (n = 1;; n += 1 + n / 8) {
		struct sift_err err = {0};

		sift_mem_fail_at(n, 1);
		rc = sift_catalogue_builtin(&c, &err);
		sift_mem_fail_at(0, 0);
		if (!rc)
			break;
		ck_assert_int_eq(rc, SIFT_E_NOMEM);
		ck_assert_ptr_null(c);
	}
	ck_assert_uint_gt(n, 10);
	sift_catalogue_free(c);
	sift_catalogue_free(NULL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("catalogue");
	TCase *c = tcase_create("catalogue");
	SRunner *runner;
	int failed;

	tcase_add_test(c, builtin_has_the_twenty_rows);
	tcase_add_test(c, explanation_says_all);
	tcase_add_test(c, row_has_what_the_file_says);
	tcase_add_loop_test(c, good_catalogue_is_taken, 0,
			    (int)(sizeof(good) / sizeof(good[0])));
	tcase_add_loop_test(c, bad_catalogue_is_refused_with_its_line, 0,
			    (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_test(c, more_actions_than_fit_are_refused);
	tcase_add_test(c, memory_running_out_is_told);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
