/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/config.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "config/config_read.h"
#include "config/yaml.h"

static enum sift_status
read_text(struct sift_config *config, const char *text, struct sift_err *err)
{
	struct sift_yaml *yaml;
	enum sift_status rc =
		sift_yaml_parse(&yaml, sift_span_str(text), "t.yaml", err);

	if (rc)
		return rc;
	rc = sift_config_read(config, sift_yaml_root(yaml), err);
	sift_yaml_free(yaml);
	return rc;
}

static void
init_with(struct sift_config *config, const char *text)
{
	struct sift_err err = {0};

	ck_assert_int_eq(sift_config_init(config, NULL), SIFT_OK);
	if (read_text(config, text, &err))
		ck_abort_msg("line %d: %s", (int)err.line, err.what);
}

/* ---- rules ---- */

START_TEST(defaults_are_those_of_the_design)
{
	struct sift_rule_limits p99 = sift_rule_defaults(SIFT_RULE_LATENCY_P99);
	struct sift_rule_limits tail =
		sift_rule_defaults(SIFT_RULE_TAIL_P99_TO_P95);

	ck_assert(p99.enabled);
	ck_assert_double_nan(p99.note);
	ck_assert_double_eq(p99.warning, 300);
	ck_assert_double_eq(p99.critical, 500);
	ck_assert_uint_eq(p99.min_requests, 100);
	ck_assert_uint_eq(p99.line, 0);
	ck_assert_double_eq(tail.note, 1.5);
	ck_assert_double_nan(tail.warning);
	ck_assert_str_eq(sift_rule_name(SIFT_RULE_TAIL_P99_TO_P95),
			 "tail.p99-to-p95");
	ck_assert_int_eq(sift_rule_class(SIFT_RULE_TAIL_P99_TO_P95),
			 SIFT_CLASS_VARIANCE);
	ck_assert_int_eq(sift_rule_unit(SIFT_RULE_ERRORS_RATE),
			 SIFT_UNIT_SHARE);
}
END_TEST

START_TEST(rule_overrides_what_it_names_and_keeps_the_rest)
{
	struct sift_config config;
	const struct sift_rule_limits *p99;

	init_with(&config, "rules:\n"
			   "  latency.p99: {warning: 200ms, note: 0.15 s}\n"
			   "  latency.p95: {critical: off, min-requests: 50}\n"
			   "  errors.rate: {warning: 0.5 %}\n"
			   "  variance.stalls: off\n"
			   "  service.errors: {min-requests: 5}\n"
			   "  load.saturation: on\n");
	p99 = &config.rules[SIFT_RULE_LATENCY_P99];
	ck_assert_double_eq(p99->warning, 200);
	ck_assert_double_eq(p99->note, 150);
	ck_assert_double_eq(p99->critical, 500);
	ck_assert_uint_eq(p99->min_requests, 100);
	ck_assert_uint_eq(p99->line, 2);
	ck_assert_double_nan(config.rules[SIFT_RULE_LATENCY_P95].critical);
	ck_assert_uint_eq(config.rules[SIFT_RULE_LATENCY_P95].min_requests, 50);
	ck_assert_double_eq(config.rules[SIFT_RULE_ERRORS_RATE].warning, 0.005);
	ck_assert(!config.rules[SIFT_RULE_VARIANCE_STALLS].enabled);
	ck_assert_uint_eq(config.rules[SIFT_RULE_SERVICE_ERRORS].min_requests,
			  5);
	ck_assert(config.rules[SIFT_RULE_LOAD_SATURATION].enabled);
	sift_config_release(&config);
}
END_TEST

/* ---- targets and traffic ---- */

static const char endpoints[] =
	"targets:\n"
	"  webhooks_list: {p50: 50ms, p95: 150ms, p99: 300ms,\n"
	"    error-rate: 0.5 %, min-rps: 100}\n"
	"  GET alerts_*: {p95: 200ms}\n"
	"  alerts_*: {p95: 0.4 s}\n"
	"  join_room_latency: {p95: 300ms}\n"
	"  GET /users/?: {p99: 1s}\n"
	"traffic:\n"
	"  GET webhooks_list: 2000000 per day\n"
	"  '*': 10 per hour\n";

