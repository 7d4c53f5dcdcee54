/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_JSON_WRITER_H
#define SIFT_REPORT_JSON_WRITER_H

/*
 * JSON as it goes: two blanks per level, `"key": value`, lists of scalars on
 * one line. Numbers are printed to 15 significant digits (base/num.h), not
 * finite ones and unknown counts as null. Text must be UTF-8; invalid bytes
 * become U+FFFD, one bad byte must not cost the report.
 *
 * Nesting is the caller's business: each _begin has its _end. A key is given
 * with every value inside an object and NULL inside a list.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct sift_json {
	struct sift_buf *out; /* borrowed */
	unsigned depth;
	bool first;  /* nothing in the current level yet */
	bool in_row; /* the current level is a list on one line */
};

void sift_json_init(struct sift_json *json, struct sift_buf *out);
void sift_json_object_begin(struct sift_json *json, const char *key);
void sift_json_object_end(struct sift_json *json);
void sift_json_list_begin(struct sift_json *json, const char *key);
void sift_json_list_end(struct sift_json *json);
/* A list whose items are scalars, kept on one line. */
void sift_json_row_begin(struct sift_json *json, const char *key);
void sift_json_row_end(struct sift_json *json);

/* "lower_bounds": the percentiles of which so many requests say "at least". */
void sift_json_lower_bounds(struct sift_json *json, double requests);

void sift_json_text(struct sift_json *json, const char *key,
		    const char *text); /* NULL = null */
void sift_json_number(struct sift_json *json, const char *key, double value);
void sift_json_count(struct sift_json *json, const char *key,
		     int64_t value); /* < 0 = null */
void sift_json_bool(struct sift_json *json, const char *key, bool value);
void sift_json_null(struct sift_json *json, const char *key);

#endif /* SIFT_REPORT_JSON_WRITER_H */
