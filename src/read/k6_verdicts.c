/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_verdicts.h"

#include <string.h>

#include "base/mem.h"

enum state {
	STATE_EMPTY, /* as calloc leaves it */
	STATE_REQUEST,
	STATE_VERDICT
};

struct sift_k6_waiting {
	int64_t time_ns;
	int64_t value_ns; /* of a request */
	uint32_t series;
	uint32_t failure; /* of a request: what it is if it failed */
	uint8_t state;
	uint8_t outcome;
};

struct sift_k6_unpaired {
	uint64_t unknown; /* requests put as UNKNOWN */
	uint64_t failed;  /* verdicts that met no request */
};

void
sift_k6_verdicts_init(struct sift_k6_verdicts *verdicts)
{
	memset(verdicts, 0, sizeof(*verdicts));
}

void
sift_k6_verdicts_release(struct sift_k6_verdicts *verdicts)
{
	sift_free(verdicts->slots);
	sift_free(verdicts->unpaired);
	memset(verdicts, 0, sizeof(*verdicts));
}

/* Where an entry wants to be. Multipliers as in splitmix64. */
static size_t
home(const struct sift_k6_verdicts *verdicts, uint32_t series, int64_t time_ns)
{
	uint64_t h = (uint64_t)time_ns * UINT64_C(0x9E3779B97F4A7C15);

	h = (h ^ (h >> 32) ^ series) * UINT64_C(0xBF58476D1CE4E5B9);
	return (size_t)(h ^ (h >> 31)) & (verdicts->slot_count - 1);
}

/* Insert; there must be room. */
static void
insert(struct sift_k6_verdicts *verdicts, const struct sift_k6_waiting *entry)
{
	size_t mask = verdicts->slot_count - 1;
	size_t i = home(verdicts, entry->series, entry->time_ns);

	while (verdicts->slots[i].state != STATE_EMPTY)
		i = (i + 1) & mask;
	verdicts->slots[i] = *entry;
	verdicts->count++;
}

/* Remove slot `i` and close the gap, so that no search ends early (Knuth
   6.4, algorithm R). */
static void
take_out(struct sift_k6_verdicts *verdicts, size_t i)
{
	size_t mask = verdicts->slot_count - 1;
	struct sift_k6_waiting *slots = verdicts->slots;

	for (size_t j = (i + 1) & mask; slots[j].state != STATE_EMPTY;
	     j = (j + 1) & mask) {
		size_t h = home(verdicts, slots[j].series, slots[j].time_ns);

		if (((j - h) & mask) < ((j - i) & mask))
			continue; /* it would stand before its home */
		slots[i] = slots[j];
		i = j;
	}
	slots[i].state = STATE_EMPTY;
	verdicts->count--;
}

/* Take out the entry of a kind for this series and time. */
static bool
take(struct sift_k6_verdicts *verdicts, uint32_t series, int64_t time_ns,
     enum state state, struct sift_k6_waiting *out)
{
	size_t i;

	if (!verdicts->count)
		return false;
	for (i = home(verdicts, series, time_ns);
	     verdicts->slots[i].state != STATE_EMPTY;
	     i = (i + 1) & (verdicts->slot_count - 1)) {
		const struct sift_k6_waiting *at = &verdicts->slots[i];

		if (at->state != state || at->series != series ||
		    at->time_ns != time_ns)
			continue;
		*out = *at;
		take_out(verdicts, i);
		return true;
	}
	return false;
}

static enum sift_status
put_sample(const struct sift_k6_waiting *request, enum sift_outcome outcome,
	   struct sift_k6_names *names, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_SAMPLE};

	event.sample.series = request->series;
	event.sample.outcome = outcome;
	event.sample.time_ns = request->time_ns;
	event.sample.value_ns = request->value_ns;
	if (outcome == SIFT_OUTCOME_FAILED)
		sift_k6_names_failed(names, request->failure);
	return sift_sink_put(names->sink, &event, err);
}

static enum sift_status
unpaired_of(struct sift_k6_verdicts *verdicts, uint32_t series,
	    struct sift_k6_unpaired **out, struct sift_err *err)
{
	size_t need = (size_t)series + 1;

	if (need > verdicts->unpaired_count) {
		if (sift_array_grow((void **)&verdicts->unpaired,
				    &verdicts->unpaired_capacity, need,
				    sizeof(*verdicts->unpaired), SIZE_MAX))
			return sift_fail(err, SIFT_E_NOMEM,
					 "no memory for failures");
		memset(verdicts->unpaired + verdicts->unpaired_count, 0,
		       (need - verdicts->unpaired_count) *
			       sizeof(*verdicts->unpaired));
		verdicts->unpaired_count = need;
	}
	*out = &verdicts->unpaired[series];
	return SIFT_OK;
}

/* Let an entry go that met no partner. */
static enum sift_status
let_go(struct sift_k6_verdicts *verdicts, const struct sift_k6_waiting *entry,
       struct sift_k6_names *names, struct sift_err *err)
{
	struct sift_k6_unpaired *unpaired = NULL;
	enum sift_status rc;

