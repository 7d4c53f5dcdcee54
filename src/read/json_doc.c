/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/json_doc.h"

#include <math.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/text.h"

#define DEFAULT_DOCUMENT_BYTES (UINT64_C(64) << 20)
#define DEFAULT_DEPTH 64

static const struct sift_span bom = SIFT_SPAN_INIT("\xEF\xBB\xBF");
static const struct sift_span replacement = SIFT_SPAN_INIT("\\ufffd");

/* ---- making the text fit for Jansson ---- */

/* The text on its way; `at` is the next byte to look at. */
struct cleaning {
	struct sift_span text;
	size_t at;
	struct sift_buf *out;
	uint64_t depth;
	uint64_t nulled;
};

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The value of a \uXXXX at `at`; -1 if there is none. */
static int
unicode_escape(struct sift_span text, size_t at)
{
	int value = 0;

	if (text.len < 6 || at > text.len - 6 || text.ptr[at] != '\\' ||
	    text.ptr[at + 1] != 'u')
		return -1;
	for (size_t i = at + 2; i < at + 6; i++) {
		int digit = hex_digit(text.ptr[i]);

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* Copy an escape, but for those Jansson would refuse the document for. */
static void
clean_escape(struct cleaning *c)
{
	int code = unicode_escape(c->text, c->at);
	size_t len = 2;

	if (code >= 0xD800 && code < 0xDC00) {
		int low = unicode_escape(c->text, c->at + 6);

		len = low >= 0xDC00 && low < 0xE000 ? 12 : 6;
	} else if (code >= 0) {
		len = 6;
	}
	if (len == 6 && (code == 0 || (code >= 0xD800 && code < 0xE000)))
		sift_buf_add_span(c->out, replacement);
	else
		sift_buf_add_span(
			c->out,
			sift_span_head(sift_span_from(c->text, c->at), len));
	c->at += len;
}

static void
clean_string(struct cleaning *c)
{
	sift_buf_add_byte(c->out, c->text.ptr[c->at++]);
	while (c->at < c->text.len) {
		char byte = c->text.ptr[c->at];

		if (byte == '\\') {
			clean_escape(c);
			continue;
		}
		sift_buf_add_byte(c->out, byte);
		c->at++;
		if (byte == '"')
			return;
	}
}

static bool
is_scalar_byte(char c)
{
	return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void
clean_scalar(struct cleaning *c)
{
	struct sift_span token = sift_span_from(c->text, c->at);
	size_t len = 0;
	double number;

	while (len < token.len && is_scalar_byte(token.ptr[len]))
		len++;
	token = sift_span_head(token, len);
	c->at += len;
	if (sift_parse_double(token, &number) && !isfinite(number)) {
		c->nulled++;
		token = SIFT_SPAN("null");
	}
	sift_buf_add_span(c->out, token);
}

static enum sift_status
clean(struct cleaning *c, uint64_t max_depth, struct sift_err *err)
{
	while (c->at < c->text.len) {
		char byte = c->text.ptr[c->at];

		if (byte == '"') {
			clean_string(c);
			continue;
		}
		if (is_scalar_byte(byte)) {
			clean_scalar(c);
			continue;
		}
		if (byte == '{' || byte == '[')
			c->depth++;
		else if ((byte == '}' || byte == ']') && c->depth)
			c->depth--;
		if (c->depth > max_depth)
			return sift_fail_at(err, SIFT_E_LIMIT, 0,
					    (int64_t)c->at,
					    "nested deeper than %llu "
					    "(--max-json-depth)",
					    (unsigned long long)max_depth);
		sift_buf_add_byte(c->out, byte);
		c->at++;
	}
	if (sift_buf_status(c->out))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a document");
	return SIFT_OK;
}

/* ---- Jansson ---- */

/* Jansson's own words quote the text, which may hold secrets (setup_data). */
static const char *
words_of(enum json_error_code code)
{
	static const struct {
		enum json_error_code code;
		const char *words;
	} known[] = {
		{json_error_premature_end_of_input, "the document breaks off"},
		{json_error_end_of_input_expected, "text behind the document"},
		{json_error_invalid_utf8, "text is not UTF-8"},
		{json_error_wrong_type, "not a JSON object"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].code == code)
			return known[i].words;
	return "not valid JSON";
}

/* `shift`: how far the text lies from the start of the document; -1 when its
   offsets are not those of the document. */
static enum sift_status
parse(struct sift_json_doc *doc, struct sift_span text, int64_t shift,
      struct sift_err *err)
{
	json_error_t error;

	doc->root = json_loadb(text.len ? text.ptr : "", text.len,
			       JSON_DECODE_INT_AS_REAL, &error);
	if (!doc->root && json_error_code(&error) == json_error_out_of_memory)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a document");
	if (!doc->root)
		return sift_fail_at(err, SIFT_E_FORMAT,
				    error.line > 0 ? (uint64_t)error.line : 0,
				    shift < 0 ? -1 : error.position + shift,
				    "%s", words_of(json_error_code(&error)));
	if (json_is_object(doc->root))
		return SIFT_OK;
	sift_json_doc_release(doc);
	return sift_fail(err, SIFT_E_FORMAT, "not a JSON object");
}

enum sift_status
sift_json_doc_parse(struct sift_json_doc *doc, struct sift_span text,
		    const struct sift_limits *limits, struct sift_err *err)
{
	uint64_t max_depth =
		limits->json_depth ? limits->json_depth : DEFAULT_DEPTH;
	struct sift_buf repaired;
	struct sift_buf cleaned;
	struct cleaning c = {.out = &cleaned};
	int64_t shift = 0;
	size_t len = text.len;
	enum sift_status rc;

	doc->root = NULL;
	sift_buf_init(&repaired, 0);
	sift_buf_init(&cleaned, 0);
	if (sift_span_starts(text, bom)) {
		text = sift_span_from(text, bom.len);
		shift = (int64_t)bom.len;
		len = text.len;
	}
	if (!sift_utf8_valid(text)) {
		sift_utf8_add_repaired(&repaired, text);
		text = sift_buf_span(&repaired);
	}
	c.text = text;
	rc = sift_buf_status(&repaired)
		     ? sift_fail(err, SIFT_E_NOMEM, "no memory for a document")
		     : clean(&c, max_depth, err);
	if (!rc)
		rc = parse(doc, sift_buf_span(&cleaned),
			   cleaned.len == len ? shift : -1, err);
	doc->nulled = c.nulled;
	sift_buf_release(&repaired);
	sift_buf_release(&cleaned);
	return rc;
}

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

	doc->root = NULL;
	doc->nulled = 0;
	sift_buf_init(&text, 0);
	rc = sift_json_doc_read(src, limits, &text, err);
	if (!rc)
		rc = sift_json_doc_parse(doc, sift_buf_span(&text), limits,
					 err);
	sift_buf_release(&text);
	return rc;
}

void
sift_json_doc_release(struct sift_json_doc *doc)
{
	json_decref(doc->root);
	doc->root = NULL;
}

/* ---- values ---- */

double
sift_json_doc_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

int64_t
sift_json_doc_count(const json_t *object, const char *key)
{
	double number = sift_json_doc_number(object, key);

	if (!(number >= 0 && number <= 9007199254740992.0) ||
	    number != floor(number))
		return -1;
	return (int64_t)number;
}

struct sift_span
sift_json_doc_text(const json_t *string)
{
	return sift_span_of(json_string_value(string),
			    json_string_length(string));
}
