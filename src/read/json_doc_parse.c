/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The parser of json_doc.h: RFC 8259, with the exceptions named there. No
 * recursion: while a container is open, its `next` is the one around it.
 */

#include <config.h>

#include "read/json_doc.h"

#include <math.h>

#include "base/digits.h"
#include "base/num.h"
#include "base/text.h"
#include "read/ndjson.h"

#define DEFAULT_DEPTH 64

struct parser {
	const char *at; /* the next byte */
	const char *start;
	const char *end;
	struct sift_json_doc *doc;
	struct sift_json *open; /* the innermost container */
	uint64_t depth;
	uint64_t max_depth;
	bool is_head;
	struct sift_json *spare; /* values that are not used yet */
	size_t spare_count;
	struct sift_buf escape; /* scratch */
	struct sift_err *err;
};

/* ---- failing ---- */

static uint64_t
line_of(const struct parser *p, const char *at)
{
	uint64_t line = 1;

	for (const char *byte = p->start; byte < at; byte++)
		line += *byte == '\n';
	return line;
}

/* What is at `at` cannot be. Of a head that is no news. */
static enum sift_status
fail(struct parser *p, const char *at, const char *what)
{
	if (p->is_head)
		return SIFT_E_FORMAT;
	return sift_fail_at(p->err, SIFT_E_FORMAT, line_of(p, at),
			    at - p->start, "%s", what);
}

static enum sift_status
fail_here(struct parser *p)
{
	return fail(p, p->at,
		    p->at == p->end ? "the document breaks off"
				    : "not valid JSON");
}

static enum sift_status
fail_depth(struct parser *p)
{
	if (p->is_head)
		return SIFT_E_LIMIT;
	return sift_fail_at(p->err, SIFT_E_LIMIT, line_of(p, p->at),
			    p->at - p->start,
			    "nested deeper than %llu (--max-json-depth)",
			    (unsigned long long)p->max_depth);
}

static enum sift_status
fail_memory(struct parser *p)
{
	return sift_fail(p->err, SIFT_E_NOMEM, "no memory for a document");
}

/* ---- tokens ---- */

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The first of eight bytes of which a bit is set. */
static unsigned
first_of(uint64_t marks)
{
	return (unsigned)__builtin_ctzll(marks) / 8;
}

/* Documents are mostly indented, by more than a byte or two. */
static const char *
skip_indent(const char *at, const char *end)
{
	while (end - at >= 8) {
		uint64_t other = sift_eight(at) ^ EACH(' ');

		if (other)
			return at + first_of(other);
		at += 8;
	}
	return at;
}

static void
skip_blanks(struct parser *p)
{
	while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' ||
				  *p->at == '\r' || *p->at == '\t')) {
		p->at++;
		if (p->at[-1] == '\n')
			p->at = skip_indent(p->at, p->end);
	}
}

/* The text a string stands for, if it is not that itself. */
static enum sift_status
undo_escapes(struct parser *p, struct sift_span *text)
{
	struct sift_span raw = *text;
	char *copy;
	enum sift_status rc = sift_ndjson_text(raw, &p->escape, text, p->err);

	if (rc == SIFT_END)
		return fail(p, raw.ptr - 1, "not valid JSON");
	if (rc || text->ptr == raw.ptr)
		return rc;
	copy = sift_arena_copy(&p->doc->arena, text->ptr, text->len);
	if (!copy)
		return fail_memory(p);
	text->ptr = copy;
	return SIFT_OK;
}

/*
 * Marks quotes, backslashes, control bytes and what is not ASCII. A
 * difference has the top bit set where a byte is smaller than what is taken
 * away; where a borrow sets it as well, a byte before is marked already.
 */
static uint64_t
mark_special(uint64_t bytes)
{
	uint64_t quote = bytes ^ EACH('"');
	uint64_t backslash = bytes ^ EACH('\\');

	return ((quote - EACH(1)) | (backslash - EACH(1)) |
		(bytes - EACH(' ')) | bytes) &
	       EACH(0x80);
}

static const char *
skip_plain(const char *at, const char *end)
{
	while (end - at >= 8) {
		uint64_t special = mark_special(sift_eight(at));

		if (special)
			return at + first_of(special);
		at += 8;
	}
	while (at < end && *at != '"' && *at != '\\' &&
	       (unsigned char)*at >= ' ' && (unsigned char)*at < 0x80)
		at++;
	return at;
}

static enum sift_status
take_string(struct parser *p, struct sift_span *out)
{
	const char *from = p->at + 1;
	const char *at = skip_plain(from, p->end);
	bool is_plain = true;

	while (at < p->end && *at != '"') {
		if ((unsigned char)*at < ' ' && !p->is_head)
			return fail(p, at, "not valid JSON");
		is_plain = false;
		/* an escaped quote does not end it */
		at += *at == '\\' && p->end - at > 1 ? 2 : 1;
		at = skip_plain(at, p->end);
	}
	p->at = at;
	if (at == p->end)
		return fail_here(p);
	p->at++;
	*out = sift_span_of(from, (size_t)(at - from));
	return is_plain || p->is_head ? SIFT_OK : undo_escapes(p, out);
}

