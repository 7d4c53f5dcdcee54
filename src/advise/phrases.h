/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_PHRASES_H
#define SIFT_ADVISE_PHRASES_H

/*
 * Pieces of the sentences of advice, added to a buffer.
 */

#include <loadsift/document.h>

#include "base/buf.h"

enum sift_phrase_unit {
	SIFT_PHRASE_PLAIN, /* 12.8 */
	SIFT_PHRASE_MS,	   /* 400 ms */
	SIFT_PHRASE_SHARE  /* 0.012 as 1.2 % */
};

/*
 * A number with about three digits, whole ones as they are, and as many more
 * as it takes to read unlike `beside` (NAN = nothing to tell it from).
 */
void sift_phrase_number(struct sift_buf *out, double value, double beside,
			enum sift_phrase_unit unit);

/* Shares as "24-30 %", "58 %" when both round to the same. */
void sift_phrase_range(struct sift_buf *out, double low, double high);

/* "GET alerts_list", "alerts_list", "(no name)"; made printable. */
void sift_phrase_endpoint(struct sift_buf *out, const char *method,
			  const char *name);

/* Text of a source, made printable and of bounded length. */
void sift_phrase_text(struct sift_buf *out, const char *text);

/* "12 of 1200 failed (1 %)", summed over the runs of the set. */
void sift_phrase_failures(struct sift_buf *out,
			  const struct sift_set_result *result);

#endif /* SIFT_ADVISE_PHRASES_H */
