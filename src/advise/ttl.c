/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Cache TTLs (DESIGN 4.7): the table that the users of the published scripts
 * know, with what was wrong with it put right: the volume is that of one run
 * and says so, errors and names that must not be cached are heeded, and
 * nothing is drawn from a set in which the whole service was failing.
 *
 * One pass finds the endpoints of each scenario and the set to take each
 * from, a second one judges them, a third one sorts.
 */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "advise/advise.h"
#include "advise/name_words.h"
#include "advise/phrases.h"
#include "advise/saturation.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/table.h"
#include "base/text.h"

#define P99_REQUESTS 100 /* per run, from which p99 counts */
#define P95_REQUESTS 20	 /* from which p95 stands in */
#define SLOW_MS 200.0
#define FAST_MS 50.0
#define SLOW_TTL_S 300
#define FAST_TTL_S 60
#define ERRORS_MAX 0.01
#define GAIN_P50_MS 10.0
#define GAIN_SHARE 0.01
#define SECONDS_PER_DAY 86400.0
#define CANDIDATES_MAX (16u * 1024 * 1024)

/* Above how many requests, how long. */
static const struct {
	double over;
	int ttl_s;
} tiers[] = {{1000, 300}, {100, 120}, {10, 60}, {-1, 30}};
#define LAST_TIER (sizeof(tiers) / sizeof(tiers[0]) - 1)

/* An endpoint of a scenario and the set to judge it by. */
struct candidate {
	size_t set;
	const struct sift_set_endpoint *endpoint;
	bool usable; /* the set is neither failing nor saturated */
};

struct ttl_work {
	struct sift_document *doc;
	const struct sift_config *config;
	bool traffic_rate;
	struct sift_arena *arena;
	struct sift_err *err;
	const struct sift_strain *strain; /* one per set */
	struct sift_table table; /* scenario, method, name -> candidate */
	struct candidate *candidates;
	size_t capacity;
	struct sift_buf key; /* scratch */
	struct sift_buf line;
};

static enum sift_status
no_memory(struct ttl_work *w)
{
	return sift_fail(w->err, SIFT_E_NOMEM, "no memory for cache TTLs");
}

/* ---- which set an endpoint is judged by ---- */

static double
requests_of(const struct sift_set_endpoint *endpoint)
{
	return endpoint->result.requests.median;
}

/* Is `a` better to judge by? Equals keep the document's order. */
static bool
is_better(const struct candidate *a, const struct candidate *b)
{
	double x = requests_of(a->endpoint), y = requests_of(b->endpoint);

	if (a->usable != b->usable)
		return a->usable;
	return isnan(y) ? !isnan(x) : x > y;
}

static enum sift_status
find_candidate(struct ttl_work *w, const struct sift_set *set,
	       const struct sift_set_endpoint *endpoint, struct candidate **out,
	       bool *out_new)
{
	uint32_t id;
	enum sift_status rc;

	/* A NUL ends each part: no name can look like two. */
	sift_buf_clear(&w->key);
	sift_buf_add_str(&w->key, set->scenario ? set->scenario : "");
	sift_buf_add_byte(&w->key, '\0');
	sift_buf_add_str(&w->key, endpoint->method ? endpoint->method : "");
	sift_buf_add_byte(&w->key, '\0');
	sift_buf_add_str(&w->key, endpoint->name ? endpoint->name : "");
	if (sift_buf_status(&w->key))
		return no_memory(w);
	rc = sift_table_intern(&w->table, sift_buf_span(&w->key), &id, out_new);
	if (rc)
		return sift_fail(w->err, rc, "too many endpoints for TTLs");
	if (sift_array_grow((void **)&w->candidates, &w->capacity,
			    (size_t)id + 1, sizeof(*w->candidates),
			    CANDIDATES_MAX))
		return no_memory(w);
	*out = &w->candidates[id];
	return SIFT_OK;
}

