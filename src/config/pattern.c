/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "base/mem.h"

/*
 * The interpreter, not the JIT: the JIT counts matches differently and knows
 * no heap limit, so a limit would strike on some machines and not on others.
 */
#define MATCH_LIMIT 100000
#define HEAP_LIMIT_KIB 4096
#define SUBJECT_MAX 4096
#define EXPRESSION_MAX 4096
#define SHOWN_MAX 80 /* bytes of an expression or text in a message */

struct sift_pattern {
	pcre2_general_context *general;
	pcre2_match_context *limits;
	pcre2_code *code;
	pcre2_match_data *data;
	struct sift_span text; /* of the last match; borrowed */
	int matched;
};

static void *
give(PCRE2_SIZE size, void *unused)
{
	(void)unused;
	return sift_malloc(size);
}

static void
take(void *ptr, void *unused)
{
	(void)unused;
	sift_free(ptr);
}

static void
pcre_text(int code, char *out, size_t size)
{
	out[0] = '\0';
	pcre2_get_error_message(code, (PCRE2_UCHAR *)out, size);
}

static enum sift_status
refuse(const char *expression, int code, size_t at, struct sift_err *err)
{
	struct sift_buf shown;
	enum sift_status rc;
	char why[160];

	pcre_text(code, why, sizeof(why));
	sift_buf_init(&shown, 0);
	sift_buf_add_escaped(&shown, sift_span_str(expression), SHOWN_MAX);
	rc = sift_buf_status(&shown);
	if (rc)
		rc = sift_fail(err, rc, "no memory for an expression");
	else
		rc = sift_fail(err, SIFT_E_USAGE,
			       "expression \"%s\": %s at byte %zu", shown.ptr,
			       why, at);
	sift_buf_release(&shown);
	return rc;
}

static uint32_t
compile_options(void)
{
	uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;

#ifdef PCRE2_MATCH_INVALID_UTF /* since 10.34 */
	options |= PCRE2_MATCH_INVALID_UTF;
#endif
	return options;
}

static enum sift_status
compile(struct sift_pattern *p, const char *expression, struct sift_err *err)
{
	size_t len = strlen(expression);
	PCRE2_SIZE at = 0;
	int code = 0;
	pcre2_compile_context *context;

	if (!len)
		return sift_fail(err, SIFT_E_USAGE, "the expression is empty");
	if (len > EXPRESSION_MAX)
		return sift_fail(err, SIFT_E_USAGE,
				 "the expression is longer than %d bytes",
				 EXPRESSION_MAX);
	context = pcre2_compile_context_create(p->general);
	if (!context)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for an expression");
	p->code = pcre2_compile((PCRE2_SPTR)expression, len, compile_options(),
				&code, &at, context);
	pcre2_compile_context_free(context);
	if (p->code)
		return SIFT_OK;
	if (code == PCRE2_ERROR_HEAP_FAILED)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for an expression");
	return refuse(expression, code, at, err);
}

