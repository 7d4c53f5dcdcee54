/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_GZIP_SUM_H
#define SIFT_INPUT_GZIP_SUM_H

#include <stdint.h>

/* The CRC-32 of gzip, of bytes behind those that have the sum `sum`; that of
   none is 0. */
uint32_t sift_gzip_sum(uint32_t sum, const unsigned char *bytes, uint64_t len);

#endif /* SIFT_INPUT_GZIP_SUM_H */
