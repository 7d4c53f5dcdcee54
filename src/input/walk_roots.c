/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/walk_roots.h"

#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "input/unpack.h"

/*
 * Method: sort the roots by last component, then by folder read from its end.
 * Neighbours that share the component and not the folder need one parent more
 * than their folders have in common at the end; in this order no other pair
 * needs more. Roots in one folder then take the largest number among them,
 * so that sources of one run given file by file stay together.
 */

/* Without slashes at the end, but for "/" itself. */
static struct sift_span
trimmed(struct sift_span path)
{
	while (path.len > 1 && path.ptr[path.len - 1] == '/')
		path.len--;
	return path;
}

/* Where the last component begins. */
static size_t
last_component(struct sift_span path)
{
	size_t at = path.len;

	while (at && path.ptr[at - 1] != '/')
		at--;
	return at;
}

static bool
has_no_name(struct sift_span path)
{
	struct sift_span last = sift_span_from(path, last_component(path));

	return !last.len || sift_span_equal(last, SIFT_SPAN(".")) ||
	       sift_span_equal(last, SIFT_SPAN(".."));
}

/*
 * Split into folder and last component. What has no name of its own (".")
 * or stands in the current folder is asked of the file system; if that does
 * not know, the text is all there is.
 */
static enum sift_status
split(struct sift_walk_root *root, struct sift_arena *arena, char *absolute,
      struct sift_err *err)
{
	struct sift_span path = trimmed(sift_span_str(root->given));
	struct sift_span last;
	char *text;

	if (has_no_name(path) && realpath(root->given, absolute))
		path = sift_span_str(absolute);
	last = sift_span_from(path, last_component(path));
	path = trimmed(sift_span_head(path, path.len - last.len));
	if (!root->is_folder) {
		text = sift_arena_span(arena, last);
		if (!text)
			goto nomem;
		last = sift_span_head(sift_span_str(text),
				      sift_archive_stem_len(text));
	}
	root->last = sift_arena_span(arena, last);
	text = sift_arena_span(arena, path.len ? path : SIFT_SPAN("."));
	if (!root->last || !text)
		goto nomem;
	root->folder = text;
	if (realpath(text, absolute))
		root->folder = sift_arena_str(arena, absolute);
	if (root->folder)
		return SIFT_OK;
nomem:
	return sift_fail(err, SIFT_E_NOMEM, "no memory for a path");
}

/* The last component of *folder, which loses it; "" when nothing is left. */
static struct sift_span
pop(struct sift_span *folder)
{
	struct sift_span last;

	while (folder->len && folder->ptr[folder->len - 1] == '/')
		folder->len--;
	last = sift_span_from(*folder, last_component(*folder));
	folder->len -= last.len;
	return last;
}

/* Bytewise by component from the end; *out_common counts the equal ones. */
static int
compare_folders(const char *a, const char *b, size_t *out_common)
{
	struct sift_span rest_a = sift_span_str(a);
	struct sift_span rest_b = sift_span_str(b);
	struct sift_span part_a;
	struct sift_span part_b;

	*out_common = 0;
	for (;;) {
		part_a = pop(&rest_a);
		part_b = pop(&rest_b);
		if (!sift_span_equal(part_a, part_b))
			return sift_span_compare(part_a, part_b);
		if (!part_a.len)
			return 0;
		++*out_common;
	}
}

static int
by_name(const void *a, const void *b)
{
	const struct sift_walk_root *const *x = a;
	const struct sift_walk_root *const *y = b;
	int order = strcmp((*x)->last, (*y)->last);
	size_t common;

	return order ? order
		     : compare_folders((*x)->folder, (*y)->folder, &common);
}

static int
by_folder(const void *a, const void *b)
{
	const struct sift_walk_root *const *x = a;
	const struct sift_walk_root *const *y = b;

	return strcmp((*x)->folder, (*y)->folder);
}

static void
raise_to(size_t *value, size_t least)
{
	if (*value < least)
		*value = least;
}

/* Give all roots of a run of equals (by `compare`) the run's maximum. */
static void
share_maximum(struct sift_walk_root **sorted, size_t count,
	      int (*compare)(const void *, const void *))
{
	size_t i;

	for (i = 1; i < count; i++)
		if (!compare(&sorted[i - 1], &sorted[i]))
			raise_to(&sorted[i]->parents, sorted[i - 1]->parents);
	for (i = count; i-- > 1;)
		if (!compare(&sorted[i - 1], &sorted[i]))
			raise_to(&sorted[i - 1]->parents, sorted[i]->parents);
}

static int
by_last(const void *a, const void *b)
{
	const struct sift_walk_root *const *x = a;
	const struct sift_walk_root *const *y = b;

	return strcmp((*x)->last, (*y)->last);
}

static void
count_parents(struct sift_walk_root **sorted, size_t count)
{
	size_t common;
	size_t i;

	qsort(sorted, count, sizeof(struct sift_walk_root *), by_name);
	for (i = 1; i < count; i++) {
		if (by_last(&sorted[i - 1], &sorted[i]) ||
		    !compare_folders(sorted[i - 1]->folder, sorted[i]->folder,
				     &common))
			continue;
		raise_to(&sorted[i - 1]->parents, common + 1);
		raise_to(&sorted[i]->parents, common + 1);
	}
	share_maximum(sorted, count, by_last);
	qsort(sorted, count, sizeof(struct sift_walk_root *), by_folder);
	share_maximum(sorted, count, by_folder);
}

static enum sift_status
put_label(struct sift_walk_root *root, struct sift_arena *arena,
	  struct sift_err *err)
{
	struct sift_span folder = sift_span_str(root->folder);
	struct sift_span rest = folder;
	struct sift_span part = {NULL, 0};
	size_t n;

	root->label = root->last;
	for (n = root->parents; n; n--) {
		struct sift_span above = pop(&rest);

		if (!above.len)
			break;
		part = above;
	}
	if (part.len)
		root->label = sift_arena_printf(
			arena, "%.*s/%s",
			(int)(folder.len - (size_t)(part.ptr - folder.ptr)),
			part.ptr, root->last);
	if (!root->label)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a path");
	return SIFT_OK;
}

enum sift_status
sift_walk_label_roots(struct sift_walk_root *roots, size_t count,
		      struct sift_arena *arena, struct sift_err *err)
{
	struct sift_walk_root **sorted =
		sift_calloc(count + 1, sizeof(*sorted));
	char *absolute = sift_malloc(PATH_MAX);
	enum sift_status rc = SIFT_OK;
	size_t i;

	if (!sorted || !absolute)
		rc = sift_fail(err, SIFT_E_NOMEM, "no memory for paths");
	for (i = 0; i < count && !rc; i++) {
		sorted[i] = &roots[i];
		roots[i].parents = 0;
		rc = split(&roots[i], arena, absolute, err);
	}
	if (!rc)
		count_parents(sorted, count);
	for (i = 0; i < count && !rc; i++)
		rc = put_label(&roots[i], arena, err);
	sift_free(sorted);
	sift_free(absolute);
	return rc;
}
