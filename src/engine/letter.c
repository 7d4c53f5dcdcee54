/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/letter.h"

#include <stdatomic.h>
#include <string.h>

#include "base/region.h"

/* Twice what is worth a call: what a block adds to that mostly fits as well.
   Pages are touched as far as they are needed. */
#define LETTER_BYTES ((size_t)128 << 10)
#define LETTERS 8

struct sift_letters {
	atomic_bool in_use[LETTERS];
	char bytes[LETTERS][LETTER_BYTES];
};

enum sift_status
sift_letters_new(struct sift_letters **out, struct sift_err *err)
{
	*out = sift_region_new_shared(sizeof(**out));
	return *out ? SIFT_OK
		    : sift_fail(err, SIFT_E_NOMEM, "no memory for letters");
}

void
sift_letters_free(struct sift_letters *letters)
{
	sift_region_free(letters, sizeof(*letters));
}

bool
sift_letters_write(struct sift_letters *letters, struct sift_span frames,
		   struct sift_letter_sent *out)
{
	if (frames.len > LETTER_BYTES)
		return false;
	for (size_t i = 0; i < LETTERS; i++) {
		if (atomic_load(&letters->in_use[i]))
			continue;
		atomic_store(&letters->in_use[i], true);
		memcpy(letters->bytes[i], frames.ptr, frames.len);
		out->index = i;
		out->len = frames.len;
		return true;
	}
	return false;
}

struct sift_span
sift_letters_open(const struct sift_letters *letters,
		  const struct sift_letter_sent *sent)
{
	if (sent->index >= LETTERS || sent->len > LETTER_BYTES)
		return (struct sift_span){NULL, 0};
	return sift_span_of(letters->bytes[sent->index], (size_t)sent->len);
}

void
sift_letters_give_back(struct sift_letters *letters, uint64_t index)
{
	atomic_store(&letters->in_use[index], false);
}

void
sift_letters_clear(struct sift_letters *letters)
{
	for (size_t i = 0; i < LETTERS; i++)
		atomic_store(&letters->in_use[i], false);
}
