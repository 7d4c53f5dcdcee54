/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Percentiles by selection. A percentile needs two neighbours of the sorted
 * values, their ranks are known beforehand. Values beyond 32 bits are few
 * and are sorted. The others are counted in cells of equal width; only values
 * of cells that hold a wanted rank are collected and sorted. So millions of
 * values cost two readings, and 72 KiB beside a fraction of them. Of binned
 * samples the ranks are found among the bins.
 */

#include <config.h>

#include "digest/latency.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/mem.h"
#include "digest/bins.h"
#include "digest/slice.h"
#include "digest/sort.h"
#include "model/figures.h"
#include "stat/percentile_range.h"

/* Below this it is cheaper to sort all than to look at all cells, of which the
   widest are half a millisecond. */
#define COUNTING_MIN 4096
#define CELLS 8192

#define NS_PER_MS 1e6

static const struct {
	enum sift_stat stat;
	uint64_t numerator;
	uint64_t denominator;
} percentiles[] = {
	{SIFT_STAT_P50, 50, 100},    {SIFT_STAT_P90, 90, 100},
	{SIFT_STAT_P95, 95, 100},    {SIFT_STAT_P99, 99, 100},
	{SIFT_STAT_P999, 999, 1000},
};

#define PERCENTILES (sizeof(percentiles) / sizeof(percentiles[0]))

/* Of a percentile two ranks are asked for, and so of a range. */
#define RANKS (2 * PERCENTILES)

/* What is asked for, and where the answers go. */
struct selection {
	const struct sift_samples *const *sets;
	size_t set_count;
	struct sift_moments all;
	bool binned;
	uint64_t low_count;
	uint64_t wide_count;
	size_t rank_count;
	uint64_t ranks[RANKS]; /* of all values sorted */
	int64_t values[RANKS]; /* at these ranks */
};

/* i = (n-1)p in integers: the rank and the numerator of what is over it. */
static uint64_t
split_rank(uint64_t count, uint64_t numerator, uint64_t denominator,
	   uint64_t *out_rest)
{
	sift_u128 product = (sift_u128)(count - 1) * numerator;

	*out_rest = (uint64_t)(product % denominator);
	return (uint64_t)(product / denominator);
}

static int64_t
interpolate(int64_t low, int64_t high, uint64_t rest, uint64_t denominator)
{
	sift_i128 gap = (sift_i128)high - low;
	sift_i128 part = (gap * rest + denominator / 2) / denominator;

	return (int64_t)(low + part);
}

/* ---- reading all values ---- */

/* The next slice of all sets; NULL after the last. Begin with both 0. */
static const struct sift_slice *
next_slice(const struct selection *s, size_t *set, size_t *at)
{
	while (*set < s->set_count && *at >= s->sets[*set]->slice_count) {
		*at = 0;
		++*set;
	}
	if (*set >= s->set_count)
		return NULL;
	return &s->sets[*set]->slices[(*at)++];
}

static void
count_values(struct selection *s)
{
	const struct sift_slice *slice;
	size_t set = 0;
	size_t at = 0;

	for (slice = next_slice(s, &set, &at); slice;
	     slice = next_slice(s, &set, &at)) {
		s->low_count += slice->low_count;
		s->wide_count += slice->wide_count;
	}
}

/* ---- selection ---- */

static void *
new_array(uint64_t count, size_t size)
{
	if (count > SIZE_MAX / size)
		return NULL;
	return sift_malloc((size_t)count * size);
}

/*
 * The answers among the wide values. Returns how many of them are negative,
 * which is where the low values begin; -1 when memory is out.
 */
static int64_t
select_wide(struct selection *s)
{
	const struct sift_slice *slice;
	int64_t *wide;
	size_t set = 0;
	size_t at = 0;
	size_t count = 0;
	size_t negative = 0;

	if (s->wide_count == 0)
		return 0;
	wide = new_array(s->wide_count, sizeof(*wide));
	if (!wide)
		return -1;
	for (slice = next_slice(s, &set, &at); slice;
	     slice = next_slice(s, &set, &at)) {
		for (size_t i = 0; i < slice->wide_count; i++)
			wide[count++] = slice->wide[i];
	}
	sift_sort_i64(wide, count);
	while (negative < count && wide[negative] < 0)
		negative++;
	for (size_t i = 0; i < s->rank_count; i++) {
		uint64_t rank = s->ranks[i];

		if (rank < negative)
			s->values[i] = wide[rank];
		else if (rank >= negative + s->low_count)
			s->values[i] = wide[rank - s->low_count];
	}
	sift_free(wide);
	return (int64_t)negative;
}

