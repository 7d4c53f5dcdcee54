/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_LOAD_LEVELS_H
#define SIFT_REPORT_LOAD_LEVELS_H

/* The load curves of a document, for each format: what they come to first,
   then the levels. */

#include <loadsift/document.h>

#include "report/json_writer.h"
#include "report/page.h"

void sift_json_load_curves(struct sift_json *json,
			   const struct sift_document *doc);
enum sift_status sift_text_load_curves(struct sift_page *page,
				       const struct sift_document *doc,
				       struct sift_err *err) SIFT_MUST_CHECK;
void sift_md_load_curves(struct sift_buf *out, const struct sift_document *doc);

#endif /* SIFT_REPORT_LOAD_LEVELS_H */
