/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/wire.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runner.h"

/* A job of `count` files: names of growing length, /dev/null as the file. */
static void
make_job(struct sift_wire_file *files, size_t count, char *long_name)
{
	for (size_t i = 0; i < count; i++) {
		files[i].name = i % 2 ? long_name : "";
		files[i].path = "a/b";
		files[i].skip = i * 3;
		files[i].avoid = i * 4;
		files[i].is_careful = i % 2;
		files[i].first = i * 5;
		files[i].piece = (struct sift_wire_piece){
			.begin = i,
			.end = UINT64_MAX - i,
			.first_line = i + 1,
			.format = (uint32_t)i + 2,
			.declared = sift_span_of("a\nb\n", i % 5),
		};
		files[i].fd = open("/dev/null", O_RDONLY);
		ck_assert_int_ge(files[i].fd, 0);
	}
}

static void
close_job(struct sift_wire_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		close(files[i].fd);
}

static const size_t counts[] = {1, 2, 17, SIFT_WIRE_FILES};

START_TEST(a_job_arrives_as_it_was_sent)
{
	static struct sift_wire_file sent[SIFT_WIRE_FILES];
	static struct sift_wire_file got[SIFT_WIRE_FILES];
	static char long_name[4000];
	struct sift_buf text;
	size_t count = 0;
	unsigned threads = 0;
	int ends[2];

	memset(long_name, 'x', sizeof(long_name) - 1);
	sift_buf_init(&text, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	/* Names must fit the socket's buffer: nobody reads meanwhile. */
	long_name[counts[_i] > 20 ? 100 : sizeof(long_name) - 1] = '\0';
	make_job(sent, counts[_i], long_name);
	ck_assert_int_eq(sift_wire_send_job(ends[0], sent, counts[_i], 3, NULL),
			 SIFT_OK);
	ck_assert_int_eq(sift_wire_receive_job(ends[1], got, &count, &threads,
					       &text, NULL),
			 SIFT_OK);
	ck_assert_uint_eq(count, counts[_i]);
	ck_assert_uint_eq(threads, 3);
	for (size_t i = 0; i < count; i++) {
		ck_assert_str_eq(got[i].name, sent[i].name);
		ck_assert_str_eq(got[i].path, sent[i].path);
		ck_assert_uint_eq(got[i].skip, sent[i].skip);
		ck_assert_uint_eq(got[i].avoid, sent[i].avoid);
		ck_assert_int_eq(got[i].is_careful, sent[i].is_careful);
		ck_assert_uint_eq(got[i].first, sent[i].first);
		ck_assert_uint_eq(got[i].piece.begin, sent[i].piece.begin);
		ck_assert_uint_eq(got[i].piece.end, sent[i].piece.end);
		ck_assert_uint_eq(got[i].piece.first_line,
				  sent[i].piece.first_line);
		ck_assert_uint_eq(got[i].piece.format, sent[i].piece.format);
		ck_assert(sift_span_equal(got[i].piece.declared,
					  sent[i].piece.declared));
		ck_assert_int_ge(fcntl(got[i].fd, F_GETFD), 0);
		ck_assert_int_ne(got[i].fd, sent[i].fd);
	}
	close_job(got, count);
	close_job(sent, count);
	close(ends[0]);
	ck_assert_int_eq(sift_wire_receive_job(ends[1], got, &count, &threads,
					       &text, NULL),
			 SIFT_END);
	close(ends[1]);
	sift_buf_release(&text);
}
END_TEST

START_TEST(a_job_that_is_cut_short_is_a_failure)
{
	static struct sift_wire_file sent[2], got[SIFT_WIRE_FILES];
	static char name[] = "name";
	char bytes[512];
	struct sift_buf text;
	struct sift_err err = {0};
	size_t count = 0;
	unsigned threads = 0;
	ssize_t n;
	int ends[2], cut[2];

	sift_buf_init(&text, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, cut), 0);
	make_job(sent, 2, name);
	ck_assert_int_eq(sift_wire_send_job(ends[0], sent, 2, 1, NULL),
			 SIFT_OK);
	/* Passed on without its descriptors, and not whole. */
	n = recv(ends[1], bytes, sizeof(bytes), 0);
	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(send(cut[0], bytes, (size_t)n / 2, 0), n / 2);
	close(cut[0]);
	ck_assert_int_lt(sift_wire_receive_job(cut[1], got, &count, &threads,
					       &text, &err),
			 0);
	ck_assert_str_ne(err.what, "");
	close_job(sent, 2);
	close(cut[1]);
	close(ends[0]);
	close(ends[1]);
	sift_buf_release(&text);
}
END_TEST

START_TEST(a_worker_that_is_gone_is_no_signal)
{
	static struct sift_wire_file sent[1];
	static char name[] = "name";
	struct sift_buf out = {0};
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	close(ends[1]);
	make_job(sent, 1, name);
	ck_assert_int_eq(sift_wire_send_job(ends[0], sent, 1, 1, NULL),
			 SIFT_E_IO);
	sift_buf_add_str(&out, "x");
	ck_assert_int_eq(sift_wire_flush(ends[0], NULL, &out, NULL), SIFT_E_IO);
	sift_buf_release(&out);
	close_job(sent, 1);
	close(ends[0]);
}
END_TEST

