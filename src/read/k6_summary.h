/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_SUMMARY_H
#define SIFT_READ_K6_SUMMARY_H

#include "base/err.h"
#include "model/event.h"
#include "read/json_doc.h"

/* Parts of a document in the shape of handleSummary()'s data or of
   --summary-export, or brought into that shape. All is borrowed. */
struct sift_k6_summary {
	struct sift_span version; /* k6's; empty where unknown */
	enum sift_rounding rounding;
	const struct sift_json *metrics; /* by name */
	const struct sift_json *group; /* has checks and groups; may be NULL */
	double duration_ms;	       /* NAN = not known */
	uint64_t nulled;	       /* numbers */
};

/* The parts of a document in one of these shapes. */
void sift_k6_summary_of(const struct sift_json_doc *doc,
			struct sift_k6_summary *out);

/*
 * Put all that a k6 summary says.
 *
 * Returns SIFT_OK; SIFT_E_FORMAT when there are no metrics in it;
 * SIFT_E_LIMIT beyond 100 000 endpoints; SIFT_E_NOMEM; a failure of the sink.
 */
enum sift_status sift_k6_summary_put(const struct sift_k6_summary *summary,
				     const struct sift_sink *sink,
				     struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_SUMMARY_H */
