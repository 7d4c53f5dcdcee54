/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_NDJSON_H
#define SIFT_READ_NDJSON_H

/*
 * A pull tokeniser over one JSON text that lies in memory, such as a line of
 * an NDJSON file. For documents there is json_doc.h.
 *
 * It allocates nothing and copies nothing: keys and values are spans into
 * the text, strings without their quotes and with their escapes.
 * Errors stick: after one, every call says false and `error` holds the words.
 *
 *	sift_ndjson_init(&t, line, 64);
 *	if (sift_ndjson_open(&t, '{'))
 *		while (sift_ndjson_member(&t, &key))
 *			sift_ndjson_value(&t, &value);
 *	if (!sift_ndjson_end(&t))
 *		... t.error
 *
 * The structure is checked in full; inside a string only its end is looked
 * for, and a number is any run of letters, digits, signs and dots: k6 writes
 * bare +Inf. Who uses a string or a number checks it then.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Nesting beyond this is refused whatever max_depth says. */
#define SIFT_NDJSON_DEPTH 64

enum sift_ndjson_kind {
	SIFT_NDJSON_STRING,
	SIFT_NDJSON_SCALAR, /* number, true, false, null, +Inf */
	SIFT_NDJSON_OBJECT,
	SIFT_NDJSON_ARRAY
};

struct sift_ndjson_value {
	enum sift_ndjson_kind kind;
	struct sift_span raw; /* a string without its quotes, others whole */
};

struct sift_ndjson {
	const char *at;
	const char *start; /* borrowed text */
	const char *end;
	unsigned max_depth; /* of a value that is skipped over */
	bool fresh;	    /* just behind an opening bracket */
	const char *error;  /* static; NULL = none */
};

/* Which bytes can be part of a number or word. */
extern const bool sift_ndjson_scalar[256];

/* `max_depth` 0 = SIFT_NDJSON_DEPTH. */
void sift_ndjson_init(struct sift_ndjson *t, struct sift_span text,
		      uint64_t max_depth);

/* What kind of value comes next; false at the end of the text. */
bool sift_ndjson_peek(struct sift_ndjson *t, enum sift_ndjson_kind *out);

/* Step into an object ('{') or array ('['); false if none comes next. */
bool sift_ndjson_open(struct sift_ndjson *t, char bracket);

/*
 * Step to the next member of the object that was opened last: *out_key is its
 * name and its value comes next. False when the object ends, which is
 * consumed, and on an error.
 */
bool sift_ndjson_member(struct sift_ndjson *t, struct sift_span *out_key);

/* The same for arrays: true when an element comes next. */
bool sift_ndjson_element(struct sift_ndjson *t);

/* Consume one value of any kind. */
bool sift_ndjson_value(struct sift_ndjson *t, struct sift_ndjson_value *out);

/* Is only white space left, and was there no error? */
bool sift_ndjson_end(struct sift_ndjson *t);

/* The offset of the next byte, or of the error. */
size_t sift_ndjson_offset(const struct sift_ndjson *t);

/*
 * Append the text that a raw string stands for: escapes undone, surrogate
 * pairs joined; NUL, lone surrogates and invalid UTF-8 become U+FFFD.
 * False for an escape that JSON does not know.
 */
bool sift_ndjson_unescape(struct sift_span raw, struct sift_buf *out);

/*
 * The same for a string that mostly needs nothing done: *out is `raw` itself,
 * or stands in `scratch`, which is cleared first.
 *
 * Returns SIFT_OK; SIFT_END for an escape that JSON does not know;
 * SIFT_E_NOMEM.
 */
enum sift_status sift_ndjson_text(struct sift_span raw,
				  struct sift_buf *scratch,
				  struct sift_span *out,
				  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_NDJSON_H */
