/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/report.h"

#include <string.h>

static const struct sift_renderer rows[] = {
	{"text", "txt", sift_render_text},
	{"markdown", "md", sift_render_markdown},
	{"json", "json", sift_render_json},
	{"inspect", "inspect", sift_render_inspect},
	{"noise", "noise", sift_render_noise},
};

#define ROW_COUNT (sizeof(rows) / sizeof(*rows))

const struct sift_renderer *
sift_renderer_row(size_t i)
{
	return i < ROW_COUNT ? &rows[i] : NULL;
}

const struct sift_renderer *
sift_renderer_find(const char *name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0 ||
		    strcmp(rows[i].extension, name) == 0)
			return &rows[i];
	return NULL;
}

enum sift_status
sift_report_status(const struct sift_buf *out, struct sift_err *err)
{
	enum sift_status rc = sift_buf_status(out);

	return rc ? sift_fail(err, rc, "no memory for the report") : SIFT_OK;
}
