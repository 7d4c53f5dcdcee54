/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_K6_SUMMARY_H
#define SIFT_READ_K6_SUMMARY_H

#include "base/err.h"
#include "model/event.h"
#include "read/json_doc.h"

/* What a document does not say of itself. */
struct sift_k6_about {
	struct sift_span version; /* of k6; empty = unknown */
	enum sift_rounding rounding;
};

/*
 * Put all that a k6 summary says: a document in the shape of handleSummary()'s
 * data or of --summary-export, or one brought into that shape. All is
 * borrowed.
 *
 * Returns SIFT_OK; SIFT_E_FORMAT when there are no metrics in it;
 * SIFT_E_LIMIT beyond 100 000 endpoints; SIFT_E_NOMEM; a failure of the sink.
 */
enum sift_status sift_k6_summary_put(const struct sift_json_doc *doc,
				     const struct sift_k6_about *about,
				     const struct sift_sink *sink,
				     struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_K6_SUMMARY_H */
