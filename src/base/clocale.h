/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_CLOCALE_H
#define SIFT_BASE_CLOCALE_H

/*
 * Standard functions that would ask the locale, asked in the C locale: the
 * program that uses the library may have called setlocale(), and "1,5"
 * instead of "1.5" must never get into a report.
 */

#include <locale.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/err.h"

/*
 * As vsnprintf() and snprintf(): at most `size` bytes with the NUL; the
 * length of the whole text is returned, so `returned >= size` means that it
 * was cut; negative when that length is beyond an int.
 */
int sift_vsnprintf(char *out, size_t size, const char *format, va_list args)
	SIFT_PRINTF(3, 0);
int sift_snprintf(char *out, size_t size, const char *format, ...)
	SIFT_PRINTF(3, 4);

/* As strtod() of a text that is known to be a number. */
double sift_strtod(const char *text);

/*
 * For uselocale() around a library that converts names with the thread's
 * locale: the C locale, and one that differs from it in the character set
 * being UTF-8. The second is loaded at its first use, from a file: a process
 * that will not be allowed to open files calls it before. It falls back to
 * the C locale where there is no C.UTF-8. Never to be freed.
 */
locale_t sift_locale_c(void);
locale_t sift_locale_utf8(void);

/* The words for an errno, in English; valid until the thread's next call. */
const char *sift_errno_text(int errno_value);

#endif /* SIFT_BASE_CLOCALE_H */
