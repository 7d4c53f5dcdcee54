/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_LOCUST_MESSAGES_H
#define SIFT_READ_LOCUST_MESSAGES_H

/*
 * Exceptions raised in tasks. They are faults of the test and no failures of
 * requests, so they become notes: the most frequent ones, by the first line
 * of their message.
 */

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "base/table.h"
#include "model/event.h"

struct sift_locust_messages {
	struct sift_buf first; /* line of a message */
	struct sift_table texts;
	uint64_t *counts; /* owned; by number of the text */
	size_t capacity;
	uint64_t beyond; /* of messages beyond the limit */
};

void sift_locust_messages_init(struct sift_locust_messages *messages);
void sift_locust_messages_release(struct sift_locust_messages *messages);

/* Returns SIFT_OK, SIFT_E_NOMEM. */
enum sift_status sift_locust_messages_add(struct sift_locust_messages *messages,
					  struct sift_span message,
					  uint64_t count,
					  struct sift_err *err) SIFT_MUST_CHECK;

/* Returns SIFT_OK, SIFT_E_NOMEM, a failure of the sink. */
enum sift_status
sift_locust_messages_put(const struct sift_locust_messages *messages,
			 const struct sift_sink *sink,
			 struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_LOCUST_MESSAGES_H */
