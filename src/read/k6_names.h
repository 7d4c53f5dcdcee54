/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_NAMES_H
#define SIFT_READ_K6_NAMES_H

/*
 * The names met in a file of k6 points: series and thresholds are told to the
 * sink as they are met; checks and failures are counted and told at the end.
 * Text is plain (escapes undone).
 *
 * There may be any number of series: every URL is one where requests are not
 * given names. When there are many, they and their failures are forgotten, and
 * told anew when they are met again. Which of them stay in the report is for
 * the sink to decide.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/table.h"
#include "model/event.h"
#include "read/piece.h"

/* Remembered, of series and failures together. A run that stays below what a
   report keeps by default never comes there. */
#define SIFT_K6_NAMES (1u << 17)
#define SIFT_K6_NAME_BYTES ((size_t)32 << 20)

struct sift_k6_check;
struct sift_k6_names {
	const struct sift_sink *sink; /* borrowed */
	struct sift_table series;
	struct sift_table checks;
	struct sift_k6_check *check_counts; /* owned, by number */
	size_t check_capacity;
	struct sift_table failures;
	uint64_t *failure_counts; /* owned, by number */
	size_t failure_capacity;
	struct sift_table thresholds;
	struct sift_buf key; /* scratch */
};

void sift_k6_names_init(struct sift_k6_names *names,
			const struct sift_sink *sink);
void sift_k6_names_release(struct sift_k6_names *names);

/* Is it time to forget? */
bool sift_k6_names_are_many(const struct sift_k6_names *names);

/* Tell failures, then forget them and all series; their ids are void.
   Returns SIFT_OK, SIFT_E_NOMEM, a failure of the sink. */
enum sift_status sift_k6_names_forget(struct sift_k6_names *names,
				      struct sift_err *err) SIFT_MUST_CHECK;

/*
 * The id of a series, declared to the sink if it is new; its own id may come
 * as anything. Returns SIFT_OK, SIFT_E_NOMEM, a failure of the sink.
 */
enum sift_status sift_k6_names_series(struct sift_k6_names *names,
				      const struct sift_ev_series *series,
				      uint32_t *out_id,
				      struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Tell the sink the definitions in a metric's raw list of thresholds, but for
 * those told before. `metric` is plain text; `scratch` is used. Returns as
 * above, and SIFT_END for a bad escape.
 */
enum sift_status sift_k6_names_thresholds(struct sift_k6_names *names,
					  struct sift_span metric,
					  struct sift_span list,
					  struct sift_buf *scratch,
					  struct sift_err *err) SIFT_MUST_CHECK;

/* The number of a check. */
enum sift_status sift_k6_names_check(struct sift_k6_names *names,
				     struct sift_span name, uint32_t *out_id,
				     struct sift_err *err) SIFT_MUST_CHECK;
/* Count one result of a check. */
void sift_k6_names_checked(struct sift_k6_names *names, uint32_t id,
			   bool passed);

/* The number of a failure: of a series, with a text. Returns as above. */
enum sift_status sift_k6_names_failure(struct sift_k6_names *names,
				       uint32_t series, struct sift_span text,
				       uint32_t *out_id,
				       struct sift_err *err) SIFT_MUST_CHECK;
static inline void
sift_k6_names_failed(struct sift_k6_names *names, uint32_t id)
{
	names->failure_counts[id]++;
}

/* Tell a piece how many names were met. */
void sift_k6_names_count(const struct sift_k6_names *names,
			 struct sift_piece *piece);

/* Tell the counts of the checks and failures. */
enum sift_status sift_k6_names_finish(struct sift_k6_names *names,
				      struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_NAMES_H */
