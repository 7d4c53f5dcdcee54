/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * Equal keys of an object: the first says where the member stands, the last
 * what it is.
 */

#include "base/hash.h"
#include "base/mem.h"
#include "read/json_doc.h"

/* So many members are compared each with each. */
#define FEW 8

/* `into` becomes what `from` is, where it stands. */
static void
replace(struct sift_json *into, const struct sift_json *from)
{
	struct sift_json was = *into;

	*into = *from;
	into->key = was.key;
	into->next = was.next;
}

static void
unite_few(struct sift_json *object)
{
	for (struct sift_json *a = object->first; a; a = a->next) {
		struct sift_json *before = a;

		while (before->next) {
			struct sift_json *b = before->next;

			if (sift_span_equal(a->key, b->key)) {
				replace(a, b);
				before->next = b->next;
			} else {
				before = b;
			}
		}
		object->last = before;
	}
}

/* Where the member with this key is, or would be. */
static struct sift_json **
find_slot(struct sift_json **slots, size_t mask, struct sift_span key)
{
	size_t i = (size_t)sift_hash64(key.ptr, key.len) & mask;

	while (slots[i] && !sift_span_equal(slots[i]->key, key))
		i = (i + 1) & mask;
	return &slots[i];
}

static enum sift_status
unite_many(struct sift_json *object, size_t count, struct sift_err *err)
{
	struct sift_json *before = NULL;
	struct sift_json **slots;
	size_t size = 4 * FEW;

	while (size / 2 < count)
		size *= 2;
	slots = sift_calloc(size, sizeof(*slots));
	if (!slots)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a document");
	for (struct sift_json *member = object->first; member;
	     member = member->next) {
		struct sift_json **slot =
			find_slot(slots, size - 1, member->key);

		if (*slot) {
			replace(*slot, member);
			before->next = member->next;
		} else {
			*slot = before = member;
		}
	}
	object->last = before;
	sift_free(slots);
	return SIFT_OK;
}

enum sift_status
sift_json_doc_unite(struct sift_json *object, struct sift_err *err)
{
	size_t count = 0;

	for (const struct sift_json *m = object->first; m; m = m->next)
		count++;
	if (count > FEW)
		return unite_many(object, count, err);
	unite_few(object);
	return SIFT_OK;
}
