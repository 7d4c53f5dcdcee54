/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A kind of failure that no run of the old side had at an endpoint is worth a
 * line however rare it is (STATISTICS c.6): rates say how much fails, not that
 * something fails in a new way. It is told and fails no gate.
 */

#include <config.h>

#include <stdlib.h>

#include "base/mem.h"
#include "base/span.h"
#include "judge/compare_pair.h"

/* Failures of all runs of a side, sorted; counts stay those of runs. */
struct side {
	const struct sift_failure **list; /* owned */
	size_t count;
};

static int
compare_texts(const char *a, const char *b)
{
	return sift_span_compare(sift_span_str(a), sift_span_str(b));
}

static int
compare_failures(const struct sift_failure *a, const struct sift_failure *b)
{
	int c = compare_texts(a->name, b->name);

	if (!c)
		c = compare_texts(a->method, b->method);
	return c ? c : compare_texts(a->fingerprint, b->fingerprint);
}

static int
compare_places(const void *a, const void *b)
{
	return compare_failures(*(const struct sift_failure *const *)a,
				*(const struct sift_failure *const *)b);
}

static const struct sift_run *
run_of(const struct sift_pair *pair, const struct sift_set *set, size_t i)
{
	return &pair->doc->runs[set->runs[i]];
}

/* Is it known of every run what failed in it? */
static bool
names_failures(const struct sift_pair *pair, const struct sift_set *set)
{
	for (size_t i = 0; i < set->run_count; i++) {
		const struct sift_run *run = run_of(pair, set, i);

		if (run->failure_count == 0 && run->total.failures != 0)
			return false;
	}
	return true;
}

static enum sift_status
gather(struct sift_pair *pair, const struct sift_set *set, struct side *out)
{
	size_t count = 0;

	for (size_t i = 0; i < set->run_count; i++)
		count += run_of(pair, set, i)->failure_count;
	out->list = sift_calloc(count, sizeof(const struct sift_failure *));
	if (!out->list)
		return sift_pair_no_memory(pair);
	for (size_t i = 0; i < set->run_count; i++) {
		const struct sift_run *run = run_of(pair, set, i);

		for (size_t k = 0; k < run->failure_count; k++)
			out->list[out->count++] = &run->failures[k];
	}
	if (out->count > 0)
		qsort(out->list, out->count, sizeof(*out->list),
		      compare_places);
	return SIFT_OK;
}

/* Walk both side by side; those of one kind make one row. */
static void
put_new(struct sift_comparison *out, const struct side *old,
	const struct side *new)
{
	for (size_t i = 0, k = 0; i < new->count;) {
		struct sift_failure row = *new->list[i];
		bool is_old;

		while (k < old->count &&
		       compare_failures(old->list[k], &row) < 0)
			k++;
		is_old =
			k < old->count && !compare_failures(old->list[k], &row);
		while (++i < new->count &&
		       !compare_failures(new->list[i], &row))
			row.count += new->list[i]->count;
		if (!is_old)
			out->new_failures[out->new_failure_count++] = row;
	}
}

enum sift_status
sift_pair_new_failures(struct sift_pair *pair)
{
	struct side old = {NULL, 0}, new = {NULL, 0};
	struct sift_comparison *out = pair->out;
	enum sift_status rc = SIFT_OK;

	if (!names_failures(pair, pair->before))
		return SIFT_OK;
	rc = gather(pair, pair->before, &old);
	if (!rc)
		rc = gather(pair, pair->after, &new);
	if (!rc) {
		out->new_failures = sift_arena_array(
			pair->arena, new.count, sizeof(*out->new_failures));
		rc = out->new_failures ? SIFT_OK : sift_pair_no_memory(pair);
	}
	if (!rc)
		put_new(out, &old, &new);
	sift_free(old.list);
	sift_free(new.list);
	return rc;
}
