/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/sides.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/span.h"
#include "base/text.h"
#include "input/unpack.h"

#define ID_DIGITS 8

/* The items of both lists, one after the other; NULL when memory is out. */
static void *
joined(struct sift_arena *arena, const void *a, size_t a_count, const void *b,
       size_t b_count, size_t size)
{
	char *out = sift_arena_array(arena, a_count + b_count, size);

	if (out && a_count > 0)
		memcpy(out, a, a_count * size);
	if (out && b_count > 0)
		memcpy(out + a_count * size, b, b_count * size);
	return out;
}

static void
shift(size_t *index, size_t by)
{
	if (*index != SIFT_NONE)
		*index += by;
}

/* Indexes into lists that now begin later; lists of their own are copied. */
static bool
shift_indexes(struct sift_document *doc, const struct sift_document *old,
	      struct sift_arena *arena)
{
	for (size_t i = old->input_count; i < doc->input_count; i++)
		shift(&doc->inputs[i].run, old->run_count);
	for (size_t i = old->run_count; i < doc->run_count; i++)
		shift(&doc->runs[i].set, old->set_count);
	for (size_t i = old->set_count; i < doc->set_count; i++) {
		struct sift_set *set = &doc->sets[i];

		set->runs = joined(arena, set->runs, set->run_count, NULL, 0,
				   sizeof(*set->runs));
		if (!set->runs)
			return false;
		for (size_t r = 0; r < set->run_count; r++)
			shift(&set->runs[r], old->run_count);
	}
	for (size_t i = old->sweep_count; i < doc->sweep_count; i++) {
		struct sift_sweep *sweep = &doc->sweeps[i];

		sweep->levels = joined(arena, sweep->levels, sweep->level_count,
				       NULL, 0, sizeof(*sweep->levels));
		if (!sweep->levels)
			return false;
		for (size_t l = 0; l < sweep->level_count; l++)
			shift(&sweep->levels[l].set, old->set_count);
	}
	return true;
}

/* ---- words for the sides ---- */

/* The last component of *path, which loses it; empty when nothing is left. */
static struct sift_span
pop(struct sift_span *path)
{
	struct sift_span last;
	size_t at;

	while (path->len > 0 && path->ptr[path->len - 1] == '/')
		path->len--;
	for (at = path->len; at > 0 && path->ptr[at - 1] != '/';)
		at--;
	last = sift_span_from(*path, at);
	path->len = at;
	return last;
}

/* What the inputs have in common: the only one, or the folders above all. */
static struct sift_span
common_path(const char *const *inputs, size_t count)
{
	struct sift_span path = sift_span_str(inputs[0]);

	path.len = sift_archive_stem_len(inputs[0]);
	if (count == 1)
		return path;
	pop(&path);
	for (size_t i = 1; i < count;) {
		struct sift_span other = sift_span_str(inputs[i]);

		if (sift_span_starts(other, path))
			i++;
		else
			pop(&path);
	}
	return path;
}

static bool
is_word(struct sift_span text)
{
	return text.len > 0 && !sift_span_equal(text, SIFT_SPAN(".")) &&
	       !sift_span_equal(text, SIFT_SPAN(".."));
}

/* Valid UTF-8, as all texts of a document; NULL when memory is out. */
static const char *
repaired(struct sift_arena *arena, struct sift_span text)
{
	struct sift_buf buf;
	const char *out = NULL;

	sift_buf_init(&buf, 0);
	sift_utf8_add_repaired(&buf, text);
	if (!sift_buf_status(&buf))
		out = sift_arena_span(arena, sift_buf_span(&buf));
	sift_buf_release(&buf);
	return out;
}

enum sift_status
sift_side_words(struct sift_side_words *out, const char *const *before,
		size_t n, const char *const *after, size_t m,
		struct sift_arena *arena, struct sift_err *err)
{
	struct sift_span old = common_path(before, n);
	struct sift_span new = common_path(after, m);
	struct sift_span old_word, new_word;

	*out = (struct sift_side_words){NULL, NULL};
	do {
		old_word = pop(&old);
		new_word = pop(&new);
	} while (old_word.len > 0 && sift_span_equal(old_word, new_word));
	if (!is_word(old_word) || !is_word(new_word))
		return SIFT_OK;
	out->before = repaired(arena, old_word);
	out->after = repaired(arena, new_word);
	return out->before && out->after
		       ? SIFT_OK
		       : sift_fail(err, SIFT_E_NOMEM, "no memory for names");
}

/* ---- names of sets ---- */

static bool
has_id(const struct sift_document *old, const char *id)
{
	for (size_t i = 0; i < old->set_count; i++)
		if (!strcmp(old->sets[i].id, id))
			return true;
	return false;
}

static const char *
other_id(struct sift_arena *arena, const char *id)
{
	char text[2 + ID_DIGITS] = "s";

	sift_hash_hex(sift_hash128(id, strlen(id)), ID_DIGITS, text + 1);
	return sift_arena_str(arena, text);
}

static bool
add_word(struct sift_set *set, const char *word, struct sift_arena *arena)
{
	set->label = sift_arena_printf(arena, "%s (%s)", set->label, word);
	return set->label != NULL;
}

/* Labels are unique within a side. */
static bool
tell_apart(struct sift_document *doc, size_t old_count, struct sift_set *set,
	   const struct sift_side_words *words, struct sift_arena *arena)
{
	for (size_t i = 0; i < old_count; i++) {
		struct sift_set *old = &doc->sets[i];

		if (strcmp(old->label, set->label) != 0)
			continue;
		if (!words->before)
			return add_word(set, "new", arena);
		return add_word(old, words->before, arena) &&
		       add_word(set, words->after, arena);
	}
	return true;
}

static bool
name_sets(struct sift_document *doc, const struct sift_document *old,
	  const struct sift_side_words *words, struct sift_arena *arena)
{
	for (size_t i = old->set_count; i < doc->set_count; i++) {
		struct sift_set *set = &doc->sets[i];

		while (set->id && has_id(old, set->id))
			set->id = other_id(arena, set->id);
		if (!set->id ||
		    !tell_apart(doc, old->set_count, set, words, arena))
			return false;
	}
	return true;
}

enum sift_status
sift_side_append(struct sift_document *into, const struct sift_document *from,
		 const struct sift_side_words *words, struct sift_arena *arena,
		 struct sift_err *err)
{
	struct sift_document old = *into;

	into->inputs = joined(arena, old.inputs, old.input_count, from->inputs,
			      from->input_count, sizeof(*old.inputs));
	into->runs = joined(arena, old.runs, old.run_count, from->runs,
			    from->run_count, sizeof(*old.runs));
	into->sets = joined(arena, old.sets, old.set_count, from->sets,
			    from->set_count, sizeof(*old.sets));
	into->sweeps = joined(arena, old.sweeps, old.sweep_count, from->sweeps,
			      from->sweep_count, sizeof(*old.sweeps));
	if (!into->inputs || !into->runs || !into->sets || !into->sweeps)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for the report");
	into->input_count += from->input_count;
	into->run_count += from->run_count;
	into->set_count += from->set_count;
	into->sweep_count += from->sweep_count;
	if (!shift_indexes(into, &old, arena) ||
	    !name_sets(into, &old, words, arena))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for the report");
	return SIFT_OK;
}
