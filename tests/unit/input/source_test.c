/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "input/source_impl.h"
#include "input_fixture.h"

static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
#define TEXT_LEN (sizeof(text) - 1)

static struct sift_source *
open_text(size_t block)
{
	struct sift_source *src = NULL;

	ck_assert_int_eq(
		sift_source_open_memory(&src, text, TEXT_LEN, block, NULL),
		SIFT_OK);
	return src;
}

START_TEST(peeking_consumes_nothing)
{
	struct sift_span head;
	struct sift_source *src;
	struct sift_buf all;
	size_t want;

	for (want = 0; want <= TEXT_LEN + 5; want++) {
		src = open_text((size_t)_i);
		sift_buf_init(&all, 0);
		ck_assert_int_eq(sift_source_peek(src, want / 2, &head, NULL),
				 SIFT_OK);
		ck_assert_int_eq(sift_source_peek(src, want, &head, NULL),
				 SIFT_OK);
		ck_assert_uint_ge(head.len, want < TEXT_LEN ? want : TEXT_LEN);
		ck_assert_mem_eq(head.ptr, text, head.len);
		ck_assert_uint_eq(sift_source_offset(src), 0);
		ck_assert_int_eq(sift_source_read_all(src, 100, &all, NULL),
				 SIFT_OK);
		ck_assert_uint_eq(all.len, TEXT_LEN);
		ck_assert_mem_eq(all.ptr, text, TEXT_LEN);
		ck_assert_uint_eq(sift_source_offset(src), TEXT_LEN);
		sift_buf_release(&all);
		sift_source_free(src);
	}
}
END_TEST

START_TEST(peeking_in_the_middle_goes_on_from_there)
{
	struct sift_source *src = open_text(5);
	struct sift_span span;

	ck_assert_int_eq(sift_source_next(src, &span, NULL), SIFT_OK);
	ck_assert_int_eq(sift_source_peek(src, 7, &span, NULL), SIFT_OK);
	ck_assert_mem_eq(span.ptr, text + 5, 7);
	ck_assert_int_eq(sift_source_next(src, &span, NULL), SIFT_OK);
	ck_assert_mem_eq(span.ptr, text + 5, span.len);
	ck_assert_uint_eq(sift_source_offset(src), 5 + span.len);
	sift_source_free(src);
}
END_TEST

START_TEST(peeking_at_the_end_gives_nothing)
{
	struct sift_source *src = open_text(0);
	struct sift_span span;

	ck_assert_int_eq(sift_source_drain(src, NULL), SIFT_OK);
	ck_assert_int_eq(sift_source_peek(src, 1, &span, NULL), SIFT_OK);
	ck_assert_uint_eq(span.len, 0);
	ck_assert_int_eq(sift_source_next(src, &span, NULL), SIFT_END);
	ck_assert_int_eq(sift_source_next(src, &span, NULL), SIFT_END);
	sift_source_free(src);
}
END_TEST

START_TEST(read_all_stops_at_its_maximum)
{
	struct sift_err err = {0};
	struct sift_source *src;
	struct sift_buf all;
	size_t max;

	for (max = 0; max <= TEXT_LEN + 1; max++) {
		src = open_text(7);
		sift_buf_init(&all, 0);
		sift_err_clear(&err);
		ck_assert_int_eq(sift_source_read_all(src, max, &all, &err),
				 max < TEXT_LEN ? SIFT_E_LIMIT : SIFT_OK);
		ck_assert_uint_eq(all.len, max < TEXT_LEN ? max : TEXT_LEN);
		sift_buf_release(&all);
		sift_source_free(src);
	}
}
END_TEST

START_TEST(a_file_is_read_from_where_it_stands)
{
	struct sift_source *src;
	struct sift_buf all;
	int fd = fixture_fd(sift_span_of(text, TEXT_LEN));

	sift_buf_init(&all, 0);
	ck_assert_int_eq((int)lseek(fd, 10, SEEK_SET), 10);
	ck_assert_int_eq(sift_source_open_fd(&src, fd, NULL), SIFT_OK);
	ck_assert_int_eq(sift_source_read_all(src, 100, &all, NULL), SIFT_OK);
	ck_assert_str_eq(all.ptr, text + 10);
	sift_source_free(src);
	sift_buf_release(&all);
	close(fd);
}
END_TEST

