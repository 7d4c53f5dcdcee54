/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * The fast way through k6 points (read/k6_layout.h) against the parser behind
 * it: the same bytes, read both ways, must give the same events. The bytes
 * are k6's own files, files in other orders and spacings, and those with
 * seeded damage: what is wrong, or merely odd, must be so for both.
 */

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_log.h"
#include "read/k6_points.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* ---- comparing ---- */

static void
check_same(const char *bytes, size_t len, size_t block,
	   const struct sift_limits *limits, const char *what)
{
	struct sift_format parser = sift_format_k6_points;
	char *fast, *parsed;

	parser.read = sift_k6_points_parse_all;
	fast = event_log_read(&sift_format_k6_points, bytes, len, block,
			      limits);
	parsed = event_log_read(&parser, bytes, len, 0, limits);
	if (strcmp(fast, parsed) != 0) {
		size_t at = 0;

		while (fast[at] == parsed[at])
			at++;
		for (; at && fast[at - 1] != '\n'; at--)
			;
		ck_abort_msg("%s, blocks of %zu:\nfast:   %.300s\n"
			     "parsed: %.300s",
			     what, block, fast + at, parsed + at);
	}
	ck_assert_msg(!strstr(fast, "BROKEN"), "%.300s",
		      strstr(fast, "BROKEN"));
	free(fast);
	free(parsed);
}

/* ---- chance ---- */

