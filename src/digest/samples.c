/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Slices are kept sorted by start; the one added to last is nearly always
 * the newest, which is looked at first. When a time would stretch the range
 * beyond SIFT_SLICES_MAX slices, the shift grows by as much as it must and
 * neighbours join. Room is made before anything moves, so that running out
 * of memory leaves samples that can be used.
 *
 * Binned samples have entries of bins where others have wide values, and are
 * moved about in the same way. A hit is appended as an entry of its own;
 * when an array is full it is settled, that is sorted and its entries of one
 * bin joined, and grows if that did not free half of it.
 */

#include <config.h>

#include "digest/samples.h"

#include <string.h>

#include "base/instant.h"
#include "base/mem.h"
#include "digest/bins.h"
#include "digest/slice.h"
#include "digest/sort.h"

/* From here on arrays grow by a quarter: memory, not time, is short then. */
#define LARGE_ARRAY 32768

void
sift_samples_init(struct sift_samples *samples)
{
	*samples = (struct sift_samples){0};
}

static void
release_slice(struct sift_slice *slice)
{
	sift_free(slice->low);
	sift_free(slice->wide);
}

void
sift_samples_release(struct sift_samples *samples)
{
	for (size_t i = 0; i < samples->slice_count; i++)
		release_slice(&samples->slices[i]);
	sift_free(samples->slices);
	sift_samples_init(samples);
}

struct sift_samples *
sift_samples_new(struct sift_samples **place, bool binned)
{
	*place = sift_calloc(1, sizeof(**place));
	if (*place)
		(*place)->binned = binned;
	return *place;
}

void
sift_samples_free(struct sift_samples *samples)
{
	if (samples)
		sift_samples_release(samples);
	sift_free(samples);
}

/*
 * Most series of a run with many are seen a few times: arrays begin with one
 * element, where sift_array_grow() would begin with eight.
 */
static bool
grow(void **array, uint32_t *capacity, size_t need, size_t size)
{
	size_t next = *capacity;
	void *items;

	if (need <= *capacity)
		return true;
	next += next < LARGE_ARRAY ? next : next / 4;
	if (next < need)
		next = need;
	if (next > UINT32_MAX || next > SIZE_MAX / size)
		return false;
	memcpy(&items, array, sizeof(items));
	items = sift_realloc(items, next * size);
	if (!items)
		return false;
	memcpy(array, &items, sizeof(items));
	*capacity = (uint32_t)next;
	return true;
}

static bool
reserve(struct sift_slice *slice, size_t low, size_t wide)
{
	return grow((void **)&slice->low, &slice->low_capacity,
		    slice->low_count + low, sizeof(*slice->low)) &&
	       grow((void **)&slice->wide, &slice->wide_capacity,
		    slice->wide_count + wide, sizeof(*slice->wide));
}

static void
settle(struct sift_slice *slice)
{
	slice->wide_count =
		(uint32_t)sift_bins_settle(slice->wide, slice->wide_count);
}

/* Room for one more entry of a bin. */
static bool
reserve_bin(struct sift_slice *slice)
{
	if (slice->wide_count < slice->wide_capacity)
		return true;
	settle(slice);
	if (slice->wide_count > 0 &&
	    slice->wide_count <= slice->wide_capacity / 2)
		return true;
	return reserve(slice, 0, 1);
}

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for samples");
}

static bool
is_low(int64_t value_ns)
{
	return value_ns >= 0 && value_ns <= UINT32_MAX;
}

void
sift_slice_put(struct sift_slice *slice, int64_t value_ns)
{
	if (is_low(value_ns))
		slice->low[slice->low_count++] = (uint32_t)value_ns;
	else
		slice->wide[slice->wide_count++] = value_ns;
}

/* The same for a slice of bins. */
static void
put_hit(struct sift_slice *slice, int64_t value_ns)
{
	slice->wide[slice->wide_count++] =
		sift_bin_entry(sift_bin_of(value_ns), 1);
}

/* The first slice with a time; slice_count when there is none. */
static size_t
first_timed(const struct sift_samples *samples)
{
	return samples->slice_count > 0 &&
	       samples->slices[0].start_s == SIFT_SLICE_UNTIMED;
}