START_TEST(frames_are_sent_together_each_head_before_its_payload)
{
	const char *const payloads[] = {"payload", "", "x"};
	struct sift_wire_frame frame;
	struct sift_buf out = {0};
	char bytes[128];
	size_t left, at = 0;
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	for (uint32_t i = 0; i < 3; i++) {
		size_t begin = sift_wire_begin(&out, SIFT_WIRE_BLOCK, i + 7);

		sift_buf_add_str(&out, payloads[i]);
		ck_assert_int_eq(sift_wire_end(&out, begin), SIFT_OK);
	}
	left = out.len;
	ck_assert_uint_eq(left, 3 * sizeof(frame) + 8);
	ck_assert_int_eq(sift_wire_flush(ends[0], NULL, &out, NULL), SIFT_OK);
	ck_assert_uint_eq(out.len, 0);
	ck_assert_int_eq(recv(ends[1], bytes, sizeof(bytes), 0), (ssize_t)left);
	for (uint32_t i = 0; i < 3; i++) {
		memcpy(&frame, bytes + at, sizeof(frame));
		at += sizeof(frame);
		ck_assert_uint_eq(frame.kind, SIFT_WIRE_BLOCK);
		ck_assert_uint_eq(frame.file, i + 7);
		ck_assert_uint_eq(frame.length, strlen(payloads[i]));
		ck_assert_mem_eq(bytes + at, payloads[i], strlen(payloads[i]));
		at += strlen(payloads[i]);
	}
	sift_buf_release(&out);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

static ssize_t
flush_frame(int ends[2], struct sift_letters *letters, size_t len)
{
	struct sift_buf out = {0};
	size_t begin = sift_wire_begin(&out, SIFT_WIRE_BLOCK, 7);
	static char bytes[1 << 16];

	sift_buf_add_repeated(&out, 'x', len);
	ck_assert_int_eq(sift_wire_end(&out, begin), SIFT_OK);
	ck_assert_int_eq(sift_wire_flush(ends[0], letters, &out, NULL),
			 SIFT_OK);
	ck_assert_uint_eq(out.len, 0);
	sift_buf_release(&out);
	return recv(ends[1], bytes, sizeof(bytes), 0);
}

START_TEST(much_goes_in_a_letter_while_there_is_one)
{
	const ssize_t of_letter = sizeof(struct sift_wire_frame) +
				  sizeof(struct sift_letter_sent);
	const ssize_t of_itself = sizeof(struct sift_wire_frame) + 10000;
	struct sift_letters *letters;
	unsigned count = 0;
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(sift_letters_new(&letters, NULL), SIFT_OK);
	ck_assert_int_eq(flush_frame(ends, letters, 100),
			 sizeof(struct sift_wire_frame) + 100);
	while (flush_frame(ends, letters, 10000) == of_letter)
		ck_assert_uint_lt(++count, 1000);
	ck_assert_uint_gt(count, 1);
	ck_assert_int_eq(flush_frame(ends, letters, 10000), of_itself);
	sift_letters_give_back(letters, 1);
	ck_assert_int_eq(flush_frame(ends, letters, 10000), of_letter);
	ck_assert_int_eq(flush_frame(ends, letters, 10000), of_itself);
	sift_letters_free(letters);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

START_TEST(of_a_frame_that_failed_nothing_is_sent)
{
	struct sift_buf out;
	size_t at, len;

	sift_buf_init(&out, 100);
	at = sift_wire_begin(&out, SIFT_WIRE_SOURCE_END, 0);
	ck_assert_int_eq(sift_wire_end(&out, at), SIFT_OK);
	len = out.len;
	at = sift_wire_begin(&out, SIFT_WIRE_BLOCK, 0);
	sift_buf_add_repeated(&out, 'x', 1000);
	ck_assert_int_eq(sift_wire_end(&out, at), SIFT_E_NOMEM);
	ck_assert_uint_eq(out.len, len);
	at = sift_wire_begin(&out, SIFT_WIRE_BLOCK, 0);
	sift_wire_take_back(&out, at);
	ck_assert_uint_eq(out.len, len);
	at = sift_wire_begin(&out, SIFT_WIRE_FILE_END, 0);
	ck_assert_int_eq(sift_wire_end(&out, at), SIFT_OK);
	sift_buf_release(&out);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, a_job_arrives_as_it_was_sent, 0, COUNT(counts));
	tcase_add_test(tc, a_job_that_is_cut_short_is_a_failure);
	tcase_add_test(tc, a_worker_that_is_gone_is_no_signal);
	tcase_add_test(tc,
		       frames_are_sent_together_each_head_before_its_payload);
	tcase_add_test(tc, much_goes_in_a_letter_while_there_is_one);
	tcase_add_test(tc, of_a_frame_that_failed_nothing_is_sent);
}

int
main(void)
{
	return run_suite("wire", fill);
}
