/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_JUDGE_DOC_BUILDER_H
#define SIFT_TEST_JUDGE_DOC_BUILDER_H

/*
 * Documents built by hand, for tests of the stages after grouping.
 *
 *	struct doc_builder b;
 *	size_t set;
 *
 *	doc_init(&b);
 *	set = doc_set(&b, "shop", NULL, 3);	runs "shop run-1" ... "run-3"
 *	doc_same(&b, set, "GET", "list", (struct doc_figures){
 *		.requests = 1200, .failures = 12, .p50 = 75, .p99 = 400});
 *	doc_finish(&b);				spreads, shares, totals
 *	... &b.doc ...
 *	doc_release(&b);
 *
 * Sets and endpoints must be added in the document's order (label; name,
 * method, kind). After doc_finish() anything may still be changed by hand.
 */

#include <loadsift/document.h>

#include "base/arena.h"

#define DOC_SETS 16
#define DOC_RUNS 64
#define DOC_ENDPOINTS 32 /* of a set */

/*
 * What one run says about one endpoint. A latency of 0 is "not known" (mean
 * is then p50); requests or failures below 0 are unknown. rps of 0 is
 * requests ÷ the run's 60 seconds.
 */
struct doc_figures {
	double requests, failures, rps;
	double mean, p50, p90, p95, p99, p99_9, max;
};

struct doc_builder {
	struct sift_arena arena;
	struct sift_document doc;
};

void doc_init(struct doc_builder *b);
void doc_release(struct doc_builder *b);

/* A new set of runs; returns its index. `load` may be NULL. */
size_t doc_set(struct doc_builder *b, const char *scenario, const char *load,
	       size_t runs);

/* The document's run for run `i` (0 …) of a set. */
struct sift_run *doc_run(struct doc_builder *b, size_t set, size_t i);

/* An endpoint with the same figures in each run. */
void doc_same(struct doc_builder *b, size_t set, const char *method,
	      const char *name, struct doc_figures figures);
/* An endpoint with `figures[i]` in run i. */
void doc_each(struct doc_builder *b, size_t set, const char *method,
	      const char *name, const struct doc_figures *figures);
/* The same of a custom trend. */
void doc_trend(struct doc_builder *b, size_t set, const char *name,
	       struct doc_figures figures);
/* All requests together, for a set without endpoints. */
void doc_total(struct doc_builder *b, size_t set, struct doc_figures figures);

/* A threshold of every run; passed 1, failed 0. */
void doc_threshold(struct doc_builder *b, size_t set, const char *metric,
		   const char *expression, int passed);
/* A failure text of run `i`. */
void doc_failure(struct doc_builder *b, size_t set, size_t i,
		 const char *fingerprint, const char *method, const char *name,
		 int64_t count);

/* A sweep over `sets`, whose users are known (doc.sets[].users). */
size_t doc_sweep(struct doc_builder *b, const char *scenario,
		 const size_t *sets, size_t count);

/*
 * Compute what follows from the runs: shares of time, totals (unless given),
 * the spreads of all sets, the levels of sweeps. To be called once.
 */
void doc_finish(struct doc_builder *b);

/* The endpoint of a set, aborting the test if it is not there. */
struct sift_set_endpoint *doc_endpoint(struct doc_builder *b, size_t set,
				       const char *method, const char *name);

/* The finding of this rule on this name (NULL = the set or sweep), or NULL. */
const struct sift_finding *doc_finding(const struct sift_document *doc,
				       const char *rule, const char *name);
/* The evidence of a finding that holds this text, or NULL. */
const struct sift_evidence *doc_evidence(const struct sift_finding *finding,
					 const char *text);

#endif /* SIFT_TEST_JUDGE_DOC_BUILDER_H */