/* Is the answer to rank i a low value, and which of them? */
static bool
low_rank(const struct selection *s, size_t i, uint64_t negative, uint64_t *out)
{
	if (s->ranks[i] < negative || s->ranks[i] - negative >= s->low_count)
		return false;
	*out = s->ranks[i] - negative;
	return true;
}

static bool
select_by_sorting(struct selection *s, uint64_t negative)
{
	const struct sift_slice *slice;
	uint32_t *low = new_array(s->low_count, sizeof(*low));
	size_t set = 0;
	size_t at = 0;
	size_t count = 0;
	uint64_t rank;

	if (!low)
		return false;
	for (slice = next_slice(s, &set, &at); slice;
	     slice = next_slice(s, &set, &at)) {
		for (size_t i = 0; i < slice->low_count; i++)
			low[count++] = slice->low[i];
	}
	sift_sort_u32(low, count);
	for (size_t i = 0; i < s->rank_count; i++) {
		if (low_rank(s, i, negative, &rank))
			s->values[i] = low[rank];
	}
	sift_free(low);
	return true;
}

/* Values of one width, by their upper bits. */
struct cells {
	unsigned shift;		    /* a cell holds 2^shift low values */
	uint64_t firsts[CELLS + 1]; /* how many values lie in cells before */
	bool is_wanted[CELLS];	    /* does it hold a wanted rank? */
};

/*
 * Values are sorted mostly, so that neighbours hit the same cell, and each
 * would have to wait for the one before it to be counted. Those of four places
 * far from each other need not.
 */
static void
count_slice(const struct sift_slice *slice, unsigned shift, uint64_t *counts)
{
	const uint32_t *low = slice->low;
	size_t quarter = slice->low_count / 4;

	for (size_t i = 0; i < quarter; i++) {
		counts[low[i] >> shift]++;
		counts[low[quarter + i] >> shift]++;
		counts[low[2 * quarter + i] >> shift]++;
		counts[low[3 * quarter + i] >> shift]++;
	}
	for (size_t i = 4 * quarter; i < slice->low_count; i++)
		counts[low[i] >> shift]++;
}

static void
count_cells(const struct selection *s, struct cells *cells)
{
	const struct sift_slice *slice;
	size_t set = 0;
	size_t at = 0;
	uint64_t before = 0;

	for (slice = next_slice(s, &set, &at); slice;
	     slice = next_slice(s, &set, &at)) {
		count_slice(slice, cells->shift, cells->firsts);
	}
	for (size_t cell = 0; cell <= CELLS; cell++) {
		uint64_t here = cells->firsts[cell];

		cells->firsts[cell] = before;
		before += here;
	}
}

