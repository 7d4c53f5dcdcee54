/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_JUDGE_JUDGE_H
#define SIFT_JUDGE_JUDGE_H

/*
 * Judging: from the statistics of sets and sweeps to findings (DESIGN 4.6).
 * Reads doc->runs, sets and sweeps, writes doc->findings, prints nothing.
 */

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"
#include "config/config.h"

/* Up to `threads` threads may work on it. Returns SIFT_OK, SIFT_E_NOMEM.
   Findings are allocated in `arena`. */
enum sift_status sift_judge(struct sift_document *doc,
			    const struct sift_config *config, unsigned threads,
			    struct sift_arena *arena,
			    struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Healthy: p95 < 200 ms, error rate < 0.1 % and no warning or critical
 * finding on it (DESIGN 4.6).
 */
int sift_is_healthy(const struct sift_document *doc, size_t set,
		    const struct sift_set_endpoint *endpoint);

/* What a rule means and what to do about it, in plain words, for `explain`;
   NULL for an unknown name. A static string of a few lines. */
const char *sift_rule_explain(const char *rule);

#endif /* SIFT_JUDGE_JUDGE_H */
