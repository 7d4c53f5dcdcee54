/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_JSON_ITEMS_H
#define SIFT_READ_JSON_ITEMS_H

/*
 * The objects in a JSON array, one at a time, from a stream: a document of any
 * size never is in memory as a whole, and of one that breaks off the items
 * before the break can be had.
 *
 * The array may stand behind other text, as where a program's output was
 * redirected: it begins with the first `[` at the start of a line after which
 * comes `{` or `]`. What follows it is not looked at.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "input/source.h"

struct sift_json_items {
	struct sift_source *src; /* borrowed */
	struct sift_buf item;
	struct sift_span block; /* what is left of the source's */
	uint64_t line;		/* of the next byte, 1-based */
	uint64_t offset;
	bool is_open;	   /* `[` was met */
	bool expects_item; /* after a comma */
	/* of the item returned last */
	uint64_t item_line;
	uint64_t item_offset;
};

/* An item has at most `max_bytes`. */
void sift_json_items_init(struct sift_json_items *items,
			  struct sift_source *src, size_t max_bytes);
void sift_json_items_release(struct sift_json_items *items);

/*
 * The text of the next object: its braces match, nothing else is known of it.
 * *out is borrowed until the next call.
 *
 * Returns SIFT_OK; SIFT_END after the last; SIFT_E_FORMAT, with line and byte,
 * where the document breaks off or goes on with something else; SIFT_E_LIMIT
 * for an item that is too long; SIFT_E_NOMEM; a failure of the source.
 */
enum sift_status sift_json_items_next(struct sift_json_items *items,
				      struct sift_span *out,
				      struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_JSON_ITEMS_H */
