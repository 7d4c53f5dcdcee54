/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Findings name endpoints by text. For each set a table of its endpoints is
 * made once, all that concerns the set is looked up in it, and the facts are
 * sorted by endpoint, so that the facts of a case are a piece of an array.
 */
#include <config.h>

#include "advise/case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "advise/saturation.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/table.h"
#include "config/rules.h"

#define FACTS_MAX (16u * 1024 * 1024) /* of one set */
#define REPEATED 3		      /* runs that make a set repeated */
#define GROWTH_REQUESTS 20 /* an endpoint asked less is not counted */

struct sift_case_book {
	const struct sift_document *doc;
	struct sift_arena *arena;
	struct sift_err *err;
	const struct sift_strain *strain; /* one per set */
	struct sift_case_set *sets;	  /* owned, one per set */
	size_t *homes;			  /* owned, set of each finding */
	struct sift_table ttls;	 /* scenario, method, name -> cache_ttls */
	struct sift_table names; /* endpoints of the set at hand */
	size_t *places;		 /* owned, endpoint of each name */
	size_t place_capacity;
	struct sift_fact *facts; /* owned, of the set at hand */
	size_t fact_count, fact_capacity;
	struct sift_buf key;
};

static enum sift_status
no_memory(struct sift_case_book *book)
{
	return sift_fail(book->err, SIFT_E_NOMEM, "no memory for a plan");
}

/* ---- names ---- */

static struct sift_span
make_key(struct sift_buf *key, const char *scope, const char *method,
	 const char *name)
{
	sift_buf_clear(key);
	sift_buf_add_str(key, scope ? scope : "");
	sift_buf_add_byte(key, '\0');
	sift_buf_add_str(key, method ? method : "");
	sift_buf_add_byte(key, '\0');
	sift_buf_add_str(key, name ? name : "");
	return sift_buf_span(key);
}

/* Names are unique per kind: k6 may have a trend that is called like a URL. */
static const char *
kind_scope(enum sift_kind kind)
{
	return kind == SIFT_KIND_TREND ? "t" : "r";
}

static enum sift_status
name_endpoints(struct sift_case_book *book, size_t set)
{
	const struct sift_set *s = &book->doc->sets[set];
	size_t i;

	sift_table_release(&book->names);
	sift_table_init(&book->names, 0);
	for (i = 0; i < s->endpoint_count; i++) {
		const struct sift_set_endpoint *e = &s->endpoints[i];
		struct sift_span key = make_key(&book->key, kind_scope(e->kind),
						e->method, e->name);
		uint32_t id = 0;
		bool is_new = false;

		if (sift_buf_status(&book->key) ||
		    sift_table_intern(&book->names, key, &id, &is_new) ||
		    sift_array_grow((void **)&book->places,
				    &book->place_capacity, (size_t)id + 1,
				    sizeof(*book->places), SIZE_MAX / 64))
			return no_memory(book);
		if (is_new)
			book->places[id] = i;
	}
	return SIFT_OK;
}

/* The endpoint of the set at hand; SIFT_NONE when it has none such. */
static size_t
find_endpoint(struct sift_case_book *book, enum sift_kind kind,
	      const char *method, const char *name)
{
	struct sift_span key =
		make_key(&book->key, kind_scope(kind), method, name);
	uint32_t id = UINT32_MAX;

	if (!sift_buf_status(&book->key))
		id = sift_table_find(&book->names, key);
	return id == UINT32_MAX ? SIFT_NONE : book->places[id];
}

/* ---- where findings of sweeps belong ---- */

static enum sift_status
settle_level(struct sift_case_book *book, size_t sweep, size_t level)
{
	const struct sift_sweep *s = &book->doc->sweeps[sweep];
	size_t set = s->levels[level].set, i;
	enum sift_status rc = name_endpoints(book, set);

	for (i = 0; !rc && i < book->doc->finding_count; i++) {
		const struct sift_finding *f = &book->doc->findings[i];

		if (f->sweep != sweep || book->homes[i] != SIFT_NONE)
			continue;
		if (!f->name || find_endpoint(book, f->kind, f->method,
					      f->name) != SIFT_NONE)
			book->homes[i] = set;
	}
	return rc;
}

