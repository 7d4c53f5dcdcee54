/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_HISTORY_H
#define SIFT_DIGEST_HISTORY_H

/*
 * What a series has gone through: its samples by outcome, and their timeline.
 *
 * Of a run's series there may be 100 000, most of which have one sample. That
 * one is kept as it is; slices and buckets are made of it when a second comes,
 * or for those who want to see them. Whether they are there makes no
 * difference to what the history holds.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "digest/samples.h"
#include "digest/slice.h"
#include "digest/timeline.h"
#include "model/event.h"

struct sift_history_parts {
	struct sift_samples *samples[SIFT_OUTCOME_COUNT]; /* owned; NULL =
							     none */
	struct sift_timeline timeline;
};

/* Zeroed: empty. */
struct sift_history {
	struct sift_history_parts
		*parts;	 /* owned; NULL = at most one sample: */
	int64_t time_ns; /* of which the second counts */
	int64_t value_ns;
	enum sift_outcome outcome;
	bool has_one;
};

void sift_history_release(struct sift_history *history);

/* Was nothing added to it? So it is with all series that are reported. */
static inline bool
sift_history_is_empty(const struct sift_history *history)
{
	return !history->parts && !history->has_one;
}

/*
 * Add a sample; `binned`: samples of this history are (so must be those that
 * are there). Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_history_add(struct sift_history *history,
				  enum sift_outcome outcome, int64_t time_ns,
				  int64_t value_ns, bool binned,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* Fold `from` in, likewise; commutative, associative. */
enum sift_status sift_history_merge(struct sift_history *into,
				    const struct sift_history *from,
				    bool binned,
				    struct sift_err *err) SIFT_MUST_CHECK;

/* As sift_samples_bin() and sift_samples_sort(); the timeline is sorted in any
   case. */
enum sift_status sift_history_bin(struct sift_history *history,
				  struct sift_err *err) SIFT_MUST_CHECK;
void sift_history_sort(struct sift_history *history, bool but_samples);

/* How many samples there are, of one outcome and of all. */
uint64_t sift_history_count(const struct sift_history *history,
			    enum sift_outcome outcome);
uint64_t sift_history_count_all(const struct sift_history *history);

/*
 * Parts to be filled by hand, such as those that are read from bytes; NULL when
 * memory is out. _close() afterwards keeps them only if they say more than one
 * sample does.
 */
struct sift_history_parts *sift_history_open(struct sift_history *history);
void sift_history_close(struct sift_history *history);

/* A look at a history in parts: its own, or `made`, which the view holds. */
struct sift_history_view {
	const struct sift_history_parts *parts;
	struct sift_history_parts made;
	struct sift_samples samples;
	struct sift_slice slice;
	struct sift_bucket bucket;
	uint32_t low;
	int64_t wide;
};

/* Valid while history and view stay where and as they are; not to be
   released. */
void sift_history_view(const struct sift_history *history,
		       struct sift_history_view *out);

#endif /* SIFT_DIGEST_HISTORY_H */
