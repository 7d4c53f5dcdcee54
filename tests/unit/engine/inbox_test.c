/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/inbox.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "runner.h"

#define MAX_PAYLOAD ((uint64_t)1 << 20)
#define SMALL 65536
#define FIRST_KIND 100 /* none that the inbox knows */

/* Payloads of frames, one after another; 0 ends. */
static const size_t streams[][8] = {
	{1},
	{5, 3, 100, 7},
	{SMALL - 16},	  /* as much as fits beside its head */
	{SMALL - 15},	  /* one more */
	{10, SMALL - 20}, /* that does not fit any more where it begins */
	{SMALL * 3, 1, SMALL * 2, SMALL, 2},
	{MAX_PAYLOAD, 9},
};

static char
byte_of(size_t frame, size_t i)
{
	return (char)(frame * 31 + i * 7 + i / 251);
}

static void
add_frame(struct sift_buf *bytes, uint32_t number, size_t len)
{
	struct sift_wire_frame frame = {
		.kind = FIRST_KIND + number, .file = number, .length = len};

	sift_buf_add(bytes, &frame, sizeof(frame));
	for (size_t i = 0; i < len; i++)
		sift_buf_add_byte(bytes, byte_of(number, i));
}

static void
check_frame(const struct sift_wire_frame *frame, struct sift_span payload,
	    uint32_t number, size_t len)
{
	ck_assert_uint_eq(frame->kind, FIRST_KIND + number);
	ck_assert_uint_eq(frame->file, number);
	ck_assert_uint_eq(frame->length, len);
	ck_assert_uint_eq(payload.len, len);
	for (size_t i = 0; i < len; i++)
		if (payload.ptr[i] != byte_of(number, i))
			ck_abort_msg("byte %zu of frame %u", i, number);
}

static const size_t steps[] = {1, 15, 17, 1000, SMALL, 1 << 20};

START_TEST(frames_arrive_however_they_are_cut)
{
	const size_t *lens = streams[_i];
	struct sift_inbox inbox;
	struct sift_buf bytes;
	int ends[2];

	sift_buf_init(&bytes, 0);
	for (uint32_t i = 0; lens[i]; i++)
		add_frame(&bytes, i, lens[i]);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	for (int s = bytes.len > 300000 ? 3 : 0; s < COUNT(steps); s++) {
		struct sift_wire_frame frame;
		struct sift_span payload;
		uint32_t number = 0;

		sift_inbox_init(&inbox, MAX_PAYLOAD, NULL);
		for (size_t at = 0; at < bytes.len;) {
			size_t len = bytes.len - at < steps[s] ? bytes.len - at
							       : steps[s];
			ssize_t n = send(ends[0], bytes.ptr + at, len,
					 MSG_DONTWAIT);

			at += n > 0 ? (size_t)n : 0;
			ck_assert_int_eq(
				sift_inbox_receive(&inbox, ends[1], NULL),
				SIFT_OK);
			while (!sift_inbox_next(&inbox, &frame, &payload,
						NULL)) {
				check_frame(&frame, payload, number,
					    lens[number]);
				number++;
			}
		}
		while (lens[number]) {
			ck_assert_int_eq(
				sift_inbox_receive(&inbox, ends[1], NULL),
				SIFT_OK);
			while (!sift_inbox_next(&inbox, &frame, &payload,
						NULL)) {
				check_frame(&frame, payload, number,
					    lens[number]);
				number++;
			}
		}
		sift_inbox_release(&inbox);
	}
	close(ends[0]);
	close(ends[1]);
	sift_buf_release(&bytes);
}
END_TEST

START_TEST(nothing_there_is_no_end_but_a_closed_socket_is)
{
	struct sift_inbox inbox;
	struct sift_wire_frame frame;
	struct sift_span payload;
	int ends[2];

	sift_inbox_init(&inbox, MAX_PAYLOAD, NULL);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(sift_inbox_receive(&inbox, ends[1], NULL), SIFT_OK);
	ck_assert_int_eq(sift_inbox_next(&inbox, &frame, &payload, NULL),
			 SIFT_END);
	close(ends[0]);
	ck_assert_int_eq(sift_inbox_receive(&inbox, ends[1], NULL), SIFT_END);
	close(ends[1]);
	sift_inbox_release(&inbox);
}
END_TEST

/* ---- letters ---- */

struct post {
	struct sift_letters *letters;
	struct sift_inbox inbox;
	int ends[2];
};

static void
open_post(struct post *post)
{
	ck_assert_int_eq(sift_letters_new(&post->letters, NULL), SIFT_OK);
	sift_inbox_init(&post->inbox, MAX_PAYLOAD, post->letters);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, post->ends), 0);
}

static void
close_post(struct post *post)
{
	close(post->ends[0]);
	close(post->ends[1]);
	sift_inbox_release(&post->inbox);
	sift_letters_free(post->letters);
}

/* A frame of any kind. */
static void
post_frame(struct post *post, uint32_t kind, const void *payload, size_t len)
{
	struct sift_wire_frame frame = {.kind = kind, .length = len};

	ck_assert_int_eq(send(post->ends[0], &frame, sizeof(frame), 0),
			 sizeof(frame));
	if (len)
		ck_assert_int_eq(send(post->ends[0], payload, len, 0),
				 (ssize_t)len);
}

static void
post_letter(struct post *post, struct sift_span frames)
{
	struct sift_letter_sent sent;

	ck_assert(sift_letters_write(post->letters, frames, &sent));
	post_frame(post, SIFT_WIRE_LETTER, &sent, sizeof(sent));
}

/* By turns in letters and as they are, and more letters than there are, if
   none were given back. */
