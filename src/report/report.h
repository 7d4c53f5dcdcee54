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

/* Up to `threads` threads may work on it, which does not show. */
typedef enum sift_status sift_render(const struct sift_document *doc,
				     const struct sift_style *style,
				     unsigned threads, struct sift_buf *out,
				     struct sift_err *err);

struct sift_renderer {
	const char *name;      /* text, markdown, json, … */
	const char *extension; /* of files, without dot: "md" */
	sift_render *render;
};

/* Row `i` of the table of renderers, NULL after the last. */
const struct sift_renderer *sift_renderer_row(size_t i);
/* By name or extension, NULL if there is none. */
const struct sift_renderer *sift_renderer_find(const char *name);

/* What a renderer ends with: did everything get into `out`? */
enum sift_status sift_report_status(const struct sift_buf *out,
				    struct sift_err *err);

/* The rows, each in its own file. */
sift_render sift_render_text;
sift_render sift_render_markdown;
sift_render sift_render_json;
sift_render sift_render_inspect;
sift_render sift_render_noise;

#endif /* SIFT_REPORT_REPORT_H */
