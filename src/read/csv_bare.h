/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_CSV_BARE_H
#define SIFT_READ_CSV_BARE_H

/*
 * A row without quotes, as nearly all are, taken apart by a look at each byte.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/span.h"

/* Behind the text there are so many bytes that may be read. */
#define SIFT_CSV_BARE_SLACK SIFT_BYTES

struct sift_csv_bare {
	struct sift_span text;	/* from the row on; to be set, ... */
	struct sift_span *last; /* ... with where cells go: one for each byte
				   of the text; then the last cell, of which
				   only the begin is known: */
	const char *cell;
	const char *end; /* of the row: its LF */
	bool is_ascii;
};

/* False when there is no LF in the text, or a quote before it. */
bool sift_csv_bare_scan(struct sift_csv_bare *bare, char separator);
/* The same for processors of any kind; for tests. */
bool sift_csv_bare_scan_any(struct sift_csv_bare *bare, char separator);

#endif /* SIFT_READ_CSV_BARE_H */
