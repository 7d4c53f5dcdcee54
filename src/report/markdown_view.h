/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_MARKDOWN_VIEW_H
#define SIFT_REPORT_MARKDOWN_VIEW_H

/*
 * Inside the Markdown report: what its sections are given, and those in files
 * of their own.
 */

#include <loadsift/document.h>

#include "base/buf.h"

#define SIFT_MD_ENDPOINTS 50 /* shown of a set, or of an action */

struct sift_md_view {
	const struct sift_document *doc;
	struct sift_buf *out;
	struct sift_buf line; /* scratch; cleared before each use */
};

/* The scratch buffer as text, until its next change. */
const char *sift_md_line(struct sift_md_view *v);

/* An endpoint as code, in `out`; "all requests" and the like as text. */
void sift_md_endpoint(struct sift_md_view *v, const char *method,
		      const char *name);

/* What is wrong, and what to do about it (markdown_plan.c). */
void sift_md_findings(struct sift_md_view *v);
void sift_md_plan(struct sift_md_view *v);

#endif /* SIFT_REPORT_MARKDOWN_VIEW_H */
