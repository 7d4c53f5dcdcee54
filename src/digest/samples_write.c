/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Samples and timelines as bytes. Sorted values lie close together: of each
 * its distance from the one before is written in a Rice code, the low k bits
 * as they are and the rest in unary, with the k that makes a set smallest.
 * That is within a few percent of the least there is for such values, and two
 * thirds of what bytes would take.
 *
 * A bucket's maximum, and both values of a bucket of two, are values of the
 * samples: their place in the slice is written, a byte mostly.
 */

#include <config.h>

#include "digest/digest_io.h"

#include <endian.h>
#include <string.h>

#include "digest/bins.h"
#include "digest/slice.h"
#include "digest/sort.h"

void
sift_write_i64(struct sift_buf *out, int64_t value)
{
	sift_buf_add_varint(out, sift_zigzag(value));
}

/* As a varint of up to 19 bytes. */
void
sift_write_i128(struct sift_buf *out, sift_i128 value)
{
	sift_u128 bits = (sift_u128)value << 1;

	if (value < 0)
		bits = ~bits;
	for (; bits >= 128; bits >>= 7)
		sift_buf_add_byte(out, (char)(unsigned char)(bits | 128));
	sift_buf_add_byte(out, (char)(unsigned char)bits);
}

/* ---- bits ---- */

/* Copies of it live in registers while bits are put, where no byte that is
   written may be taken for a part of it. */
struct bits {
	unsigned char *at; /* eight bytes can be written there */
	uint64_t waiting;  /* the lowest was first */
	unsigned count;	   /* of them, below 8 between calls */
};

/* At most 56 bits. */
static inline struct bits
put_bits(struct bits bits, uint64_t value, unsigned count)
{
	uint64_t little;

	bits.waiting |= value << bits.count;
	bits.count += count;
	little = htole64(bits.waiting);
	memcpy(bits.at, &little, sizeof(little));
	bits.at += bits.count / 8;
	bits.waiting >>= bits.count & ~7u;
	bits.count &= 7;
	return bits;
}

static inline struct bits
put_rice(struct bits bits, uint32_t value, unsigned k)
{
	uint64_t low = value & ((UINT64_C(1) << k) - 1);
	uint32_t high = value >> k;

	for (; high >= 24; high -= 24)
		bits = put_bits(bits, (UINT64_C(1) << 24) - 1, 24);
	return put_bits(bits, ((UINT64_C(1) << high) - 1) | low << (high + 1),
			high + 1 + k);
}

/* ---- samples ---- */

static uint32_t
smallest_low(const struct sift_samples *samples)
{
	uint32_t base = UINT32_MAX;

	for (size_t i = 0; i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];

		if (slice->low_count > 0 && slice->low[0] < base)
			base = slice->low[0];
	}
	return base;
}

/* Bits that all values take with a given k. */
static uint64_t
cost(const struct sift_samples *samples, uint32_t base, unsigned k)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];
		uint32_t last = base;

		bits += (uint64_t)slice->low_count * (k + 1);
		for (size_t at = 0; at < slice->low_count; at++) {
			bits += (slice->low[at] - last) >> k;
			last = slice->low[at];
		}
	}
	return bits;
}

/* A slice's values span their range once: the mean distance is a bound. */
static unsigned
largest_k(const struct sift_samples *samples, uint32_t base)
{
	uint64_t span = 0;
	uint64_t count = 0;
	unsigned k = 0;

	for (size_t i = 0; i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];

		count += slice->low_count;
		if (slice->low_count > 0)
			span += slice->low[slice->low_count - 1] - base;
	}
	while (k < 31 && count << (k + 1) <= span)
		k++;
	return k;
}

/* The cost has one minimum over k, below the bound. */
static unsigned
best_k(const struct sift_samples *samples, uint32_t base, uint64_t *out_cost)
{
	unsigned k = largest_k(samples, base);
	uint64_t best = cost(samples, base, k);

	while (k > 0) {
		uint64_t next = cost(samples, base, k - 1);

		if (next > best)
			break;
		best = next;
		k--;
	}
	*out_cost = best;
	return k;
}

static void
write_slices(struct sift_buf *out, const struct sift_samples *samples)
{
	bool untimed = samples->slices[0].start_s == SIFT_SLICE_UNTIMED;
	int64_t last = 0;

	sift_buf_add_byte(out, (char)untimed);
	for (size_t i = 0; i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];
		int64_t start = 0;

		if (i >= untimed) {
			start = slice->start_s / ((int64_t)1 << samples->shift);
			sift_write_i64(out, start - last);
			last = start;
		}
		sift_buf_add_varint(out, (uint64_t)slice->low_count << 1 |
						 (slice->wide_count > 0));
		if (slice->wide_count > 0)
			sift_buf_add_varint(out, slice->wide_count);
	}
}

