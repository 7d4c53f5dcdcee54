/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_BLOCK_BUILD_H
#define SIFT_DIGEST_BLOCK_BUILD_H

/*
 * What a block needs while it is being filled: which entry of which list a
 * key or a reader's id means, and room to grow.
 *
 * The six lists of a block are filled alike. An entry's texts are parts of
 * its key, which belongs to the table of keys; finishing copies them into the
 * arena. That way an entry that gives way takes its texts along.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/table.h"
#include "digest/block.h"
#include "digest/keep.h"

enum sift_block_list {
	SIFT_LIST_SERIES,
	SIFT_LIST_METRICS,
	SIFT_LIST_CHECKS,
	SIFT_LIST_THRESHOLDS,
	SIFT_LIST_FAILURES,
	SIFT_LIST_NOTES,
	SIFT_LIST_COUNT
};

/* Room for so many at first: an endpoint or two would be rare. */
static inline size_t
sift_first_items(size_t need)
{
	return need < 32 ? 32 : need;
}

/* How the entries of one list are dealt with; see block_lists.c. */
struct sift_list_ops {
	size_t array_at; /* offsets in struct sift_block */
	size_t count_at;
	size_t item_size;
	size_t max; /* 0: block->max_endpoints */

	/* What follows the first byte of the key of the entry that takes in
	   what is too much; len 0: it is left out. */
	struct sift_span other;

	/* Append the key of an entry to `out`. */
	void (*add_key)(const void *item, struct sift_buf *out);
	/* Fill a zeroed entry from its key. */
	void (*init)(void *item, const char *key);
	/* Fold an entry of the same key in, or (`other`) one of another key. */
	enum sift_status (*absorb)(struct sift_block *block, void *into,
				   const void *from, bool other,
				   struct sift_err *err);
	void (*release)(void *item);
	/* Give all that an entry has to an empty one of the same key; NULL:
	   absorb() will do. */
	void (*move)(void *into, void *from);
	/* Copy the texts to `arena` and point to the copies; entries that
	   were dealt with can be dealt with again. */
	enum sift_status (*copy_texts)(void *item, struct sift_arena *arena);
	/* Sort what is inside, or all but samples. */
	void (*finish)(void *item, bool but_samples);
	int (*compare)(const void *left, const void *right);
};

const struct sift_list_ops *sift_list_ops(enum sift_block_list list);

/* From a reader's dense ids to entries. */
struct sift_id {
	uint32_t slot; /* SIFT_KEEP_NONE = left out */
	uint32_t next; /* another id of the same slot, once they are linked */
};

struct sift_ids {
	struct sift_id *ids; /* owned */
	size_t count;
	size_t capacity;
	bool is_linked;	 /* so that all ids of a slot can be found: */
	uint32_t *heads; /* owned; per slot the first id */
	size_t head_count;
	size_t head_capacity;
};

struct sift_block_build {
	struct sift_keep keeps[SIFT_LIST_COUNT];
	size_t capacities[SIFT_LIST_COUNT];
	struct sift_ids ids[2];	 /* of series and of metrics */
	struct sift_table texts; /* units, names of values */
	struct sift_buf key;	 /* the one at hand */
	struct sift_buf text;	 /* a failure's, on its way into it */
	struct sift_buf name;	 /* a generic one, likewise */
	size_t names;		 /* of requests, in a block not generic */
	struct sift_buf other;	 /* the key of the entry it folds into */
	size_t user_capacity, progress_capacity;
	struct sift_arena fresh; /* finishing copies texts to it */
	bool has_counted;	 /* something was counted of a series */
};

/*
 * Make the block one that can be filled: a new one, or a finished one with
 * all its entries. Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_block_open(struct sift_block *block,
				 struct sift_err *err) SIFT_MUST_CHECK;
void sift_block_build_free(struct sift_block_build *build);
/* Release the entries of all lists and forget what they were, but keep the
   memory of lists and names; false, with nothing done, if that is too much. */
bool sift_block_build_empty(struct sift_block *block);

/* A block without name and path for what is read; it lies in `lent` if that is
   given. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_block_new_packed(struct sift_block **out,
				       struct sift_arena *lent,
				       struct sift_err *err) SIFT_MUST_CHECK;
void sift_block_free_arrays(struct sift_block *block);
/* Settle all but the lists. */
void sift_block_settle_times(struct sift_block *block);

/* Count `more` samples; bin the block if they are too many now.
   Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_block_count(struct sift_block *block, uint64_t more,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* Begin a key in build->key; add its parts. What is no UTF-8 is repaired. */
