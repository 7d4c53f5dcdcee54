/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_JUDGE_JUDGE_FIXTURE_H
#define SIFT_TEST_JUDGE_JUDGE_FIXTURE_H

/*
 * A document by hand with a configuration, and judging it.
 *
 *	struct judged j;
 *
 *	judged_init(&j, "targets: {list: {p99: 300ms}}");
 *	... doc_set(&j.b, …), doc_same(&j.b, …) ...
 *	judged_run(&j);
 *	... doc_finding(&j.b.doc, "latency.p99", "list") ...
 *	judged_release(&j);
 */

#include "config/config.h"
#include "doc_builder.h"

struct judged {
	struct doc_builder b;
	struct sift_config config;
};

/* `yaml` is the text of loadsift.yaml; NULL = defaults. Documents by hand have
   few requests; what test.few-requests says of that is switched off. */
void judged_init(struct judged *j, const char *yaml);
/* doc_finish() and sift_judge(). */
void judged_run(struct judged *j);
void judged_release(struct judged *j);

#endif /* SIFT_TEST_JUDGE_JUDGE_FIXTURE_H */
