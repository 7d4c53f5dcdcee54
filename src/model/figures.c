/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/figures.h"

#include <math.h>
#include <stddef.h>

void
sift_latency_init(struct sift_latency *latency)
{
	for (size_t i = 0; i < SIFT_STAT_COUNT; i++)
		latency->ms[i] = NAN;
}

#define X(name, text) [SIFT_STAT_##name] = (double)NAN,
#define Y(name, percent) [SIFT_BETWEEN_##name] = (double)NAN,
const struct sift_figures sift_figures_unknown = {
	.requests = -1,
	.failures = -1,
	.error_rate = (double)NAN,
	.rps = (double)NAN,
	.latency.ms = {SIFT_STAT_LIST(X)},
	.mean_bytes = (double)NAN,
	.between_ms = {SIFT_BETWEEN_LIST(Y)},
	.rounding = SIFT_ROUNDING_UNKNOWN,
	.percentiles = SIFT_PERCENTILES_UNKNOWN,
};
#undef X
#undef Y

/*
 * Locust files a time under its value rounded to two significant digits, but
 * never finer than 1 ms nor coarser than 1000 ms. Without branches: which it is
 * no processor can foresee.
 */
static double
locust_step_ms(double value_ms)
{
	double size = fabs(value_ms);

	return 1 + 9 * (size >= 100) + 90 * (size >= 1000) +
	       900 * (size >= 10000);
}

/* k6's text has two decimals of the unit in which a time is from 1 to 1000,
   but whole ns, and whole seconds from a minute on. */
static double
k6_text_step_ms(double value_ms)
{
	double size = fabs(value_ms);

	if (size < 1e-3)
		return 1e-6;
	if (size < 1)
		return 1e-5;
	if (size < 1000)
		return 0.01;
	if (size < 60000)
		return 10;
	return 1000;
}

double
sift_rounding_step_ms(enum sift_rounding rounding, double value_ms)
{
	if (isnan(value_ms))
		return NAN;
	switch (rounding) {
	case SIFT_ROUNDING_NS:
		return 1e-6;
	case SIFT_ROUNDING_DOUBLE:
		/* Interpolated between nanoseconds and printed in full. */
		return 1e-6;
	case SIFT_ROUNDING_LOCUST:
		return locust_step_ms(value_ms);
	case SIFT_ROUNDING_MS:
		return 1;
	case SIFT_ROUNDING_K6_TEXT:
		return k6_text_step_ms(value_ms);
	case SIFT_ROUNDING_10NS:
		return 1e-5;
	case SIFT_ROUNDING_10US:
		return 0.01;
	case SIFT_ROUNDING_10MS:
		return 10;
	case SIFT_ROUNDING_UNKNOWN:
	case SIFT_ROUNDING_COUNT:
		break;
	}
	return NAN;
}
