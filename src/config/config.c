/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/text.h"
#include "config/config_read.h"
#include "config/yaml.h"

#define FILE_MAX (1024 * 1024)

/*
 * What must not be cached: state of the service, who is asking, chance, and
 * the test's own calls.
 */
static const char *const no_cache_words[] = {
	"health",  "ping",  "ready",  "live",  "metrics",  "stats",
	"status",  "auth",  "verify", "login", "logout",   "token",
	"session", "admin", "random", "setup", "teardown",
};
#define WORD_COUNT (sizeof(no_cache_words) / sizeof(no_cache_words[0]))

enum sift_status
sift_config_init(struct sift_config *config, struct sift_err *err)
{
	size_t i;

	*config = (struct sift_config){0};
	sift_arena_init(&config->arena);
	for (i = 0; i < SIFT_RULE_COUNT; i++)
		config->rules[i] = sift_rule_defaults((enum sift_rule)i);
	config->no_cache_words = sift_arena_array(
		&config->arena, WORD_COUNT, sizeof(*config->no_cache_words));
	if (!config->no_cache_words) {
		sift_config_release(config);
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for the configuration");
	}
	for (i = 0; i < WORD_COUNT; i++)
		config->no_cache_words[i] = no_cache_words[i];
	config->no_cache_word_count = WORD_COUNT;
	return SIFT_OK;
}

void
sift_config_release(struct sift_config *config)
{
	for (size_t i = 0; i < config->name_rule_count; i++)
		sift_pattern_free(config->name_rules[i].pattern);
	sift_arena_release(&config->arena);
	*config = (struct sift_config){0};
}

static enum sift_status
read_stream(FILE *stream, struct sift_buf *buf, struct sift_err *err)
{
	char piece[4096];
	size_t got;

	do {
		got = fread(piece, 1, sizeof(piece), stream);
		sift_buf_add(buf, piece, got);
	} while (got == sizeof(piece) && !sift_buf_status(buf));
	if (ferror(stream))
		return sift_fail_errno(err, SIFT_E_USAGE, errno, "cannot read");
	if (sift_buf_status(buf) == SIFT_E_LIMIT)
		return sift_fail(err, SIFT_E_USAGE, "larger than 1 MiB");
	if (sift_buf_status(buf))
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for the configuration");
	return SIFT_OK;
}

static enum sift_status
read_file(const char *file, struct sift_buf *buf, struct sift_err *err)
{
	FILE *stream = fopen(file, "rb");
	enum sift_status rc;

	if (!stream)
		return sift_fail_errno(err, SIFT_E_USAGE, errno, "cannot open");
	rc = read_stream(stream, buf, err);
	fclose(stream); /* was only read from */
	return rc;
}

static enum sift_status
load(struct sift_config *config, const char *file, struct sift_buf *buf,
     struct sift_err *err)
{
	struct sift_yaml *yaml;
	enum sift_status rc = read_file(file, buf, err);

	if (rc)
		return rc;
	config->file = sift_arena_str(&config->arena, file);
	if (!config->file)
		return sift_fail(err, SIFT_E_NOMEM,
				 "no memory for the configuration");
	rc = sift_yaml_parse(&yaml, sift_buf_span(buf), file, err);
	if (rc)
		return rc;
	rc = sift_config_read(config, sift_yaml_root(yaml), err);
	sift_yaml_free(yaml);
	return rc;
}

enum sift_status
sift_config_load(struct sift_config *config, const char *file,
		 struct sift_err *err)
{
	struct sift_buf buf;
	enum sift_status rc;

	sift_buf_init(&buf, FILE_MAX);
	rc = load(config, file, &buf, err);
	sift_buf_release(&buf);
	if (rc)
		sift_err_where(err, file);
	return rc;
}

/* Does "GET webhooks" begin with the method and a blank? */
static bool
names_method(const char *name, const char *method, const char **out_rest)
{
	size_t len = strlen(method);

	if (strncmp(name, method, len) != 0 || name[len] != ' ')
		return false;
	*out_rest = name + len + 1;
	return true;
}

/*
 * Some scripts put the method into the name, which then reads "GET /users"
 * and is what people copy into the configuration: both meanings match.
 */
static bool
endpoint_matches(const char *want_method, const char *want_name,
		 const char *method, const char *name)
{
	const char *rest;

	if (!name)
		name = "";
	if (!want_method)
		return sift_glob_match(want_name, name);
	if (names_method(name, want_method, &rest) &&
	    sift_glob_match(want_name, rest))
		return true;
	return method && !strcmp(want_method, method) &&
	       sift_glob_match(want_name, name);
}

const struct sift_target *
sift_config_target(const struct sift_config *config, const char *method,
		   const char *name)
{
	size_t i;

	for (i = 0; i < config->target_count; i++)
		if (endpoint_matches(config->targets[i].method,
				     config->targets[i].name, method, name))
			return &config->targets[i];
	return NULL;
}

const struct sift_traffic *
sift_config_traffic(const struct sift_config *config, const char *method,
		    const char *name)
{
	size_t i;

	for (i = 0; i < config->traffic_count; i++)
		if (endpoint_matches(config->traffic[i].method,
				     config->traffic[i].name, method, name))
			return &config->traffic[i];
	return NULL;
}

/* Bytes of the character at `at`; a broken one counts as one byte. */
static size_t
character_length(struct sift_span text, size_t at)
{
	size_t next = at;

	(void)sift_utf8_next(text, &next);
	return next - at;
}

/*
 * On a mismatch only the last * needs to try again one character further on:
 * an earlier one could not match more. So time is at most the product of the
 * lengths.
 */
bool
sift_glob_match(const char *pattern, const char *text)
{
	struct sift_span p = sift_span_str(pattern), t = sift_span_str(text);
	size_t pi = 0, ti = 0, star = SIZE_MAX, from = 0;

	while (ti < t.len) {
		if (pi < p.len && p.ptr[pi] == '*') {
			star = pi++;
			from = ti;
		} else if (pi < p.len && p.ptr[pi] == '?') {
			pi++;
			ti += character_length(t, ti);
		} else if (pi < p.len && p.ptr[pi] == t.ptr[ti]) {
			pi++;
			ti++;
		} else if (star != SIZE_MAX) {
			pi = star + 1;
			from += character_length(t, from);
			ti = from;
		} else {
			return false;
		}
	}
	while (pi < p.len && p.ptr[pi] == '*')
		pi++;
	return pi == p.len;
}
