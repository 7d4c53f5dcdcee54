/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_latest.h"

#include <math.h>
#include <string.h>

#include "base/instant.h"
#include "base/mem.h"
#include "read/locust_cells.h"
#include "read/locust_endpoints.h"
#include "read/locust_figures.h"

#define MAX_NAMES 262144u

void
sift_locust_latest_init(struct sift_locust_latest *l)
{
	memset(l, 0, sizeof(*l));
	sift_table_init(&l->names, MAX_NAMES);
	sift_buf_init(&l->total, 0);
	sift_buf_init(&l->key, 0);
	l->largest = NAN;
}

void
sift_locust_latest_release(struct sift_locust_latest *l)
{
	for (size_t i = 0; i < l->names.count; i++) {
		sift_buf_release(&l->rows[i].now);
		sift_buf_release(&l->rows[i].before);
	}
	sift_free(l->rows);
	sift_table_release(&l->names);
	sift_buf_release(&l->total);
	sift_buf_release(&l->key);
}

/* ---- rows as bytes ---- */

static enum sift_status
keep(struct sift_buf *kept, const struct sift_csv_row *row,
     struct sift_err *err)
{
	sift_buf_clear(kept);
	for (size_t i = 0; i < row->count; i++) {
		sift_buf_add(kept, &row->cells[i].len,
			     sizeof(row->cells[i].len));
		sift_buf_add_span(kept, row->cells[i]);
	}
	return sift_buf_status(kept)
		       ? sift_fail(err, SIFT_E_NOMEM, "no memory for a row")
		       : SIFT_OK;
}

/* The cells again, borrowed from `kept`. */
static size_t
unpack(const struct sift_buf *kept, struct sift_span *cells, size_t max)
{
	struct sift_span rest = sift_buf_span(kept);
	size_t count = 0;

	while (rest.len && count < max) {
		size_t len;

		memcpy(&len, rest.ptr, sizeof(len));
		cells[count++] = sift_span_of(rest.ptr + sizeof(len), len);
		rest = sift_span_from(rest, sizeof(len) + len);
	}
	return count;
}

/* ---- keeping ---- */

enum sift_status
sift_locust_latest_endpoint(struct sift_locust_latest *l,
			    const struct sift_locust_header *header,
			    const struct sift_csv_row *row,
			    struct sift_err *err)
{
	struct sift_locust_latest_rows *rows;
	enum sift_status rc;
	bool is_new;
	uint32_t id;

	sift_buf_clear(&l->key);
	sift_buf_add_span(&l->key,
			  sift_locust_cell(header, row, SIFT_LOCUST_TYPE));
	sift_buf_add_byte(&l->key, '\0');
	sift_buf_add_span(&l->key,
			  sift_locust_cell(header, row, SIFT_LOCUST_NAME));
	if (sift_buf_status(&l->key) ||
	    sift_array_grow((void **)&l->rows, &l->capacity, l->names.count + 1,
			    sizeof(*l->rows), MAX_NAMES + 1))
		return sift_fail(err, SIFT_E_NOMEM, "no memory for names");
	rc = sift_table_intern(&l->names, sift_buf_span(&l->key), &id, &is_new);
	if (rc)
		return sift_fail(err, rc,
				 rc == SIFT_E_LIMIT ? "more than %u endpoints"
						    : "no memory (%u names)",
				 MAX_NAMES);
	rows = &l->rows[id];
	if (is_new) {
		sift_buf_init(&rows->now, 0);
		sift_buf_init(&rows->before, 0);
	} else if (rows->group != l->groups) {
		struct sift_buf spare = rows->before;

		rows->before = rows->now;
		rows->now = spare;
	}
	rows->group = l->groups;
	return keep(&rows->now, row, err);
}

enum sift_status
sift_locust_latest_total(struct sift_locust_latest *l,
			 const struct sift_locust_header *header,
			 const struct sift_csv_row *row, bool comma,
			 struct sift_err *err)
{
	if (sift_locust_number(sift_locust_cell(header, row, SIFT_LOCUST_P100),
			       comma, &l->row_largest) != SIFT_LOCUST_IS_NUMBER)
		l->row_largest = NAN;
	return keep(&l->total, row, err);
}

void
sift_locust_latest_close(struct sift_locust_latest *l, int64_t time_ns,
			 int64_t requests)
{
	if (!l->groups || requests < l->requests) {
		l->first_ns = l->grown_ns = time_ns;
		l->largest = NAN;
	} else if (requests > l->requests) {
		l->grown_ns = time_ns;
	}
	l->groups++;
	l->requests = requests;
	if (!isnan(l->row_largest)) {
		l->has_fallen |= l->row_largest < l->largest;
		l->largest = l->row_largest;
	}
}

