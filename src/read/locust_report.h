/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_LOCUST_REPORT_H
#define SIFT_READ_LOCUST_REPORT_H

/*
 * What Locust's HTML reports of both kinds hold: a table of requests, one of
 * percentiles, failures and exceptions. Collected in any order, then put.
 * docs/formats/locust.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include <loadsift/loadsift.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "input/source.h"
#include "model/event.h"
#include "read/locust_endpoints.h"
#include "read/locust_messages.h"

struct sift_locust_report {
	const struct sift_sink *sink; /* borrowed */
	struct sift_buf page;	      /* valid UTF-8 */
	struct sift_locust_endpoints requests;
	struct sift_locust_endpoints percentiles;
	struct sift_locust_messages exceptions;
	struct sift_buf text;	      /* of a failure */
	struct sift_span first, last; /* times of the run, as written */
	bool is_utc;		      /* if they have no zone */
	int64_t peak_users;	      /* -1 = not known */
	struct sift_span url;	      /* of the host that was tested; raw */
	uint64_t used;
	uint64_t skipped;
};

/*
 * Read all of `src` into report->page. Release the report, also after a
 * failure: SIFT_E_LIMIT, SIFT_E_NOMEM, a failure of the source, after which
 * the page holds what came before it.
 */
enum sift_status sift_locust_report_load(struct sift_locust_report *report,
					 struct sift_source *src,
					 const struct sift_limits *limits,
					 const struct sift_sink *sink,
					 struct sift_err *err) SIFT_MUST_CHECK;
void sift_locust_report_release(struct sift_locust_report *report);

/* `table` is one of the two. Returns as sift_locust_endpoints_add(). */
enum sift_status sift_locust_report_add(struct sift_locust_report *report,
					struct sift_locust_endpoints *table,
					struct sift_span method,
					struct sift_span name,
					const struct sift_figures *figures,
					struct sift_err *err) SIFT_MUST_CHECK;
enum sift_status
sift_locust_report_failure(struct sift_locust_report *report,
			   struct sift_span method, struct sift_span name,
			   struct sift_span error, uint64_t count,
			   struct sift_err *err) SIFT_MUST_CHECK;
enum sift_status
sift_locust_report_exception(struct sift_locust_report *report,
			     struct sift_span message, uint64_t count,
			     struct sift_err *err) SIFT_MUST_CHECK;
/* What stands in a table and is no row of it; `at` lies in the page. */
enum sift_status sift_locust_report_skip(struct sift_locust_report *report,
					 const char *kind, struct sift_span at,
					 struct sift_err *err) SIFT_MUST_CHECK;

/*
 * Put all of it. `whole`: the page did not break off; if it did, the report
 * ends with SIFT_E_FORMAT. Without any row of requests it is no report.
 */
enum sift_status sift_locust_report_put(struct sift_locust_report *report,
					const char *version, bool whole,
					struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_LOCUST_REPORT_H */
