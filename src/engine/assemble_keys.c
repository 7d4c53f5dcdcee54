/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/assemble_impl.h"

/* Merge two lists of keys to `out`. */
static struct sift_keys
merge_keys(struct sift_keys a, struct sift_keys b, struct sift_series **out)
{
	struct sift_keys merged = {out, 0};
	size_t i = 0, j = 0;

	while (i < a.count && j < b.count) {
		int c = sift_compare_endpoints(a.items[i], b.items[j]);

		out[merged.count++] = c <= 0 ? a.items[i] : b.items[j];
		i += c <= 0;
		j += c >= 0;
	}
	while (i < a.count)
		out[merged.count++] = a.items[i++];
	while (j < b.count)
		out[merged.count++] = b.items[j++];
	return merged;
}

struct sift_keys
sift_merge_keys(struct sift_keys *lists, size_t count,
		struct sift_series **from, struct sift_series **to)
{
	static const struct sift_keys none = {NULL, 0};

	for (; count > 1; count = (count + 1) / 2) {
		struct sift_series **out = to;

		for (size_t i = 0; i < count; i += 2) {
			lists[i / 2] = merge_keys(
				lists[i], i + 1 < count ? lists[i + 1] : none,
				out);
			out += lists[i / 2].count;
		}
		to = from;
		from = lists[0].items;
	}
	return count ? lists[0] : none;
}
