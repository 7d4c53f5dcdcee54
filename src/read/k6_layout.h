/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_LAYOUT_H
#define SIFT_READ_K6_LAYOUT_H

/*
 * The fast way through k6 points: lines that need no parsing because they are
 * built like one that was parsed.
 *
 * A file's lines differ in four fields and are alike in between:
 *
 *	{"metric":"vus","type":"Point","data":{"time":"…","value":1,"tags":{}}}
 *	           ^ name                       ^ time     ^ value  ^ tags
 *
 * A layout is the order of the fields and the bytes between them, learned
 * from a line that the parser took. A later line is matched when it has those
 * bytes between its fields and
 *
 *	its name	is, up to the quote, the name of a metric met before,
 *			without escapes;
 *	its time	is a time, up to the quote;
 *	its value	is a run of the bytes that numbers are made of;
 *	its tags	are, byte for byte, tags that were parsed before, or are
 *			now.
 *
 * The tokeniser would make the same steps over such a line as over the line
 * that was learned, field by field, so it would find it well formed and find
 * these fields in it: matching gives what parsing would give, on every input,
 * and so nothing that is wrong in a line is overlooked. A line that does not
 * match is parsed, and learned from. Since a line that is matched is known to
 * its last byte, its end need not be looked for, either.
 *
 * The points of a request follow each other, and differ in name and value only:
 * these two fields part a line into three segments, and a segment that is byte
 * for byte that of the line before needs no look at its fields, either. Nor
 * does one of tags that was met before (k6_segments.h), and of a time in the
 * same second only the fraction.
 */

#include "base/instant.h"
#include "base/span.h"
#include "read/k6_intake.h"
#include "read/k6_point.h"
#include "read/k6_segments.h"

#define SIFT_K6_LAYOUTS 4	 /* in use at once: old k6 needs two */
#define SIFT_K6_LAYOUT_BYTES 480 /* between the fields, in all */
#define SIFT_K6_LAYOUT_TIME 40	 /* bytes of a time, with its quote */

enum sift_k6_field {
	SIFT_K6_FIELD_NAME,
	SIFT_K6_FIELD_TIME,
	SIFT_K6_FIELD_VALUE,
	SIFT_K6_FIELD_TAGS, /* may be missing, or null */
	SIFT_K6_FIELD_COUNT
};

struct sift_k6_layout {
	unsigned count;					/* of fields */
	enum sift_k6_field fields[SIFT_K6_FIELD_COUNT]; /* as in the line */
	unsigned varying[2]; /* which of them are name and value */
	/* What stands before field i is text[start[i]] up to start[i + 1]; the
	   last of these ends the line, LF included. */
	unsigned start[SIFT_K6_FIELD_COUNT + 2];
	char text[SIFT_K6_LAYOUT_BYTES];
};

struct sift_k6_layouts {
	struct sift_k6_intake *intake; /* borrowed */
	bool is_near; /* bytes come from a cache: none are asked for ahead */
	size_t max_line_bytes;
	uint64_t max_depth; /* of JSON */
	struct sift_k6_layout known[SIFT_K6_LAYOUTS];
	unsigned count;
	unsigned latest; /* matched or learned last */
	unsigned oldest; /* the one to be forgotten */

	struct sift_k6_seen *before; /* metric of the line before */
	/* the line at hand, or the one before */
	struct sift_k6_seen *metric;
	int64_t time_ns;
	struct sift_k6_tagset *tags;	  /* NULL: it has none */
	struct sift_k6_segments segments; /* of the bytes at hand */
	struct sift_instant_near near;
	size_t time_len; /* of the last time that was read */
};

/* The limits are those of the parser. */
void sift_k6_layouts_init(struct sift_k6_layouts *layouts,
			  struct sift_k6_intake *intake, size_t max_line_bytes,
			  uint64_t max_depth);

/*
 * Give the intake the lines at the start of `bytes` that match, up to the
 * first that does not, or does not end there: it is *out_len bytes behind,
 * *out_lines lines were taken. Returns SIFT_OK or as sift_k6_intake_add().
 */
enum sift_status sift_k6_layouts_take(struct sift_k6_layouts *layouts,
				      struct sift_span bytes, size_t *out_len,
				      uint64_t *out_lines) SIFT_MUST_CHECK;

/* Learn from a line (without its LF) that was parsed as `point`. */
void sift_k6_layouts_learn(struct sift_k6_layouts *layouts,
			   struct sift_span line,
			   const struct sift_k6_point *point);

#endif /* SIFT_READ_K6_LAYOUT_H */
