/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/path_name.h"
#include "group/path_words.h"

/*
 * File names say which kind of file of a run this is; what stays when those
 * words are gone names the run.
 */

static const char *const packing_extensions[] = {"gz",	"bz2",	"xz", "zst",
						 "lz4", "lzma", "Z",  NULL};

static const char *const content_extensions[] = {
	"json", "csv", "ndjson", "jsonl", "txt",  "log", "out",
	"dat",	"tsv", "html",	 "htm",	  "prom", NULL};

/* Longer sequences first: `stats_history` before `stats`. */
#define WORDS_MAX 3
static const struct sequence {
	size_t count;
	const char *words[WORDS_MAX];
} format_words[] = {
	{3, {"requests", "full", "history"}},
	{2, {"stats", "history"}},
	{2, {"web", "dashboard"}},
	{2, {"summary", "export"}},
	{1, {"stats"}},
	{1, {"failures"}},
	{1, {"exceptions"}},
	{1, {"requests"}},
	{1, {"distribution"}},
	{1, {"summary"}},
	{1, {"result"}},
	{1, {"results"}},
	{1, {"output"}},
	{1, {"points"}},
	{1, {"raw"}},
	{1, {"metrics"}},
	{1, {"report"}},
	{1, {"stdout"}},
	{1, {"stderr"}},
	{1, {"dashboard"}},
	{1, {"record"}},
	{1, {"console"}},
	{1, {"k6"}},
	{1, {"locust"}},
};

static bool
strip_extension(struct sift_span *name, const char *const *list)
{
	size_t at = name->len;

	while (at > 0 && name->ptr[at - 1] != '.')
		at--;
	for (; at > 0 && *list; list++)
		if (sift_span_is_word(sift_span_from(*name, at), *list)) {
			name->len = at - 1;
			return true;
		}
	return false;
}

static struct sift_span
without_outer_gaps(struct sift_span text)
{
	while (text.len && !sift_path_is_word_byte(text.ptr[text.len - 1]))
		text.len--;
	while (text.len && !sift_path_is_word_byte(*text.ptr))
		text = sift_span_from(text, 1);
	return text;
}

/* Split the last (or first) word off; false when there is none. */
static bool
split_word(struct sift_span *text, bool at_end, struct sift_span *out_word)
{
	size_t n = 0;

	*text = without_outer_gaps(*text);
	while (n < text->len &&
	       sift_path_is_word_byte(
		       text->ptr[at_end ? text->len - 1 - n : n]))
		n++;
	if (at_end) {
		*out_word = sift_span_from(*text, text->len - n);
		text->len -= n;
	} else {
		*out_word = sift_span_head(*text, n);
		*text = sift_span_from(*text, n);
	}
	return n > 0;
}

static bool
strip_sequence(struct sift_span *text, const struct sequence *sequence,
	       bool at_end)
{
	struct sift_span rest = *text, word;

	for (size_t i = 0; i < sequence->count; i++) {
		size_t at = at_end ? sequence->count - 1 - i : i;

		if (!split_word(&rest, at_end, &word) ||
		    !sift_span_is_word(word, sequence->words[at]))
			return false;
	}
	*text = rest;
	return true;
}

static bool
strip_format_words(struct sift_span *text, bool at_end)
{
	size_t count = sizeof(format_words) / sizeof(*format_words);
	struct sift_span rest = *text, word;

	if (!split_word(&rest, at_end, &word))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct sequence *s = &format_words[i];

		/* Most are refused by the word that stands outside. */
		if (sift_span_is_word(word,
				      s->words[at_end ? s->count - 1 : 0]) &&
		    strip_sequence(text, s, at_end))
			return true;
	}
	return false;
}

struct sift_span
sift_path_stem(struct sift_span file_name, struct sift_span *out_unpacked)
{
	struct sift_span stem = file_name, before;
	bool stripped = false;

	while (strip_extension(&stem, packing_extensions))
		;
	if (out_unpacked)
		*out_unpacked = stem;
	while (strip_extension(&stem, content_extensions) ||
	       strip_extension(&stem, packing_extensions))
		;
	before = stem;
	while (strip_format_words(&stem, true) ||
	       strip_format_words(&stem, false))
		stripped = true;
	return stripped ? without_outer_gaps(stem) : before;
}
