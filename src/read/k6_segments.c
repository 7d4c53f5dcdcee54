/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_segments.h"

#include <string.h>

#include "base/digits.h"

/* What is summed up: so many times eight bytes. */
struct window {
	size_t from;
	size_t step;
	size_t count;
};

/* Of requests, whose tags begin alike: from the group on, over method, name
   and URL, or their begin. */
static const struct window far = {48, 16, 8};
/* Of what is shorter than that. */
static const struct window near = {0, 8, 8};

#define FAR_BYTES 128

static inline bool
has_window(const struct window *window, const char *p, const char *end)
{
	return (size_t)(end - p) >= window->from + window->step * window->count;
}

/* Each eight are taken times another odd number: none has to wait for those
   before. */
static inline uint64_t
sum_of(const struct window *window, const char *p)
{
	uint64_t times = UINT64_C(0x9E3779B97F4A7C15);
	uint64_t sum = 0;

	p += window->from;
	for (size_t i = 0; i < window->count; i++, p += window->step) {
		sum += sift_eight(p) * times;
		times += UINT64_C(0xD1B54A32D192ED02);
	}
	return sum;
}

/* The upper half of a product depends on all of its factors. */
static size_t
place_of(uint64_t sum)
{
	return ((sum ^ sum >> 32) * UINT64_C(0x9E3779B97F4A7C15) >> 32) &
	       (SIFT_K6_SEGMENT_PLACES - 1);
}

void
sift_k6_segments_keep(struct sift_k6_segments *segments, struct sift_span bytes,
		      const char *end, struct sift_k6_tagset *tags)
{
	const struct window *window = bytes.len >= FAR_BYTES ? &far : &near;
	struct sift_k6_segment *ways;
	uint64_t sum;

	if (!has_window(window, bytes.ptr, end))
		return;
	sum = sum_of(window, bytes.ptr);
	ways = segments->known[place_of(sum)];
	memmove(ways + 1, ways, (SIFT_K6_SEGMENT_WAYS - 1) * sizeof(*ways));
	*ways = (struct sift_k6_segment){bytes, tags, sum, segments->age};
}

static inline const struct sift_k6_segment *
find_by(const struct sift_k6_segments *segments, const struct window *window,
	const char *p, const char *end)
{
	const struct sift_k6_segment *known;
	uint64_t sum;

	if (!has_window(window, p, end))
		return NULL;
	sum = sum_of(window, p);
	known = segments->known[place_of(sum)];
	for (size_t i = 0; i < SIFT_K6_SEGMENT_WAYS; i++, known++) {
		if (known->sum == sum && known->age == segments->age &&
		    (size_t)(end - p) >= known->bytes.len &&
		    !memcmp(p, known->bytes.ptr, known->bytes.len))
			return known;
	}
	return NULL;
}

const struct sift_k6_segment *
sift_k6_segments_find(const struct sift_k6_segments *segments, const char *p,
		      const char *end)
{
	const struct sift_k6_segment *known = find_by(segments, &far, p, end);

	return known ? known : find_by(segments, &near, p, end);
}