/* Where a slice of this start is, or belongs. */
static size_t
position_of(const struct sift_samples *samples, int64_t start_s)
{
	size_t low = 0;
	size_t high = samples->slice_count;

	if (high > 0 && samples->slices[high - 1].start_s == start_s)
		return high - 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (samples->slices[middle].start_s < start_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct sift_slice *
sift_slice_covering(const struct sift_samples *samples, unsigned shift,
		    int64_t start_s)
{
	int64_t start;
	size_t at;

	if (!samples || samples->binned || samples->shift < shift)
		return NULL;
	start = sift_second_align(start_s, samples->shift);
	at = position_of(samples, start);
	return at < samples->slice_count && samples->slices[at].start_s == start
		       ? &samples->slices[at]
		       : NULL;
}

static enum sift_status
slice_at(struct sift_samples *samples, int64_t start_s, struct sift_slice **out,
	 struct sift_err *err)
{
	size_t at = position_of(samples, start_s);
	struct sift_slice *slice;

	if (at == samples->slice_count ||
	    samples->slices[at].start_s != start_s) {
		if (!grow((void **)&samples->slices, &samples->slice_capacity,
			  samples->slice_count + 1, sizeof(*slice)))
			return no_memory(err);
		slice = &samples->slices[at];
		memmove(slice + 1, slice,
			(samples->slice_count - at) * sizeof(*slice));
		*slice = (struct sift_slice){.start_s = start_s};
		samples->slice_count++;
	}
	*out = &samples->slices[at];
	return SIFT_OK;
}

static void
drop_if_empty(struct sift_samples *samples, struct sift_slice *slice)
{
	size_t after =
		samples->slice_count - (size_t)(slice + 1 - samples->slices);

	if (slice->low_count + slice->wide_count > 0)
		return;
	release_slice(slice);
	memmove(slice, slice + 1, after * sizeof(*slice));
	samples->slice_count--;
}

enum sift_status
sift_samples_slice(struct sift_samples *samples, int64_t start_s, size_t low,
		   size_t wide, struct sift_slice **out, struct sift_err *err)
{
	enum sift_status rc = slice_at(samples, start_s, out, err);

	if (rc)
		return rc;
	if (!reserve(*out, low, wide)) {
		drop_if_empty(samples, *out);
		return no_memory(err);
	}
	return SIFT_OK;
}

/* Append the values or bins of `from`, for which there is room. */
static void
append(struct sift_slice *into, const struct sift_slice *from)
{
	if (from->low_count > 0)
		memcpy(into->low + into->low_count, from->low,
		       from->low_count * sizeof(*from->low));
	if (from->wide_count > 0)
		memcpy(into->wide + into->wide_count, from->wide,
		       from->wide_count * sizeof(*from->wide));
	into->low_count += from->low_count;
	into->wide_count += from->wide_count;
}

/* Make room in the first slice of each group that coarsening will join. */
static bool
reserve_groups(struct sift_samples *samples, unsigned shift)
{
	size_t end;

	for (size_t i = first_timed(samples); i < samples->slice_count;
	     i = end) {
		struct sift_slice *head = &samples->slices[i];
		int64_t start_s = sift_second_align(head->start_s, shift);
		size_t low = 0;
		size_t wide = 0;

		for (end = i + 1; end < samples->slice_count; end++) {
			const struct sift_slice *next = &samples->slices[end];

			if (sift_second_align(next->start_s, shift) != start_s)
				break;
			low += next->low_count;
			wide += next->wide_count;
		}
		if (!reserve(head, low, wide))
			return false;
	}
	return true;
}

static enum sift_status
coarsen(struct sift_samples *samples, unsigned shift, struct sift_err *err)
{
	size_t kept = first_timed(samples);

	if (shift == samples->shift)
		return SIFT_OK;
	if (!reserve_groups(samples, shift))
		return no_memory(err);
	for (size_t i = kept; i < samples->slice_count; i++) {
		struct sift_slice slice = samples->slices[i];

		slice.start_s = sift_second_align(slice.start_s, shift);
		if (kept > first_timed(samples) &&
		    samples->slices[kept - 1].start_s == slice.start_s) {
			append(&samples->slices[kept - 1], &slice);
			release_slice(&slice);
		} else {
			samples->slices[kept++] = slice;
		}
	}
	samples->slice_count = kept;
	samples->shift = shift;
	return SIFT_OK;
}

/* The smallest shift, from `shift` on, at which a range is short enough. */
static unsigned
shift_for(int64_t first_s, int64_t last_s, unsigned shift)
{
	for (;; shift++) {
		int64_t first = sift_second_align(first_s, shift);
		int64_t last = sift_second_align(last_s, shift);

		if ((last - first) >> shift < SIFT_SLICES_MAX)
			return shift;
	}
}

/* Let the slices cover seconds from `first_s` to `last_s` as well. */
static enum sift_status
cover(struct sift_samples *samples, int64_t first_s, int64_t last_s,
      unsigned shift, struct sift_err *err)
{
	size_t first = first_timed(samples);

	if (first < samples->slice_count) {
		int64_t low = samples->slices[first].start_s;
		int64_t high =
			samples->slices[samples->slice_count - 1].start_s;

		first_s = low < first_s ? low : first_s;
		last_s = high > last_s ? high : last_s;
	}
	if (shift < samples->shift)
		shift = samples->shift;
	return coarsen(samples, shift_for(first_s, last_s, shift), err);
}

/* The slice of the latest times, if it starts there; else NULL. */
static struct sift_slice *
newest(const struct sift_samples *samples, int64_t start_s)
{
	struct sift_slice *slice;

	if (samples->slice_count == 0)
		return NULL;
	slice = &samples->slices[samples->slice_count - 1];
	return slice->start_s == start_s ? slice : NULL;
}

/* Room for one value of this time, whatever it takes. */
static enum sift_status
slice_for(struct sift_samples *samples, int64_t time_ns, bool low,
	  struct sift_slice **out, struct sift_err *err)
{
	int64_t start_s = SIFT_SLICE_UNTIMED;
	enum sift_status rc = SIFT_OK;

	if (time_ns != SIFT_INSTANT_NONE) {
		int64_t second = sift_second_of(time_ns);

		rc = cover(samples, second, second, 0, err);
		start_s = sift_second_align(second, samples->shift);
	}
	if (rc)
		return rc;
	if (!samples->binned)
		return sift_samples_slice(samples, start_s, low, !low, out,
					  err);
	rc = slice_at(samples, start_s, out, err);
	if (rc == SIFT_OK && !reserve_bin(*out)) {
		drop_if_empty(samples, *out);
		rc = no_memory(err);
	}
	return rc;
}

enum sift_status
sift_samples_add(struct sift_samples *samples, int64_t time_ns,
		 int64_t value_ns, struct sift_err *err)
{
	bool low = is_low(value_ns);
	struct sift_slice *slice =
		newest(samples, sift_second_align(sift_second_of(time_ns),
						  samples->shift));

	/* The newest slice with room is the way that nearly all take. */
	if (!slice || !low || slice->low_count == slice->low_capacity ||
	    time_ns == SIFT_INSTANT_NONE) {
		enum sift_status rc =
			slice_for(samples, time_ns, low, &slice, err);

		if (rc)
			return rc;
	}
	if (samples->binned)
		put_hit(slice, value_ns);
	else
		sift_slice_put(slice, value_ns);
	sift_moments_add(&samples->all, value_ns);
	return SIFT_OK;
}

/* The bins of a slice, settled, in an array of its own; NULL when memory is
   out. */
static int64_t *
bins_of(const struct sift_slice *slice, uint32_t *out_count)
{
	size_t count = (size_t)slice->low_count + slice->wide_count;
	struct sift_slice hits = {0};
	int64_t *fit;

	if (!reserve(&hits, 0, count))
		return NULL;
	for (size_t i = 0; i < slice->low_count; i++)
		put_hit(&hits, slice->low[i]);
	for (size_t i = 0; i < slice->wide_count; i++)
		put_hit(&hits, slice->wide[i]);
	settle(&hits);
	*out_count = hits.wide_count;
	fit = sift_realloc(hits.wide, hits.wide_count * sizeof(*fit));
	return fit ? fit : hits.wide;
}

/* Fold a slice in, of values or of bins as `into` is. */
static enum sift_status
merge_alike(struct sift_samples *into, const struct sift_slice *from,
	    struct sift_err *err)
{
	int64_t start_s = from->start_s;
	struct sift_slice *slice;
	enum sift_status rc;

	if (start_s != SIFT_SLICE_UNTIMED)
		start_s = sift_second_align(start_s, into->shift);
	rc = sift_samples_slice(into, start_s, from->low_count,
				from->wide_count, &slice, err);
	if (rc)
		return rc;
	append(slice, from);
	if (into->binned)
		settle(slice);
	return SIFT_OK;
}

static enum sift_status
merge_slice(struct sift_samples *into, const struct sift_slice *from,
	    bool from_binned, struct sift_err *err)
{
	struct sift_slice hits = {.start_s = from->start_s};
	enum sift_status rc;

	if (from_binned || !into->binned)
		return merge_alike(into, from, err);
	hits.wide = bins_of(from, &hits.wide_count);
	if (!hits.wide)
		return no_memory(err);
	rc = merge_alike(into, &hits, err);
	release_slice(&hits);
	return rc;
}

/* Fewer than 2^32 values below 2^32: their sum has 64 bits. */
static struct sift_moments
moments_of_low(const struct sift_slice *slice)
{
	uint32_t min = UINT32_MAX;
	uint32_t max = 0;
	uint64_t sum = 0;
	sift_u128 squares = 0;

	for (size_t i = 0; i < slice->low_count; i++) {
		uint32_t value = slice->low[i];

		min = value < min ? value : min;
		max = value > max ? value : max;
		sum += value;
	}
	for (size_t i = 0; i < slice->low_count; i++)
		squares += (uint64_t)slice->low[i] * slice->low[i];
	return (struct sift_moments){
		.sum = sum,
		.squares = squares,
		.count = slice->low_count,
		.min = min,
		.max = max,
	};
}

void
sift_samples_recount(struct sift_samples *samples)
{
	samples->all = (struct sift_moments){0};
	for (size_t i = 0; i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];
		struct sift_moments low = moments_of_low(slice);

		sift_moments_merge(&samples->all, &low);
		for (size_t at = 0; at < slice->wide_count; at++)
			sift_moments_add(&samples->all, slice->wide[at]);
	}
}

enum sift_status
sift_samples_merge(struct sift_samples *into, const struct sift_samples *from,
		   struct sift_err *err)
{
	size_t first = first_timed(from);
	enum sift_status rc = SIFT_OK;

	if (from->binned)
		rc = sift_samples_bin(into, err);
	if (rc == SIFT_OK && first < from->slice_count)
		rc = cover(into, from->slices[first].start_s,
			   from->slices[from->slice_count - 1].start_s,
			   from->shift, err);
	for (size_t i = 0; rc == SIFT_OK && i < from->slice_count; i++)
		rc = merge_slice(into, &from->slices[i], from->binned, err);
	if (rc == SIFT_OK)
		sift_moments_merge(&into->all, &from->all);
	else if (!into->binned) /* some of it may be there */
		sift_samples_recount(into);
	return rc;
}

enum sift_status
sift_samples_bin(struct sift_samples *samples, struct sift_err *err)
{
	int64_t *bins[SIFT_SLICES_MAX + 1] = {NULL};
	uint32_t counts[SIFT_SLICES_MAX + 1] = {0};
	bool enough = true;

	if (samples->binned)
		return SIFT_OK;
	for (size_t i = 0; enough && i < samples->slice_count; i++) {
		bins[i] = bins_of(&samples->slices[i], &counts[i]);
		enough = bins[i] != NULL;
	}
	for (size_t i = 0; i < samples->slice_count; i++) {
		struct sift_slice *slice = &samples->slices[i];

		if (!enough) {
			sift_free(bins[i]);
			continue;
		}
		release_slice(slice);
		*slice = (struct sift_slice){
			.start_s = slice->start_s,
			.wide = bins[i],
			.wide_count = counts[i],
			.wide_capacity = counts[i],
		};
	}
	samples->binned = enough;
	return enough ? SIFT_OK : no_memory(err);
}

void
sift_samples_sort(struct sift_samples *samples)
{
	for (size_t i = 0; i < samples->slice_count; i++) {
		struct sift_slice *slice = &samples->slices[i];

		sift_sort_u32(slice->low, slice->low_count);
		if (samples->binned)
			settle(slice);
		else
			sift_sort_i64(slice->wide, slice->wide_count);
	}
}
