/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_SIDES_H
#define SIFT_ENGINE_SIDES_H

/*
 * Two sides of a comparison in one document. Each side is read, freed of
 * duplicates and grouped by itself; then runs, sets, sweeps and inputs of the
 * new side follow those of the old.
 */

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Append what `from` has of these four to `into`. Arrays are made anew in
 * `arena`; texts are shared. A set of `from` whose id or label `into` has too
 * gets another id, and "(new)" behind its label.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_side_append(struct sift_document *into,
				  const struct sift_document *from,
				  struct sift_arena *arena,
				  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_ENGINE_SIDES_H */