/* What a range of `fd` holds must be the bytes begin..end of `whole`. */
static void
check_range(int fd, struct sift_span whole, uint64_t begin, uint64_t end)
{
	struct sift_span want = sift_span_head(whole, (size_t)end);
	struct sift_source *src;
	struct sift_buf all;

	want = sift_span_from(want, (size_t)begin);
	sift_buf_init(&all, 0);
	ck_assert_int_eq(sift_source_open_range(&src, fd, begin, end, NULL),
			 SIFT_OK);
	ck_assert_int_eq(sift_source_read_all(src, SIZE_MAX, &all, NULL),
			 SIFT_OK);
	ck_assert_uint_eq(sift_source_offset(src), want.len);
	ck_assert(sift_span_equal(sift_buf_span(&all), want));
	sift_source_free(src);
	sift_buf_release(&all);
}

START_TEST(a_range_of_a_file_is_read_and_nothing_else)
{
	int fd = fixture_fd(sift_span_of(text, TEXT_LEN));
	uint64_t begin, end;

	for (begin = 0; begin <= TEXT_LEN + 1; begin++)
		for (end = 0; end <= TEXT_LEN + 1; end++)
			check_range(fd, sift_span_of(text, TEXT_LEN), begin,
				    end < begin ? begin : end);
	/* An end before the beginning, and one beyond all files. */
	check_range(fd, (struct sift_span){NULL, 0}, 7, 3);
	check_range(fd, sift_span_of(text, TEXT_LEN), 5, UINT64_MAX);
	check_range(fd, (struct sift_span){NULL, 0}, UINT64_MAX, UINT64_MAX);
	/* The descriptor stands where it stood. */
	ck_assert_int_eq((int)lseek(fd, 0, SEEK_CUR), 0);
	close(fd);
}
END_TEST

START_TEST(ranges_of_a_file_put_together_are_the_file)
{
	static const uint64_t cuts[] = {0,	 1,	  4096,	     262143,
					262144,	 262145,  1000000,   1048575,
					1048576, 1300000, UINT64_MAX};
	struct sift_buf plain;
	size_t i;
	int fd;

	sift_buf_init(&plain, 0);
	fixture_noise(&plain, 1234567, 1);
	fd = fixture_fd(sift_buf_span(&plain));
	for (i = 1; i < sizeof(cuts) / sizeof(cuts[0]); i++)
		check_range(fd, sift_buf_span(&plain), cuts[i - 1], cuts[i]);
	check_range(fd, sift_buf_span(&plain), 0, UINT64_MAX);
	close(fd);
	sift_buf_release(&plain);
}
END_TEST

START_TEST(blocks_of_a_range_begin_and_end_at_pages)
{
	struct sift_source *src;
	struct sift_span block;
	struct sift_buf plain;
	uint64_t begin = 100;
	int fd;

	sift_buf_init(&plain, 0);
	fixture_noise(&plain, 1000000, 2);
	fd = fixture_fd(sift_buf_span(&plain));
	ck_assert_int_eq(
		sift_source_open_range(&src, fd, begin, UINT64_MAX, NULL),
		SIFT_OK);
	while (sift_source_next(src, &block, NULL) == SIFT_OK) {
		ck_assert_uint_eq((uintptr_t)block.ptr % 4096, 0);
		begin += block.len;
		ck_assert(begin % 4096 == 0 || begin == plain.len);
	}
	ck_assert_uint_eq(begin, plain.len);
	sift_source_free(src);
	close(fd);
	sift_buf_release(&plain);
}
END_TEST

START_TEST(what_cannot_be_read_is_an_io_error)
{
	struct sift_err err = {0};
	struct sift_span span;
	struct sift_source *src;
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	/* The writing end cannot be read. */
	ck_assert_int_eq(sift_source_open_fd(&src, ends[1], NULL), SIFT_OK);
	close(ends[0]);
	ck_assert_int_eq(sift_source_peek(src, 1, &span, &err), SIFT_OK);
	ck_assert_uint_eq(span.len, 0);
	ck_assert_int_eq(sift_source_next(src, &span, &err), SIFT_E_IO);
	ck_assert_ptr_nonnull(strstr(err.what, "Bad file descriptor"));
	sift_source_free(src);
	close(ends[1]);
}
END_TEST

/* ---- gzip ---- */

struct gunzip {
	struct sift_buf text;
	enum sift_status rc;
	struct sift_err err;
};