static void
write_low(struct sift_buf *out, const struct sift_samples *samples)
{
	uint32_t base = smallest_low(samples);
	uint64_t cost_bits;
	unsigned k = best_k(samples, base, &cost_bits);
	struct bits bits = {0};

	sift_buf_add_u8(out, (uint8_t)k);
	sift_buf_add_varint(out, base);
	bits.at = sift_buf_room(out,
				(size_t)(cost_bits / 8) + sizeof(uint64_t) + 1);
	for (size_t i = 0; bits.at && i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];
		uint32_t last = base;

		for (size_t at = 0; at < slice->low_count; at++) {
			bits = put_rice(bits, slice->low[at] - last, k);
			last = slice->low[at];
		}
	}
	if (bits.at)
		sift_buf_wrote(out, bits.at + (bits.count > 0));
}

/* As they are in memory. */
static void
write_unsorted(struct sift_buf *out, const struct sift_samples *samples)
{
	for (size_t i = 0; i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];

		if (slice->low_count > 0)
			sift_buf_add(out, slice->low,
				     slice->low_count * sizeof(*slice->low));
		for (size_t at = 0; at < slice->wide_count; at++)
			sift_write_i64(out, slice->wide[at]);
	}
}

static void
write_wide(struct sift_buf *out, const struct sift_samples *samples)
{
	for (size_t i = 0; i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];

		for (size_t at = 0; at < slice->wide_count; at++) {
			if (at == 0)
				sift_write_i64(out, slice->wide[0]);
			else
				sift_buf_add_varint(
					out,
					(uint64_t)slice->wide[at] -
						(uint64_t)slice->wide[at - 1]);
		}
	}
}

static void
write_moments(struct sift_buf *out, const struct sift_moments *all)
{
	sift_write_i128(out, all->sum);
	sift_buf_add_u64(out, (uint64_t)all->squares);
	sift_buf_add_u64(out, (uint64_t)(all->squares >> 64));
	sift_buf_add_varint(out, all->squares_above);
	sift_write_i64(out, all->min);
	sift_write_i64(out, all->max);
}

static void
write_bins(struct sift_buf *out, const struct sift_samples *samples)
{
	for (size_t i = 0; i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];
		int last = 0;

		for (size_t at = 0; at < slice->wide_count; at++) {
			int bin = sift_bin_number(slice->wide[at]);

			if (at == 0)
				sift_write_i64(out, bin);
			else
				sift_buf_add_varint(out,
						    (uint64_t)(bin - last));
			sift_buf_add_varint(out,
					    sift_bin_count(slice->wide[at]));
			last = bin;
		}
	}
}

void
sift_write_samples(struct sift_buf *out, const struct sift_samples *samples,
		   enum sift_samples_form form)
{
	uint64_t low = 0;

	sift_buf_add_varint(out, samples ? samples->slice_count : 0);
	if (!samples || samples->slice_count == 0)
		return;
	sift_buf_add_u8(out, (uint8_t)samples->shift);
	write_slices(out, samples);
	if (form == SIFT_SAMPLES_BINNED) {
		write_moments(out, &samples->all);
		write_bins(out, samples);
		return;
	}
	if (form == SIFT_SAMPLES_UNSORTED) {
		write_unsorted(out, samples);
		return;
	}
	for (size_t i = 0; i < samples->slice_count; i++)
		low += samples->slices[i].low_count;
	if (low > 0)
		write_low(out, samples);
	write_wide(out, samples);
}

/* ---- timeline ---- */

/* The place of a value among a slice's; low_count when it is not there. */
static size_t
place_of(const struct sift_slice *slice, int64_t value)
{
	size_t place = sift_sorted_below(slice->low, slice->low_count, value);

	if (place < slice->low_count && slice->low[place] == value)
		return place;
	return slice->low_count;
}

/* Which outcome's slice holds the value, and where; else SIFT_BUCKET_ITSELF. */
static unsigned
refer(struct sift_samples *const *samples, const struct sift_timeline *line,
      int64_t start_s, int64_t value, uint64_t *out_place)
{
	for (unsigned i = 0; i < SIFT_OUTCOME_COUNT; i++) {
		const struct sift_slice *slice =
			sift_slice_covering(samples[i], line->shift, start_s);
		size_t place = slice ? place_of(slice, value) : 0;

		if (slice && place < slice->low_count) {
			*out_place = place;
			return i;
		}
	}
	*out_place = sift_zigzag(value);
	return SIFT_BUCKET_ITSELF;
}

