/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble_impl.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash_set.h"
#include "base/table.h"

/* Ids are hashes of content, not of positions. */
#define RUN_DIGITS 12

/* What the digits say, as a number that is not 0. */
static uint64_t
digits_of(struct sift_hash128 hash)
{
	return (hash.high >> (64 - 4 * RUN_DIGITS)) + 1;
}

/* Runs without a request may be alike; then the label tells them apart. */
static enum sift_status
name_runs(struct sift_assembly *a)
{
	size_t count = a->doc->run_count;
	char(*ids)[2 + RUN_DIGITS] =
		sift_arena_array(a->arena, count, sizeof(*ids));
	struct sift_hash_set taken;

	if (!ids || sift_hash_set_init(&taken, count, &a->scratch))
		return sift_assembly_nomem(a);
	for (size_t i = 0; i < count; i++) {
		struct sift_hash128 hash = a->grouping->runs[i].hash;
		const char *label = a->grouping->runs[i].label;

		while (!sift_hash_set_add(&taken, digits_of(hash))) {
			hash.high ^= sift_hash64(label, strlen(label));
			hash.high = hash.high * 3 + 1;
		}
		ids[i][0] = 'r';
		sift_hash_hex(hash, RUN_DIGITS, ids[i] + 1);
		a->doc->runs[i].id = ids[i];
	}
	return SIFT_OK;
}

#define SET_DIGITS 8

static void
add_field(struct sift_buf *buf, const char *text)
{
	if (text)
		sift_buf_add_str(buf, text);
	sift_buf_add_byte(buf, '\0');
}

/* Sets of one name that facts keep apart: the first run's label is added. */
static enum sift_status
name_set(struct sift_assembly *a, struct sift_table *ids, size_t i)
{
	const struct sift_group_set *set = &a->grouping->sets[i];
	char id[2 + SET_DIGITS] = "s";
	bool is_new = false;
	enum sift_status rc = SIFT_OK;
	struct sift_buf key;
	uint32_t number;

	sift_buf_init(&key, 0);
	add_field(&key, set->scenario);
	add_field(&key, set->load);
	add_field(&key, set->kept_date);
	add_field(&key, set->tool);
	while (!rc && !is_new) {
		rc = sift_buf_status(&key);
		if (rc)
			break;
		sift_hash_hex(sift_hash128(key.ptr, key.len), SET_DIGITS,
			      id + 1);
		rc = sift_table_intern(ids, sift_span_str(id), &number,
				       &is_new);
		add_field(&key, a->grouping->runs[set->runs[0]].label);
	}
	sift_buf_release(&key);
	a->doc->sets[i].id = sift_arena_str(a->arena, id);
	return rc || !a->doc->sets[i].id ? sift_assembly_nomem(a) : SIFT_OK;
}

static enum sift_status
name_sets(struct sift_assembly *a)
{
	enum sift_status rc = SIFT_OK;
	struct sift_table ids;

	sift_table_init(&ids, 0);
	for (size_t i = 0; i < a->doc->set_count && !rc; i++)
		rc = name_set(a, &ids, i);
	sift_table_release(&ids);
	return rc;
}

enum sift_status
sift_assemble_ids(struct sift_assembly *a)
{
	enum sift_status rc = name_runs(a);

	return rc ? rc : name_sets(a);
}
