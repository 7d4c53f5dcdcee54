/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "judge/run_course.h"

#include <math.h>

#include "digest/course.h"
#include "model/figures.h"
#include "stat/order.h"
#include "stat/series.h"

#define STEPS_MIN 20	   /* 4 batches of 5 are what MSER-5 needs */
#define REQUESTS_A_STEP 10 /* on average; below it steps are made wider */
#define BATCHES 20	   /* for drift */

/* A warm-up is told if it is slower, or faster, by so much than the rest, and
   by so many standard errors. */
#define WARM_UP_BY 0.10
#define WARM_UP_ERRORS 4

/* A constant rate: so many of the batches are so near their median. */
#define RATE_NEAR 0.25
#define RATE_SHARE 0.90

/* STATISTICS d.1 */
#define LEVEL_S 30
#define SETTLE_S 20
#define LEVELS_MAX 64

struct judged {
	struct sift_course course;
	double *scratch;     /* room for one value per step */
	size_t first, count; /* the steps in which the load stood still */
};

/* ---- steps ---- */

/* Two steps to one; the last is left out if it has no partner. */
static void
halve(struct sift_course *c)
{
	for (size_t i = 0; i < c->count / 2; i++) {
		size_t a = 2 * i, b = a + 1;
		double n = c->requests[a] + c->requests[b], ms = 0;

		ms += c->requests[a] > 0 ? c->requests[a] * c->mean_ms[a] : 0;
		ms += c->requests[b] > 0 ? c->requests[b] * c->mean_ms[b] : 0;
		c->mean_ms[i] = ms / n;
		c->requests[i] = n;
		c->failures[i] = c->failures[a] + c->failures[b];
		c->users[i] =
			c->users[a] == c->users[b] ? c->users[a] : (double)NAN;
	}
	c->count /= 2;
	c->step_s *= 2;
}

static double
mean_requests(const struct sift_course *c)
{
	double sum = 0;

	for (size_t i = 0; i < c->count; i++)
		sum += c->requests[i];
	return sum / (double)c->count;
}

/* ---- where the load stood still ---- */

/* The longest stretch of equal users, if it is half of the run at least. */
static bool
find_constant_users(struct judged *j)
{
	struct sift_plateau found[LEVELS_MAX];
	size_t n = sift_plateaus(j->course.users, j->course.count, STEPS_MIN, 0,
				 found, LEVELS_MAX);

	for (size_t i = 0; i < n && i < LEVELS_MAX; i++) {
		if (found[i].count <= j->count)
			continue;
		j->first = found[i].first;
		j->count = found[i].count;
	}
	return 2 * j->count >= j->course.count && j->count >= STEPS_MIN;
}

static double
batch_of_requests(const struct sift_course *c, size_t batch)
{
	double sum = 0;

	for (size_t i = 0; i < SIFT_MSER_BATCH; i++)
		sum += c->requests[1 + batch * SIFT_MSER_BATCH + i];
	return sum;
}

/* Requests at an even rate, as an open model sends them. The first and last
   step are cut by begin and end. */
static bool
find_constant_rate(struct judged *j)
{
	const struct sift_course *c = &j->course;
	size_t batches, near = 0;
	double median;

	if (c->count < STEPS_MIN + 2)
		return false;
	batches = (c->count - 2) / SIFT_MSER_BATCH;
	for (size_t i = 0; i < batches; i++)
		j->scratch[i] = batch_of_requests(c, i);
	median = sift_median_of(j->scratch, batches);
	for (size_t i = 0; i < batches; i++)
		near += fabs(batch_of_requests(c, i) - median) <=
			RATE_NEAR * median;
	j->first = 1;
	j->count = c->count - 2;
	return median > 0 && (double)near >= RATE_SHARE * (double)batches;
}