static void
add_slice(struct sift_bucket *bucket, const struct sift_slice *slice)
{
	bucket->count += slice->low_count + slice->wide_count;
	for (size_t i = 0; i < slice->low_count; i++) {
		bucket->sum_ns += slice->low[i];
		if (slice->low[i] > bucket->max_ns)
			bucket->max_ns = slice->low[i];
	}
	for (size_t i = 0; i < slice->wide_count; i++) {
		bucket->sum_ns += slice->wide[i];
		if (slice->wide[i] > bucket->max_ns)
			bucket->max_ns = slice->wide[i];
	}
}

void
sift_bucket_of_slices(struct sift_samples *const *samples, unsigned shift,
		      int64_t start_s, struct sift_bucket *out)
{
	*out = (struct sift_bucket){.start_s = start_s, .max_ns = INT64_MIN};
	for (size_t i = 0; i < SIFT_OUTCOME_COUNT; i++) {
		const struct sift_slice *slice =
			sift_slice_covering(samples[i], shift, start_s);

		if (!slice || samples[i]->shift != shift)
			continue;
		add_slice(out, slice);
		if (i == SIFT_OUTCOME_FAILED)
			out->failed = slice->low_count + slice->wide_count;
	}
}

static bool
is_as_slices(const struct sift_bucket *bucket,
	     struct sift_samples *const *samples, unsigned shift)
{
	struct sift_bucket made;

	sift_bucket_of_slices(samples, shift, bucket->start_s, &made);
	return made.count == bucket->count && made.failed == bucket->failed &&
	       made.sum_ns == bucket->sum_ns && made.max_ns == bucket->max_ns;
}

static bool
fits_i64(sift_i128 value)
{
	return value >= INT64_MIN && value <= INT64_MAX;
}

static void
write_bucket(struct sift_buf *out, const struct sift_timeline *line,
	     struct sift_samples *const *samples,
	     const struct sift_bucket *bucket, uint64_t gap)
{
	sift_i128 rest = bucket->sum_ns - bucket->max_ns;
	bool single = bucket->count == 1 && rest == 0;
	bool pair = bucket->count == 2 && fits_i64(rest);
	uint64_t head = single ? 0 : pair ? 1 : 2;
	uint64_t place;

	if (is_as_slices(bucket, samples, line->shift)) {
		head = SIFT_BUCKET_SLICES << SIFT_BUCKET_COUNT_SHIFT;
		sift_buf_add_varint(out, head | gap << SIFT_BUCKET_GAP_SHIFT);
		return;
	}
	head <<= SIFT_BUCKET_COUNT_SHIFT;
	head |= refer(samples, line, bucket->start_s, bucket->max_ns, &place);
	head |= bucket->failed ? SIFT_BUCKET_FAILED : 0;
	sift_buf_add_varint(out, head | gap << SIFT_BUCKET_GAP_SHIFT);
	sift_buf_add_varint(out, place);
	if (!single && !pair)
		sift_buf_add_varint(out, bucket->count);
	if (bucket->failed)
		sift_buf_add_varint(out, bucket->failed);
	if (pair) {
		unsigned where = refer(samples, line, bucket->start_s,
				       (int64_t)rest, &place);

		/* Itself may need all 64 bits: not in one number. */
		if (where == SIFT_BUCKET_ITSELF)
			sift_buf_add_varint(out, SIFT_BUCKET_ITSELF);
		sift_buf_add_varint(out, where == SIFT_BUCKET_ITSELF
						 ? place
						 : place << 2 | where);
	} else if (!single) {
		sift_write_i128(out, rest);
	}
}

void
sift_write_timeline(struct sift_buf *out, const struct sift_timeline *line,
		    struct sift_samples *const *samples)
{
	int64_t width = (int64_t)1 << line->shift;
	int64_t next = 0;

	sift_buf_add_varint(out, line->count);
	if (line->count == 0)
		return;
	sift_buf_add_u8(out, (uint8_t)line->shift);
	for (size_t i = 0; i < line->count; i++) {
		const struct sift_bucket *bucket = &line->buckets[i];
		int64_t start = bucket->start_s / width;

		if (i == 0) {
			sift_write_i64(out, start);
			next = start;
		}
		write_bucket(out, line, samples, bucket,
			     (uint64_t)(start - next));
		next = start + 1;
	}
}