static bool
sweep_has_finding(const struct sift_document *doc, size_t sweep)
{
	size_t i;

	for (i = 0; i < doc->finding_count; i++)
		if (doc->findings[i].sweep == sweep)
			return true;
	return false;
}

static enum sift_status
settle_findings(struct sift_case_book *book)
{
	const struct sift_document *doc = book->doc;
	enum sift_status rc = SIFT_OK;
	size_t i, level;

	for (i = 0; i < doc->finding_count; i++)
		book->homes[i] = doc->findings[i].set;
	for (i = 0; i < doc->sweep_count && !rc; i++) {
		if (!sweep_has_finding(doc, i))
			continue;
		for (level = doc->sweeps[i].level_count; level-- && !rc;)
			rc = settle_level(book, i, level);
	}
	return rc;
}

/* ---- facts ---- */

static enum sift_status
add_fact(struct sift_case_book *book, struct sift_fact fact)
{
	int rc = sift_array_grow((void **)&book->facts, &book->fact_capacity,
				 book->fact_count + 1, sizeof(*book->facts),
				 FACTS_MAX);

	if (rc)
		return no_memory(book);
	book->facts[book->fact_count++] = fact;
	return SIFT_OK;
}

static size_t
place_of(struct sift_case_book *book, enum sift_kind kind, const char *method,
	 const char *name)
{
	return name ? find_endpoint(book, kind, method, name) : SIFT_NONE;
}

static enum sift_status
add_finding(struct sift_case_book *book, size_t index)
{
	const struct sift_finding *f = &book->doc->findings[index];
	size_t place = place_of(book, f->kind, f->method, f->name), i;
	struct sift_fact fact = {f->rule,   f->severity, index,
				 SIFT_NONE, f->value,	 place};
	enum sift_status rc = add_fact(book, fact);

	for (i = 0; !rc && i < f->evidence_count; i++) {
		const struct sift_evidence *e = &f->evidence[i];

		if (!e->rule)
			continue;
		fact = (struct sift_fact){e->rule, f->severity, index,
					  i,	   e->value,	place};
		if (e->name)
			fact.endpoint =
				place_of(book, f->kind, e->method, e->name);
		rc = add_fact(book, fact);
	}
	return rc;
}

static int
compare_facts(const void *a, const void *b)
{
	const struct sift_fact *x = a, *y = b;

	if (x->endpoint != y->endpoint)
		return x->endpoint < y->endpoint ? -1 : 1;
	if (x->finding != y->finding)
		return x->finding < y->finding ? -1 : 1;
	/* SIFT_NONE + 1 is 0: the finding itself comes first. */
	if (x->evidence + 1 != y->evidence + 1)
		return x->evidence + 1 < y->evidence + 1 ? -1 : 1;
	return 0;
}

/* ---- what a set looks like as a whole ---- */

static bool
is_rule(const struct sift_fact *fact, enum sift_rule rule)
{
	return !strcmp(fact->rule, sift_rule_name(rule));
}

static bool
is_latency(const struct sift_fact *fact)
{
	return is_rule(fact, SIFT_RULE_LATENCY_P99) ||
	       is_rule(fact, SIFT_RULE_LATENCY_P95) ||
	       is_rule(fact, SIFT_RULE_TARGET_P50) ||
	       is_rule(fact, SIFT_RULE_TARGET_P95) ||
	       is_rule(fact, SIFT_RULE_TARGET_P99);
}

