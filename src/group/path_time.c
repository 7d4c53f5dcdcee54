/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/path_time.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"

/*
 * A hand-written scanner: it tries the forms one after the other, the longest
 * first. Numbers must be possible (month 13 is none), so that versions and
 * counts are rarely taken for dates. A time needs two fields at least, since
 * `2026-02-17_3` is the third run of a day and not three o'clock; only after
 * a T one field will do.
 */

#define YEAR_FIRST 1990
#define YEAR_LAST 2099
/* 2001-09-09 to 2065: below and above it is some other number. */
#define EPOCH_S_FIRST UINT64_C(1000000000)
#define EPOCH_S_LAST UINT64_C(3000000000)

struct scan {
	struct sift_span text;
	size_t at;
};

static char
peek(const struct scan *s, size_t ahead)
{
	return s->at + ahead < s->text.len ? s->text.ptr[s->at + ahead] : '\0';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (unsigned char)c >= 0x80;
}

static size_t
digits_ahead(const struct scan *s)
{
	size_t n = 0;

	while (is_digit(peek(s, n)))
		n++;
	return n;
}

/* Take exactly `digits` digits with a value in [low, high]. */
static bool
take_number(struct scan *s, size_t digits, unsigned low, unsigned high,
	    unsigned *out)
{
	unsigned value = 0;

	for (size_t i = 0; i < digits; i++) {
		if (!is_digit(peek(s, i)))
			return false;
		value = value * 10 + (unsigned)(peek(s, i) - '0');
	}
	if (value < low || value > high)
		return false;
	s->at += digits;
	*out = value;
	return true;
}

static bool
take_one_of(struct scan *s, const char *set, char *out)
{
	char c = peek(s, 0);

	if (c == '\0' || !strchr(set, c))
		return false;
	s->at++;
	*out = c;
	return true;
}

static bool
take_char(struct scan *s, char c)
{
	char taken;

	if (peek(s, 0) != c)
		return false;
	return take_one_of(s, (char[]){c, '\0'}, &taken);
}

/* Nothing that would make what was taken part of a longer word. */
static bool
at_boundary(const struct scan *s)
{
	return !is_digit(peek(s, 0)) && !is_letter(peek(s, 0));
}

static bool
at_component_end(const struct scan *s)
{
	return peek(s, 0) == '\0' || peek(s, 0) == '/';
}

struct clock {
	unsigned hour, minute, second;
	bool has_second;
};

/* hh mm [ss [.frac]] with one kind of separator, or none, between. */
static bool
take_clock(struct scan *s, struct clock *out, char *out_sep)
{
	struct scan t = *s;
	char sep = '\0';

	if (!take_number(&t, 2, 0, 23, &out->hour))
		return false;
	if (!is_digit(peek(&t, 0)) && !take_one_of(&t, ":-_.h", &sep))
		return false;
	if (!take_number(&t, 2, 0, 59, &out->minute))
		return false;
	*s = t;
	*out_sep = sep;

	if (sep != '\0' && !take_char(&t, sep == 'h' ? 'm' : sep))
		return true;
	if (!take_number(&t, 2, 0, 60, &out->second))
		return true;
	out->has_second = true;
	*s = t;
	if ((peek(&t, 0) == '.' || peek(&t, 0) == ',') &&
	    is_digit(peek(&t, 1))) {
		t.at++;
		t.at += digits_ahead(&t);
		*s = t;
	}
	return true;
}

/* Z, or +hh:mm in a few spellings. A minus would be a separator. */
static void
take_zone(struct scan *s)
{
	struct scan t = *s;
	unsigned value;
	char sep;

	if (take_one_of(&t, "Zz", &sep)) {
		*s = t;
		return;
	}
	if (!take_char(&t, '+') || !take_number(&t, 2, 0, 14, &value))
		return;
	(void)take_one_of(&t, ":-_.", &sep);
	if (take_number(&t, 2, 0, 59, &value))
		*s = t;
}

/*
 * The time after a date: behind a T or a separator, or glued to a date that
 * has no separators itself. In a folder of its own it must fill the folder.
 */
static bool
take_time_of_day(struct scan *s, bool compact_date, struct clock *out)
{
	struct scan t = *s;
	char lead = '\0', sep;

	if (!take_one_of(&t, "Tt_- ./@", &lead) && !compact_date)
		return false;
	if ((lead == '_' || lead == '-') && peek(&t, 0) == 'T')
		t.at++;
	*out = (struct clock){0, 0, 0, false};
	if (!take_clock(&t, out, &sep)) {
		if ((lead != 'T' && lead != 't') ||
		    !take_number(&t, 2, 0, 23, &out->hour))
			return false;
	}
	if (lead == '/' && sep == '\0' && !out->has_second)
		return false; /* 2026-02-17/1000: a count, for all we know */
	take_zone(&t);
	if (lead == '/' ? !at_component_end(&t) : !at_boundary(&t))
		return false;
	*s = t;
	return true;
}

struct date {
	unsigned year, month, day; /* day 0 = year and month only */
	bool compact;
};

static bool
begins_folder(const struct scan *s)
{
	return s->at == 0 || s->text.ptr[s->at - 1] == '/';
}

