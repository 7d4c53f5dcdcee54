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

/* What tells the sides' sets apart where their labels do not; NULLs = the old
   ones stay as they are and the others get "(new)". */
struct sift_side_words {
	const char *before, *after;
};

/*
 * The words in which the inputs of the sides differ: of what the inputs of a
 * side have in common, the last folder or file that the other has not.
 * "a/baseline/runs" and "a/optimised/runs" give "baseline" and "optimised";
 * equal paths, and sides whose inputs share no folder, give NULLs.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM. The words are in `arena`.
 */
enum sift_status sift_side_words(struct sift_side_words *out,
				 const char *const *before, size_t n,
				 const char *const *after, size_t m,
				 struct sift_arena *arena,
				 struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Append what `from` has of these four to `into`. Arrays are made anew in
 * `arena`; texts are shared. A set of `from` whose id or label `into` has too
 * gets another id, and both get the side's word behind their label.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_side_append(struct sift_document *into,
				  const struct sift_document *from,
				  const struct sift_side_words *words,
				  struct sift_arena *arena,
				  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_ENGINE_SIDES_H */
