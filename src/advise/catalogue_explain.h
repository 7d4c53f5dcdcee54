/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_CATALOGUE_EXPLAIN_H
#define SIFT_ADVISE_CATALOGUE_EXPLAIN_H

/* An action in plain words, for `loadsift explain`. */

#include "advise/catalogue.h"

/* Sets row->explain. SIFT_OK or SIFT_E_NOMEM. */
enum sift_status
sift_catalogue_explain_row(struct sift_catalogue_row *row,
			   struct sift_arena *arena,
			   struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_ADVISE_CATALOGUE_EXPLAIN_H */
