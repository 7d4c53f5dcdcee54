/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/label.h"

#include "base/text.h"

static void
add_component(struct sift_buf *buf, struct sift_span raw)
{
	struct sift_buf text;

	if (sift_utf8_valid(raw)) {
		sift_buf_add_escaped(buf, raw, SIFT_LABEL_BYTES);
		return;
	}
	sift_buf_init(&text, 0);
	sift_utf8_add_or_cp1252(&text, raw);
	sift_buf_add_escaped(buf, sift_buf_span(&text), SIFT_LABEL_BYTES);
	if (sift_buf_status(&text))
		buf->status = sift_buf_status(&text);
	sift_buf_release(&text);
}

/* Component by component: what one is does not depend on its parents. */
void
sift_label_add(struct sift_buf *buf, struct sift_span raw)
{
	size_t len;
	bool is_cut = raw.len > SIFT_LABEL_BYTES;

	raw = sift_span_head(raw, SIFT_LABEL_BYTES);
	for (;;) {
		len = sift_span_find_byte(raw, '/');
		add_component(buf, sift_span_head(raw, len));
		if (len == raw.len)
			break;
		sift_buf_add_byte(buf, '/');
		raw = sift_span_from(raw, len + 1);
	}
	if (is_cut)
		sift_buf_add_str(buf, "\xe2\x80\xa6"); /* an ellipsis */
}

/* Cut the first component off *rest. */
static struct sift_span
next_component(struct sift_span *rest, bool backslashes)
{
	struct sift_span part;
	size_t len = 0;

	while (len < rest->len && rest->ptr[len] != '/' &&
	       !(backslashes && rest->ptr[len] == '\\'))
		len++;
	part = sift_span_head(*rest, len);
	*rest = sift_span_from(*rest, len + 1);
	return part;
}

static bool
is_step(struct sift_span component)
{
	return !component.len || sift_span_equal(component, SIFT_SPAN(".")) ||
	       sift_span_equal(component, SIFT_SPAN(".."));
}

void
sift_label_member(struct sift_buf *out, struct sift_span raw, bool backslashes)
{
	struct sift_span rest = raw;
	struct sift_span part;
	struct sift_buf path;

	sift_buf_init(&path, 0);
	while (rest.len) {
		part = next_component(&rest, backslashes);
		if (is_step(part))
			continue;
		if (path.len)
			sift_buf_add_byte(&path, '/');
		sift_buf_add_span(&path, part);
	}
	if (!path.len)
		sift_buf_add_str(&path, "unnamed");
	sift_buf_clear(out);
	sift_label_add(out, sift_buf_span(&path));
	if (sift_buf_status(&path))
		out->status = sift_buf_status(&path);
	sift_buf_release(&path);
}

bool
sift_label_is_hidden(struct sift_span component)
{
	return sift_span_starts(component, SIFT_SPAN(".")) ||
	       sift_span_equal(component, SIFT_SPAN("__MACOSX"));
}

size_t
sift_label_hidden_len(struct sift_span path)
{
	struct sift_span rest = path;
	struct sift_span part;

	while (rest.len) {
		part = next_component(&rest, false);
		if (sift_label_is_hidden(part))
			return (size_t)(part.ptr - path.ptr) + part.len;
	}
	return 0;
}