static enum sift_status
set_limits(struct sift_pattern *p, struct sift_err *err)
{
	p->limits = pcre2_match_context_create(p->general);
	if (p->limits)
		p->data = pcre2_match_data_create_from_pattern(p->code,
							       p->general);
	if (!p->data)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for an expression");
	pcre2_set_match_limit(p->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(p->limits, MATCH_LIMIT);
	pcre2_set_heap_limit(p->limits, HEAP_LIMIT_KIB);
	return SIFT_OK;
}

enum sift_status
sift_pattern_new(struct sift_pattern **out, const char *expression,
		 struct sift_err *err)
{
	enum sift_status rc;
	struct sift_pattern *p = sift_calloc(1, sizeof(*p));

	if (!p)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for an expression");
	p->general = pcre2_general_context_create(give, take, NULL);
	if (!p->general) {
		rc = sift_fail(err, SIFT_E_NOMEM,
			       "no memory for an expression");
		goto fail;
	}
	rc = compile(p, expression, err);
	if (rc)
		goto fail;
	rc = set_limits(p, err);
	if (rc)
		goto fail;
	*out = p;
	return SIFT_OK;
fail:
	sift_pattern_free(p);
	return rc;
}

void
sift_pattern_free(struct sift_pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_match_data_free(pattern->data);
	pcre2_match_context_free(pattern->limits);
	pcre2_code_free(pattern->code);
	pcre2_general_context_free(pattern->general);
	sift_free(pattern);
}

int
sift_pattern_has_group(const struct sift_pattern *pattern, const char *name)
{
	PCRE2_SPTR first, last;

	return pcre2_substring_nametable_scan(pattern->code, (PCRE2_SPTR)name,
					      &first, &last) > 0;
}

static enum sift_status
did_not_run(int code, struct sift_err *err)
{
	char why[160];

	if (code == PCRE2_ERROR_NOMEMORY)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for an expression");
	pcre_text(code, why, sizeof(why));
	return sift_fail(err, SIFT_E_LIMIT, "the expression did not run: %s",
			 why);
}

enum sift_status
sift_pattern_match(struct sift_pattern *pattern, struct sift_span text,
		   int *out_matched, struct sift_err *err)
{
	const char *subject = text.ptr ? text.ptr : "";
	int code;

	pattern->matched = 0;
	if (text.len > SUBJECT_MAX)
		return sift_fail(err, SIFT_E_LIMIT,
				 "the expression did not run: the text is "
				 "longer than %d bytes",
				 SUBJECT_MAX);
	code = pcre2_match(pattern->code, (PCRE2_SPTR)subject, text.len, 0, 0,
			   pattern->data, pattern->limits);
	if (code < PCRE2_ERROR_NOMATCH)
		return did_not_run(code, err);
	pattern->matched = code != PCRE2_ERROR_NOMATCH;
	pattern->text = sift_span_of(subject, text.len);
	*out_matched = pattern->matched;
	return SIFT_OK;
}

/* What became of a replacement that failed. */
static enum sift_status
not_replaced(int code, struct sift_err *err)
{
	char why[160];

	if (code != PCRE2_ERROR_NOSUBSTRING &&
	    code != PCRE2_ERROR_BADREPLACEMENT &&
	    code != PCRE2_ERROR_BADREPESCAPE &&
	    code != PCRE2_ERROR_REPMISSINGBRACE)
		return did_not_run(code, err);
	pcre_text(code, why, sizeof(why));
	return sift_fail(err, SIFT_E_USAGE, "the replacement: %s", why);
}

enum sift_status
sift_pattern_replace(struct sift_pattern *pattern, struct sift_span text,
		     const char *by, struct sift_buf *out, int *out_changed,
		     struct sift_err *err)
{
	PCRE2_SIZE len = SUBJECT_MAX + 1;
	int code;

	if (text.len > SUBJECT_MAX)
		return sift_fail(err, SIFT_E_LIMIT,
				 "the expression did not run: the text is "
				 "longer than %d bytes",
				 SUBJECT_MAX);
	if (!sift_buf_reserve(out, len))
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for an expression");
	code = pcre2_substitute(
		pattern->code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len,
		0, PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_UNSET_EMPTY,
		pattern->data, pattern->limits, (PCRE2_SPTR)by,
		PCRE2_ZERO_TERMINATED, (PCRE2_UCHAR *)out->ptr + out->len,
		&len);
	if (code < 0)
		return code == PCRE2_ERROR_NOMEMORY
			       ? sift_fail(err, SIFT_E_LIMIT,
					   "the name it makes is longer than "
					   "%d bytes",
					   SUBJECT_MAX)
			       : not_replaced(code, err);
	out->len += len;
	*out_changed = code > 0;
	return SIFT_OK;
}

struct sift_span
sift_pattern_group(const struct sift_pattern *pattern, const char *name)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(pattern->data);
	PCRE2_SPTR entry, last;
	int size = pcre2_substring_nametable_scan(
		pattern->code, (PCRE2_SPTR)name, &entry, &last);

	if (!pattern->matched || size <= 0)
		return sift_span_of(NULL, 0);
	/* (?J) lets several groups share a name: the one that took part. */
	for (; entry <= last; entry += size) {
		size_t group = ((size_t)entry[0] << 8) | entry[1];
		PCRE2_SIZE from = at[2 * group], to = at[2 * group + 1];

		if (from != PCRE2_UNSET && to != PCRE2_UNSET && from <= to)
			return sift_span_of(pattern->text.ptr + from,
					    to - from);
	}
	return sift_span_of(NULL, 0);
}
