/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_JSON_DOC_H
#define SIFT_READ_JSON_DOC_H

/*
 * A small JSON document as a tree, by Jansson. For whole documents only;
 * points are never read this way (ndjson.h).
 *
 * Before Jansson sees the text: a byte order mark is dropped; invalid UTF-8,
 * escaped NUL and halves of surrogate pairs become U+FFFD; NaN, Infinity and
 * numbers beyond a double become null and are counted; nesting is limited.
 * All numbers are real. Of equal keys the last one counts.
 */

#include <stdint.h>

#include <jansson.h>

#include <loadsift/loadsift.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "input/source.h"

struct sift_json_doc {
	json_t *root; /* an object */
	uint64_t nulled;
};

/*
 * Read all of `src`. On success release the document; on failure there is
 * nothing to release.
 *
 * Returns SIFT_OK; SIFT_E_FORMAT with line and byte for what is no JSON
 * object; SIFT_E_LIMIT over limits->document_bytes or json_depth;
 * SIFT_E_NOMEM; a failure of the source.
 */
enum sift_status sift_json_doc_load(struct sift_json_doc *doc,
				    struct sift_source *src,
				    const struct sift_limits *limits,
				    struct sift_err *err) SIFT_MUST_CHECK;
/* All of `src` into `text`, which is empty. Returns as above, with what was
   read before a failure of the source. */
enum sift_status sift_json_doc_read(struct sift_source *src,
				    const struct sift_limits *limits,
				    struct sift_buf *text,
				    struct sift_err *err) SIFT_MUST_CHECK;
/* The same of a text in memory. */
enum sift_status sift_json_doc_parse(struct sift_json_doc *doc,
				     struct sift_span text,
				     const struct sift_limits *limits,
				     struct sift_err *err) SIFT_MUST_CHECK;
void sift_json_doc_release(struct sift_json_doc *doc);

/* The largest document by these limits. */
size_t sift_json_doc_max(const struct sift_limits *limits);

/* The number at `key` of an object; NAN if there is none. */
double sift_json_doc_number(const json_t *object, const char *key);

/* The same for a count: a whole number from 0 to 2^53; else -1. */
int64_t sift_json_doc_count(const json_t *object, const char *key);

/* A string's text, borrowed from the document; empty for anything else. */
struct sift_span sift_json_doc_text(const json_t *string);

#endif /* SIFT_READ_JSON_DOC_H */
