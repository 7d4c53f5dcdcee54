/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/json_doc.h"

#include <math.h>

#define DEFAULT_DOCUMENT_BYTES (UINT64_C(64) << 20)

size_t
sift_json_doc_max(const struct sift_limits *limits)
{
	return (size_t)(limits->document_bytes ? limits->document_bytes
					       : DEFAULT_DOCUMENT_BYTES);
}

/* The whole source. Over our own limit `text` is filled to the brim, which is
   how it is told from a limit of the source, which says its own name. */
enum sift_status
sift_json_doc_read(struct sift_source *src, const struct sift_limits *limits,
		   struct sift_buf *text, struct sift_err *err)
{
	size_t max = sift_json_doc_max(limits);
	struct sift_err why = {0};
	enum sift_status rc = sift_source_read_all(src, max, text, &why);

	if (rc == SIFT_E_LIMIT && sift_buf_span(text).len == max)
		return sift_fail(err, rc,
				 "more than %zu bytes (--max-document-bytes)",
				 max);
	return rc ? sift_fail_at(err, rc, why.line, why.offset, "%s", why.what)
		  : SIFT_OK;
}

enum sift_status
sift_json_doc_load(struct sift_json_doc *doc, struct sift_source *src,
		   const struct sift_limits *limits, struct sift_err *err)
{
	struct sift_buf text;
	enum sift_status rc;

	sift_buf_init(&text, 0);
	rc = sift_json_doc_read(src, limits, &text, err);
	if (!rc)
		rc = sift_json_doc_parse(doc, sift_buf_span(&text), limits,
					 err);
	if (rc)
		sift_buf_release(&text);
	else
		doc->text = text;
	return rc;
}

/* Is it that the source has less than it should? */
static bool
is_cut(enum sift_status rc)
{
	return rc < 0 && rc != SIFT_E_NOMEM && rc != SIFT_E_LIMIT &&
	       rc != SIFT_E_INTERNAL;
}

enum sift_status
sift_json_doc_load_records(struct sift_json_doc *doc, struct sift_source *src,
			   const struct sift_limits *limits, unsigned depth,
			   struct sift_err *err)
{
	struct sift_buf text;
	struct sift_err why = {0};
	enum sift_status rc;

	sift_buf_init(&text, 0);
	rc = sift_json_doc_read(src, limits, &text, &why);
	if (rc && !is_cut(rc))
		rc = sift_fail_at(err, rc, why.line, why.offset, "%s",
				  why.what);
	else
		rc = sift_json_doc_parse_cut(doc, sift_buf_span(&text), limits,
					     depth, err);
	if (rc) {
		sift_buf_release(&text);
		return rc;
	}
	doc->text = text;
	if (why.status)
		doc->cut = why;
	return SIFT_OK;
}

enum sift_status
sift_json_doc_end(const struct sift_json_doc *doc, enum sift_status rc,
		  struct sift_err *err)
{
	const struct sift_err *cut = &doc->cut;

	if (!cut->status || (rc && rc != SIFT_E_FORMAT))
		return rc;
	sift_err_clear(err);
	return sift_fail_at(err, cut->status, cut->line, cut->offset, "%s",
			    cut->what);
}

void
sift_json_doc_release(struct sift_json_doc *doc)
{
	sift_arena_release(&doc->arena);
	sift_buf_release(&doc->text);
	doc->root = NULL;
}

struct sift_json *
sift_json_find(const struct sift_json *object, struct sift_span key)
{
	struct sift_json *member = sift_json_members(object);

	while (member && !sift_span_equal(member->key, key))
		member = member->next;
	return member;
}

double
sift_json_get_number(const struct sift_json *object, const char *key)
{
	return sift_json_double(sift_json_get(object, key), (double)NAN);
}

int64_t
sift_json_get_count(const struct sift_json *object, const char *key)
{
	double number = sift_json_get_number(object, key);

	if (!(number >= 0 && number <= 9007199254740992.0) ||
	    number != floor(number))
		return -1;
	return (int64_t)number;
}
