/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_WIDTH_H
#define SIFT_BASE_WIDTH_H

/* How wide terminals show a character. */

#include <stdint.h>

/* 0, 1 or 2 columns; 1 for what is no code point (it is shown as U+FFFD). */
unsigned sift_code_point_columns(uint32_t code_point);

#endif /* SIFT_BASE_WIDTH_H */