static bool
is_digit(struct sift_span token, size_t at)
{
	return at < token.len && token.ptr[at] >= '0' && token.ptr[at] <= '9';
}

/* Is the number as JSON wants it? Others begin with a plus, a point or zeros,
   or end in a point. */
static bool
is_strict(struct sift_span number)
{
	size_t first = *number.ptr == '-';
	size_t point = sift_span_find_byte(number, '.');

	return is_digit(number, first) &&
	       !(number.ptr[first] == '0' && is_digit(number, first + 1)) &&
	       (point == number.len || is_digit(number, point + 1));
}

static bool
is_word(struct sift_span token, enum sift_json_kind *out)
{
	static const struct {
		struct sift_span word;
		enum sift_json_kind kind;
	} words[] = {
		{SIFT_SPAN_INIT("true"), SIFT_JSON_TRUE},
		{SIFT_SPAN_INIT("false"), SIFT_JSON_FALSE},
		{SIFT_SPAN_INIT("null"), SIFT_JSON_NULL},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!sift_span_equal(token, words[i].word))
			continue;
		*out = words[i].kind;
		return true;
	}
	return false;
}

/* Most are numbers. */
static const char *
skip_scalar(const char *at, const char *end)
{
	while (end - at >= 8) {
		at += sift_digits_count(sift_eight(at));
		if (at == end || !sift_ndjson_scalar[(unsigned char)*at])
			return at;
		at++;
	}
	while (at < end && sift_ndjson_scalar[(unsigned char)*at])
		at++;
	return at;
}

static enum sift_status
take_scalar(struct parser *p, struct sift_json *value)
{
	const char *from = p->at;
	struct sift_span token;
	double number;

	p->at = skip_scalar(from, p->end);
	token = sift_span_of(from, (size_t)(p->at - from));
	if (!token.len)
		return fail_here(p);
	if (*from > '9' && is_word(token, &value->kind))
		return SIFT_OK;
	value->kind = SIFT_JSON_NUMBER;
	if (p->is_head)
		return SIFT_OK;
	if (!sift_parse_double(token, &number) ||
	    (isfinite(number) && !is_strict(token)))
		return fail(p, from, "not valid JSON");
	if (isfinite(number)) {
		value->number = number;
	} else {
		value->kind = SIFT_JSON_NULL;
		p->doc->nulled++;
	}
	return SIFT_OK;
}

/* ---- containers ---- */

static enum sift_status
open_container(struct parser *p, struct sift_json *value,
	       enum sift_json_kind kind)
{
	if (p->depth == p->max_depth)
		return fail_depth(p);
	p->depth++;
	p->at++;
	value->kind = kind;
	value->next = p->open;
	p->open = value;
	return SIFT_OK;
}

static enum sift_status
close_container(struct parser *p)
{
	struct sift_json *closed = p->open;

	p->depth--;
	p->open = closed->next;
	closed->next = NULL;
	return closed->kind == SIFT_JSON_OBJECT
		       ? sift_json_doc_unite(closed, p->err)
		       : SIFT_OK;
}

static enum sift_status
take_value(struct parser *p, struct sift_json *value)
{
	enum sift_status rc;

	skip_blanks(p);
	if (p->at == p->end)
		return fail_here(p);
	switch (*p->at) {
	case '{':
		return open_container(p, value, SIFT_JSON_OBJECT);
	case '[':
		return open_container(p, value, SIFT_JSON_ARRAY);
	case '"':
		rc = take_string(p, &value->text);
		if (!rc)
			value->kind = SIFT_JSON_STRING;
		return rc;
	default:
		return take_scalar(p, value);
	}
}

static enum sift_status
take_key(struct parser *p, struct sift_span *out)
{
	enum sift_status rc;

	skip_blanks(p);
	if (p->at == p->end || *p->at != '"')
		return fail_here(p);
	rc = take_string(p, out);
	if (rc)
		return rc;
	skip_blanks(p);
	if (p->at == p->end || *p->at != ':')
		return fail_here(p);
	p->at++;
	return SIFT_OK;
}

static struct sift_json *
new_value(struct parser *p)
{
	if (!p->spare_count) {
		size_t bytes = (size_t)(p->end - p->start);
		/* about as many as are in what k6 writes */
		size_t many = bytes < 100000 ? 16 + bytes / 24 : 4096;

		p->spare = sift_arena_array(&p->doc->arena, many,
					    sizeof(*p->spare));
		if (!p->spare)
			return NULL;
		p->spare_count = many;
	}
	p->spare_count--;
	return p->spare++;
}

/* A new last value of the open container. */
static struct sift_json *
add_value(struct parser *p, struct sift_span key)
{
	struct sift_json *value = new_value(p);

	if (!value)
		return NULL;
	value->key = key;
	if (p->open->last)
		p->open->last->next = value;
	else
		p->open->first = value;
	p->open->last = value;
	return value;
}

