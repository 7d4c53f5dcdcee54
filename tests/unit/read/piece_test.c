/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/piece.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "read/reader.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define POINT(metric, value, tags)                                             \
 "{\"metric\":\"" metric "\",\"type\":\"Point\",\"data\":{\"time\":"           \
 "\"2026-01-01T00:00:00Z\",\"value\":" value ",\"tags\":" tags "}}\n"
#define METRIC(name, type)                                                     \
 "{\"type\":\"Metric\",\"data\":{\"name\":\"" name "\",\"type\":\"" type       \
 "\",\"contains\":\"default\",\"thresholds\":[],\"submetrics\":null},"         \
 "\"metric\":\"" name "\"}\n"

#define TOLD "{\"expected_response\":\"true\",\"name\":\"a\"}"
#define UNTOLD "{\"status\":\"200\",\"name\":\"a\"}"

/* ---- the k6 reader ---- */

/* a piece, what was declared before it; what is in doubt, what it declares */
static const struct {
	const char *text;
	const char *declared;
	uint64_t first_line;
	unsigned doubts;
	const char *declares;
} cases[] = {
	{"", "", 0, 0, ""},
	{POINT("http_req_duration", "1", TOLD)
		 POINT("http_req_failed", "0", TOLD),
	 "", 0, 0, ""},
	/* built-in metrics need no declaration, and make none for others */
	{METRIC("http_reqs", "counter") POINT("http_reqs", "1", TOLD), "", 0, 0,
	 ""},
	/* a script's metric */
	{POINT("mine", "1", TOLD), "", 0, SIFT_DOUBT_DECLARED, ""},
	{POINT("mine", "1", TOLD), METRIC("mine", "gauge"), 0, 0, ""},
	{POINT("mine", "1", TOLD), METRIC("yours", "gauge"), 0,
	 SIFT_DOUBT_DECLARED, ""},
	{METRIC("mine", "gauge") POINT("mine", "1", TOLD), "", 0, 0,
	 METRIC("mine", "gauge")},
	{POINT("mine", "1", TOLD) METRIC("mine", "gauge"), "", 0, 0,
	 METRIC("mine", "gauge")},
	/* the first declaration counts, and only that is passed on */
	{METRIC("mine", "rate") POINT("mine", "1", TOLD),
	 METRIC("mine", "gauge"), 0, 0, ""},
	{METRIC("mine", "rate") METRIC("mine", "gauge"), "", 0, 0,
	 METRIC("mine", "rate")},
	/* a request that nothing is said of is what its status says */
	{POINT("http_req_duration", "1", UNTOLD), "", 0, 0, ""},
	/* but a verdict may be on a request elsewhere */
	{POINT("http_req_failed", "1", UNTOLD), "", 0, SIFT_DOUBT_WHOLE, ""},
	{POINT("http_req_duration", "1", UNTOLD)
		 POINT("http_req_failed", "1", UNTOLD),
	 "", 0, SIFT_DOUBT_WHOLE, ""},
	/* a bad line is told of with its number */
	{"{\n", "", 0, SIFT_DOUBT_LINES, ""},
	{"{\n", "", 17, 0, ""},
	{"{\"cut", "", 0, SIFT_DOUBT_LINES, ""},
	{"{\"cut", "", 1, 0, ""},
	{POINT("http_req_duration", "-1", TOLD), "", 0, SIFT_DOUBT_LINES, ""},
	/* no record, no doubt */
	{"console.log\n\n", "", 0, 0, ""},
	/* what is declared needs not make sense */
	{POINT("http_req_duration", "1", TOLD), "{\n\n" METRIC("a", "what"), 0,
	 0, ""},
};

static enum sift_status
put_nothing(void *payload, const struct sift_event *event, struct sift_err *err)
{
	(void)payload, (void)event, (void)err;
	return SIFT_OK;
}

static void
read_piece(const char *text, struct sift_piece *piece)
{
	const struct sift_limits limits = {0};
	const struct sift_sink sink = {put_nothing, NULL};
	struct sift_source *src;

	ck_assert_int_eq(
		sift_source_open_memory(&src, text, strlen(text), 0, NULL),
		SIFT_OK);
	/* A cut line is a failure, and counts all the same. */
	(void)!sift_format_k6_points.read_piece(src, &limits, piece, &sink,
						NULL);
	sift_source_free(src);
}

static size_t
count_lines(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '\n' || !text[1];
	return count;
}

START_TEST(a_piece_says_what_it_cannot_know)
{
	struct sift_piece piece;
	struct sift_span declares;

	sift_piece_init(&piece);
	piece.first_line = cases[_i].first_line;
	piece.declared = sift_span_str(cases[_i].declared);
	read_piece(cases[_i].text, &piece);
	declares = sift_buf_span(&piece.declares);
	ck_assert_uint_eq(piece.doubts, cases[_i].doubts);
	ck_assert_uint_eq(piece.lines, count_lines(cases[_i].text));
	ck_assert(sift_span_equal(declares, sift_span_str(cases[_i].declares)));
	sift_piece_release(&piece);
}
END_TEST

START_TEST(points_that_stop_waiting_too_early_need_the_whole)
{
	const char *line = POINT("mine", "1", "{}");
	size_t len = strlen(line), lines = (1u << 18) + 1;
	char *text = calloc(lines, len + 1);
	struct sift_piece piece;

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < lines; i++)
		memcpy(text + i * len, line, len);
	sift_piece_init(&piece);
	read_piece(text, &piece);
	ck_assert_uint_eq(piece.doubts & SIFT_DOUBT_WHOLE, SIFT_DOUBT_WHOLE);
	ck_assert_uint_eq(piece.lines, lines);
	sift_piece_release(&piece);
	free(text);
}
END_TEST

