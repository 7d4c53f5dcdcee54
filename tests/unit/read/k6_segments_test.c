/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/k6_segments.h"
#include "read/k6_tagset.h"
#include "unit/base/runner.h"

/* Of a request, and what follows it. */
#define GET(name)                                                              \
 ",\"tags\":{\"expected_response\":\"true\",\"group\":\"\",\"method\":"        \
 "\"GET\",\"name\":\"http://shop/" name                                        \
 "\",\"proto\":\"HTTP/1.1\",\"scenario\":\"default\",\"status\":\"200\","      \
 "\"url\":\"http://shop/" name "\"}}}\n"
#define CHECK ",\"tags\":{\"check\":\"status is 200\",\"group\":\"\"}}}\n"
#define NEXT "{\"metric\":\"http_req_duration\",\"type\":\"Point\",\"data\":"
#define LATER "{\"metric\":\"http_req_waiting_for_it\",\"type\":\"Point\","

static struct sift_k6_segments segments;
static struct sift_k6_tagset sets[400];

static void
setup(void)
{
	memset(&segments, 0, sizeof(segments));
	sift_k6_segments_clear(&segments);
}

/* Keep the first line of a text that lives as long as the segments. */
static void
keep(const char *text, struct sift_k6_tagset *tags)
{
	size_t len = (size_t)(strchr(text, '\n') + 1 - text);

	sift_k6_segments_keep(&segments, sift_span_of(text, len),
			      text + strlen(text), tags);
}

/* The tags that are found at the start of a text, which has memory of its own
   size; NULL: none. */
static struct sift_k6_tagset *
found(const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);
	const struct sift_k6_segment *known;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, text, len);
	known = sift_k6_segments_find(&segments, copy, copy + len);
	if (known)
		ck_assert_mem_eq(copy, known->bytes.ptr, known->bytes.len);
	free(copy);
	return known ? known->tags : NULL;
}

static struct sift_k6_tagset *
found_in(const char *text)
{
	return found(text, strlen(text));
}

START_TEST(what_was_kept_is_found)
{
	ck_assert_ptr_null(found_in(GET("a") NEXT));
	keep(GET("a") NEXT, &sets[0]);
	keep(CHECK NEXT, &sets[1]);
	keep(GET("b") NEXT, &sets[2]);
	ck_assert_ptr_eq(found_in(GET("a") NEXT), &sets[0]);
	ck_assert_ptr_eq(found_in(CHECK NEXT), &sets[1]);
	ck_assert_ptr_eq(found_in(GET("b") NEXT), &sets[2]);
	ck_assert_ptr_null(found_in(GET("c") NEXT));
	ck_assert_ptr_null(found_in(NEXT NEXT NEXT NEXT NEXT NEXT));
}
END_TEST

/* What follows a segment need not be what it was, if the segment is long. */
START_TEST(what_follows_does_not_count)
{
	keep(GET("a") NEXT, &sets[0]);
	ck_assert_ptr_eq(found_in(GET("a") LATER), &sets[0]);
}
END_TEST

START_TEST(every_byte_counts)
{
	char text[] = GET("a") NEXT;
	size_t len = strlen(GET("a"));

	keep(GET("a") NEXT, &sets[0]);
	for (size_t i = 0; i < len; i++) {
		text[i] ^= 1;
		ck_assert_ptr_null(found_in(text));
		text[i] ^= 1;
	}
	ck_assert_ptr_eq(found_in(text), &sets[0]);
}
END_TEST

/* Nothing is read behind the end, nor found there, whatever is there. */
START_TEST(what_is_cut_is_not_found)
{
	static const char text[] = GET("products") NEXT;
	size_t len = strlen(GET("products"));

	keep(text, &sets[0]);
	keep(CHECK NEXT, &sets[1]);
	for (size_t i = 0; i < len; i++) {
		ck_assert_ptr_null(found(text, i));
		ck_assert_ptr_null(
			sift_k6_segments_find(&segments, text, text + i));
	}
	ck_assert_ptr_eq(found(text, len), &sets[0]);
	for (size_t i = 0; i < strlen(CHECK); i++)
		ck_assert_ptr_null(found(CHECK NEXT, i));
	keep("{}\n", &sets[2]); /* too short for a sum */
	ck_assert_ptr_null(found_in("{}\n"));
}
END_TEST

START_TEST(all_are_forgotten_at_once)
{
	keep(GET("a") NEXT, &sets[0]);
	sift_k6_segments_clear(&segments);
	ck_assert_ptr_null(found_in(GET("a") NEXT));
	keep(GET("a") NEXT, &sets[1]);
	ck_assert_ptr_eq(found_in(GET("a") NEXT), &sets[1]);
}
END_TEST

/* They differ behind what is summed up. */
START_TEST(segments_of_one_sum_are_told_apart)
{
	static char same[2][400];

	for (size_t i = 0; i < 2; i++) {
		snprintf(same[i], sizeof(same[i]), "%.*s?%zu%s",
			 (int)strlen(GET("a")) - 1, GET("a"), i, "\n" NEXT);
		keep(same[i], &sets[i]);
	}
	for (size_t i = 0; i < 2; i++)
		ck_assert_ptr_eq(found_in(same[i]), &sets[i]);
}
END_TEST

/* Some give way where there are many; what is found is right. */
START_TEST(many_are_kept_or_give_way)
{
	static char texts[400][400];
	size_t count = 0;

	for (size_t i = 0; i < 400; i++) {
		snprintf(texts[i], sizeof(texts[i]), GET("%03zu") NEXT, i, i);
		keep(texts[i], &sets[i]);
	}
	for (size_t i = 0; i < 400; i++) {
		struct sift_k6_tagset *tags = found_in(texts[i]);

		if (tags)
			ck_assert_ptr_eq(tags, &sets[i]);
		count += tags != NULL;
	}
	ck_assert_uint_gt(count, SIFT_K6_SEGMENT_PLACES);
	ck_assert_uint_le(count, SIFT_K6_SEGMENT_PLACES * SIFT_K6_SEGMENT_WAYS);
	ck_assert_ptr_eq(found_in(texts[399]), &sets[399]);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, what_was_kept_is_found);
	tcase_add_test(tc, what_follows_does_not_count);
	tcase_add_test(tc, every_byte_counts);
	tcase_add_test(tc, what_is_cut_is_not_found);
	tcase_add_test(tc, all_are_forgotten_at_once);
	tcase_add_test(tc, segments_of_one_sum_are_told_apart);
	tcase_add_test(tc, many_are_kept_or_give_way);
}

int
main(void)
{
	return run_suite("k6_segments", fill);
}
