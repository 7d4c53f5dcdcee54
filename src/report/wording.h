/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_REPORT_WORDING_H
#define SIFT_REPORT_WORDING_H

/*
 * How numbers and names read, the same in every format for people: text,
 * Markdown, inspect. Unknown is "-". Nothing here decides anything.
 */

#include <stddef.h>
#include <stdint.h>

#include <loadsift/document.h>

#include "base/buf.h"

/* Room for any number in words, with its NUL. */
#define SIFT_WORDS_MAX 64

/*
 * What was put into the scratch buffer `line`, as text until its next change;
 * if it failed, the report in `out` is made to fail at its end.
 */
const char *sift_words_text(const struct sift_buf *line, struct sift_buf *out);

/* 8.41, 50.3, 1234: three significant digits or whole milliseconds. */
const char *sift_words_ms(double ms, char out[SIFT_WORDS_MAX]);
/* 0.1234 -> "12.3", 0.0001 -> "0.01": percent, without the sign. */
const char *sift_words_percent(double share, char out[SIFT_WORDS_MAX]);
/* 1234567 -> "1 234 567"; < 0 -> "-" */
const char *sift_words_count(double count, char out[SIFT_WORDS_MAX]);
/* Requests per second: 0.42, 5.03, 50.1, 1203. */
const char *sift_words_rate(double rate, char out[SIFT_WORDS_MAX]);
/* 40 s, 12.5 min, 2.1 h */
const char *sift_words_duration(double seconds, char out[SIFT_WORDS_MAX]);
/* 300 -> "5 min", 60 -> "1 min", 30 -> "30 s" */
const char *sift_words_ttl(int64_t seconds, char out[SIFT_WORDS_MAX]);
/* 1, "run" -> "1 run"; 2 -> "2 runs" (plural: + s) */
void sift_words_plural(struct sift_buf *out, size_t count, const char *noun);

/* "GET alerts_list", "alerts_list" without method; raw, not escaped. */
void sift_words_endpoint(struct sift_buf *out, const char *method,
			 const char *name);

/* Indexes of a set's endpoints, by share of time, largest first, unknown
   shares last, ties in the document's order. `order` has room for all. */
void sift_order_by_share(const struct sift_set *set, size_t *order);

/* How many findings of a severity there are. */
size_t sift_count_severity(const struct sift_document *doc,
			   enum sift_severity severity);
/* How many inputs have a role. */
size_t sift_count_role(const struct sift_document *doc, enum sift_role role);

/* The label of what a finding is about: its set's, its sweep's scenario. */
const char *sift_finding_where(const struct sift_document *doc,
			       const struct sift_finding *finding);

/* "16 runs in 8 sets, 2 sweeps (k6, locust)" */
void sift_words_summary(struct sift_buf *out, const struct sift_document *doc);
/* "40 files used, 12 ignored, 1 damaged" */
void sift_words_ledger(struct sift_buf *out, const struct sift_document *doc);
/* "median of 5 runs, 50.1 rps, 40 s, from points" */
void sift_words_set(struct sift_buf *out, const struct sift_set *set);
/* "30-40 % of its latency (catalogue)"; nothing when none is claimed. */
void sift_words_gain(struct sift_buf *out, const struct sift_action *action);
/* The gain in a table's cell: "30-40 %"; "-". */
void sift_words_gain_range(struct sift_buf *out,
			   const struct sift_action *action);
/* "Immediate (1-2 hours)" */
const char *sift_words_tier(enum sift_tier tier);

#endif /* SIFT_REPORT_WORDING_H */