START_TEST(target_has_all_its_numbers)
{
	struct sift_config config;
	const struct sift_target *target;

	init_with(&config, endpoints);
	target = sift_config_target(&config, "GET", "webhooks_list");
	ck_assert_ptr_nonnull(target);
	ck_assert_ptr_null(target->method);
	ck_assert_double_eq(target->p50_ms, 50);
	ck_assert_double_eq(target->p95_ms, 150);
	ck_assert_double_eq(target->p99_ms, 300);
	ck_assert_double_eq(target->error_rate, 0.005);
	ck_assert_double_eq(target->min_rps, 100);
	ck_assert_uint_eq(target->line, 2);
	target = sift_config_target(&config, "GET", "alerts_list");
	ck_assert_double_nan(target->p99_ms);
	ck_assert_double_nan(target->error_rate);
	ck_assert_double_nan(target->min_rps);
	sift_config_release(&config);
}
END_TEST

/* clang-format off */
static const struct {
	const char *method, *name;
	unsigned line; /* of the target that matches; 0 = none */
} lookups[] = {
	{"GET", "webhooks_list", 2}, {NULL, "webhooks_list", 2},
	{"GET", "webhooks_lists", 0}, {"GET", "Webhooks_list", 0},
	{"GET", "alerts_list", 4}, {"POST", "alerts_list", 5},
	{NULL, "alerts_list", 5}, {NULL, "join_room_latency", 6},
	{NULL, "GET alerts_list", 4}, {"GET", "GET alerts_list", 4},
	{"GET", "/users/7", 7}, {"GET", "/users/77", 0},
	{NULL, "GET /users/7", 7}, {"GET", "/users/\xc3\xbc", 7},
	{NULL, "", 0}, {NULL, NULL, 0},
};
/* clang-format on */

START_TEST(first_target_that_matches_is_the_one)
{
	struct sift_config config;
	const struct sift_target *target;

	init_with(&config, endpoints);
	target = sift_config_target(&config, lookups[_i].method,
				    lookups[_i].name);
	ck_assert_uint_eq(target ? target->line : 0, lookups[_i].line);
	sift_config_release(&config);
}
END_TEST

START_TEST(traffic_is_per_day)
{
	struct sift_config config;

	init_with(&config, endpoints);
	ck_assert_double_eq(
		sift_config_traffic(&config, "GET", "webhooks_list")->per_day,
		2000000);
	ck_assert_double_eq(
		sift_config_traffic(&config, "POST", "webhooks_list")->per_day,
		240);
	ck_assert_ptr_nonnull(sift_config_traffic(&config, NULL, NULL));
	sift_config_release(&config);
}
END_TEST

