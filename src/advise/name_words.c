/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/name_words.h"

enum letter { LETTER_NONE, LETTER_LOWER, LETTER_UPPER, LETTER_OTHER };

/* By bytes of ASCII: what <ctype.h> says depends on the locale. */
static enum letter
letter_of(char c)
{
	unsigned char byte = (unsigned char)c;

	if (byte >= 'a' && byte <= 'z')
		return LETTER_LOWER;
	if (byte >= 'A' && byte <= 'Z')
		return LETTER_UPPER;
	if ((byte >= '0' && byte <= '9') || byte > 127)
		return LETTER_OTHER;
	return LETTER_NONE;
}

/* Does a word end between at - 1 and at? Both are letters. */
static bool
case_changes(struct sift_span name, size_t at)
{
	enum letter before = letter_of(name.ptr[at - 1]);

	if (letter_of(name.ptr[at]) != LETTER_UPPER)
		return false;
	if (before == LETTER_LOWER)
		return true;
	/* The last capital of a row begins the next word: "HTTPStatus". */
	return before == LETTER_UPPER && at + 1 < name.len &&
	       letter_of(name.ptr[at + 1]) == LETTER_LOWER;
}

bool
sift_name_next_word(struct sift_span name, size_t *at, struct sift_span *out)
{
	size_t from, to;

	for (from = *at; from < name.len; from++)
		if (letter_of(name.ptr[from]) != LETTER_NONE)
			break;
	for (to = from; to < name.len; to++)
		if (letter_of(name.ptr[to]) == LETTER_NONE ||
		    (to > from && case_changes(name, to)))
			break;
	*at = to;
	*out = sift_span_of(name.ptr ? name.ptr + from : NULL, to - from);
	return to > from;
}

bool
sift_name_has_word(const char *name, const char *word)
{
	struct sift_span text = sift_span_str(name), next;
	size_t at = 0;

	while (sift_name_next_word(text, &at, &next))
		if (sift_span_is_word(next, word))
			return true;
	return false;
}

const char *
sift_name_any_word(const char *name, const char *const *words, size_t count)
{
	struct sift_span text = sift_span_str(name), next;
	size_t first = count, at = 0;

	while (sift_name_next_word(text, &at, &next))
		for (size_t i = 0; i < first; i++)
			if (sift_span_is_word(next, words[i]))
				first = i;
	return first < count ? words[first] : NULL;
}
