/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/seen.h"

#include "base/hash.h"
#include "base/mem.h"

/* Open addressing with linear steps, at most half full. */
struct sift_seen_slot {
	uint64_t hash;
	uint64_t times; /* 0 = free */
};

#define FIRST_SLOTS 64

void
sift_seen_init(struct sift_seen *seen)
{
	*seen = (struct sift_seen){0};
}

void
sift_seen_release(struct sift_seen *seen)
{
	sift_free(seen->slots);
	sift_seen_init(seen);
}

static struct sift_seen_slot *
find(struct sift_seen_slot *slots, size_t slot_count, uint64_t hash)
{
	size_t i = (size_t)hash & (slot_count - 1);

	while (slots[i].times && slots[i].hash != hash)
		i = (i + 1) & (slot_count - 1);
	return &slots[i];
}

static enum sift_status
grow(struct sift_seen *seen, struct sift_err *err)
{
	size_t bigger = seen->slot_count ? seen->slot_count * 2 : FIRST_SLOTS;
	struct sift_seen_slot *slots = sift_calloc(bigger, sizeof(*slots));
	size_t i;

	if (!slots)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for names");
	for (i = 0; i < seen->slot_count; i++)
		if (seen->slots[i].times)
			*find(slots, bigger, seen->slots[i].hash) =
				seen->slots[i];
	sift_free(seen->slots);
	seen->slots = slots;
	seen->slot_count = bigger;
	return SIFT_OK;
}

enum sift_status
sift_seen_add(struct sift_seen *seen, struct sift_span name,
	      uint64_t *out_before, struct sift_err *err)
{
	uint64_t hash = sift_hash64(name.ptr, name.len);
	struct sift_seen_slot *slot;
	enum sift_status rc;

	if (seen->count >= seen->slot_count / 2) {
		rc = grow(seen, err);
		if (rc)
			return rc;
	}
	slot = find(seen->slots, seen->slot_count, hash);
	if (!slot->times)
		seen->count++;
	slot->hash = hash;
	*out_before = slot->times++;
	return SIFT_OK;
}
