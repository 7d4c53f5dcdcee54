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

#define REPEATED 3	   /* runs that make a set repeated */
#define GROWTH_REQUESTS 20 /* an endpoint asked less is not counted */

struct sift_case_book {
	const struct sift_document *doc;
	const struct sift_strain *strain; /* one per set */
	struct sift_case_set *sets;	  /* owned, one per set */
	struct sift_table ttls; /* scenario, method, name -> cache_ttls */
	size_t *homes;		/* owned, set of each finding */
	size_t *findings;	/* owned, in the order of sets and findings */
	size_t *starts;		/* owned, one per set and the end: where its
				   findings begin */
};

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for a plan");
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

/* The endpoints of a set by what they are called. */
struct names {
	struct sift_table table;
	size_t *places; /* owned, endpoint of each name */
	size_t capacity;
	struct sift_buf key;
};

static void
forget_names(struct names *names)
{
	sift_table_release(&names->table);
	sift_free(names->places);
	sift_buf_release(&names->key);
}

static enum sift_status
name_endpoints(struct names *names, const struct sift_set *set)
{
	size_t i;

	for (i = 0; i < set->endpoint_count; i++) {
		const struct sift_set_endpoint *e = &set->endpoints[i];
		struct sift_span key = make_key(
			&names->key, kind_scope(e->kind), e->method, e->name);
		uint32_t id = 0;
		bool is_new = false;

		if (sift_buf_status(&names->key) ||
		    sift_table_intern(&names->table, key, &id, &is_new) ||
		    sift_array_grow((void **)&names->places, &names->capacity,
				    (size_t)id + 1, sizeof(*names->places),
				    SIZE_MAX / 64))
			return SIFT_E_NOMEM;
		if (is_new)
			names->places[id] = i;
	}
	return SIFT_OK;
}

/* SIFT_NONE when the set has none such, or `name` is NULL. */
static size_t
find_endpoint(struct names *names, enum sift_kind kind, const char *method,
	      const char *name)
{
	uint32_t id = UINT32_MAX;
	struct sift_span key;

	if (!name)
		return SIFT_NONE;
	key = make_key(&names->key, kind_scope(kind), method, name);
	if (!sift_buf_status(&names->key))
		id = sift_table_find(&names->table, key);
	return id == UINT32_MAX ? SIFT_NONE : names->places[id];
}

/* ---- where findings belong ---- */

/* Returns how many are left that belong to no set yet. */
static size_t
settle_at(struct sift_case_book *book, struct names *names, size_t set,
	  size_t *findings, size_t count)
{
	size_t i, left = 0;

	for (i = 0; i < count; i++) {
		const struct sift_finding *f =
			&book->doc->findings[findings[i]];

		if (!f->name || find_endpoint(names, f->kind, f->method,
					      f->name) != SIFT_NONE)
			book->homes[findings[i]] = set;
		else
			findings[left++] = findings[i];
	}
	return left;
}

/* Those of one sweep, from the highest level down. */
static enum sift_status
settle_sweep(struct sift_case_book *book, const struct sift_sweep *sweep,
	     size_t *findings, size_t count)
{
	enum sift_status rc = SIFT_OK;
	size_t level = sweep->level_count;

	while (level-- && count && !rc) {
		size_t set = sweep->levels[level].set;
		struct names names = {.places = NULL};

		rc = name_endpoints(&names, &book->doc->sets[set]);
		if (!rc)
			count = settle_at(book, &names, set, findings, count);
		forget_names(&names);
	}
	return rc;
}

/* `room` is for as many indexes as there are findings. */
static enum sift_status
settle_findings(struct sift_case_book *book, size_t *room)
{
	const struct sift_document *doc = book->doc;
	enum sift_status rc = SIFT_OK;
	size_t i, sweep, count;

	for (i = 0; i < doc->finding_count; i++)
		book->homes[i] = doc->findings[i].set;
	for (sweep = 0; sweep < doc->sweep_count && !rc; sweep++) {
		for (i = count = 0; i < doc->finding_count; i++)
			if (book->homes[i] == SIFT_NONE &&
			    doc->findings[i].sweep == sweep)
				room[count++] = i;
		rc = settle_sweep(book, &doc->sweeps[sweep], room, count);
	}
	return rc;
}

/* What belongs nowhere is left out. */
static void
list_findings(struct sift_case_book *book)
{
	const struct sift_document *doc = book->doc;
	/* of each set: first how many, then where to put the next one */
	size_t *next = book->starts + 1, i;

	for (i = 0; i < doc->finding_count; i++)
		if (book->homes[i] != SIFT_NONE)
			next[book->homes[i] + 1]++;
	for (i = 0; i < doc->set_count; i++)
		next[i + 1] += next[i];
	for (i = 0; i < doc->finding_count; i++)
		if (book->homes[i] != SIFT_NONE)
			book->findings[next[book->homes[i]]++] = i;
}

