/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "advise/failure_text.h"

#include <string.h>

#include "advise/name_words.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Equal but for case; in a word like 4xx an x is any digit. */
static bool
word_fits(struct sift_span word, struct sift_span wanted)
{
	size_t i;

	if (!wanted.len || !is_digit(wanted.ptr[0]))
		return sift_span_equal_nocase(word, wanted);
	if (word.len != wanted.len)
		return false;
	for (i = 0; i < word.len; i++)
		if (wanted.ptr[i] == 'x' ? !is_digit(word.ptr[i])
					 : word.ptr[i] != wanted.ptr[i])
			return false;
	return true;
}

/* Does the phrase begin at *at, with the text's next word? */
static bool
says_at(struct sift_span text, size_t at, struct sift_span phrase)
{
	struct sift_span word, wanted;
	size_t phrase_at = 0;

	while (sift_name_next_word(phrase, &phrase_at, &wanted))
		if (!sift_name_next_word(text, &at, &word) ||
		    !word_fits(word, wanted))
			return false;
	return true;
}

static bool
says(struct sift_span text, struct sift_span phrase)
{
	struct sift_span word;
	size_t at = 0, before = 0;

	while (sift_name_next_word(text, &at, &word)) {
		if (says_at(text, before, phrase))
			return true;
		before = at;
	}
	return false;
}

bool
sift_text_says_any(const char *text, const char *const *phrases, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (says(sift_span_str(text), sift_span_str(phrases[i])))
			return true;
	return false;
}

static bool
same(const char *a, const char *b)
{
	return sift_span_equal(sift_span_str(a), sift_span_str(b));
}

typedef void visit(void *state, const struct sift_failure *failure);

static void
visit_failures(const struct sift_case *c, visit *visitor, void *state)
{
	const struct sift_set *set = &c->doc->sets[c->set->index];
	size_t i, j;

	if (!c->endpoint)
		return;
	for (i = 0; i < set->run_count; i++) {
		const struct sift_run *run = &c->doc->runs[set->runs[i]];

		for (j = 0; j < run->failure_count; j++) {
			const struct sift_failure *f = &run->failures[j];

			if (f->count > 0 && same(f->name, c->endpoint->name) &&
			    same(f->method, c->endpoint->method))
				visitor(state, f);
		}
	}
}

struct saying {
	struct sift_failure_count n;
	const char *const *phrases;
	size_t count;
};

static void
count_saying(void *state, const struct sift_failure *failure)
{
	struct saying *s = state;

	s->n.all += failure->count;
	if (sift_text_says_any(failure->fingerprint, s->phrases, s->count))
		s->n.matching += failure->count;
}

struct sift_failure_count
sift_failures_that_say(const struct sift_case *c, const char *const *phrases,
		       size_t count)
{
	struct saying s = {{0, 0}, phrases, count};

	visit_failures(c, count_saying, &s);
	return s.n;
}

/* Counts are summed over runs only as far as the text at hand goes. */
struct most {
	const struct sift_case *c;
	const char *text;
	int64_t count;
};

struct sum {
	const char *text;
	int64_t count;
};

static void
add_same(void *state, const struct sift_failure *failure)
{
	struct sum *sum = state;

	if (same(failure->fingerprint, sum->text))
		sum->count += failure->count;
}

static void
keep_most(void *state, const struct sift_failure *failure)
{
	struct most *most = state;
	struct sum sum = {failure->fingerprint, 0};

	if (!failure->fingerprint || same(failure->fingerprint, most->text))
		return;
	visit_failures(most->c, add_same, &sum);
	if (sum.count > most->count ||
	    (sum.count == most->count &&
	     sift_span_compare(sift_span_str(sum.text),
			       sift_span_str(most->text)) < 0)) {
		most->text = sum.text;
		most->count = sum.count;
	}
}

const char *
sift_failure_most(const struct sift_case *c)
{
	struct most most = {c, NULL, 0};

	visit_failures(c, keep_most, &most);
	return most.text;
}
