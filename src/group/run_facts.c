/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/drafts.h"

#include <math.h>

#include "group/path_time.h"
#include "group/run_totals.h"

/*
 * What each run is called and what it measured. Folders that all runs have
 * in common are stripped first, so that it does not matter whether a folder,
 * an archive of it or an archive beside others was given.
 */

/* Length of the folders two paths have in common, without the last slash. */
static size_t
common_folders(struct sift_span a, struct sift_span b)
{
	size_t common = 0, i = 0;

	for (; i < a.len && i < b.len && a.ptr[i] == b.ptr[i]; i++)
		if (a.ptr[i] == '/')
			common = i;
	if ((i == a.len || a.ptr[i] == '/') && (i == b.len || b.ptr[i] == '/'))
		common = i;
	return common;
}

/* A year's folder is part of the dates in it: of 2026/03-05 and 2026/03-06
   nothing is stripped. Else `len` bytes of the path are. */
static size_t
before_timestamp(struct sift_span path, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		struct sift_path_time time;
		size_t end = i + sift_path_time_at(path, i, &time);

		if (end > len)
			return i > 0 ? i - 1 : 0; /* i begins a folder */
		i = end > i ? end - 1 : i;
	}
	return len;
}

/* The folders that all runs have in common, without the last slash. */
static struct sift_span
folders_of_all(const struct sift_drafting *d)
{
	struct sift_span common = {NULL, 0};

	if (d->standing_count)
		common = d->standing[0]->dir;
	for (size_t i = 1; i < d->standing_count && common.len; i++)
		common.len = common_folders(common, d->standing[i]->dir);
	/* The text goes on behind its folders with the name of a file. */
	for (size_t i = 0; i < d->standing_count && common.len; i++)
		common.len = before_timestamp(
			sift_span_str(d->standing[i]->dir.ptr), common.len);
	return common;
}

/* Find the common folders, and strip them off all sources; off drafts when
   these are named. The innermost is kept for runs that have no name without
   it. */
static enum sift_status
strip_folders(struct sift_drafting *d)
{
	struct sift_span common = folders_of_all(d), inner;

	d->stripped = common.len ? common.len + 1 : 0;
	for (size_t i = 0; i < d->source_count && common.len; i++) {
		struct sift_group_source *s = &d->sources[i];

		if (s->dir.len >= common.len &&
		    common_folders(common, s->dir) == common.len)
			s->dir = sift_span_from(s->dir, d->stripped);
	}
	inner = common;
	for (size_t i = 0; i < common.len; i++)
		if (common.ptr[i] == '/')
			inner = sift_span_from(common, i + 1);
	if (!inner.len)
		return SIFT_OK;
	d->fallback = sift_arena_span(d->arena, inner);
	return d->fallback ? SIFT_OK : sift_group_nomem(d);
}

/*
 * Nothing left of the run's own path: the folder that holds all runs says
 * what they are, and at which load if they do not say.
 */
static enum sift_status
name_by_fallback(struct sift_drafting *d, struct sift_draft *draft)
{
	struct sift_path_name holder;
	enum sift_status rc;

	draft->run->scenario = draft->run->tool ? draft->run->tool : "run";
	if (!d->fallback)
		return SIFT_OK;
	rc = sift_path_name_parse(&holder, sift_span_str(d->fallback),
				  SIFT_SPAN(""), d->arena, d->err);
	if (rc)
		return rc;
	draft->run->scenario = *holder.scenario ? holder.scenario : d->fallback;
	if (isnan(draft->load)) {
		draft->load = holder.load;
		draft->unit = holder.unit;
	}
	if (!draft->name.date) {
		draft->name.date = holder.date;
		draft->name.stamp = holder.stamp;
	}
	return SIFT_OK;
}

static enum sift_status
name_draft(struct sift_drafting *d, struct sift_draft *draft)
{
	enum sift_status rc;

	draft->dir = sift_span_from(draft->dir, d->stripped);
	rc = sift_path_name_parse(&draft->name, draft->dir, draft->stem,
				  d->arena, d->err);
	if (rc)
		return rc;
	draft->load = draft->name.load;
	draft->unit = draft->name.unit;
	draft->run->scenario = draft->name.scenario;
	if (!*draft->name.scenario)
		rc = name_by_fallback(d, draft);
	return rc;
}

/* ---- measurements ---- */

static const struct sift_block *
block_of_kind(const struct sift_drafting *d, const struct sift_draft *draft,
	      enum sift_source_kind kind)
{
	size_t block = draft->by_kind[kind];

	return block == SIFT_NONE ? NULL : d->digest->blocks[block];
}

