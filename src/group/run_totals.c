/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/run_totals.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* k6 counts once in points and once in the summary; teardown may differ. */
#define K6_SHARE 0.02
/* Locust's files are up to a second old, each on its own. */
#define LIVE_FILE_S 2.0
#define HISTORY_SHARE 0.9
/* A figure printed and read again. */
#define MEAN_SHARE 1e-6
/* Of the requests of each run, on endpoints both have. */
#define SHARED_MIN 0.8

bool
sift_block_lacks_total(const struct sift_block *block)
{
	return (block->kind == SIFT_SOURCE_STATS ||
		block->kind == SIFT_SOURCE_HISTOGRAMS ||
		block->kind == SIFT_SOURCE_REPORT) &&
	       block->total.result && block->total.result->requests < 0;
}

double
sift_block_stated_rps(const struct sift_block *block)
{
	double sum = (double)NAN;

	if (sift_block_lacks_total(block))
		return sum;
	if (block->total.result && !isnan(block->total.result->rps))
		return block->total.result->rps;
	for (size_t i = 0; i < block->series_count; i++) {
		const struct sift_series s = sift_block_series(block, i);

		if (s.kind == SIFT_KIND_TREND || !s.result ||
		    isnan(s.result->rps))
			continue;
		sum = isnan(sum) ? s.result->rps : sum + s.result->rps;
	}
	return sum;
}

double
sift_block_duration_s(const struct sift_block *block)
{
	double rps = sift_block_stated_rps(block);
	int64_t requests = sift_block_requests(block);

	if (block->duration_ns > 0)
		return (double)block->duration_ns / (double)SIFT_NS_PER_S;
	if (requests > 0 && rps > 0)
		return (double)requests / rps;
	if (block->first_ns == SIFT_INSTANT_NONE ||
	    block->last_ns <= block->first_ns)
		return (double)NAN;
	return ((double)block->last_ns - (double)block->first_ns) /
	       (double)SIFT_NS_PER_S;
}

int64_t
sift_series_requests(const struct sift_series *series)
{
	uint64_t sum;

	if (series->result && series->result->requests >= 0)
		return series->result->requests;
	sum = sift_series_sample_count(series);
	return sum ? (int64_t)sum : series->result ? -1 : 0;
}

bool
sift_block_is_fuller(const struct sift_block *a, const struct sift_block *b)
{
	int64_t requests_a = sift_block_requests(a);
	int64_t requests_b = sift_block_requests(b);

	if (requests_a != requests_b)
		return requests_a > requests_b;
	if (a->reading != b->reading)
		return a->reading < b->reading;
	return a->records_used > b->records_used;
}

static double
mean_of(const struct sift_block *block)
{
	struct sift_result result;

	if (sift_block_result(block, NULL, NULL, &result, NULL))
		return (double)NAN;
	return result.latency.ms[SIFT_STAT_MEAN];
}

bool
sift_totals_equal(const struct sift_block *a, const struct sift_block *b)
{
	double mean_a, mean_b;

	if (sift_block_requests(a) < 0 ||
	    sift_block_requests(a) != sift_block_requests(b) ||
	    sift_block_failures(a) != sift_block_failures(b))
		return false;
	mean_a = mean_of(a);
	mean_b = mean_of(b);
	if (isnan(mean_a) || isnan(mean_b))
		return isnan(mean_a) && isnan(mean_b);
	return fabs(mean_a - mean_b) <= MEAN_SHARE * fabs(mean_a);
}

bool
sift_totals_agree(const struct sift_block *a, const struct sift_block *b)
{
	double x = (double)sift_block_requests(a);
	double y = (double)sift_block_requests(b);
	double slack = K6_SHARE * fmax(x, y);

	if (x < 0 || y < 0)
		return false;
	if (!a->tool || strcmp(a->tool, "k6") != 0)
		slack = LIVE_FILE_S * fmax(sift_block_stated_rps(a),
					   sift_block_stated_rps(b));
	/* fmax() gives the number when one of the two is none. */
	return fabs(x - y) <= (isnan(slack) ? 0 : slack);
}

static uint64_t
failures_listed(const struct sift_block *side)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < side->failure_count; i++)
		if (side->failures[i].count > 0)
			sum += (uint64_t)side->failures[i].count;
	return sum;
}

/* The last total that is given; a reset makes it the later test's. */
static int64_t
history_requests(const struct sift_block *side)
{
	for (size_t i = side->progress_count; i-- > 0;)
		if (side->progress[i].requests >= 0)
			return side->progress[i].requests;
	return -1;
}

bool
sift_side_fits(const struct sift_block *side, const struct sift_block *results)
{
	int64_t requests = sift_block_requests(results);
	int64_t failures = sift_block_failures(results);
	int64_t seen;

	if (side->kind == SIFT_SOURCE_EXCEPTIONS)
		return true;
	if (side->kind == SIFT_SOURCE_FAILURES)
		return failures >= 0 &&
		       failures_listed(side) == (uint64_t)failures;
	seen = history_requests(side);
	return requests > 0 && seen <= requests &&
	       (double)seen >= HISTORY_SHARE * (double)requests;
}

