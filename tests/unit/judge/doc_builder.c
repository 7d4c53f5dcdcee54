/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "doc_builder.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RUN_SECONDS 60.0
#define LISTED 32 /* thresholds or failures of a run */

static void *
get(struct doc_builder *b, size_t count, size_t size)
{
	void *memory = sift_arena_array(&b->arena, count, size);

	ck_assert_ptr_nonnull(memory);
	return memory;
}

static double
known(double value)
{
	return value > 0 ? value : NAN;
}

/* -1 for an unknown one, NAN included. */
static int64_t
count_of(double value)
{
	return value >= 0 ? (int64_t)value : -1;
}

static struct sift_latency
no_latency(void)
{
	struct sift_latency latency;
	size_t i;

	for (i = 0; i < SIFT_STAT_COUNT; i++)
		latency.ms[i] = NAN;
	return latency;
}

static struct sift_result
result_of(struct doc_figures f)
{
	struct sift_result r = {
		.requests = count_of(f.requests),
		.failures = count_of(f.failures),
		.rps = f.rps > 0 ? f.rps : known(f.requests / RUN_SECONDS),
		.latency = no_latency(),
		.origin = SIFT_ORIGIN_EXACT,
		.resolution_ms = 0,
		.percentiles = SIFT_PERCENTILES_K6,
		.error_rate = NAN,
	};

	if (f.requests > 0 && f.failures >= 0)
		r.error_rate = f.failures / f.requests;
	r.latency.ms[SIFT_STAT_MEAN] = known(f.mean > 0 ? f.mean : f.p50);
	r.latency.ms[SIFT_STAT_P50] = known(f.p50);
	r.latency.ms[SIFT_STAT_P90] = known(f.p90);
	r.latency.ms[SIFT_STAT_P95] = known(f.p95);
	r.latency.ms[SIFT_STAT_P99] = known(f.p99);
	r.latency.ms[SIFT_STAT_P999] = known(f.p99_9);
	r.latency.ms[SIFT_STAT_MAX] = known(f.max);
	return r;
}

void
doc_init(struct doc_builder *b)
{
	*b = (struct doc_builder){0};
	sift_arena_init(&b->arena);
	b->doc.generator_name = "loadsift";
	b->doc.generator_version = "test";
	b->doc.runs = get(b, DOC_RUNS, sizeof(*b->doc.runs));
	b->doc.sets = get(b, DOC_SETS, sizeof(*b->doc.sets));
	b->doc.sweeps = get(b, DOC_SETS, sizeof(*b->doc.sweeps));
}

void
doc_release(struct doc_builder *b)
{
	sift_arena_release(&b->arena);
}

static void
add_run(struct doc_builder *b, size_t set, size_t i)
{
	struct sift_set *s = &b->doc.sets[set];
	struct sift_run *run = &b->doc.runs[b->doc.run_count];

	ck_assert_uint_lt(b->doc.run_count, DOC_RUNS);
	*run = (struct sift_run){
		.id = sift_arena_printf(&b->arena, "r%012zu", b->doc.run_count),
		.label = sift_arena_printf(&b->arena, "%s run-%zu", s->label,
					   i + 1),
		.set = set,
		.tool = "test",
		.duration_s = RUN_SECONDS,
		.load = {NAN, NAN, NAN},
		.source_kind = "points",
		.total = result_of(
			(struct doc_figures){.requests = -1, .failures = -1}),
		.endpoints = get(b, DOC_ENDPOINTS, sizeof(*run->endpoints)),
		.thresholds = get(b, LISTED, sizeof(*run->thresholds)),
		.failures = get(b, LISTED, sizeof(*run->failures)),
	};
	s->runs[i] = b->doc.run_count++;
}