/* The next value of the open container, or its end. */
static enum sift_status
take_next(struct parser *p)
{
	bool is_object = p->open->kind == SIFT_JSON_OBJECT;
	struct sift_json *value;
	struct sift_span key = {0};

	skip_blanks(p);
	if (p->at < p->end && *p->at == (is_object ? '}' : ']')) {
		p->at++;
		return close_container(p);
	}
	if (p->open->last) {
		if (p->at == p->end || *p->at != ',')
			return fail_here(p);
		p->at++;
	}
	if (is_object) {
		enum sift_status rc = take_key(p, &key);

		if (rc)
			return rc;
	}
	value = add_value(p, key);
	return value ? take_value(p, value) : fail_memory(p);
}

/* ---- documents ---- */

static void
start(struct parser *p, struct sift_json_doc *doc, struct sift_span text,
      const struct sift_limits *limits, struct sift_err *err)
{
	static const struct sift_span bom = SIFT_SPAN_INIT("\xEF\xBB\xBF");

	*doc = (struct sift_json_doc){0};
	*p = (struct parser){.doc = doc, .err = err};
	p->start = text.len ? text.ptr : "";
	p->end = p->start + text.len;
	p->at = p->start + (sift_span_starts(text, bom) ? bom.len : 0);
	p->max_depth = limits && limits->json_depth ? limits->json_depth
						    : DEFAULT_DEPTH;
}

static enum sift_status
take_root(struct parser *p)
{
	enum sift_status rc;

	p->doc->root = new_value(p);
	if (!p->doc->root)
		return fail_memory(p);
	rc = take_value(p, p->doc->root);
	while (!rc && p->open)
		rc = take_next(p);
	return rc;
}

/* A document of which take_root() is done. */
static enum sift_status
finish(struct parser *p, enum sift_status rc)
{
	skip_blanks(p);
	if (!rc && p->at < p->end)
		rc = fail(p, p->at, "text behind the document");
	if (!rc && p->doc->root->kind != SIFT_JSON_OBJECT)
		rc = sift_fail(p->err, SIFT_E_FORMAT, "not a JSON object");
	sift_buf_release(&p->escape);
	if (rc)
		sift_json_doc_release(p->doc);
	return rc;
}

enum sift_status
sift_json_doc_parse(struct sift_json_doc *doc, struct sift_span text,
		    const struct sift_limits *limits, struct sift_err *err)
{
	struct parser p;

	start(&p, doc, text, limits, err);
	return finish(&p, take_root(&p));
}

static void
drop_last(struct sift_json *container)
{
	struct sift_json *before = NULL;

	for (struct sift_json *value = container->first;
	     value != container->last; value = value->next)
		before = value;
	container->last = before;
	if (before)
		before->next = NULL;
	else
		container->first = NULL;
}

/* What the end of the text leaves open: a value it cuts, and records, are no
   more; all around them is closed. */
static enum sift_status
close_all(struct parser *p, unsigned depth)
{
	const struct sift_json *last = p->open->last;
	enum sift_status rc = SIFT_OK;

	if (last && (last->kind == SIFT_JSON_NULL ||
		     (last->kind < SIFT_JSON_STRING &&
		      sift_ndjson_scalar[(unsigned char)p->end[-1]])))
		drop_last(p->open);
	while (p->open && !rc) {
		bool is_record =
			p->open->kind == SIFT_JSON_OBJECT && p->depth > depth;

		rc = close_container(p);
		if (is_record && p->open)
			drop_last(p->open);
	}
	return rc;
}

enum sift_status
sift_json_doc_parse_cut(struct sift_json_doc *doc, struct sift_span text,
			const struct sift_limits *limits, unsigned depth,
			struct sift_err *err)
{
	struct sift_err cut = {0};
	enum sift_status rc;
	struct parser p;

	start(&p, doc, text, limits, &cut);
	rc = take_root(&p);
	p.err = err;
	if (rc == SIFT_E_FORMAT && p.at == p.end && p.open) {
		doc->cut = cut;
		rc = close_all(&p, depth);
	} else if (rc) {
		sift_fail_at(err, rc, cut.line, cut.offset, "%s", cut.what);
	}
	return finish(&p, rc);
}

enum sift_status
sift_json_doc_head(struct sift_json_doc *doc, struct sift_span head,
		   struct sift_err *err)
{
	enum sift_status rc;
	struct parser p;

	start(&p, doc, head, NULL, err);
	p.is_head = true;
	skip_blanks(&p);
	if (p.at == p.end || *p.at != '{')
		return SIFT_OK;
	rc = take_root(&p);
	while (rc != SIFT_E_NOMEM && p.open) {
		enum sift_status closed = close_container(&p);

		rc = closed ? closed : rc;
	}
	return rc == SIFT_E_NOMEM ? rc : SIFT_OK;
}