/* clang-format off */
static const struct {
	const char *pattern, *text;
	bool match;
} globs[] = {
	{"a", "a", true}, {"a", "b", false}, {"a", "ab", false},
	{"ab", "a", false}, {"", "", true}, {"", "a", false}, {"*", "", true},
	{"*", "anything", true}, {"**", "x", true}, {"?", "", false},
	{"?", "x", true}, {"?", "\xc3\xbc", true}, {"??", "\xc3\xbc", false},
	{"*b*", "abc", true}, {"a*c", "abcbc", true}, {"a*c", "abcb", false},
	{"a*?", "a", false}, {"a*?", "ab", true}, {"*\xbc", "\xc3\xbc", false},
	{"a?c", "abc", true}, {"*.json", "x.json.json", true},
	{"[a]", "a", false}, {"a*", "*", false}, {"*", "*", true},
	{"*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	 false},
};
/* clang-format on */

START_TEST(glob_matches_text)
{
	ck_assert_int_eq(sift_glob_match(globs[_i].pattern, globs[_i].text),
			 globs[_i].match);
}
END_TEST

/* ---- cache words, group-by ---- */

static int
has_word(const struct sift_config *config, const char *word)
{
	size_t i;

	for (i = 0; i < config->no_cache_word_count; i++)
		if (!strcmp(config->no_cache_words[i], word))
			return 1;
	return 0;
}

START_TEST(cache_words_replace_or_add)
{
	struct sift_config config;

	init_with(&config, "");
	ck_assert_uint_eq(config.no_cache_word_count, 17);
	ck_assert(has_word(&config, "health") && has_word(&config, "teardown"));
	sift_config_release(&config);
	init_with(&config, "cache: {never-also: [Cart, checkout]}");
	ck_assert_uint_eq(config.no_cache_word_count, 19);
	ck_assert(has_word(&config, "cart") && has_word(&config, "health"));
	sift_config_release(&config);
	init_with(&config, "cache: {never: [cart], never-also: [me]}");
	ck_assert_uint_eq(config.no_cache_word_count, 2);
	ck_assert(has_word(&config, "me") && !has_word(&config, "health"));
	sift_config_release(&config);
	init_with(&config, "cache: {never: []}");
	ck_assert_uint_eq(config.no_cache_word_count, 0);
	sift_config_release(&config);
}
END_TEST

START_TEST(group_by_is_kept)
{
	struct sift_config config;

	init_with(&config, "group-by: '^(?<set>.*)/run-(?<run>\\d+)'");
	ck_assert_str_eq(config.group_by, "^(?<set>.*)/run-(?<run>\\d+)");
	sift_config_release(&config);
}
END_TEST

/* ---- errors ---- */

static const struct {
	const char *text;
	unsigned line;
	const char *what;
} wrong[] = {
	{"rules:\n  latency.p99:\n    wraning: 5", 3,
	 "unknown key \"wraning\" in rules.latency.p99 (did you mean "
	 "\"warning\"?)"},
	{"rules:\n  latency.p98: off", 2,
	 "unknown key \"latency.p98\" in rules (did you mean "
	 "\"latency.p99\"?)"},
	{"rules:\n  speed: off", 2, "unknown key \"speed\" in rules"},
	{"rule: {}", 1, "unknown key \"rule\" (did you mean \"rules\"?)"},
	{"a: 1", 1,
	 "unknown key \"a\" (known: rules, targets, traffic, cache, "
	 "group-by, names)"},
	{"[1]", 1, "must be a map (rules:, targets:, …), not a list"},
	{"rules", 1, "must be a map (rules:, targets:, …), not a value"},
	{"rules:\n  - 1", 2, "rules: must be a map, not a list"},
	{"rules:", 1, "rules: must be a map, is empty"},
	{"rules:\n  latency.p99: 300ms", 2,
	 "rules.latency.p99: must be a map of limits, or off, not a value"},
	{"rules:\n  latency.p99: [300]", 2,
	 "rules.latency.p99: must be a map of limits, or off, not a list"},
	{"rules: {latency.p99: {warning: [1]}}", 1,
	 "rules.latency.p99.warning: must be a time (150ms, 1.5s), not a "
	 "list"},
	{"rules: {latency.p99: {warning: }}", 1,
	 "rules.latency.p99.warning: \"\" is not a time (150ms, 1.5s)"},
	{"rules: {errors.rate: {warning: '0,5 %'}}", 1,
	 "rules.errors.rate.warning: \"0,5 %\" is not a number: write a "
	 "decimal point and no comma"},
	{"rules: {errors.rate: {critical: 5}}", 1,
	 "rules.errors.rate.critical: \"5\" is out of bounds (0 % to 100 %)"},
	{"rules: {latency.p99: {warning: 0}}", 1,
	 "rules.latency.p99.warning: \"0\" is out of bounds (0.001 ms to "
	 "86400000 ms)"},
	{"rules: {latency.p99: {warning: -5ms}}", 1, NULL},
	{"rules: {latency.p99: {warning: 2000min}}", 1, NULL},
	{"rules: {variance.stalls: {warning: 0.5}}", 1, NULL},
	{"rules: {variance.stalls: {warning: 5ms}}", 1, NULL},
	{"rules: {latency.p99: {min-requests: 1.5}}", 1, NULL},
	{"rules: {latency.p99: {min-requests: off}}", 1, NULL},
	{"rules:\n  latency.p99: {warning: 600ms}", 2,
	 "rules.latency.p99: warning (600) is above critical (500)"},
	{"rules:\n  latency.p99: {note: 400ms}", 2,
	 "rules.latency.p99: note (400) is above warning (300)"},
	{"rules: {latency.p99: {note: 900, warning: off}}", 1,
	 "rules.latency.p99: note (900) is above critical (500)"},
	{"rules:\n  load.saturation: {warning: 5}", 2,
	 "unknown key \"warning\" in rules.load.saturation"},
	{"rules: {service.errors: {warning: 5}}", 1,
	 "unknown key \"warning\" in rules.service.errors (known: "
	 "min-requests)"},
	{"rules: {a.b: off, a.b: off}", 1,
	 "key \"a.b\" occurs twice (first in line 1)"},
	{"targets:\n  x: {p98: 5ms}", 2,
	 "unknown key \"p98\" in targets.x (did you mean \"p95\"?)"},
	{"targets:\n  x: {p90: 5ms}", 2, NULL},
	{"targets:\n  x: {}", 2,
	 "targets.x: no target: p50, p95, p99, error-rate or min-rps is "
	 "needed"},
	{"targets:\n  x: 5ms", 2,
	 "targets.x: must be a map of targets, not a value"},
	{"targets:\n  x: {p95: off}", 2, NULL},
	{"targets:\n  x: {p50: 200, p95: 100}", 2,
	 "targets.x: p50 (200) is above p95 (100)"},
	{"targets:\n  x: {p95: 200, p99: 100}", 2,
	 "targets.x: p95 (200) is above p99 (100)"},
	{"targets:\n  x: {p50: 200, p99: 100}", 2, NULL},
	{"targets:\n  '': {p50: 200}", 2, "targets.: the name is empty"},
	{"targets:\n  x: {error-rate: 0.5 percent}", 2, NULL},
	{"targets:\n  x: {min-rps: 0}", 2, NULL},
	{"targets:\n  x: {min-rps: 100ms}", 2, NULL},
	{"targets: [x]", 1, "targets: must be a map, not a list"},
	{"traffic:\n  x: many", 2,
	 "traffic.x: \"many\" is not an amount of requests (2000000 per "
	 "day)"},
	{"traffic:\n  x: 2,000,000", 2, NULL},
	{"traffic:\n  x: -1", 2, NULL},
	{"traffic:\n  x: {y: 1}", 2, NULL},
	{"cache: {ever: [a]}", 1,
	 "unknown key \"ever\" in cache (did you mean \"never\"?)"},
	{"cache: {never: health}", 1,
	 "cache.never: must be a list of words, not a value"},
	{"cache: {never: [[a]]}", 1, NULL},
	{"cache: {never: ['']}", 1, NULL},
	{"cache: {never-also: [log-in]}", 1,
	 "cache.never-also: \"log-in\" is more than one word"},
	{"group-by: '(?<set>'", 1, NULL},
	{"group-by: ''", 1, "group-by: the expression is empty"},
	{"group-by: [a]", 1, "group-by: must be an expression, not a list"},
	{"group-by: 'run-(\\d+)'", 1,
	 "group-by: needs a group named set, as in (?<set>.*)"},
	{"group-by: '(?<run>\\d+)'", 1,
	 "group-by: needs a group named set, as in (?<set>.*)"},
};

START_TEST(wrong_key_or_value_is_named_with_its_line)
{
	struct sift_config config;
	struct sift_err err = {0};

	ck_assert_int_eq(sift_config_init(&config, NULL), SIFT_OK);
	ck_assert_int_eq(read_text(&config, wrong[_i].text, &err),
			 SIFT_E_USAGE);
	ck_assert_uint_eq(err.line, wrong[_i].line);
	ck_assert_uint_gt(strlen(err.what), 0);
	if (wrong[_i].what)
		ck_assert_str_eq(err.what, wrong[_i].what);
	sift_config_release(&config);
}
END_TEST

/* ---- files ---- */

static void
write_file(const char *name, const char *text)
{
	FILE *stream = fopen(name, "wb");

	ck_assert_ptr_nonnull(stream);
	ck_assert_uint_eq(fwrite(text, 1, strlen(text), stream), strlen(text));
	ck_assert_int_eq(fclose(stream), 0);
}

START_TEST(file_and_line_are_in_the_message)
{
	struct sift_config config;
	struct sift_err err = {0};
	char text[600];

	write_file("config_test.yaml", "rules:\n  latency.p99: {wraning: 1}\n");
	ck_assert_int_eq(sift_config_init(&config, NULL), SIFT_OK);
	ck_assert_int_eq(sift_config_load(&config, "config_test.yaml", &err),
			 SIFT_E_USAGE);
	ck_assert_str_eq(sift_err_format(&err, text, sizeof(text)),
			 "config_test.yaml:2: unknown key \"wraning\" in "
			 "rules.latency.p99 (did you mean \"warning\"?)");
	ck_assert_int_eq(remove("config_test.yaml"), 0);
	sift_config_release(&config);
}
END_TEST

START_TEST(file_that_cannot_be_read_is_wrong_usage)
{
	struct sift_config config;
	struct sift_err err = {0};

	ck_assert_int_eq(sift_config_init(&config, NULL), SIFT_OK);
	ck_assert_int_eq(sift_config_load(&config, "no/such.yaml", &err),
			 SIFT_E_USAGE);
	ck_assert_str_eq(err.where, "no/such.yaml");
	sift_config_release(&config);
	sift_err_clear(&err);
	ck_assert_int_eq(sift_config_init(&config, NULL), SIFT_OK);
	ck_assert_int_eq(sift_config_load(&config, ".", &err), SIFT_E_USAGE);
	sift_config_release(&config);
}
END_TEST

START_TEST(file_over_a_mebibyte_is_refused)
{
	struct sift_config config;
	struct sift_buf buf;
	struct sift_err err = {0};

	sift_buf_init(&buf, 0);
	sift_buf_add_repeated(&buf, '#', 1024 * 1024 + 1);
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_OK);
	write_file("config_test_big.yaml", buf.ptr);
	sift_buf_release(&buf);
	ck_assert_int_eq(sift_config_init(&config, NULL), SIFT_OK);
	ck_assert_int_eq(
		sift_config_load(&config, "config_test_big.yaml", &err),
		SIFT_E_USAGE);
	ck_assert_str_eq(err.what, "larger than 1 MiB");
	ck_assert_int_eq(remove("config_test_big.yaml"), 0);
	sift_config_release(&config);
}
END_TEST

