/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "stat/change.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/change_impl.h"
#include "stat/distribution.h"
#include "stat/multiplicity.h"
#include "stat/order.h"

/* Arrays of one value per endpoint: floor, and d, se, p of two tests. */
#define ARRAYS 7

/* Controls count from two on: one may be the one that moved. */
#define MIN_CONTROLS 2

/* Without controls, an offset needs this many endpoints to be common. */
#define MIN_CENTRED 5

const char *
sift_verdict_name(enum sift_verdict verdict)
{
	static const char *const names[] = {
#define X(name, text) text,
		SIFT_VERDICT_LIST(X)
#undef X
	};

	return (unsigned)verdict < SIFT_VERDICT_COUNT ? names[verdict] : "";
}

enum sift_change_grade
sift_change_grade(size_t before, size_t after)
{
	if (before < 2 || after < 2 || before + after < 5)
		return SIFT_GRADE_DESCRIBED;
	return before + after == 5 ? SIFT_GRADE_LIKELY : SIFT_GRADE_FULL;
}

/* ---- laying out the numbers ---- */

/* A value as it is tested: 0 stands for less than half a step. */
static double
positive(double value, double resolution)
{
	if (value == 0)
		value = resolution / 2;
	return value > 0 && isfinite(value) ? value : NAN;
}

static bool
is_in_all(const struct sift_change_endpoint *endpoint, size_t n, size_t m)
{
	for (size_t r = 0; r < n; r++) {
		if (isnan(positive(endpoint->before[r], endpoint->resolution)))
			return false;
	}
	for (size_t r = 0; r < m; r++) {
		if (isnan(positive(endpoint->after[r], endpoint->resolution)))
			return false;
	}
	return true;
}

static void
work_release(struct change_work *work)
{
	sift_free(work->index);
	sift_free(work->is_reference);
	sift_free(work->scratch);
	sift_free(work->memory);
}

static enum sift_status
work_init(struct change_work *work, size_t count, size_t n, size_t m,
	  struct sift_err *err)
{
	size_t runs = n + m;
	double *next;

	*work = (struct change_work){.n = n, .m = m};
	work->index = sift_calloc(count, sizeof(*work->index));
	work->is_reference = sift_calloc(count, sizeof(*work->is_reference));
	work->scratch = sift_calloc(count > runs ? count : runs,
				    sizeof(*work->scratch));
	if (runs <= SIZE_MAX / sizeof(*next) / 4)
		work->memory =
			sift_calloc(count, (2 * runs + ARRAYS) * sizeof(*next));
	if (!work->index || !work->is_reference || !work->scratch ||
	    !work->memory) {
		work_release(work);
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory to compare %zu endpoints", count);
	}
	next = work->memory;
	work->y = next;
	work->centred = next += count * runs;
	work->floor = next += count * runs;
	work->raw.shift = next += count;
	work->raw.se = next += count;
	work->raw.p = next += count;
	work->centre.shift = next += count;
	work->centre.se = next += count;
	work->centre.p = next + count;
	return SIFT_OK;
}

static void
work_add(struct change_work *work, const struct sift_change_endpoint *endpoint,
	 size_t index)
{
	double *y = work->y + work->count * (work->n + work->m);
	double sd = endpoint->within_sd;

	for (size_t r = 0; r < work->n; r++)
		y[r] = log(positive(endpoint->before[r], endpoint->resolution));
	for (size_t r = 0; r < work->m; r++)
		y[work->n + r] =
			log(positive(endpoint->after[r], endpoint->resolution));
	work->floor[work->count] = fmax(isfinite(sd) ? sd * sd : 0, 1e-8);
	work->index[work->count++] = index;
}

/* Which endpoints give the offsets, and whether they may. */
static void
choose_reference(struct change_work *work,
		 const struct sift_change_endpoint *endpoints,
		 struct sift_change_family *family)
{
	size_t controls = 0;

	for (size_t e = 0; e < work->count; e++)
		controls += endpoints[work->index[e]].is_control;
	family->has_controls = controls >= MIN_CONTROLS;
	family->is_centred = family->has_controls || work->count >= MIN_CENTRED;
	for (size_t e = 0; e < work->count; e++)
		work->is_reference[e] = !family->has_controls ||
					endpoints[work->index[e]].is_control;
}

/* ---- results ---- */

static double
median_of_known(const double *values, size_t count, double *scratch)
{
	size_t known = 0;

	for (size_t i = 0; i < count; i++) {
		if (!isnan(values[i]))
			scratch[known++] = values[i];
	}
	return sift_median_of(scratch, known);
}

