/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_INTAKE_H
#define SIFT_READ_K6_INTAKE_H

/*
 * From lines of k6 points to events. A line comes in parsed; its metric's
 * role (k6_metric.h) says what becomes of it.
 *
 * Nothing depends on the order of lines: points of a script's metric wait for
 * its declaration (k6_seen.h), requests without expected_response for their
 * verdict (k6_verdicts.h). Both wait within bounds; over them, and at the
 * end, the one is inferred and the other follows the status. What such waiting
 * may have to do with lines outside of the piece being read becomes a doubt
 * of it.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/table.h"
#include "model/event.h"
#include "read/k6_metric.h"
#include "read/k6_names.h"
#include "read/k6_point.h"
#include "read/k6_tagset.h"
#include "read/k6_verdicts.h"
#include "read/piece.h"

#define SIFT_K6_METRICS 65536u /* at most in a file */

struct sift_k6_seen;
struct sift_k6_intake {
	struct sift_piece *piece; /* borrowed, as the next two */
	const struct sift_sink *sink;
	struct sift_err *err;

	struct sift_table metric_names;
	struct sift_k6_seen **metrics; /* owned, by the table's numbers */
	size_t metric_capacity;
	uint32_t metric_ids; /* given out so far */
	size_t undecided;    /* points that wait for a declaration */

	struct sift_k6_names names;
	struct sift_k6_tagcache tags;
	struct sift_k6_verdicts verdicts;
	struct sift_buf text[2]; /* scratch for unescaped text */
	bool plain; /* names come as they are, not as JSON strings: set by the
		       reader after _init() */

	uint64_t used;
	uint64_t unused; /* the reader adds lines that hold no record */

	/* the line at hand, set by the reader before a call */
	struct sift_span line;
	uint64_t line_number; /* 0 = none */
	uint64_t line_offset;
};

void sift_k6_intake_init(struct sift_k6_intake *intake,
			 struct sift_piece *piece, const struct sift_sink *sink,
			 struct sift_err *err);
void sift_k6_intake_release(struct sift_k6_intake *intake);

/*
 * Take a line; its text is borrowed for the call. A record that makes no
 * sense is skipped. Returns SIFT_OK, SIFT_E_NOMEM, SIFT_E_LIMIT, a failure of
 * the sink.
 */
enum sift_status
sift_k6_intake_add(struct sift_k6_intake *intake,
		   const struct sift_k6_point *line) SIFT_MUST_CHECK;

/* A point that is no JSON: a row of a table. */
struct sift_k6_row {
	struct sift_span metric;
	int64_t time_ns;
	struct sift_span value;
	const struct sift_k6_tags *tags;
};

/* Take such a point; its texts are borrowed for the call. Returns as
   sift_k6_intake_add(). */
enum sift_status
sift_k6_intake_add_row(struct sift_k6_intake *intake,
		       const struct sift_k6_row *row) SIFT_MUST_CHECK;

/* A point whose parts are known already. */
struct sift_k6_known {
	struct sift_k6_seen *metric;
	int64_t time_ns;
	int64_t value_micro;
	struct sift_k6_tagset *tags; /* NULL: not in the cache */
};

/*
 * Take such a point as sift_k6_intake_add() would take its line. Returns also
 * SIFT_END: nothing was done, the line must be parsed.
 */
enum sift_status
sift_k6_intake_add_known(struct sift_k6_intake *intake,
			 const struct sift_k6_known *point) SIFT_MUST_CHECK;

/* Know a metric from its declaration outside of the piece. Returns as
   sift_k6_intake_add(). */
enum sift_status
sift_k6_intake_declare(struct sift_k6_intake *intake,
		       const struct sift_k6_point *line) SIFT_MUST_CHECK;

/* Put a sample and count it. */
enum sift_status sift_k6_intake_put_sample(struct sift_k6_intake *intake,
					   uint32_t series,
					   enum sift_outcome outcome,
					   int64_t time_ns,
					   int64_t value_ns) SIFT_MUST_CHECK;

/* Count the line at hand as bad; `kind` is static. */
enum sift_status sift_k6_intake_skip(struct sift_k6_intake *intake,
				     const char *kind) SIFT_MUST_CHECK;

/* After the last line: put what waits, and the counts. */
enum sift_status
sift_k6_intake_finish(struct sift_k6_intake *intake) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_INTAKE_H */