START_TEST(shipped_example_loads)
{
	const char *top = getenv("top_srcdir");
	struct sift_config config;
	struct sift_err err = {0};
	const struct sift_target *health;
	char path[4096];

	snprintf(path, sizeof(path), "%s/data/loadsift-targets.yaml",
		 top ? top : ".");
	ck_assert_int_eq(sift_config_init(&config, NULL), SIFT_OK);
	if (sift_config_load(&config, path, &err))
		ck_abort_msg("%s:%d: %s", path, (int)err.line, err.what);
	ck_assert_str_eq(config.file, path);
	ck_assert_uint_eq(config.target_count, 14);
	health = sift_config_target(&config, "GET", "health_check");
	ck_assert_double_eq(health->error_rate, 0);
	ck_assert_double_eq(
		sift_config_target(&config, "GET", "webhooks_list")->min_rps,
		100);
	sift_config_release(&config);
}
END_TEST

START_TEST(no_memory_is_told_and_leaks_nothing)
{
	static const char text[] =
		"rules: {latency.p99: {warning: 200ms}}\n"
		"targets: {GET x*: {p95: 5ms}}\ntraffic: {x: 5}\n"
		"cache: {never: [a]}\ngroup-by: (?<set>.)\n";
	enum sift_status rc = SIFT_E_NOMEM;
	uint64_t n;

	for (n = 1; rc; n++) {
		struct sift_config config = {0};

		sift_mem_fail_at(n, 0);
		rc = sift_config_init(&config, NULL);
		if (!rc)
			rc = read_text(&config, text, NULL);
		sift_mem_fail_at(0, 0);
		sift_config_release(&config);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 1000);
	}
	ck_assert_uint_gt(n, 4);
}
END_TEST

