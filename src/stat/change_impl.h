/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_STAT_CHANGE_IMPL_H
#define SIFT_STAT_CHANGE_IMPL_H

/*
 * What the files change*.c share. change.c lays out the numbers,
 * change_tests.c makes the two tests, change_common.c judges the common shift,
 * change_verdict.c climbs the ladder.
 */

#include "stat/change.h"

/* One test of all endpoints: RAW or CENTRED. */
struct change_test {
	double *shift; /* d, by tested endpoint */
	double *se;
	double *p;
	double df; /* D = d0 + df, the same for all */
	struct sift_variance_prior prior;
};

struct change_work {
	size_t n, m;	    /* runs a side */
	size_t count;	    /* endpoints present in every run */
	size_t *index;	    /* theirs, in the list of all */
	double *y;	    /* logarithms, [endpoint][run], before then after */
	double *centred;    /* the same less the runs' offsets */
	double *floor;	    /* least variance, by endpoint */
	double *scratch;    /* room for `count` or n + m values */
	bool *is_reference; /* endpoints that offsets are taken from */
	struct change_test raw;
	struct change_test centre;
	double *memory; /* what the arrays of doubles lie in */
};

/* Both tests; CENTRED where family->is_centred. Sets family->common. */
void sift_change_test(struct change_work *work,
		      struct sift_change_family *family);

/* The common shift: family->global_shift, common_p, in_common, is_global. */
void sift_change_common(const struct change_work *work, double min_share,
			struct sift_change_family *family);

/* 1 when a shift of `raw` goes with the common one. */
bool sift_change_is_common(double raw, double global_shift);

/* What the ladder needs of one endpoint, beside its numbers in sift_change. */
struct change_case {
	const struct sift_change_endpoint *endpoint;
	const struct sift_change_rules *rules;
	const struct sift_change_family *family;
	size_t n, m;
};

/* Set limit, verdict, reason and runs_needed. */
void sift_change_verdict(const struct change_case *at,
			 struct sift_change *change);

#endif /* SIFT_STAT_CHANGE_IMPL_H */
