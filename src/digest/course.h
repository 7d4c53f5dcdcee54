/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_DIGEST_COURSE_H
#define SIFT_DIGEST_COURSE_H

/*
 * A run over its own time: requests, latency and users per step, of equal
 * steps without gaps. What was asked of the run is in another source than
 * what came back, as often as not, so a course is made of several blocks.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"
#include "digest/block.h"

#define SIFT_COURSE_STEPS 512 /* at most; steps are as wide as that needs */

struct sift_course {
	int64_t start_s; /* of the first step */
	int64_t step_s;
	size_t count;	  /* 0 = no source says when anything was */
	double *requests; /* in each step; NAN = not known */
	double *failures;
	double *mean_ms; /* NAN also without requests */
	double *users;	 /* at its end; NAN = not known */
};

/*
 * The course of a run of these blocks, best first: requests and latency from
 * the first that has samples by time, else requests from one that counts them
 * by time; users from the first that has any. Arrays are in `arena`.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_course_make(struct sift_course *out,
				  const struct sift_block *const *blocks,
				  size_t count, struct sift_arena *arena,
				  struct sift_err *err) SIFT_MUST_CHECK;

/*
 * The latency of all requests of [from_s, to_s), as far as whole slices of
 * samples lie in it; all NAN where samples are not kept one by one.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_latency_between(const struct sift_block *block,
				      int64_t from_s, int64_t to_s,
				      struct sift_latency *out,
				      struct sift_err *err) SIFT_MUST_CHECK;

/*
 * The block as if the run had begun at `from_s`: whole slices of samples from
 * then on, of requests and trends. Good for results and ranges; texts, lists
 * and values are borrowed from `block`. False where its results are not made
 * of samples kept one by one, or memory is out: `out` is not to be used then.
 */
bool sift_block_since(struct sift_block *out, const struct sift_block *block,
		      int64_t from_s);
void sift_block_since_release(struct sift_block *part);

/* Does the block know when its samples were? */
bool sift_block_has_course(const struct sift_block *block);

#endif /* SIFT_DIGEST_COURSE_H */
