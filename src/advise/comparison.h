/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_COMPARISON_H
#define SIFT_ADVISE_COMPARISON_H

/*
 * Comparisons of the catalogue, "p50 >= 150 ms": a figure of a case by name,
 * one of < <= > >=, and a limit in the figure's unit.
 */

#include <stdbool.h>

#include "advise/case.h"
#include "advise/conditions.h"

/*
 * Read the whole of `text`. Returns NULL, or why not, in words to stand
 * behind the quoted text ("has no unknown figure"): a static string.
 */
const char *sift_comparison_parse(struct sift_span text,
				  struct sift_figure_test *out);

/* Does it hold? Not if the figure is unknown. */
bool sift_comparison_holds(const struct sift_figure_test *comparison,
			   const struct sift_case *c);

#endif /* SIFT_ADVISE_COMPARISON_H */