static enum sift_status
consider_set(struct ttl_work *w, size_t index)
{
	const struct sift_set *set = &w->doc->sets[index];
	bool usable =
		!w->strain[index].is_failing && !w->strain[index].is_saturated;
	size_t i;

	for (i = 0; i < set->endpoint_count; i++) {
		struct candidate here = {index, &set->endpoints[i], usable};
		struct candidate *best = NULL;
		bool is_new = false;
		enum sift_status rc;

		if (here.endpoint->kind != SIFT_KIND_HTTP)
			continue;
		rc = find_candidate(w, set, here.endpoint, &best, &is_new);
		if (rc)
			return rc;
		if (is_new || is_better(&here, best))
			*best = here;
	}
	return SIFT_OK;
}

/* ---- volume ---- */

struct volume {
	double requests;
	const char *basis;
	const char *words; /* behind "requests" */
};

static struct volume
volume_of(const struct ttl_work *w, const struct sift_set_endpoint *endpoint)
{
	const struct sift_traffic *traffic = sift_config_traffic(
		w->config, endpoint->method, endpoint->name);

	if (traffic)
		return (struct volume){traffic->per_day, "configured",
				       " a day (configured)"};
	if (w->traffic_rate && !isnan(endpoint->result.rps.median))
		return (struct volume){endpoint->result.rps.median *
					       SECONDS_PER_DAY,
				       "rate", " a day (measured rate)"};
	return (struct volume){requests_of(endpoint), "run", " per run"};
}

static void
say_volume(struct ttl_work *w, const struct volume *volume)
{
	if (isnan(volume->requests)) {
		sift_buf_add_str(&w->line, "number of requests not known");
		return;
	}
	sift_phrase_number(&w->line, volume->requests, NAN, SIFT_PHRASE_PLAIN);
	sift_buf_add_str(&w->line,
			 volume->requests == 1 ? " request" : " requests");
	sift_buf_add_str(&w->line, volume->words);
}

static int
ttl_by_volume(struct ttl_work *w, double requests)
{
	size_t i = 0;

	while (i < LAST_TIER && !(requests > tiers[i].over))
		i++;
	if (i < LAST_TIER)
		sift_buf_printf(&w->line, " > %.0f", tiers[i].over);
	else
		sift_buf_printf(&w->line, ", not over %.0f", tiers[i - 1].over);
	return tiers[i].ttl_s;
}

/* ---- the slow tail ---- */

/* p99 where a run has requests enough for it, else p95, else neither. */
static enum sift_stat
tail_stat(const struct sift_set_result *result)
{
	double requests = result->requests.median;

	if (requests >= P99_REQUESTS &&
	    !isnan(result->latency[SIFT_STAT_P99].median))
		return SIFT_STAT_P99;
	if (requests >= P95_REQUESTS &&
	    !isnan(result->latency[SIFT_STAT_P95].median))
		return SIFT_STAT_P95;
	return SIFT_STAT_COUNT;
}

static void
say_limit(struct ttl_work *w, enum sift_stat stat, double value, char relation,
	  double limit)
{
	sift_buf_printf(&w->line, ", %s ", sift_stat_name(stat));
	sift_phrase_number(&w->line, value, limit, SIFT_PHRASE_MS);
	sift_buf_printf(&w->line, " %c %.0f ms", relation, limit);
}

static int
ttl_by_tail(struct ttl_work *w, const struct sift_set_result *result, int ttl_s)
{
	enum sift_stat stat = tail_stat(result);
	double value;

	if (stat == SIFT_STAT_COUNT)
		return ttl_s;
	value = result->latency[stat].median;
	if (value > SLOW_MS) {
		say_limit(w, stat, value, '>', SLOW_MS);
		sift_buf_printf(&w->line, " (at least %d s)", SLOW_TTL_S);
		return ttl_s > SLOW_TTL_S ? ttl_s : SLOW_TTL_S;
	}
	if (value < FAST_MS) {
		say_limit(w, stat, value, '<', FAST_MS);
		sift_buf_printf(&w->line, " (at most %d s)", FAST_TTL_S);
		return ttl_s < FAST_TTL_S ? ttl_s : FAST_TTL_S;
	}
	return ttl_s;
}

