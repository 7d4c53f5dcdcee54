/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Entries are kept sorted by kind; diag.h tells why the outcome does not
 * depend on the order. The proof in short: names only ever leave because
 * enough smaller names are there, smaller names only become more, and the
 * folded entry is a sum and a minimum.
 */

#include <config.h>

#include "base/diag.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/*
 * Copy what fits, cut between characters. The rest is zeroed, here and below,
 * so that equal diags are equal bytes.
 */
static void
put_kind(char *out, size_t size, const char *kind)
{
	struct sift_span text = sift_span_str(kind);

	if (text.len >= size)
		text.len = sift_utf8_whole(sift_span_head(text, size - 1));
	memset(out, 0, size);
	memcpy(out, text.ptr, text.len);
}

/* Copy what fits, escaped, with "…" behind it if that was not all. */
static void
put_sample(char *out, size_t size, const char *sample)
{
	static const char ellipsis[] = "\xE2\x80\xA6";
	struct sift_span text = sift_span_str(sample);
	size_t at = 0, len = 0, fits = 0;

	while (at < text.len) {
		char escaped[SIFT_ESCAPE_MAX];
		size_t n = sift_text_escape_next(text, &at, escaped);

		if (len + n >= size) {
			memset(out + fits, 0, size - fits);
			memcpy(out + fits, ellipsis, sizeof(ellipsis));
			return;
		}
		memcpy(out + len, escaped, n);
		len += n;
		if (len + sizeof(ellipsis) <= size)
			fits = len; /* the ellipsis may still be put here */
	}
	memset(out + len, 0, size - len);
}

