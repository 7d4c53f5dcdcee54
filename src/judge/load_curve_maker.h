/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_LOAD_CURVE_MAKER_H
#define SIFT_JUDGE_LOAD_CURVE_MAKER_H

/* Inside the load curves: one on its way into the document. */

#include "base/arena.h"
#include "base/err.h"
#include "config/config.h"
#include "stat/capacity.h"

struct sift_curve_maker {
	struct sift_document *doc;
	const struct sift_config *config;
	struct sift_arena *arena;
	struct sift_err *err;
	struct sift_load_curve *curve; /* at hand */
	struct sift_level *levels;     /* of it, as stat/ wants them */
	double *scratch;	       /* a value per level */
	double missed_by; /* value / limit at first_fail, the largest */
};

/* Last pass, first fail, what is missed there, and which levels hold. */
enum sift_status
sift_curve_find_capacity(struct sift_curve_maker *m) SIFT_MUST_CHECK;

/* SIFT_E_NOMEM, told. */
enum sift_status sift_curve_no_memory(const struct sift_curve_maker *m);

#endif /* SIFT_JUDGE_LOAD_CURVE_MAKER_H */