/* ---- putting ---- */

struct putting {
	const struct sift_locust_latest *latest;
	struct sift_locust_header header; /* without what is not used */
	bool comma;
	struct sift_span *cells; /* owned */
	struct sift_locust_endpoints endpoints;
};

static bool
read_figures(struct putting *p, const struct sift_buf *kept,
	     struct sift_figures *out)
{
	const struct sift_locust_latest *l = p->latest;
	struct sift_locust_seen seen = {0};
	struct sift_csv_row row = {
		.cells = p->cells,
		.count = unpack(kept, p->cells, SIFT_CSV_CELLS_MAX),
	};
	struct sift_span sample;

	if (!row.count || sift_locust_figures(&p->header, &row, p->comma, out,
					      &seen, &sample))
		return false;
	if (l->grown_ns > l->first_ns)
		out->rps = (double)out->requests /
			   ((double)(l->grown_ns - l->first_ns) /
			    (double)SIFT_NS_PER_S);
	return true;
}

/* By 1.1.1 percentiles were of the last ten seconds; since 2.2.2 they are if
   there are rows of endpoints (--csv-full-history). Between, they were not:
   then the largest is that of the whole run. */
static bool
are_since_start(const struct sift_locust_latest *l,
		const struct sift_locust_header *header,
		const struct sift_figures *total)
{
	double max = total->latency.ms[SIFT_STAT_MAX];

	if (l->has_fallen || header->has_windows)
		return false;
	return !l->names.count ||
	       l->largest >=
		       max - sift_rounding_step_ms(SIFT_ROUNDING_LOCUST, max);
}

static void
drop_percentiles(struct sift_locust_header *header)
{
	for (int i = SIFT_LOCUST_P50; i < SIFT_LOCUST_COLUMN_COUNT; i++)
		header->column[i] = SIFT_LOCUST_ABSENT;
}

static enum sift_status
add_endpoint(struct putting *p, uint32_t id, struct sift_err *err)
{
	struct sift_span key = sift_table_key(&p->latest->names, id);
	size_t type = sift_span_find_byte(key, '\0');
	const struct sift_locust_latest_rows *rows = &p->latest->rows[id];
	struct sift_locust_endpoint endpoint = {0};

	if (!read_figures(p,
			  rows->group < p->latest->groups ? &rows->now
							  : &rows->before,
			  &endpoint.figures))
		return SIFT_OK;
	return sift_locust_endpoints_add(
		&p->endpoints, sift_locust_method(sift_span_head(key, type)),
		sift_span_from(key, type + 1), &endpoint, err);
}

static enum sift_status
put_all(struct putting *p, struct sift_err *err)
{
	struct sift_locust_endpoint total = {0};
	enum sift_status rc = SIFT_OK;

	if (!read_figures(p, &p->latest->total, &total.figures))
		return SIFT_OK;
	if (!are_since_start(p->latest, &p->header, &total.figures)) {
		drop_percentiles(&p->header);
		read_figures(p, &p->latest->total, &total.figures);
	}
	for (uint32_t id = 0; !rc && id < p->latest->names.count; id++)
		rc = add_endpoint(p, id, err);
	if (!rc)
		rc = sift_locust_endpoints_add(&p->endpoints, SIFT_SPAN(""),
					       SIFT_SPAN("Aggregated"), &total,
					       err);
	if (!rc)
		rc = sift_locust_endpoints_end(&p->endpoints, err);
	return rc ? rc : sift_locust_endpoints_put(&p->endpoints, false, err);
}

enum sift_status
sift_locust_latest_put(const struct sift_locust_latest *l,
		       const struct sift_locust_header *header, bool comma,
		       const struct sift_sink *sink, struct sift_err *err)
{
	struct putting p = {.latest = l, .header = *header, .comma = comma};
	enum sift_status rc;

	p.header.column[SIFT_LOCUST_RPS] = SIFT_LOCUST_ABSENT; /* of now */
	p.cells = sift_calloc(SIFT_CSV_CELLS_MAX, sizeof(*p.cells));
	if (!p.cells)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a row");
	sift_locust_endpoints_init(&p.endpoints, sink);
	rc = put_all(&p, err);
	sift_locust_endpoints_release(&p.endpoints);
	sift_free(p.cells);
	return rc;
}