/* The last cell that begins at this rank or before it, so no empty one. */
static size_t
cell_of(const struct cells *cells, uint64_t rank)
{
	size_t low = 0;
	size_t high = CELLS;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (cells->firsts[middle] <= rank)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Returns how many values to collect. */
static uint64_t
mark_cells(const struct selection *s, uint64_t negative, struct cells *cells)
{
	uint64_t count = 0;
	uint64_t rank;

	for (size_t i = 0; i < s->rank_count; i++) {
		size_t cell;

		if (!low_rank(s, i, negative, &rank))
			continue;
		cell = cell_of(cells, rank);
		if (!cells->is_wanted[cell])
			count += cells->firsts[cell + 1] - cells->firsts[cell];
		cells->is_wanted[cell] = true;
	}
	return count;
}

/* Each value is put where the next one wanted goes, for which there must be
   room to the last: which of them is, no processor foresees. */
static size_t
collect(const struct selection *s, const struct cells *cells, uint32_t *out)
{
	const unsigned shift = cells->shift;
	const struct sift_slice *slice;
	size_t set = 0;
	size_t at = 0;
	size_t count = 0;

	for (slice = next_slice(s, &set, &at); slice;
	     slice = next_slice(s, &set, &at)) {
		const size_t low_count = slice->low_count;

		for (size_t i = 0; i < low_count; i++) {
			uint32_t value = slice->low[i];

			out[count] = value;
			count += cells->is_wanted[value >> shift];
		}
	}
	return count;
}

/* Of the values collected those of a cell stand together. */
static void
take_collected(struct selection *s, uint64_t negative,
	       const struct cells *cells, const uint32_t *sorted, size_t count)
{
	uint64_t rank;

	for (size_t i = 0; i < s->rank_count; i++) {
		size_t cell, place;

		if (!low_rank(s, i, negative, &rank))
			continue;
		cell = cell_of(cells, rank);
		place = sift_sorted_below(sorted, count,
					  (int64_t)cell << cells->shift);
		s->values[i] = sorted[place + (rank - cells->firsts[cell])];
	}
}

static int64_t
max_low(const struct selection *s)
{
	return s->all.max < UINT32_MAX ? s->all.max : UINT32_MAX;
}

static bool
select_by_counting(struct selection *s, uint64_t negative)
{
	struct cells *cells = sift_calloc(1, sizeof(*cells));
	uint32_t *found;
	size_t count;

	if (!cells)
		return false;
	while ((uint64_t)max_low(s) >> cells->shift >= CELLS)
		cells->shift++;
	count_cells(s, cells);
	found = new_array(mark_cells(s, negative, cells) + 1, sizeof(*found));
	if (found) {
		count = collect(s, cells, found);
		sift_sort_u32(found, count);
		take_collected(s, negative, cells, found, count);
	}
	sift_free(cells);
	sift_free(found);
	return found != NULL;
}

static bool
select_exact(struct selection *s)
{
	int64_t negative;

	count_values(s);
	negative = select_wide(s);
	if (negative < 0)
		return false;
	if (s->low_count < COUNTING_MIN)
		return select_by_sorting(s, (uint64_t)negative);
	return select_by_counting(s, (uint64_t)negative);
}

/* ---- binned samples ---- */

/* Hits per bin of all sets; binned and others may be mixed. */
static void
count_hits(const struct selection *s, int first, uint64_t *hits)
{
	for (size_t i = 0; i < s->set_count; i++) {
		const struct sift_samples *set = s->sets[i];

		for (size_t at = 0; at < set->slice_count; at++) {
			const struct sift_slice *slice = &set->slices[at];

			for (size_t j = 0; j < slice->low_count; j++)
				hits[sift_bin_of(slice->low[j]) - first]++;
			for (size_t j = 0; j < slice->wide_count; j++) {
				int64_t wide = slice->wide[j];

				if (set->binned)
					hits[sift_bin_number(wide) - first] +=
						sift_bin_count(wide);
				else
					hits[sift_bin_of(wide) - first]++;
			}
		}
	}
}

/* What stands for a bin, which is never outside the values seen. */
static int64_t
value_of(const struct selection *s, int bin)
{
	int64_t value = sift_bin_middle(bin);

	value = value < s->all.min ? s->all.min : value;
	return value > s->all.max ? s->all.max : value;
}

static bool
select_bins(struct selection *s)
{
	int first = sift_bin_of(s->all.min);
	int last = sift_bin_of(s->all.max);
	uint64_t *hits = sift_calloc((size_t)(last - first) + 1, sizeof(*hits));
	uint64_t below = 0;

	if (!hits)
		return false;
	count_hits(s, first, hits);
	for (int bin = first; bin <= last; bin++) {
		uint64_t here = hits[bin - first];

		for (size_t i = 0; here > 0 && i < s->rank_count; i++) {
			if (s->ranks[i] >= below && s->ranks[i] - below < here)
				s->values[i] = value_of(s, bin);
		}
		below += here;
	}
	sift_free(hits);
	return true;
}

static bool
select_values(struct selection *s)
{
	return s->binned ? select_bins(s) : select_exact(s);
}

static struct selection
start(const struct sift_samples *const *sets, size_t count)
{
	struct selection s = {.sets = sets, .set_count = count};

	for (size_t i = 0; i < count; i++) {
		sift_moments_merge(&s.all, &sets[i]->all);
		s.binned = s.binned || sets[i]->binned;
	}
	return s;
}

static enum sift_status
no_memory(const struct selection *s, struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for %llu values",
			 (unsigned long long)s->all.count);
}