/* How many more or fewer requests two files of one run may have. */
static double
slack_of(const struct sift_block *a, const struct sift_block *b)
{
	double x = (double)sift_block_requests(a);
	double y = (double)sift_block_requests(b);

	if (a->tool && strcmp(a->tool, "k6") == 0)
		return K6_SHARE * fmax(x, y);
	return LIVE_FILE_S *
	       fmax(x / sift_block_duration_s(a), y / sift_block_duration_s(b));
}

enum sift_status
sift_totals_doubt(const char **out, const struct sift_block *other,
		  const struct sift_block *figures, struct sift_arena *arena)
{
	bool lists = other->kind == SIFT_SOURCE_FAILURES;
	int64_t n = lists ? (int64_t)failures_listed(other)
			  : sift_block_requests(other);
	int64_t of = lists ? sift_block_failures(figures)
			   : sift_block_requests(figures);
	double slack = slack_of(other, figures);

	*out = NULL;
	if (!lists && !sift_source_kind_has_results(other->kind))
		return SIFT_OK;
	if (other->reading != SIFT_READING_WHOLE ||
	    figures->reading != SIFT_READING_WHOLE || n < 0 || of < 0)
		return SIFT_OK;
	if (lists) /* of failures as many may be missing as of requests */
		slack = LIVE_FILE_S * (double)of /
			sift_block_duration_s(figures);
	if (isnan(slack) || fabs((double)n - (double)of) <= fmax(slack, 1))
		return SIFT_OK;
	*out = sift_arena_printf(
		arena, "sources disagree: %s %s %" PRId64 " %s, %s %" PRId64,
		sift_source_kind_name(other->kind), lists ? "lists" : "has", n,
		lists ? "failures" : "requests",
		sift_source_kind_name(figures->kind), of);
	return *out ? SIFT_OK : SIFT_E_NOMEM;
}

const char *
sift_side_text(const struct sift_block *side, struct sift_arena *arena)
{
	uint64_t failures = failures_listed(side);
	int64_t requests = history_requests(side);

	if (side->kind == SIFT_SOURCE_EXCEPTIONS)
		return "exceptions";
	if (side->kind == SIFT_SOURCE_FAILURES)
		return sift_arena_printf(arena, "%" PRIu64 " failure%s",
					 failures, failures == 1 ? "" : "s");
	if (requests < 0)
		return "an empty history";
	return sift_arena_printf(arena, "a history of %" PRId64 " requests",
				 requests);
}

static int
compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int
compare_series(const struct sift_series *a, const struct sift_series *b)
{
	int c = a->name == b->name ? 0 : compare_texts(a->name, b->name);

	if (!c && a->method != b->method)
		c = compare_texts(a->method, b->method);
	return c ? c : (a->kind > b->kind) - (a->kind < b->kind);
}

/* 0 where there are none, or nobody knows. */
static double
requests_of(const struct sift_block *block, size_t i)
{
	const struct sift_series series = sift_block_series(block, i);
	int64_t n = sift_series_requests(&series);

	return series.kind != SIFT_KIND_TREND && n > 0 ? (double)n : 0;
}

/* Do both have requests on the same endpoints? Mostly the names say that, and
   none of the figures has to be fetched. */
static bool
are_asked_alike(const struct sift_block *a, const struct sift_block *b)
{
	if (!a->is_asked || !b->is_asked || a->series_count != b->series_count)
		return false;
	if (a->alike && a->alike == b->alike)
		return true;
	for (size_t i = 0; i < a->series_count; i++)
		if (compare_series(&a->series[i], &b->series[i]))
			return false;
	return true;
}

bool
sift_endpoints_agree(const struct sift_block *a, const struct sift_block *b)
{
	double all_a = 0, all_b = 0, shared_a = 0, shared_b = 0;
	size_t i = 0, j = 0;

	if (are_asked_alike(a, b))
		return true;
	while (i < a->series_count || j < b->series_count) {
		const struct sift_series *x =
			i < a->series_count ? &a->series[i] : NULL;
		const struct sift_series *y =
			j < b->series_count ? &b->series[j] : NULL;
		int c = !x ? 1 : !y ? -1 : compare_series(x, y);
		double n = c <= 0 ? requests_of(a, i) : 0;
		double m = c >= 0 ? requests_of(b, j) : 0;

		all_a += n;
		all_b += m;
		if (n > 0 && m > 0) {
			shared_a += n;
			shared_b += m;
		}
		i += c <= 0;
		j += c >= 0;
	}
	if (all_a <= 0 || all_b <= 0)
		return true;
	return shared_a >= SHARED_MIN * all_a && shared_b >= SHARED_MIN * all_b;
}
