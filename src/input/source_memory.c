/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/mem.h"
#include "input/source_impl.h"

struct memory_source {
	struct sift_source base;
	struct sift_span left; /* borrowed */
	size_t block;
	const struct sift_err *end; /* borrowed; NULL = none but the end */
};

/* The end comes with the last bytes: who looks ahead need not ask for more,
   and copy what it has. */
static enum sift_status
read_memory(struct sift_source *src, struct sift_span *out,
	    struct sift_err *err)
{
	struct memory_source *m = (struct memory_source *)src;

	*out = sift_span_head(m->left, m->block);
	m->left = sift_span_from(m->left, out->len);
	if (m->left.len)
		return SIFT_OK;
	if (!m->end)
		return SIFT_END;
	if (m->end->status < 0 && err && err->status == SIFT_OK)
		*err = *m->end;
	return m->end->status;
}

static void
release_memory(struct sift_source *src)
{
	sift_free(src);
}

static const struct sift_source_ops memory_ops = {
	.read = read_memory,
	.release = release_memory,
};

enum sift_status
sift_source_open_memory(struct sift_source **out, const void *bytes, size_t len,
			size_t block, struct sift_err *err)
{
	struct memory_source *m = sift_calloc(1, sizeof(*m));

	if (!m)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a source");
	sift_source_init(&m->base, &memory_ops);
	m->left = sift_span_of(bytes, len);
	m->block = block ? block : SIZE_MAX;
	*out = &m->base;
	return SIFT_OK;
}

enum sift_status
sift_source_open_whole(struct sift_source **out, const struct sift_whole *whole,
		       struct sift_err *err)
{
	enum sift_status rc = sift_source_open_memory(out, whole->bytes.ptr,
						      whole->bytes.len, 0, err);

	if (!rc)
		((struct memory_source *)*out)->end = &whole->end;
	return rc;
}