	if (entry->state == STATE_REQUEST &&
	    entry->outcome != SIFT_OUTCOME_UNKNOWN)
		return put_sample(entry, (enum sift_outcome)entry->outcome,
				  names, err);
	if (entry->state == STATE_VERDICT &&
	    entry->outcome != SIFT_OUTCOME_FAILED) {
		verdicts->unused++;
		return SIFT_OK;
	}
	rc = unpaired_of(verdicts, entry->series, &unpaired, err);
	if (rc)
		return rc;
	if (entry->state == STATE_VERDICT) {
		unpaired->failed++;
		return SIFT_OK;
	}
	unpaired->unknown++;
	return put_sample(entry, SIFT_OUTCOME_UNKNOWN, names, err);
}

static enum sift_status
let_all_go(struct sift_k6_verdicts *verdicts, struct sift_k6_names *names,
	   struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < verdicts->slot_count && !rc; i++)
		if (verdicts->slots[i].state != STATE_EMPTY)
			rc = let_go(verdicts, &verdicts->slots[i], names, err);
	verdicts->count = 0;
	if (verdicts->slots)
		memset(verdicts->slots, 0,
		       verdicts->slot_count * sizeof(*verdicts->slots));
	return rc;
}

/* Twice the slots. */
static enum sift_status
grow(struct sift_k6_verdicts *verdicts, struct sift_err *err)
{
	struct sift_k6_verdicts old = *verdicts;
	size_t count = old.slot_count ? old.slot_count * 2 : 64;
	struct sift_k6_waiting *slots = sift_calloc(count, sizeof(*slots));

	if (!slots)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for requests in flight");
	verdicts->slots = slots;
	verdicts->slot_count = count;
	verdicts->count = 0;
	for (size_t i = 0; i < old.slot_count; i++)
		if (old.slots[i].state != STATE_EMPTY)
			insert(verdicts, &old.slots[i]);
	sift_free(old.slots);
	return SIFT_OK;
}

static enum sift_status
wait_for_partner(struct sift_k6_verdicts *verdicts,
		 const struct sift_k6_waiting *entry,
		 struct sift_k6_names *names, struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	if (verdicts->count == SIFT_K6_WAITING)
		rc = let_all_go(verdicts, names, err);
	else if ((verdicts->count + 1) * 2 > verdicts->slot_count)
		rc = grow(verdicts, err);
	if (!rc)
		insert(verdicts, entry);
	return rc;
}

enum sift_status
sift_k6_verdicts_request(struct sift_k6_verdicts *verdicts,
			 const struct sift_ev_sample *sample, uint32_t failure,
			 struct sift_k6_names *names, struct sift_err *err)
{
	struct sift_k6_waiting verdict;
	struct sift_k6_waiting request = {
		.time_ns = sample->time_ns,
		.value_ns = sample->value_ns,
		.series = sample->series,
		.failure = failure,
		.state = STATE_REQUEST,
		.outcome = (uint8_t)sample->outcome,
	};

	if (take(verdicts, sample->series, sample->time_ns, STATE_VERDICT,
		 &verdict))
		return put_sample(&request, (enum sift_outcome)verdict.outcome,
				  names, err);
	return wait_for_partner(verdicts, &request, names, err);
}

enum sift_status
sift_k6_verdicts_verdict(struct sift_k6_verdicts *verdicts, uint32_t series,
			 int64_t time_ns, bool failed,
			 struct sift_k6_names *names, struct sift_err *err)
{
	struct sift_k6_waiting request;
	struct sift_k6_waiting verdict = {
		.time_ns = time_ns,
		.series = series,
		.state = STATE_VERDICT,
		.outcome = failed ? SIFT_OUTCOME_FAILED : SIFT_OUTCOME_OK,
	};

	if (take(verdicts, series, time_ns, STATE_REQUEST, &request))
		return put_sample(&request, (enum sift_outcome)verdict.outcome,
				  names, err);
	return wait_for_partner(verdicts, &verdict, names, err);
}

enum sift_status
sift_k6_verdicts_finish(struct sift_k6_verdicts *verdicts,
			struct sift_k6_names *names, struct sift_err *err)
{
	enum sift_status rc = let_all_go(verdicts, names, err);

	for (size_t i = 0; i < verdicts->unpaired_count && !rc; i++) {
		const struct sift_k6_unpaired *at = &verdicts->unpaired[i];
		struct sift_event event = {.kind = SIFT_EVENT_FAILED};

		event.failed.series = (uint32_t)i;
		event.failed.count =
			at->failed < at->unknown ? at->failed : at->unknown;
		verdicts->unused += at->failed - event.failed.count;
		if (event.failed.count)
			rc = sift_sink_put(names->sink, &event, err);
	}
	verdicts->unpaired_count = 0;
	return rc;
}
