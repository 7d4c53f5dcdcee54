/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_messages.h"

#include "base/mem.h"
#include "read/locust_cells.h"

#define NOTES_MAX 5
#define MESSAGE_BYTES ((size_t)200)
#define MESSAGES_MAX 10000u

void
sift_locust_messages_init(struct sift_locust_messages *m)
{
	*m = (struct sift_locust_messages){0};
	sift_buf_init(&m->first, 0);
	sift_table_init(&m->texts, MESSAGES_MAX);
}

void
sift_locust_messages_release(struct sift_locust_messages *m)
{
	sift_buf_release(&m->first);
	sift_table_release(&m->texts);
	sift_free(m->counts);
}

enum sift_status
sift_locust_messages_add(struct sift_locust_messages *m,
			 struct sift_span message, uint64_t count,
			 struct sift_err *err)
{
	struct sift_span line =
		sift_span_head(message, sift_span_find_byte(message, '\n'));
	enum sift_status rc;
	uint32_t id;
	bool is_new;

	sift_buf_clear(&m->first);
	sift_buf_add_escaped(&m->first, sift_span_trim(line), MESSAGE_BYTES);
	rc = sift_buf_status(&m->first);
	if (!rc)
		rc = sift_table_intern(&m->texts, sift_buf_span(&m->first), &id,
				       &is_new);
	if (rc == SIFT_E_LIMIT) {
		m->beyond++;
		return SIFT_OK;
	}
	if (rc ||
	    sift_array_grow((void **)&m->counts, &m->capacity, m->texts.count,
			    sizeof(*m->counts), MESSAGES_MAX))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a message");
	if (is_new)
		m->counts[id] = 0;
	m->counts[id] += count;
	return SIFT_OK;
}

/* Is message `a` to be told before `b`? The file's order is that of a hash. */
static bool
goes_before(const struct sift_locust_messages *m, uint32_t a, uint32_t b)
{
	if (m->counts[a] != m->counts[b])
		return m->counts[a] > m->counts[b];
	return sift_span_compare(sift_table_key(&m->texts, a),
				 sift_table_key(&m->texts, b)) < 0;
}

/* The first NOTES_MAX in order; returns how many there are. */
static size_t
pick(const struct sift_locust_messages *m, uint32_t picked[NOTES_MAX])
{
	size_t count = 0;

	for (uint32_t id = 0; id < m->texts.count; id++) {
		size_t at = count;

		while (at > 0 && goes_before(m, id, picked[at - 1])) {
			if (at < NOTES_MAX)
				picked[at] = picked[at - 1];
			at--;
		}
		if (at < NOTES_MAX)
			picked[at] = id;
		if (count < NOTES_MAX)
			count++;
	}
	return count;
}

enum sift_status
sift_locust_messages_put(const struct sift_locust_messages *m,
			 const struct sift_sink *sink, struct sift_err *err)
{
	uint32_t picked[NOTES_MAX];
	size_t count = pick(m, picked);
	uint64_t more = m->texts.count - count + m->beyond;
	enum sift_status rc = SIFT_OK;

	for (size_t i = 0; !rc && i < count; i++) {
		unsigned long long times = m->counts[picked[i]];
		struct sift_span text = sift_table_key(&m->texts, picked[i]);

		rc = sift_locust_put_note(
			sink, err, "a task raised, %llu time%s: %s", times,
			times == 1 ? "" : "s", text.len ? text.ptr : "(empty)");
	}
	if (!rc && more)
		rc = sift_locust_put_note(sink, err,
					  "tasks raised %llu more exceptions",
					  (unsigned long long)more);
	return rc;
}