/* ---- facts ---- */

/* Facts of a finding and what it absorbed; returns how many. */
static size_t
put_facts(const struct sift_finding *f, size_t index, struct names *names,
	  struct sift_fact *out)
{
	size_t place = find_endpoint(names, f->kind, f->method, f->name);
	size_t i, n = 0;

	out[n++] = (struct sift_fact){f->rule,	 f->severity, index,
				      SIFT_NONE, f->value,    place};
	for (i = 0; i < f->evidence_count; i++) {
		const struct sift_evidence *e = &f->evidence[i];

		if (!e->rule)
			continue;
		out[n] = (struct sift_fact){e->rule, f->severity, index,
					    i,	     e->value,	  place};
		if (e->name)
			out[n].endpoint = find_endpoint(names, f->kind,
							e->method, e->name);
		n++;
	}
	return n;
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

static enum sift_status
gather_facts(const struct sift_case_book *book, size_t index,
	     struct names *names, struct sift_arena *arena)
{
	const struct sift_finding *findings = book->doc->findings;
	const size_t *from = &book->findings[book->starts[index]];
	size_t count = book->starts[index + 1] - book->starts[index];
	struct sift_fact *facts;
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		n += 1 + findings[from[i]].evidence_count;
	facts = sift_arena_array(arena, n, sizeof(*facts));
	if (!facts)
		return SIFT_E_NOMEM;
	for (i = n = 0; i < count; i++)
		n += put_facts(&findings[from[i]], from[i], names, &facts[n]);
	if (n)
		qsort(facts, n, sizeof(*facts), compare_facts);
	book->sets[index].facts = facts;
	book->sets[index].fact_count = n;
	return SIFT_OK;
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

static bool
has_services(const struct sift_document *doc, const struct sift_set *set)
{
	size_t i;

	for (i = 0; i < set->run_count; i++)
		if (doc->runs[set->runs[i]].service_count > 0)
			return true;
	return false;
}

static void
describe_set(const struct sift_case_book *book, struct sift_case_set *set)
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
	set->has_services = has_services(doc, s);
	count_slow_reads(set, s);
	count_growth(set, s);
}

enum sift_status
sift_case_book_open(const struct sift_case_book *book, size_t set,
		    struct sift_arena *arena, struct sift_err *err)
{
	struct names names = {.places = NULL};
	enum sift_status rc = name_endpoints(&names, &book->doc->sets[set]);

	book->sets[set].index = set;
	if (!rc)
		rc = gather_facts(book, set, &names, arena);
	forget_names(&names);
	if (rc)
		return no_memory(err);
	describe_set(book, &book->sets[set]);
	return SIFT_OK;
}

/* ---- the book ---- */

static enum sift_status
enter_ttls(struct sift_case_book *book)
{
	enum sift_status rc = SIFT_OK;
	struct sift_buf room;
	size_t i;

	sift_buf_init(&room, 0);
	for (i = 0; i < book->doc->cache_ttl_count && !rc; i++) {
		const struct sift_ttl *t = &book->doc->cache_ttls[i];
		struct sift_span key =
			make_key(&room, t->scenario, t->method, t->name);
		uint32_t id;

		/* One TTL per key, so numbers and indexes agree. */
		rc = sift_buf_status(&room);
		if (!rc)
			rc = sift_table_intern(&book->ttls, key, &id, NULL);
	}
	sift_buf_release(&room);
	return rc;
}

static enum sift_status
fill_book(struct sift_case_book *book, struct sift_arena *arena)
{
	size_t findings = book->doc->finding_count;
	size_t sets = book->doc->set_count;
	enum sift_status rc;

	book->sets = sift_calloc(sets, sizeof(*book->sets));
	book->starts = sift_calloc(sets + 2, sizeof(*book->starts));
	book->homes = sift_calloc(findings, sizeof(*book->homes));
	book->findings = sift_calloc(findings, sizeof(*book->findings));
	book->strain = sift_find_strain(book->doc, arena);
	if (!book->sets || !book->starts || !book->homes || !book->findings ||
	    !book->strain)
		return SIFT_E_NOMEM;
	rc = enter_ttls(book);
	if (!rc)
		rc = settle_findings(book, book->findings);
	if (!rc)
		list_findings(book);
	return rc;
}

enum sift_status
sift_case_book_new(struct sift_case_book **out, const struct sift_document *doc,
		   struct sift_arena *arena, struct sift_err *err)
{
	struct sift_case_book *book = sift_calloc(1, sizeof(*book));

	if (!book)
		return no_memory(err);
	book->doc = doc;
	if (fill_book(book, arena)) {
		sift_case_book_free(book);
		return no_memory(err);
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
	sift_free(book->findings);
	sift_free(book->starts);
	sift_table_release(&book->ttls);
	sift_free(book);
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
