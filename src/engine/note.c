/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/note.h"

#include <stdatomic.h>
#include <string.h>

#include "base/region.h"

#define TEXT_BYTES 16000 /* two names of 4 KiB, and folders before them */

struct sift_note {
	/* Written last: whatever stands before is there when this is. */
	_Atomic uint32_t is_inside;
	uint32_t file;
	uint64_t source;
	char text[TEXT_BYTES]; /* name NUL path NUL */
};

enum sift_status
sift_note_new(struct sift_note **out, struct sift_err *err)
{
	*out = sift_region_new_shared(sizeof(**out));
	return *out ? SIFT_OK
		    : sift_fail(err, SIFT_E_NOMEM, "no memory for a worker");
}

void
sift_note_free(struct sift_note *note)
{
	sift_region_free(note, sizeof(*note));
}

void
sift_note_file(struct sift_note *note, uint32_t file)
{
	note->file = file;
	note->source = 0;
	atomic_store(&note->is_inside, 0);
}

void
sift_note_enter(struct sift_note *note, uint64_t source, const char *name,
		const char *path)
{
	size_t name_len = strlen(name) + 1;
	size_t path_len = strlen(path) + 1;

	note->source = source;
	if (name_len + path_len <= sizeof(note->text)) {
		memcpy(note->text, name, name_len);
		memcpy(note->text + name_len, path, path_len);
	} else {
		note->text[0] = '\0';
		note->text[1] = '\0';
	}
	atomic_store(&note->is_inside, 1);
}

void
sift_note_leave(struct sift_note *note)
{
	atomic_store(&note->is_inside, 0);
}

struct sift_noted
sift_note_read(struct sift_note *note)
{
	struct sift_noted noted = {.file = note->file, .source = note->source};

	noted.is_inside = atomic_load(&note->is_inside) != 0;
	/* Both texts end within the note, whatever was written there. */
	note->text[sizeof(note->text) - 2] = '\0';
	note->text[sizeof(note->text) - 1] = '\0';
	noted.name = note->text;
	noted.path = note->text + strlen(note->text) + 1;
	return noted;
}
