/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_OTHER_TOOLS_H
#define SIFT_READ_OTHER_TOOLS_H

/*
 * Formats that are known but not read in this release, so that the ledger
 * can say what a file is and what to use in its place.
 */

#include <stddef.h>

#include "read/reader.h"

extern const struct sift_format sift_formats_not_read[];
extern const size_t sift_formats_not_read_count;

#endif /* SIFT_READ_OTHER_TOOLS_H */
