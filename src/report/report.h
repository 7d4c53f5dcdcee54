/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_REPORT_H
#define SIFT_REPORT_REPORT_H

/*
 * Renderers: from the finished document, taken const, to bytes. They compute
 * nothing but layout; every format states the same facts.
 */

#include <loadsift/document.h>
#include <loadsift/loadsift.h>

#include "base/buf.h"
#include "base/err.h"

struct sift_renderer {
	const char *name;      /* text, markdown, json, … */
	const char *extension; /* of files, without dot: "md" */
	enum sift_status (*render)(const struct sift_document *doc,
				   const struct sift_style *style,
				   struct sift_buf *out, struct sift_err *err);
};

/* Row `i` of the table of renderers, NULL after the last. */
const struct sift_renderer *sift_renderer_row(size_t i);
/* By name or extension, NULL if there is none. */
const struct sift_renderer *sift_renderer_find(const char *name);

/* What a renderer ends with: did everything get into `out`? */
enum sift_status sift_report_status(const struct sift_buf *out,
				    struct sift_err *err);

/* The rows, each in its own file. */
enum sift_status sift_render_text(const struct sift_document *doc,
				  const struct sift_style *style,
				  struct sift_buf *out, struct sift_err *err);
enum sift_status sift_render_markdown(const struct sift_document *doc,
				      const struct sift_style *style,
				      struct sift_buf *out,
				      struct sift_err *err);
enum sift_status sift_render_json(const struct sift_document *doc,
				  const struct sift_style *style,
				  struct sift_buf *out, struct sift_err *err);
enum sift_status sift_render_inspect(const struct sift_document *doc,
				     const struct sift_style *style,
				     struct sift_buf *out,
				     struct sift_err *err);
enum sift_status sift_render_noise(const struct sift_document *doc,
				   const struct sift_style *style,
				   struct sift_buf *out, struct sift_err *err);

#endif /* SIFT_REPORT_REPORT_H */
