/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/instant.h"

#include <stdio.h>
#include <string.h>

#include "runner.h"

/* Seconds from GNU date: date -u -d … +%s */
static const struct {
	const char *text;
	int64_t seconds;
	int64_t ns;
} good[] = {
	{"1970-01-01T00:00:00Z", 0, 0},
	{"2026-02-17T08:00:00Z", 1771315200, 0},
	{"2026-02-17T08:00:00.5Z", 1771315200, 500000000},
	{"2026-02-17T08:00:00.123456789Z", 1771315200, 123456789},
	{"2026-02-17T08:00:00.1234567899999Z", 1771315200, 123456789},
	{"2026-02-17T08:00:00.000000001Z", 1771315200, 1},
	{"2026-02-17 08:00:00Z", 1771315200, 0},
	{"2026-02-17t08:00:00z", 1771315200, 0},
	{"2026-02-17T10:00:00+02:00", 1771315200, 0},
	{"2026-02-17T13:30:00+05:30", 1771315200, 0},
	{"2026-02-16T23:15:00-08:45", 1771315200, 0},
	{"2026-02-17T08:00:00-00:00", 1771315200, 0},
	{"2026-02-18T07:59:00+23:59", 1771315200, 0},
	{"2024-02-29T12:00:00Z", 1709208000, 0},
	{"2000-02-29T00:00:00Z", 951782400, 0},
	{"2000-03-01T00:00:00Z", 951868800, 0},
	{"1900-02-28T23:59:59Z", -2203891201, 0},
	{"1969-12-31T23:59:59.25Z", -1, 250000000},
	{"2016-12-31T23:59:60Z", 1483228799, 999999999},
	{"2016-12-31T23:59:60.5Z", 1483228799, 999999999},
	{"2017-01-01T01:59:60+02:00", 1483228799, 999999999},
	{"1678-01-01T00:00:00Z", -9214560000, 0},
	{"2261-12-31T23:59:59.999999999Z", 9214646399, 999999999},
	{"1678-01-01T00:00:00+23:59", -9214646340, 0},
	{"2261-12-31T23:59:59-23:59", 9214732739, 0},
	/* of one minute, but not of one zone */
	{"2026-02-17T08:00:59.9Z", 1771315259, 900000000},
	{"2026-02-17T08:00:00+01:00", 1771311600, 0},
	{"2026-02-17T08:00:00-01:00", 1771318800, 0},
	{"2026-02-17T08:01:00Z", 1771315260, 0},
};

static const char *const bad[] = {
	"",
	"2026",
	"2026-02-17",
	"2026-02-17T08:00Z",
	"2026-02-17T08:00:00",
	"2026-02-17T08:00:00.5",
	"2026-02-17T08:00:00.Z",
	"2026-02-17T08:00:00,5Z",
	"2026-02-17T08:00:00 Z",
	"2026-02-17T08:00:00Z ",
	" 2026-02-17T08:00:00Z",
	"2026-02-17T08:00:00ZZ",
	"2026-02-17T08:00:00+0200",
	"2026-02-17T08:00:00+02",
	"2026-02-17T08:00:00+2:00",
	"2026-02-17T08:00:00+24:00",
	"2026-02-17T08:00:00+02:60",
	"2026-02-17T08:00:00UTC",
	"2026-02-17T24:00:00Z",
	"2026-02-17T08:60:00Z",
	"2026-02-17T08:00:61Z",
	"2026-00-17T08:00:00Z",
	"2026-13-17T08:00:00Z",
	"2026-02-00T08:00:00Z",
	"2026-02-29T08:00:00Z",
	"1900-02-29T08:00:00Z",
	"2100-02-29T08:00:00Z",
	"2026-04-31T08:00:00Z",
	"2026-01-32T08:00:00Z",
	"1677-12-31T23:59:59Z",
	"2262-01-01T00:00:00Z",
	"0000-01-01T00:00:00Z",
	"9999-12-31T23:59:59Z",
	"20260217T080000Z",
	"2026/02/17T08:00:00Z",
	"2026-02-17_08:00:00Z",
	"2026-2-17T08:00:00Z",
	"+2026-02-17T08:00:00Z",
	"-026-02-17T08:00:00Z",
	"12026-02-17T08:00:00Z",
	"2026-02-17T8:00:00Z",
	"2026-02-17T08:00:-1Z",
	"2026-02-17T08:00:00+-2:00",
	"1771315200",
	"now",
};

