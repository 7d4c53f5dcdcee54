/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/put_in_order.h"

#include <stdlib.h>

void
sift_put_in_order(void *items, size_t count, size_t size,
		  int (*compare)(const void *, const void *))
{
	const char *item = items;

	for (size_t i = 1; i < count; i++, item += size) {
		if (compare(item, item + size) > 0) {
			qsort(items, count, size, compare);
			return;
		}
	}
}
