/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <loadsift/document.h>

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "model/figures.h"

/*
 * One function per noun, each over the table that also makes the enum. A
 * value outside of the enum (a damaged digest) has the name "unknown".
 */
#define DEFINE_NAME(function, type, LIST)                                      \
 const char *function(enum type value)                                         \
 {                                                                             \
  static const char *const names[] = {LIST(NAME_ROW)};                         \
  size_t i = (size_t)value;                                                    \
                                                                               \
  return i < sizeof(names) / sizeof(names[0]) ? names[i] : "unknown";          \
 }
#define NAME_ROW(name, text) text,

DEFINE_NAME(sift_kind_name, sift_kind, SIFT_KIND_LIST)
DEFINE_NAME(sift_stat_name, sift_stat, SIFT_STAT_LIST)
DEFINE_NAME(sift_origin_name, sift_origin, SIFT_ORIGIN_LIST)
DEFINE_NAME(sift_percentiles_name, sift_percentiles, SIFT_PERCENTILES_LIST)
DEFINE_NAME(sift_role_name, sift_role, SIFT_ROLE_LIST)
DEFINE_NAME(sift_severity_name, sift_severity, SIFT_SEVERITY_LIST)
DEFINE_NAME(sift_class_name, sift_class, SIFT_CLASS_LIST)
DEFINE_NAME(sift_tier_name, sift_tier, SIFT_TIER_LIST)
DEFINE_NAME(sift_compared_name, sift_compared, SIFT_COMPARED_LIST)

double
sift_share_of_time(const struct sift_series *series, double spent_ms)
{
	/* a total has no name */
	return series->name && spent_ms > 0
		       ? sift_series_spent_ms(series) / spent_ms
		       : (double)NAN;
}

struct sift_series
sift_run_endpoint(const struct sift_run *run, size_t endpoint)
{
	return sift_series_at(run->endpoints, run->reported, endpoint);
}

struct sift_scatter
sift_spread_scatter(const struct sift_spread *spread)
{
	if (spread->scatter)
		return *spread->scatter;
	return (struct sift_scatter){
		.min = spread->median,
		.max = spread->median,
		.mean = spread->median,
		.variance = NAN,
		.stddev = NAN,
		.cv = NAN,
		.mad = spread->n ? 0 : NAN,
	};
}

static inline double
known_count(int64_t count)
{
	return count < 0 ? (double)NAN : (double)count;
}

static inline double
figure_of(const struct sift_result *result, unsigned figure)
{
	if (!result)
		return (double)NAN;
	if (figure >= SIFT_FIGURE_LATENCY_OK)
		return result->latency_ok
			       ? result->latency_ok
					 ->ms[figure - SIFT_FIGURE_LATENCY_OK]
			       : (double)NAN;
	if (figure >= SIFT_FIGURE_LATENCY)
		return result->latency.ms[figure - SIFT_FIGURE_LATENCY];
	if (figure == SIFT_FIGURE_RPS || figure == SIFT_FIGURE_ERROR_RATE)
		return figure == SIFT_FIGURE_RPS ? result->rps
						 : result->error_rate;
	return known_count(figure == SIFT_FIGURE_REQUESTS ? result->requests
							  : result->failures);
}

double
sift_result_figure(const struct sift_result *result, unsigned figure)
{
	return figure < SIFT_FIGURE_COUNT ? figure_of(result, figure)
					  : (double)NAN;
}

double
sift_spread_value(const struct sift_spread *spread, size_t run)
{
	return spread->values ? spread->values[run]
			      : figure_of(spread->results[run], spread->figure);
}

void
sift_spread_values(const struct sift_spread *spread, double *out)
{
	sift_spread_slice(spread, 0, spread->value_count, out);
}

/* Latencies are asked for most: which one it is need not be found out for each
   result. */
static void
gather(const struct sift_result *const *results, size_t count, unsigned figure,
       double *out)
{
	unsigned stat = figure - SIFT_FIGURE_LATENCY;

	if (figure < SIFT_FIGURE_LATENCY || stat >= SIFT_STAT_COUNT) {
		for (size_t i = 0; i < count; i++)
			out[i] = figure_of(results[i], figure);
		return;
	}
	for (size_t i = 0; i < count; i++)
		out[i] =
			results[i] ? results[i]->latency.ms[stat] : (double)NAN;
}

void
sift_spread_slice(const struct sift_spread *spread, size_t first, size_t count,
		  double *out)
{
	size_t left =
		first < spread->value_count ? spread->value_count - first : 0;
	size_t known = left < count ? left : count;

	if (known > 0 && spread->values)
		memcpy(out, spread->values + first, known * sizeof(*out));
	else if (known > 0)
		gather(spread->results + first, known, spread->figure, out);
	for (size_t i = known; i < count; i++)
		out[i] = (double)NAN;
}

double
sift_spread_sum(const struct sift_spread *spread)
{
	double mean = spread->scatter ? spread->scatter->mean : spread->median;

	return spread->n ? rint(mean * spread->n) : (double)NAN;
}

int
sift_is_lower_bound(enum sift_stat stat, double requests)
{
	/* sift_percentile_least_requests() of each */
	static const double least[SIFT_STAT_COUNT] = {
		[SIFT_STAT_P50] = 6,	 [SIFT_STAT_P90] = 36,
		[SIFT_STAT_P95] = 72,	 [SIFT_STAT_P99] = 368,
		[SIFT_STAT_P999] = 3688,
	};
	size_t i = (size_t)stat;

	return i < SIFT_STAT_COUNT && requests >= 0 && requests < least[i];
}
