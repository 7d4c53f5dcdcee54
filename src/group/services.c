/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <stdlib.h>

#include "base/buf.h"

/*
 * Saved copies of services' metrics to the runs they were saved around. Their
 * content does not tell, so it is the folder that does: theirs or the nearest
 * around it that has runs must have one run only, or one whose stem begins
 * the copy's name. Two copies are a pair if their names differ by "before"
 * and "after" or the like.
 */

enum phase { PHASE_NONE, PHASE_BEFORE, PHASE_AFTER };

static const struct {
	struct sift_span word;
	enum phase phase;
} phase_words[] = {
	{SIFT_SPAN_INIT("before"), PHASE_BEFORE},
	{SIFT_SPAN_INIT("pre"), PHASE_BEFORE},
	{SIFT_SPAN_INIT("start"), PHASE_BEFORE},
	{SIFT_SPAN_INIT("begin"), PHASE_BEFORE},
	{SIFT_SPAN_INIT("initial"), PHASE_BEFORE},
	{SIFT_SPAN_INIT("after"), PHASE_AFTER},
	{SIFT_SPAN_INIT("post"), PHASE_AFTER},
	{SIFT_SPAN_INIT("end"), PHASE_AFTER},
	{SIFT_SPAN_INIT("final"), PHASE_AFTER},
};

static bool
is_gap(char c)
{
	return c == '_' || c == '-' || c == '.' || c == ' ';
}

static bool
is_metrics(const struct sift_drafting *d, size_t source)
{
	return d->digest->blocks[d->sources[source].block]->kind ==
	       SIFT_SOURCE_SERVICE_METRICS;
}

static enum phase
phase_of(struct sift_span word)
{
	for (size_t i = 0; i < sizeof(phase_words) / sizeof(*phase_words); i++)
		if (sift_span_equal_nocase(word, phase_words[i].word))
			return phase_words[i].phase;
	return PHASE_NONE;
}

/* "heroes" of metrics_heroes_before.txt, in the arena; NULL = no memory. */
static const char *
service_name(struct sift_drafting *d, struct sift_span stem,
	     enum phase *out_phase)
{
	struct sift_buf name = {0};
	const char *kept;
	size_t i = 0;

	*out_phase = PHASE_NONE;
	while (i < stem.len) {
		size_t n = 0;
		struct sift_span word = sift_span_from(stem, i);
		enum phase phase;

		while (n < word.len && !is_gap(word.ptr[n]))
			n++;
		phase = phase_of(sift_span_head(word, n));
		i += n + 1;
		if (phase != PHASE_NONE) {
			*out_phase = phase;
			continue;
		}
		if (name.len && n)
			sift_buf_add_byte(&name, '-');
		sift_buf_add_span(&name, sift_span_head(word, n));
	}
	kept = sift_buf_status(&name)
		       ? NULL
		       : sift_arena_span(
				 d->arena,
				 sift_path_stem(sift_buf_span(&name), NULL));
	sift_buf_release(&name);
	return kept && !*kept ? "service" : kept;
}

/* ---- which run ---- */

static bool
begins_with_word(struct sift_span text, struct sift_span word)
{
	return word.len && sift_span_starts(text, word) &&
	       (text.len == word.len || is_gap(text.ptr[word.len]));
}

/* The run of a folder that a copy belongs to; *out_count is how many runs
   there are in question. */
static size_t
run_of_folder(const struct sift_drafting *d, struct sift_span dir,
	      struct sift_span stem, size_t *out_count)
{
	size_t named = SIFT_NONE, last = SIFT_NONE, all = 0, fits = 0;

	for (size_t i = 0; i < d->standing_count; i++) {
		const struct sift_draft *draft = d->standing[i];

		if (!sift_span_equal(draft->dir, dir))
			continue;
		all++;
		last = (size_t)(draft - d->drafts);
		if (begins_with_word(stem, draft->stem)) {
			fits++;
			named = last;
		}
	}
	*out_count = fits == 1 ? 1 : all;
	return fits == 1 ? named : last;
}

static struct sift_span
folder_around(struct sift_span dir)
{
	while (dir.len && dir.ptr[dir.len - 1] != '/')
		dir.len--;
	return sift_span_head(dir, dir.len ? dir.len - 1 : 0);
}

