/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/source_kind.h"

#include <stddef.h>

#define X(name, text) text,
static const char *const names[] = {SIFT_SOURCE_KIND_LIST(X)};
#undef X

const char *
sift_source_kind_name(enum sift_source_kind kind)
{
	size_t i = (size_t)kind;

	return i < SIFT_SOURCE_KIND_COUNT ? names[i] : "unknown";
}

int
sift_source_kind_has_results(enum sift_source_kind kind)
{
	return (size_t)kind < (size_t)SIFT_SOURCE_HISTORY;
}
