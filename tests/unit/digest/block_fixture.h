/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_DIGEST_BLOCK_FIXTURE_H
#define SIFT_TEST_DIGEST_BLOCK_FIXTURE_H

/*
 * Blocks for tests: filled by events, in any order; compared by what they
 * say. Everything made here is checked to have worked.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "digest/block.h"
#include "model/event.h"

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)

struct sift_block *new_block(void);
void put(struct sift_block *block, const struct sift_event *event);
void finish(struct sift_block *block);

/* Short forms of events. */
struct sift_event series_event(uint32_t id, enum sift_kind kind,
			       const char *method, const char *name);
struct sift_event sample_event(uint32_t series, enum sift_outcome outcome,
			       int64_t time_ns, int64_t value_ns);
struct sift_event failed_event(uint32_t series, uint64_t count);
struct sift_event figures_event(uint32_t series,
				const struct sift_figures *figures);
struct sift_event tally_event(uint32_t series, double value_ms, uint64_t count);
struct sift_event users_event(int64_t time_ns, int64_t users);
struct sift_event progress_event(int64_t time_ns, int64_t users,
				 int64_t requests, int64_t failures);
struct sift_event metric_event(uint32_t id, enum sift_metric_type type,
			       const char *name, const char *unit);
struct sift_event point_event(uint32_t metric, int64_t time_ns,
			      int64_t value_micro);
struct sift_event value_event(uint32_t metric, const char *name, double value);
struct sift_event check_event(const char *name, uint64_t passes,
			      uint64_t fails);
struct sift_event threshold_event(const char *metric, const char *expression,
				  int passed);
struct sift_event failure_event(const char *method, const char *name,
				const char *text, uint64_t count);
struct sift_event note_event(const char *text);
struct sift_event time_event(int64_t first_ns, int64_t last_ns);

uint64_t next_random(uint64_t *state);

/*
 * A source in which everything occurs: `count` events that may be put in any
 * order after the declarations, which come first (*out_declared of them).
 * Freed with free().
 */
struct sift_event *make_events(uint64_t seed, size_t count,
			       size_t *out_declared);

/* Blocks made from now on bin more samples than that; 0 = none. */
void limit_samples(uint64_t max);

/* A finished block of the declarations and the events in [from, to). */
struct sift_block *block_of(const struct sift_event *events, size_t declared,
			    size_t from, size_t to, uint64_t max_endpoints);

/* The bytes of both are equal. */
void assert_same_block(const struct sift_block *a, const struct sift_block *b);

/* A small source in which everything occurs, reported figures too. */
struct sift_block *everything(uint64_t seed);
struct sift_block *everything_binned(uint64_t seed);

/* The section of a block; a digest of so many blocks of everything(). */
struct sift_buf bytes_of(const struct sift_block *block);
struct sift_buf digest_bytes(size_t blocks);

/* Make the checksum at the end of a section right. */
void fix_checksum(char *bytes, size_t len);

#endif /* SIFT_TEST_DIGEST_BLOCK_FIXTURE_H */
