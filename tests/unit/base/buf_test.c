/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/buf.h"

#include "base/mem.h"
#include "runner.h"

/* What is true of every buffer at any time. */
static void
check_buf(const struct sift_buf *buf)
{
	if (!buf->ptr) {
		ck_assert_uint_eq(buf->len, 0);
		ck_assert_uint_eq(buf->capacity, 0);
		return;
	}
	ck_assert_uint_lt(buf->len, buf->capacity);
	ck_assert_int_eq(buf->ptr[buf->len], '\0');
	if (buf->max > 0)
		ck_assert_uint_le(buf->len, buf->max);
}

START_TEST(additions_follow_each_other)
{
	struct sift_buf buf = {0};

	sift_buf_add(&buf, "a\0b", 3);
	check_buf(&buf);
	sift_buf_add_str(&buf, "cd");
	sift_buf_add_span(&buf, SIFT_SPAN("e"));
	sift_buf_add_byte(&buf, '\0');
	sift_buf_add_repeated(&buf, '-', 3);
	sift_buf_printf(&buf, "%d%s", 12, "x");
	check_buf(&buf);
	ck_assert_uint_eq(buf.len, 13);
	ck_assert_mem_eq(buf.ptr, "a\0bcde\0---12x", 14);
	ck_assert(sift_span_equal(sift_buf_span(&buf),
				  sift_span_of(buf.ptr, 13)));
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_OK);
	sift_buf_release(&buf);
	check_buf(&buf);
}
END_TEST

START_TEST(adding_nothing_changes_nothing)
{
	struct sift_buf buf;

	sift_buf_init(&buf, 0);
	sift_buf_add(&buf, NULL, 0);
	sift_buf_add_str(&buf, "");
	sift_buf_add_span(&buf, (struct sift_span){0});
	sift_buf_add_repeated(&buf, 'x', 0);
	sift_buf_add_escaped(&buf, (struct sift_span){0}, 10);
	ck_assert_ptr_null(buf.ptr);
	ck_assert_uint_eq(sift_buf_span(&buf).len, 0);
	sift_buf_release(&buf);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(the_maximum_is_reached_but_not_passed)
{
	struct sift_buf buf;

	sift_buf_init(&buf, 4);
	sift_buf_add_str(&buf, "abc");
	sift_buf_add_byte(&buf, 'd');
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_OK);
	check_buf(&buf);
	sift_buf_add_byte(&buf, 'e');
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_E_LIMIT);
	ck_assert_str_eq(buf.ptr, "abcd");
	sift_buf_release(&buf);
}
END_TEST

START_TEST(an_addition_that_fails_leaves_no_part_and_ends_it)
{
	struct sift_buf buf;

	sift_buf_init(&buf, 4);
	sift_buf_add_str(&buf, "abc");
	sift_buf_printf(&buf, "%s", "de");
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_E_LIMIT);
	ck_assert_str_eq(buf.ptr, "abc");
	sift_buf_add_byte(&buf, 'x'); /* would fit, but errors stick */
	sift_buf_printf(&buf, "x");
	ck_assert_str_eq(buf.ptr, "abc");
	sift_buf_clear(&buf);
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_OK);
	ck_assert_str_eq(buf.ptr, "");
	sift_buf_add_str(&buf, "abcd");
	ck_assert_str_eq(buf.ptr, "abcd");
	sift_buf_release(&buf);
}
END_TEST

START_TEST(huge_sizes_do_not_wrap)
{
	struct sift_buf buf = {0};

	sift_buf_add_byte(&buf, 'x');
	sift_buf_add_repeated(&buf, 'x', SIZE_MAX);
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_E_LIMIT);
	sift_buf_clear(&buf);
	sift_buf_add_repeated(&buf, 'x', SIZE_MAX - 1);
	ck_assert_int_ne(sift_buf_status(&buf), SIFT_OK);
	sift_buf_clear(&buf);
	buf.max = SIZE_MAX;
	sift_buf_add_repeated(&buf, 'x', SIZE_MAX);
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_E_LIMIT);
	check_buf(&buf);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(printf_writes_any_length_once)
{
	for (int len = 0; len < 300; len++) {
		struct sift_buf buf = {0};

		sift_buf_add_byte(&buf, '<');
		sift_buf_printf(&buf, "%*s>", len, "");
		check_buf(&buf);
		ck_assert_uint_eq(buf.len, (size_t)len + 2);
		ck_assert_int_eq(buf.ptr[len + 1], '>');
		sift_buf_release(&buf);
	}
}
END_TEST

