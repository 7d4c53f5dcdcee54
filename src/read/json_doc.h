/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_JSON_DOC_H
#define SIFT_READ_JSON_DOC_H

/*
 * A JSON document as a tree, for results that are read whole. Points are
 * never read this way (ndjson.h), nor are long lists (json_items.h).
 *
 * Texts are spans into what was read, unless they had to be changed; values
 * lie in an arena. So a document costs one pass over its bytes.
 *
 * Where a parser could give up, results are worth more: a byte order mark is
 * dropped; invalid UTF-8, escaped NUL and halves of surrogate pairs become
 * U+FFFD; NaN, Infinity and numbers beyond a double become null and are
 * counted. Of equal keys the first says where the member stands, the last
 * what it is.
 */

#include <stdint.h>

#include <loadsift/loadsift.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "input/source.h"

enum sift_json_kind {
	SIFT_JSON_NULL,
	SIFT_JSON_FALSE,
	SIFT_JSON_TRUE,
	SIFT_JSON_NUMBER,
	SIFT_JSON_STRING,
	SIFT_JSON_ARRAY,
	SIFT_JSON_OBJECT
};

struct sift_json {
	struct sift_span key;	/* of a member; escapes undone */
	struct sift_json *next; /* in the same container */
	enum sift_json_kind kind;
	union {
		double number;
		struct sift_span text; /* escapes undone */
		struct {
			struct sift_json *first; /* member or element */
			struct sift_json *last;
		};
	};
};

struct sift_json_doc {
	struct sift_json *root; /* an object */
	uint64_t nulled;
	struct sift_err cut;	 /* of sift_json_doc_load_records() */
	struct sift_arena arena; /* of all values */
	struct sift_buf text;	 /* of a document that was loaded */
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
/*
 * As sift_json_doc_load(), but a document that breaks off, or whose source
 * does, is what there is of it: objects inside more than `depth` others that
 * are not complete are left out, as is a number at the very end. Then
 * doc->cut says where; release the document, and return
 * sift_json_doc_end().
 */
enum sift_status
sift_json_doc_load_records(struct sift_json_doc *doc, struct sift_source *src,
			   const struct sift_limits *limits, unsigned depth,
			   struct sift_err *err) SIFT_MUST_CHECK;
/* How reading such a document has ended, `rc` being how its reader has: with
   the cut, if there is one and nothing worse. */
enum sift_status sift_json_doc_end(const struct sift_json_doc *doc,
				   enum sift_status rc,
				   struct sift_err *err) SIFT_MUST_CHECK;
/* All of `src` into `text`, which is empty. Returns as above, with what was
   read before a failure of the source. */
enum sift_status sift_json_doc_read(struct sift_source *src,
				    const struct sift_limits *limits,
				    struct sift_buf *text,
				    struct sift_err *err) SIFT_MUST_CHECK;
/* The same of a text in memory, which the document borrows. */
enum sift_status sift_json_doc_parse(struct sift_json_doc *doc,
				     struct sift_span text,
				     const struct sift_limits *limits,
				     struct sift_err *err) SIFT_MUST_CHECK;
/* The same as far as the text goes; of sift_json_doc_load_records(). */
enum sift_status sift_json_doc_parse_cut(struct sift_json_doc *doc,
					 struct sift_span text,
					 const struct sift_limits *limits,
					 unsigned depth,
					 struct sift_err *err) SIFT_MUST_CHECK;
/*
 * What can be told of a document by its first bytes, which end anywhere: the
 * values up to the end, or to what is no JSON; one that is cut off is null
 * or holds what there is of it. Texts are as written, numbers are 0. The root
 * is NULL if no object begins here. Returns SIFT_OK, SIFT_E_NOMEM; release it
 * in any case.
 */
enum sift_status sift_json_doc_head(struct sift_json_doc *doc,
				    struct sift_span head,
				    struct sift_err *err) SIFT_MUST_CHECK;
void sift_json_doc_release(struct sift_json_doc *doc);

/* The largest document by these limits. */
size_t sift_json_doc_max(const struct sift_limits *limits);

/* For a change of keys: what is said of equal ones above. */
enum sift_status sift_json_doc_unite(struct sift_json *object,
				     struct sift_err *err) SIFT_MUST_CHECK;

/* ---- values; NULL stands for one that is not there ---- */

static inline bool
sift_json_is(const struct sift_json *value, enum sift_json_kind kind)
{
	return value && value->kind == kind;
}

/* The first member of an object; go on with its `next`. */
static inline struct sift_json *
sift_json_members(const struct sift_json *value)
{
	return sift_json_is(value, SIFT_JSON_OBJECT) ? value->first : NULL;
}

/* The same of an array. */
static inline struct sift_json *
sift_json_elements(const struct sift_json *value)
{
	return sift_json_is(value, SIFT_JSON_ARRAY) ? value->first : NULL;
}

/* The member of an object; NULL if there is none. */
struct sift_json *sift_json_find(const struct sift_json *object,
				 struct sift_span key);
static inline struct sift_json *
sift_json_get(const struct sift_json *object, const char *key)
{
	return sift_json_find(object, sift_span_str(key));
}

/* A number; `otherwise` for anything else. */
static inline double
sift_json_double(const struct sift_json *value, double otherwise)
{
	return sift_json_is(value, SIFT_JSON_NUMBER) ? value->number
						     : otherwise;
}

/* The number at `key` of an object; NAN if there is none. */
double sift_json_get_number(const struct sift_json *object, const char *key);

/* The same for a count: a whole number from 0 to 2^53; else -1. */
int64_t sift_json_get_count(const struct sift_json *object, const char *key);

/* A string's text, borrowed from the document; empty for anything else. */
static inline struct sift_span
sift_json_text(const struct sift_json *value)
{
	return sift_json_is(value, SIFT_JSON_STRING) ? value->text
						     : (struct sift_span){0};
}

#endif /* SIFT_READ_JSON_DOC_H */