/* ---- what gets none ---- */

static bool
is_method(const char *method, const char *wanted)
{
	return sift_span_equal_nocase(sift_span_str(method),
				      sift_span_str(wanted));
}

static bool
method_known(const struct sift_set_endpoint *endpoint)
{
	return endpoint->method && *endpoint->method;
}

static bool
method_writes(const struct sift_set_endpoint *endpoint)
{
	return method_known(endpoint) && !is_method(endpoint->method, "GET") &&
	       !is_method(endpoint->method, "HEAD");
}

/* 12 of 1200 are not over 1 %: counts compare exactly, a quotient may not. */
static bool
fails_too_often(const struct sift_set_result *result)
{
	double failures = sift_spread_sum(&result->failures);
	double requests = sift_spread_sum(&result->requests);

	if (isnan(failures) || isnan(requests) || requests <= 0)
		return result->error_rate.median > ERRORS_MAX;
	return failures * 100 > requests;
}

/* Writes why there is no TTL into the line and returns true. */
static bool
is_excluded(struct ttl_work *w, const struct candidate *c,
	    const struct volume *volume)
{
	const struct sift_set_endpoint *endpoint = c->endpoint;
	const char *word =
		sift_name_any_word(endpoint->name, w->config->no_cache_words,
				   w->config->no_cache_word_count);

	if (method_writes(endpoint)) {
		sift_phrase_text(&w->line, endpoint->method);
		sift_buf_add_str(&w->line, " does not only read");
	} else if (word) {
		sift_buf_add_str(&w->line, "its name says \"");
		sift_phrase_text(&w->line, word);
		sift_buf_add_byte(&w->line, '"');
	} else if (!c->usable) {
		sift_buf_add_str(&w->line, "the service as a whole is failing "
					   "or saturated in every set");
	} else if (fails_too_often(&endpoint->result)) {
		sift_phrase_failures(&w->line, &endpoint->result);
	} else if (isnan(volume->requests)) {
		sift_buf_add_str(&w->line, "no volume to choose by");
	} else {
		return false;
	}
	sift_buf_add_str(&w->line, "; ");
	return true;
}

/* ---- one line ---- */

static bool
has_little_to_gain(struct ttl_work *w, const struct sift_set_result *result)
{
	double p50 = result->latency[SIFT_STAT_P50].median;

	if (p50 < GAIN_P50_MS) {
		sift_buf_add_str(&w->line, "; little to gain: p50 ");
		sift_phrase_number(&w->line, p50, GAIN_P50_MS, SIFT_PHRASE_MS);
		return true;
	}
	if (result->share_of_time < GAIN_SHARE) {
		sift_buf_add_str(&w->line, "; little to gain: ");
		sift_phrase_number(&w->line, result->share_of_time, GAIN_SHARE,
				   SIFT_PHRASE_SHARE);
		sift_buf_add_str(&w->line, " of the time");
		return true;
	}
	return false;
}

static int64_t
choose_ttl(struct ttl_work *w, const struct candidate *c,
	   const struct volume *volume)
{
	bool excluded = is_excluded(w, c, volume);
	int ttl_s;

	say_volume(w, volume);
	if (excluded)
		return -1;
	ttl_s = ttl_by_volume(w, volume->requests);
	return ttl_by_tail(w, &c->endpoint->result, ttl_s);
}

static enum sift_status
judge_candidate(struct ttl_work *w, const struct candidate *c,
		struct sift_ttl *out)
{
	const struct sift_set *set = &w->doc->sets[c->set];
	const struct sift_set_result *result = &c->endpoint->result;
	struct volume volume = volume_of(w, c->endpoint);

