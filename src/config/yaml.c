/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * libyaml's events, stacked into a tree. Its own document API would resolve
 * aliases silently (a few lines can then stand for gigabytes) and forgets
 * which scalars were quoted; with events both are seen where they stand.
 */
#include <config.h>

#include "config/yaml.h"

#include <yaml.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"

#define DEPTH_MAX 64
#define ITEMS_MAX 10000	 /* of one list or map */
#define NODES_MAX 100000 /* of a document */
#define SHOWN_MAX 60

struct sift_yaml {
	struct sift_arena arena; /* all nodes and texts */
	struct sift_yaml_node *root;
};

/* A list or map whose end has not come yet. */
struct level {
	struct sift_yaml_node *node;
	struct sift_yaml_node **items, **keys; /* owned until the end */
	size_t item_capacity, key_capacity;
	size_t item_count, key_count;
};

struct builder {
	struct sift_yaml *yaml;
	struct level levels[DEPTH_MAX];
	size_t depth;
	size_t node_count;
	int documents;
	struct sift_err *err;
};

static enum sift_status
no_memory(struct sift_err *err)
{
	return sift_fail(err, SIFT_E_NOMEM, "no memory for a YAML document");
}

static enum sift_status
refuse(struct builder *b, const yaml_mark_t *mark, const char *what)
{
	return sift_fail_at(b->err, SIFT_E_USAGE, mark->line + 1, -1, "%s",
			    what);
}

static enum sift_status
refuse_key(struct builder *b, const struct sift_yaml_node *key,
	   unsigned first_line)
{
	struct sift_buf shown;
	enum sift_status rc;

	sift_buf_init(&shown, 0);
	sift_buf_add_escaped(&shown, sift_span_of(key->text, key->len),
			     SHOWN_MAX);
	sift_buf_add_str(&shown, ""); /* an empty key is text as well */
	if (sift_buf_status(&shown))
		rc = no_memory(b->err);
	else
		rc = sift_fail_at(b->err, SIFT_E_USAGE, key->line, -1,
				  "key \"%s\" occurs twice (first in line %u)",
				  shown.ptr ? shown.ptr : "", first_line);
	sift_buf_release(&shown);
	return rc;
}

static struct sift_yaml_node *
new_node(struct builder *b, enum sift_yaml_kind kind, const yaml_mark_t *mark)
{
	struct sift_yaml_node *node =
		sift_arena_alloc(&b->yaml->arena, sizeof(*node));

	if (!node)
		return NULL;
	node->kind = kind;
	node->line = (unsigned)mark->line + 1;
	node->column = (unsigned)mark->column + 1;
	b->node_count++;
	return node;
}

static int
push(struct sift_yaml_node ***array, size_t *capacity, size_t *count,
     struct sift_yaml_node *node)
{
	void *grown = *array;
	int rc = sift_array_grow(&grown, capacity, *count + 1, sizeof(**array),
				 ITEMS_MAX);

	*array = grown;
	if (!rc)
		(*array)[(*count)++] = node;
	return rc;
}

/* Keys of one map are compared with each other: ITEMS_MAX bounds the work. */
static enum sift_status
check_key(struct builder *b, const struct level *level,
	  const struct sift_yaml_node *key, const yaml_mark_t *mark)
{
	struct sift_span text = sift_span_of(key->text, key->len);
	size_t i;

	if (key->kind != SIFT_YAML_SCALAR)
		return refuse(b, mark, "a key must be plain text");
	for (i = 0; i < level->key_count; i++) {
		const struct sift_yaml_node *other = level->keys[i];

		if (sift_span_equal(text,
				    sift_span_of(other->text, other->len)))
			return refuse_key(b, key, other->line);
	}
	return SIFT_OK;
}

