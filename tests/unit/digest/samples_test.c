/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/mem.h"
#include "digest/bins.h"
#include "digest/digest_io.h"
#include "digest/latency.h"
#include "digest/samples.h"
#include "digest/slice.h"
#include "digest/sort.h"

#define SECOND INT64_C(1000000000)

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static int
compare_i64(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left;
	int64_t b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

static int
compare_u32(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left;
	uint32_t b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

/* What must be true of samples after every step. */
static void
check_samples(const struct sift_samples *samples)
{
	uint64_t count = 0;
	int64_t first = 0, last = 0;
	size_t timed = 0;

	for (size_t i = 0; i < samples->slice_count; i++) {
		const struct sift_slice *slice = &samples->slices[i];

		count += slice->low_count;
		for (size_t at = 0; at < slice->wide_count; at++)
			count += samples->binned
					 ? sift_bin_count(slice->wide[at])
					 : 1;
		ck_assert(!samples->binned || slice->low_count == 0);
		ck_assert_uint_gt(slice->low_count + slice->wide_count, 0);
		if (i > 0)
			ck_assert_int_lt(slice[-1].start_s, slice->start_s);
		if (slice->start_s == SIFT_SLICE_UNTIMED)
			continue;
		ck_assert_int_eq(
			sift_second_align(slice->start_s, samples->shift),
			slice->start_s);
		first = timed++ ? first : slice->start_s;
		last = slice->start_s;
	}
	ck_assert_uint_eq(count, samples->all.count);
	ck_assert_int_lt((last - first) >> samples->shift, SIFT_SLICES_MAX);
}

static void
add(struct sift_samples *samples, int64_t time_ns, int64_t value_ns)
{
	ck_assert_int_eq(sift_samples_add(samples, time_ns, value_ns, NULL),
			 SIFT_OK);
}

static void
assert_same(const struct sift_samples *a, const struct sift_samples *b)
{
	ck_assert_uint_eq(a->shift, b->shift);
	ck_assert(a->binned == b->binned);
	ck_assert_uint_eq(a->all.count, b->all.count);
	ck_assert(a->all.sum == b->all.sum);
	ck_assert(a->all.squares == b->all.squares);
	ck_assert_uint_eq(a->all.squares_above, b->all.squares_above);
	ck_assert_uint_eq(a->slice_count, b->slice_count);
	ck_assert(a->all.count == 0 ||
		  (a->all.min == b->all.min && a->all.max == b->all.max));
	for (size_t i = 0; i < a->slice_count; i++) {
		const struct sift_slice *x = &a->slices[i];
		const struct sift_slice *y = &b->slices[i];

		ck_assert_int_eq(x->start_s, y->start_s);
		ck_assert_uint_eq(x->low_count, y->low_count);
		ck_assert_uint_eq(x->wide_count, y->wide_count);
		if (x->low_count)
			ck_assert_mem_eq(x->low, y->low, 4 * x->low_count);
		if (x->wide_count)
			ck_assert_mem_eq(x->wide, y->wide, 8 * x->wide_count);
	}
}

/* ---- sort.h ---- */

static const size_t sizes[] = {0,  1,  2,   3,	 31,  32,   33,
			       64, 99, 255, 256, 257, 1000, 70000};

/* With little memory the slow way must give the same. */
START_TEST(numbers_are_sorted_with_and_without_memory)
{
	size_t count = sizes[_i / 6];
	int64_t *wide = calloc(count + 1, sizeof(*wide));
	int64_t *wide_wanted = calloc(count + 1, sizeof(*wide));
	uint32_t *low = calloc(count + 1, sizeof(*low));
	uint32_t *low_wanted = calloc(count + 1, sizeof(*low));
	uint64_t state = (uint64_t)_i + 1;
	unsigned shift = _i / 2 % 3 == 0 ? 0 : _i / 2 % 3 == 1 ? 20 : 56;

	for (size_t i = 0; i < count; i++) {
		wide[i] = (int64_t)(next_random(&state) >> shift);
		if (i % 5 == 0)
			wide[i] = -wide[i];
		low[i] = (uint32_t)wide[i];
	}
	memcpy(wide_wanted, wide, count * sizeof(*wide));
	memcpy(low_wanted, low, count * sizeof(*low));
	qsort(wide_wanted, count, sizeof(*wide), compare_i64);
	qsort(low_wanted, count, sizeof(*low), compare_u32);
	sift_mem_fail_at((uint64_t)_i % 2, 1);
	sift_sort_i64(wide, count);
	sift_sort_u32(low, count);
	sift_mem_fail_at(0, 0);
	for (size_t i = 0; i < count; i++) {
		ck_assert_int_eq(wide[i], wide_wanted[i]);
		ck_assert_uint_eq(low[i], low_wanted[i]);
	}
	free(wide);
	free(wide_wanted);
	free(low);
	free(low_wanted);
}
END_TEST

START_TEST(places_among_sorted_numbers_are_the_first)
{
	static const uint32_t values[] = {0, 3, 3, 3, 7, UINT32_MAX};
	static const struct {
		int64_t value;
		size_t below;
	} wanted[] = {
		{INT64_MIN, 0},	 {-1, 0},
		{0, 0},		 {1, 1},
		{3, 1},		 {4, 4},
		{7, 4},		 {8, 5},
		{UINT32_MAX, 5}, {INT64_C(1) << 32, 6},
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		ck_assert_uint_eq(sift_sorted_below(values, 6, wanted[i].value),
				  wanted[i].below);
	ck_assert_uint_eq(sift_sorted_below(values, 0, 1), 0);
}
END_TEST

/* ---- slices ---- */

START_TEST(slices_are_as_fine_as_64_of_them_allow)
{
	static const struct {
		int64_t first_s, last_s;
		unsigned shift;
	} ranges[] = {
		{0, 0, 0},
		{0, 63, 0},
		{0, 64, 1},
		{1, 64, 0},
		{-1, 62, 0},
		{-1, 63, 1},
		{0, 127, 1},
		{0, 128, 2},
		{63, 64 * 64 + 62, 7},
		{-100, -37, 0},
		{-100, -36, 1},
		{0, 1800000000, 25},
		{-9223372036, 9223372036, 29},
	};
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct sift_samples there, back;

		sift_samples_init(&there);
		sift_samples_init(&back);
		add(&there, ranges[i].first_s * SECOND, 1);
		add(&there, ranges[i].last_s * SECOND, 2);
		add(&back, ranges[i].last_s * SECOND, 2);
		add(&back, ranges[i].first_s * SECOND, 1);
		check_samples(&there);
		sift_samples_sort(&there);
		sift_samples_sort(&back);
		ck_assert_uint_eq(there.shift, ranges[i].shift);
		assert_same(&there, &back);
		sift_samples_release(&there);
		sift_samples_release(&back);
	}
}
END_TEST

START_TEST(times_before_1970_round_to_the_past)
{
	ck_assert_int_eq(sift_second_of(-1), -1);
	ck_assert_int_eq(sift_second_of(-SECOND), -1);
	ck_assert_int_eq(sift_second_of(-SECOND - 1), -2);
	ck_assert_int_eq(sift_second_of(SECOND - 1), 0);
	ck_assert_int_eq(sift_second_of(INT64_MIN + 1), -9223372037);
	ck_assert_int_eq(sift_second_align(-1, 2), -4);
	ck_assert_int_eq(sift_second_align(-4, 2), -4);
	ck_assert_int_eq(sift_second_align(7, 2), 4);
}
END_TEST

START_TEST(samples_without_time_keep_apart_from_those_with)
{
	struct sift_samples samples;

	sift_samples_init(&samples);
	add(&samples, SIFT_INSTANT_NONE, 5);
	add(&samples, INT64_MAX, 6);
	add(&samples, INT64_MIN + 1, 7);
	add(&samples, SIFT_INSTANT_NONE, -5);
	check_samples(&samples);
	ck_assert_int_eq(samples.slices[0].start_s, SIFT_SLICE_UNTIMED);
	ck_assert_uint_eq(samples.slices[0].low_count, 1);
	ck_assert_uint_eq(samples.slices[0].wide_count, 1);
	sift_samples_release(&samples);
}
END_TEST

struct sample {
	int64_t time_ns, value_ns;
};

/* Odd ones among many ordinary ones, times that jump. */
static void
make_samples(struct sample *out, size_t count, uint64_t seed)
{
	uint64_t state = seed * 2654435769 + 1;

	for (size_t i = 0; i < count; i++) {
		uint64_t kind = next_random(&state) % 100;

		out[i].time_ns = 1700000000 * SECOND +
				 (int64_t)(next_random(&state) % 900) * SECOND;
		out[i].value_ns = (int64_t)(next_random(&state) % 250000000);
		if (kind == 0)
			out[i].value_ns = (int64_t)next_random(&state);
		if (kind == 1)
			out[i].time_ns = SIFT_INSTANT_NONE;
		if (kind == 2)
			out[i].value_ns = UINT32_MAX + (int64_t)kind - 2;
		if (kind == 3)
			out[i].value_ns = UINT32_MAX + INT64_C(1);
		if (kind == 4 && seed % 2)
			out[i].time_ns = (int64_t)next_random(&state);
	}
}

#define MANY 3000

START_TEST(order_and_parts_do_not_matter)
{
	struct sample *all = calloc(MANY, sizeof(*all));
	struct sift_samples whole, shuffled, parts[3], joined;
	uint64_t state = 99;

	make_samples(all, MANY, (uint64_t)_i);
	sift_samples_init(&whole);
	sift_samples_init(&shuffled);
	sift_samples_init(&joined);
	for (size_t i = 0; i < 3; i++)
		sift_samples_init(&parts[i]);
	for (size_t i = 0; i < MANY; i++) {
		add(&whole, all[i].time_ns, all[i].value_ns);
		add(&parts[next_random(&state) % 3], all[i].time_ns,
		    all[i].value_ns);
		check_samples(&whole);
	}
	for (size_t i = MANY - 1; i > 0; i--) {
		size_t other = next_random(&state) % (i + 1);
		struct sample swap = all[i];

		all[i] = all[other];
		all[other] = swap;
	}
	for (size_t i = 0; i < MANY; i++)
		add(&shuffled, all[i].time_ns, all[i].value_ns);
	for (size_t i = 0; i < 3; i++) {
		size_t part = (i + (size_t)_i) % 3;

		ck_assert_int_eq(
			sift_samples_merge(&joined, &parts[part], NULL),
			SIFT_OK);
		check_samples(&joined);
	}
	sift_samples_sort(&whole);
	sift_samples_sort(&shuffled);
	sift_samples_sort(&joined);
	assert_same(&whole, &shuffled);
	assert_same(&whole, &joined);
	sift_samples_recount(&joined);
	assert_same(&whole, &joined);
	sift_samples_release(&whole);
	sift_samples_release(&shuffled);
	sift_samples_release(&joined);
	for (size_t i = 0; i < 3; i++)
		sift_samples_release(&parts[i]);
	free(all);
}
END_TEST

START_TEST(merge_of_empty_changes_nothing)
{
	struct sift_samples samples, empty, copy;

	sift_samples_init(&samples);
	sift_samples_init(&empty);
	sift_samples_init(&copy);
	add(&samples, 5 * SECOND, 7);
	add(&copy, 5 * SECOND, 7);
	ck_assert_int_eq(sift_samples_merge(&samples, &empty, NULL), SIFT_OK);
	assert_same(&samples, &copy);
	ck_assert_int_eq(sift_samples_merge(&empty, &samples, NULL), SIFT_OK);
	assert_same(&samples, &empty);
	sift_samples_release(&samples);
	sift_samples_release(&empty);
	sift_samples_release(&copy);
}
END_TEST

/* ---- bytes ---- */

static void
assert_survives(struct sift_samples *samples, enum sift_samples_form form)
{
	struct sift_samples *again = NULL;
	struct sift_reading_place in = {0};
	struct sift_buf bytes;

	sift_buf_init(&bytes, 0);
	if (form != SIFT_SAMPLES_UNSORTED)
		sift_samples_sort(samples);
	sift_write_samples(&bytes, samples, form);
	in.at = (const unsigned char *)bytes.ptr;
	in.end = in.at + bytes.len;
	sift_read_samples(&in, form, &again);
	ck_assert_int_eq(in.status, SIFT_OK);
	ck_assert(in.at == in.end);
	assert_same(samples, again);
	sift_samples_free(again);
	sift_buf_release(&bytes);
}

/* A distance is a row of ones: of any length, beginning at any bit. */
START_TEST(a_value_far_from_the_others_survives)
{
	for (int64_t distance = 0; distance < 300; distance++) {
		for (int64_t before = 100; before < 108; before++) {
			struct sift_samples samples;

			sift_samples_init(&samples);
			for (int64_t i = 0; i < before; i++)
				add(&samples, 0, i);
			add(&samples, 0, before + distance);
			add(&samples, 0, before + distance + 1);
			assert_survives(&samples, SIFT_SAMPLES_UNSORTED);
			assert_survives(&samples, SIFT_SAMPLES_SORTED);
			sift_samples_release(&samples);
		}
	}
}
END_TEST

/* ---- histograms ---- */

/* Of any number of bytes: those that are there are read, no more of them. */
START_TEST(unsorted_samples_survive_or_are_damage)
{
	struct sample *all = calloc(MANY, sizeof(*all));
	struct sift_samples samples;
	struct sift_buf bytes;

	make_samples(all, MANY, (uint64_t)_i);
	sift_samples_init(&samples);
	for (size_t i = 0; i < MANY; i++)
		add(&samples, all[i].time_ns, all[i].value_ns);
	assert_survives(&samples, SIFT_SAMPLES_UNSORTED);
	sift_buf_init(&bytes, 0);
	sift_write_samples(&bytes, &samples, SIFT_SAMPLES_UNSORTED);
	for (size_t len = 0; len < bytes.len; len += 1 + len / 50) {
		struct sift_samples *again = NULL;
		struct sift_reading_place in = {0};
		unsigned char *copy = malloc(len + 1);

		memcpy(copy, bytes.ptr, len);
		in.at = copy;
		in.end = copy + len;
		sift_read_samples(&in, SIFT_SAMPLES_UNSORTED, &again);
		ck_assert_int_eq(in.status, SIFT_E_FORMAT);
		ck_assert_ptr_null(again);
		free(copy);
	}
	sift_buf_release(&bytes);
	sift_samples_release(&samples);
	free(all);
}
END_TEST

START_TEST(bins_rise_and_hold_their_middle)
{
	int64_t last = INT64_MIN;

	for (int bin = -SIFT_BIN_MAX - 1; bin <= SIFT_BIN_MAX; bin++) {
		int64_t middle = sift_bin_middle(bin);

		ck_assert_int_eq(sift_bin_of(middle), bin);
		ck_assert_int_gt(middle, last);
		last = middle;
	}
	ck_assert_int_eq(sift_bin_of(INT64_MAX), SIFT_BIN_MAX);
	ck_assert_int_eq(sift_bin_of(INT64_MIN), -SIFT_BIN_MAX - 1);
	for (int64_t value = -511; value < 512; value++)
		ck_assert_int_eq(sift_bin_middle(sift_bin_of(value)), value);
}
END_TEST

START_TEST(counts_of_bins_stay_at_their_maximum)
{
	int64_t entries[] = {
		sift_bin_entry(7, 3),
		sift_bin_entry(-7, SIFT_BIN_COUNT_MAX),
		sift_bin_entry(7, SIFT_BIN_COUNT_MAX - 3),
		sift_bin_entry(-7, SIFT_BIN_COUNT_MAX),
	};

	ck_assert_uint_eq(sift_bins_settle(entries, 4), 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(sift_bin_number(entries[i]), i ? 7 : -7);
		ck_assert_uint_eq(sift_bin_count(entries[i]),
				  SIFT_BIN_COUNT_MAX);
	}
}
END_TEST

static void
bin(struct sift_samples *samples)
{
	ck_assert_int_eq(sift_samples_bin(samples, NULL), SIFT_OK);
	check_samples(samples);
}

/* Some parts are binned before they are filled, some half-way, some after;
   one stays as it is. */
START_TEST(when_and_where_samples_are_binned_does_not_matter)
{
	struct sample *all = calloc(MANY, sizeof(*all));
	struct sift_samples whole, parts[4], joined;

	make_samples(all, MANY, (uint64_t)_i);
	sift_samples_init(&whole);
	sift_samples_init(&joined);
	for (size_t i = 0; i < 4; i++)
		sift_samples_init(&parts[i]);
	for (size_t i = 0; i < MANY; i++) {
		struct sift_samples *part = &parts[i * i % 4];

		if (i == 0)
			bin(&parts[0]);
		if (i == MANY / 2)
			bin(&parts[1]);
		add(&whole, all[i].time_ns, all[i].value_ns);
		add(part, all[i].time_ns, all[i].value_ns);
		check_samples(part);
	}
	bin(&whole);
	bin(&parts[2]);
	sift_samples_sort(&whole);
	for (size_t i = 0; i < 4; i++) {
		size_t part = (i * 3 + (size_t)_i) % 4;

		ck_assert_int_eq(
			sift_samples_merge(&joined, &parts[part], NULL),
			SIFT_OK);
		check_samples(&joined);
	}
	sift_samples_sort(&joined);
	assert_same(&whole, &joined);
	assert_survives(&joined, SIFT_SAMPLES_BINNED);
	sift_samples_release(&whole);
	sift_samples_release(&joined);
	for (size_t i = 0; i < 4; i++)
		sift_samples_release(&parts[i]);
	free(all);
}
END_TEST

/* From next_random(): even, even in its logarithm, two humps, a long tail,
   whole milliseconds, nearly nothing, beyond 32 bits. */
static int64_t
draw(int distribution, uint64_t *state)
{
	uint64_t random = next_random(state);

	switch (distribution) {
	case 0:
		return (int64_t)(random % 250000000);
	case 1:
		return (int64_t)(random >> (20 + random % 40));
	case 2:
		return (int64_t)(random % 1000000 +
				 (random >> 40 & 7 ? 5000000 : 900000000));
	case 3:
		return (int64_t)(UINT64_C(1000000000000) /
				 (1 + random % 1000000));
	case 4:
		return (int64_t)(random % 300 * 1000000);
	case 5:
		return (int64_t)(random % 700);
	default:
		return (int64_t)(random >> 16);
	}
}

START_TEST(percentiles_of_a_histogram_are_within_two_permille)
{
	struct sift_samples samples;
	const struct sift_samples *const sets[] = {&samples};
	struct sift_latency exact, binned;
	uint64_t state = 12345;

	sift_samples_init(&samples);
	for (int64_t i = 0; i < 20000; i++)
		add(&samples, i * SECOND / 100, draw(_i, &state));
	ck_assert_int_eq(sift_samples_latency(sets, 1, &exact, NULL), SIFT_OK);
	bin(&samples);
	ck_assert_int_eq(sift_samples_latency(sets, 1, &binned, NULL), SIFT_OK);
	for (size_t i = 0; i < SIFT_STAT_COUNT; i++) {
		if (i == SIFT_STAT_MIN || i == SIFT_STAT_MAX ||
		    i == SIFT_STAT_MEAN || i == SIFT_STAT_STDDEV)
			ck_assert_double_eq(binned.ms[i], exact.ms[i]);
		else
			ck_assert_double_eq_tol(binned.ms[i], exact.ms[i],
						exact.ms[i] * 0.002 + 2e-6);
	}
	sift_samples_release(&samples);
}
END_TEST

/* Hits take no more room than twice the bins they are in. */
START_TEST(a_histogram_does_not_grow_with_its_hits)
{
	struct sift_samples samples;
	uint64_t state = 1;

	sift_samples_init(&samples);
	bin(&samples);
	for (int64_t i = 0; i < 300000; i++)
		add(&samples, 0,
		    1000000 + (int64_t)(next_random(&state) % 3000000));
	ck_assert_uint_eq(samples.slice_count, 1);
	ck_assert_uint_le(samples.slices[0].wide_capacity, 2048);
	sift_samples_sort(&samples);
	check_samples(&samples);
	sift_samples_release(&samples);
}
END_TEST

/* ---- figures ---- */

/* i = (n-1)p; linear between neighbours; half a nanosecond up. */
static int64_t
reference_percentile(const int64_t *sorted, size_t count, uint64_t numerator,
		     uint64_t denominator)
{
	sift_i128 position = (sift_i128)(count - 1) * numerator;
	size_t below = (size_t)(position / denominator);
	sift_i128 rest = position - (sift_i128)below * denominator;
	sift_i128 twice = 2 * (sift_i128)sorted[below] * denominator;

	if (rest > 0)
		twice += 2 * ((sift_i128)sorted[below + 1] - sorted[below]) *
			 rest;
	/* floor(x + 1/2) of twice / (2 * denominator) */
	twice += denominator;
	position = twice / (2 * (sift_i128)denominator);
	if (position * 2 * (sift_i128)denominator > twice)
		position--;
	return (int64_t)position;
}

static const struct {
	enum sift_stat stat;
	uint64_t numerator, denominator;
} figures[] = {
	{SIFT_STAT_P50, 50, 100},    {SIFT_STAT_P90, 90, 100},
	{SIFT_STAT_P95, 95, 100},    {SIFT_STAT_P99, 99, 100},
	{SIFT_STAT_P999, 999, 1000},
};

static void
check_figures(const struct sift_samples *const *sets, size_t count,
	      const int64_t *sorted, size_t values)
{
	struct sift_latency latency;
	long double sum = 0, squares = 0;

	ck_assert_int_eq(sift_samples_latency(sets, count, &latency, NULL),
			 SIFT_OK);
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		int64_t wanted = reference_percentile(sorted, values,
						      figures[i].numerator,
						      figures[i].denominator);

		ck_assert_double_eq(latency.ms[figures[i].stat],
				    (double)wanted / 1e6);
	}
	for (size_t i = 0; i < values; i++)
		sum += sorted[i];
	for (size_t i = 0; i < values; i++) {
		long double far = sorted[i] - sum / (long double)values;

		squares += far * far;
	}
	ck_assert_double_eq(latency.ms[SIFT_STAT_MIN], (double)sorted[0] / 1e6);
	ck_assert_double_eq(latency.ms[SIFT_STAT_MAX],
			    (double)sorted[values - 1] / 1e6);
	sum /= (long double)values * 1e6L;
	ck_assert_ldouble_eq_tol((long double)latency.ms[SIFT_STAT_MEAN], sum,
				 1e-14L * fabsl(sum) + 1e-9L);
	if (values < 2) {
		ck_assert(isnan(latency.ms[SIFT_STAT_STDDEV]));
		return;
	}
	squares = sqrtl(squares / (long double)(values - 1)) / 1e6L;
	ck_assert_ldouble_eq_tol((long double)latency.ms[SIFT_STAT_STDDEV],
				 squares, 1e-12L * squares + 1e-9L);
}

static const size_t counts[] = {1,   2,	  3,   4,    5,	    10,	   11,
				100, 101, 999, 1000, 32769, 100000};

/* Rows of counts times: ordinary; alike; odd ones; all over 32 bits. */
START_TEST(figures_are_those_of_a_sort)
{
	size_t count = counts[_i / 4];
	struct sample *all = calloc(count, sizeof(*all));
	int64_t *wanted = calloc(count, sizeof(*wanted));
	struct sift_samples samples[2];
	const struct sift_samples *const sets[] = {&samples[0], &samples[1]};

	make_samples(all, count, (uint64_t)_i + 1);
	sift_samples_init(&samples[0]);
	sift_samples_init(&samples[1]);
	for (size_t i = 0; i < count; i++) {
		if (_i % 4 < 2)
			all[i].value_ns &= 0xffffff;
		if (_i % 4 == 1)
			all[i].value_ns %= 7;
		if (_i % 4 == 3)
			all[i].value_ns |= INT64_C(1) << 40;
		wanted[i] = all[i].value_ns;
		add(&samples[i % 2], all[i].time_ns, all[i].value_ns);
	}
	qsort(wanted, count, sizeof(*wanted), compare_i64);
	check_figures(sets, 2, wanted, count);
	sift_samples_release(&samples[0]);
	sift_samples_release(&samples[1]);
	free(all);
	free(wanted);
}
END_TEST

START_TEST(extreme_values_do_not_overflow)
{
	static const int64_t values[] = {INT64_MIN, INT64_MIN, 0, INT64_MAX,
					 INT64_MAX};
	struct sift_samples samples;
	const struct sift_samples *const sets[] = {&samples};

	sift_samples_init(&samples);
	for (size_t i = 0; i < 5; i++)
		add(&samples, (int64_t)i, values[i]);
	check_figures(sets, 1, values, 5);
	ck_assert_double_eq_tol(sift_moments_stddev(&samples.all) /
					9.223372036854775807e18,
				1.0, 1e-12);
	sift_samples_release(&samples);
}
END_TEST

START_TEST(small_negative_values_come_before_the_others)
{
	static const int64_t values[] = {
		-3, -2, -1, 0, 1, UINT32_MAX, INT64_C(1) << 32};
	struct sift_samples samples;
	const struct sift_samples *const sets[] = {&samples};

	sift_samples_init(&samples);
	for (size_t i = 7; i > 0; i--)
		add(&samples, 0, values[i - 1]);
	check_figures(sets, 1, values, 7);
	sift_samples_release(&samples);
}
END_TEST

START_TEST(of_no_values_nothing_is_known)
{
	struct sift_samples samples;
	const struct sift_samples *const sets[] = {&samples};
	struct sift_latency latency;

	sift_samples_init(&samples);
	ck_assert_int_eq(sift_samples_latency(sets, 1, &latency, NULL),
			 SIFT_OK);
	for (size_t i = 0; i < SIFT_STAT_COUNT; i++)
		ck_assert(isnan(latency.ms[i]));
	ck_assert(isnan(sift_moments_stddev(&samples.all)));
}
END_TEST

/* ---- memory ---- */

/* Whatever allocation fails, the samples can still be used and released. */
START_TEST(running_out_of_memory_leaves_sound_samples)
{
	struct sample all[400];
	bool failed = true;

	make_samples(all, 400, 3);
	for (uint64_t n = 1; failed; n++) {
		struct sift_samples samples, other;
		struct sift_latency latency;
		const struct sift_samples *const sets[] = {&samples};
		enum sift_status rc = SIFT_OK;

		failed = false;
		sift_samples_init(&samples);
		sift_samples_init(&other);
		for (size_t i = 0; i < 200; i++)
			add(&other, all[i].time_ns, all[i].value_ns);
		sift_mem_fail_at(n, 0);
		for (size_t i = 200; i < 400; i++) {
			rc = sift_samples_add(&samples, all[i].time_ns,
					      all[i].value_ns, NULL);
			failed = failed || rc;
		}
		check_samples(&samples);
		rc = sift_samples_merge(&samples, &other, NULL);
		failed = failed || rc;
		check_samples(&samples);
		rc = sift_samples_latency(sets, 1, &latency, NULL);
		failed = failed || rc;
		rc = sift_samples_bin(&samples, NULL);
		failed = failed || rc;
		check_samples(&samples);
		ck_assert(samples.binned == !rc);
		rc = sift_samples_latency(sets, 1, &latency, NULL);
		failed = failed || rc;
		sift_mem_fail_at(0, 0);
		sift_samples_release(&samples);
		sift_samples_release(&other);
	}
}
END_TEST

START_TEST(once_warm_nothing_is_allocated_per_sample)
{
	struct sift_samples samples;
	uint64_t few, many;

	sift_samples_init(&samples);
	few = sift_mem_calls();
	for (int64_t i = 0; i < 1000; i++)
		add(&samples, i % 10 * SECOND, i);
	few = sift_mem_calls() - few;
	many = sift_mem_calls();
	for (int64_t i = 0; i < 100000; i++)
		add(&samples, i % 10 * SECOND, i);
	many = sift_mem_calls() - many;
	ck_assert_uint_le(few, 100);
	ck_assert_uint_le(many, 100); /* arrays double: logarithmic */
	sift_samples_release(&samples);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int
main(void)
{
	Suite *suite = suite_create("samples");
	TCase *tests = tcase_create("samples");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, places_among_sorted_numbers_are_the_first);
	tcase_add_loop_test(tests, numbers_are_sorted_with_and_without_memory,
			    0, 6 * ROWS(sizes));
	tcase_add_test(tests, slices_are_as_fine_as_64_of_them_allow);
	tcase_add_test(tests, times_before_1970_round_to_the_past);
	tcase_add_test(tests, samples_without_time_keep_apart_from_those_with);
	tcase_add_loop_test(tests, order_and_parts_do_not_matter, 0, 6);
	tcase_add_test(tests, merge_of_empty_changes_nothing);
	tcase_add_test(tests, a_value_far_from_the_others_survives);
	tcase_add_loop_test(tests, unsorted_samples_survive_or_are_damage, 0,
			    6);
	tcase_add_test(tests, bins_rise_and_hold_their_middle);
	tcase_add_test(tests, counts_of_bins_stay_at_their_maximum);
	tcase_add_loop_test(
		tests, when_and_where_samples_are_binned_does_not_matter, 0, 8);
	tcase_add_loop_test(tests,
			    percentiles_of_a_histogram_are_within_two_permille,
			    0, 7);
	tcase_add_test(tests, a_histogram_does_not_grow_with_its_hits);
	tcase_add_loop_test(tests, figures_are_those_of_a_sort, 0,
			    4 * ROWS(counts));
	tcase_add_test(tests, extreme_values_do_not_overflow);
	tcase_add_test(tests, small_negative_values_come_before_the_others);
	tcase_add_test(tests, of_no_values_nothing_is_known);
	tcase_add_test(tests, running_out_of_memory_leaves_sound_samples);
	tcase_add_test(tests, once_warm_nothing_is_allocated_per_sample);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