START_TEST(out_of_memory_is_remembered)
{
	for (uint64_t n = 1; n <= 4; n++) {
		struct sift_buf buf = {0};

		sift_mem_fail_at(n, 1);
		sift_buf_add_str(&buf, "abcd");
		sift_buf_printf(&buf, "%50d", 1);
		sift_buf_add_repeated(&buf, 'x', 200);
		sift_mem_fail_at(0, 0);
		/* 64 bytes hold the first two */
		ck_assert_int_eq(sift_buf_status(&buf),
				 n < 3 ? SIFT_E_NOMEM : SIFT_OK);
		check_buf(&buf);
		sift_buf_release(&buf);
	}
}
END_TEST

START_TEST(a_warm_buffer_allocates_nothing)
{
	struct sift_buf buf = {0};
	uint64_t before;

	sift_buf_add_repeated(&buf, 'x', 1000);
	before = sift_mem_calls();
	for (int i = 0; i < 100; i++) {
		sift_buf_clear(&buf);
		sift_buf_printf(&buf, "%0900d", i);
	}
	ck_assert_uint_eq(sift_mem_calls(), before);
	sift_buf_release(&buf);
}
END_TEST

static const struct {
	const char *text;
	size_t len, max;
	const char *escaped;
} escapes[] = {
	{"plain \"text\" a\\b", 16, 99, "plain \"text\" a\\b"},
	{"Straße €", 11, 99, "Straße €"},
	{"", 0, 0, ""},
	{"a\nb\tc", 5, 99, "a\\nb\\tc"},
	{"a\0b", 3, 99, "a\\x00b"},
	{"\r\x1B[31m\x7F", 7, 99, "\\x0D\\x1B[31m\\x7F"},
	{"\xC2\x85\xC2\x9B", 4, 99, "\\u{0085}\\u{009B}"},
	{"\xE2\x80\xAE\xE2\x81\xA6", 6, 99, "\\u{202E}\\u{2066}"},
	{"\xD8\x9C\xE2\x80\x8F\xE2\x80\xA8", 8, 99,
	 "\\u{061C}\\u{200F}\\u{2028}"},
	{"\xFF\xC0\x80", 3, 99, "\\xFF\\xC0\\x80"},
	{"\xED\xA0\x80", 3, 99, "\\xED\\xA0\\x80"},
	{"\xE2\x82", 2, 99, "\\xE2\\x82"},
	{"abcdef", 6, 6, "abcdef"},
	{"abcdef", 6, 5, "abcde…"},
	{"abcdef", 6, 0, "…"},
	{"a€b", 5, 4, "a€…"},
	{"a€b", 5, 3, "a…"},
	{"a€b", 5, 2, "a…"},
	{"a\x80\x80\x80\x80z", 6, 5, "a\\x80\\x80\\x80\\x80…"},
};

START_TEST(escaped_text_is_harmless)
{
	struct sift_buf buf = {0};

	sift_buf_add_str(&buf, "<");
	sift_buf_add_escaped(&buf,
			     sift_span_of(escapes[_i].text, escapes[_i].len),
			     escapes[_i].max);
	check_buf(&buf);
	ck_assert_str_eq(buf.ptr + 1, escapes[_i].escaped);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(escaping_twice_changes_nothing)
{
	struct sift_buf once = {0}, twice = {0};
	uint64_t state = 1;
	char bytes[64];

	for (int i = 0; i < 2000; i++) {
		for (size_t k = 0; k < sizeof(bytes); k++)
			bytes[k] = (char)(next_random(&state) >> 20);
		sift_buf_clear(&once);
		sift_buf_clear(&twice);
		sift_buf_add_escaped(&once, sift_span_of(bytes, 64), 64);
		sift_buf_add_escaped(&twice, sift_buf_span(&once), SIZE_MAX);
		ck_assert_str_eq(once.ptr, twice.ptr);
		for (size_t k = 0; k < once.len; k++)
			ck_assert_uint_ge((unsigned char)once.ptr[k], 0x20);
	}
	sift_buf_release(&once);
	sift_buf_release(&twice);
}
END_TEST

START_TEST(what_is_written_by_hand_is_counted_once_it_is_there)
{
	struct sift_buf buf;
	unsigned char *at;

	sift_buf_init(&buf, 4);
	sift_buf_add_str(&buf, "a");
	at = sift_buf_room(&buf, 3);
	ck_assert_ptr_eq(at, buf.ptr + 1);
	memcpy(at, "bcd", 3);
	ck_assert_uint_eq(buf.len, 1);
	sift_buf_wrote(&buf, at + 2);
	check_buf(&buf);
	ck_assert_str_eq(buf.ptr, "abc");
	ck_assert_ptr_null(sift_buf_room(&buf, 2));
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_E_LIMIT);
	ck_assert_str_eq(buf.ptr, "abc");
	sift_buf_release(&buf);
}
END_TEST