/* splitmix64: the same on every machine */
static uint64_t
chance(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static size_t
below(uint64_t *state, size_t n)
{
	return (size_t)(chance(state) % n);
}

#define PICK(state, array) ((array)[below((state), LENGTH(array))])

/* ---- files ---- */

enum order { NAME_FIRST, NAME_LAST, SORTED, ORDERS };

/* How a file is written. */
struct style {
	enum order order;
	const char *blank; /* behind colons and commas */
	const char *end;   /* of a line */
	bool odd;	   /* with odd values, times and tags */
};

static const char *const names[] = {
	"http_reqs",
	"http_req_duration",
	"http_req_blocked",
	"http_req_failed",
	"checks",
	"vus",
	"iterations",
	"my_latency",
	"my_counter",
	"data_sent",
	"grpc_req_duration",
	"browser_http_req_duration",
};

static const char *const odd_names[] = {
	"a b",
	"caf\xC3\xA9",
	"q\\\"",
	"\\u0068ttp_reqs",
	"line\\nend",
	"back\\\\",
	"",
	"http_req",
	"http_req_durations",
};

static const char *const values[] = {
	"0",   "1",	 "12.249072", "0.5",	    "519",
	"1.5", "100.25", "0.00272",   "1234567.25", "12345678",
};

static const char *const odd_values[] = {
	"-1",
	"1e-2",
	"1.234567e+06",
	"0.0000015",
	"+Inf",
	"NaN",
	"null",
	"\"1\"",
	"{}",
	"123456789012",
	"1.",
	".5",
	"00012",
	"1.2.3",
	"true",
	"1e400",
	"9e18",
	"1234567890.123456",
	"12.2490721",
	"0.0000000000001",
	"12345678.123456",
	"1234567.1234567",
	"123456789.5",
	"1.2e",
	"12.a",
	"1.-5",
	"0.12345678",
	"1234567890123456789",
};

static const char *const odd_times[] = {
	"2026-01-01T00:00:60Z",
	"2026-01-01T01:00:00+01:00",
	"2026-01-01T00:00:00.1234567891Z",
	"2026-01-01 00:00:01Z",
	"2026-13-01T00:00:00Z",
	"",
	"2026-01-01T00:00:00",
	"2026-01-01T00:00:00.5\\u005a",
};

static const char *const tags[] = {
	"{\"expected_response\":\"true\",\"method\":\"GET\",\"name\":\"a\"}",
	"{\"expected_response\":\"false\",\"method\":\"GET\",\"name\":\"a\"}",
	"{\"method\":\"GET\",\"name\":\"${}/b/${}\",\"status\":\"200\"}",
	/* alike at the end */
	"{\"method\":\"GET\",\"name\":\"x\",\"url\":\"http://b/${}/c/d\"}",
	"{\"method\":\"PUT\",\"name\":\"x\",\"url\":\"http://b/${}/c/d\"}",
	"{\"method\":\"PUT\",\"name\":\"y\",\"url\":\"http://b/${}/c/d\"}",
	"{\"check\":\"is {200}\",\"group\":\"\"}",
	"{\"group\":\"::setup\",\"method\":\"GET\",\"name\":\"a\"}",
	"{}",
};

static const char *const odd_tags[] = {
	"null",
	"{\"name\":\"}}\",\"url\":\"\\\"}}\"}",
	"{\"name\":\"\\u003cb\\u003e\",\"method\":\"\\u0047ET\"}",
	"{\"name\":\"bad \\x escape\"}",
	"{\"name\":{\"a\":\"}\"},\"time\":\"2026-01-01T00:00:09Z\"}",
	"{\"name\":\"x},\\\"metric\\\":\\\"vus\\\"}\"}",
	"{ \"name\" : \"a\" , \"method\":\"GET\"}",
	"[]",
	"{\"name\":\"\x01\xFF\"}",
	"{\"name\":\"a\",\"name\":\"b\"}",
};

static void
put_time(FILE *out, uint64_t *state, bool odd)
{
	if (odd && below(state, 8) == 0)
		fputs(PICK(state, odd_times), out);
	else if (below(state, 3) == 0)
		fprintf(out, "2026-01-01T00:%02zu:%02zu.%zuZ", below(state, 2),
			below(state, 60), below(state, 999999999));
	else
		fputs("2026-01-01T00:00:07.089836861Z", out);
}

static void
put_data(FILE *out, uint64_t *state, const struct style *s)
{
	bool odd = s->odd && below(state, 6) == 0;
	const char *value = odd ? PICK(state, odd_values) : PICK(state, values);
	const char *set = odd ? PICK(state, odd_tags) : PICK(state, tags);
	const char *b = s->blank;

	if (s->order == SORTED)
		fprintf(out, "\"data\":%s{\"tags\":%s%s,%s\"time\":%s\"", b, b,
			set, b, b);
	else
		fprintf(out, "\"data\":%s{\"time\":%s\"", b, b);
	put_time(out, state, s->odd);
	if (s->order == SORTED)
		fprintf(out, "\",%s\"value\":%s%s}", b, b, value);
	else
		fprintf(out, "\",%s\"value\":%s%s,%s\"tags\":%s%s%s}", b, b,
			value, b, b, set,
			odd ? ",\"metadata\":{\"vu\":\"1\"}" : "");
}

static void
put_point(FILE *out, uint64_t *state, const struct style *s)
{
	const char *name = s->odd && below(state, 12) == 0
				   ? PICK(state, odd_names)
				   : PICK(state, names);
	const char *b = s->blank;

	fputc('{', out);
	if (s->order == NAME_FIRST)
		fprintf(out, "\"metric\":%s\"%s\",%s\"type\":%s\"Point\",%s", b,
			name, b, b, b);
	else if (s->order == NAME_LAST)
		fprintf(out, "\"type\":%s\"Point\",%s", b, b);
	put_data(out, state, s);
	if (s->order == NAME_LAST)
		fprintf(out, ",%s\"metric\":%s\"%s\"", b, b, name);
	else if (s->order == SORTED)
		fprintf(out, ",%s\"metric\":%s\"%s\",%s\"type\":%s\"Point\"", b,
			b, name, b, b);
	fprintf(out, "}%s", s->end);
}

static void
put_other_line(FILE *out, uint64_t *state, const struct style *s)
{
	static const char *const lines[] = {
		"{\"type\":\"Metric\",\"data\":{\"name\":\"my_counter\","
		"\"type\":\"counter\",\"contains\":\"default\"},"
		"\"metric\":\"my_counter\"}",
		"running (0m01.0s), 1/1 VUs",
		"",
		"{",
	};

	fprintf(out, "%s%s", PICK(state, lines), s->end);
}

/* `count` lines; the style may change between them. */
static char *
make_file(uint64_t *state, const struct style *style, size_t count,
	  size_t *out_len)
{
	struct style s = *style;
	char *text;
	FILE *out = open_memstream(&text, out_len);

	ck_assert_ptr_nonnull(out);
	for (size_t i = 0; i < count; i++) {
		if (s.odd && below(state, 25) == 0)
			s.order = (enum order)below(state, ORDERS);
		if (s.odd && below(state, 25) == 0)
			s.blank = s.blank[0] ? "" : " ";
		if (below(state, 20) == 0)
			put_other_line(out, state, &s);
		else
			put_point(out, state, &s);
	}
	fclose(out);
	return text;
}

/* ---- damage ---- */

/* Room for what damage may add. */
#define GROWTH 4096

static void
cut_out(char *text, size_t *len, size_t at, size_t n)
{
	memmove(text + at, text + at + n, *len - at - n);
	*len -= n;
}

static void
put_in(char *text, size_t *len, size_t at, const char *piece, size_t n)
{
	memmove(text + at + n, text + at, *len - at);
	memcpy(text + at, piece, n);
	*len += n;
}

/* One of k6's own words, where there was something else or nothing. */
static void
put_in_word(uint64_t *state, char *text, size_t *len)
{
	static const char *const words[] = {
		"}}\n",
		"\"metric\":\"vus\",",
		"\"value\":3,",
		"\"time\":\"",
		"\\\"",
		"{\"metric\":\"",
		"},\"metric\":\"",
		"\"tags\":{},",
		"\"type\":\"Point\"",
		"\"data\":{},",
		"\xEF\xBB\xBF",
		"\r",
		"{\"type\":\"Point\",\"data\":{\"time\":\"",
	};
	const char *word = PICK(state, words);

	put_in(text, len, below(state, *len + 1), word, strlen(word));
}

static void
damage(uint64_t *state, char *text, size_t *len)
{
	static const char bytes[] = "\"\\{}[]:,\n\r \t0e.-+Z\xFF";
	char piece[64];
	size_t at = below(state, *len);
	size_t n = below(state, *len - at);

	n = n < sizeof(piece) ? n : sizeof(piece);
	switch (below(state, 8)) {
	case 0: /* a bit turns over */
		text[at] = (char)(text[at] ^ 1 << below(state, 8));
		break;
	case 1: /* a byte that means something; NUL as well */
		text[at] = bytes[below(state, sizeof(bytes))];
		break;
	case 2: /* a byte is lost */
		cut_out(text, len, at, 1);
		break;
	case 3: /* some are */
		cut_out(text, len, at, n);
		break;
	case 4: /* some come again, elsewhere */
		memcpy(piece, text + at, n);
		put_in(text, len, below(state, *len + 1), piece, n);
		break;
	case 5: /* two lines run together */
		for (; at < *len; at++)
			if (text[at] == '\n')
				break;
		if (at < *len)
			cut_out(text, len, at, 1);
		break;
	case 6: /* a line breaks apart */
		put_in(text, len, at, "\n", 1);
		break;
	default:
		put_in_word(state, text, len);
	}
}

/* ---- tests ---- */

static const char *const samples[] = {
	"k6/versions/v0.26.0/results.json",
	"k6/versions/v0.30.0/results.json",
	"k6/versions/v0.40.0/results.json",
	"k6/versions/v0.47.0/results.json",
	"k6/versions/v0.47.0_killed/results.json",
	"k6/versions/v0.47.0_systemtags-minimal/results.json",
	"k6/versions/v2.2.0/results.json",
};

START_TEST(k6_files_are_read_alike)
{
	char path[512];
	size_t len;
	char *bytes;

	if (!event_log_sample(samples[_i], path, sizeof(path)))
		return;
	bytes = event_log_load(path, &len);
	ck_assert_ptr_nonnull(bytes);
	check_same(bytes, len, 0, NULL, samples[_i]);
	check_same(bytes, len, 4099, NULL, samples[_i]);
	free(bytes);
}
END_TEST

static const struct style styles[] = {
	{NAME_FIRST, "", "\n", false},	 {NAME_LAST, "", "\n", false},
	{SORTED, "", "\n", false},	 {NAME_FIRST, " ", "\r\n", false},
	{NAME_LAST, " ", "\r\n", false}, {SORTED, " ", " \n", false},
	{NAME_FIRST, "", "\n", true},	 {NAME_LAST, "", "\n", true},
	{SORTED, "", "\n", true},	 {NAME_FIRST, " ", "\r\n", true},
	{NAME_LAST, "\t", "\n", true},	 {SORTED, " ", "\r\n", true},
};

START_TEST(files_of_any_layout_are_read_alike)
{
	uint64_t state = (uint64_t)_i;

	for (int round = 0; round < 20; round++) {
		size_t len;
		char *text = make_file(&state, &styles[_i], 200, &len);

		check_same(text, len, 0, NULL, "whole");
		check_same(text, len, 1 + below(&state, len), NULL, "blocks");
		check_same(text, len, 1 + below(&state, 600), NULL, "blocks");
		free(text);
	}
}
END_TEST

START_TEST(damaged_files_are_read_alike)
{
	uint64_t state = UINT64_C(1000) + (uint64_t)_i;

	for (int round = 0; round < 400; round++) {
		struct sift_limits limits = event_log_limits();
		size_t count = 3 + below(&state, 40);
		size_t len;
		char *made = make_file(&state, &styles[_i], count, &len);
		char *text = malloc(len + GROWTH);

		ck_assert_ptr_nonnull(text);
		memcpy(text, made, len);
		for (size_t n = 1 + below(&state, 6); n && len > 1; n--)
			damage(&state, text, &len);
		if (below(&state, 8) == 0)
			limits.line_bytes = 1 + below(&state, 300);
		if (below(&state, 8) == 0)
			limits.json_depth = 1 + below(&state, 3);
		check_same(text, len, below(&state, len + 1), &limits,
			   "damaged");
		free(text);
		free(made);
	}
}
END_TEST

/* Every line that comes from `good` by one change of one byte. */
START_TEST(a_line_with_one_wrong_byte_is_read_alike)
{
	static const char bytes[] = "\"\\{}:,\n\r 0e.-\xC3";
	const struct style *style = &styles[_i];
	uint64_t state = 1;
	size_t len;
	char *text = make_file(&state, style, 12, &len);

	/* the last quarter of the file: what is before has been learned */
	for (size_t at = len - len / 4; at < len; at++) {
		char kept = text[at];

		for (size_t i = 0; i < sizeof(bytes); i++) {
			text[at] = bytes[i];
			check_same(text, len, 0, NULL, "one byte");
		}
		text[at] = kept;
	}
	free(text);
}
END_TEST

/* More sets of tags and metrics than are remembered. */
START_TEST(many_tags_are_read_alike)
{
	uint64_t state = 7;
	size_t len;
	char *text;
	FILE *out = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(out);
	for (unsigned i = 0; i < 30000; i++)
		fprintf(out,
			"{\"metric\":\"%s\",\"type\":\"Point\",\"data\":{"
			"\"time\":\"2026-01-01T00:00:00Z\",\"value\":%u,"
			"\"tags\":{\"name\":\"u%u%s\",\"status\":\"200\"}}}\n",
			PICK(&state, names), i % 3, i / 3,
			i % 1000 == 999 ? "}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}"
					: "");
	fclose(out);
	check_same(text, len, 0, NULL, "many tags");
	check_same(text, len, 65536, NULL, "many tags");
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("k6_differential");
	TCase *tc = tcase_create("k6_differential");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, k6_files_are_read_alike, 0, LENGTH(samples));
	tcase_add_loop_test(tc, files_of_any_layout_are_read_alike, 0,
			    LENGTH(styles));
	tcase_add_loop_test(tc, damaged_files_are_read_alike, 0,
			    LENGTH(styles));
	tcase_add_loop_test(tc, a_line_with_one_wrong_byte_is_read_alike, 0,
			    LENGTH(styles));
	tcase_add_test(tc, many_tags_are_read_alike);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
