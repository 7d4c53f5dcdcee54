/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/text.h"

#include "base/clocale.h"
#include "base/width.h"
#include "runner.h"

static const struct {
	struct sift_span text;
	bool valid;
} validities[] = {
	{SIFT_SPAN_INIT(""), true},
	{SIFT_SPAN_INIT("plain text that is longer than a word"), true},
	{SIFT_SPAN_INIT("\0"), true},
	{SIFT_SPAN_INIT("Straße €"), true},
	{SIFT_SPAN_INIT("\xF0\x9F\x98\x80"), true},
	{SIFT_SPAN_INIT("\xF4\x8F\xBF\xBF"), true},  /* U+10FFFF */
	{SIFT_SPAN_INIT("\xED\x9F\xBF"), true},	     /* U+D7FF */
	{SIFT_SPAN_INIT("\xEE\x80\x80"), true},	     /* U+E000 */
	{SIFT_SPAN_INIT("\xEF\xBF\xBF"), true},	     /* U+FFFF */
	{SIFT_SPAN_INIT("\xED\xA0\x80"), false},     /* U+D800 */
	{SIFT_SPAN_INIT("\xED\xBF\xBF"), false},     /* U+DFFF */
	{SIFT_SPAN_INIT("\xF4\x90\x80\x80"), false}, /* U+110000 */
	{SIFT_SPAN_INIT("\xF5\x80\x80\x80"), false},
	{SIFT_SPAN_INIT("\xC0\x80"), false}, /* overlong NUL */
	{SIFT_SPAN_INIT("\xC1\xBF"), false},
	{SIFT_SPAN_INIT("\xE0\x80\x80"), false},
	{SIFT_SPAN_INIT("\xE0\x9F\xBF"), false},
	{SIFT_SPAN_INIT("\xF0\x8F\xBF\xBF"), false},
	{SIFT_SPAN_INIT("\x80"), false},
	{SIFT_SPAN_INIT("12345678\x80"), false},
	{SIFT_SPAN_INIT("1234567\x80"
			"12345678"),
	 false},
	{SIFT_SPAN_INIT("\xC3"), false},
	{SIFT_SPAN_INIT("\xE2\x82"), false},
	{SIFT_SPAN_INIT("\xF0\x9F\x98"), false},
	{SIFT_SPAN_INIT("\xE2\x28\xA1"), false},
	{SIFT_SPAN_INIT("\xE2\x82\x28"), false},
	{SIFT_SPAN_INIT("\xFE"), false},
	{SIFT_SPAN_INIT("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), false},
};

START_TEST(an_absent_text_is_the_same_as_none_but_another)
{
	char heroes[] = "heroes";

	ck_assert(sift_text_same(NULL, NULL));
	ck_assert(sift_text_same("heroes", heroes));
	ck_assert(!sift_text_same("heroes", "heroe"));
	ck_assert(!sift_text_same("", NULL));
	ck_assert(!sift_text_same(NULL, ""));
}
END_TEST

START_TEST(only_strict_utf8_is_valid)
{
	ck_assert_int_eq(sift_utf8_valid(validities[_i].text),
			 validities[_i].valid);
}
END_TEST

START_TEST(every_code_point_reads_as_it_was_written)
{
	struct sift_buf buf = {0};

	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		size_t at = 0;

		if (c == 0xD800)
			c = 0xE000;
		sift_buf_clear(&buf);
		sift_utf8_add(&buf, c);
		ck_assert(sift_utf8_valid(sift_buf_span(&buf)));
		ck_assert_uint_eq(sift_utf8_next(sift_buf_span(&buf), &at), c);
		ck_assert_uint_eq(at, buf.len);
		for (size_t len = 1; len < buf.len; len++) {
			struct sift_span cut = sift_span_of(buf.ptr, len);

			at = 0;
			ck_assert_uint_eq(sift_utf8_next(cut, &at), UINT32_MAX);
			ck_assert_uint_eq(at, 1);
			ck_assert_uint_eq(sift_utf8_whole(cut), 0);
		}
		ck_assert_uint_eq(sift_utf8_whole(sift_buf_span(&buf)),
				  buf.len);
	}
	sift_buf_release(&buf);
}
END_TEST

START_TEST(invalid_code_points_are_written_as_replacement)
{
	static const uint32_t invalid[] = {0xD800, 0xDFFF, 0x110000,
					   UINT32_MAX};

	for (int i = 0; i < COUNT(invalid); i++) {
		struct sift_buf buf = {0};

		sift_utf8_add(&buf, invalid[i]);
		ck_assert_str_eq(buf.ptr, "\xEF\xBF\xBD");
		sift_buf_release(&buf);
	}
}
END_TEST

START_TEST(decoding_any_bytes_agrees_with_validity)
{
	uint64_t state = 9;

	for (int i = 0; i < 200000; i++) {
		static const unsigned char likely[] = {0x41, 0x80, 0xBF, 0xC2,
						       0xE0, 0xA0, 0xED, 0x9F,
						       0xF0, 0x90, 0xF4, 0x8F};
		char bytes[12];
		size_t len = next_random(&state) % sizeof(bytes);
		struct sift_span text = {bytes, len};
		size_t at = 0;
		bool valid = true;

		for (size_t k = 0; k < len; k++)
			bytes[k] = (char)
				likely[next_random(&state) % sizeof(likely)];
		while (at < len) {
			size_t before = at;

			if (sift_utf8_next(text, &at) == UINT32_MAX) {
				valid = false;
				ck_assert_uint_eq(at, before + 1);
			}
		}
		ck_assert_uint_eq(at, len);
		ck_assert_int_eq(sift_utf8_valid(text), valid);
	}
}
END_TEST

static const struct {
	struct sift_span text;
	size_t whole;
} cuts[] = {
	{SIFT_SPAN_INIT(""), 0},
	{SIFT_SPAN_INIT("abc"), 3},
	{SIFT_SPAN_INIT("ab€"), 5},
	{SIFT_SPAN_INIT("ab\xE2\x82"), 2},
	{SIFT_SPAN_INIT("ab\xE2"), 2},
	{SIFT_SPAN_INIT("\xF0\x9F\x98"), 0},
	{SIFT_SPAN_INIT("€\xC3"), 3},
	{SIFT_SPAN_INIT("\x80"), 1}, /* not cut: never was a character */
	{SIFT_SPAN_INIT("\x80\x80\x80\x80\x80"), 5},
	{SIFT_SPAN_INIT("\xC3\x80\x80"), 3},
	{SIFT_SPAN_INIT("\xFF"), 1},
};

START_TEST(a_cut_is_mended_by_dropping_the_beginning_of_a_character)
{
	ck_assert_uint_eq(sift_utf8_whole(cuts[_i].text), cuts[_i].whole);
}
END_TEST

static const struct {
	struct sift_span text;
	const char *from_cp1252, *repaired;
} repairs[] = {
	{SIFT_SPAN_INIT("Straße"), "Straße", "Straße"},
	{SIFT_SPAN_INIT("Stra\xDF"
			"e"),
	 "Straße",
	 "Stra\xEF\xBF\xBD"
	 "e"},
	{SIFT_SPAN_INIT("\x80 \x93x\x94"), "€ “x”",
	 "\xEF\xBF\xBD \xEF\xBF\xBDx\xEF\xBF\xBD"},
	{SIFT_SPAN_INIT("\x81\x9F"), "\xC2\x81Ÿ", "\xEF\xBF\xBD\xEF\xBF\xBD"},
	{SIFT_SPAN_INIT("ß\xDF"), "ÃŸß", "ß\xEF\xBF\xBD"},
	{SIFT_SPAN_INIT("\xE2\x82"), "â‚", "\xEF\xBF\xBD\xEF\xBF\xBD"},
	{SIFT_SPAN_INIT("\xFF"), "ÿ", "\xEF\xBF\xBD"},
};

START_TEST(invalid_text_becomes_valid_either_way)
{
	struct sift_buf buf = {0};

	sift_utf8_add_or_cp1252(&buf, repairs[_i].text);
	ck_assert_str_eq(buf.ptr, repairs[_i].from_cp1252);
	sift_buf_clear(&buf);
	sift_utf8_add_repaired(&buf, repairs[_i].text);
	ck_assert_str_eq(buf.ptr, repairs[_i].repaired);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(every_byte_is_known_to_windows)
{
	for (int c = 0x80; c <= 0xFF; c++) {
		char byte = (char)c;
		struct sift_buf buf = {0};

		sift_utf8_add_or_cp1252(&buf, sift_span_of(&byte, 1));
		ck_assert(sift_utf8_valid(sift_buf_span(&buf)));
		ck_assert(buf.len >= 2 && strcmp(buf.ptr, "\xEF\xBF\xBD"));
		sift_buf_release(&buf);
	}
}
END_TEST

START_TEST(an_escape_fits_its_room)
{
	struct sift_buf buf = {0};
	size_t longest = 0;

	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char out[SIFT_ESCAPE_MAX];
		size_t at = 0, len;

		if (c == 0xD800)
			c = 0xE000;
		sift_buf_clear(&buf);
		sift_utf8_add(&buf, c);
		len = sift_text_escape_next(sift_buf_span(&buf), &at, out);
		ck_assert_uint_eq(at, buf.len);
		longest = len > longest ? len : longest;
	}
	ck_assert_uint_lt(longest, SIFT_ESCAPE_MAX);
	sift_buf_release(&buf);
}
END_TEST

static const struct {
	struct sift_span text;
	size_t columns;
} widths[] = {
	{SIFT_SPAN_INIT(""), 0},
	{SIFT_SPAN_INIT("GET /items"), 10},
	{SIFT_SPAN_INIT("Straße €"), 8},
	{SIFT_SPAN_INIT("e\xCC\x81"), 1}, /* e + acute */
	{SIFT_SPAN_INIT("日本語"), 6},
	{SIFT_SPAN_INIT("ｱ"), 1},  /* half width */
	{SIFT_SPAN_INIT("Ａ"), 2}, /* full width */
	{SIFT_SPAN_INIT("한글"), 4},
	{SIFT_SPAN_INIT("\xE1\x84\x92\xE1\x85\xA1"), 2}, /* jamo */
	{SIFT_SPAN_INIT("😀"), 2},
	{SIFT_SPAN_INIT("\xE2\x80\x8B"), 0},	 /* U+200B */
	{SIFT_SPAN_INIT("\xEF\xBB\xBF"), 0},	 /* U+FEFF */
	{SIFT_SPAN_INIT("\xC2\xAD"), 1},	 /* soft hyphen */
	{SIFT_SPAN_INIT("\xF0\xA0\x80\x80"), 2}, /* U+20000 */
	{SIFT_SPAN_INIT("─│…"), 3},
	{SIFT_SPAN_INIT("\xFF\xE2\x82"), 3}, /* three bad bytes */
	{SIFT_SPAN_INIT("नि"), 2},	     /* a letter and a spacing sign */
	{SIFT_SPAN_INIT("ก็"), 1},
};

START_TEST(columns_are_those_of_a_terminal)
{
	ck_assert_uint_eq(sift_text_columns(widths[_i].text),
			  widths[_i].columns);
}
END_TEST

START_TEST(ascii_and_latin_take_one_column_each)
{
	for (uint32_t c = 0; c < 0x300; c++)
		ck_assert_uint_eq(sift_code_point_columns(c), 1);
	ck_assert_uint_eq(sift_code_point_columns(0x10FFFF), 1);
	ck_assert_uint_eq(sift_code_point_columns(UINT32_MAX), 1);
}
END_TEST

/* In rising order. */
static const struct sift_span labels[] = {
	SIFT_SPAN_INIT(""),
	SIFT_SPAN_INIT("2"),
	SIFT_SPAN_INIT("10"),
	SIFT_SPAN_INIT("10a"),
	SIFT_SPAN_INIT("010b"),
	SIFT_SPAN_INIT("10b"),
	SIFT_SPAN_INIT("run"),
	SIFT_SPAN_INIT("run-"),
	SIFT_SPAN_INIT("run-0"),
	SIFT_SPAN_INIT("run-00"),
	SIFT_SPAN_INIT("run-01"),
	SIFT_SPAN_INIT("run-1"),
	SIFT_SPAN_INIT("run-1\0"),
	SIFT_SPAN_INIT("run-1-2"),
	SIFT_SPAN_INIT("run-1-10"),
	SIFT_SPAN_INIT("run-1.5"),
	SIFT_SPAN_INIT("run-1.10"),
	SIFT_SPAN_INIT("run-2"),
	SIFT_SPAN_INIT("run-9"),
	SIFT_SPAN_INIT("run-10"),
	SIFT_SPAN_INIT("run-99999999999999999999999999998"),
	SIFT_SPAN_INIT("run-99999999999999999999999999999"),
	SIFT_SPAN_INIT("run-x"),
	SIFT_SPAN_INIT("ru\xC3\xA4"),
};

/* Looked at by eights: every byte at every place of them. */
START_TEST(plain_text_ends_at_the_first_byte_that_is_none)
{
	char text[20];

	for (size_t at = 0; at < sizeof(text); at++) {
		for (int c = 0; c < 256; c++) {
			bool is_plain = c >= 0x20 && c < 0x7F;
			size_t expected = is_plain ? sizeof(text) : at;

			memset(text, c % 2 ? ' ' : '~', sizeof(text));
			text[at] = (char)c;
			for (size_t from = 0; from <= at; from++)
				ck_assert_uint_eq(
					sift_text_plain(
						sift_span_of(text,
							     sizeof(text)),
						from),
					expected - from);
		}
	}
	ck_assert_uint_eq(sift_text_plain(sift_span_of(text, 3), 3), 0);
}
END_TEST

START_TEST(labels_are_in_the_order_people_expect)
{
	for (int k = 0; k < COUNT(labels); k++) {
		int order = sift_text_compare_natural(labels[_i], labels[k]);

		ck_assert_msg((order > 0) == (_i > k) &&
				      (order < 0) == (_i < k),
			      "%d %d: %d", _i, k, order);
	}
}
END_TEST

static int
sign(int order)
{
	return (order > 0) - (order < 0);
}

static struct sift_span
random_label(uint64_t *state, char out[6])
{
	size_t len = next_random(state) % 6;

	for (size_t k = 0; k < len; k++)
		out[k] = "0019a-\xC3"[next_random(state) % 7];
	return sift_span_of(out, len);
}

START_TEST(natural_order_is_an_order)
{
	uint64_t state = 10;

	for (int i = 0; i < 300000; i++) {
		char text[3][6];
		struct sift_span a = random_label(&state, text[0]);
		struct sift_span b = random_label(&state, text[1]);
		struct sift_span c = random_label(&state, text[2]);
		int ab = sign(sift_text_compare_natural(a, b));
		int bc = sign(sift_text_compare_natural(b, c));
		int ac = sign(sift_text_compare_natural(a, c));

		ck_assert_int_eq(sign(sift_text_compare_natural(b, a)), -ab);
		ck_assert_int_eq(ab == 0, sift_span_equal(a, b));
		if (ab == bc)
			ck_assert_int_eq(ac, ab);
	}
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, only_strict_utf8_is_valid, 0,
			    COUNT(validities));
	tcase_add_test(tc, an_absent_text_is_the_same_as_none_but_another);
	tcase_add_test(tc, every_code_point_reads_as_it_was_written);
	tcase_add_test(tc, invalid_code_points_are_written_as_replacement);
	tcase_add_test(tc, decoding_any_bytes_agrees_with_validity);
	tcase_add_loop_test(
		tc, a_cut_is_mended_by_dropping_the_beginning_of_a_character, 0,
		COUNT(cuts));
	tcase_add_loop_test(tc, invalid_text_becomes_valid_either_way, 0,
			    COUNT(repairs));
	tcase_add_test(tc, every_byte_is_known_to_windows);
	tcase_add_test(tc, an_escape_fits_its_room);
	tcase_add_loop_test(tc, columns_are_those_of_a_terminal, 0,
			    COUNT(widths));
	tcase_add_test(tc, ascii_and_latin_take_one_column_each);
	tcase_add_test(tc, plain_text_ends_at_the_first_byte_that_is_none);
	tcase_add_loop_test(tc, labels_are_in_the_order_people_expect, 0,
			    COUNT(labels));
	tcase_add_test(tc, natural_order_is_an_order);
}

int
main(void)
{
	return run_suite("text", fill);
}
