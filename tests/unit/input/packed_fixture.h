/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_INPUT_PACKED_FIXTURE_H
#define SIFT_TEST_INPUT_PACKED_FIXTURE_H

/* Four ways to pack, and unpacking by a source as what it came to. */

#include "base/buf.h"
#include "input/source_impl.h"

struct packed_kind {
	const char *name;
	enum sift_magic magic;
	/* Append `text` as one member. */
	void (*pack)(struct sift_buf *out, struct sift_span text);
	unsigned free_bits; /* at most, that change nothing: time, padding */
	unsigned unsure;    /* bytes that may be missing before damage */
};
#define PACKED_KINDS 4
#define PACKED_XZ 1 /* index */
extern const struct packed_kind packed_kinds[PACKED_KINDS];

/* What `packed` holds, which goes in by `block` bytes (0 = all); `blocks` as in
   sift_source_open_packed(). *out_inner is to be freed after it. */
struct sift_source *open_packed(enum sift_magic magic, struct sift_span packed,
				size_t block, unsigned blocks,
				struct sift_source **out_inner);

struct unpacked {
	struct sift_buf text; /* to be released */
	enum sift_status rc;
	struct sift_err err;
};

/* Read `packed` to its end, which goes in by `block` bytes (0 = all). */
void unpack(struct unpacked *out, enum sift_magic magic,
	    struct sift_span packed, size_t block);

#endif /* SIFT_TEST_INPUT_PACKED_FIXTURE_H */
