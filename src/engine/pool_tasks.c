/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <string.h>

#include "base/mem.h"
#include "engine/pool_impl.h"

/* ---- blocks that say why there is nothing ---- */

static enum sift_status
add_row(struct sift_digest *digest, const char *name, const char *path,
	enum sift_reading reading, const char *reason, struct sift_err *err)
{
	struct sift_block *block = NULL;
	enum sift_status rc = sift_block_new(&block, name, path, err);

	if (!rc)
		rc = sift_block_set_reading(block, reading, reason, err);
	if (!rc)
		rc = sift_block_finish(block, 1, err);
	if (!rc)
		rc = sift_digest_add(digest, block, err);
	if (rc)
		sift_block_free(block);
	return rc;
}

enum sift_status
sift_ledger_lost(struct sift_ledger *ledger, const char *name, const char *path,
		 const char *reason, struct sift_err *err)
{
	return add_row(ledger->digest, name, path, SIFT_READING_DAMAGED, reason,
		       err);
}

/* ---- beginning and end ---- */

/* Count a file: in the work to be done, or as a row of its own. */
static enum sift_status
enter(struct sift_ledger *ledger, const struct sift_found *file,
      struct sift_err *err)
{
	if (file->skip)
		return add_row(ledger->digest, file->name, file->path,
			       file->is_damage ? SIFT_READING_DAMAGED
					       : SIFT_READING_IGNORED,
			       file->skip, err);
	ledger->progress.files_total++;
	ledger->progress.bytes_total += file->bytes;
	return SIFT_OK;
}

enum sift_status
sift_ledger_init(struct sift_ledger *ledger, const struct sift_walk *walk,
		 unsigned workers, const struct sift_options *options,
		 struct sift_digest *digest, struct sift_err *err)
{
	enum sift_status rc;

	*ledger = (struct sift_ledger){
		.workers = workers, .options = options, .digest = digest};
	rc = sift_jobs_init(&ledger->jobs, walk, workers, err);
	for (size_t i = 0; i < walk->count && !rc; i++)
		rc = enter(ledger, &walk->files[i], err);
	return rc;
}

void
sift_ledger_release(struct sift_ledger *ledger)
{
	for (size_t i = 0; i < ledger->split_count; i++)
		sift_split_free(ledger->splits[i]);
	sift_free(ledger->splits);
	sift_jobs_release(&ledger->jobs);
}

/* ---- files in pieces ---- */

static void
find_sizes(const struct sift_ledger *ledger, const struct sift_task *task,
	   uint64_t *out_first, uint64_t *out_piece)
{
	sift_split_sizes(task->file->bytes, ledger->workers,
			 ledger->options->piece_bytes, out_first, out_piece);
}

uint64_t
sift_ledger_first(const struct sift_ledger *ledger,
		  const struct sift_task *task)
{
	uint64_t first, piece;

	if (task->is_whole || task->split || task->file->is_stream)
		return 0;
	find_sizes(ledger, task, &first, &piece);
	return first;
}

/* Queue pieces `from` on, so that they are taken in their order. */
static enum sift_status
queue_pieces(struct sift_ledger *ledger, struct sift_split *split, size_t from,
	     struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;

	for (size_t i = split->count; i-- > from && !rc;) {
		struct sift_task task = {
			.file = split->file, .split = split, .piece = i};

		rc = sift_jobs_put(&ledger->jobs, &task, 1, err);
	}
	return rc;
}

/* The file at hand turns out to be one for pieces: this is the first. */
static enum sift_status
begin_split(struct sift_ledger *ledger, struct sift_task *task, uint32_t format,
	    struct sift_err *err)
{
	struct sift_split *split;
	uint64_t first, piece;
	enum sift_status rc;

	find_sizes(ledger, task, &first, &piece);
	if (!first)
		return sift_fail(err, SIFT_E_FORMAT,
				 "a worker sent a piece of a whole");
	if (sift_array_grow((void **)&ledger->splits, &ledger->split_capacity,
			    ledger->split_count + 1, sizeof(*ledger->splits),
			    SIZE_MAX))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for pieces");
	rc = sift_split_new(&split, task->file, ledger->workers, first, piece,
			    format, err);
	if (rc)
		return rc;
	split->threads = ledger->workers;
	ledger->splits[ledger->split_count++] = split;
	task->split = split;
	task->piece = 0;
	return queue_pieces(ledger, split, 1, err);
}

enum sift_status
sift_ledger_answer(struct sift_ledger *ledger, struct sift_task *task,
		   struct sift_span payload, struct sift_err *err)
{
	struct sift_wire_answer answer;
	enum sift_status rc = SIFT_OK;

