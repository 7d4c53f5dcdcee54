/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_CASE_H
#define SIFT_ADVISE_CASE_H

/*
 * Cases: what advice can be about. Each set of runs is a case as a whole, so
 * is each of its endpoints. With a case come its facts: findings, and the
 * lesser findings they absorbed as evidence, which deserve an answer as well.
 *
 * A finding of a sweep about an endpoint belongs to the highest level that
 * has the endpoint: that is where the load hurts and where its share of the
 * time is taken. One about the sweep as a whole belongs to its top level.
 */

#include <stdbool.h>
#include <stddef.h>

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct sift_fact {
	const char *rule;
	enum sift_severity severity; /* of evidence: that of the finding */
	size_t finding;		     /* index into the document's findings */
	size_t evidence;	     /* index into its evidence; SIFT_NONE =
					the finding itself */
	double value;
	size_t endpoint; /* of the set; SIFT_NONE = the set as a whole */
};

/* What is known of a set before its cases are looked at. */
struct sift_case_set {
	size_t index;
	const struct sift_fact *facts; /* by endpoint, the set's own last */
	size_t fact_count;
	bool failing;	   /* service.* */
	bool saturated;	   /* by its level */
	bool has_fault;	   /* a finding of warning or worse, but of a test */
	bool only_level;   /* run as a level of a sweep, while other sets of the
			      document are repeated */
	bool has_services; /* a run has pages of services */
	double growth_share;	/* of its endpoints, how many grew; NAN */
	unsigned slow_reads;	/* GETs with a latency finding */
	double slow_read_share; /* their share of the time */
};

struct sift_case {
	const struct sift_document *doc;
	const struct sift_case_set *set;
	const struct sift_set_endpoint *endpoint; /* NULL = the set */
	const struct sift_fact *facts;
	size_t fact_count;
	const struct sift_ttl *ttl; /* NULL = none listed */
};

/* The figures of the endpoint, or of the set's total. */
const struct sift_set_result *sift_case_result(const struct sift_case *c);

/* The facts of the set as a whole. */
void sift_case_set_facts(const struct sift_case_set *set,
			 const struct sift_fact **out, size_t *out_count);

/* The line of a fact with its numbers. */
const char *sift_fact_message(const struct sift_document *doc,
			      const struct sift_fact *fact);

struct sift_case_book; /* all that is needed to make cases; opaque */

/* SIFT_OK or SIFT_E_NOMEM. The book keeps something in `arena`. */
enum sift_status sift_case_book_new(struct sift_case_book **out,
				    const struct sift_document *doc,
				    struct sift_arena *arena,
				    struct sift_err *err) SIFT_MUST_CHECK;
void sift_case_book_free(struct sift_case_book *book);

/*
 * Find what is known of a set, before its cases are asked for; threads may
 * each open another. Facts live in `arena`. SIFT_OK or SIFT_E_NOMEM.
 */
enum sift_status sift_case_book_open(const struct sift_case_book *book,
				     size_t set, struct sift_arena *arena,
				     struct sift_err *err) SIFT_MUST_CHECK;

/* Case `i` of a set: its endpoints in order, then the set as a whole. `room`
   is to work in, for threads that share the book. */
struct sift_case sift_case_book_case(const struct sift_case_book *book,
				     size_t set, size_t i,
				     struct sift_buf *room);

#endif /* SIFT_ADVISE_CASE_H */
