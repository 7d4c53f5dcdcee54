/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/config_fields.h"

#include <math.h>
#include <stdarg.h>

#include "base/buf.h"
#include "base/num.h"
#include "config/nearest.h"

#define SHOWN_MAX 60   /* bytes of a text in a message */
#define NAMES_MAX 32   /* keys of one map */
#define LISTED_MAX 120 /* bytes of known keys in a message */

static struct sift_span
span_of(const struct sift_yaml_node *node)
{
	return sift_span_of(node->text, node->len);
}

const char *
sift_field_quote(const struct sift_field_place *place,
		 const struct sift_yaml_node *node)
{
	struct sift_buf buf;
	const char *kept = NULL;

	sift_buf_init(&buf, 0);
	sift_buf_add_byte(&buf, '"');
	sift_buf_add_escaped(&buf, span_of(node), SHOWN_MAX);
	sift_buf_add_byte(&buf, '"');
	if (!sift_buf_status(&buf))
		kept = sift_arena_str(place->arena, buf.ptr);
	sift_buf_release(&buf);
	return kept ? kept : "";
}

enum sift_status
sift_field_fail(const struct sift_field_place *place,
		const struct sift_yaml_node *node, const char *format, ...)
{
	struct sift_buf buf;
	va_list args;
	enum sift_status rc;

	sift_buf_init(&buf, 0);
	if (place->path[0]) {
		sift_buf_add_escaped(&buf, sift_span_str(place->path),
				     2 * SHOWN_MAX);
		sift_buf_add_str(&buf, ": ");
	}
	va_start(args, format);
	sift_buf_vprintf(&buf, format, args);
	va_end(args);
	rc = sift_buf_status(&buf);
	if (rc)
		rc = sift_fail(place->err, rc, "no memory for a message");
	else
		rc = sift_fail_at(place->err, SIFT_E_USAGE, node->line, -1,
				  "%s", buf.ptr);
	sift_buf_release(&buf);
	return rc;
}

/* What to try instead: the nearest key, else all if they are few. */
static void
add_hint(struct sift_buf *buf, struct sift_span word, const char *const *names,
	 size_t count)
{
	const char *near = sift_nearest(word, names, count);
	size_t i, total = 0;

	if (near) {
		sift_buf_printf(buf, " (did you mean \"%s\"?)", near);
		return;
	}
	for (i = 0; i < count; i++)
		total += strlen(names[i]) + 2;
	if (!count || total > LISTED_MAX)
		return;
	sift_buf_add_str(buf, " (known: ");
	for (i = 0; i < count; i++)
		sift_buf_printf(buf, "%s%s", i ? ", " : "", names[i]);
	sift_buf_add_byte(buf, ')');
}

enum sift_status
sift_field_unknown(const struct sift_field_place *place,
		   const struct sift_yaml_node *key, const char *const *names,
		   size_t count)
{
	struct sift_buf buf;
	enum sift_status rc;

	sift_buf_init(&buf, 0);
	sift_buf_printf(&buf, "unknown key %s", sift_field_quote(place, key));
	if (place->path[0]) {
		sift_buf_add_str(&buf, " in ");
		sift_buf_add_escaped(&buf, sift_span_str(place->path),
				     2 * SHOWN_MAX);
	}
	add_hint(&buf, span_of(key), names, count);
	rc = sift_buf_status(&buf);
	if (rc)
		rc = sift_fail(place->err, rc, "no memory for a message");
	else
		rc = sift_fail_at(place->err, SIFT_E_USAGE, key->line, -1, "%s",
				  buf.ptr);
	sift_buf_release(&buf);
	return rc;
}

enum sift_status
sift_field_kind(const struct sift_field_place *place,
		const struct sift_yaml_node *node, enum sift_yaml_kind kind,
		const char *what)
{
	static const char *const kinds[] = {
		[SIFT_YAML_SCALAR] = "a value",
		[SIFT_YAML_LIST] = "a list",
		[SIFT_YAML_MAP] = "a map",
	};

	if (node->kind == kind)
		return SIFT_OK;
	if (node->kind == SIFT_YAML_SCALAR && !node->len)
		return sift_field_fail(place, node, "must be %s, is empty",
				       what);
	return sift_field_fail(place, node, "must be %s, not %s", what,
			       kinds[node->kind]);
}