static enum sift_status
attach(struct builder *b, struct sift_yaml_node *node, const yaml_mark_t *mark)
{
	struct level *level;
	enum sift_status rc;
	int grown;

	if (b->node_count > NODES_MAX)
		return refuse(b, mark, "more than 100000 values");
	if (!b->depth) {
		b->yaml->root = node;
		return SIFT_OK;
	}
	level = &b->levels[b->depth - 1];
	if (level->node->kind == SIFT_YAML_MAP &&
	    level->key_count == level->item_count) {
		rc = check_key(b, level, node, mark);
		if (rc)
			return rc;
		grown = push(&level->keys, &level->key_capacity,
			     &level->key_count, node);
	} else {
		grown = push(&level->items, &level->item_capacity,
			     &level->item_count, node);
	}
	if (grown == -2)
		return refuse(b, mark, "more than 10000 values in one list");
	return grown ? no_memory(b->err) : SIFT_OK;
}

static enum sift_status
add_scalar(struct builder *b, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	struct sift_yaml_node *node;

	if (event->data.scalar.tag)
		return refuse(b, &event->start_mark, "tags are not supported");
	if (memchr(text, '\0', len))
		return refuse(b, &event->start_mark, "text with a NUL in it");
	node = new_node(b, SIFT_YAML_SCALAR, &event->start_mark);
	if (!node)
		return no_memory(b->err);
	node->text = sift_arena_span(&b->yaml->arena, sift_span_of(text, len));
	node->len = len;
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (!node->text)
		return no_memory(b->err);
	return attach(b, node, &event->start_mark);
}

static enum sift_status
begin_level(struct builder *b, enum sift_yaml_kind kind, const char *tag,
	    const yaml_mark_t *mark)
{
	struct sift_yaml_node *node;
	enum sift_status rc;

	if (tag)
		return refuse(b, mark, "tags are not supported");
	if (b->depth == DEPTH_MAX)
		return refuse(b, mark, "nested deeper than 64 levels");
	node = new_node(b, kind, mark);
	if (!node)
		return no_memory(b->err);
	rc = attach(b, node, mark);
	if (rc)
		return rc;
	b->levels[b->depth++] = (struct level){.node = node};
	return SIFT_OK;
}

static struct sift_yaml_node **
keep(struct builder *b, struct sift_yaml_node *const *nodes, size_t count)
{
	struct sift_yaml_node **kept = sift_arena_array(
		&b->yaml->arena, count, sizeof(struct sift_yaml_node *));

	if (kept && count)
		memcpy(kept, nodes, count * sizeof(struct sift_yaml_node *));
	return kept;
}

static void
drop_level(struct level *level)
{
	sift_free(level->items);
	sift_free(level->keys);
	*level = (struct level){0};
}

static enum sift_status
end_level(struct builder *b)
{
	struct level *level = &b->levels[--b->depth];
	struct sift_yaml_node *node = level->node;

	node->count = level->item_count;
	node->items = keep(b, level->items, level->item_count);
	if (node->kind == SIFT_YAML_MAP)
		node->keys = keep(b, level->keys, level->key_count);
	drop_level(level);
	if (!node->items || (node->kind == SIFT_YAML_MAP && !node->keys))
		return no_memory(b->err);
	return SIFT_OK;
}

static enum sift_status
handle(struct builder *b, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->documents++)
			return refuse(b, &event->start_mark,
				      "more than one document");
		return SIFT_OK;
	case YAML_ALIAS_EVENT:
		return refuse(b, &event->start_mark,
			      "aliases (*name) are not supported");
	case YAML_SCALAR_EVENT:
		return add_scalar(b, event);
	case YAML_SEQUENCE_START_EVENT:
		return begin_level(b, SIFT_YAML_LIST,
				   (const char *)event->data.sequence_start.tag,
				   &event->start_mark);
	case YAML_MAPPING_START_EVENT:
		return begin_level(b, SIFT_YAML_MAP,
				   (const char *)event->data.mapping_start.tag,
				   &event->start_mark);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return end_level(b);
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return SIFT_OK;
}

