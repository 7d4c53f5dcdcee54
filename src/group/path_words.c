/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/path_words.h"

#include <math.h>

#include "base/num.h"

static const char *const run_words[] = {"run",	  "r",	     "try", "rep",
					"repeat", "attempt", NULL};

static const char *const other_words[] = {
	"v",	  "version", "release",	  "build", "pr",	 "sprint",
	"phase",  "stage",   "step",	  "part",  "page",	 "scenario",
	"case",	  "session", "iteration", "trial", "experiment", "variant",
	"config", "host",    "server",	  "node",  "pod",	 "worker",
	"shard",  NULL};

static const struct load_word {
	const char *word;
	enum sift_load_unit unit;
} load_words[] = {
	{"rps", SIFT_LOAD_RPS},		{"tps", SIFT_LOAD_TPS},
	{"vu", SIFT_LOAD_VUS},		{"vus", SIFT_LOAD_VUS},
	{"u", SIFT_LOAD_USERS},		{"user", SIFT_LOAD_USERS},
	{"users", SIFT_LOAD_USERS},	{"client", SIFT_LOAD_CLIENTS},
	{"clients", SIFT_LOAD_CLIENTS}, {"thread", SIFT_LOAD_THREADS},
	{"threads", SIFT_LOAD_THREADS},
};

static bool
is_listed(const char *const *list, struct sift_span word)
{
	for (; *list; list++)
		if (sift_span_is_word(word, *list))
			return true;
	return false;
}

bool
sift_path_is_run_word(struct sift_span word)
{
	return is_listed(run_words, word);
}

bool
sift_path_is_other_word(struct sift_span word)
{
	return is_listed(other_words, word);
}

enum sift_load_unit
sift_path_load_word(struct sift_span word)
{
	for (size_t i = 0; i < sizeof(load_words) / sizeof(*load_words); i++)
		if (sift_span_is_word(word, load_words[i].word))
			return load_words[i].unit;
	return SIFT_LOAD_NONE;
}

size_t
sift_path_leading_digits(struct sift_span word)
{
	size_t n = 0;

	while (n < word.len && sift_path_is_digit(word.ptr[n]))
		n++;
	return n;
}

/* A word goes on over a dot between digits: v1.4, 0.5rps. */
static size_t
word_length(struct sift_span path, size_t at)
{
	size_t i = at;

	while (i < path.len) {
		bool dot = path.ptr[i] == '.' && i > at &&
			   sift_path_is_digit(path.ptr[i - 1]) &&
			   i + 1 < path.len &&
			   sift_path_is_digit(path.ptr[i + 1]);

		if (!dot && !sift_path_is_word_byte(path.ptr[i]))
			break;
		i++;
	}
	return i - at;
}

static struct sift_path_token *
push(struct sift_path_tokens *t, enum sift_path_token_kind kind,
     struct sift_span text)
{
	struct sift_path_token *token = &t->items[t->count++];

	*token = (struct sift_path_token){kind, false, text, (double)NAN,
					  SIFT_LOAD_NONE};
	return token;
}

static bool
push_number(struct sift_path_tokens *t, struct sift_span text)
{
	double value;

	/* Longer ones are hashes and serial numbers; they stay words. */
	if (text.len == 0 || text.len > 9 ||
	    sift_path_leading_digits(text) != text.len ||
	    !sift_parse_double(text, &value))
		return false;
	push(t, SIFT_PATH_NUMBER, text)->value = value;
	return true;
}

/* Digits, maybe with one dot among them, at the start / end of a word. */
static size_t
number_head(struct sift_span word)
{
	size_t n = sift_path_leading_digits(word);

	if (n && n + 1 < word.len && word.ptr[n] == '.')
		n += 1 + sift_path_leading_digits(sift_span_from(word, n + 1));
	return n;
}

static bool
push_load(struct sift_path_tokens *t, struct sift_span word,
	  struct sift_span number, struct sift_span unit_word)
{
	enum sift_load_unit unit = sift_path_load_word(unit_word);
	struct sift_path_token *token;
	double value;

	if (unit == SIFT_LOAD_NONE || number.len > 12 ||
	    !sift_parse_double(number, &value))
		return false;
	token = push(t, SIFT_PATH_LOAD, word);
	token->value = value;
	token->unit = unit;
	return true;
}

/* 100rps, users50, run3, or just a word. */
static void
push_word(struct sift_path_tokens *t, struct sift_span word)
{
	size_t head = number_head(word), letters = 0;
	struct sift_span front, back;

	if (push_number(t, word))
		return;
	if (head && push_load(t, word, sift_span_head(word, head),
			      sift_span_from(word, head)))
		return;
	while (letters < word.len && !sift_path_is_digit(word.ptr[letters]))
		letters++;
	front = sift_span_head(word, letters);
	back = sift_span_from(word, letters);
	if (back.len && push_load(t, word, back, front))
		return;
	if (back.len && sift_path_is_run_word(front) &&
	    sift_path_leading_digits(back) == back.len && back.len <= 9) {
		push(t, SIFT_PATH_WORD, front);
		push_number(t, back);
		return;
	}
	push(t, SIFT_PATH_WORD, word);
}

enum sift_status
sift_path_tokens(struct sift_path_tokens *out, struct sift_span path,
		 struct sift_arena *arena, struct sift_err *err)
{
	struct sift_path_time time;
	size_t at = 0, len;

	/* Each byte may be one; most paths are short. */
	if (path.len > SIFT_PATH_TOKENS_FEW)
		out->items =
			sift_arena_array(arena, path.len, sizeof(*out->items));
	if (!out->items)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a path");
	for (; at < path.len; at += len) {
		len = sift_path_time_at(path, at, &time);
		if (len) {
			push(out, SIFT_PATH_TIME,
			     sift_span_of(path.ptr + at, len));
			if (!out->first_time.date[0])
				out->first_time = time;
		} else if (path.ptr[at] == '/') {
			len = 1;
			push(out, SIFT_PATH_SLASH, sift_span_of("/", 1));
		} else if (sift_path_is_word_byte(path.ptr[at])) {
			len = word_length(path, at);
			push_word(out, sift_span_of(path.ptr + at, len));
		} else {
			for (len = 1;
			     at + len < path.len && path.ptr[at + len] != '/' &&
			     !sift_path_is_word_byte(path.ptr[at + len]);)
				len++;
			push(out, SIFT_PATH_GAP,
			     sift_span_of(path.ptr + at, len));
		}
	}
	return SIFT_OK;
}
