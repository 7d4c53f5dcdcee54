/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_GROUP_PATH_WORDS_H
#define SIFT_GROUP_PATH_WORDS_H

/*
 * A path as words, numbers, timestamps, load tokens and what stands between
 * them; and the lists of words that mean something there.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "group/path_name.h"
#include "group/path_time.h"

enum sift_path_token_kind {
	SIFT_PATH_GAP,	  /* separators, but for '/' */
	SIFT_PATH_WORD,	  /* letters, or letters and digits, or 1.4 */
	SIFT_PATH_NUMBER, /* digits alone */
	SIFT_PATH_TIME,
	SIFT_PATH_LOAD, /* 100rps in one piece */
	SIFT_PATH_SLASH
};

struct sift_path_token {
	enum sift_path_token_kind kind;
	bool taken; /* belongs to timestamp, load or number: not scenario */
	struct sift_span text;
	double value; /* NUMBER, LOAD */
	enum sift_load_unit unit;
};

/* Room for the tokens of nearly all paths. */
#define SIFT_PATH_TOKENS_FEW 64

struct sift_path_tokens {
	struct sift_path_token *items; /* room for FEW, from the caller */
	size_t count;
	struct sift_path_time first_time; /* date "" = none */
};

/*
 * Cut `path` up; spans point into it. A run word and its number in one piece
 * (run3) are two tokens; other letters with digits (k6v2, smoke2) are a word.
 * Where more room is needed than out->items has, it is of the arena.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_path_tokens(struct sift_path_tokens *out,
				  struct sift_span path,
				  struct sift_arena *arena,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* run, r, try, rep, repeat, attempt */
bool sift_path_is_run_word(struct sift_span word);
/* version, pr, phase, node, …: the number behind it tells things apart. */
bool sift_path_is_other_word(struct sift_span word);
/* rps, vus, users, …; SIFT_LOAD_NONE for other words. */
enum sift_load_unit sift_path_load_word(struct sift_span word);

/* The number at the start of a word: its length, 0 = none. */
size_t sift_path_leading_digits(struct sift_span word);

static inline bool
sift_path_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of words: letters, digits, UTF-8. */
static inline bool
sift_path_is_word_byte(char c)
{
	return sift_path_is_digit(c) || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

#endif /* SIFT_GROUP_PATH_WORDS_H */