static void
gunzip(struct gunzip *out, struct sift_span packed, size_t block)
{
	struct sift_source *inner;
	struct sift_source *src;

	*out = (struct gunzip){0};
	sift_buf_init(&out->text, 0);
	ck_assert_int_eq(sift_source_open_memory(&inner, packed.ptr, packed.len,
						 block, NULL),
			 SIFT_OK);
	ck_assert_int_eq(sift_source_open_gzip(&src, inner, NULL, NULL),
			 SIFT_OK);
	out->rc = sift_source_read_all(src, SIZE_MAX, &out->text, &out->err);
	sift_source_free(src);
	sift_source_free(inner);
}

/* Some 1.5 kB packed: compressible text with noise in between. */
static void
make_sample(struct sift_buf *plain, struct sift_buf *packed)
{
	unsigned i;

	sift_buf_init(plain, 0);
	sift_buf_init(packed, 0);
	for (i = 0; i < 40; i++) {
		sift_buf_printf(plain, "GET,/api/users/%u,%u,0\n", i, i * i);
		fixture_noise(plain, 16, i);
	}
	fixture_gzip(packed, sift_buf_span(plain));
}

START_TEST(gzip_gives_the_text_in_blocks_of_any_size)
{
	static const size_t blocks[] = {0, 1, 2, 3, 7, 64, 1000};
	struct sift_buf plain;
	struct sift_buf packed;
	struct gunzip got;
	size_t i;

	make_sample(&plain, &packed);
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		gunzip(&got, sift_buf_span(&packed), blocks[i]);
		ck_assert_int_eq(got.rc, SIFT_OK);
		ck_assert(sift_span_equal(sift_buf_span(&got.text),
					  sift_buf_span(&plain)));
		sift_buf_release(&got.text);
	}
	sift_buf_release(&plain);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(every_truncation_of_gzip_is_reported)
{
	struct sift_buf plain;
	struct sift_buf packed;
	struct gunzip got;
	size_t cut;
	size_t most = 0;

	make_sample(&plain, &packed);
	for (cut = 0; cut < packed.len; cut++) {
		gunzip(&got, sift_span_of(packed.ptr, cut), 0);
		ck_assert_int_eq(got.rc, SIFT_E_FORMAT);
		ck_assert_str_eq(got.err.what, "truncated gzip data");
		ck_assert_uint_le(got.text.len, plain.len);
		ck_assert(!got.text.len ||
			  !memcmp(got.text.ptr, plain.ptr, got.text.len));
		ck_assert_uint_ge(got.text.len, most); /* all it can give */
		most = got.text.len;
		sift_buf_release(&got.text);
	}
	ck_assert_uint_eq(most, plain.len); /* only the trailer is missing */
	sift_buf_release(&plain);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(every_bit_flip_in_gzip_is_reported_or_harmless)
{
	struct sift_buf plain;
	struct sift_buf packed;
	struct gunzip got;
	size_t bit;
	unsigned harmless = 0;

	make_sample(&plain, &packed);
	for (bit = 0; bit < packed.len * 8; bit++) {
		packed.ptr[bit / 8] ^= (char)(1 << bit % 8);
		gunzip(&got, sift_buf_span(&packed), 0);
		if (got.rc == SIFT_OK) {
			ck_assert(sift_span_equal(sift_buf_span(&got.text),
						  sift_buf_span(&plain)));
			harmless++;
		}
		sift_buf_release(&got.text);
		packed.ptr[bit / 8] ^= (char)(1 << bit % 8);
	}
	/* Time, flags and system in the header: 8 bytes at most. */
	ck_assert_uint_le(harmless, 64);
	sift_buf_release(&plain);
	sift_buf_release(&packed);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name;
	const char *members[3];
	struct sift_span after; /* the last member */
	const char *text;
	const char *failure; /* NULL = none */
} tails[] = {
	{"an empty member", {""}, SIFT_SPAN_INIT(""), "", NULL},
	{"members are one text", {"ab", "", "cd"}, SIFT_SPAN_INIT(""), "abcd",
	 NULL},
	{"one NUL of padding", {"ab"}, SIFT_SPAN_INIT("\0"), "ab", NULL},
	{"padding", {"ab", "cd"}, SIFT_SPAN_INIT("\0\0\0\0\0\0\0\0\0"), "abcd",
	 NULL},
	{"junk", {"ab", "cd"}, SIFT_SPAN_INIT("hello\n"), "abcd",
	 "6 bytes of junk after the gzip data"},
	{"junk after padding", {"ab"}, SIFT_SPAN_INIT("\0\0\0hello"), "ab",
	 "5 bytes of junk after the gzip data"},
	{"a member after padding is junk", {"ab"},
	 SIFT_SPAN_INIT("\0\x1f\x8b\x8"), "ab",
	 "3 bytes of junk after the gzip data"},
	{"half a magic", {"ab"}, SIFT_SPAN_INIT("\x1f"), "ab",
	 "truncated gzip data"},
	{"a header alone", {"ab"},
	 SIFT_SPAN_INIT("\x1f\x8b\x8\0\0\0\0\0\0\3"), "ab",
	 "truncated gzip data"},
	{"junk like a magic", {"ab"}, SIFT_SPAN_INIT("\x1f\x20\x20"), "ab",
	 "damaged gzip data: incorrect header check"},
};
/* clang-format on */

START_TEST(what_follows_a_gzip_member_is_judged)
{
	struct sift_buf packed;
	struct gunzip got;
	size_t block;
	size_t i;

	sift_buf_init(&packed, 0);
	for (i = 0; i < 3 && tails[_i].members[i]; i++)
		fixture_gzip(&packed, sift_span_str(tails[_i].members[i]));
	sift_buf_add_span(&packed, tails[_i].after);
	for (block = 0; block < packed.len; block++) {
		gunzip(&got, sift_buf_span(&packed), block);
		ck_assert_msg((got.rc == SIFT_OK) == !tails[_i].failure, "%s",
			      tails[_i].name);
		ck_assert_str_eq(got.err.what,
				 tails[_i].failure ? tails[_i].failure : "");
		ck_assert_str_eq(got.text.ptr ? got.text.ptr : "",
				 tails[_i].text);
		sift_buf_release(&got.text);
	}
	sift_buf_release(&packed);
}
END_TEST

START_TEST(a_wrong_checksum_or_length_comes_after_the_text)
{
	static const size_t from_end[] = {8, 7, 6, 5, 4, 3, 2, 1};
	struct sift_buf plain;
	struct sift_buf packed;
	struct gunzip got;

	make_sample(&plain, &packed);
	packed.ptr[packed.len - from_end[_i]] ^= 0x10;
	gunzip(&got, sift_buf_span(&packed), 0);
	ck_assert_int_eq(got.rc, SIFT_E_FORMAT);
	ck_assert_str_eq(got.err.what,
			 _i < 4 ? "damaged gzip data: incorrect data check"
				: "damaged gzip data: incorrect length check");
	ck_assert(sift_span_equal(sift_buf_span(&got.text),
				  sift_buf_span(&plain)));
	sift_buf_release(&got.text);
	sift_buf_release(&plain);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(each_missing_allocation_is_out_of_memory)
{
	struct sift_source *inner = open_text(0);
	struct sift_source *src = NULL;
	uint64_t n;

	for (n = 1; n < 100; n++) {
		sift_mem_fail_at(n, 0);
		if (sift_source_open_gzip(&src, inner, NULL, NULL) == SIFT_OK)
			break;
	}
	sift_mem_fail_at(0, 0);
	ck_assert_uint_gt(n, 3); /* ours, the block, zlib's */
	ck_assert_ptr_nonnull(src);
	sift_source_free(src);
	sift_source_free(inner);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("source");
	TCase *tcase = tcase_create("source");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, peeking_consumes_nothing, 0, 40);
	tcase_add_test(tcase, peeking_in_the_middle_goes_on_from_there);
	tcase_add_test(tcase, peeking_at_the_end_gives_nothing);
	tcase_add_test(tcase, read_all_stops_at_its_maximum);
	tcase_add_test(tcase, a_file_is_read_from_where_it_stands);
	tcase_add_test(tcase, a_range_of_a_file_is_read_and_nothing_else);
	tcase_add_test(tcase, ranges_of_a_file_put_together_are_the_file);
	tcase_add_test(tcase, blocks_of_a_range_begin_and_end_at_pages);
	tcase_add_test(tcase, what_cannot_be_read_is_an_io_error);
	tcase_add_test(tcase, gzip_gives_the_text_in_blocks_of_any_size);
	tcase_add_test(tcase, every_truncation_of_gzip_is_reported);
	tcase_add_test(tcase, every_bit_flip_in_gzip_is_reported_or_harmless);
	tcase_add_loop_test(tcase, what_follows_a_gzip_member_is_judged, 0,
			    (int)(sizeof(tails) / sizeof(tails[0])));
	tcase_add_loop_test(
		tcase, a_wrong_checksum_or_length_comes_after_the_text, 0, 8);
	tcase_add_test(tcase, each_missing_allocation_is_out_of_memory);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
