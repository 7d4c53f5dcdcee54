/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/clocale.h"
#include "packed_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- what stands around members ---- */

#define MEMBER "\001" /* is packed "ab" here */
#define EMPTY "\002"  /* is packed "" */
#define BEGUN "\003"  /* is the first byte of a member */

/* clang-format off */
static const struct {
	const char *name;
	struct sift_span stream; /* with the above for what they stand for */
	const char *text;
	const char *failure; /* %s = the compression; NULL = none */
	const char *xz;      /* its own, if it differs; "" = none */
} streams[] = {
	{"nothing", SIFT_SPAN_INIT(""), "", "truncated %s data", NULL},
	{"one", SIFT_SPAN_INIT(MEMBER), "ab", NULL, NULL},
	{"empty", SIFT_SPAN_INIT(EMPTY), "", NULL, NULL},
	{"many", SIFT_SPAN_INIT(MEMBER EMPTY MEMBER EMPTY EMPTY), "abab", NULL,
	 NULL},
	{"a NUL of padding", SIFT_SPAN_INIT(MEMBER "\0"), "ab", NULL, NULL},
	{"padding", SIFT_SPAN_INIT(MEMBER MEMBER "\0\0\0\0\0\0\0\0\0"), "abab",
	 NULL, NULL},
	{"junk", SIFT_SPAN_INIT(MEMBER MEMBER "hello\n"), "abab",
	 "6 bytes of junk after the %s data", NULL},
	{"junk after nothing", SIFT_SPAN_INIT(EMPTY "hello\n"), "",
	 "6 bytes of junk after the %s data", NULL},
	{"junk after padding", SIFT_SPAN_INIT(MEMBER "\0\0\0hello"), "ab",
	 "5 bytes of junk after the %s data", NULL},
	{"a member after padding", SIFT_SPAN_INIT(MEMBER "\0\0\0\0" BEGUN "!!"),
	 "ab", "3 bytes of junk after the %s data", "truncated xz data"},
	{"members around padding", SIFT_SPAN_INIT(EMPTY "\0\0\0\0" EMPTY), "",
	 "%u bytes of junk after the %s data", ""},
	{"half a magic", SIFT_SPAN_INIT(MEMBER BEGUN), "ab",
	 "truncated %s data", NULL},
	{"junk like a magic",
	 SIFT_SPAN_INIT(MEMBER BEGUN "ut this is no member"), "ab",
	 "damaged %s data", NULL},
};
/* clang-format on */

static void
make_stream(struct sift_buf *out, int kind, struct sift_span stream)
{
	struct sift_buf packed;
	size_t i;

	sift_buf_init(out, 0);
	for (i = 0; i < stream.len; i++) {
		sift_buf_init(&packed, 0);
		if (stream.ptr[i] == *MEMBER)
			packed_kinds[kind].pack(&packed, SIFT_SPAN("ab"));
		else
			packed_kinds[kind].pack(&packed, SIFT_SPAN(""));
		if (stream.ptr[i] == *BEGUN)
			packed.len = 1;
		if (stream.ptr[i] == *MEMBER || stream.ptr[i] == *EMPTY ||
		    stream.ptr[i] == *BEGUN)
			sift_buf_add_span(out, sift_buf_span(&packed));
		else
			sift_buf_add_byte(out, stream.ptr[i]);
		sift_buf_release(&packed);
	}
}

static void
expected_failure(char *out, size_t size, int kind, size_t row)
{
	const char *words = streams[row].failure;
	struct sift_buf empty;

	if (kind == PACKED_XZ && streams[row].xz)
		words = streams[row].xz;
	make_stream(&empty, kind, SIFT_SPAN(EMPTY));
	*out = '\0';
	if (words && !strncmp(words, "%u", 2))
		sift_snprintf(out, size, "%zu bytes of junk after the %s data",
			      empty.len, packed_kinds[kind].name);
	else if (words && strstr(words, "junk"))
		sift_snprintf(out, size, "%c bytes of junk after the %s data",
			      *words, packed_kinds[kind].name);
	else if (words && *words)
		sift_snprintf(out, size, "%.*s %s data",
			      (int)strcspn(words, " "), words,
			      packed_kinds[kind].name);
	sift_buf_release(&empty);
}

