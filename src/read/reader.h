/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_READER_H
#define SIFT_READ_READER_H

/*
 * Readers: from a source's bytes to events.
 *
 * A format is a row in the table of formats.c. Recognition is by content:
 * every row looks at the first bytes and bids, the highest bid wins (a bid is
 * roughly the number of bits that had to be right by luck); names are never
 * asked. A row without a read function is a format that is known and not
 * read: the ledger then says which.
 *
 * A reader consumes its source and says everything through the sink. Bad
 * records are SIFT_EVENT_SKIPPED events and no failure. A reader fails only
 * when the source ends in damage or the document as a whole is malformed; the
 * events put before the failure stand, if they are whole records.
 */

#include <stdbool.h>
#include <stddef.h>

#include <loadsift/loadsift.h>

#include "base/err.h"
#include "base/span.h"
#include "input/source.h"
#include "model/event.h"
#include "model/source_kind.h"
#include "read/json_doc.h"
#include "read/locust_header.h"
#include "read/piece.h"

/* How much of a source recognition sees, unless it is shorter. */
#define SIFT_HEAD_BYTES 16384
/* The same for text of no known format, for what may stand behind the log of
   something else. */
#define SIFT_LATE_BYTES ((size_t)1 << 20)

struct sift_format {
	const char *name; /* "k6 points", for the ledger */
	const char *tool; /* k6, locust, collector, or another tool's name */
	enum sift_source_kind kind; /* meaningless without read() */

	/*
	 * How sure is it that `head` begins this format? 0 = it does not.
	 * `whole`: the head is all there is.
	 */
	unsigned (*bid)(struct sift_span head, bool whole);
	/* In place of bid(), for JSON: by the object that `text` begins. */
	unsigned (*bid_json)(const struct sift_json *head,
			     struct sift_span text, bool whole);
	unsigned most; /* the highest it bids; 0 = any */
	bool late;     /* it may stand behind other text */
	/* In place of bid(): the Locust CSV it is, which has as many bits as
	   sift_locust_sniff() says. */
	enum sift_locust_file locust_file;

	/*
	 * Returns SIFT_OK; a failure of the source, of the sink, or
	 * SIFT_E_FORMAT for a document that breaks off or makes no sense;
	 * SIFT_E_UNKNOWN for one that holds no results after all.
	 */
	enum sift_status (*read)(struct sift_source *src,
				 const struct sift_limits *limits,
				 const struct sift_sink *sink,
				 struct sift_err *err);

	/*
	 * As read(), of a source that is a piece of a file, and always
	 * with *piece filled in. NULL for a format that has to be read whole.
	 */
	enum sift_status (*read_piece)(struct sift_source *src,
				       const struct sift_limits *limits,
				       struct sift_piece *piece,
				       const struct sift_sink *sink,
				       struct sift_err *err);
	const char *why_not; /* of a format not read; else NULL */
};

/*
 * The format of a source, by its first bytes; the source is not consumed.
 *
 * Returns SIFT_OK with *out set (check out->read before reading);
 * SIFT_E_UNKNOWN when no row bids, with a reason for the ledger in `err`
 * ("empty", "not text", "no known header"); SIFT_E_NOMEM.
 */
enum sift_status sift_recognise(const struct sift_format **out,
				struct sift_source *src,
				struct sift_err *err) SIFT_MUST_CHECK;

/* What a row bids for a head that is not empty. */
unsigned sift_format_bid(const struct sift_format *format,
			 struct sift_span head, bool whole);

/* Row `i` of the table, or NULL after the last; for docs and tests. */
const struct sift_format *sift_format_row(size_t i);

/* The rows, each defined in its own file. */
extern const struct sift_format sift_format_k6_points;
extern const struct sift_format sift_format_k6_csv;
extern const struct sift_format sift_format_k6_handle_summary;
extern const struct sift_format sift_format_k6_summary_export;
extern const struct sift_format sift_format_k6_machine;
extern const struct sift_format sift_format_k6_text;
extern const struct sift_format sift_format_k6_dashboard;
extern const struct sift_format sift_format_k6_dashboard_html;
extern const struct sift_format sift_format_collector;
extern const struct sift_format sift_format_prometheus;
extern const struct sift_format sift_format_locust_json;
extern const struct sift_format sift_format_locust_log;
extern const struct sift_format sift_format_locust_stats;
extern const struct sift_format sift_format_locust_html;
extern const struct sift_format sift_format_locust_classic;
extern const struct sift_format sift_format_locust_requests;
extern const struct sift_format sift_format_locust_distribution;
extern const struct sift_format sift_format_locust_history;
extern const struct sift_format sift_format_locust_failures;
extern const struct sift_format sift_format_locust_exceptions;

#endif /* SIFT_READ_READER_H */
