/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_LOCUST_FIGURES_H
#define SIFT_READ_LOCUST_FIGURES_H

/*
 * From a row of Locust's stats CSV to figures.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "model/figures.h"
#include "read/csv_rows.h"
#include "read/locust_header.h"

/* What was met in all rows so far. */
struct sift_locust_seen {
	uint64_t not_finite;	 /* rows with nan or inf */
	uint64_t no_times;	 /* rows whose requests had no time */
	uint64_t rated;		 /* rows with failures and a failure rate */
	uint64_t rated_of_all;	 /* rate = failures / requests */
	uint64_t rated_of_apart; /* rate = failures / (requests + failures) */
};

/*
 * The figures of a row; what it does not have is unknown. `comma`: numbers
 * may have a decimal comma. Counts what is odd in *seen.
 *
 * Returns NULL, or why the row is none: a static string, with the cell that
 * is to blame in *sample (borrowed from the row).
 */
const char *sift_locust_figures(const struct sift_locust_header *header,
				const struct sift_csv_row *row, bool comma,
				struct sift_figures *out,
				struct sift_locust_seen *seen,
				struct sift_span *sample);

#endif /* SIFT_READ_LOCUST_FIGURES_H */
