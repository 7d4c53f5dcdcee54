/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Samples and timelines from bytes that are not trusted: every count is
 * bounded by the bytes that are left before memory is asked for, every sum
 * is checked before it is made.
 */

#include <config.h>

#include "digest/digest_io.h"

#include <string.h>

#include "base/digits.h"
#include "digest/bins.h"
#include "digest/slice.h"

/* Sums beyond this are no sums of 64-bit values; adding up many of them must
   not overflow. */
#define SUM_MAX ((sift_i128)1 << 110)

void
sift_read_fail(struct sift_reading_place *in, enum sift_status status)
{
	if (in->status == SIFT_OK)
		in->status = status;
	in->at = in->end;
}

static uint64_t
damaged(struct sift_reading_place *in)
{
	sift_read_fail(in, SIFT_E_FORMAT);
	return 0;
}

static unsigned
read_byte(struct sift_reading_place *in)
{
	if (in->at == in->end)
		return (unsigned)damaged(in);
	return *in->at++;
}

uint64_t
sift_read_long_varint(struct sift_reading_place *in)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		unsigned byte = read_byte(in);

		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return value;
	}
	return damaged(in);
}

sift_i128
sift_read_i128(struct sift_reading_place *in)
{
	sift_u128 bits = 0;

	for (unsigned shift = 0; shift < 128; shift += 7) {
		unsigned byte = read_byte(in);

		if (shift == 126 && byte > 3)
			break;
		bits |= (sift_u128)(byte & 127) << shift;
		if (byte < 128) {
			sift_i128 value = (sift_i128)(bits >> 1);

			value = bits & 1 ? -value - 1 : value;
			if (value > SUM_MAX || value < -SUM_MAX)
				break;
			return value;
		}
	}
	return (sift_i128)damaged(in);
}

/* ---- bits ---- */

struct bits {
	struct sift_reading_place *in;
	uint64_t waiting; /* the next is the lowest */
	unsigned count;
};

/* Bits above `count` may be there already: the same as will be put there. */
static void
fill(struct bits *bits)
{
	if (sift_read_left(bits->in) >= 8 && bits->count < 64) {
		unsigned bytes = (63 - bits->count) / 8;

		bits->waiting |= sift_eight((const char *)bits->in->at)
				 << bits->count;
		bits->in->at += bytes;
		bits->count += 8 * bytes;
		return;
	}
	while (bits->count <= 56 && bits->in->at < bits->in->end) {
		bits->waiting |= (uint64_t)*bits->in->at++ << bits->count;
		bits->count += 8;
	}
}

/* Up to 64: shifting by as many as there are is not defined in C. */
static void
drop(struct bits *bits, unsigned count)
{
	bits->waiting = count < 64 ? bits->waiting >> count : 0;
	bits->count -= count;
}

static unsigned
trailing_ones(uint64_t value)
{
	return ~value ? (unsigned)__builtin_ctzll(~value) : 64;
}

static uint32_t
read_rice(struct bits *bits, unsigned k)
{
	uint64_t high = 0;
	uint32_t low;

	for (;;) {
		unsigned ones;

		fill(bits);
		ones = trailing_ones(bits->waiting);
		if (ones > bits->count)
			ones = bits->count;
		high += ones;
		if (high > UINT32_MAX >> k || bits->count == 0)
			return (uint32_t)damaged(bits->in);
		if (ones < bits->count) {
			drop(bits, ones + 1);
			break;
		}
		bits->waiting = 0;
		bits->count = 0;
	}
	if (bits->count < k)
		fill(bits);
	if (bits->count < k)
		return (uint32_t)damaged(bits->in);
	low = (uint32_t)(bits->waiting & ((UINT64_C(1) << k) - 1));
	drop(bits, k);
	return (uint32_t)(high << k) | low;
}

/* Whole bytes that were read ahead go back. */
static void
end_bits(struct bits *bits)
{
	if (bits->in->status == SIFT_OK)
		bits->in->at -= bits->count / 8;
}

/* ---- samples ---- */

