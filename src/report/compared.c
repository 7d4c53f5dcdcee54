/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/compared.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "report/wording.h"

bool
sift_change_is(const struct sift_figure_change *change, const char *verdict)
{
	return change->verdict && !strcmp(change->verdict, verdict);
}

/* How much a reader must know of it, 0 to 3. */
static double
weight_of(const struct sift_compared_endpoint *e)
{
	static const struct {
		const char *verdict;
		double weight;
	} rows[] = {{"regressed", 3},
		    {"suspicious", 3},
		    {"improved", 2},
		    {"likely", 1},
		    {"unstable", 1}};
	double weight = 0;

	for (int m = 0; m < SIFT_COMPARED_COUNT; m++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (rows[i].weight > weight &&
			    sift_change_is(&e->changes[m], rows[i].verdict))
				weight = rows[i].weight;
	return weight;
}

void
sift_top_compared(struct sift_top *top, const struct sift_comparison *c,
		  size_t max)
{
	sift_top_init(top, max);
	for (size_t i = 0; i < c->endpoint_count; i++) {
		const struct sift_compared_endpoint *e = &c->endpoints[i];
		double share = isnan(e->share_of_time) ? 0 : e->share_of_time;

		sift_top_add(top,
			     c->endpoint_count <= max
				     ? -(double)i
				     : 2 * weight_of(e) + share,
			     0, i);
	}
}

static void
add_fixed(struct sift_buf *out, double value, bool with_sign)
{
	char digits[SIFT_NUM_MAX];

	if (with_sign && value > 0)
		sift_buf_add_byte(out, '+');
	sift_format_fixed(value, 2, digits);
	sift_buf_add_str(out, digits);
}

void
sift_words_change(struct sift_buf *out, enum sift_compared metric,
		  const struct sift_figure_change *change)
{
	bool is_rate = metric == SIFT_COMPARED_ERROR_RATE;
	double scale = is_rate ? 100 : 1;

	sift_buf_add_str(out, change->is_lower_bound[0] ? "≥" : "");
	add_fixed(out, scale * change->before, false);
	sift_buf_add_str(out, is_rate ? "% → " : " → ");
	sift_buf_add_str(out, change->is_lower_bound[1] ? "≥" : "");
	add_fixed(out, scale * change->after, false);
	if (is_rate)
		sift_buf_add_str(out, "%");
	if (isnan(change->change))
		return;
	sift_buf_add_str(out, " (");
	add_fixed(out, 100 * change->change, true);
	sift_buf_add_str(out, is_rate ? " points)" : "%)");
}

const char *
sift_words_side(const struct sift_figure_change *change, bool is_after,
		char out[SIFT_WORDS_MAX])
{
	char words[SIFT_WORDS_MAX];

	sift_words_ms(is_after ? change->after : change->before, words);
	snprintf(out, SIFT_WORDS_MAX, "%s%.40s",
		 change->is_lower_bound[is_after] ? "≥" : "", words);
	return out;
}

void
sift_words_doubt(struct sift_buf *out, const struct sift_document *doc,
		 const struct sift_test_doubt *doubt)
{
	sift_buf_printf(out, "%s side: %s. So %s",
			doubt->is_after ? "new" : "old",
			doc->findings[doubt->finding].message, doubt->effect);
}

void
sift_words_estimate(struct sift_buf *out, enum sift_compared metric,
		    const struct sift_figure_change *change)
{
	int digits = metric == SIFT_COMPARED_ERROR_RATE ? 2 : 1;

	sift_buf_printf(out, "%+.*f", digits, 100 * change->shift);
	if (isnan(change->coverage))
		return;
	sift_buf_printf(out, " (%+.*f to %+.*f", digits, 100 * change->low,
			digits, 100 * change->high);
	if (change->coverage != 0.95)
		sift_buf_printf(out, "; %.0f %%", 100 * change->coverage);
	sift_buf_add_byte(out, ')');
}

void
sift_words_new_failure(struct sift_buf *out, const struct sift_failure *failure)
{
	if (failure->name) {
		sift_words_endpoint(out, failure->method, failure->name);
		sift_buf_add_str(out, ": ");
	}
	sift_buf_printf(out, "%s (%lld)", failure->fingerprint,
			(long long)failure->count);
}

void
sift_words_compared(struct sift_buf *out,
		    const struct sift_compared_endpoint *endpoint)
{
	if (endpoint->name)
		sift_words_endpoint(out, endpoint->method, endpoint->name);
	else
		sift_buf_add_str(out, "all requests");
}