static void
describe(const struct sift_change_endpoint *endpoint, size_t n, size_t m,
	 double *scratch, struct sift_change *out)
{
	*out = (struct sift_change){
		.raw = NAN,
		.centred = NAN,
		.shift = NAN,
		.low = NAN,
		.high = NAN,
		.se = NAN,
		.df = NAN,
		.p = NAN,
		.q = NAN,
		.jump = endpoint->jump,
		.limit = NAN,
		.verdict = SIFT_VERDICT_DESCRIBED,
		.reason = SIFT_REASON_NOT_IN_ALL,
	};
	out->before = median_of_known(endpoint->before, n, scratch);
	out->after = median_of_known(endpoint->after, m, scratch);
	out->ratio = out->before > 0 ? out->after / out->before - 1 : NAN;
}

/* The weaker of the two tests, where both are asked (COMPARISON 2.2). */
static void
combine(const struct change_work *work, size_t e,
	const struct sift_change_family *family, struct sift_change *out)
{
	const struct change_test *raw = &work->raw, *centred = &work->centre;
	const struct change_test *decides = raw;
	double h;

	out->raw = out->shift = raw->shift[e];
	out->centred = family->is_centred ? centred->shift[e] : NAN;
	out->p = raw->p[e];
	if (family->has_controls ||
	    (family->is_centred && centred->p[e] >= raw->p[e]))
		decides = centred;
	if (family->has_controls) {
		out->shift = centred->shift[e];
	} else if (family->is_centred) {
		if (fabs(centred->shift[e]) < fabs(raw->shift[e]))
			out->shift = centred->shift[e];
	}
	out->p = decides->p[e];
	out->se = decides->se[e];
	out->df = decides->df;
	if (family->is_centred && !family->has_controls &&
	    raw->shift[e] * centred->shift[e] <= 0) {
		out->shift = 0;
		out->p = 1;
	}
	h = sift_t_quantile(0.975, out->df) * out->se;
	out->low = out->shift - h;
	out->high = out->shift + h;
}

static enum sift_status
adjust(struct change_work *work, struct sift_change *out, struct sift_err *err)
{
	enum sift_status rc;

	for (size_t e = 0; e < work->count; e++)
		work->scratch[e] = out[work->index[e]].p;
	rc = sift_false_discovery(work->scratch, work->count, work->scratch,
				  err);
	for (size_t e = 0; rc == SIFT_OK && e < work->count; e++)
		out[work->index[e]].q = work->scratch[e];
	return rc;
}

static void
judge_each(const struct change_work *work,
	   const struct sift_change_endpoint *endpoints,
	   const struct sift_change_rules *rules,
	   const struct sift_change_family *family, struct sift_change *out)
{
	for (size_t e = 0; e < work->count; e++) {
		struct sift_change *change = &out[work->index[e]];
		struct change_case at = {
			.endpoint = &endpoints[work->index[e]],
			.rules = rules,
			.family = family,
			.n = work->n,
			.m = work->m,
		};

		change->in_common = family->is_centred &&
				    sift_change_is_common(change->raw,
							  family->global_shift);
		sift_change_verdict(&at, change);
	}
}

enum sift_status
sift_change_judge(const struct sift_change_endpoint *endpoints, size_t count,
		  size_t n, size_t m, const struct sift_change_rules *rules,
		  struct sift_change *out,
		  struct sift_change_family *out_family, struct sift_err *err)
{
	struct sift_change_family family = {
		.grade = sift_change_grade(n, m),
		.common = NAN,
		.common_p = NAN,
		.global_shift = NAN,
	};
	struct change_work work;
	enum sift_status rc = work_init(&work, count, n, m, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < count; i++) {
		describe(&endpoints[i], n, m, work.scratch, &out[i]);
		if (family.grade == SIFT_GRADE_DESCRIBED)
			out[i].reason = SIFT_REASON_FEW_RUNS;
		else if (!endpoints[i].is_left_out &&
			 is_in_all(&endpoints[i], n, m))
			work_add(&work, &endpoints[i], i);
	}
	family.tested = work.count;
	if (work.count > 0) {
		choose_reference(&work, endpoints, &family);
		sift_change_test(&work, &family);
		sift_change_common(&work, rules->min_share, &family);
		for (size_t e = 0; e < work.count; e++)
			combine(&work, e, &family, &out[work.index[e]]);
		rc = adjust(&work, out, err);
		if (rc == SIFT_OK)
			judge_each(&work, endpoints, rules, &family, out);
	}
	work_release(&work);
	if (out_family)
		*out_family = family;
	return rc;
}