void sift_key_begin(struct sift_buf *key, unsigned first);
void sift_key_add(struct sift_buf *key, struct sift_span part);

/*
 * The entry of the key in build->key, which is made if need be; another one
 * may give way, or the entry is the one all others fold into; or
 * SIFT_KEEP_NONE: it is left out. Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_block_slot(struct sift_block *block,
				 enum sift_block_list list, uint32_t *out_slot,
				 struct sift_err *err) SIFT_MUST_CHECK;

/* A list being filled anew: what it had. */
struct sift_renewal {
	char *array;
	struct sift_keep keep;
};

/* Empty a list and take what it had, texts of entries included. */
void sift_block_renew(struct sift_block *block, enum sift_block_list list,
		      struct sift_renewal *out);
void sift_block_renewed(struct sift_renewal *old);

/* Enter an entry that is no longer needed: what it has is moved, or added to
   that of another of its key. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_block_enter(struct sift_block *block,
				  enum sift_block_list list, void *item,
				  uint32_t *out_slot,
				  struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Fold a copy of an entry of another block in. Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_block_absorb(struct sift_block *block,
				   enum sift_block_list list, const void *item,
				   struct sift_err *err) SIFT_MUST_CHECK;

/* The entry itself, borrowed until the next one is made. */
void *sift_block_item(struct sift_block *block, enum sift_block_list list,
		      size_t slot);
size_t *sift_block_list_count(struct sift_block *block,
			      enum sift_block_list list);

/* ---- block_ids.c ---- */

/* Let the id mean the slot. Returns SIFT_OK, SIFT_E_NOMEM, SIFT_E_LIMIT. */
enum sift_status sift_ids_set_any(struct sift_ids *ids, uint32_t id,
				  uint32_t slot,
				  struct sift_err *err) SIFT_MUST_CHECK;
static inline enum sift_status
sift_ids_set(struct sift_ids *ids, uint32_t id, uint32_t slot,
	     struct sift_err *err)
{
	/* Nearly always it is the next. */
	if (id != ids->count || id >= ids->capacity || ids->is_linked)
		return sift_ids_set_any(ids, id, slot, err);
	ids->ids[ids->count++] = (struct sift_id){slot, SIFT_KEEP_NONE};
	return SIFT_OK;
}
/* No id means anything any more. */
void sift_ids_forget(struct sift_ids *ids);
/* All that meant slot `from` means `to` from now on. */
enum sift_status sift_ids_move(struct sift_ids *ids, uint32_t from, uint32_t to,
			       struct sift_err *err) SIFT_MUST_CHECK;

/* All slots have new numbers. */
void sift_ids_renumber(struct sift_ids *ids, const uint32_t *slots);

/* ---- */

/* Let the smaller of *example (NULL = none) and `text` (empty = none) be
 *example. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_block_example(struct sift_block *block,
				    const char **example, struct sift_span text,
				    struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Replace ids in the names of requests and failures; those of endpoints that
 * become one add up. With `only`, just names that become one of these (after
 * which the block must be finished if *out_changed). Returns SIFT_OK,
 * SIFT_E_NOMEM.
 */
enum sift_status sift_block_generalise(struct sift_block *block,
				       const struct sift_table *only,
				       bool *out_changed,
				       struct sift_err *err) SIFT_MUST_CHECK;

/* Say something once. Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_block_note(struct sift_block *block,
				 struct sift_span text,
				 struct sift_err *err) SIFT_MUST_CHECK;

/* Copy to the arena and point to the copy; NULL stays. False = nomem. */
bool sift_copy_text(const char **text, struct sift_arena *arena);

/* <0, 0, >0; NULL comes first, the rest bytewise. */
int sift_compare_texts(const char *a, const char *b);

/* Where bad records are counted; NULL = nomem. */
struct sift_diag *sift_block_diag(struct sift_block *block);
/* A copy of a text that lasts until the block is finished; NULL = nomem. */
const char *sift_block_text(struct sift_block *block, struct sift_span text);

/* ---- block_series.c ---- */

void sift_series_init(struct sift_series *series);
void sift_series_release(struct sift_series *series);
/* To count more of it; NULL = nomem. */
struct sift_counted *sift_series_count(struct sift_series *series,
				       struct sift_arena *arena);
/* The same in a block that is being filled. */
static inline struct sift_counted *
sift_block_count_series(struct sift_block *block, struct sift_series *series)
{
	block->build->has_counted = true;
	return sift_series_count(series, &block->arena);
}
/* Is it the one that others fold into? */
bool sift_series_is_other(const struct sift_series *series);
/* Fold in a part of the same series, or (`other`) another series; `into`
   belongs to the block. */
