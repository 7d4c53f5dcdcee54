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
		.kind = number + 1, .file = number, .length = len};

	sift_buf_add(bytes, &frame, sizeof(frame));
	for (size_t i = 0; i < len; i++)
		sift_buf_add_byte(bytes, byte_of(number, i));
}

static void
check_frame(const struct sift_wire_frame *frame, struct sift_span payload,
	    uint32_t number, size_t len)
{
	ck_assert_uint_eq(frame->kind, number + 1);
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

		sift_inbox_init(&inbox, MAX_PAYLOAD);
		for (size_t at = 0; at < bytes.len;) {
			size_t len = bytes.len - at < steps[s] ? bytes.len - at
							       : steps[s];
			ssize_t n = send(ends[0], bytes.ptr + at, len,
					 MSG_DONTWAIT);

			at += n > 0 ? (size_t)n : 0;
			ck_assert_int_eq(
				sift_inbox_receive(&inbox, ends[1], NULL),
				SIFT_OK);
			while (sift_inbox_next(&inbox, &frame, &payload)) {
				check_frame(&frame, payload, number,
					    lens[number]);
				number++;
			}
		}
		while (lens[number]) {
			ck_assert_int_eq(
				sift_inbox_receive(&inbox, ends[1], NULL),
				SIFT_OK);
			while (sift_inbox_next(&inbox, &frame, &payload)) {
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

	sift_inbox_init(&inbox, MAX_PAYLOAD);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(sift_inbox_receive(&inbox, ends[1], NULL), SIFT_OK);
	ck_assert(!sift_inbox_next(&inbox, &frame, &payload));
	close(ends[0]);
	ck_assert_int_eq(sift_inbox_receive(&inbox, ends[1], NULL), SIFT_END);
	close(ends[1]);
	sift_inbox_release(&inbox);
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

	sift_inbox_init(&inbox, MAX_PAYLOAD);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(send(ends[0], &frame, sizeof(frame), 0),
			 sizeof(frame));
	rc = sift_inbox_receive(&inbox, ends[1], NULL);
	ck_assert(!sift_inbox_next(&inbox, &frame, &payload));
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

	sift_inbox_init(&inbox, MAX_PAYLOAD);
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
}

int
main(void)
{
	return run_suite("inbox", fill);
}
