/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_elapsed.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "read/locust_cells.h"
#include "read/locust_endpoints.h"

#define MAX_NAMES 262144u
/* Fewer groups do not tell counts that grow from counts that happened to. */
#define GROUPS_MIN 3
/* Numbers from here on are seconds of the epoch: the start is not 0. */
#define EPOCH_S 1e9

struct sift_locust_elapsed_item {
	struct sift_figures latest;
	struct sift_figures sum; /* of all rows, as if each were an interval */
	int64_t first_requests;	 /* in the first group of the file */
	size_t rows;
};

void
sift_locust_elapsed_init(struct sift_locust_elapsed *e)
{
	memset(e, 0, sizeof(*e));
	sift_table_init(&e->names, MAX_NAMES);
}

void
sift_locust_elapsed_release(struct sift_locust_elapsed *e)
{
	sift_free(e->items);
	sift_table_release(&e->names);
}

/* ---- adding ---- */

static double
weighted(double a, int64_t weight_a, double b, int64_t weight_b)
{
	if (!weight_a || !weight_b)
		return weight_a ? a : b;
	return (a * (double)weight_a + b * (double)weight_b) /
	       (double)(weight_a + weight_b);
}

/* Percentiles cannot be added; all else can. */
static void
add_interval(struct sift_figures *sum, const struct sift_figures *f)
{
	double *ms = sum->latency.ms;
	const double *more = f->latency.ms;
	const double mean = weighted(ms[SIFT_STAT_MEAN], sum->requests,
				     more[SIFT_STAT_MEAN], f->requests);
	const double min = fmin(ms[SIFT_STAT_MIN], more[SIFT_STAT_MIN]);
	const double max = fmax(ms[SIFT_STAT_MAX], more[SIFT_STAT_MAX]);

	sum->mean_bytes = weighted(sum->mean_bytes, sum->requests,
				   f->mean_bytes, f->requests);
	sift_latency_init(&sum->latency);
	ms[SIFT_STAT_MEAN] = mean;
	ms[SIFT_STAT_MIN] = min;
	ms[SIFT_STAT_MAX] = max;
	sum->requests += f->requests;
	if (sum->failures >= 0 && f->failures >= 0)
		sum->failures += f->failures;
	else
		sum->failures = -1;
}

static void
add_row(struct sift_locust_elapsed *e, struct sift_locust_elapsed_item *item,
	const struct sift_figures *f)
{
	if (item->rows++) {
		e->has_fallen |= f->requests < item->latest.requests;
		add_interval(&item->sum, f);
	} else {
		item->sum = *f;
	}
	item->latest = *f;
	if (e->groups == 1)
		item->first_requests = item->sum.requests;
}

enum sift_status
sift_locust_elapsed_add(struct sift_locust_elapsed *e, double seconds,
			struct sift_span name,
			const struct sift_figures *figures,
			struct sift_err *err)
{
	enum sift_status rc;
	bool is_new;
	uint32_t id;

	if (sift_array_grow((void **)&e->items, &e->capacity,
			    e->names.count + 1, sizeof(*e->items),
			    MAX_NAMES + 1))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for rows");
	rc = sift_table_intern(&e->names, name, &id, &is_new);
	if (rc)
		return sift_fail(err, rc,
				 rc == SIFT_E_LIMIT ? "more than %u endpoints"
						    : "no memory (%u names)",
				 MAX_NAMES);
	if (is_new)
		memset(&e->items[id], 0, sizeof(e->items[id]));
	if (!e->groups)
		e->first_s = seconds;
	if (!e->groups || seconds > e->last_s)
		e->groups++;
	e->last_s = seconds;
	add_row(e, &e->items[id], figures);
	return SIFT_OK;
}

/* ---- putting ---- */

bool
sift_locust_elapsed_is_cumulative(const struct sift_locust_elapsed *e)
{
	return e->groups >= GROUPS_MIN && !e->has_fallen;
}

static struct sift_figures
figures_of(const struct sift_locust_elapsed *e, uint32_t id)
{
	const struct sift_locust_elapsed_item *item = &e->items[id];
	struct sift_figures f =
		sift_locust_elapsed_is_cumulative(e) ? item->latest : item->sum;
	int64_t before = 0;
	double span = e->last_s;

	/* what the first group counted was before its time */
	if (e->first_s <= 0 || e->first_s >= EPOCH_S) {
		before = item->first_requests;
		span -= e->first_s;
	}
	f.rps = span > 0 ? (double)(f.requests - before) / span : (double)NAN;
	return f;
}

/* The row of totals, if there is one, comes last. */
static enum sift_status
add_all(const struct sift_locust_elapsed *e,
	struct sift_locust_endpoints *endpoints, bool totals,
	struct sift_err *err)
{
	static const struct sift_span none = SIFT_SPAN_INIT("");
	enum sift_status rc = SIFT_OK;

	for (uint32_t id = 0; id < e->names.count && !rc; id++) {
		struct sift_span name = sift_table_key(&e->names, id);
		struct sift_locust_endpoint row = {.figures =
							   figures_of(e, id)};

		if (sift_locust_is_total(none, name) == totals)
			rc = sift_locust_endpoints_add(endpoints, none, name,
						       &row, err);
	}
	return rc;
}

enum sift_status
sift_locust_elapsed_put(const struct sift_locust_elapsed *e,
			const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_locust_endpoints endpoints;
	enum sift_status rc;

	sift_locust_endpoints_init(&endpoints, sink);
	rc = add_all(e, &endpoints, false, err);
	if (!rc)
		rc = add_all(e, &endpoints, true, err);
	if (!rc)
		rc = sift_locust_endpoints_end(&endpoints, err);
	if (!rc)
		rc = sift_locust_endpoints_put(&endpoints, false, err);
	sift_locust_endpoints_release(&endpoints);
	return rc;
}