/* How much a source knows: requests, something of them, or nothing. */
static int
knowledge(const struct sift_block *block)
{
	if (sift_block_requests(block) > 0)
		return 2;
	return block->series_count || block->total.result;
}

/* Points cut to nothing must not hide a whole summary. */
static void
choose_best(struct sift_drafting *d, struct sift_draft *draft)
{
	int most = -1;

	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
		const struct sift_block *block =
			block_of_kind(d, draft, (enum sift_source_kind)k);

		if (!block || !sift_source_kind_has_results(block->kind) ||
		    knowledge(block) <= most)
			continue;
		most = knowledge(block);
		draft->best = draft->by_kind[k];
	}
}

/* A summary gives the extremes without times: equal, or they changed. */
static bool
is_constant(const struct sift_block *block)
{
	for (size_t i = 1; i < block->user_count; i++)
		if (block->users[i].users != block->users[0].users)
			return false;
	return true;
}

/*
 * The users that were offered. Locust's number is what the test asked for,
 * ramp and all; k6's says so only while it stays the same, for its arrival
 * rates start users as they are needed.
 */
static int64_t
offered_users(const struct sift_drafting *d, const struct sift_draft *draft)
{
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
		const struct sift_block *block =
			block_of_kind(d, draft, (enum sift_source_kind)k);
		bool constant = true;
		int64_t users;

		if (!block)
			continue;
		users = sift_block_peak_users(block, &constant);
		if (users <= 0)
			continue; /* 0: written before the users came */
		if (!block->tool || strcmp(block->tool, "k6") != 0)
			return users;
		if (block->kind != SIFT_SOURCE_POINTS)
			constant = is_constant(block);
		return constant ? users : -1; /* the best kind saw most */
	}
	return -1;
}

static double
duration_s(const struct sift_drafting *d, const struct sift_draft *draft)
{
	double duration = (double)NAN;

	/* A stated duration is the run's own; k6's summary has it. */
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
		const struct sift_block *block =
			block_of_kind(d, draft, (enum sift_source_kind)k);

		if (block && block->duration_ns > 0)
			return sift_block_duration_s(block);
	}
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
		const struct sift_block *block =
			block_of_kind(d, draft, (enum sift_source_kind)k);

		if (block && !isnan(sift_block_stated_rps(block)))
			return sift_block_duration_s(block);
	}
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT && isnan(duration); k++) {
		const struct sift_block *block =
			block_of_kind(d, draft, (enum sift_source_kind)k);

		if (block)
			duration = sift_block_duration_s(block);
	}
	return duration;
}

static void
measure_times(const struct sift_drafting *d, struct sift_draft *draft)
{
	struct sift_group_run *run = draft->run;

	run->first_ns = SIFT_INSTANT_NONE;
	for (size_t k = 0; k < SIFT_SOURCE_KIND_COUNT; k++) {
		const struct sift_block *block =
			block_of_kind(d, draft, (enum sift_source_kind)k);

		if (!block)
			continue;
		if (!run->tool_version)
			run->tool_version = block->tool_version;
		if (!run->host)
			run->host = block->host;
		if (run->first_ns == SIFT_INSTANT_NONE)
			run->first_ns = block->first_ns;
	}
}

static enum sift_status
measure(struct sift_drafting *d, struct sift_draft *draft)
{
	struct sift_group_run *run = draft->run;
	const struct sift_block *best;

	choose_best(d, draft);
	best = draft->best_block = d->digest->blocks[draft->best];
	draft->requests = sift_block_requests(best);
	measure_times(d, draft);
	run->peak_users = offered_users(d, draft);
	run->duration_s = duration_s(d, draft);
	run->measured_rps = sift_block_stated_rps(best);
	if (isnan(run->measured_rps) && draft->requests > 0 &&
	    run->duration_s > 0 && !sift_block_lacks_total(best))
		run->measured_rps = (double)draft->requests / run->duration_s;
	run->target_rps =
		sift_load_is_rate(draft->unit) ? draft->load : (double)NAN;
	return sift_choose_sources(d, draft);
}

/* Both while the draft is at hand. */
static enum sift_status
name_and_measure(struct sift_drafting *d, struct sift_draft *draft)
{
	enum sift_status rc = name_draft(d, draft);

	return rc ? rc : measure(d, draft);
}

enum sift_status
sift_describe_drafts(struct sift_drafting *d, const char *group_by)
{
	enum sift_status rc = strip_folders(d);

	if (!rc && !group_by)
		return sift_each_draft(d, name_and_measure);
	if (!rc)
		rc = sift_each_draft(d, name_draft);
	if (!rc)
		rc = sift_apply_group_by(d, group_by);
	return rc ? rc : sift_each_draft(d, measure);
}
