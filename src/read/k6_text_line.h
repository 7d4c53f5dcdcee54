/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_TEXT_LINE_H
#define SIFT_READ_K6_TEXT_LINE_H

/*
 * A line of k6's end-of-test text, of either layout. In the log of a CI job
 * something may stand before it (a time, a container's name); what k6 prints
 * is indented by two blanks at least, which is where it begins.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum sift_k6_text_kind {
	SIFT_K6_TEXT_OTHER,
	SIFT_K6_TEXT_METRIC, /* http_reqs....: 153 36.52/s */
	SIFT_K6_TEXT_MARK,   /* ✓ is 200, or ✓ 'p(95)<500' p(95)=41.64ms */
	SIFT_K6_TEXT_COUNTS, /* ↳  0% — ✓ 0 / ✗ 29 */
	SIFT_K6_TEXT_TITLE   /* █ TOTAL RESULTS */
};

enum sift_k6_glyph {
	SIFT_K6_GLYPH_NONE,
	SIFT_K6_GLYPH_PASS,
	SIFT_K6_GLYPH_FAIL,
	SIFT_K6_GLYPH_COUNTS,
	SIFT_K6_GLYPH_TITLE
};

struct sift_k6_text_line {
	enum sift_k6_text_kind kind;
	enum sift_k6_glyph glyph; /* PASS, FAIL or NONE */
	struct sift_span text;	  /* a name or title, trimmed */
	struct sift_span values;  /* of a METRIC: behind the dots; of a MARK:
				     a threshold's expression, or empty */
	uint64_t passes, fails;	  /* of COUNTS */
};

/* Put a line into `clean` (which is emptied) as valid UTF-8, without colours
   and what a carriage return has overwritten. */
void sift_k6_text_clean(struct sift_span raw, struct sift_buf *clean);

/* Every line is something; spans are borrowed from `line`. */
void sift_k6_text_line_parse(struct sift_span line,
			     struct sift_k6_text_line *out);

/* The bid of reader.h: for a summary, or a log that may have one. */
unsigned sift_k6_text_bid(struct sift_span head, bool whole);

#endif /* SIFT_READ_K6_TEXT_LINE_H */
