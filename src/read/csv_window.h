/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_CSV_WINDOW_H
#define SIFT_READ_CSV_WINDOW_H

/*
 * Finds the rows of a CSV source without taking them apart: where a row
 * begins and ends, its line and offset. For csv_rows.c.
 *
 * A row lies in the window as one piece, whatever blocks it came in. What
 * begins a source is looked at where it lies, in the source's own block: most
 * sources are one block. All else is copied. Quotes decide what is a row end; a
 * quote that is never closed would take the rest of the file with it, so then
 * only its first line is given up.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "input/source.h"
#include "read/csv_rows.h"

#define SIFT_CSV_SAMPLE_BYTES 80

struct sift_csv_window {
	struct sift_source *src; /* borrowed */
	size_t max_row_bytes;
	char separator;
	const struct sift_csv_shape *unescaped; /* borrowed; NULL = RFC 4180 */

	const char *bytes; /* those not yet consumed are at begin..end; `own`,
			      or in the source's block, just before `block` */
	size_t begin, end;
	char *own; /* owned */
	size_t capacity;
	struct sift_span block; /* what is left of the source's block */
	bool at_end;
	bool damaged;	 /* the source ended with a failure */
	uint64_t line;	 /* of `begin`, 1-based */
	uint64_t offset; /* of `begin` */
	size_t reread_bytes;
	char sample[SIFT_CSV_SAMPLE_BYTES];
};

/* A row, or what stands where one should be. */
struct sift_csv_found {
	struct sift_span text; /* with CR, without LF; borrowed until the next
				  call on the window */
	size_t total_bytes;    /* to consume */
	bool ended;	       /* by a row end */
	uint64_t line;
	uint64_t offset;
	const char *bad; /* why it is no row; else NULL */
};

void sift_csv_window_init(struct sift_csv_window *w, struct sift_source *src,
			  size_t max_row_bytes);
void sift_csv_window_release(struct sift_csv_window *w);

/*
 * The first line, or as much of it as 64 KiB hold, with its LF; borrowed
 * until the next call. Returns SIFT_OK or SIFT_E_NOMEM.
 */
enum sift_status sift_csv_window_peek_line(struct sift_csv_window *w,
					   struct sift_span *out,
					   struct sift_err *err);

/*
 * Find the row that begins the window; it stays there until it is consumed.
 *
 * Returns SIFT_OK; SIFT_END; a failure of the source, after all that came
 * before the damage; SIFT_E_NOMEM.
 */
enum sift_status sift_csv_window_find(struct sift_csv_window *w,
				      struct sift_csv_found *out,
				      struct sift_err *err);
void sift_csv_window_consume(struct sift_csv_window *w, size_t count);
/* The last bytes of a block that is looked at where it lies are not in the
   window: take them in. False when there are none, or memory is out. */
bool sift_csv_window_complete(struct sift_csv_window *w);
/* The same of what is known to be one line. */
static inline void
sift_csv_window_consume_line(struct sift_csv_window *w, size_t count)
{
	w->line++;
	w->begin += count;
	w->offset += count;
}

#endif /* SIFT_READ_CSV_WINDOW_H */