	if (payload.len < sizeof(answer))
		return sift_fail(err, SIFT_E_FORMAT,
				 "a worker sent what is no answer");
	memcpy(&answer, payload.ptr, sizeof(answer));
	if (!task->split)
		rc = begin_split(ledger, task, answer.format, err);
	if (rc)
		return rc;
	return sift_split_answer(task->split, task->piece, &answer,
				 sift_span_from(payload, sizeof(answer)), err);
}

enum sift_status
sift_ledger_block(struct sift_ledger *ledger, const struct sift_task *task,
		  struct sift_span payload, struct sift_err *err)
{
	struct sift_block *block = NULL;
	bool skipped = false;
	enum sift_status rc;

	if (!task->split)
		return sift_digest_take_block(ledger->digest, payload, err);
	rc = sift_block_read(payload, NULL, &block, &skipped, err);
	if (rc)
		return rc;
	block->max_samples = ledger->digest->max_source_samples;
	sift_split_keep(task->split, task->piece, block);
	return SIFT_OK;
}

/* The pieces have come to something: nobody reads on in them. */
static void
close_split(struct sift_ledger *ledger, struct sift_split *split)
{
	split->is_closed = true;
	sift_jobs_drop(&ledger->jobs, split);
}

static enum sift_status
read_as_a_whole(struct sift_ledger *ledger, struct sift_split *split,
		struct sift_err *err)
{
	struct sift_task task = {.file = split->file, .is_whole = true};

	close_split(ledger, split);
	ledger->progress.bytes_done -= split->bytes_done;
	return sift_jobs_put(&ledger->jobs, &task, 1, err);
}

static enum sift_status
add_up_pieces(struct sift_ledger *ledger, struct sift_split *split,
	      struct sift_err *err)
{
	enum sift_status rc =
		sift_digest_add(ledger->digest, split->block, err);

	if (!rc)
		split->block = NULL;
	close_split(ledger, split);
	ledger->progress.files_done++;
	return rc;
}

static enum sift_status
piece_done(struct sift_ledger *ledger, const struct sift_task *task,
	   struct sift_err *err)
{
	struct sift_split *split = task->split;
	struct sift_task again = *task;
	uint64_t bytes = sift_split_bytes(split, task->piece);
	enum sift_status rc;

	if (split->is_closed)
		return SIFT_OK;
	rc = sift_split_done(split, task->piece, &again.piece, err);
	if (rc)
		return rc;
	split->bytes_done += bytes;
	ledger->progress.bytes_done += bytes;
	if (split->state == SIFT_SPLIT_WHOLE)
		return read_as_a_whole(ledger, split, err);
	if (split->state == SIFT_SPLIT_CERTAIN)
		return add_up_pieces(ledger, split, err);
	if (again.piece == split->count)
		return SIFT_OK;
	bytes = sift_split_bytes(split, again.piece);
	split->bytes_done -= bytes;
	ledger->progress.bytes_done -= bytes;
	return sift_jobs_put(&ledger->jobs, &again, 1, err);
}

enum sift_status
sift_ledger_lost_piece(struct sift_ledger *ledger, const struct sift_task *task,
		       const char *reason, struct sift_err *err)
{
	struct sift_split *split = task->split;

	if (split->is_closed)
		return SIFT_OK;
	sift_split_give_up(split, SIFT_SPLIT_LOST);
	close_split(ledger, split);
	ledger->progress.files_done++;
	ledger->progress.bytes_done += split->file->bytes - split->bytes_done;
	return sift_ledger_lost(ledger, split->file->name, split->file->path,
				reason, err);
}

enum sift_status
sift_ledger_done(struct sift_ledger *ledger, const struct sift_task *task,
		 struct sift_err *err)
{
	if (task->split)
		return piece_done(ledger, task, err);
	ledger->progress.files_done++;
	ledger->progress.bytes_done += task->file->bytes;
	return SIFT_OK;
}

/* ---- when a worker dies ---- */

enum sift_status
sift_ledger_charge(struct sift_ledger *ledger, struct sift_task *task,
		   uint64_t got, const struct sift_noted *noted,
		   const char *reason, struct sift_err *err)
{
	const struct sift_found *file = task->file;
	bool is_over = noted->source <= task->skip || file->is_stream;
	bool has_name = noted->is_inside && *noted->name;
	enum sift_status rc = SIFT_OK;

	if (task->split)
		rc = sift_ledger_lost_piece(ledger, task, reason, err);
	else if (noted->is_inside || is_over)
		rc = sift_ledger_lost(
			ledger, has_name ? noted->name : file->name,
			has_name ? noted->path : file->path, reason, err);
	if (rc || is_over || task->split)
		return rc ? rc : SIFT_END;
	task->is_careful = true;
	/* That one is never sent. */
	if (task->avoid == got + 1)
		got++;
	task->skip = got;
	if (noted->is_inside && noted->source == got + 1)
		task->skip++;
	else if (noted->is_inside)
		task->avoid = noted->source;
	return SIFT_OK;
}