static uint64_t
add_up(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Unknown places come after all known ones; the sample settles ties. */
static bool
is_earlier(const struct sift_diag_entry *a, const struct sift_diag_entry *b)
{
	/* 0 - 1 and the like make "unknown" the greatest value. */
	uint64_t a_line = a->line - 1, b_line = b->line - 1;
	uint64_t a_offset = (uint64_t)a->offset, b_offset = (uint64_t)b->offset;

	if (a_line != b_line)
		return a_line < b_line;
	if (a_offset != b_offset)
		return a_offset < b_offset;
	if (!a->sample[0] || !b->sample[0])
		return a->sample[0] && !b->sample[0];
	return strcmp(a->sample, b->sample) < 0;
}

/* Count `from` under the kind of `into`. */
static void
fold(struct sift_diag_entry *into, const struct sift_diag_entry *from)
{
	into->count = add_up(into->count, from->count);
	if (is_earlier(from, into)) {
		into->line = from->line;
		into->offset = from->offset;
		memcpy(into->sample, from->sample, sizeof(into->sample));
	}
}

static bool
is_other(const struct sift_diag_entry *entry)
{
	return strcmp(entry->kind, SIFT_DIAG_OTHER) == 0;
}

/* The number of entries with a name of their own: all but "other kinds". */
static size_t
count_named(const struct sift_diag *diag)
{
	if (diag->count > 0 && is_other(&diag->entries[diag->count - 1]))
		return diag->count - 1;
	return diag->count;
}

static void
insert_at(struct sift_diag *diag, size_t at,
	  const struct sift_diag_entry *entry)
{
	memmove(&diag->entries[at + 1], &diag->entries[at],
		(diag->count - at) * sizeof(*entry));
	diag->entries[at] = *entry;
	diag->count++;
}

/* Fold into "other kinds", making that entry if there is none. */
static void
add_other(struct sift_diag *diag, const struct sift_diag_entry *entry)
{
	struct sift_diag_entry *last;

	if (count_named(diag) == diag->count) {
		if (diag->count < SIFT_DIAG_KINDS) {
			insert_at(diag, diag->count, entry);
			last = &diag->entries[diag->count - 1];
			put_kind(last->kind, sizeof(last->kind),
				 SIFT_DIAG_OTHER);
			return;
		}
		/* All are taken: the greatest name gives way. */
		last = &diag->entries[diag->count - 1];
		put_kind(last->kind, sizeof(last->kind), SIFT_DIAG_OTHER);
	}
	fold(&diag->entries[diag->count - 1], entry);
}

/* The position of a named kind, or where it belongs. */
static size_t
find_kind(const struct sift_diag *diag, const char *kind, bool *out_found)
{
	size_t named = count_named(diag);
	size_t at = 0;
	int order = 1;

	for (; at < named; at++) {
		order = strcmp(kind, diag->entries[at].kind);
		if (order <= 0)
			break;
	}
	*out_found = order == 0;
	return at;
}

static void
add_named(struct sift_diag *diag, const struct sift_diag_entry *entry)
{
	bool found;
	size_t at = find_kind(diag, entry->kind, &found);

	if (found) {
		fold(&diag->entries[at], entry);
	} else if (diag->count < SIFT_DIAG_KINDS) {
		insert_at(diag, at, entry);
	} else if (at == count_named(diag)) {
		/*
		 * The new one is the greatest. If this makes the "other"
		 * entry, the name that was greatest goes there as well.
		 */
		add_other(diag, entry);
	} else {
		/* The greatest name makes room; two, if "other" is made. */
		struct sift_diag_entry last;

		last = diag->entries[count_named(diag) - 1];
		if (count_named(diag) == diag->count) {
			put_kind(diag->entries[diag->count - 1].kind,
				 sizeof(last.kind), SIFT_DIAG_OTHER);
			add_named(diag, entry);
			return;
		}
		fold(&diag->entries[diag->count - 1], &last);
		memmove(&diag->entries[at + 1], &diag->entries[at],
			(count_named(diag) - 1 - at) * sizeof(last));
		diag->entries[at] = *entry;
	}
}

static void
add_entry(struct sift_diag *diag, const struct sift_diag_entry *entry)
{
	diag->total = add_up(diag->total, entry->count);
	if (is_other(entry))
		add_other(diag, entry);
	else
		add_named(diag, entry);
}

void
sift_diag_add(struct sift_diag *diag, const char *kind, uint64_t count,
	      uint64_t line, int64_t offset, const char *sample)
{
	struct sift_diag_entry entry = {.count = count,
					.line = line,
					.offset = offset < 0 ? -1 : offset};

	if (count == 0)
		return;
	put_kind(entry.kind, sizeof(entry.kind), kind);
	if (sample)
		put_sample(entry.sample, sizeof(entry.sample), sample);
	add_entry(diag, &entry);
}

void
sift_diag_merge(struct sift_diag *into, const struct sift_diag *from)
{
	assert(into != from);
	for (size_t i = 0; i < from->count; i++)
		add_entry(into, &from->entries[i]);
}

/* (2, first at line 812: "1,2") */
static void
describe_entry(const struct sift_diag_entry *entry, struct sift_buf *out)
{
	sift_buf_printf(out, "%s (%" PRIu64, entry->kind, entry->count);
	if (entry->line > 0)
		sift_buf_printf(out, ", first at line %" PRIu64, entry->line);
	else if (entry->offset >= 0)
		sift_buf_printf(out, ", first at byte %" PRId64, entry->offset);
	if (entry->sample[0] && (entry->line > 0 || entry->offset >= 0))
		sift_buf_printf(out, ": \"%s\"", entry->sample);
	else if (entry->sample[0])
		sift_buf_printf(out, ", such as \"%s\"", entry->sample);
	sift_buf_add_byte(out, ')');
}

/* Of those not described yet, the most frequent; ties in the order of names */
static size_t
most_frequent(const struct sift_diag *diag, const bool *described)
{
	size_t named = count_named(diag);
	size_t best = named; /* what is not a name comes last */

	for (size_t i = 0; i < named; i++) {
		if (described[i])
			continue;
		if (best == named ||
		    diag->entries[i].count > diag->entries[best].count)
			best = i;
	}
	return best;
}

void
sift_diag_describe(const struct sift_diag *diag, struct sift_buf *out)
{
	bool described[SIFT_DIAG_KINDS] = {false};

	if (diag->count == 0)
		return;
	sift_buf_printf(out, "%" PRIu64 " record%s skipped: ", diag->total,
			diag->total == 1 ? "" : "s");
	for (size_t i = 0; i < diag->count; i++) {
		size_t next = most_frequent(diag, described);

		if (i > 0)
			sift_buf_add_str(out, ", ");
		describe_entry(&diag->entries[next], out);
		described[next] = true;
	}
}
