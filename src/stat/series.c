/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/series.h"

#include <math.h>

#include "stat/distribution.h"

#define DRIFT_P 0.01
#define DRIFT_SHARE 0.10

static double
batch_mean(const double *values, size_t batch)
{
	double sum = 0;

	for (size_t i = 0; i < SIFT_MSER_BATCH; i++)
		sum += values[batch * SIFT_MSER_BATCH + i];
	return sum / SIFT_MSER_BATCH;
}

/*
 * From the last batch to the first, so that mean and squares of what is left
 * are at hand for every cut (Welford 1962). Going down, the last minimum met
 * is the first of the definition.
 */
struct sift_warm_up
sift_mser_5(const double *values, size_t count, double *out_mser)
{
	struct sift_warm_up out = {.batches = count / SIFT_MSER_BATCH};
	size_t k = out.batches, best = 0;
	double mean = 0, squares = 0, least = INFINITY;

	for (size_t d = k; d-- > 0;) {
		double value = batch_mean(values, d);
		double left = (double)(k - d);
		double gap = value - mean;
		double mser;

		mean += gap / left;
		squares += gap * (value - mean);
		if (d > k / 2)
			continue;
		mser = squares / (left * left);
		if (out_mser)
			out_mser[d] = mser;
		if (mser <= least) {
			least = mser;
			best = d;
		}
	}
	out.is_judged = k >= SIFT_MSER_MIN_BATCHES && isfinite(least);
	out.is_steady = out.is_judged && best < k / 2;
	out.cut = out.is_steady ? best * SIFT_MSER_BATCH : 0;
	return out;
}

static bool
are_numbers(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			return false;
	}
	return true;
}

double
sift_batch_error(const double *values, size_t count)
{
	double mean = 0, squares = 0;

	if (count < SIFT_BATCHES_MIN || !are_numbers(values, count))
		return NAN;
	for (size_t i = 0; i < count; i++) {
		double gap = values[i] - mean;

		mean += gap / (double)(i + 1);
		squares += gap * (values[i] - mean);
	}
	return sqrt(squares / (double)(count - 1) / (double)count);
}

/* Least squares over 0, 1, 2 …, whose mean and squares are known. */
struct sift_drift
sift_drift(const double *values, size_t count)
{
	struct sift_drift out = {NAN, NAN, false};
	double n = (double)count, middle = (n - 1) / 2, mean = 0;
	double sxx = n * (n * n - 1) / 12, sxy = 0, rest = 0, slope, se;

	if (count < SIFT_BATCHES_MIN || !are_numbers(values, count))
		return out;
	for (size_t i = 0; i < count; i++)
		mean += values[i] / n;
	for (size_t i = 0; i < count; i++)
		sxy += ((double)i - middle) * (values[i] - mean);
	slope = sxy / sxx;
	for (size_t i = 0; i < count; i++) {
		double gap = values[i] - mean - slope * ((double)i - middle);

		rest += gap * gap;
	}
	se = sqrt(rest / (n - 2) / sxx);
	out.p = slope == 0 ? 1 : sift_t_two_sided(slope / se, n - 2);
	out.share = mean == 0 ? NAN : slope * (n - 1) / mean;
	out.is_found = out.p <= DRIFT_P && fabs(out.share) >= DRIFT_SHARE;
	return out;
}

size_t
sift_plateaus(const double *load, size_t count, size_t min_count, size_t settle,
	      struct sift_plateau *out, size_t max)
{
	size_t found = 0;

	for (size_t first = 0, end; first < count; first = end) {
		end = first + 1;
		while (end < count && load[end] == load[first])
			end++;
		if (isnan(load[first]) || end - first < min_count ||
		    end - first <= settle)
			continue;
		if (found < max)
			out[found] = (struct sift_plateau){first + settle,
							   end - first - settle,
							   load[first]};
		found++;
	}
	return found;
}
