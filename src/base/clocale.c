/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/clocale.h"

#include <assert.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t c_locale; /* made once, never freed */
static pthread_once_t utf8_once = PTHREAD_ONCE_INIT;
static locale_t utf8_locale; /* likewise */

/* glibc and musl have the C locale built in: this allocates nothing. */
static void
make_c_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	assert(c_locale);
}

static locale_t
get_c_locale(void)
{
	pthread_once(&once, make_c_locale);
	return c_locale;
}

static void
make_utf8_locale(void)
{
	utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (!utf8_locale)
		utf8_locale = get_c_locale();
}

locale_t
sift_locale_c(void)
{
	return get_c_locale();
}

locale_t
sift_locale_utf8(void)
{
	pthread_once(&utf8_once, make_utf8_locale);
	return utf8_locale;
}

/* There is no vsnprintf_l; uselocale() changes this thread's locale only. */
int
sift_vsnprintf(char *out, size_t size, const char *format, va_list args)
{
	locale_t saved = uselocale(get_c_locale());
	int len = vsnprintf(out, size, format, args);

	uselocale(saved);
	return len;
}

int
sift_snprintf(char *out, size_t size, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = sift_vsnprintf(out, size, format, args);
	va_end(args);
	return len;
}

double
sift_strtod(const char *text)
{
	return strtod_l(text, NULL, get_c_locale());
}

const char *
sift_errno_text(int errno_value)
{
	return strerror_l(errno_value, get_c_locale());
}
