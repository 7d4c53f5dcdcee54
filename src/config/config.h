/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CONFIG_CONFIG_H
#define SIFT_CONFIG_CONFIG_H

/*
 * loadsift.yaml: limits of rules, targets, traffic, cache words, grouping.
 * docs/configuration.md has every key with an example. A wrong key or value
 * is an error that names file, line, key and the nearest valid one; nothing
 * is guessed.
 */

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "config/pattern.h"
#include "config/rules.h"

/* What the user demands of an endpoint or a custom trend. NAN = nothing. */
struct sift_target {
	const char *method; /* NULL = any */
	const char *name;   /* exact, or with * and ? */
	double p50_ms, p95_ms, p99_ms;
	double error_rate; /* 0 = a single failure breaks it */
	double min_rps;
	unsigned line; /* where it stands in the file */
};

struct sift_traffic {
	const char *method; /* NULL = any */
	const char *name;   /* exact, or with * and ? */
	double per_day;
	unsigned line;
};

/* In names of endpoints: what to look for, what to write in its place. */
struct sift_name_rule {
	struct sift_pattern *pattern; /* owned */
	const char *name;	      /* with $1, ${group} */
	unsigned line;
};

struct sift_config {
	const char *file; /* as given; NULL = defaults only */
	struct sift_rule_limits rules[SIFT_RULE_COUNT];
	struct sift_target *targets; /* first match wins */
	size_t target_count;
	struct sift_traffic *traffic; /* first match wins */
	size_t traffic_count;
	const char **no_cache_words; /* names with one get no TTL */
	size_t no_cache_word_count;
	const char *group_by;		   /* PCRE2; NULL = by rule */
	struct sift_name_rule *name_rules; /* all are applied, in order */
	size_t name_rule_count;
	bool names_stay; /* whatever their number */
	struct sift_arena arena;
};

/* The defaults. */
enum sift_status sift_config_init(struct sift_config *config,
				  struct sift_err *err) SIFT_MUST_CHECK;
void sift_config_release(struct sift_config *config);

/*
 * Read a file into an initialised configuration.
 * Returns SIFT_OK; SIFT_E_USAGE with file, line and key for anything wrong,
 * also for a file that cannot be read; SIFT_E_NOMEM.
 */
enum sift_status sift_config_load(struct sift_config *config, const char *file,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* The target / traffic of an endpoint, or NULL. */
const struct sift_target *sift_config_target(const struct sift_config *config,
					     const char *method,
					     const char *name);
const struct sift_traffic *sift_config_traffic(const struct sift_config *config,
					       const char *method,
					       const char *name);

/* Does `text` match `pattern`, where * is any text and ? one character? */
bool sift_glob_match(const char *pattern, const char *text);

#endif /* SIFT_CONFIG_CONFIG_H */