static bool
fill_percentiles(struct selection *s, struct sift_latency *out)
{
	uint64_t count = s->all.count;
	uint64_t rests[PERCENTILES];

	for (size_t i = 0; i < PERCENTILES; i++) {
		uint64_t rank =
			split_rank(count, percentiles[i].numerator,
				   percentiles[i].denominator, &rests[i]);

		s->ranks[2 * i] = rank;
		s->ranks[2 * i + 1] = rank + 1 < count ? rank + 1 : rank;
	}
	s->rank_count = 2 * PERCENTILES;
	if (!select_values(s))
		return false;
	for (size_t i = 0; i < PERCENTILES; i++) {
		int64_t value =
			interpolate(s->values[2 * i], s->values[2 * i + 1],
				    rests[i], percentiles[i].denominator);

		out->ms[percentiles[i].stat] = (double)value / NS_PER_MS;
	}
	return true;
}

enum sift_status
sift_samples_latency(const struct sift_samples *const *sets, size_t count,
		     struct sift_latency *out, struct sift_err *err)
{
	struct selection s = start(sets, count);

	sift_latency_init(out);
	if (s.all.count == 0)
		return SIFT_OK;
	if (!fill_percentiles(&s, out))
		return no_memory(&s, err);
	out->ms[SIFT_STAT_MIN] = (double)s.all.min / NS_PER_MS;
	out->ms[SIFT_STAT_MAX] = (double)s.all.max / NS_PER_MS;
	out->ms[SIFT_STAT_MEAN] =
		sift_ratio_i128(s.all.sum, s.all.count) / NS_PER_MS;
	out->ms[SIFT_STAT_STDDEV] = sift_moments_stddev(&s.all) / NS_PER_MS;
	return SIFT_OK;
}

/* The ranks of a range's ends, at the outermost values at most. */
static void
add_range_ranks(struct selection *s, double share)
{
	uint64_t count = s->all.count;
	struct sift_rank_range range = sift_percentile_ranks(count, share);
	uint64_t *ranks = &s->ranks[s->rank_count];

	ranks[0] = range.low > 0 ? range.low - 1 : 0;
	ranks[1] = range.high <= count ? range.high - 1 : count - 1;
	s->rank_count += 2;
}

static struct sift_latency_range
range_between(const int64_t ends[2])
{
	struct sift_percentile_range range = sift_percentile_range_of(
		(double)ends[0] / NS_PER_MS, (double)ends[1] / NS_PER_MS);

	return (struct sift_latency_range){range.low, range.high, range.sd};
}

enum sift_status
sift_samples_ranges(const struct sift_samples *const *sets, size_t count,
		    struct sift_latency_range *p50,
		    struct sift_latency_range *p95, struct sift_err *err)
{
	struct selection s = start(sets, count);

	*p50 = *p95 = (struct sift_latency_range){NAN, NAN, NAN};
	if (s.all.count == 0)
		return SIFT_OK;
	add_range_ranks(&s, 0.50);
	add_range_ranks(&s, 0.95);
	if (!select_values(&s))
		return no_memory(&s, err);
	*p50 = range_between(&s.values[0]);
	*p95 = range_between(&s.values[2]);
	return SIFT_OK;
}

/* ---- counting ---- */

static uint64_t
slice_above(const struct sift_slice *slice, bool binned, int64_t limit)
{
	uint64_t above = 0;

	for (uint32_t i = 0; i < slice->low_count; i++)
		above += slice->low[i] > limit;
	for (uint32_t i = 0; i < slice->wide_count; i++) {
		int64_t wide = slice->wide[i];

		if (!binned)
			above += wide > limit;
		else if (sift_bin_middle(sift_bin_number(wide)) > limit)
			above += sift_bin_count(wide);
	}
	return above;
}

uint64_t
sift_samples_above(const struct sift_samples *const *sets, size_t count,
		   int64_t limit)
{
	uint64_t above = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sets[i]->slice_count; k++)
			above += slice_above(&sets[i]->slices[k],
					     sets[i]->binned, limit);
	return above;
}
