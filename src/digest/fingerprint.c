/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/fingerprint.h"

#include <stdbool.h>

#include "base/instant.h"
#include "base/repr.h"
#include "base/text.h"
#include "base/token.h"
#include "digest/failure_cause.h"

/* As read/locust_text.c has it. */
#define LAYERS_MAX 6

/* Shorter numbers in hexadecimal may be error codes. */
#define ADDRESS_DIGITS_MIN 6
/* So far back a parameter is looked for the URL it is in. */
#define URL_BYTES 2048

/* What stands at a place of a text, and what goes there instead. */
struct found {
	size_t len; /* 0 = nothing to replace */
	struct sift_span placeholder;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Letters and digits; bytes beyond ASCII are letters. */
static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static size_t
count_digits(struct sift_span text, size_t at)
{
	size_t from = at;

	while (at < text.len && is_digit(text.ptr[at]))
		at++;
	return at - from;
}

static char
byte_at(struct sift_span text, size_t at)
{
	return at < text.len ? text.ptr[at] : '\0';
}

static struct found
replace(size_t len, struct sift_span placeholder)
{
	return (struct found){len, placeholder};
}

/* ---- addresses ---- */

/* ":43210" behind a host: with the colon; 0 for none. */
static size_t
port_length(struct sift_span text, size_t at)
{
	size_t digits = count_digits(text, at + 1);

	return byte_at(text, at) == ':' && digits >= 2 && digits <= 5 &&
			       !is_word(byte_at(text, at + 1 + digits))
		       ? 1 + digits
		       : 0;
}

static struct found
find_ip4(struct sift_span text, size_t at)
{
	size_t end = at;

	if (at > 1 && text.ptr[at - 1] == '.' && is_digit(text.ptr[at - 2]))
		return (struct found){0}; /* a longer version number */
	for (int i = 0; i < 4; i++) {
		size_t digits = count_digits(text, end);

		if (!digits || digits > 3)
			return (struct found){0};
		end += digits;
		if (i < 3 && byte_at(text, end++) != '.')
			return (struct found){0};
	}
	if (is_word(byte_at(text, end)) ||
	    (byte_at(text, end) == '.' && is_digit(byte_at(text, end + 1))))
		return (struct found){0};
	return replace(end + port_length(text, end) - at, SIFT_SPAN("{ip}"));
}

/* Of an object: 0x7efec6505790, as newer versions of Locust write it. */
static struct found
find_address(struct sift_span text, size_t at)
{
	size_t end = at + 2;

	if (byte_at(text, at) != '0' || byte_at(text, at + 1) != 'x')
		return (struct found){0};
	while (is_word(byte_at(text, end)))
		end++;
	return end - at < 2 + ADDRESS_DIGITS_MIN
		       ? (struct found){0}
		       : replace(end - at, SIFT_SPAN("0x...."));
}

/* In brackets, as in URLs: [::1]:8080. */
static struct found
find_ip6(struct sift_span text, size_t at)
{
	size_t end = at + 1, colons = 0;

	if (byte_at(text, at) != '[')
		return (struct found){0};
	while (end < text.len && (is_word(text.ptr[end]) ||
				  text.ptr[end] == ':' || text.ptr[end] == '.'))
		colons += text.ptr[end++] == ':';
	if (byte_at(text, end) != ']' || colons < 2)
		return (struct found){0};
	end++;
	return replace(end + port_length(text, end) - at, SIFT_SPAN("{ip}"));
}

/* A port counts only behind what looks like a host: a name with a dot, after
   "//" or "tcp ", or localhost. Numbers behind a colon are many things. */
static bool
ends_with_host(struct sift_span before)
{
	size_t from = before.len;
	struct sift_span name, ahead;

	while (from &&
	       (is_word(before.ptr[from - 1]) || before.ptr[from - 1] == '.' ||
		before.ptr[from - 1] == '-'))
		from--;
	name = sift_span_from(before, from);
	ahead = sift_span_head(before, from);
	if (!name.len)
		return false;
	return sift_span_find_byte(name, '.') < name.len - 1 ||
	       sift_span_equal(name, SIFT_SPAN("localhost")) ||
	       sift_span_ends(ahead, SIFT_SPAN("//")) ||
	       sift_span_ends(ahead, SIFT_SPAN("tcp ")) ||
	       sift_span_ends(ahead, SIFT_SPAN("udp "));
}

/* "port=8080", or behind a host. */
static struct found
find_port(struct sift_span text, size_t at)
{
	struct sift_span before = sift_span_head(text, at);
	size_t digits = count_digits(text, at);

	if (digits < 2 || digits > 5 || is_word(byte_at(text, at + digits)))
		return (struct found){0};
	if (sift_span_ends(before, SIFT_SPAN("port=")) ||
	    sift_span_ends(before, SIFT_SPAN("port ")) ||
	    (sift_span_ends(before, SIFT_SPAN(":")) &&
	     ends_with_host(sift_span_head(before, before.len - 1))))
		return replace(digits, SIFT_SPAN("{port}"));
	return (struct found){0};
}

/* ---- times ---- */

/* 2026-11-21T01:24:49.5Z, 2026-11-21 01:24:49,123 */
static struct found
find_time(struct sift_span text, size_t at)
{
	const size_t whole = 19;
	struct sift_span rest = sift_span_from(text, at);
	size_t end = whole;

	if (!sift_instant_is_local(sift_span_head(rest, whole)))
		return (struct found){0};
	if (byte_at(rest, end) == '.' || byte_at(rest, end) == ',')
		end += 1 + count_digits(rest, end + 1);
	if (byte_at(rest, end) == 'Z')
		end++;
	else if ((byte_at(rest, end) == '+' || byte_at(rest, end) == '-') &&
		 count_digits(rest, end + 1) == 2 &&
		 byte_at(rest, end + 3) == ':')
		end += 6;
	return replace(end < rest.len ? end : rest.len, SIFT_SPAN("{time}"));
}

/* ---- numbers ---- */

static bool
has_unit(struct sift_span text)
{
	static const struct sift_span units[] = {
		SIFT_SPAN_INIT("ms"),	     SIFT_SPAN_INIT("s"),
		SIFT_SPAN_INIT("sec"),	     SIFT_SPAN_INIT("secs"),
		SIFT_SPAN_INIT("seconds"),   SIFT_SPAN_INIT("us"),
		SIFT_SPAN_INIT("\xc2\xb5s"), SIFT_SPAN_INIT("ns"),
		SIFT_SPAN_INIT("bytes"),     SIFT_SPAN_INIT("B"),
		SIFT_SPAN_INIT("KB"),	     SIFT_SPAN_INIT("kB"),
		SIFT_SPAN_INIT("MB"),
	};
	size_t len = 0;

	if (byte_at(text, 0) == ' ')
		text = sift_span_from(text, 1);
	while (len < text.len && is_word(text.ptr[len]))
		len++;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (sift_span_equal(sift_span_head(text, len), units[i]))
			return true;
	return false;
}

/* A part of a path, or the value of a parameter in one. */
static bool
is_in_path(struct sift_span text, size_t at, size_t end)
{
	char before = at ? text.ptr[at - 1] : '\0';
	char after = byte_at(text, end);
	size_t from = at;

	if (before == '/') /* but HTTP/2 */
		return !is_word(after) && after != '.' &&
		       !sift_span_ends(sift_span_head(text, at),
				       SIFT_SPAN("HTTP/"));
	if (before != '=')
		return false;
	while (from && at - from < URL_BYTES && text.ptr[from - 1] != ' ' &&
	       text.ptr[from - 1] != '?')
		from--;
	return from && text.ptr[from - 1] == '?';
}

static struct found
find_number(struct sift_span text, size_t at)
{
	const struct sift_span n = SIFT_SPAN("{n}");
	size_t digits = count_digits(text, at), decimals = 0;
	size_t end = at + digits;

	if (!digits)
		return (struct found){0};
	if (byte_at(text, end) == '.')
		decimals = count_digits(text, end + 1);
	if (decimals)
		end += 1 + decimals;
	if (has_unit(sift_span_from(text, end)))
		return replace(end - at, n);
	if (is_word(byte_at(text, end)))
		return (struct found){0};
	if (digits >= 5 || decimals >= 3 ||
	    (!decimals && is_in_path(text, at, end)))
		return replace(end - at, n);
	return (struct found){0};
}

/* Letters and digits that are no name; numbers are dealt with above. */
static struct found
find_token(struct sift_span text, size_t at)
{
	struct sift_span rest = sift_span_from(text, at), placeholder;
	size_t len = sift_token_uuid(rest);

	if (!len || is_word(byte_at(rest, len)))
		for (len = 0; is_word(byte_at(rest, len));)
			len++;
	placeholder = sift_token_placeholder(sift_span_head(rest, len));
	if (!placeholder.len || sift_span_equal(placeholder, SIFT_SPAN("{n}")))
		return (struct found){0};
	return replace(len, placeholder);
}

/* ---- what is said, without what is around it ---- */

/* RuntimeError(<X object at 0x7f…>), ValueError('…'): older versions of a tool
   write the argument alone. */
static bool
find_argument(struct sift_span text, struct sift_span *out)
{
	struct sift_span ignored;
	size_t name = 0;

	if (!text.len || text.ptr[0] < 'A' || text.ptr[0] > 'Z' ||
	    !sift_span_ends(text, SIFT_SPAN(")")))
		return false;
	while (is_word(text.ptr[name]) || text.ptr[name] == '.' ||
	       text.ptr[name] == '_')
		name++;
	if (text.ptr[name] != '(')
		return false;
	*out = sift_span_from(sift_span_head(text, text.len - 1), name + 1);
	if (sift_span_ends(*out, SIFT_SPAN(","))) /* Python 2 */
		out->len--;
	return sift_repr_find(*out, &ignored) ||
	       (sift_span_starts(*out, SIFT_SPAN("<")) &&
		sift_span_ends(*out, SIFT_SPAN(">")));
}

/* Take layers off; *text may point into one of the buffers then. */
static enum sift_status
unwrap(struct sift_span *text, struct sift_buf layers[2])
{
	struct sift_span inner;

	for (size_t i = 0; i < LAYERS_MAX; i++) {
		struct sift_buf *layer = &layers[i % 2];

		*text = sift_span_trim(*text);
		if (find_argument(*text, &inner)) {
			*text = inner;
		} else if (sift_repr_find(*text, &inner)) {
			sift_buf_clear(layer);
			sift_repr_unescape(inner, layer);
			if (sift_buf_status(layer))
				return sift_buf_status(layer);
			*text = sift_buf_span(layer);
		} else {
			break;
		}
	}
	return SIFT_OK;
}

/* ---- what differs ---- */

typedef struct found finder(struct sift_span text, size_t at);

static struct found
find_any(struct sift_span text, size_t at)
{
	static finder *const finders[] = {find_time,	find_ip4,  find_ip6,
					  find_address, find_port, find_token,
					  find_number};
	struct found found = {0};

	if (at && is_word(text.ptr[at - 1]) && is_word(text.ptr[at]))
		return found;
	for (size_t i = 0;
	     !found.len && i < sizeof(finders) / sizeof(finders[0]); i++)
		found = finders[i](text, at);
	return found;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
add_masked(struct sift_span text, struct sift_buf *out)
{
	const size_t start = out->len;
	size_t at = 0;

	while (at < text.len && out->len - start <= SIFT_FINGERPRINT_MAX) {
		struct found found = find_any(text, at);
		char c = text.ptr[at];

		at += found.len ? found.len : 1;
		if (found.len)
			sift_buf_add_span(out, found.placeholder);
		else if (!is_space(c))
			sift_buf_add_byte(out, c);
		else if (at == text.len || !is_space(text.ptr[at]))
			sift_buf_add_byte(out, ' ');
	}
	sift_fingerprint_cut(out, start, SIFT_FINGERPRINT_MAX);
}

void
sift_fingerprint_cut(struct sift_buf *out, size_t from, size_t max)
{
	const struct sift_span mark = SIFT_SPAN("\xE2\x80\xA6");

	if (sift_buf_status(out) || out->len - from <= max)
		return;
	out->len = from + max - mark.len;
	out->len = from + sift_utf8_whole(sift_span_of(out->ptr + from,
						       out->len - from));
	sift_buf_add_span(out, mark);
}

enum sift_status
sift_fingerprint(struct sift_span text, struct sift_buf *out)
{
	struct sift_buf layers[2];
	enum sift_status rc = SIFT_OK;

	if (sift_failure_cause(text, out))
		return sift_buf_status(out);
	sift_buf_init(&layers[0], 0);
	sift_buf_init(&layers[1], 0);
	rc = unwrap(&text, layers);
	if (!rc && !sift_failure_cause(text, out))
		add_masked(text, out);
	sift_buf_release(&layers[0]);
	sift_buf_release(&layers[1]);
	return rc ? rc : sift_buf_status(out);
}