static bool
is_one_of(const struct sift_yaml_node *node, const char *const *words)
{
	if (node->kind != SIFT_YAML_SCALAR)
		return false;
	for (; *words; words++)
		if (sift_span_equal_nocase(span_of(node),
					   sift_span_str(*words)))
			return true;
	return false;
}

bool
sift_field_is_off(const struct sift_yaml_node *node)
{
	static const char *const words[] = {"off", "false", "no", NULL};

	return is_one_of(node, words);
}

bool
sift_field_is_on(const struct sift_yaml_node *node)
{
	static const char *const words[] = {"on", "true", "yes", NULL};

	return is_one_of(node, words);
}

/* A bound as it would be written in the file. */
static void
format_bound(double value, enum sift_quantity quantity,
	     char out[SIFT_NUM_MAX + 8])
{
	static const char *const suffixes[SIFT_QUANTITY_COUNT] = {
		[SIFT_QUANTITY_MS] = " ms",
		[SIFT_QUANTITY_SHARE] = " %",
	};
	const char *suffix = suffixes[quantity];
	unsigned len;

	if (quantity == SIFT_QUANTITY_SHARE)
		value *= 100;
	len = sift_format_double(value, out);
	if (suffix)
		memcpy(out + len, suffix, strlen(suffix) + 1);
}

enum sift_status
sift_field_number(const struct sift_field_place *place,
		  const struct sift_yaml_node *node,
		  const struct sift_field *field, double *out)
{
	char low[SIFT_NUM_MAX + 8], high[SIFT_NUM_MAX + 8];
	const char *why;
	double value;
	enum sift_status rc;

	rc = sift_field_kind(place, node, SIFT_YAML_SCALAR,
			     sift_quantity_example(field->quantity));
	if (rc)
		return rc;
	why = sift_quantity_parse(span_of(node), field->quantity, &value);
	if (why)
		return sift_field_fail(place, node, "%s %s",
				       sift_field_quote(place, node), why);
	if (value < field->low || value > field->high) {
		format_bound(field->low, field->quantity, low);
		format_bound(field->high, field->quantity, high);
		return sift_field_fail(
			place, node, "%s is out of bounds (%s to %s)",
			sift_field_quote(place, node), low, high);
	}
	*out = value;
	return SIFT_OK;
}

static const struct sift_field *
find_field(const struct sift_field *fields, size_t count, struct sift_span key)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (sift_span_equal(key, sift_span_str(fields[i].key)))
			return &fields[i];
	return NULL;
}

static enum sift_status
unknown_field(const struct sift_field_place *place,
	      const struct sift_yaml_node *key, const struct sift_field *fields,
	      size_t count)
{
	const char *names[NAMES_MAX];
	size_t i;

	for (i = 0; i < count && i < NAMES_MAX; i++)
		names[i] = fields[i].key;
	return sift_field_unknown(place, key, names, i);
}

static enum sift_status
read_field(const struct sift_field_place *place,
	   const struct sift_yaml_node *value, const struct sift_field *field,
	   void *target)
{
	struct sift_field_place inner = *place;
	double number = NAN;
	enum sift_status rc = SIFT_OK;

	inner.path = sift_arena_printf(place->arena, "%s.%s", place->path,
				       field->key);
	if (!inner.path)
		return sift_fail(place->err, SIFT_E_NOMEM,
				 "no memory for the configuration");
	if (!field->may_be_off || !sift_field_is_off(value))
		rc = sift_field_number(&inner, value, field, &number);
	if (!rc)
		memcpy((char *)target + field->offset, &number, sizeof(number));
	return rc;
}

enum sift_status
sift_field_map(const struct sift_field_place *place,
	       const struct sift_yaml_node *map,
	       const struct sift_field *fields, size_t count, void *target)
{
	size_t i;
	enum sift_status rc = SIFT_OK;

	for (i = 0; i < map->count && !rc; i++) {
		const struct sift_field *field =
			find_field(fields, count, span_of(map->keys[i]));

		if (!field)
			return unknown_field(place, map->keys[i], fields,
					     count);
		rc = read_field(place, map->items[i], field, target);
	}
	return rc;
}
