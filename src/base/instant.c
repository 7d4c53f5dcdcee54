/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/instant.h"

#include "base/digits.h"

#define SECONDS_PER_DAY 86400

/* What is left to parse; a step that fails leaves it anywhere. */
struct cursor {
	const char *p, *end;
};

struct civil {
	unsigned year, month, day, hour, minute, second, ns;
};

static bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

/* Exactly `count` digits. */
static bool
take_number(struct cursor *c, unsigned count, unsigned *out)
{
	unsigned value = 0;

	if (c->end - c->p < (ptrdiff_t)count)
		return false;
	for (unsigned i = 0; i < count; i++, c->p++) {
		if (!is_digit(*c->p))
			return false;
		value = value * 10 + (unsigned)(*c->p - '0');
	}
	*out = value;
	return true;
}

/* One byte of `set`. */
static bool
take_one_of(struct cursor *c, const char *set)
{
	if (c->p == c->end || *c->p == '\0' || !strchr(set, *c->p))
		return false;
	c->p++;
	return true;
}

/* ".1" to ".123456789"; further digits are read and dropped. */
static bool
take_fraction(struct cursor *c, unsigned *out_ns)
{
	static const unsigned scale[] = {0,	 100000000, 10000000, 1000000,
					 100000, 10000,	    1000,     100,
					 10,	 1};
	const char *from = c->p;
	const char *far = c->end - from > 9 ? from + 9 : c->end;
	const char *p = from;
	unsigned ns = 0;

	if (c->end - from >= 8) {
		uint64_t eight = sift_eight(from);
		unsigned count = sift_digits_count(eight);

		ns = count ? sift_digits_value(eight, count) : 0;
		p += count;
	}
	for (; p < far && is_digit(*p); p++)
		ns = ns * 10 + (unsigned)(*p - '0');
	*out_ns = ns * scale[p - from];
	while (p < c->end && is_digit(*p))
		p++;
	c->p = p;
	return p > from;
}

static bool
is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned
days_in(unsigned year, unsigned month)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30,
					     31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Everything up to the zone, with each part in its range. */
static bool
take_civil(struct cursor *c, struct civil *out)
{
	if (!take_number(c, 4, &out->year) || !take_one_of(c, "-") ||
	    !take_number(c, 2, &out->month) || !take_one_of(c, "-") ||
	    !take_number(c, 2, &out->day) || !take_one_of(c, "Tt ") ||
	    !take_number(c, 2, &out->hour) || !take_one_of(c, ":") ||
	    !take_number(c, 2, &out->minute) || !take_one_of(c, ":") ||
	    !take_number(c, 2, &out->second))
		return false;
	out->ns = 0;
	if (take_one_of(c, ".") && !take_fraction(c, &out->ns))
		return false;
	if (out->month < 1 || out->month > 12 || out->day < 1 ||
	    out->day > days_in(out->year, out->month))
		return false;
	if (out->hour > 23 || out->minute > 59 || out->second > 60)
		return false;
	if (out->second == 60) { /* leap second: our days have none */
		out->second = 59;
		out->ns = 999999999;
	}
	return true;
}

static bool
take_zone(struct cursor *c, int64_t *out_offset_s)
{
	bool west = c->p < c->end && *c->p == '-';
	unsigned hours, minutes;

	if (take_one_of(c, "Zz")) {
		*out_offset_s = 0;
		return true;
	}
	if (!take_one_of(c, "+-") || !take_number(c, 2, &hours) ||
	    !take_one_of(c, ":") || !take_number(c, 2, &minutes) ||
	    hours > 23 || minutes > 59)
		return false;
	*out_offset_s = (int64_t)hours * 3600 + (int64_t)minutes * 60;
	if (west)
		*out_offset_s = -*out_offset_s;
	return true;
}

/*
 * Days since 1970-01-01 in the Gregorian calendar. The year is taken to begin
 * in March, so that the leap day is its last, and months then follow the
 * pattern 153 days in 5 (H. Hinnant, "chrono-compatible low-level date
 * algorithms"). 719468 days lie between 0000-03-01 and 1970-01-01.
 */
static int64_t
days_from_civil(unsigned year, unsigned month, unsigned day)
{
	unsigned y = month <= 2 ? year - 1 : year;
	unsigned m = (month + 9) % 12; /* March = 0 */
	unsigned day_of_year = (153 * m + 2) / 5 + day - 1;

	return (int64_t)y * 365 + y / 4 - y / 100 + y / 400 + day_of_year -
	       719468;
}

/* The inverse, for years that int64 nanoseconds can hold. */
static void
civil_from_days(int64_t days, struct civil *out)
{
	unsigned z = (unsigned)(days + 719468);
	unsigned era = z / 146097; /* 400 years */
	unsigned of_era = z % 146097;
	unsigned y =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	unsigned of_year = of_era - (365 * y + y / 4 - y / 100);
	unsigned m = (5 * of_year + 2) / 153;

	out->day = of_year - (153 * m + 2) / 5 + 1;
	out->month = m < 10 ? m + 3 : m - 9;
	out->year = y + era * 400 + (out->month <= 2);
}

