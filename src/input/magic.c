/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/magic.h"

#include <stdint.h>
#include <string.h>

#define TAR_BLOCK 512
#define MIN_CUT_MAGIC 2 /* a single byte says nothing */

struct row {
	enum sift_magic magic;
	unsigned char first_mask; /* for zstd's 16 skippable frames */
	struct sift_span bytes;
};

/* The first two bytes of gzip are no text, and a wrong third one (the method)
   is damage, not another format. bzip2: header, then a block or the end. */
static const struct row rows[] = {
	{SIFT_MAGIC_GZIP, 0xff, SIFT_SPAN_INIT("\x1f\x8b")},
	{SIFT_MAGIC_XZ, 0xff,
	 SIFT_SPAN_INIT("\xfd"
			"7zXZ\0")},
	{SIFT_MAGIC_ZSTD, 0xff, SIFT_SPAN_INIT("\x28\xb5\x2f\xfd")},
	{SIFT_MAGIC_ZSTD, 0xf0, SIFT_SPAN_INIT("\x50\x2a\x4d\x18")},
	{SIFT_MAGIC_ZIP, 0xff, SIFT_SPAN_INIT("PK\3\4")},
	{SIFT_MAGIC_ZIP, 0xff, SIFT_SPAN_INIT("PK\7\10PK\3\4")},
	{SIFT_MAGIC_ZIP, 0xff, SIFT_SPAN_INIT("PK00PK\3\4")},
	{SIFT_MAGIC_EMPTY_ZIP, 0xff, SIFT_SPAN_INIT("PK\5\6")},
	{SIFT_MAGIC_SEVENZIP, 0xff, SIFT_SPAN_INIT("7z\xbc\xaf\x27\x1c")},
};

static const struct {
	const char *word;
	bool is_compression;
	bool is_container;
} kinds[] = {
#define X(name, word, compression, container) {word, compression, container},
	SIFT_MAGIC_LIST(X)
#undef X
};

static bool
begins(struct sift_span head, bool whole, const struct row *row)
{
	size_t len = row->bytes.len;

	if (head.len < len) {
		if (!whole || head.len < MIN_CUT_MAGIC)
			return false;
		len = head.len;
	}
	return ((unsigned char)head.ptr[0] & row->first_mask) ==
		       (unsigned char)row->bytes.ptr[0] &&
	       !memcmp(head.ptr + 1, row->bytes.ptr + 1, len - 1);
}

/* "BZh", a level, then the first bytes of pi or of the square root of pi. */
static bool
begins_bzip2(struct sift_span head, bool whole)
{
	static const char block[] = "\x31\x41\x59\x26\x53\x59";
	static const char end[] = "\x17\x72\x45\x38\x50\x90";
	size_t len = sizeof(block) - 1;

	if (head.len < 4 || memcmp(head.ptr, "BZh", 3) || head.ptr[3] < '1' ||
	    head.ptr[3] > '9')
		return false;
	head = sift_span_from(head, 4);
	if (head.len < len) {
		if (!whole)
			return false;
		len = head.len;
	}
	return !len || !memcmp(head.ptr, block, len) ||
	       !memcmp(head.ptr, end, len);
}

bool
sift_magic_is_tar_end(struct sift_span bytes)
{
	return bytes.len >= (size_t)2 * TAR_BLOCK &&
	       bytes.len % TAR_BLOCK == 0 && !bytes.ptr[0] &&
	       !memcmp(bytes.ptr, bytes.ptr + 1, bytes.len - 1);
}

/* An octal field of a tar header: blanks, digits, then NUL or blank. */
static bool
parse_octal(const char *field, size_t len, unsigned *out)
{
	unsigned value = 0;
	size_t i = 0;
	size_t digits = 0;

	while (i < len && field[i] == ' ')
		i++;
	for (; i < len && field[i] >= '0' && field[i] <= '7'; i++, digits++)
		value = value * 8 + (unsigned)(field[i] - '0');
	*out = value;
	return digits && (i == len || field[i] == '\0' || field[i] == ' ');
}

/* The sum of the bytes, eight at a time; `len` is a multiple of that, and no
   more than a tar block. */
static unsigned
sum_bytes(const char *bytes, size_t len)
{
	const uint64_t even = UINT64_C(0x00FF00FF00FF00FF);
	uint64_t sums = 0; /* four, of 16 bits each */

	for (size_t at = 0; at < len; at += 8) {
		uint64_t eight;

		memcpy(&eight, bytes + at, sizeof(eight));
		sums += (eight & even) + (eight >> 8 & even);
	}
	return (unsigned)((sums & 0xFFFF) + (sums >> 16 & 0xFFFF) +
			  (sums >> 32 & 0xFFFF) + (sums >> 48));
}

/* How many bytes old tars summed as negative ones. */
static unsigned
count_high(const char *bytes, size_t len)
{
	unsigned high = 0;

	for (size_t i = 0; i < len; i++)
		high += (unsigned char)bytes[i] >> 7;
	return high;
}

bool
sift_magic_is_tar_header(const char *bytes)
{
	enum { CHECKSUM_AT = 148, CHECKSUM_LEN = 8 };
	const char *checksum = bytes + CHECKSUM_AT;
	unsigned claimed, sum, high;

	if (!bytes[0] || !parse_octal(checksum, CHECKSUM_LEN, &claimed))
		return false;
	/* itself it counts as blanks */
	sum = sum_bytes(bytes, TAR_BLOCK) - sum_bytes(checksum, CHECKSUM_LEN) +
	      CHECKSUM_LEN * ' ';
	if (sum == claimed)
		return true;
	high = count_high(bytes, TAR_BLOCK) -
	       count_high(checksum, CHECKSUM_LEN);
	return sum - 256 * high == claimed;
}

/* By its magic even if the checksum is wrong: then it is a damaged tar. */
static bool
begins_tar(struct sift_span head)
{
	enum { MAGIC_AT = 257 };
	struct sift_span magic = sift_span_from(head, MAGIC_AT);

	if (sift_span_starts(magic, SIFT_SPAN("ustar\0")) ||
	    sift_span_starts(magic, SIFT_SPAN("ustar ")))
		return true;
	return head.len >= TAR_BLOCK && sift_magic_is_tar_header(head.ptr);
}

enum sift_magic
sift_magic_of(struct sift_span head, bool whole)
{
	size_t i;

	if (!head.len)
		return SIFT_MAGIC_NONE;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (begins(head, whole, &rows[i]))
			return rows[i].magic;
	if (begins_bzip2(head, whole))
		return SIFT_MAGIC_BZIP2;
	if (begins_tar(head))
		return SIFT_MAGIC_TAR;
	/* tar's end-of-archive mark alone; more NULs than a tar writer pads
	   with are a file that lost its content. */
	if (whole && sift_magic_is_tar_end(head))
		return SIFT_MAGIC_EMPTY_TAR;
	return SIFT_MAGIC_NONE;
}

const char *
sift_magic_word(enum sift_magic magic)
{
	return kinds[magic].word;
}

bool
sift_magic_is_compression(enum sift_magic magic)
{
	return kinds[magic].is_compression;
}

bool
sift_magic_is_container(enum sift_magic magic)
{
	return kinds[magic].is_container;
}
