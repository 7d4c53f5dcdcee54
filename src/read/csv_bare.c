/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * One loop for two kinds of processors, which differ in how they look at the
 * bytes: scan() becomes part of each function that names its way to look.
 */

#include <config.h>

#include "read/csv_bare.h"

#include <stdint.h>

#if defined(__x86_64__) && defined(__GNUC__)
# include <immintrin.h>
#endif

/* Which of the bytes are what. */
struct look {
	uint64_t ends, quotes, separators, beyond;
};

typedef struct look look_function(const char *at, char separator);

/* Cells end at the separators of the bytes at `at`. */
static inline void
end_cells(struct sift_csv_bare *b, const char *at, uint64_t separators)
{
	struct sift_span *last = b->last;
	const char *cell = b->cell;

	for (; separators; separators &= separators - 1) {
		const char *end = at + __builtin_ctzll(separators);

		*last++ = sift_span_of(cell, (size_t)(end - cell));
		cell = end + 1;
	}
	b->last = last;
	b->cell = cell;
}

__attribute__((always_inline)) static inline bool
scan(struct sift_csv_bare *b, char separator, look_function *look_at)
{
	const char *end = b->text.ptr + b->text.len;
	uint64_t beyond = 0;

	b->cell = b->text.ptr;
	for (const char *at = b->text.ptr; at < end; at += SIFT_BYTES) {
		struct look look = look_at(at, separator);
		/* those before the first LF; all if there is none */
		uint64_t row = ~look.ends & (look.ends - 1);

		if (look.quotes & row)
			return false;
		beyond |= look.beyond & row;
		end_cells(b, at, look.separators & row);
		if (look.ends) {
			b->end = at + __builtin_ctzll(look.ends);
			b->is_ascii = !beyond;
			return b->end < end;
		}
	}
	return false;
}

static inline struct look
look_any(const char *at, char separator)
{
	struct sift_bytes bytes = sift_bytes_at(at);

	return (struct look){
		.ends = sift_bytes_equal(bytes, '\n'),
		.quotes = sift_bytes_equal(bytes, '"'),
		.separators = sift_bytes_equal(bytes, separator),
		.beyond = sift_bytes_high(bytes),
	};
}

bool
sift_csv_bare_scan_any(struct sift_csv_bare *b, char separator)
{
	return scan(b, separator, look_any);
}

#if defined(__x86_64__) && defined(__GNUC__)

# define WIDE __attribute__((target("avx2,bmi")))

WIDE static inline uint64_t
join(__m256i low, __m256i high)
{
	return (uint32_t)_mm256_movemask_epi8(low) |
	       (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

WIDE static inline uint64_t
equal(__m256i low, __m256i high, char c)
{
	__m256i wanted = _mm256_set1_epi8(c);

	return join(_mm256_cmpeq_epi8(low, wanted),
		    _mm256_cmpeq_epi8(high, wanted));
}

WIDE static inline struct look
look_wide(const char *at, char separator)
{
	const __m256i *halves = (const __m256i *)(const void *)at;
	__m256i low = _mm256_loadu_si256(halves);
	__m256i high = _mm256_loadu_si256(halves + 1);

	return (struct look){
		.ends = equal(low, high, '\n'),
		.quotes = equal(low, high, '"'),
		.separators = equal(low, high, separator),
		.beyond = join(low, high),
	};
}

WIDE static bool
scan_wide(struct sift_csv_bare *b, char separator)
{
	return scan(b, separator, look_wide);
}

bool
sift_csv_bare_scan(struct sift_csv_bare *b, char separator)
{
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
		return scan_wide(b, separator);
	return sift_csv_bare_scan_any(b, separator);
}

#else

bool
sift_csv_bare_scan(struct sift_csv_bare *b, char separator)
{
	return sift_csv_bare_scan_any(b, separator);
}

#endif