static const char *
find_constant_load(struct judged *j)
{
	const struct sift_course *c = &j->course;

	j->first = j->count = 0;
	if (c->count < STEPS_MIN)
		return "too short, or no times";
	if (!find_constant_users(j) && !find_constant_rate(j))
		return "the load was not constant";
	/* counts end with the last of them, in the middle of a step */
	while (j->count > STEPS_MIN &&
	       c->requests[j->first + j->count - 1] == 0)
		j->count--;
	while (j->count > STEPS_MIN && c->requests[j->first] == 0) {
		j->first++;
		j->count--;
	}
	for (size_t i = j->first; i < j->first + j->count; i++)
		if (isnan(c->mean_ms[i]))
			return "no latencies by time";
	return NULL;
}

/* ---- warm-up and drift ---- */

static double
mean_of(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

/* Sum of squares about the mean. */
static double
squares_of(const double *values, size_t count)
{
	double mean = mean_of(values, count), squares = 0;

	for (size_t i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return squares;
}

/* Of the straight line through them, per step. */
static double
slope_of(const double *values, size_t count)
{
	double n = (double)count, middle = (n - 1) / 2, sxy = 0;

	for (size_t i = 0; i < count; i++)
		sxy += ((double)i - middle) * values[i];
	return sxy * 12 / (n * (n * n - 1));
}

/* Of latency that only ever rises, or falls, any begin differs from the rest.
   If the rest goes on at half the pace of the whole, that is drift. */
static bool
goes_on(const double *values, size_t count, size_t cut)
{
	return slope_of(values + cut, count - cut) / slope_of(values, count) >=
	       0.5;
}

/* The steps that MSER-5 cuts, where that makes a difference; else 0. */
static size_t
warm_up_steps(const double *values, size_t count, double *out_by)
{
	struct sift_warm_up found = sift_mser_5(values, count, NULL);
	size_t rest = count - found.cut;
	double before, after, error;

	if (!found.is_steady || found.cut == 0)
		return 0;
	before = mean_of(values, found.cut);
	after = mean_of(values + found.cut, rest);
	error = sqrt(squares_of(values + found.cut, rest) / (double)(rest - 1) /
		     (double)found.cut);
	*out_by = before / after - 1;
	return fabs(*out_by) >= WARM_UP_BY &&
			       fabs(before - after) >= WARM_UP_ERRORS * error &&
			       !goes_on(values, count, found.cut)
		       ? found.cut
		       : 0;
}

/* Over equal batches, so that neighbours that are alike count once. */
static struct sift_drift
drift_of(const double *values, size_t count, double *scratch)
{
	size_t width = count / BATCHES > 0 ? count / BATCHES : 1;
	size_t batches = count / width;

	for (size_t i = 0; i < batches; i++)
		scratch[i] = mean_of(values + i * width, width);
	return sift_drift(scratch, batches);
}

static void
judge_steadiness(struct judged *j, struct sift_steadiness *out)
{
	struct sift_course *c = &j->course;
	const double *values;
	struct sift_drift drift;
	double by = 0;
	size_t cut;

	while (c->count >= 2 * STEPS_MIN && mean_requests(c) < REQUESTS_A_STEP)
		halve(c);
	out->why = find_constant_load(j);
	if (out->why)
		return;
	values = c->mean_ms + j->first;
	out->is_judged = 1;
	cut = warm_up_steps(values, j->count, &by);
	out->warm_up_s = cut ? (double)(j->first + cut) * (double)c->step_s : 0;
	out->warm_up_by = cut ? by : 0;
	drift = drift_of(values + cut, j->count - cut, j->scratch);
	out->drift = drift.share;
	out->is_drifting = drift.is_found;
}

/* ---- levels ---- */

static void
describe_level(const struct sift_course *c, const struct sift_plateau *at,
	       double *scratch, struct sift_run_level *out)
{
	double requests = 0, failures = 0, ms = 0;
	double step = (double)c->step_s;

	for (size_t i = 0; i < at->count; i++) {
		double n = c->requests[at->first + i];
		double failed = c->failures[at->first + i];

		requests += n;
		failures += failed;
		ms += n > 0 ? n * c->mean_ms[at->first + i] : 0;
		scratch[i] = (n - (isnan(failed) ? 0 : failed)) / step;
	}
	*out = (struct sift_run_level){
		.users = at->load,
		.from_s = (double)at->first * step,
		.seconds = (double)at->count * step,
		.requests = requests,
		.throughput = mean_of(scratch, at->count),
		.throughput_se = sift_batch_error(scratch, at->count),
		.mean_ms = ms / requests,
		.p50_ms = NAN,
		.p95_ms = NAN,
		.error_rate = failures / requests,
	};
}

static enum sift_status
add_percentiles(const struct judged *j, const struct sift_block *samples,
		const struct sift_plateau *at, struct sift_run_level *out,
		struct sift_err *err)
{
	const struct sift_course *c = &j->course;
	int64_t from = c->start_s + (int64_t)at->first * c->step_s;
	struct sift_latency latency;
	enum sift_status rc = sift_latency_between(
		samples, from, from + (int64_t)at->count * c->step_s, &latency,
		err);

	out->p50_ms = latency.ms[SIFT_STAT_P50];
	out->p95_ms = latency.ms[SIFT_STAT_P95];
	return rc;
}

static enum sift_status
judge_levels(const struct judged *j, const struct sift_block *samples,
	     struct sift_run *run, struct sift_arena *arena,
	     struct sift_err *err)
{
	const struct sift_course *c = &j->course;
	struct sift_plateau found[LEVELS_MAX];
	size_t n, settle, least;
	enum sift_status rc = SIFT_OK;

	if (c->count < 2)
		return SIFT_OK;
	settle = (size_t)((SETTLE_S + c->step_s - 1) / c->step_s);
	least = (size_t)((LEVEL_S + c->step_s - 1) / c->step_s);
	/* the last step is cut short by the end */
	n = sift_plateaus(c->users, c->count - 1, least, settle, found,
			  LEVELS_MAX);
	n = n < LEVELS_MAX ? n : LEVELS_MAX;
	if (n < 2)
		return SIFT_OK;
	run->levels = sift_arena_array(arena, n, sizeof(*run->levels));
	if (!run->levels)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for levels");
	for (size_t i = 0; i < n && !rc; i++) {
		struct sift_run_level *level = &run->levels[run->level_count];

		if (!(found[i].load > 0))
			continue; /* ramped down to nobody */
		/* what counts gained in its last step is of the next level */
		if (found[i].count > 1)
			found[i].count--;
		describe_level(c, &found[i], j->scratch, level);
		if (samples)
			rc = add_percentiles(j, samples, &found[i], level, err);
		run->level_count++;
	}
	if (run->level_count < 2)
		run->level_count = 0;
	return rc;
}

static const struct sift_block *
block_of_samples(const struct sift_block *const *blocks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sift_block_has_course(blocks[i]))
			return blocks[i];
	return NULL;
}

enum sift_status
sift_judge_course(struct sift_run *run, const struct sift_block *const *blocks,
		  size_t count, struct sift_arena *arena, struct sift_err *err)
{
	struct judged j = {0};
	struct sift_arena own;
	enum sift_status rc;

	run->steadiness = (struct sift_steadiness){
		.warm_up_s = NAN, .warm_up_by = NAN, .drift = NAN};
	sift_arena_init(&own);
	rc = sift_course_make(&j.course, blocks, count, &own, err);
	if (!rc) {
		j.scratch = sift_arena_array(&own, j.course.count + 1,
					     sizeof(*j.scratch));
		if (!j.scratch)
			rc = sift_fail(err, SIFT_E_NOMEM,
				       "no memory for the course of a run");
	}
	if (!rc)
		rc = judge_levels(&j, block_of_samples(blocks, count), run,
				  arena, err);
	if (!rc)
		judge_steadiness(&j, &run->steadiness);
	sift_arena_release(&own);
	return rc;
}
