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

/* Milliseconds: 0.42, 8.41, 50.3, 120, 1234, 12 345: three digits that mean
   something, none of them lost above; 0, and <0.01 for what is next to it. */
const char *sift_words_ms(double ms, char out[SIFT_WORDS_MAX]);
/* The same of a percentile: "≥120" where so many requests are too few to
   bound it from above. */
const char *sift_words_percentile(double ms, enum sift_stat stat,
				  double requests, char out[SIFT_WORDS_MAX]);
/* What that mark means, in one sentence. */
#define SIFT_WORDS_LOWER_BOUND                                                 \
 "≥: too few requests to bound the percentile from above"
/* Requests per second, in the same way. */
const char *sift_words_rate(double rate, char out[SIFT_WORDS_MAX]);
/* Percent of a share, without the sign, in the same way: 0.1234 -> "12.3".
   "100" is all, a little less ">99.9". */
const char *sift_words_percent(double share, char out[SIFT_WORDS_MAX]);
/* 1234 -> "1234", 12345 -> "12 345", 2.5 -> "2.5", 1000.5 (a median) ->
   "1001"; < 0 -> "-" */
const char *sift_words_count(double count, char out[SIFT_WORDS_MAX]);
/* The same of a count, < 0 is unknown. */
const char *sift_words_integer(int64_t count, char out[SIFT_WORDS_MAX]);
/* 40 s, 12.5 min, 2.1 h */
const char *sift_words_duration(double seconds, char out[SIFT_WORDS_MAX]);
/* 300 -> "300 s"; < 0 -> "none" */
const char *sift_words_ttl(int64_t seconds, char out[SIFT_WORDS_MAX]);
/* 1, "run" -> "1 run"; 2 -> "2 runs" (plural: + s) */
void sift_words_plural(struct sift_buf *out, size_t count, const char *noun);

/* "GET alerts_list", "alerts_list" without method; raw, not escaped. */
void sift_words_endpoint(struct sift_buf *out, const char *method,
			 const char *name);
/* " (ws)": the kind of what is not plain HTTP, else nothing. */
const char *sift_words_kind(enum sift_kind kind);

/* "16 runs in 8 sets, 2 sweeps (k6, locust)" */
void sift_words_summary(struct sift_buf *out, const struct sift_document *doc);
/* "40 files used, 12 ignored, 1 damaged" */
void sift_words_ledger(struct sift_buf *out, const struct sift_document *doc);
/* "2 critical, 1 warning, 3 notes" */
void sift_words_severities(struct sift_buf *out,
			   const struct sift_document *doc);
/* ", 20 users, 50.1 rps, 40 s": what of it is known */
void sift_words_load(struct sift_buf *out, double users, double rps,
		     double duration_s);
/* "median of 5 runs, 50.1 rps, 40 s, from points" */
void sift_words_set(struct sift_buf *out, const struct sift_set *set);
/* "low effort, 30-40 % less latency (catalogue)" */
void sift_words_cost(struct sift_buf *out, const struct sift_action *action);
/* "Immediate (1-2 hours)" */
const char *sift_words_tier(enum sift_tier tier);
/* "k6 points 2, 1234 records, 3 skipped"; nothing for files of no format. */
void sift_words_input(struct sift_buf *out, const struct sift_input *input);

#endif /* SIFT_REPORT_WORDING_H */