static void
count_slow_reads(struct sift_case_set *set, const struct sift_set *s)
{
	size_t i, last = SIFT_NONE;

	for (i = 0; i < set->fact_count; i++) {
		const struct sift_fact *fact = &set->facts[i];
		const struct sift_set_endpoint *e;

		if (fact->endpoint == SIFT_NONE || fact->endpoint == last ||
		    fact->severity == SIFT_SEVERITY_NOTE || !is_latency(fact))
			continue;
		last = fact->endpoint;
		e = &s->endpoints[last];
		if (!sift_span_equal_nocase(sift_span_str(e->method),
					    SIFT_SPAN("GET")))
			continue;
		set->slow_reads++;
		if (!isnan(e->result.share_of_time))
			set->slow_read_share += e->result.share_of_time;
	}
}

static void
count_growth(struct sift_case_set *set, const struct sift_set *s)
{
	size_t i, grown = 0, counted = 0, last = SIFT_NONE;

	for (i = 0; i < set->fact_count; i++) {
		if (set->facts[i].endpoint == last ||
		    !is_rule(&set->facts[i], SIFT_RULE_LOAD_GROWTH))
			continue;
		last = set->facts[i].endpoint;
		grown++;
	}
	for (i = 0; i < s->endpoint_count; i++)
		counted += s->endpoints[i].kind != SIFT_KIND_TREND &&
			   s->endpoints[i].result.requests.median >=
				   GROWTH_REQUESTS;
	set->growth_share =
		grown && counted ? (double)grown / (double)counted : NAN;
}

static bool
is_level(const struct sift_document *doc, size_t set)
{
	size_t i, j;

	for (i = 0; i < doc->sweep_count; i++)
		for (j = 0; j < doc->sweeps[i].level_count; j++)
			if (doc->sweeps[i].levels[j].set == set)
				return true;
	return false;
}

static bool
has_repeated_set(const struct sift_document *doc)
{
	size_t i;

	for (i = 0; i < doc->set_count; i++)
		if (doc->sets[i].run_count >= REPEATED)
			return true;
	return false;
}

static void
describe_set(struct sift_case_book *book, struct sift_case_set *set)
{
	const struct sift_document *doc = book->doc;
	const struct sift_set *s = &doc->sets[set->index];
	size_t i;

	for (i = 0; i < set->fact_count; i++) {
		const struct sift_finding *f =
			&doc->findings[set->facts[i].finding];

		set->has_fault |= f->severity != SIFT_SEVERITY_NOTE &&
				  f->cls != SIFT_CLASS_TEST;
	}
	set->failing = book->strain[set->index].is_failing;
	set->saturated = book->strain[set->index].is_saturated;
	set->only_level = is_level(doc, set->index) && has_repeated_set(doc);
	count_slow_reads(set, s);
	count_growth(set, s);
}

static enum sift_status
fill_set(struct sift_case_book *book, size_t index)
{
	struct sift_case_set *set = &book->sets[index];
	struct sift_fact *kept;
	enum sift_status rc = name_endpoints(book, index);
	size_t i;

	book->fact_count = 0;
	for (i = 0; !rc && i < book->doc->finding_count; i++)
		if (book->homes[i] == index)
			rc = add_finding(book, i);
	if (rc)
		return rc;
	kept = sift_arena_array(book->arena, book->fact_count, sizeof(*kept));
	if (!kept)
		return no_memory(book);
	if (book->fact_count) {
		qsort(book->facts, book->fact_count, sizeof(*kept),
		      compare_facts);
		memcpy(kept, book->facts, book->fact_count * sizeof(*kept));
	}
	set->index = index;
	set->facts = kept;
	set->fact_count = book->fact_count;
	describe_set(book, set);
	return SIFT_OK;
}

/* ---- the book ---- */

static enum sift_status
enter_ttls(struct sift_case_book *book)
{
	size_t i;

	for (i = 0; i < book->doc->cache_ttl_count; i++) {
		const struct sift_ttl *t = &book->doc->cache_ttls[i];
		struct sift_span key =
			make_key(&book->key, t->scenario, t->method, t->name);
		uint32_t id;

		/* One TTL per key, so numbers and indexes agree. */
		if (sift_buf_status(&book->key) ||
		    sift_table_intern(&book->ttls, key, &id, NULL))
			return no_memory(book);
	}
	return SIFT_OK;
}

