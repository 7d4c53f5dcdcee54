/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

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

/* A source of `len` bytes that ends as `end` says. */
static struct sift_source *
open_ending(const char *bytes, size_t len, const struct sift_whole *end)
{
	static struct sift_whole whole;
	struct sift_source *src = NULL;

	whole = *end;
	whole.bytes = sift_span_of(bytes, len);
	ck_assert_int_eq(sift_source_open_whole(&src, &whole, NULL), SIFT_OK);
	return src;
}

START_TEST(a_short_source_is_had_whole_and_again_with_its_end)
{
	static const enum sift_status ends[] = {SIFT_END, SIFT_E_FORMAT,
						SIFT_E_LIMIT};
	struct sift_whole whole, how = {.end.what = "torn"};
	struct sift_err err = {0};
	struct sift_source *src, *copy = NULL;
	struct sift_span block;

	how.end.status = ends[_i];
	src = open_ending(text, TEXT_LEN, &how);
	ck_assert_int_eq(sift_source_whole(src, &whole, NULL), SIFT_OK);
	ck_assert_int_eq(sift_source_whole(src, &whole, NULL), SIFT_OK);
	ck_assert_uint_eq(whole.bytes.len, TEXT_LEN);
	ck_assert_int_eq(whole.end.status, ends[_i]);
	ck_assert_int_eq(sift_source_open_whole(&copy, &whole, NULL), SIFT_OK);
	ck_assert_int_eq(sift_source_next(copy, &block, &err), SIFT_OK);
	ck_assert(sift_span_equal(block, SIFT_SPAN(text)));
	ck_assert_int_eq(sift_source_next(copy, &block, &err), ends[_i]);
	ck_assert_int_eq(sift_source_next(copy, &block, NULL), ends[_i]);
	ck_assert_str_eq(err.what, ends[_i] < 0 ? "torn" : "");
	sift_source_free(copy);
	/* and it can still be read */
	ck_assert_int_eq(sift_source_next(src, &block, NULL), SIFT_OK);
	ck_assert_uint_eq(sift_source_offset(src), TEXT_LEN);
	sift_source_free(src);
}
END_TEST

START_TEST(a_source_that_is_long_begun_or_limited_is_not_had_whole)
{
	static char bytes[SIFT_WHOLE_MAX + 1];
	const struct sift_whole end = {.end.status = SIFT_END};
	struct sift_source *src;
	struct sift_whole whole;
	struct sift_span block;

	for (size_t more = 0; more < 2; more++) {
		src = open_ending(bytes, SIFT_WHOLE_MAX + more, &end);
		ck_assert_int_eq(sift_source_whole(src, &whole, NULL),
				 SIFT_END);
		sift_source_free(src);
	}
	src = open_ending(bytes, SIFT_WHOLE_MAX - 1, &end);
	ck_assert_int_eq(sift_source_whole(src, &whole, NULL), SIFT_OK);
	sift_source_free(src);
	src = open_text(5);
	ck_assert_int_eq(sift_source_next(src, &block, NULL), SIFT_OK);
	ck_assert_int_eq(sift_source_whole(src, &whole, NULL), SIFT_END);
	sift_source_free(src);
	src = open_text(5);
	src->max_bytes = TEXT_LEN - 1;
	ck_assert_int_eq(sift_source_whole(src, &whole, NULL), SIFT_END);
	src->max_bytes++;
	ck_assert_int_eq(sift_source_whole(src, &whole, NULL), SIFT_OK);
	sift_source_free(src);
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

/* Large enough to be mapped, but for its begin and end. */
START_TEST(a_large_file_is_read_like_a_small_one)
{
	static const uint64_t cuts[] = {0,	 1,	  2097152, 2097153,
					5000000, 5242880, 8388608, UINT64_MAX};
	struct sift_source *src;
	struct sift_buf plain, all;
	size_t i;
	int fd;

	sift_buf_init(&plain, 0);
	sift_buf_init(&all, 0);
	fixture_noise(&plain, 9000001, 3);
	fd = fixture_fd(sift_buf_span(&plain));
	for (i = 1; i < sizeof(cuts) / sizeof(cuts[0]); i++)
		check_range(fd, sift_buf_span(&plain), cuts[i - 1], cuts[i]);
	check_range(fd, sift_buf_span(&plain), 0, UINT64_MAX);
	ck_assert_int_eq((int)lseek(fd, 777, SEEK_SET), 777);
	ck_assert_int_eq(sift_source_open_fd(&src, fd, NULL), SIFT_OK);
	ck_assert_int_eq(sift_source_read_all(src, SIZE_MAX, &all, NULL),
			 SIFT_OK);
	ck_assert(sift_span_equal(sift_buf_span(&all),
				  sift_span_from(sift_buf_span(&plain), 777)));
	ck_assert_int_eq((int)lseek(fd, 0, SEEK_CUR), 9000001);
	sift_source_free(src);
	sift_buf_release(&all);
	sift_buf_release(&plain);
	close(fd);
}
END_TEST

START_TEST(a_large_file_ends_where_it_was_cut_meanwhile)
{
	struct sift_source *src;
	struct sift_span block;
	struct sift_buf plain;
	uint64_t len = 0;
	int fd;

	sift_buf_init(&plain, 0);
	fixture_noise(&plain, 9000001, 4);
	fd = fixture_fd(sift_buf_span(&plain));
	ck_assert_int_eq(sift_source_open_fd(&src, fd, NULL), SIFT_OK);
	for (; len < 3000000; len += block.len)
		ck_assert_int_eq(sift_source_next(src, &block, NULL), SIFT_OK);
	ck_assert_int_eq(ftruncate(fd, (off_t)len + 100), 0);
	ck_assert_int_eq(sift_source_next(src, &block, NULL), SIFT_OK);
	ck_assert_uint_eq(block.len, 100);
	ck_assert_int_eq(sift_source_next(src, &block, NULL), SIFT_END);
	sift_source_free(src);
	sift_buf_release(&plain);
	close(fd);
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
	tcase_add_loop_test(tcase,
			    a_short_source_is_had_whole_and_again_with_its_end,
			    0, 3);
	tcase_add_test(tcase,
		       a_source_that_is_long_begun_or_limited_is_not_had_whole);
	tcase_add_test(tcase, a_file_is_read_from_where_it_stands);
	tcase_add_test(tcase, a_range_of_a_file_is_read_and_nothing_else);
	tcase_add_test(tcase, ranges_of_a_file_put_together_are_the_file);
	tcase_add_test(tcase, a_large_file_is_read_like_a_small_one);
	tcase_add_test(tcase, a_large_file_ends_where_it_was_cut_meanwhile);
	tcase_add_test(tcase, blocks_of_a_range_begin_and_end_at_pages);
	tcase_add_test(tcase, what_cannot_be_read_is_an_io_error);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
