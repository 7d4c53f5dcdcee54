/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_INPUT_INPUT_FIXTURE_H
#define SIFT_TEST_INPUT_INPUT_FIXTURE_H

/*
 * What the tests of input/ share: made files, and the visit of one as text.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "input/unpack.h"

/* Append `text` as one gzip member to `out`. */
void fixture_gzip(struct sift_buf *out, struct sift_span text);

/* Append `len` pseudo-random bytes, the same ones for the same seed. */
void fixture_noise(struct sift_buf *out, size_t len, unsigned seed);

/* A member to pack. */
struct fixture_member {
	const char *path;
	struct sift_span content;
	char kind; /* NUL = file, / = folder, @ = symbolic link to "x",
		      = = hard link to "x", p = FIFO, s = sparse file with
		      4 bytes at 50000 */
};

/* The packings that tests go through, and one more. */
struct fixture_form {
	const char *name;
	int format;	  /* ARCHIVE_FORMAT_… of libarchive */
	int filter;	  /* ARCHIVE_FILTER_… */
	bool is_summed;	  /* do checksums cover all content? */
	size_t magic_len; /* bytes without which it is something else */
};
extern const struct fixture_form fixture_forms[];
#define FIXTURE_FORMS 9

/* Append the members packed as `form` to `out`, which is set up. */
void fixture_pack(struct sift_buf *out, const struct fixture_form *form,
		  const struct fixture_member *members, size_t count);

/* The form of that name. */
const struct fixture_form *fixture_form_of(const char *name);

/*
 * A file with these bytes and no name, at its beginning; to be closed. The
 * next call takes its bytes away.
 */
int fixture_fd(struct sift_span bytes);

/* The same as a pipe; `bytes` must fit into its buffer, or a child writes. */
int fixture_pipe(struct sift_span bytes);

/*
 * What visiting the file gave, a line each, in the order of events:
 *
 *	+ NAME PATH LENGTH HASH [what failed after those bytes]
 *	- NAME PATH reason          passed over
 *	! NAME PATH reason          damage
 *
 * then "= what" if sift_unpack() failed. Names begin with "in", as do paths.
 */
void fixture_visit(int fd, const struct sift_limits *limits,
		   struct sift_buf *log);
void fixture_visit_bytes(struct sift_span bytes, struct sift_buf *log);

/* The same without LENGTH and HASH. */
void fixture_visit_words(struct sift_span bytes,
			 const struct sift_limits *limits,
			 struct sift_buf *log);

/* How fixture_visit() shows a sound source, as a line. */
void fixture_expect(struct sift_buf *log, const char *name, const char *path,
		    struct sift_span content);

/* Fail unless both hold the same text; releases both. */
void fixture_same(struct sift_buf *got, struct sift_buf *want);

/* Three small files, a.csv to c.csv, each less than a block of tar. */
#define FIXTURE_SMALL 3
extern const struct fixture_member fixture_small[FIXTURE_SMALL];

/* A visit of one packing of `members` must read, in words, as `want`. */
void fixture_check_packed(const char *form,
			  const struct fixture_member *members, size_t count,
			  const struct sift_limits *limits, const char *want);

/* Put what is in `inner` as the first of two members into another packing. */
void fixture_nest(struct sift_buf *inner, const char *form, const char *path);

#endif /* SIFT_TEST_INPUT_INPUT_FIXTURE_H */