/*
 * The day after a month: with the separator that stands before the month, or
 * with any, or none, in a folder below that of the year. A folder of a day
 * alone, or of month and day in one number, holds nothing else.
 */
static bool
take_day(struct scan *s, char sep, unsigned *out)
{
	struct scan t = *s;
	char taken = '\0';

	if (sep == '/')
		(void)take_one_of(&t, "-_./", &taken);
	else if (sep != '\0' && !take_char(&t, sep))
		return false;
	if (!take_number(&t, 2, 1, 31, out))
		return false;
	if (sep != '\0' && is_digit(peek(&t, 0)))
		return false;
	if (sep == '/' && (taken == '/' || taken == '\0') &&
	    !at_component_end(&t))
		return false;
	*s = t;
	return true;
}

/* yyyy-mm-dd, yyyy_mm_dd, yyyy.mm.dd, yyyymmdd, yyyy-mm; in folders yyyy/mm/dd,
   yyyy/mm-dd, yyyy/mmdd, yyyy/mm. */
static bool
take_year_first(struct scan *s, struct date *out)
{
	struct scan t = *s;
	char sep = '\0';

	if (!take_number(&t, 4, YEAR_FIRST, YEAR_LAST, &out->year))
		return false;
	(void)take_one_of(&t, "-_./", &sep);
	if (!take_number(&t, 2, 1, 12, &out->month) ||
	    (sep == '/' && !begins_folder(s)))
		return false;
	out->compact = sep == '\0';
	if (!take_day(&t, sep, &out->day)) {
		if (out->compact || !at_boundary(&t) ||
		    (sep == '/' && !at_component_end(&t)))
			return false;
		out->day = 0;
	}
	*s = t;
	return true;
}

/* dd-mm-yyyy, dd.mm.yyyy, dd_mm_yyyy. */
static bool
take_day_first(struct scan *s, struct date *out)
{
	struct scan t = *s;
	char sep;

	if (!take_number(&t, 2, 1, 31, &out->day) ||
	    !take_one_of(&t, "-_.", &sep) ||
	    !take_number(&t, 2, 1, 12, &out->month) || !take_char(&t, sep) ||
	    !take_number(&t, 4, YEAR_FIRST, YEAR_LAST, &out->year))
		return false;
	out->compact = false;
	*s = t;
	return true;
}

/* Decimal digits of a value that has no more; behind them. */
static char *
put_digits(char *to, unsigned value, size_t digits)
{
	for (size_t i = digits; i-- > 0; value /= 10)
		to[i] = (char)('0' + value % 10);
	return to + digits;
}

static char *
put_field(char *to, char separator, unsigned value)
{
	*to = separator;
	return put_digits(to + 1, value, 2);
}

static void
put_date(char *to, const struct date *d)
{
	to = put_field(put_digits(to, d->year, 4), '-', d->month);
	if (d->day)
		to = put_field(to, '-', d->day);
	*to = '\0';
}

static void
put_stamp(char *to, const struct date *d, const struct clock *c)
{
	put_date(to, d);
	to = put_field(to + strlen(to), 'T', c->hour);
	to = put_field(put_field(to, ':', c->minute), ':', c->second);
	*to = '\0';
}

static size_t
take_date(struct sift_span path, size_t at, struct sift_path_time *out)
{
	struct scan s = {path, at};
	struct date d;
	struct clock c;

	if (!take_year_first(&s, &d) && !take_day_first(&s, &d))
		return 0;
	if (d.day && take_time_of_day(&s, d.compact, &c))
		put_stamp(out->stamp, &d, &c);
	else if (!d.day || at_boundary(&s))
		put_date(out->stamp, &d);
	else
		return 0;
	put_date(out->date, &d);
	return s.at - at;
}

/* Seconds (10 digits, maybe with a fraction) or milliseconds (13 digits). */
static size_t
take_epoch(struct sift_span path, size_t at, struct sift_path_time *out)
{
	struct scan s = {path, at};
	size_t digits = digits_ahead(&s);
	char text[SIFT_INSTANT_MAX];
	uint64_t seconds = 0;

	if (digits != 10 && digits != 13)
		return 0;
	for (size_t i = 0; i < 10; i++)
		seconds = seconds * 10 + (uint64_t)(peek(&s, i) - '0');
	if (seconds < EPOCH_S_FIRST || seconds > EPOCH_S_LAST)
		return 0;
	s.at += digits;
	if (digits == 10 && peek(&s, 0) == '.' && is_digit(peek(&s, 1))) {
		s.at++;
		s.at += digits_ahead(&s);
	}
	if (!at_boundary(&s))
		return 0;
	sift_instant_format((int64_t)seconds * SIFT_NS_PER_S, text);
	snprintf(out->date, sizeof(out->date), "%.10s", text);
	snprintf(out->stamp, sizeof(out->stamp), "%.19s", text);
	return s.at - at;
}

size_t
sift_path_time_from(struct sift_span path, size_t at,
		    struct sift_path_time *out)
{
	size_t len;

	if (at > 0 &&
	    (is_digit(path.ptr[at - 1]) || is_letter(path.ptr[at - 1])))
		return 0;
	len = take_date(path, at, out);
	return len ? len : take_epoch(path, at, out);
}
