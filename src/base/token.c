/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/token.h"

#include <stdbool.h>

#define UUID_BYTES 36
#define HASH_BYTES 8
#define TOKEN_BYTES 20

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

size_t
sift_token_uuid(struct sift_span text)
{
	if (text.len < UUID_BYTES)
		return 0;
	for (size_t i = 0; i < UUID_BYTES; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text.ptr[i] != '-' : !is_hex(text.ptr[i]))
			return 0;
	}
	return UUID_BYTES;
}

struct sift_span
sift_token_placeholder(struct sift_span word)
{
	size_t digits = 0, letters = 0, hex = 0, marks = 0;

	if (word.len == UUID_BYTES && sift_token_uuid(word))
		return SIFT_SPAN("{uuid}");
	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];

		digits += is_digit(c);
		letters += is_letter(c);
		hex += is_hex(c);
		marks += c == '-' || c == '_';
	}
	if (word.len && digits == word.len)
		return SIFT_SPAN("{n}");
	if (word.len >= HASH_BYTES && hex == word.len && digits && letters)
		return SIFT_SPAN("{hash}");
	if (digits + letters >= TOKEN_BYTES && digits >= 2 && letters >= 2 &&
	    digits + letters + marks == word.len)
		return SIFT_SPAN("{token}");
	return (struct sift_span){0};
}
