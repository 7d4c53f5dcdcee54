/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <pthread.h>

#include "base/mem.h"
#include "base/thread.h"
#include "input/source_impl.h"

/*
 * Another source, read ahead of the reader by a thread, so that one processor
 * decompresses while the other scans. Not a byte is copied: the other source
 * has SIFT_AHEAD_BLOCKS blocks, of which it uses half at first: one that is
 * being filled, one that the reader has, and those between them, which wait
 * here.
 *
 * What a read gives, its failure included, is handed on as it is and in
 * order, and nothing else is shared: whether there is a thread, and when it
 * begins, cannot show in what comes out. Checksums, a quarter of what
 * inflating takes, are the weight that balances both: the thread takes them
 * while it is ahead, else the reader.
 */

/* Shorter streams are over before a thread is of use. It begins while the
   reader has the last of these bytes. */
#define START_BYTES (UINT64_C(256) << 10)

/* Enough for the libraries (they need some 20 KiB) and for sanitizers. */
#define STACK_BYTES ((size_t)512 << 10)

/* What one read of the other source gave. */
struct piece {
	struct sift_span block;
	struct sift_seal seal;
	uint64_t in_bytes;
	enum sift_status state;
};

struct ahead_source {
	struct sift_source base;
	struct sift_source *inner; /* owned; the thread's while it runs */
	bool is_tried;		   /* to start the thread */
	bool is_running;
	struct sift_thread thread;

	/* The rest is guarded by `lock`. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_stopped;
	bool is_over;	/* the last piece was made */
	uint64_t made;	/* pieces, by the thread */
	uint64_t taken; /* of them, by the reader, who has the last */
	struct piece pieces[SIFT_AHEAD_BLOCKS];
	struct sift_err failure; /* of the last piece */
};

/* ---- how far ahead ---- */

/* Blocks that the other source uses. It may have handed out one or two before
   the thread began: then it goes over to all of them a little sooner. */
static unsigned
in_use(const struct ahead_source *a)
{
	return sift_blocks_in_use(SIFT_AHEAD_BLOCKS, a->made);
}

/* Whoever has to wait waits until it can go on for so many blocks: to be woken
   for each costs more than scanning it. */
static unsigned
worth_waking(const struct ahead_source *a)
{
	return in_use(a) / 2 - 1;
}

/* The first blocks the reader takes as they come: there is no lead yet. */
static unsigned
worth_taking(const struct ahead_source *a)
{
	return a->taken < worth_waking(a) ? 1 : worth_waking(a);
}

/* So many blocks that wait for the reader are a lead: more than it finds when
   it had to wait, for then it is the faster one. */
static unsigned
lead(const struct ahead_source *a)
{
	return in_use(a) / 2;
}

/* ---- the thread ---- */

/* Wait until a block is free for the next read; false = there is to be none.
   Does the reader lag behind? */
static bool
may_read(struct ahead_source *a, bool *out_lags)
{
	bool is_stopped;

	pthread_mutex_lock(&a->lock);
	if (a->made - a->taken >= in_use(a) - 1)
		while (!a->is_stopped && a->made - a->taken > worth_waking(a))
			pthread_cond_wait(&a->changed, &a->lock);
	is_stopped = a->is_stopped;
	*out_lags = a->made - a->taken >= lead(a);
	pthread_mutex_unlock(&a->lock);
	return !is_stopped;
}

static void
put(struct ahead_source *a, const struct piece *piece,
    const struct sift_err *failure)
{
	pthread_mutex_lock(&a->lock);
	a->pieces[a->made % SIFT_AHEAD_BLOCKS] = *piece;
	if (piece->state < 0)
		a->failure = *failure;
	a->made++;
	a->is_over = piece->state != SIFT_OK;
	if (a->made - a->taken == worth_taking(a) || a->is_over)
		pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
}

static enum sift_status
read_piece(struct ahead_source *a, struct piece *out, struct sift_err *err)
{
	struct sift_source *inner = a->inner;

	out->block = (struct sift_span){NULL, 0};
	out->state = inner->ops->read(inner, &out->block, err);
	out->seal = inner->seal;
	out->in_bytes = inner->in_bytes;
	return out->state;
}

static void
read_all(void *context)
{
	struct ahead_source *a = context;
	struct sift_err failure = {0};
	struct piece piece = {.state = SIFT_OK};
	bool lags;

	while (piece.state == SIFT_OK && may_read(a, &lags)) {
		read_piece(a, &piece, &failure);
		if (lags && a->inner->ops->sum)
			a->inner->ops->sum(a->inner, piece.block, &piece.seal);
		put(a, &piece, &failure);
	}
}

/* ---- the reader ---- */

/* Without a thread it goes on as it was. */
static void
start(struct ahead_source *a)
{
	a->is_tried = true;
	a->is_running = sift_thread_start(&a->thread, read_all, a, STACK_BYTES);
}

static enum sift_status
take(struct ahead_source *a, struct piece *out, struct sift_err *err)
{
	pthread_mutex_lock(&a->lock);
	if (a->made == a->taken)
		while (!a->is_over && a->made - a->taken < worth_taking(a))
			pthread_cond_wait(&a->changed, &a->lock);
	*out = a->pieces[a->taken % SIFT_AHEAD_BLOCKS];
	if (out->state < 0)
		*err = a->failure;
	a->taken++;
	if (a->made - a->taken == worth_waking(a))
		pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	return out->state;
}

static enum sift_status
read_ahead(struct sift_source *src, struct sift_span *out, struct sift_err *err)
{
	struct ahead_source *a = (struct ahead_source *)src;
	struct piece piece;
	enum sift_status rc;

	rc = a->is_running ? take(a, &piece, err) : read_piece(a, &piece, err);
	if (rc == SIFT_OK && !a->is_tried &&
	    src->produced + piece.block.len >= START_BYTES)
		start(a);
	*out = piece.block;
	src->in_bytes = piece.in_bytes;
	return sift_source_check(a->inner, piece.block, &piece.seal, rc, err);
}

static void
release_ahead(struct sift_source *src)
{
	struct ahead_source *a = (struct ahead_source *)src;

	if (a->is_running) {
		pthread_mutex_lock(&a->lock);
		a->is_stopped = true;
		pthread_cond_signal(&a->changed);
		pthread_mutex_unlock(&a->lock);
		sift_thread_join(&a->thread);
	}
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	sift_source_free(a->inner);
	sift_free(a);
}

static const struct sift_source_ops ahead_ops = {
	.read = read_ahead,
	.release = release_ahead,
};

enum sift_status
sift_source_open_ahead(struct sift_source **out, struct sift_source *inner,
		       struct sift_err *err)
{
	struct ahead_source *a = sift_calloc(1, sizeof(*a));

	if (!a)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a source");
	sift_source_init(&a->base, &ahead_ops);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	a->inner = inner;
	*out = &a->base;
	return SIFT_OK;
}