START_TEST(what_follows_a_member_is_judged)
{
	struct sift_buf packed;
	struct unpacked got;
	char words[80];
	size_t block;
	int kind;

	for (kind = 0; kind < PACKED_KINDS; kind++) {
		make_stream(&packed, kind, streams[_i].stream);
		expected_failure(words, sizeof(words), kind, (size_t)_i);
		for (block = 0; block <= packed.len; block++) {
			unpack(&got, packed_kinds[kind].magic,
			       sift_buf_span(&packed), block);
			ck_assert_msg(!strcmp(got.err.what, words),
				      "%s: %s: %s", packed_kinds[kind].name,
				      streams[_i].name, got.err.what);
			ck_assert_int_eq(got.rc,
					 *words ? SIFT_E_FORMAT : SIFT_OK);
			ck_assert_str_eq(got.text.ptr ? got.text.ptr : "",
					 streams[_i].text);
			sift_buf_release(&got.text);
		}
		sift_buf_release(&packed);
	}
}
END_TEST

/* ---- headers with all there may be ---- */

/* clang-format off */
static const struct {
	const char *name;
	enum sift_magic magic;
	struct sift_span packed;
	const char *text;
	const char *failure; /* NULL = none */
	enum sift_status rc;
} headers[] = {
	{"gzip with extra field, name, comment and sum of the header",
	 SIFT_MAGIC_GZIP, SIFT_SPAN_INIT(
		"\x1f\x8b\x08\x1f\0\0\0\0\0\x03" "\x03\0abc" "name\0"
		"comment\0" "\x07\xef" "\xab\0\0" "\0\0\0\0\0\0\0\0"),
	 "", "damaged gzip data: wrong checksum or length", SIFT_E_FORMAT},
	{"gzip of another method", SIFT_MAGIC_GZIP, SIFT_SPAN_INIT(
		"\x1f\x8b\x07\0\0\0\0\0\0\x03" "\x03\0" "\0\0\0\0\0\0\0\0"),
	 "", "damaged gzip data", SIFT_E_FORMAT},
	{"zstd: a frame to skip, and one of text", SIFT_MAGIC_ZSTD,
	 SIFT_SPAN_INIT("\x50\x2a\x4d\x18\x03\0\0\0abc"
			"\x28\xb5\x2f\xfd\x20\x02\x11\0\0ab"),
	 "ab", NULL, SIFT_OK},
	{"zstd: text around a frame to skip", SIFT_MAGIC_ZSTD,
	 SIFT_SPAN_INIT("\x28\xb5\x2f\xfd\x20\x02\x11\0\0ab"
			"\x5f\x2a\x4d\x18\0\0\0\0"
			"\x28\xb5\x2f\xfd\x20\x02\x11\0\0cd"),
	 "abcd", NULL, SIFT_OK},
	{"zstd: a frame to skip that is cut", SIFT_MAGIC_ZSTD,
	 SIFT_SPAN_INIT("\x28\xb5\x2f\xfd\x20\x02\x11\0\0ab"
			"\x53\x2a\x4d\x18\x04\0\0\0abc"),
	 "ab", "truncated zstd data", SIFT_E_FORMAT},
	{"zstd: a window of 128 MiB", SIFT_MAGIC_ZSTD,
	 SIFT_SPAN_INIT("\x28\xb5\x2f\xfd\0\x88\x11\0\0ab"),
	 "ab", NULL, SIFT_OK},
	{"zstd: a window of 256 MiB", SIFT_MAGIC_ZSTD,
	 SIFT_SPAN_INIT("\x28\xb5\x2f\xfd\0\x90\x11\0\0ab"),
	 "", "zstd data need a window of more than 128 MiB", SIFT_E_LIMIT},
	{"zstd: a dictionary", SIFT_MAGIC_ZSTD,
	 SIFT_SPAN_INIT("\x28\xb5\x2f\xfd\x01\x50\x07\x11\0\0ab"),
	 "", "zstd data need a dictionary", SIFT_E_FORMAT},
	{"zstd: a block of no type", SIFT_MAGIC_ZSTD,
	 SIFT_SPAN_INIT("\x28\xb5\x2f\xfd\0\x50\x10\0\0ab\x17\0\0cd"),
	 "ab", "damaged zstd data", SIFT_E_FORMAT},
	{"zstd: more text than the frame claims", SIFT_MAGIC_ZSTD,
	 SIFT_SPAN_INIT("\x28\xb5\x2f\xfd\x20\x02\x10\0\0ab\x11\0\0cd"),
	 "ab", "damaged zstd data", SIFT_E_FORMAT},
};
/* clang-format on */

