/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_COMPARED_H
#define SIFT_REPORT_COMPARED_H

/*
 * The comparisons of a document, for each format. Verdicts come first, then
 * the reason, then the numbers.
 */

#include <stdbool.h>

#include <loadsift/document.h>

#include "report/json_writer.h"
#include "report/page.h"
#include "report/survey.h"
#include "report/wording.h"

void sift_json_comparison(struct sift_json *json,
			  const struct sift_document *doc,
			  const struct sift_comparison *comparison);
enum sift_status sift_text_comparisons(struct sift_page *page,
				       const struct sift_document *doc,
				       struct sift_err *err) SIFT_MUST_CHECK;
void sift_md_comparisons(struct sift_buf *out, const struct sift_document *doc);

/* p50 of several sets that are compared with one baseline, side by side; in
   JSON the list "trends". */
void sift_json_trends(struct sift_json *json, const struct sift_document *doc);
enum sift_status sift_text_trends(struct sift_page *page,
				  const struct sift_document *doc,
				  struct sift_err *err) SIFT_MUST_CHECK;
void sift_md_trends(struct sift_buf *out, const struct sift_document *doc);

/* Does the change have this verdict? */
bool sift_change_is(const struct sift_figure_change *change,
		    const char *verdict);

/* The endpoints to show when there is not room for all: those that got worse
   before those that got better, then by share of time. Of no more than `max`
   all, in their order. */
void sift_top_compared(struct sift_top *top,
		       const struct sift_comparison *comparison, size_t max);

/* "185.50 → 145.20 (-21.73%)", as readers of the first scripts know it; the
   error rate in percent and points. */
void sift_words_change(struct sift_buf *out, enum sift_compared metric,
		       const struct sift_figure_change *change);

/* A latency of one side: "120", "≥120". */
const char *sift_words_side(const struct sift_figure_change *change,
			    bool is_after, char out[SIFT_WORDS_MAX]);

/* "new side: the first 20 s were …: changes of p50 are likely at most" */
void sift_words_doubt(struct sift_buf *out, const struct sift_document *doc,
		      const struct sift_test_doubt *doubt);

/* "GET list", or "all requests" where the sources name none. */
void sift_words_compared(struct sift_buf *out,
			 const struct sift_compared_endpoint *endpoint);

/* "-26.6 (-31.7 to -21.2)", percent, of error rates points; with what the
   interval covers unless that is 95 %: "(-31.7 to -21.2; 90 %)". */
void sift_words_estimate(struct sift_buf *out, enum sift_compared metric,
			 const struct sift_figure_change *change);

/* "GET list: HTTP 500 (21)" */
void sift_words_new_failure(struct sift_buf *out,
			    const struct sift_failure *failure);

#endif /* SIFT_REPORT_COMPARED_H */
