/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/tar_plain.h"

#include <string.h>

#include "input/magic.h"

/* Where fields begin; POSIX pax(1), "ustar Interchange Format". */
enum {
	SIZE_AT = 124,
	SUM_AT = 148,
	TYPE_AT = 156,
	LINK_AT = 157,
	MAGIC_AT = 257,
	PREFIX_AT = 345 /* GNU has other things there */
};

#define SIZE_DIGITS 11
#define SUM_LEN 8

/* Eleven octal digits, the first of which is 0. */
static bool
parse_size(const char *field, uint64_t *out)
{
	uint64_t size = 0;

	for (size_t i = 0; i < SIZE_DIGITS; i++) {
		if (field[i] < '0' || field[i] > '7')
			return false;
		size = size * 8 + (uint64_t)(field[i] - '0');
	}
	*out = size;
	return field[0] == '0' &&
	       (field[SIZE_DIGITS] == '\0' || field[SIZE_DIGITS] == ' ');
}

static void
put_octal(char *at, size_t digits, uint64_t value)
{
	for (; digits; digits--, value /= 8)
		at[digits - 1] = (char)('0' + value % 8);
}

/* A folder has no data; a file whose name ends so is one, of before POSIX. */
static bool
is_file_or_folder(const char *header, struct sift_tar_member *out)
{
	size_t len = strnlen(header, SIFT_TAR_NAME);

	out->is_folder = header[TYPE_AT] == '5';
	if (!len || !parse_size(header + SIZE_AT, &out->size))
		return false;
	return out->is_folder
		       ? !out->size
		       : header[TYPE_AT] == '0' && header[len - 1] != '/';
}

bool
sift_tar_is_plain(const char header[SIFT_TAR_BLOCK],
		  struct sift_tar_member *out)
{
	static const char unused[SIFT_TAR_BLOCK - PREFIX_AT];
	const char *magic = header + MAGIC_AT;

	return is_file_or_folder(header, out) && !header[LINK_AT] &&
	       (!memcmp(magic,
			"ustar\0"
			"00",
			8) ||
		!memcmp(magic, "ustar  ", 8)) &&
	       !memcmp(header + PREFIX_AT, unused, sizeof(unused)) &&
	       sift_magic_is_tar_header(header);
}

void
sift_tar_resize(char header[SIFT_TAR_BLOCK], uint64_t size)
{
	uint64_t sum = 0;

	put_octal(header + SIZE_AT, SIZE_DIGITS, size);
	memset(header + SUM_AT, ' ', SUM_LEN);
	for (size_t i = 0; i < SIFT_TAR_BLOCK; i++)
		sum += (unsigned char)header[i];
	put_octal(header + SUM_AT, SUM_LEN - 2, sum);
	header[SUM_AT + SUM_LEN - 2] = '\0';
}
