/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_SERVICE_TABLES_H
#define SIFT_REPORT_SERVICE_TABLES_H

/*
 * What services counted by themselves during the runs, for each format.
 * Nothing is written of runs without such metrics, but "[]" in JSON.
 */

#include <loadsift/document.h>

#include "report/json_writer.h"
#include "report/page.h"

void sift_json_services(struct sift_json *json, const struct sift_run *run);
enum sift_status sift_text_services(struct sift_page *page,
				    const struct sift_document *doc,
				    struct sift_err *err) SIFT_MUST_CHECK;
void sift_md_services(struct sift_buf *out, const struct sift_document *doc);

#endif /* SIFT_REPORT_SERVICE_TABLES_H */