START_TEST(integers_are_little_endian)
{
	struct sift_buf buf = {0};

	sift_buf_add_u8(&buf, 0xFE);
	sift_buf_add_u32(&buf, 0x04030201);
	sift_buf_add_u64(&buf, UINT64_C(0x8807060504030201));
	ck_assert_uint_eq(buf.len, 13);
	ck_assert_mem_eq(buf.ptr, "\xFE\1\2\3\4\1\2\3\4\5\6\7\x88", 13);
	sift_buf_release(&buf);
}
END_TEST

static const struct {
	uint64_t value;
	size_t len;
	const char *bytes;
} varints[] = {
	{0, 1, "\0"},
	{1, 1, "\1"},
	{127, 1, "\x7F"},
	{128, 2, "\x80\x01"},
	{300, 2, "\xAC\x02"},
	{16383, 2, "\xFF\x7F"},
	{16384, 3, "\x80\x80\x01"},
	{UINT64_MAX, 10, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"},
};

START_TEST(varints_are_leb128)
{
	struct sift_buf buf = {0};

	sift_buf_add_varint(&buf, varints[_i].value);
	ck_assert_uint_eq(buf.len, varints[_i].len);
	ck_assert_mem_eq(buf.ptr, varints[_i].bytes, buf.len);
	sift_buf_release(&buf);
}
END_TEST

struct drained {
	size_t bytes, calls;
	enum sift_status status;
};

static enum sift_status
drain(void *payload, struct sift_span bytes)
{
	struct drained *drained = payload;

	for (size_t i = 0; i < bytes.len; i++)
		ck_assert_int_eq(bytes.ptr[i],
				 (char)('a' + (drained->bytes + i) % 26));
	drained->bytes += bytes.len;
	drained->calls++;
	return drained->status;
}

static void
add_letters(struct sift_buf *buf, size_t from, size_t to)
{
	for (; from < to; from++) {
		sift_buf_add_byte(buf, (char)('a' + from % 26));
		sift_buf_pass_on(buf);
	}
}

START_TEST(a_drain_gets_everything_in_order)
{
	struct drained drained = {0};
	struct sift_buf buf = {.drain = drain, .payload = &drained};

	add_letters(&buf, 0, 65535);
	ck_assert_uint_eq(drained.calls, 0);
	add_letters(&buf, 65535, 200000);
	ck_assert_uint_eq(drained.calls, 3);
	ck_assert_uint_eq(drained.bytes + buf.len, 200000);
	ck_assert_uint_lt(buf.capacity, 200000);
	drained.status = SIFT_E_IO;
	add_letters(&buf, 200000, 300000);
	ck_assert_int_eq(sift_buf_status(&buf), SIFT_E_IO);
	ck_assert_uint_eq(drained.calls, 4);
	ck_assert_uint_eq(buf.len, 0);
	sift_buf_release(&buf);
}
END_TEST

START_TEST(without_a_drain_passing_on_does_nothing)
{
	struct sift_buf buf = {0};

	add_letters(&buf, 0, 100000);
	ck_assert_uint_eq(buf.len, 100000);
	sift_buf_release(&buf);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, additions_follow_each_other);
	tcase_add_test(tc, adding_nothing_changes_nothing);
	tcase_add_test(tc, the_maximum_is_reached_but_not_passed);
	tcase_add_test(tc, an_addition_that_fails_leaves_no_part_and_ends_it);
	tcase_add_test(tc, huge_sizes_do_not_wrap);
	tcase_add_test(tc, printf_writes_any_length_once);
	tcase_add_test(tc, out_of_memory_is_remembered);
	tcase_add_test(tc, a_warm_buffer_allocates_nothing);
	tcase_add_loop_test(tc, escaped_text_is_harmless, 0, COUNT(escapes));
	tcase_add_test(tc, escaping_twice_changes_nothing);
	tcase_add_test(tc, integers_are_little_endian);
	tcase_add_loop_test(tc, varints_are_leb128, 0, COUNT(varints));
	tcase_add_test(tc, what_is_written_by_hand_is_counted_once_it_is_there);
	tcase_add_test(tc, a_drain_gets_everything_in_order);
	tcase_add_test(tc, without_a_drain_passing_on_does_nothing);
}

int
main(void)
{
	return run_suite("buf", fill);
}