size_t
doc_set(struct doc_builder *b, const char *scenario, const char *load,
	size_t runs)
{
	size_t set = b->doc.set_count++;
	struct sift_set *s = &b->doc.sets[set];
	size_t i;

	ck_assert_uint_lt(set, DOC_SETS);
	*s = (struct sift_set){
		.id = sift_arena_printf(&b->arena, "s%08zu", set),
		.label = load ? sift_arena_printf(&b->arena, "%s %s", scenario,
						  load)
			      : scenario,
		.scenario = scenario,
		.load = load,
		.tool = "test",
		.runs = get(b, runs, sizeof(*s->runs)),
		.run_count = runs,
		.grouped_by = "the test",
		.source_kind = "points",
		.users = NAN,
		.measured_rps = NAN,
		.duration_s = RUN_SECONDS,
		.endpoints = get(b, DOC_ENDPOINTS, sizeof(*s->endpoints)),
	};
	for (i = 0; i < runs; i++)
		add_run(b, set, i);
	return set;
}

struct sift_run *
doc_run(struct doc_builder *b, size_t set, size_t i)
{
	ck_assert_uint_lt(i, b->doc.sets[set].run_count);
	return &b->doc.runs[b->doc.sets[set].runs[i]];
}

static struct sift_result *
keep_result(struct doc_builder *b, struct doc_figures figures)
{
	struct sift_result *result = get(b, 1, sizeof(*result));

	*result = result_of(figures);
	return result;
}

static void
add_endpoint(struct doc_builder *b, size_t set, struct sift_set_endpoint what,
	     const struct doc_figures *figures, size_t stride)
{
	struct sift_set *s = &b->doc.sets[set];
	size_t i;

	ck_assert_uint_lt(s->endpoint_count, DOC_ENDPOINTS);
	s->endpoints[s->endpoint_count++] = what;
	for (i = 0; i < s->run_count; i++) {
		struct sift_run *run = doc_run(b, set, i);

		run->endpoints[run->endpoint_count++] = (struct sift_series){
			.method = what.method,
			.name = what.name,
			.kind = what.kind,
			.result = keep_result(b, figures[i * stride])};
	}
}

void
doc_same(struct doc_builder *b, size_t set, const char *method,
	 const char *name, struct doc_figures figures)
{
	struct sift_set_endpoint what = {
		.method = method, .name = name, .kind = SIFT_KIND_HTTP};

	add_endpoint(b, set, what, &figures, 0);
}

void
doc_each(struct doc_builder *b, size_t set, const char *method,
	 const char *name, const struct doc_figures *figures)
{
	struct sift_set_endpoint what = {
		.method = method, .name = name, .kind = SIFT_KIND_HTTP};

	add_endpoint(b, set, what, figures, 1);
}

void
doc_trend(struct doc_builder *b, size_t set, const char *name,
	  struct doc_figures figures)
{
	struct sift_set_endpoint what = {.name = name, .kind = SIFT_KIND_TREND};

	figures.failures = -1;
	add_endpoint(b, set, what, &figures, 0);
}

void
doc_total(struct doc_builder *b, size_t set, struct doc_figures figures)
{
	size_t i;

	for (i = 0; i < b->doc.sets[set].run_count; i++)
		doc_run(b, set, i)->total = result_of(figures);
}

void
doc_threshold(struct doc_builder *b, size_t set, const char *metric,
	      const char *expression, int passed)
{
	size_t i;

	for (i = 0; i < b->doc.sets[set].run_count; i++) {
		struct sift_run *run = doc_run(b, set, i);

		ck_assert_uint_lt(run->threshold_count, LISTED);
		run->thresholds[run->threshold_count++] =
			(struct sift_threshold){metric, expression, passed};
	}
}

void
doc_failure(struct doc_builder *b, size_t set, size_t i,
	    const char *fingerprint, const char *method, const char *name,
	    int64_t count)
{
	struct sift_run *run = doc_run(b, set, i);

	ck_assert_uint_lt(run->failure_count, LISTED);
	run->failures[run->failure_count++] =
		(struct sift_failure){fingerprint, method, name, count, NULL};
}

size_t
doc_sweep(struct doc_builder *b, const char *scenario, const size_t *sets,
	  size_t count)
{
	size_t sweep = b->doc.sweep_count++;
	struct sift_sweep *s = &b->doc.sweeps[sweep];
	size_t i;

	ck_assert_uint_lt(sweep, DOC_SETS);
	*s = (struct sift_sweep){scenario, "test", "users",
				 get(b, count, sizeof(*s->levels)), count};
	for (i = 0; i < count; i++)
		s->levels[i].set = sets[i];
	return sweep;
}