/* For bytes that are no text libyaml gives an offset, no line. */
static uint64_t
line_of_offset(struct sift_span text, size_t offset)
{
	uint64_t line = 1;
	size_t i;

	for (i = 0; i < offset && i < text.len; i++)
		if (text.ptr[i] == '\n')
			line++;
	return line;
}

static enum sift_status
syntax_error(const yaml_parser_t *parser, struct sift_span text,
	     struct sift_err *err)
{
	const char *problem = parser->problem ? parser->problem : "not YAML";
	uint64_t line = parser->problem_mark.line + 1;

	if (parser->error == YAML_MEMORY_ERROR)
		return no_memory(err);
	if (parser->error == YAML_READER_ERROR)
		line = line_of_offset(text, parser->problem_offset);
	if (parser->context)
		return sift_fail_at(err, SIFT_E_USAGE, line, -1, "%s, %s",
				    parser->context, problem);
	return sift_fail_at(err, SIFT_E_USAGE, line, -1, "%s", problem);
}

static enum sift_status
build(struct builder *b, yaml_parser_t *parser, struct sift_span text)
{
	enum sift_status rc = SIFT_OK;
	int ended = 0;

	while (!rc && !ended) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event))
			return syntax_error(parser, text, b->err);
		rc = handle(b, &event);
		ended = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	return rc;
}

/* Nothing, or nothing but comments, is an empty map. */
static enum sift_status
finish(struct builder *b)
{
	static const yaml_mark_t start;
	struct sift_yaml_node *root = b->yaml->root;

	if (root &&
	    (root->kind != SIFT_YAML_SCALAR || root->len || root->quoted))
		return SIFT_OK;
	b->yaml->root = new_node(b, SIFT_YAML_MAP, &start);
	return b->yaml->root ? SIFT_OK : no_memory(b->err);
}

static enum sift_status
parse(struct sift_yaml *yaml, struct sift_span text, struct sift_err *err)
{
	struct builder *b = sift_calloc(1, sizeof(*b));
	yaml_parser_t parser;
	enum sift_status rc;

	if (!b)
		return no_memory(err);
	b->yaml = yaml;
	b->err = err;
	if (!yaml_parser_initialize(&parser)) {
		sift_free(b);
		return no_memory(err);
	}
	yaml_parser_set_input_string(
		&parser, (const unsigned char *)(text.ptr ? text.ptr : ""),
		text.len);
	rc = build(b, &parser, text);
	if (!rc)
		rc = finish(b);
	while (b->depth)
		drop_level(&b->levels[--b->depth]);
	yaml_parser_delete(&parser);
	sift_free(b);
	return rc;
}

enum sift_status
sift_yaml_parse(struct sift_yaml **out, struct sift_span text, const char *file,
		struct sift_err *err)
{
	enum sift_status rc;
	struct sift_yaml *yaml = sift_calloc(1, sizeof(*yaml));

	if (!yaml)
		return no_memory(err);
	sift_arena_init(&yaml->arena);
	rc = parse(yaml, text, err);
	if (rc) {
		sift_err_where(err, file);
		sift_yaml_free(yaml);
		return rc;
	}
	*out = yaml;
	return SIFT_OK;
}

const struct sift_yaml_node *
sift_yaml_root(const struct sift_yaml *yaml)
{
	return yaml->root;
}

void
sift_yaml_free(struct sift_yaml *yaml)
{
	if (!yaml)
		return;
	sift_arena_release(&yaml->arena);
	sift_free(yaml);
}

const struct sift_yaml_node *
sift_yaml_get(const struct sift_yaml_node *node, const char *key)
{
	size_t i;

	if (!node || node->kind != SIFT_YAML_MAP)
		return NULL;
	for (i = 0; i < node->count; i++)
		if (sift_span_equal(sift_span_of(node->keys[i]->text,
						 node->keys[i]->len),
				    sift_span_str(key)))
			return node->items[i];
	return NULL;
}
