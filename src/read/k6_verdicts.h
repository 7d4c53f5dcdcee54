/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_VERDICTS_H
#define SIFT_READ_K6_VERDICTS_H

/*
 * Requests without the tag expected_response, and who says whether they
 * failed.
 *
 * k6 says it in the request's http_req_failed point, which has the same time
 * and tags as its http_req_duration point. That point comes seven lines
 * later, but nothing may depend on it: either of the two waits here until the
 * other is met, by series and time. So the outcome does not depend on the
 * order of lines as long as no more than SIFT_K6_WAITING wait at once (and
 * but for the few that wait when names are forgotten, k6_names.h).
 *
 * A request that waits in vain has no such point (k6 <= 0.30, or a script
 * without a response callback): its status decides, and without one its
 * outcome is UNKNOWN. A failed verdict that waits in vain (its partner was
 * let go, or is not in the file) counts against the UNKNOWN requests of its
 * series, as SIFT_EVENT_FAILED.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/event.h"
#include "read/k6_names.h"

#define SIFT_K6_WAITING 65536

struct sift_k6_waiting;
struct sift_k6_unpaired;
struct sift_k6_verdicts {
	struct sift_k6_waiting *slots; /* owned, open addressing */
	size_t slot_count;	       /* power of two or 0 */
	size_t count;
	struct sift_k6_unpaired *unpaired; /* owned, by series */
	size_t unpaired_count;
	size_t unpaired_capacity;
	uint64_t unused; /* verdicts that changed nothing */
};

void sift_k6_verdicts_init(struct sift_k6_verdicts *verdicts);
void sift_k6_verdicts_release(struct sift_k6_verdicts *verdicts);

/*
 * A request; its outcome is the one its status suggests. It is put into the
 * sink of `names` now or later; if it failed, `failure` (a number of theirs)
 * is counted. Returns SIFT_OK, SIFT_E_NOMEM, a failure of the sink.
 */
enum sift_status sift_k6_verdicts_request(struct sift_k6_verdicts *verdicts,
					  const struct sift_ev_sample *sample,
					  uint32_t failure,
					  struct sift_k6_names *names,
					  struct sift_err *err) SIFT_MUST_CHECK;

/* A verdict, likewise. */
enum sift_status sift_k6_verdicts_verdict(struct sift_k6_verdicts *verdicts,
					  uint32_t series, int64_t time_ns,
					  bool failed,
					  struct sift_k6_names *names,
					  struct sift_err *err) SIFT_MUST_CHECK;

/* Let go of all that waits, and put the counts. */
enum sift_status sift_k6_verdicts_finish(struct sift_k6_verdicts *verdicts,
					 struct sift_k6_names *names,
					 struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_VERDICTS_H */