enum sift_status sift_series_absorb(struct sift_block *block,
				    struct sift_series *into,
				    const struct sift_series *from, bool other,
				    struct sift_err *err) SIFT_MUST_CHECK;
enum sift_status sift_series_bin(struct sift_series *series,
				 struct sift_err *err) SIFT_MUST_CHECK;
/* Figures of entries that give way are forgotten, but stay in the arena until
   the block is finished: their number grows with the logarithm of all. A trend
   has none of failures. */
enum sift_status sift_series_set_figures(struct sift_block *block,
					 struct sift_series *series,
					 const struct sift_figures *figures,
					 struct sift_err *err) SIFT_MUST_CHECK;
/* Add up what two series report; `into` may have no figures yet. */
enum sift_status sift_series_add_figures(struct sift_block *block,
					 struct sift_series *into,
					 const struct sift_figures *figures,
					 struct sift_err *err) SIFT_MUST_CHECK;
void sift_series_sort(struct sift_series *series, bool but_samples);
/* The tally of one series, or (NULL) of all requests, sorted; on success to be
   released. Returns SIFT_OK, SIFT_E_NOMEM, SIFT_E_LIMIT. */
enum sift_status sift_series_tallied(const struct sift_block *block,
				     const struct sift_series *series,
				     struct sift_tally *out,
				     struct sift_err *err) SIFT_MUST_CHECK;
extern const struct sift_list_ops sift_series_ops;

/* ---- block_result.c ---- */

/* Samples to be taken together. */
struct sift_sample_sets {
	const struct sift_samples **items; /* owned array of borrowed ones */
	size_t count;
	struct sift_samples lone; /* owned; of histories of one sample */
};

/* Those of one series, or (NULL) of all requests. Returns SIFT_OK,
   SIFT_E_NOMEM. */
enum sift_status sift_block_sample_sets(const struct sift_block *block,
					const struct sift_series *series,
					bool ok_only,
					struct sift_sample_sets *out,
					struct sift_err *err) SIFT_MUST_CHECK;
void sift_sample_sets_release(struct sift_sample_sets *sets);

/* Does a series of requests have reported figures? */
bool sift_series_have_figures(const struct sift_block *block);

/* Whatever a source says: nothing of a trend fails. */
void sift_reported_limit(struct sift_reported *figures, enum sift_kind kind);
/* Set what follows from the rest: of the result all but its counts, rps and
   latencies, and an error rate that only was reported. */
void sift_reported_complete(struct sift_reported *figures);

/* From first to last time; NAN if there is none. */
double sift_block_seconds(const struct sift_block *block);

/* ---- block_metrics.c ---- */

/* What the sink does with an event. Returns SIFT_OK, SIFT_E_NOMEM,
   SIFT_E_LIMIT; SIFT_E_INTERNAL when its id was not declared. */
typedef enum sift_status sift_block_put(struct sift_block *block,
					const struct sift_event *event,
					struct sift_err *err);
sift_block_put sift_block_put_metric;
sift_block_put sift_block_put_point; /* samples of a trend are binned if the
					block is */
sift_block_put sift_block_put_value;
extern const struct sift_list_ops sift_metric_ops;

/* ---- block_points.c ---- */

enum sift_status sift_block_add_users(struct sift_block *block,
				      const struct sift_users_point *point,
				      struct sift_err *err) SIFT_MUST_CHECK;
enum sift_status
sift_block_add_progress(struct sift_block *block,
			const struct sift_progress_point *point,
			struct sift_err *err) SIFT_MUST_CHECK;
/* Sort, drop equal ones, thin to SIFT_BLOCK_POINTS. */
void sift_block_sort_points(struct sift_block *block);
/* Thin to 2^shift seconds at least. */
void sift_block_thin_points(struct sift_block *block, int user_shift,
			    int progress_shift);

/* ---- ranges ---- */

static inline void
sift_range_add(struct sift_range *range, int64_t first_ns, int64_t last_ns)
{
	if (first_ns != SIFT_INSTANT_NONE &&
	    (range->first_ns == SIFT_INSTANT_NONE ||
	     first_ns < range->first_ns))
		range->first_ns = first_ns;
	/* NONE is below all others. */
	if (last_ns > range->last_ns)
		range->last_ns = last_ns;
}

/* a + b, or the largest number. */
static inline uint64_t
sift_add_u64(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* The same for counts that are not negative. */
static inline int64_t
sift_add_count(int64_t a, uint64_t b)
{
	uint64_t sum = sift_add_u64((uint64_t)a, b);

	return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}

#endif /* SIFT_DIGEST_BLOCK_BUILD_H */
