/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Points of users and of progress, bounded. While few, all different ones
 * are kept; beyond that one per 2^shift seconds, with the smallest shift that
 * gives few enough. What is kept of such a span is a maximum, and the maximum
 * of a wider span is the maximum of those of the narrow ones: so it does not
 * matter when thinning happens, nor in which order points come.
 */

#include <config.h>

#include "digest/block_build.h"

#include <stdlib.h>

#include "base/mem.h"
#include "digest/slice.h"

/* Thinning waits until there are twice as many as may be. */
#define POINTS_WAITING ((size_t)2 * SIFT_BLOCK_POINTS)

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for a run's users");
}

static int
compare_i64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* One span holds both times. */
static bool
is_same_span(int64_t a_ns, int64_t b_ns, int shift)
{
	return sift_second_align(sift_second_of(a_ns), (unsigned)shift) ==
	       sift_second_align(sift_second_of(b_ns), (unsigned)shift);
}

/* ---- users ---- */

static int
compare_users(const void *left, const void *right)
{
	const struct sift_users_point *a = left;
	const struct sift_users_point *b = right;
	int order = compare_i64(a->time_ns, b->time_ns);

	return order ? order : compare_i64(a->users, b->users);
}

/* Points are sorted: of one span the first with the most users stays. */
static size_t
thin_users(struct sift_users_point *points, size_t count, int shift)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct sift_users_point *last = &points[kept ? kept - 1 : 0];

		if (kept == 0 ||
		    (shift < 0 ? compare_users(last, &points[i]) != 0
			       : !is_same_span(last->time_ns, points[i].time_ns,
					       shift)))
			points[kept++] = points[i];
		else if (points[i].users > last->users)
			*last = points[i];
	}
	return kept;
}

static void
sort_users(struct sift_block *block)
{
	if (block->user_count == 0)
		return;
	qsort(block->users, block->user_count, sizeof(*block->users),
	      compare_users);
	block->user_count =
		thin_users(block->users, block->user_count, block->user_shift);
	while (block->user_count > SIFT_BLOCK_POINTS)
		block->user_count = thin_users(block->users, block->user_count,
					       ++block->user_shift);
}

enum sift_status
sift_block_add_users(struct sift_block *block,
		     const struct sift_users_point *point, struct sift_err *err)
{
	if (block->user_count >= POINTS_WAITING)
		sort_users(block);
	if (sift_array_grow((void **)&block->users,
			    &block->build->user_capacity, block->user_count + 1,
			    sizeof(*block->users), POINTS_WAITING))
		return no_memory(err);
	block->users[block->user_count++] = *point;
	return SIFT_OK;
}

/* ---- progress ---- */

/* By totals where times are equal: the last of a span is its largest. */
static int
compare_progress(const void *left, const void *right)
{
	const struct sift_progress_point *a = left;
	const struct sift_progress_point *b = right;
	int order = compare_i64(a->time_ns, b->time_ns);

	if (order == 0)
		order = compare_i64(a->requests, b->requests);
	if (order == 0)
		order = compare_i64(a->failures, b->failures);
	if (order == 0)
		order = compare_i64(a->spent_us, b->spent_us);
	return order ? order : compare_i64(a->users, b->users);
}

/* Points are sorted: of one span the last stays, with the most users. */
static size_t
thin_progress(struct sift_progress_point *points, size_t count, int shift)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct sift_progress_point *last = &points[kept ? kept - 1 : 0];
		int64_t users = last->users;

		if (kept == 0 ||
		    (shift < 0 ? compare_progress(last, &points[i]) != 0
			       : !is_same_span(last->time_ns, points[i].time_ns,
					       shift))) {
			points[kept++] = points[i];
			continue;
		}
		*last = points[i];
		if (users > last->users)
			last->users = users;
	}
	return kept;
}

static void
sort_progress(struct sift_block *block)
{
	if (block->progress_count == 0)
		return;
	qsort(block->progress, block->progress_count, sizeof(*block->progress),
	      compare_progress);
	block->progress_count = thin_progress(
		block->progress, block->progress_count, block->progress_shift);
	while (block->progress_count > SIFT_BLOCK_POINTS)
		block->progress_count =
			thin_progress(block->progress, block->progress_count,
				      ++block->progress_shift);
}

enum sift_status
sift_block_add_progress(struct sift_block *block,
			const struct sift_progress_point *point,
			struct sift_err *err)
{
	if (block->progress_count >= POINTS_WAITING)
		sort_progress(block);
	if (sift_array_grow((void **)&block->progress,
			    &block->build->progress_capacity,
			    block->progress_count + 1, sizeof(*block->progress),
			    POINTS_WAITING))
		return no_memory(err);
	block->progress[block->progress_count++] = *point;
	return SIFT_OK;
}

/* ---- both ---- */

void
sift_block_sort_points(struct sift_block *block)
{
	sort_users(block);
	sort_progress(block);
}

void
sift_block_thin_points(struct sift_block *block, int user_shift,
		       int progress_shift)
{
	if (user_shift > block->user_shift)
		block->user_shift = user_shift;
	if (progress_shift > block->progress_shift)
		block->progress_shift = progress_shift;
}
