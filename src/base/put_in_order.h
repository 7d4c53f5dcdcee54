/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_PUT_IN_ORDER_H
#define SIFT_BASE_PUT_IN_ORDER_H

#include <stddef.h>

/*
 * qsort() of what has much order already, as names in the order of their
 * folders have. Items that compare equal may come in any order. Without
 * memory it takes longer.
 */
void sift_put_in_order(void *items, size_t count, size_t size,
		       int (*compare)(const void *, const void *));

#endif /* SIFT_BASE_PUT_IN_ORDER_H */