/* In units of 2^shift seconds; those of all of time lie within. */
static bool
is_start(int64_t start, unsigned shift)
{
	int64_t most = (SIFT_SECOND_MAX >> shift) + 1;

	return start >= -most && start <= most;
}

/* Make a slice with room for its values, which follow later. */
static void
read_slice(struct sift_reading_place *in, struct sift_samples *out,
	   int64_t start_s)
{
	uint64_t head = sift_read_varint(in);
	uint64_t wide = head & 1 ? sift_read_varint(in) : 0;
	struct sift_slice *slice;
	enum sift_status rc;

	if (head >> 1 > (uint64_t)sift_read_left(in) * 8 ||
	    wide > sift_read_left(in) || (head >> 1) + wide == 0 ||
	    (head & 1 && wide == 0)) {
		damaged(in);
		return;
	}
	rc = sift_samples_slice(out, start_s, (size_t)(head >> 1), (size_t)wide,
				&slice, NULL);
	if (rc)
		sift_read_fail(in, rc);
}

static void
read_slices(struct sift_reading_place *in, struct sift_samples *out,
	    size_t count)
{
	size_t untimed = (size_t)sift_read_bounded(in, 1);
	int64_t first = 0;
	int64_t last = 0;

	for (size_t i = 0; in->status == SIFT_OK && i < count; i++) {
		int64_t step;

		if (i < untimed) {
			read_slice(in, out, SIFT_SLICE_UNTIMED);
			continue;
		}
		step = sift_read_i64(in);
		if (!is_start(step, 0) || !is_start(last + step, out->shift) ||
		    (i > untimed &&
		     (step <= 0 || last + step - first >= SIFT_SLICES_MAX))) {
			damaged(in);
			return;
		}
		last += step;
		first = i == untimed ? last : first;
		read_slice(in, out, last * ((int64_t)1 << out->shift));
	}
}

static void
read_low(struct sift_reading_place *in, struct sift_samples *out)
{
	unsigned k = (unsigned)sift_read_bounded(in, 31);
	uint32_t base = (uint32_t)sift_read_bounded(in, UINT32_MAX);
	struct bits bits = {in, 0, 0};

	for (size_t i = 0; i < out->slice_count; i++) {
		struct sift_slice *slice = &out->slices[i];
		uint32_t last = base;

		while (slice->low_count < slice->low_capacity) {
			uint32_t step = read_rice(&bits, k);

			if (step > UINT32_MAX - last)
				damaged(in);
			if (in->status != SIFT_OK)
				return;
			last += step;
			slice->low[slice->low_count++] = last;
		}
	}
	end_bits(&bits);
}

static bool
is_wide(int64_t value)
{
	return value < 0 || value > UINT32_MAX;
}

/* false = nothing more is to be read. */
static bool
add_wide(struct sift_reading_place *in, struct sift_slice *slice, int64_t value)
{
	if (!is_wide(value))
		damaged(in);
	if (in->status != SIFT_OK)
		return false;
	slice->wide[slice->wide_count++] = value;
	return true;
}

static void
read_wide(struct sift_reading_place *in, struct sift_slice *slice)
{
	int64_t value = 0;

	while (slice->wide_count < slice->wide_capacity) {
		if (slice->wide_count == 0) {
			value = sift_read_i64(in);
		} else {
			uint64_t step = sift_read_varint(in);

			/* No more than what is over to the largest number. */
			if (step > (uint64_t)INT64_MAX - (uint64_t)value)
				damaged(in);
			value = (int64_t)((uint64_t)value + step);
		}
		if (!add_wide(in, slice, value))
			return;
	}
}

static void
read_unsorted_slice(struct sift_reading_place *in, struct sift_slice *slice)
{
	size_t bytes = slice->low_capacity * sizeof(*slice->low);
	struct sift_span low = sift_read_bytes(in, bytes);

	if (low.len > 0)
		memcpy(slice->low, low.ptr, bytes);
	slice->low_count = (uint32_t)(low.len / sizeof(*slice->low));
	while (slice->wide_count < slice->wide_capacity)
		if (!add_wide(in, slice, sift_read_i64(in)))
			return;
}

