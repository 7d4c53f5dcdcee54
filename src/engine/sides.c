/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/sides.h"

#include <string.h>

#include "base/hash.h"

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

static bool
has_text(const struct sift_document *old, const char *id, const char *label)
{
	for (size_t i = 0; i < old->set_count; i++) {
		if (id && !strcmp(old->sets[i].id, id))
			return true;
		if (label && old->sets[i].label &&
		    !strcmp(old->sets[i].label, label))
			return true;
	}
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
name_sets(struct sift_document *doc, const struct sift_document *old,
	  struct sift_arena *arena)
{
	for (size_t i = old->set_count; i < doc->set_count; i++) {
		struct sift_set *set = &doc->sets[i];

		while (set->id && has_text(old, set->id, NULL))
			set->id = other_id(arena, set->id);
		if (has_text(old, NULL, set->label))
			set->label = sift_arena_printf(arena, "%s (new)",
						       set->label);
		if (!set->id || !set->label)
			return false;
	}
	return true;
}

enum sift_status
sift_side_append(struct sift_document *into, const struct sift_document *from,
		 struct sift_arena *arena, struct sift_err *err)
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
	if (!shift_indexes(into, &old, arena) || !name_sets(into, &old, arena))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for the report");
	return SIFT_OK;
}
