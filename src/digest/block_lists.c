/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The lists of a block that hold little but texts: checks, thresholds,
 * failures, notes; and the table of all six.
 */

#include <config.h>

#include "digest/block_build.h"

#include <string.h>

int
sift_compare_texts(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return a == b ? 0 : strcmp(a, b);
}

bool
sift_copy_text(const char **text, struct sift_arena *arena)
{
	const char *copy;

	if (!*text)
		return true;
	copy = sift_arena_str(arena, *text);
	if (!copy)
		return false;
	*text = copy;
	return true;
}

static const char *
null_if_empty(const char *text)
{
	return *text ? text : NULL;
}

/* The part of a key after this one. */
static const char *
after(const char *part)
{
	return part + strlen(part) + 1;
}

static void
release_nothing(void *item)
{
	(void)item;
}

static void
finish_nothing(void *item, bool but_samples)
{
	(void)item, (void)but_samples;
}

/* ---- checks ---- */

static void
check_add_key(const void *item, struct sift_buf *out)
{
	const struct sift_check *check = item;

	sift_key_begin(out, 0);
	sift_key_add(out, sift_span_str(check->name));
}

static void
check_init(void *item, const char *key)
{
	struct sift_check *check = item;

	check->name = key + 1;
}

static enum sift_status
check_absorb(struct sift_block *block, void *into_item, const void *from_item,
	     bool other, struct sift_err *err)
{
	struct sift_check *into = into_item;
	const struct sift_check *from = from_item;

	(void)block, (void)other, (void)err;
	into->passes = sift_add_count(into->passes, (uint64_t)from->passes);
	into->fails = sift_add_count(into->fails, (uint64_t)from->fails);
	return SIFT_OK;
}

static enum sift_status
check_copy(void *item, struct sift_arena *arena)
{
	struct sift_check *check = item;

	return sift_copy_text(&check->name, arena) ? SIFT_OK : SIFT_E_NOMEM;
}

static int
check_compare(const void *left, const void *right)
{
	const struct sift_check *a = left;
	const struct sift_check *b = right;

	return strcmp(a->name, b->name);
}

static const struct sift_list_ops check_ops = {
	.array_at = offsetof(struct sift_block, checks),
	.count_at = offsetof(struct sift_block, check_count),
	.item_size = sizeof(struct sift_check),
	.max = SIFT_BLOCK_CHECKS,
	.other = SIFT_SPAN_INIT(SIFT_OTHER "\0"),
	.add_key = check_add_key,
	.init = check_init,
	.absorb = check_absorb,
	.release = release_nothing,
	.copy_texts = check_copy,
	.finish = finish_nothing,
	.compare = check_compare,
};

/* ---- thresholds ---- */

static void
threshold_add_key(const void *item, struct sift_buf *out)
{
	const struct sift_threshold *threshold = item;

	sift_key_begin(out, 0);
	sift_key_add(out, sift_span_str(threshold->metric));
	sift_key_add(out, sift_span_str(threshold->expression));
}

static void
threshold_init(void *item, const char *key)
{
	struct sift_threshold *threshold = item;

	threshold->metric = key + 1;
	threshold->expression = after(key + 1);
	threshold->passed = -1;
}

/* One failure decides; a definition alone says least. */
static enum sift_status
threshold_absorb(struct sift_block *block, void *into_item,
		 const void *from_item, bool other, struct sift_err *err)
{
	struct sift_threshold *into = into_item;
	const struct sift_threshold *from = from_item;

	(void)block, (void)other, (void)err;
	if (into->passed == 0 || from->passed == 0)
		into->passed = 0;
	else if (from->passed == 1)
		into->passed = 1;
	return SIFT_OK;
}

static enum sift_status
threshold_copy(void *item, struct sift_arena *arena)
{
	struct sift_threshold *threshold = item;

	if (!sift_copy_text(&threshold->metric, arena) ||
	    !sift_copy_text(&threshold->expression, arena))
		return SIFT_E_NOMEM;
	return SIFT_OK;
}

static int
threshold_compare(const void *left, const void *right)
{
	const struct sift_threshold *a = left;
	const struct sift_threshold *b = right;
	int order = strcmp(a->metric, b->metric);

	return order ? order : strcmp(a->expression, b->expression);
}

static const struct sift_list_ops threshold_ops = {
	.array_at = offsetof(struct sift_block, thresholds),
	.count_at = offsetof(struct sift_block, threshold_count),
	.item_size = sizeof(struct sift_threshold),
	.max = SIFT_BLOCK_THRESHOLDS,
	.other = SIFT_SPAN_INIT(SIFT_OTHER "\0" SIFT_OTHER "\0"),
	.add_key = threshold_add_key,
	.init = threshold_init,
	.absorb = threshold_absorb,
	.release = release_nothing,
	.copy_texts = threshold_copy,
	.finish = finish_nothing,
	.compare = threshold_compare,
};