static void
read_unsorted(struct sift_reading_place *in, struct sift_samples *out)
{
	for (size_t i = 0; in->status == SIFT_OK && i < out->slice_count; i++)
		read_unsorted_slice(in, &out->slices[i]);
	sift_samples_recount(out);
}

static void
read_sorted(struct sift_reading_place *in, struct sift_samples *out)
{
	bool low = false;

	for (size_t i = 0; i < out->slice_count; i++)
		low = low || out->slices[i].low_capacity > 0;
	if (low && in->status == SIFT_OK)
		read_low(in, out);
	for (size_t i = 0; in->status == SIFT_OK && i < out->slice_count; i++)
		read_wide(in, &out->slices[i]);
	sift_samples_recount(out);
}

/* All but the count, which is that of the bins. */
static void
read_moments(struct sift_reading_place *in, struct sift_moments *out)
{
	out->sum = sift_read_i128(in);
	out->squares = sift_read_u64(in);
	out->squares |= (sift_u128)sift_read_u64(in) << 64;
	out->squares_above = sift_read_varint(in);
	out->min = sift_read_i64(in);
	out->max = sift_read_i64(in);
	if (out->min > out->max)
		damaged(in);
}

/* Rising, each hit, all within the bins of the extremes. */
static void
read_bins(struct sift_reading_place *in, struct sift_slice *slice,
	  struct sift_moments *all)
{
	int64_t first = sift_bin_of(all->min);
	int64_t last = sift_bin_of(all->max);
	int64_t bin = 0;

	if (slice->low_capacity > 0)
		damaged(in);
	while (in->status == SIFT_OK &&
	       slice->wide_count < slice->wide_capacity) {
		bool is_first = slice->wide_count == 0;
		int64_t step =
			is_first ? sift_read_i64(in)
				 : (int64_t)sift_read_bounded(in, UINT16_MAX);
		uint64_t hits = sift_read_bounded(in, SIFT_SAMPLES_MAX);

		if (step < -SIFT_BIN_MAX - 1 || step > UINT16_MAX ||
		    (!is_first && step == 0) || hits == 0)
			damaged(in);
		bin += step;
		all->count += hits;
		if (bin < first || bin > last || all->count > SIFT_SAMPLES_MAX)
			damaged(in);
		if (in->status == SIFT_OK)
			slice->wide[slice->wide_count++] =
				sift_bin_entry((int)bin, hits);
	}
}

static void
read_binned(struct sift_reading_place *in, struct sift_samples *out)
{
	struct sift_moments *all = &out->all;
	int first = SIFT_BIN_MAX;
	int last = -SIFT_BIN_MAX - 1;

	out->binned = true;
	read_moments(in, all);
	for (size_t i = 0; in->status == SIFT_OK && i < out->slice_count; i++) {
		const struct sift_slice *slice = &out->slices[i];
		int bin;

		read_bins(in, &out->slices[i], all);
		if (in->status != SIFT_OK)
			return;
		bin = sift_bin_number(slice->wide[0]);
		first = bin < first ? bin : first;
		bin = sift_bin_number(slice->wide[slice->wide_count - 1]);
		last = bin > last ? bin : last;
	}
	if (first != sift_bin_of(all->min) || last != sift_bin_of(all->max) ||
	    all->sum < (sift_i128)all->count * all->min ||
	    all->sum > (sift_i128)all->count * all->max)
		damaged(in);
}

void
sift_read_samples(struct sift_reading_place *in, enum sift_samples_form form,
		  struct sift_samples **out)
{
	size_t count = (size_t)sift_read_bounded(in, SIFT_SLICES_MAX + 1);
	struct sift_samples *samples;