/* ---- what follows from the runs ---- */

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median_of(double *sorted, size_t n)
{
	qsort(sorted, n, sizeof(*sorted), compare);
	if (!n)
		return NAN;
	return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

static void
add_scatter(struct doc_builder *b, struct sift_spread *s, const double *sorted)
{
	struct sift_scatter *scatter = get(b, 1, sizeof(*scatter));
	double deviations[DOC_RUNS];
	double sum = 0, squares = 0;
	size_t i;

	for (i = 0; i < s->n; i++)
		sum += sorted[i];
	scatter->mean = sum / s->n;
	for (i = 0; i < s->n; i++) {
		squares += (sorted[i] - scatter->mean) *
			   (sorted[i] - scatter->mean);
		deviations[i] = fabs(sorted[i] - s->median);
	}
	scatter->min = sorted[0];
	scatter->max = sorted[s->n - 1];
	scatter->variance = squares / (s->n - 1);
	scatter->stddev = sqrt(scatter->variance);
	scatter->cv = scatter->mean > 0 ? scatter->stddev / scatter->mean : NAN;
	scatter->mad = median_of(deviations, s->n);
	s->scatter = scatter;
}

static struct sift_spread
spread_of(struct doc_builder *b, const double *values, size_t count)
{
	struct sift_spread s = {.value_count = (unsigned)count};
	double *kept = get(b, count, sizeof(*kept));
	double sorted[DOC_RUNS];
	size_t i;

	for (i = 0; i < count; i++) {
		kept[i] = values[i];
		if (!isnan(values[i]))
			sorted[s.n++] = values[i];
	}
	s.values = kept;
	s.median = median_of(sorted, s.n);
	if (s.n >= 2)
		add_scatter(b, &s, sorted);
	return s;
}

typedef double pick(const struct sift_run *run, const struct sift_series *e,
		    int stat);

static double
pick_requests(const struct sift_run *run, const struct sift_series *e, int stat)
{
	(void)run;
	(void)stat;
	return e->result->requests < 0 ? NAN : (double)e->result->requests;
}

static double
pick_failures(const struct sift_run *run, const struct sift_series *e, int stat)
{
	(void)run;
	(void)stat;
	return e->result->failures < 0 ? NAN : (double)e->result->failures;
}

static double
pick_error_rate(const struct sift_run *run, const struct sift_series *e,
		int stat)
{
	(void)run;
	(void)stat;
	return e->result->error_rate;
}

static double
pick_rps(const struct sift_run *run, const struct sift_series *e, int stat)
{
	(void)run;
	(void)stat;
	return e->result->rps;
}

static double
pick_latency(const struct sift_run *run, const struct sift_series *e, int stat)
{
	(void)run;
	return e->result->latency.ms[stat];
}

static double
pick_latency_ok(const struct sift_run *run, const struct sift_series *e,
		int stat)
{
	(void)run;
	return e->result->latency_ok ? e->result->latency_ok->ms[stat] : NAN;
}

static double
pick_share(const struct sift_run *run, const struct sift_series *e, int stat)
{
	(void)stat;
	return sift_share_of_time(e, run->spent_ms);
}

/* `endpoint` of the set, SIFT_NONE for the total. */
static struct sift_spread
spread_over_runs(struct doc_builder *b, size_t set, size_t endpoint,
		 pick *picked, int stat)
{
	double values[DOC_RUNS];
	size_t i, count = b->doc.sets[set].run_count;

	for (i = 0; i < count; i++) {
		struct sift_run *run = doc_run(b, set, i);
		const struct sift_series total = {.result = &run->total};

		values[i] = picked(run,
				   endpoint == SIFT_NONE
					   ? &total
					   : &run->endpoints[endpoint],
				   stat);
	}
	return spread_of(b, values, count);
}

static void
finish_result(struct doc_builder *b, size_t set, size_t endpoint,
	      struct sift_set_result *r)
{
	struct sift_spread *ok = get(b, SIFT_STAT_COUNT, sizeof(*ok));
	int i;

	r->requests = spread_over_runs(b, set, endpoint, pick_requests, 0);
	r->failures = spread_over_runs(b, set, endpoint, pick_failures, 0);
	r->error_rate = spread_over_runs(b, set, endpoint, pick_error_rate, 0);
	r->rps = spread_over_runs(b, set, endpoint, pick_rps, 0);
	for (i = 0; i < SIFT_STAT_COUNT; i++) {
		r->latency[i] =
			spread_over_runs(b, set, endpoint, pick_latency, i);
		ok[i] = spread_over_runs(b, set, endpoint, pick_latency_ok, i);
	}
	r->latency_ok = ok;
	r->share_of_time =
		spread_over_runs(b, set, endpoint, pick_share, 0).median;
	r->origin = SIFT_ORIGIN_EXACT;
	r->resolution_ms = 0;
	r->percentiles = SIFT_PERCENTILES_K6;
	r->source_kind = "points";
}

static double
time_spent(const struct sift_series *e)
{
	double time = (double)e->result->requests *
		      e->result->latency.ms[SIFT_STAT_MEAN];

	return e->kind == SIFT_KIND_TREND || isnan(time) ? 0 : time;
}

static void
finish_run(struct sift_run *run)
{
	struct sift_result *t = &run->total;
	int64_t requests = 0, failures = 0;
	size_t i;

	for (i = 0; i < run->endpoint_count; i++) {
		struct sift_series *e = &run->endpoints[i];

		run->spent_ms += time_spent(e);
		if (e->kind == SIFT_KIND_TREND)
			continue;
		requests += e->result->requests;
		failures += e->result->failures > 0 ? e->result->failures : 0;
	}
	if (t->requests < 0 && requests > 0) {
		t->requests = requests;
		t->failures = failures;
		t->error_rate = (double)failures / (double)requests;
		t->rps = (double)requests / RUN_SECONDS;
		t->latency.ms[SIFT_STAT_MEAN] =
			run->spent_ms / (double)requests;
	}
	run->load.measured_rps = t->rps;
}

static void
finish_sweep(struct doc_builder *b, struct sift_sweep *sweep)
{
	size_t i;

	for (i = 0; i < sweep->level_count; i++) {
		struct sift_sweep_level *level = &sweep->levels[i];
		const struct sift_set *set = &b->doc.sets[level->set];

		level->load = set->load;
		level->users = set->users;
		level->measured_rps = set->measured_rps;
		level->p50_ms = set->total.latency[SIFT_STAT_P50].median;
		level->p95_ms = set->total.latency[SIFT_STAT_P95].median;
		level->error_rate = set->total.error_rate.median;
	}
}

void
doc_finish(struct doc_builder *b)
{
	size_t i, j;

	for (i = 0; i < b->doc.run_count; i++)
		finish_run(&b->doc.runs[i]);
	for (i = 0; i < b->doc.set_count; i++) {
		struct sift_set *set = &b->doc.sets[i];

		finish_result(b, i, SIFT_NONE, &set->total);
		for (j = 0; j < set->endpoint_count; j++)
			finish_result(b, i, j, &set->endpoints[j].result);
		set->measured_rps = set->total.rps.median;
	}
	for (i = 0; i < b->doc.sweep_count; i++)
		finish_sweep(b, &b->doc.sweeps[i]);
}

/* ---- finding one's way ---- */

static int
same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

struct sift_set_endpoint *
doc_endpoint(struct doc_builder *b, size_t set, const char *method,
	     const char *name)
{
	struct sift_set *s = &b->doc.sets[set];
	size_t i;

	for (i = 0; i < s->endpoint_count; i++)
		if (same(s->endpoints[i].name, name) &&
		    same(s->endpoints[i].method, method))
			return &s->endpoints[i];
	ck_abort_msg("no endpoint %s", name);
	return NULL;
}

const struct sift_finding *
doc_finding(const struct sift_document *doc, const char *rule, const char *name)
{
	size_t i;

	for (i = 0; i < doc->finding_count; i++)
		if (same(doc->findings[i].rule, rule) &&
		    same(doc->findings[i].name, name))
			return &doc->findings[i];
	return NULL;
}

const struct sift_evidence *
doc_evidence(const struct sift_finding *finding, const char *text)
{
	size_t i;

	for (i = 0; finding && i < finding->evidence_count; i++)
		if (strstr(finding->evidence[i].message, text))
			return &finding->evidence[i];
	return NULL;
}