START_TEST(instants_are_read)
{
	int64_t ns = 77;

	ck_assert(sift_instant_parse(sift_span_str(good[_i].text), &ns));
	ck_assert_int_eq(ns, good[_i].seconds * SIFT_NS_PER_S + good[_i].ns);
}
END_TEST

START_TEST(what_is_no_instant_is_refused)
{
	int64_t ns = 77;

	ck_assert(!sift_instant_parse(sift_span_str(bad[_i]), &ns));
	ck_assert_int_eq(ns, 77);
}
END_TEST

/* Texts in any order: what the one before left behind must not show. */
START_TEST(near_instants_are_read_alike)
{
	const size_t good_count = sizeof(good) / sizeof(good[0]);
	const size_t count = good_count + sizeof(bad) / sizeof(bad[0]);
	struct sift_instant_near near = {0};

	for (size_t i = 0; i < count * count; i++) {
		size_t n = i % 2 ? i / 2 % count : i / count;
		struct sift_span text = sift_span_str(
			n < good_count ? good[n].text : bad[n - good_count]);
		int64_t alone = 77;
		int64_t after = 77;
		bool is_time = sift_instant_parse(text, &alone);

		ck_assert_msg(sift_instant_parse_near(&near, text, &after) ==
				      is_time,
			      "%s", text.ptr);
		ck_assert_int_eq(after, alone);
	}
}
END_TEST

/* Behind "2026-02-17T08:00:00.", in the zone of that time: what is read, -1 =
   it does not match, and the nanoseconds. */
static const struct {
	const char *zone;
	const char *rest;
	int len;
	int ns;
} rests[] = {
	{"Z", "5Z", 2, 500000000},
	{"Z", "123456789Z\",", 10, 123456789},
	{"Z", "12345678Z and more", 9, 123456780},
	{"Z", "1234567891Z", 11, 123456789},
	{"+02:00", "25+02:00", 8, 250000000},
	{"+02:00", "000000001+02:00\"", 15, 1},

	{"Z", "", -1, 0},
	{"Z", "Z", -1, 0},
	{"Z", "5", -1, 0},
	{"Z", "123456789", -1, 0},
	{"Z", "5X", -1, 0},
	{"Z", "5z", -1, 0},
	{"Z", "5+00:00", -1, 0},
	{"Z", ".5Z", -1, 0},
	{"Z", " 5Z", -1, 0},
	{"Z", "-5Z", -1, 0},
	{"+02:00", "5+02:01", -1, 0},
	{"+02:00", "5+02:0", -1, 0},
	{"+02:00", "5-02:00", -1, 0},
	{"+02:00", "5Z", -1, 0},
	/* a time that nothing can be near to */
	{"", "5Z", -1, 0},
};

START_TEST(rest_of_a_near_instant_is_read_in_its_zone)
{
	static const char second[] = "2026-02-17T08:00:00.";
	struct sift_instant_near near = {0};
	char text[64];
	int64_t begin = 0;
	int64_t ns = 77;
	size_t len = strlen(rests[_i].rest);
	char *copy = malloc(len + 1); /* of its own size, for sanitizers */
	const char *behind;

	snprintf(text, sizeof(text), "%s0%s", second, rests[_i].zone);
	ck_assert(sift_instant_parse_near(&near, sift_span_str(text), &begin) ==
		  (*rests[_i].zone != '\0'));
	memcpy(copy, rests[_i].rest, len);
	behind = sift_instant_near_rest(&near, copy, copy + len, &ns);
	if (rests[_i].len < 0) {
		ck_assert_ptr_null(behind);
		ck_assert_int_eq(ns, 77);
	} else {
		ck_assert_ptr_eq(behind, copy + rests[_i].len);
		ck_assert_int_eq(ns, begin + rests[_i].ns);
	}
	free(copy);
}
END_TEST

/* Each prefix lives in memory of its own size, for sanitizers. */
START_TEST(no_prefix_is_an_instant_or_read_beyond)
{
	const char *text = "2026-02-17T08:00:00.25+02:00";
	int64_t ns = 77;

	for (size_t len = 0; len < strlen(text); len++) {
		char *copy = malloc(len + 1);

		memcpy(copy, text, len);
		copy[len] = '0'; /* a digit that must not be seen */
		ck_assert(!sift_instant_parse(sift_span_of(copy, len), &ns));
		free(copy);
	}
	ck_assert(!sift_instant_parse(SIFT_SPAN("2026-02-17\0"
						"08:00:00Z"),
				      &ns));
	ck_assert(!sift_instant_parse((struct sift_span){0}, &ns));
	ck_assert_int_eq(ns, 77);
}
END_TEST

