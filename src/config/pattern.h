/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CONFIG_PATTERN_H
#define SIFT_CONFIG_PATTERN_H

/*
 * Regular expressions of users, always with limits (match 100 000, heap
 * 4 MiB, subject 4 KiB): a pattern that runs into one has not run, which is
 * never "no match". PCRE2 lives here only.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct sift_pattern; /* opaque */

/* Returns SIFT_OK; SIFT_E_USAGE with the position of the fault; NOMEM. */
enum sift_status sift_pattern_new(struct sift_pattern **out,
				  const char *expression,
				  struct sift_err *err) SIFT_MUST_CHECK;
void sift_pattern_free(struct sift_pattern *pattern);

/* Does the expression have a group of this name? */
int sift_pattern_has_group(const struct sift_pattern *pattern,
			   const char *name);

/*
 * Search `text`. *out_matched tells; groups are then read with
 * sift_pattern_group(), borrowed from `text`, empty when not taken part.
 * Returns SIFT_OK, SIFT_E_LIMIT, SIFT_E_NOMEM.
 */
enum sift_status sift_pattern_match(struct sift_pattern *pattern,
				    struct sift_span text, int *out_matched,
				    struct sift_err *err) SIFT_MUST_CHECK;
/*
 * Append `text` with every match replaced by `by`, in which $1, ${1} and
 * ${name} are groups and $$ is a dollar; a group that took no part is empty.
 * *out_changed tells whether there was a match. Returns SIFT_OK; SIFT_E_LIMIT
 * as above or for a result above 4 KiB; SIFT_E_USAGE for a wrong `by`;
 * SIFT_E_NOMEM.
 */
enum sift_status sift_pattern_replace(struct sift_pattern *pattern,
				      struct sift_span text, const char *by,
				      struct sift_buf *out, int *out_changed,
				      struct sift_err *err) SIFT_MUST_CHECK;
struct sift_span sift_pattern_group(const struct sift_pattern *pattern,
				    const char *name);

#endif /* SIFT_CONFIG_PATTERN_H */