START_TEST(headers_are_read_or_refused)
{
	struct unpacked got;
	size_t block;

	for (block = 0; block < headers[_i].packed.len; block++) {
		unpack(&got, headers[_i].magic, headers[_i].packed, block);
		ck_assert_msg(got.rc == headers[_i].rc, "%s: %s",
			      headers[_i].name, got.err.what);
		ck_assert_str_eq(got.err.what, headers[_i].failure
						       ? headers[_i].failure
						       : "");
		ck_assert_str_eq(got.text.ptr ? got.text.ptr : "",
				 headers[_i].text);
		sift_buf_release(&got.text);
	}
}
END_TEST

/* A header with everything in it, as zlib writes it. */
START_TEST(a_long_gzip_header_may_be_cut_anywhere)
{
	gz_header header = {.extra = (Bytef *)"extra field",
			    .extra_len = 11,
			    .name = (Bytef *)"points.json",
			    .comment = (Bytef *)"a comment",
			    .hcrc = 1};
	unsigned char packed[200];
	z_stream z = {.next_in = (z_const Bytef *)"abab",
		      .avail_in = 4,
		      .next_out = packed,
		      .avail_out = sizeof(packed)};
	struct unpacked got;
	size_t block;

	ck_assert_int_eq(
		deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
		Z_OK);
	ck_assert_int_eq(deflateSetHeader(&z, &header), Z_OK);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	for (block = 0; block <= z.total_out; block++) {
		unpack(&got, SIFT_MAGIC_GZIP,
		       sift_span_of((char *)packed, z.total_out), block);
		ck_assert_str_eq(got.err.what, "");
		ck_assert_str_eq(got.text.ptr, "abab");
		sift_buf_release(&got.text);
	}
	packed[20] ^= 1; /* in the extra field, which the CRC covers */
	unpack(&got, SIFT_MAGIC_GZIP, sift_span_of((char *)packed, z.total_out),
	       0);
	ck_assert_str_eq(got.err.what,
			 "damaged gzip data: wrong checksum or length");
	ck_assert_uint_eq(got.text.len, 0);
	sift_buf_release(&got.text);
	deflateEnd(&z);
}
END_TEST

START_TEST(xz_of_a_large_window_is_a_limit)
{
	enum { HEADER_AT = 12, ID_AT = 4, WINDOW_AT = 6, SUM_AT = 8 };
	struct sift_buf packed;
	struct unpacked got;
	unsigned char *header;
	uint32_t sum;
	int bits;

	for (bits = 30; bits <= 32; bits += 2) {
		sift_buf_init(&packed, 0);
		packed_kinds[PACKED_XZ].pack(&packed, SIFT_SPAN("ab"));
		header = (unsigned char *)packed.ptr + HEADER_AT;
		ck_assert_uint_eq(header[ID_AT], 0x21); /* LZMA2 */
		header[WINDOW_AT] = (unsigned char)bits;
		sum = lzma_crc32(header, SUM_AT, 0);
		for (int i = 0; i < 4; i++)
			header[SUM_AT + i] = (unsigned char)(sum >> 8 * i);
		unpack(&got, SIFT_MAGIC_XZ, sift_buf_span(&packed), 0);
		ck_assert_str_eq(got.err.what,
				 bits == 30 ? ""
					    : "xz data need a window of more "
					      "than 128 MiB");
		ck_assert_int_eq(got.rc, bits == 30 ? SIFT_OK : SIFT_E_LIMIT);
		sift_buf_release(&got.text);
		sift_buf_release(&packed);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("source_members");
	TCase *tcase = tcase_create("source_members");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, what_follows_a_member_is_judged, 0,
			    (int)COUNT(streams));
	tcase_add_loop_test(tcase, headers_are_read_or_refused, 0,
			    (int)COUNT(headers));
	tcase_add_test(tcase, a_long_gzip_header_may_be_cut_anywhere);
	tcase_add_test(tcase, xz_of_a_large_window_is_a_limit);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