static enum sift_status
place(struct sift_drafting *d, size_t source)
{
	const struct sift_group_source *s = &d->sources[source];
	struct sift_block_use *use = &d->out->uses[s->block];
	struct sift_span dir = s->dir;
	size_t count = 0, run = run_of_folder(d, dir, s->stem, &count);

	while (!count && dir.len) {
		dir = folder_around(dir);
		run = run_of_folder(d, dir, s->stem, &count);
	}
	if (count == 1) {
		use->role = SIFT_ROLE_USED;
		use->reason = d->digest->blocks[s->block]->reason;
		use->run = run;
	} else {
		use->reason =
			count ? sift_arena_printf(d->arena,
						  "there are %zu runs in its "
						  "folder",
						  count)
			      : "no results with it";
	}
	return use->reason || count == 1 ? SIFT_OK : sift_group_nomem(d);
}

/* ---- pairs ---- */

static enum sift_status
ignore(struct sift_drafting *d, size_t block, const char *reason)
{
	d->out->uses[block] =
		(struct sift_block_use){SIFT_ROLE_IGNORED, reason, SIFT_NONE};
	return SIFT_OK;
}

static struct sift_group_service *
find_service(struct sift_group_run *run, const char *name)
{
	for (size_t i = 0; i < run->service_count; i++)
		if (!strcmp(run->services[i].name, name))
			return &run->services[i];
	run->services[run->service_count] =
		(struct sift_group_service){name, SIFT_NONE, SIFT_NONE};
	return &run->services[run->service_count++];
}

static size_t
copies_of_run(const struct sift_drafting *d, size_t run)
{
	size_t count = 0;

	for (size_t i = 0; i < d->source_count; i++)
		count += is_metrics(d, i) &&
			 d->out->uses[d->sources[i].block].run == run;
	return count;
}

/* Sources come in the order of their names, so "first" means something. */
static enum sift_status
pair(struct sift_drafting *d, size_t source)
{
	const struct sift_group_source *s = &d->sources[source];
	size_t draft = d->out->uses[s->block].run;
	struct sift_group_run *run = d->drafts[draft].run;
	struct sift_group_service *service;
	enum phase phase;
	const char *name = service_name(d, s->stem, &phase);
	size_t *at;

	if (!run->services)
		run->services =
			sift_arena_array(d->arena, copies_of_run(d, draft),
					 sizeof(*run->services));
	if (!run->services || !name)
		return sift_group_nomem(d);
	service = find_service(run, name);
	at = phase == PHASE_BEFORE ? &service->before : &service->after;
	if (*at != SIFT_NONE)
		return ignore(d, s->block, "another copy of the same moment");
	*at = s->block;
	return SIFT_OK;
}

/* What was counted before the test began says nothing of it. */
static enum sift_status
drop_lone(struct sift_drafting *d, struct sift_group_run *run)
{
	size_t kept = 0;
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; i < run->service_count && !rc; i++) {
		if (run->services[i].after == SIFT_NONE)
			rc = ignore(d, run->services[i].before,
				    "from before the test; there is none "
				    "from after it");
		else
			run->services[kept++] = run->services[i];
	}
	run->service_count = kept;
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct sift_group_service *)a)->name,
		      ((const struct sift_group_service *)b)->name);
}

enum sift_status
sift_place_services(struct sift_drafting *d)
{
	enum sift_status rc = SIFT_OK;
	size_t count = 0;

	for (size_t i = 0; i < d->source_count && !rc; i++) {
		if (!is_metrics(d, i))
			continue;
		count++;
		rc = place(d, i);
	}
	for (size_t i = 0; i < d->source_count && !rc && count; i++)
		if (is_metrics(d, i) &&
		    d->out->uses[d->sources[i].block].run != SIFT_NONE)
			rc = pair(d, i);
	for (size_t i = 0; i < d->draft_count && !rc && count; i++) {
		struct sift_group_run *run = d->drafts[i].run;

		rc = drop_lone(d, run);
		if (!rc && run->service_count)
			qsort(run->services, run->service_count,
			      sizeof(*run->services), by_name);
	}
	return rc;
}