START_TEST(frames_in_letters_come_in_their_turn)
{
	enum { FRAMES = 240, IN_LETTER = 3, LEN = 2000 };
	uint32_t number = 0;
	struct post post;

	open_post(&post);
	for (uint32_t next = 0; next < FRAMES;) {
		struct sift_wire_frame frame;
		struct sift_span payload;
		struct sift_buf bytes = {0};

		for (int i = 0; i < IN_LETTER; i++)
			add_frame(&bytes, next++, LEN);
		post_letter(&post, sift_buf_span(&bytes));
		sift_buf_clear(&bytes);
		add_frame(&bytes, next++, LEN);
		ck_assert_int_eq(send(post.ends[0], bytes.ptr, bytes.len, 0),
				 (ssize_t)bytes.len);
		sift_buf_release(&bytes);
		ck_assert_int_eq(
			sift_inbox_receive(&post.inbox, post.ends[1], NULL),
			SIFT_OK);
		while (!sift_inbox_next(&post.inbox, &frame, &payload, NULL)) {
			check_frame(&frame, payload, number, LEN);
			number++;
		}
	}
	ck_assert_uint_eq(number, FRAMES);
	close_post(&post);
}
END_TEST

/* What a worker that lost its mind may say of a letter, and in it. */
enum broken {
	NO_SUCH_LETTER,
	LONGER_THAN_ANY,
	NOT_A_LETTERS_NUMBER,
	CUT_HEAD,
	CUT_PAYLOAD,
	LARGE_PAYLOAD,
	LETTER_IN_LETTER,
	NO_LETTERS,
	BROKEN_COUNT
};

static void
post_broken(struct post *post, enum broken how)
{
	struct sift_letter_sent sent = {.index = 0, .len = 100};
	struct sift_wire_frame frame = {.kind = 1, .length = 100};
	struct sift_span inside = sift_span_of((char *)&frame, sizeof(frame));

	if (how == NO_SUCH_LETTER)
		sent.index = UINT64_MAX;
	if (how == LONGER_THAN_ANY)
		sent.len = UINT64_C(1) << 40;
	if (how == NO_LETTERS)
		post->inbox.letters = NULL;
	if (how == CUT_HEAD)
		inside.len--;
	if (how == LARGE_PAYLOAD)
		frame.length = UINT64_MAX - 1;
	if (how == LETTER_IN_LETTER)
		frame = (struct sift_wire_frame){.kind = SIFT_WIRE_LETTER};
	if (how == NO_SUCH_LETTER || how == LONGER_THAN_ANY ||
	    how == NO_LETTERS)
		post_frame(post, SIFT_WIRE_LETTER, &sent, sizeof(sent));
	else if (how == NOT_A_LETTERS_NUMBER)
		post_frame(post, SIFT_WIRE_LETTER, &sent, sizeof(sent) - 1);
	else
		post_letter(post, inside);
}

START_TEST(a_broken_letter_is_refused)
{
	struct sift_wire_frame frame;
	struct sift_err err = {0};
	struct sift_span payload;
	struct post post;

	open_post(&post);
	post_broken(&post, (enum broken)_i);
	ck_assert_int_eq(sift_inbox_receive(&post.inbox, post.ends[1], NULL),
			 SIFT_OK);
	ck_assert_int_eq(sift_inbox_next(&post.inbox, &frame, &payload, &err),
			 SIFT_E_FORMAT);
	ck_assert_str_eq(err.what, "a worker sent a broken letter");
	close_post(&post);
}
END_TEST

static const uint64_t too_long[] = {MAX_PAYLOAD + 1, UINT64_MAX,
				    UINT64_MAX - 15};

START_TEST(a_payload_that_is_too_large_is_refused)
{
	struct sift_wire_frame frame = {.kind = 1, .length = too_long[_i]};
	struct sift_inbox inbox;
	struct sift_span payload;
	enum sift_status rc;
	int ends[2];

	sift_inbox_init(&inbox, MAX_PAYLOAD, NULL);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(send(ends[0], &frame, sizeof(frame), 0),
			 sizeof(frame));
	rc = sift_inbox_receive(&inbox, ends[1], NULL);
	ck_assert_int_eq(sift_inbox_next(&inbox, &frame, &payload, NULL),
			 SIFT_END);
	if (!rc)
		rc = sift_inbox_receive(&inbox, ends[1], NULL);
	ck_assert_int_eq(rc, SIFT_E_FORMAT);
	close(ends[0]);
	close(ends[1]);
	sift_inbox_release(&inbox);
}
END_TEST

START_TEST(without_memory_it_fails)
{
	struct sift_inbox inbox;
	int ends[2];

	sift_inbox_init(&inbox, MAX_PAYLOAD, NULL);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	sift_mem_fail_at(1, 0);
	ck_assert_int_eq(sift_inbox_receive(&inbox, ends[1], NULL),
			 SIFT_E_NOMEM);
	sift_mem_fail_at(0, 0);
	close(ends[0]);
	close(ends[1]);
	sift_inbox_release(&inbox);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, frames_arrive_however_they_are_cut, 0,
			    COUNT(streams));
	tcase_add_test(tc, nothing_there_is_no_end_but_a_closed_socket_is);
	tcase_add_loop_test(tc, a_payload_that_is_too_large_is_refused, 0,
			    COUNT(too_long));
	tcase_add_test(tc, without_memory_it_fails);
	tcase_add_test(tc, frames_in_letters_come_in_their_turn);
	tcase_add_loop_test(tc, a_broken_letter_is_refused, 0, BROKEN_COUNT);
}

int
main(void)
{
	return run_suite("inbox", fill);
}
