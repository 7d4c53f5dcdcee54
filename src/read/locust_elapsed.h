/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_READ_LOCUST_ELAPSED_H
#define SIFT_READ_LOCUST_ELAPSED_H

/*
 * The history that guides show: seconds in place of methods, and a row of
 * figures for each name at each time. Whether its counts are those since the
 * start or those of each interval it does not say; the counts themselves do.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "base/table.h"
#include "model/event.h"
#include "model/figures.h"

struct sift_locust_elapsed_item; /* what is known of a name */

struct sift_locust_elapsed {
	struct sift_table names;
	struct sift_locust_elapsed_item *items; /* owned; by number */
	size_t capacity;
	size_t groups; /* rows of one time are a group */
	double first_s, last_s;
	bool has_fallen; /* a count, from one group to a later one */
};

void sift_locust_elapsed_init(struct sift_locust_elapsed *elapsed);
void sift_locust_elapsed_release(struct sift_locust_elapsed *elapsed);

/* Add a row; `seconds` is not less than that of the row before.
   Returns SIFT_OK, SIFT_E_LIMIT, SIFT_E_NOMEM. */
enum sift_status sift_locust_elapsed_add(struct sift_locust_elapsed *elapsed,
					 double seconds, struct sift_span name,
					 const struct sift_figures *figures,
					 struct sift_err *err) SIFT_MUST_CHECK;

/* Are counts those since the start? They are if none fell in three groups or
   more. */
bool
sift_locust_elapsed_is_cumulative(const struct sift_locust_elapsed *elapsed);

/*
 * Put series and figures of all. Rates are over the time from the start, or
 * from the first group where there is nothing before it. Returns SIFT_OK,
 * SIFT_E_LIMIT, SIFT_E_NOMEM, a failure of the sink.
 */
enum sift_status
sift_locust_elapsed_put(const struct sift_locust_elapsed *elapsed,
			const struct sift_sink *sink,
			struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_READ_LOCUST_ELAPSED_H */
