/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_submetric.h"

/* Users may write values in quotes. */
static struct sift_span
without_quotes(struct sift_span text)
{
	char quote;

	if (text.len < 2)
		return text;
	quote = text.ptr[0];
	if ((quote != '"' && quote != '\'') || text.ptr[text.len - 1] != quote)
		return text;
	return sift_span_of(text.ptr + 1, text.len - 2);
}

/* One pair; the value may hold colons (URLs, groups). */
static void
take_pair(struct sift_span pair, struct sift_k6_submetric *out)
{
	size_t colon = sift_span_find_byte(pair, ':');
	struct sift_span key =
		without_quotes(sift_span_trim(sift_span_head(pair, colon)));
	struct sift_span value =
		without_quotes(sift_span_trim(sift_span_from(pair, colon + 1)));

	if (!value.len)
		out->other = true;
	else if (sift_span_equal(key, SIFT_SPAN("name")))
		out->name = value;
	else if (sift_span_equal(key, SIFT_SPAN("url")))
		out->url = value;
	else if (sift_span_equal(key, SIFT_SPAN("method")))
		out->method = value;
	else if (sift_span_equal(key, SIFT_SPAN("expected_response")) &&
		 sift_span_equal(value, SIFT_SPAN("true")))
		out->expected = true;
	else
		out->other = true;
}

void
sift_k6_submetric_parse(struct sift_span text, struct sift_k6_submetric *out)
{
	size_t brace = sift_span_find_byte(text, '{');
	struct sift_span tags;

	*out = (struct sift_k6_submetric){.base = text};
	if (brace == text.len || text.ptr[text.len - 1] != '}')
		return;
	out->base = sift_span_head(text, brace);
	out->has_tags = true;
	tags = sift_span_of(text.ptr + brace + 1, text.len - brace - 2);
	if (!tags.len)
		out->other = true;
	while (tags.len) {
		size_t comma = sift_span_find_byte(tags, ',');

		take_pair(sift_span_head(tags, comma), out);
		tags = sift_span_from(tags, comma + 1);
	}
}

bool
sift_k6_submetric_is_endpoint(const struct sift_k6_submetric *sub)
{
	return sub->has_tags && !sub->other && (sub->name.len || sub->url.len);
}