	if (count == 0)
		return;
	samples = sift_samples_at(out, false);
	if (!samples) {
		sift_read_fail(in, SIFT_E_NOMEM);
		return;
	}
	samples->shift = (unsigned)sift_read_bounded(in, SIFT_SHIFT_MAX);
	read_slices(in, samples, count);
	if (form == SIFT_SAMPLES_BINNED)
		read_binned(in, samples);
	else if (form == SIFT_SAMPLES_UNSORTED)
		read_unsorted(in, samples);
	else
		read_sorted(in, samples);
	if (in->status == SIFT_OK)
		return;
	sift_samples_free(samples);
	*out = NULL;
}

/* ---- timeline ---- */

/* A value that is one of the samples', or itself. */
static int64_t
resolve(struct sift_reading_place *in, struct sift_samples *const *samples,
	const struct sift_timeline *line, int64_t start_s, unsigned where,
	uint64_t place)
{
	const struct sift_slice *slice;

	if (where == SIFT_BUCKET_ITSELF)
		return sift_unzigzag(place);
	slice = sift_slice_covering(samples[where], line->shift, start_s);
	if (!slice || place >= slice->low_count)
		return (int64_t)damaged(in);
	return slice->low[place];
}

/* The other value of a bucket of two. */
static int64_t
read_second(struct sift_reading_place *in, struct sift_samples *const *samples,
	    const struct sift_timeline *line, int64_t start_s)
{
	uint64_t head = sift_read_varint(in);
	unsigned where = (unsigned)(head & SIFT_BUCKET_MAX_MASK);
	uint64_t place = head >> SIFT_BUCKET_COUNT_SHIFT;

	if (where == SIFT_BUCKET_ITSELF)
		place = sift_read_varint(in);
	return resolve(in, samples, line, start_s, where, place);
}

static void
read_bucket(struct sift_reading_place *in, struct sift_samples *const *samples,
	    const struct sift_timeline *line, uint64_t head,
	    struct sift_bucket *out)
{
	unsigned count =
		head >> SIFT_BUCKET_COUNT_SHIFT & SIFT_BUCKET_COUNT_MASK;
	uint64_t place;

	if (count == SIFT_BUCKET_SLICES) {
		sift_bucket_of_slices(samples, line->shift, out->start_s, out);
		if (out->count == 0)
			damaged(in);
		return;
	}
	place = sift_read_varint(in);

	out->max_ns = resolve(in, samples, line, out->start_s,
			      head & SIFT_BUCKET_MAX_MASK, place);
	out->count = count < 2 ? count + 1 : sift_read_varint(in);
	if (head & SIFT_BUCKET_FAILED)
		out->failed = sift_read_varint(in);
	out->sum_ns = out->max_ns;
	if (count == 1)
		out->sum_ns += read_second(in, samples, line, out->start_s);
	else if (count > 1)
		out->sum_ns += sift_read_i128(in);
	if (out->count == 0 || out->failed > out->count)
		damaged(in);
}

void
sift_read_timeline(struct sift_reading_place *in,
		   struct sift_samples *const *samples,
		   struct sift_timeline *out)
{
	size_t count = (size_t)sift_read_bounded(in, SIFT_TIMELINE_MAX);
	int64_t start;

	if (count == 0)
		return;
	out->shift = (unsigned)sift_read_bounded(in, SIFT_SHIFT_MAX);
	start = sift_read_i64(in);
	if (!is_start(start, out->shift) || count > sift_read_left(in)) {
		damaged(in);
		return;
	}
	if (sift_timeline_reserve(out, count, NULL)) {
		sift_read_fail(in, SIFT_E_NOMEM);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		struct sift_bucket *bucket = &out->buckets[i];
		uint64_t head = sift_read_varint(in);
		uint64_t gap = head >> SIFT_BUCKET_GAP_SHIFT;

		if (gap > (uint64_t)SIFT_SECOND_MAX * 2 ||
		    !is_start(start + (int64_t)gap, out->shift))
			damaged(in);
		if (in->status != SIFT_OK)
			break;
		start += (int64_t)gap;
		*bucket = (struct sift_bucket){0};
		bucket->start_s = start * ((int64_t)1 << out->shift);
		read_bucket(in, samples, out, head & 31, bucket);
		out->count++;
		start++;
	}
}