bool
sift_instant_parse(struct sift_span text, int64_t *out_ns)
{
	struct cursor c;
	struct civil t;
	int64_t offset_s, seconds;

	if (text.len == 0)
		return false;
	c = (struct cursor){text.ptr, text.ptr + text.len};
	if (!take_civil(&c, &t) || !take_zone(&c, &offset_s) || c.p != c.end)
		return false;
	if (t.year < 1678 || t.year > 2261)
		return false;
	seconds = days_from_civil(t.year, t.month, t.day) * SECONDS_PER_DAY +
		  t.hour * 3600 + t.minute * 60 + t.second - offset_s;
	*out_ns = seconds * SIFT_NS_PER_S + t.ns;
	return true;
}

const char *
sift_instant_near_rest(const struct sift_instant_near *near, const char *p,
		       const char *end, int64_t *out_ns)
{
	struct cursor c = {p, end};
	unsigned ns;

	if (!near->zone_len || !take_fraction(&c, &ns) ||
	    end - c.p < near->zone_len || *c.p != near->zone[0] ||
	    (near->zone_len > 1 && memcmp(c.p, near->zone, near->zone_len)))
		return NULL;
	*out_ns = near->second_ns + ns;
	return c.p + near->zone_len;
}

/* A time like the one before, save for its fraction. */
static inline bool
take_near(const struct sift_instant_near *near, struct sift_span text,
	  int64_t *out_ns)
{
	const size_t second = sizeof(near->second);

	return text.len > second && !memcmp(text.ptr, near->second, second) &&
	       sift_instant_near_rest(near, text.ptr + second,
				      sift_span_end(text),
				      out_ns) == sift_span_end(text);
}

/* What the next time may be like: one with a fraction that was kept whole. */
static void
remember(struct sift_instant_near *near, struct sift_span text, int64_t time_ns)
{
	const size_t second = sizeof(near->second);
	struct cursor c;
	unsigned ns;
	size_t left;

	near->zone_len = 0;
	/* A leap second has no fraction. */
	if (text.len <= second || text.ptr[second - 1] != '.' ||
	    text.ptr[second - 3] == '6')
		return;
	c = (struct cursor){text.ptr + second, text.ptr + text.len};
	if (!take_fraction(&c, &ns))
		return;
	left = (size_t)(c.end - c.p);
	memcpy(near->second, text.ptr, second);
	memcpy(near->zone, c.p, left);
	near->zone_len = (unsigned char)left;
	near->second_ns = time_ns - ns;
}

bool
sift_instant_parse_near(struct sift_instant_near *near, struct sift_span text,
			int64_t *out_ns)
{
	if (take_near(near, text, out_ns))
		return true;
	if (!sift_instant_parse(text, out_ns))
		return false;
	remember(near, text, *out_ns);
	return true;
}

bool
sift_instant_is_local(struct sift_span text)
{
	struct cursor c;
	struct civil t;

	if (text.len == 0)
		return false;
	c = (struct cursor){text.ptr, text.ptr + text.len};
	return take_civil(&c, &t) && c.p == c.end;
}

/* `digits` digits of `value`, with zeros in front, then `end`. */
static char *
put_number(char *to, unsigned value, unsigned digits, char end)
{
	for (unsigned i = digits; i-- > 0; value /= 10)
		to[i] = (char)('0' + value % 10);
	to[digits] = end;
	return to + digits + 1;
}

unsigned
sift_instant_format(int64_t ns, char out[SIFT_INSTANT_MAX])
{
	int64_t seconds = ns / SIFT_NS_PER_S;
	int64_t fraction = ns % SIFT_NS_PER_S;
	int64_t days, of_day;
	struct civil t;
	char *to = out;

	out[0] = '\0';
	if (ns == SIFT_INSTANT_NONE)
		return 0;
	if (fraction < 0) { /* C rounds towards 0, calendars towards the past */
		fraction += SIFT_NS_PER_S;
		seconds--;
	}
	days = seconds / SECONDS_PER_DAY;
	of_day = seconds % SECONDS_PER_DAY;
	if (of_day < 0) {
		of_day += SECONDS_PER_DAY;
		days--;
	}
	civil_from_days(days, &t);
	to = put_number(to, t.year, 4, '-');
	to = put_number(to, t.month, 2, '-');
	to = put_number(to, t.day, 2, 'T');
	to = put_number(to, (unsigned)(of_day / 3600), 2, ':');
	to = put_number(to, (unsigned)(of_day / 60 % 60), 2, ':');
	to = put_number(to, (unsigned)(of_day % 60), 2, '.');
	to = put_number(to, (unsigned)fraction, 9, '\0') - 1;
	while (to[-1] == '0' && fraction != 0)
		to--;
	if (fraction == 0)
		to -= 10; /* the point too */
	*to++ = 'Z';
	*to = '\0';
	return (unsigned)(to - out);
}