/* ---- failures ---- */

static void
failure_add_key(const void *item, struct sift_buf *out)
{
	const struct sift_failure *failure = item;

	sift_key_begin(out, 0);
	sift_key_add(out, sift_span_str(failure->method));
	sift_key_add(out, sift_span_str(failure->name));
	sift_key_add(out, sift_span_str(failure->fingerprint));
}

static void
failure_init(void *item, const char *key)
{
	struct sift_failure *failure = item;
	const char *name = after(key + 1);

	failure->method = null_if_empty(key + 1);
	failure->name = null_if_empty(name);
	failure->fingerprint = after(name);
}

static enum sift_status
failure_absorb(struct sift_block *block, void *into_item, const void *from_item,
	       bool other, struct sift_err *err)
{
	struct sift_failure *into = into_item;
	const struct sift_failure *from = from_item;

	into->count = sift_add_count(into->count, (uint64_t)from->count);
	return other ? SIFT_OK
		     : sift_block_example(block, &into->example,
					  sift_span_str(from->example), err);
}

static enum sift_status
failure_copy(void *item, struct sift_arena *arena)
{
	struct sift_failure *failure = item;

	if (!sift_copy_text(&failure->method, arena) ||
	    !sift_copy_text(&failure->name, arena) ||
	    !sift_copy_text(&failure->fingerprint, arena) ||
	    !sift_copy_text(&failure->example, arena))
		return SIFT_E_NOMEM;
	return SIFT_OK;
}

static int
failure_compare(const void *left, const void *right)
{
	const struct sift_failure *a = left;
	const struct sift_failure *b = right;
	int order = sift_compare_texts(a->name, b->name);

	if (order == 0)
		order = sift_compare_texts(a->method, b->method);
	return order ? order : strcmp(a->fingerprint, b->fingerprint);
}

static const struct sift_list_ops failure_ops = {
	.array_at = offsetof(struct sift_block, failures),
	.count_at = offsetof(struct sift_block, failure_count),
	.item_size = sizeof(struct sift_failure),
	.max = SIFT_BLOCK_FAILURES,
	.other = SIFT_SPAN_INIT("\0\0" SIFT_OTHER "\0"),
	.add_key = failure_add_key,
	.init = failure_init,
	.absorb = failure_absorb,
	.release = release_nothing,
	.copy_texts = failure_copy,
	.finish = finish_nothing,
	.compare = failure_compare,
};

/* ---- notes: an entry is the text ---- */

static void
note_add_key(const void *item, struct sift_buf *out)
{
	const char *const *note = item;

	sift_key_begin(out, 0);
	sift_key_add(out, sift_span_str(*note));
}

static void
note_init(void *item, const char *key)
{
	const char **note = item;

	*note = key + 1;
}

static enum sift_status
note_absorb(struct sift_block *block, void *into, const void *from, bool other,
	    struct sift_err *err)
{
	(void)block, (void)into, (void)from, (void)other, (void)err;
	return SIFT_OK;
}

static enum sift_status
note_copy(void *item, struct sift_arena *arena)
{
	return sift_copy_text(item, arena) ? SIFT_OK : SIFT_E_NOMEM;
}

static int
note_compare(const void *left, const void *right)
{
	const char *const *a = left;
	const char *const *b = right;

	return strcmp(*a, *b);
}

static const struct sift_list_ops note_ops = {
	.array_at = offsetof(struct sift_block, notes),
	.count_at = offsetof(struct sift_block, note_count),
	.item_size = sizeof(const char *),
	.max = SIFT_BLOCK_NOTES,
	.other = SIFT_SPAN_INIT("further notes are left out\0"),
	.add_key = note_add_key,
	.init = note_init,
	.absorb = note_absorb,
	.release = release_nothing,
	.copy_texts = note_copy,
	.finish = finish_nothing,
	.compare = note_compare,
};

static const struct sift_list_ops *const lists[SIFT_LIST_COUNT] = {
	[SIFT_LIST_SERIES] = &sift_series_ops,
	[SIFT_LIST_METRICS] = &sift_metric_ops,
	[SIFT_LIST_CHECKS] = &check_ops,
	[SIFT_LIST_THRESHOLDS] = &threshold_ops,
	[SIFT_LIST_FAILURES] = &failure_ops,
	[SIFT_LIST_NOTES] = &note_ops,
};

const struct sift_list_ops *
sift_list_ops(enum sift_block_list list)
{
	return lists[list];
}
