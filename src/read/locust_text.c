/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_text.h"

#include "base/repr.h"

/* Two layers of repr() around a wrapper around its own. */
#define LAYERS_MAX 6
/* Shorter numbers may be numbers; addresses have more digits. */
#define ADDRESS_DIGITS_MIN 6

/* ---- wrappers ---- */

/* The one argument of an exception that has nothing else to say. */
static bool
find_wrapped(struct sift_span text, struct sift_span *out)
{
	static const struct sift_span wrappers[] = {
		SIFT_SPAN_INIT("CatchResponseError("),
		SIFT_SPAN_INIT("HTTPError("),
	};
	struct sift_span ignored;

	if (!sift_span_ends(text, SIFT_SPAN(")")))
		return false;
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		if (!sift_span_starts(text, wrappers[i]))
			continue;
		*out = sift_span_from(sift_span_head(text, text.len - 1),
				      wrappers[i].len);
		if (sift_span_ends(*out, SIFT_SPAN(","))) /* Python 2 */
			out->len--;
		return sift_repr_find(*out, &ignored);
	}
	return false;
}

/* ---- addresses ---- */

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

static size_t
count_hex(struct sift_span text, size_t at)
{
	size_t from = at;

	while (at < text.len && is_hex(text.ptr[at]))
		at++;
	return at - from;
}

static void
add_masked(struct sift_span text, struct sift_buf *out)
{
	for (;;) {
		size_t at = sift_span_find(text, SIFT_SPAN("0x"));
		size_t digits;

		if (at == text.len)
			break;
		digits = count_hex(text, at + 2);
		sift_buf_add_span(out, sift_span_head(text, at + 2));
		text = sift_span_from(text, at + 2);
		if (digits < ADDRESS_DIGITS_MIN)
			continue;
		sift_buf_add_str(out, "....");
		text = sift_span_from(text, digits);
	}
	sift_buf_add_span(out, text);
}

/* ---- */

enum sift_status
sift_locust_text(struct sift_span text, struct sift_buf *out)
{
	struct sift_buf layers[2];
	enum sift_status rc = SIFT_OK;
	struct sift_span inner;

	sift_buf_init(&layers[0], out->max);
	sift_buf_init(&layers[1], out->max);
	for (size_t i = 0; i < LAYERS_MAX; i++) {
		struct sift_buf *layer = &layers[i % 2];

		if (find_wrapped(text, &inner)) {
			text = inner;
		} else if (sift_repr_find(text, &inner)) {
			sift_buf_clear(layer);
			sift_repr_unescape(inner, layer);
			rc = sift_buf_status(layer);
			if (rc)
				break;
			text = sift_buf_span(layer);
		} else {
			break;
		}
	}
	if (!rc) {
		sift_buf_clear(out);
		add_masked(text, out);
		rc = sift_buf_status(out);
	}
	sift_buf_release(&layers[0]);
	sift_buf_release(&layers[1]);
	return rc;
}
