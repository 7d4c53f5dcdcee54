/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/clocale.h"

#include <assert.h>
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
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

/* ---- printf ---- */

/* Counts as snprintf() does: what there is no room for is only measured. */
struct target {
	char *out;
	size_t size; /* with the NUL */
	size_t len;
};

static void
put(struct target *to, const char *text, size_t len)
{
	size_t room = to->len < to->size ? to->size - to->len : 0;

	if (room > 0)
		memcpy(to->out + to->len, text, len < room ? len : room);
	to->len += len;
}

static void
put_number(struct target *to, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	put(to, digits + at, sizeof(digits) - at);
}

/* The conversion behind a '%'; its length, 0 = none of these. */
static size_t
put_argument(struct target *to, const char *conversion, va_list *args)
{
	const char *text;
	int64_t number;

	switch (*conversion) {
	case 's':
		text = va_arg(*args, const char *);
		text = text ? text : "(null)";
		put(to, text, strlen(text));
		return 1;
	case 'u':
		put_number(to, va_arg(*args, unsigned));
		return 1;
	case 'd':
		number = va_arg(*args, int);
		put(to, "-", number < 0);
		put_number(to, (uint64_t)(number < 0 ? -number : number));
		return 1;
	case 'z':
		if (conversion[1] != 'u')
			return 0;
		put_number(to, va_arg(*args, size_t));
		return 2;
	default:
		return 0;
	}
}

/*
 * Nearly all formats have texts and whole numbers alone, which no locale has
 * to do with: this is several times as fast as printf. False, and nothing that
 * counts in `to`, where there is something else.
 */
static bool
format_plainly(struct target *to, const char *format, va_list *args)
{
	while (*format) {
		size_t len = 0;

		while (format[len] && format[len] != '%')
			len++; /* a few, sooner looked at than handed over */
		put(to, format, len);
		format += len;
		if (!*format)
			break;
		len = put_argument(to, format + 1, args);
		if (len == 0)
			return false;
		format += 1 + len;
	}
	if (to->size > 0)
		to->out[to->len < to->size ? to->len : to->size - 1] = '\0';
	return true;
}

/* There is no vsnprintf_l; uselocale() changes this thread's locale only. */
SIFT_PRINTF(3, 0)
static int
format_slowly(char *out, size_t size, const char *format, va_list args)
{
	locale_t saved = uselocale(get_c_locale());
	int len = vsnprintf(out, size, format, args);

	uselocale(saved);
	return len;
}

int
sift_vsnprintf(char *out, size_t size, const char *format, va_list args)
{
	struct target to = {out, size, 0};
	va_list own;
	bool done;

	va_copy(own, args);
	done = format_plainly(&to, format, &own);
	va_end(own);
	if (!done)
		return format_slowly(out, size, format, args);
	return to.len <= INT_MAX ? (int)to.len : -1;
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
