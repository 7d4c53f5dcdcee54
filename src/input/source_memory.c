/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/mem.h"
#include "input/source_impl.h"

struct memory_source {
	struct sift_source base;
	struct sift_span left; /* borrowed */
	size_t block;
};

static enum sift_status
read_memory(struct sift_source *src, struct sift_span *out,
	    struct sift_err *err)
{
	struct memory_source *m = (struct memory_source *)src;

	(void)err;
	if (!m->left.len)
		return SIFT_END;
	*out = sift_span_head(m->left, m->block);
	m->left = sift_span_from(m->left, out->len);
	return SIFT_OK;
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
