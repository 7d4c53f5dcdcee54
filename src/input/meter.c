/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/source_impl.h"

/* Is `out` more than `ratio` times `in`, where that matters? No overflow. */
static bool
is_too_much(uint64_t out, uint64_t in, uint64_t ratio)
{
	return out > SIFT_METER_FREE_BYTES && out / ratio > in;
}

/*
 * Two ratios: of this stream, which stops one bomb early, and of everything
 * decoded from the input so far, which stops many small ones and bombs in
 * layers that each stay below the limit.
 */
enum sift_status
sift_meter_add(struct sift_meter *meter, uint64_t bytes, uint64_t in_bytes,
	       uint64_t out_bytes, struct sift_err *err)
{
	uint64_t stored;

	meter->decoded_bytes += bytes;
	stored = meter->stored_bytes;
	if (!stored && meter->root)
		stored = meter->root->produced;
	if (is_too_much(meter->decoded_bytes, stored, meter->ratio))
		meter->is_over = true;
	if (meter->is_over || is_too_much(out_bytes, in_bytes, meter->ratio))
		return sift_fail(err, SIFT_E_LIMIT,
				 "expands more than %llu times (--max-ratio)",
				 (unsigned long long)meter->ratio);
	return SIFT_OK;
}
