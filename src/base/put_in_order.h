/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_PUT_IN_ORDER_H
#define SIFT_BASE_PUT_IN_ORDER_H

#include <stddef.h>

/*
 * qsort() of what is mostly in order already: one look at each item and its
 * neighbour tells. Items that compare equal may come in any order.
 */
void sift_put_in_order(void *items, size_t count, size_t size,
		       int (*compare)(const void *, const void *));

#endif /* SIFT_BASE_PUT_IN_ORDER_H */