/* A calendar that only counts, against one that computes. */
START_TEST(every_day_of_the_range_is_right)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30,
				      31, 31, 30, 31, 30, 31};
	int64_t ns = -9214560000 * SIFT_NS_PER_S; /* 1678-01-01 */

	for (int year = 1678; year <= 2261; year++) {
		int leap =
			(year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

		for (int month = 1; month <= 12; month++) {
			int days = lengths[month - 1] + (month == 2 && leap);

			for (int day = 1; day <= days; day++) {
				char text[64], out[SIFT_INSTANT_MAX];
				int64_t got = 0;

				snprintf(text, sizeof(text),
					 "%04d-%02d-%02dT00:00:00Z", year,
					 month, day);
				ck_assert(sift_instant_parse(
					sift_span_str(text), &got));
				ck_assert_int_eq(got, ns);
				sift_instant_format(ns, out);
				ck_assert_str_eq(out, text);
				ns += 86400 * SIFT_NS_PER_S;
			}
		}
	}
}
END_TEST

static const struct {
	int64_t ns;
	const char *text;
} formats[] = {
	{0, "1970-01-01T00:00:00Z"},
	{1, "1970-01-01T00:00:00.000000001Z"},
	{-1, "1969-12-31T23:59:59.999999999Z"},
	{100000000, "1970-01-01T00:00:00.1Z"},
	{120030000, "1970-01-01T00:00:00.12003Z"},
	{-500000000, "1969-12-31T23:59:59.5Z"},
	{INT64_C(10000000000), "1970-01-01T00:00:10Z"},
	{INT64_C(36000000000000), "1970-01-01T10:00:00Z"},
	{INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
	{INT64_MIN + 1, "1677-09-21T00:12:43.145224193Z"},
	{SIFT_INSTANT_NONE, ""},
};

START_TEST(instants_are_written_without_needless_zeros)
{
	char out[SIFT_INSTANT_MAX];

	ck_assert_uint_eq(sift_instant_format(formats[_i].ns, out),
			  strlen(formats[_i].text));
	ck_assert_str_eq(out, formats[_i].text);
}
END_TEST

START_TEST(what_is_written_reads_the_same)
{
	uint64_t state = 3;

	for (int i = 0; i < 100000; i++) {
		char out[SIFT_INSTANT_MAX];
		/* Less than the years that are read. */
		int64_t ns =
			(int64_t)(next_random(&state) >> 1) - INT64_MAX / 2;
		int64_t got = 0;
		unsigned len;

		if (i % 3 == 0)
			ns = ns / SIFT_NS_PER_S * SIFT_NS_PER_S;
		len = sift_instant_format(ns, out);
		ck_assert(sift_instant_parse(sift_span_of(out, len), &got));
		ck_assert_int_eq(got, ns);
	}
}
END_TEST

static const struct {
	const char *text;
	bool is_local;
} locals[] = {
	{"2026-02-17T08:00:00", true},
	{"2026-02-17 08:00:00", true},
	{"2026-02-17T08:00:00.123456", true},
	{"2024-02-29T08:00:00", true},
	{"2026-02-17T08:00:00Z", false},
	{"2026-02-17T08:00:00+02:00", false},
	{"2026-02-17T08:00:00.", false},
	{"2026-02-17T08:00", false},
	{"2026-02-17", false},
	{"2026-02-30T08:00:00", false},
	{"2026-02-17T25:00:00", false},
	{"2026-02-17T08:00:00 ", false},
	{"", false},
};

START_TEST(local_times_are_recognised)
{
	ck_assert_int_eq(sift_instant_is_local(sift_span_str(locals[_i].text)),
			 locals[_i].is_local);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, instants_are_read, 0, COUNT(good));
	tcase_add_loop_test(tc, what_is_no_instant_is_refused, 0, COUNT(bad));
	tcase_add_test(tc, near_instants_are_read_alike);
	tcase_add_loop_test(tc, rest_of_a_near_instant_is_read_in_its_zone, 0,
			    (int)(sizeof(rests) / sizeof(rests[0])));
	tcase_add_test(tc, no_prefix_is_an_instant_or_read_beyond);
	tcase_add_test(tc, every_day_of_the_range_is_right);
	tcase_add_loop_test(tc, instants_are_written_without_needless_zeros, 0,
			    COUNT(formats));
	tcase_add_test(tc, what_is_written_reads_the_same);
	tcase_add_loop_test(tc, local_times_are_recognised, 0, COUNT(locals));
}

int
main(void)
{
	return run_suite("instant", fill);
}