/* ---- its parts ---- */

static const struct {
	size_t count, max;
	uint32_t fill;
} counts[] = {
	{0, 1, 0},
	{1, SIFT_PIECE_FULL, 1},
	{1, (size_t)1 << 21, 1},
	{SIFT_PIECE_FULL, SIFT_PIECE_FULL, SIFT_PIECE_FULL},
	{(size_t)1 << 20, (size_t)1 << 21, SIFT_PIECE_FULL / 2},
	{2, 1, SIFT_PIECE_FULL},
};

START_TEST(the_fullest_table_counts_and_is_rounded_up)
{
	struct sift_piece piece;

	sift_piece_init(&piece);
	sift_piece_count(&piece, 0, 100);
	sift_piece_count(&piece, counts[_i].count, counts[_i].max);
	sift_piece_count(&piece, 0, 100);
	ck_assert_uint_eq(piece.fill, counts[_i].fill);
	sift_piece_release(&piece);
}
END_TEST

START_TEST(too_many_declarations_need_the_whole)
{
	static const char line[1000];
	struct sift_piece piece;
	size_t room = ((size_t)64 << 10) / (sizeof(line) + 1);

	sift_piece_init(&piece);
	for (size_t i = 0; i < room; i++)
		sift_piece_declare(&piece, sift_span_of(line, sizeof(line)));
	ck_assert_uint_eq(piece.doubts, 0);
	sift_piece_declare(&piece, sift_span_of(line, sizeof(line)));
	ck_assert_uint_eq(piece.doubts, SIFT_DOUBT_WHOLE);
	sift_piece_release(&piece);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("piece");
	TCase *tc = tcase_create("piece");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_piece_says_what_it_cannot_know, 0,
			    LENGTH(cases));
	tcase_add_test(tc, points_that_stop_waiting_too_early_need_the_whole);
	tcase_add_loop_test(tc, the_fullest_table_counts_and_is_rounded_up, 0,
			    LENGTH(counts));
	tcase_add_test(tc, too_many_declarations_need_the_whole);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