static enum sift_status
fill_book(struct sift_case_book *book)
{
	enum sift_status rc;
	size_t i;

	book->sets = sift_calloc(book->doc->set_count, sizeof(*book->sets));
	book->homes =
		sift_calloc(book->doc->finding_count, sizeof(*book->homes));
	book->strain = sift_find_strain(book->doc, book->arena);
	if (!book->sets || !book->homes || !book->strain)
		return no_memory(book);
	rc = enter_ttls(book);
	if (!rc)
		rc = settle_findings(book);
	for (i = 0; !rc && i < book->doc->set_count; i++)
		rc = fill_set(book, i);
	return rc;
}

enum sift_status
sift_case_book_new(struct sift_case_book **out, const struct sift_document *doc,
		   struct sift_arena *arena, struct sift_err *err)
{
	struct sift_case_book *book = sift_calloc(1, sizeof(*book));
	enum sift_status rc;

	if (!book)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a plan");
	book->doc = doc;
	book->arena = arena;
	book->err = err;
	rc = fill_book(book);
	if (rc) {
		sift_case_book_free(book);
		return rc;
	}
	*out = book;
	return SIFT_OK;
}

void
sift_case_book_free(struct sift_case_book *book)
{
	if (!book)
		return;
	sift_free(book->sets);
	sift_free(book->homes);
	sift_free(book->places);
	sift_free(book->facts);
	sift_table_release(&book->ttls);
	sift_table_release(&book->names);
	sift_buf_release(&book->key);
	sift_free(book);
}

const struct sift_case_set *
sift_case_book_set(const struct sift_case_book *book, size_t set)
{
	return &book->sets[set];
}

/* The piece of the set's facts that belongs to `endpoint`. */
static void
facts_of(const struct sift_case_set *set, size_t endpoint,
	 const struct sift_fact **out, size_t *out_count)
{
	size_t low = 0, high = set->fact_count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->facts[middle].endpoint < endpoint)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < set->fact_count; end++)
		if (set->facts[end].endpoint != endpoint)
			break;
	*out = set->facts + low;
	*out_count = end - low;
}

void
sift_case_set_facts(const struct sift_case_set *set,
		    const struct sift_fact **out, size_t *out_count)
{
	facts_of(set, SIFT_NONE, out, out_count);
}

static const struct sift_ttl *
ttl_of(const struct sift_case_book *book, struct sift_buf *room,
       const struct sift_set *set, const struct sift_set_endpoint *endpoint)
{
	struct sift_span key =
		make_key(room, set->scenario, endpoint->method, endpoint->name);
	uint32_t id = UINT32_MAX;

	if (endpoint->kind == SIFT_KIND_HTTP && !sift_buf_status(room))
		id = sift_table_find(&book->ttls, key);
	return id == UINT32_MAX ? NULL : &book->doc->cache_ttls[id];
}

struct sift_case
sift_case_book_case(const struct sift_case_book *book, size_t set, size_t i,
		    struct sift_buf *room)
{
	const struct sift_set *s = &book->doc->sets[set];
	struct sift_case c = {.doc = book->doc, .set = &book->sets[set]};

	if (i < s->endpoint_count) {
		c.endpoint = &s->endpoints[i];
		c.ttl = ttl_of(book, room, s, c.endpoint);
	}
	facts_of(c.set, c.endpoint ? i : SIFT_NONE, &c.facts, &c.fact_count);
	return c;
}

const struct sift_set_result *
sift_case_result(const struct sift_case *c)
{
	return c->endpoint ? &c->endpoint->result
			   : &c->doc->sets[c->set->index].total;
}

const char *
sift_fact_message(const struct sift_document *doc, const struct sift_fact *fact)
{
	const struct sift_finding *f = &doc->findings[fact->finding];

	if (fact->evidence == SIFT_NONE)
		return f->message;
	return f->evidence[fact->evidence].message;
}