#define COUNT_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

static Suite *
config_suite(void)
{
	Suite *suite = suite_create("config");
	TCase *c = tcase_create("config");

	tcase_add_test(c, defaults_are_those_of_the_design);
	tcase_add_test(c, rule_overrides_what_it_names_and_keeps_the_rest);
	tcase_add_test(c, target_has_all_its_numbers);
	tcase_add_loop_test(c, first_target_that_matches_is_the_one, 0,
			    COUNT_OF(lookups));
	tcase_add_test(c, traffic_is_per_day);
	tcase_add_loop_test(c, glob_matches_text, 0, COUNT_OF(globs));
	tcase_add_test(c, cache_words_replace_or_add);
	tcase_add_test(c, group_by_is_kept);
	tcase_add_loop_test(c, wrong_key_or_value_is_named_with_its_line, 0,
			    COUNT_OF(wrong));
	tcase_add_test(c, file_and_line_are_in_the_message);
	tcase_add_test(c, file_that_cannot_be_read_is_wrong_usage);
	tcase_add_test(c, file_over_a_mebibyte_is_refused);
	tcase_add_test(c, shipped_example_loads);
	tcase_add_test(c, no_memory_is_told_and_leaks_nothing);
	suite_add_tcase(suite, c);
	return suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(config_suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