	*out = (struct sift_ttl){
		.scenario = set->scenario,
		.set = c->set,
		.method = c->endpoint->method,
		.name = c->endpoint->name,
		.volume = volume.requests,
		.volume_basis = volume.basis,
		.p99_ms = NAN,
	};
	if (tail_stat(result) == SIFT_STAT_P99)
		out->p99_ms = result->latency[SIFT_STAT_P99].median;
	sift_buf_clear(&w->line);
	out->ttl_s = choose_ttl(w, c, &volume);
	sift_buf_add_str(&w->line, " in ");
	sift_phrase_text(&w->line, set->label);
	if (out->ttl_s >= 0 && !method_known(c->endpoint))
		sift_buf_add_str(&w->line, "; method unknown: only if it is "
					   "a read");
	if (out->ttl_s >= 0)
		out->little_to_gain = has_little_to_gain(w, result);
	if (sift_buf_status(&w->line))
		return no_memory(w);
	out->reason = sift_arena_str(w->arena, w->line.ptr);
	return out->reason ? SIFT_OK : no_memory(w);
}

/* ---- order: worth doing, hardly worth doing, none ---- */

struct ranked {
	struct sift_ttl ttl;
	double share;
};

static int
group_of(const struct sift_ttl *ttl)
{
	return ttl->ttl_s < 0 ? 2 : ttl->little_to_gain ? 1 : 0;
}

static int
compare_text(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a ? a : "", b ? b : "");
}

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int order = group_of(&x->ttl) - group_of(&y->ttl);

	if (order)
		return order;
	if (x->ttl.ttl_s >= 0 && x->share != y->share)
		return x->share > y->share ? -1 : 1;
	order = compare_text(x->ttl.name, y->ttl.name);
	if (!order)
		order = compare_text(x->ttl.method, y->ttl.method);
	if (!order)
		order = sift_text_compare_natural(
			sift_span_str(x->ttl.scenario),
			sift_span_str(y->ttl.scenario));
	return order;
}

static enum sift_status
judge_all(struct ttl_work *w, struct ranked *ranked)
{
	size_t i;

	for (i = 0; i < w->table.count; i++) {
		const struct candidate *c = &w->candidates[i];
		double share = c->endpoint->result.share_of_time;
		enum sift_status rc = judge_candidate(w, c, &ranked[i].ttl);

		if (rc)
			return rc;
		ranked[i].share = isnan(share) ? -1 : share;
	}
	qsort(ranked, w->table.count, sizeof(*ranked), compare_ranked);
	return SIFT_OK;
}

static enum sift_status
write_ttls(struct ttl_work *w)
{
	size_t count = w->table.count, i;
	struct ranked *ranked = sift_calloc(count, sizeof(*ranked));
	struct sift_ttl *ttls =
		sift_arena_array(w->arena, count, sizeof(*ttls));
	enum sift_status rc;

	if (!ranked || !ttls) {
		sift_free(ranked);
		return no_memory(w);
	}
	rc = judge_all(w, ranked);
	for (i = 0; !rc && i < count; i++)
		ttls[i] = ranked[i].ttl;
	sift_free(ranked);
	if (rc)
		return rc;
	w->doc->cache_ttls = ttls;
	w->doc->cache_ttl_count = count;
	return SIFT_OK;
}

enum sift_status
sift_advise_ttls(struct sift_document *doc, const struct sift_config *config,
		 int traffic_rate, struct sift_arena *arena,
		 struct sift_err *err)
{
	struct ttl_work w = {
		.doc = doc,
		.config = config,
		.traffic_rate = traffic_rate != 0,
		.arena = arena,
		.err = err,
		.strain = sift_find_strain(doc, arena),
	};
	enum sift_status rc = w.strain ? SIFT_OK : no_memory(&w);
	size_t i;

	sift_table_init(&w.table, CANDIDATES_MAX);
	for (i = 0; !rc && i < doc->set_count; i++)
		rc = consider_set(&w, i);
	if (!rc)
		rc = write_ttls(&w);
	sift_table_release(&w.table);
	sift_free(w.candidates);
	sift_buf_release(&w.key);
	sift_buf_release(&w.line);
	return rc;
}
