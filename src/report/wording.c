/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/wording.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

#define UNKNOWN "-"

const char *
sift_words_text(const struct sift_buf *line, struct sift_buf *out)
{
	if (sift_buf_status(line))
		out->status = SIFT_E_NOMEM;
	return line->ptr ? line->ptr : "";
}

/* `digits` significant digits below 10^(digits-1), whole numbers above. */
static const char *
significant(double value, unsigned digits, char out[SIFT_WORDS_MAX])
{
	unsigned decimals = digits - 1;

	if (!isfinite(value))
		return UNKNOWN;
	for (double limit = 10; decimals > 0 && fabs(value) >= limit;
	     limit *= 10)
		decimals--;
	sift_format_fixed(value, decimals, out);
	return out;
}

const char *
sift_words_ms(double ms, char out[SIFT_WORDS_MAX])
{
	return significant(ms, 3, out);
}

const char *
sift_words_rate(double rate, char out[SIFT_WORDS_MAX])
{
	return significant(rate, 3, out);
}

const char *
sift_words_percent(double share, char out[SIFT_WORDS_MAX])
{
	double percent = share * 100;

	if (!isfinite(percent))
		return UNKNOWN;
	if (percent == 0)
		return "0";
	if (percent < 0.01 && percent > 0)
		return "<0.01";
	sift_format_fixed(percent, percent < 1 ? 2 : 1, out);
	return out;
}

/* Groups of three, by a blank: the reader's eye and every locale agree. */
static const char *
grouped(const char *digits, char out[SIFT_WORDS_MAX])
{
	size_t len = strlen(digits);
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[at++] = ' ';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

const char *
sift_words_count(double count, char out[SIFT_WORDS_MAX])
{
	char digits[SIFT_NUM_MAX];

	if (!isfinite(count) || count < 0)
		return UNKNOWN;
	if (count >= 1e15 || count != floor(count)) {
		sift_format_double(count, out);
		return out;
	}
	sift_format_i64((int64_t)count, digits);
	return strlen(digits) < 5 ? memcpy(out, digits, sizeof(digits))
				  : grouped(digits, out);
}

/* "12.5" + " min" */
static const char *
with_unit(const char *number, const char *unit, char out[SIFT_WORDS_MAX])
{
	size_t len = strlen(number);

	memmove(out, number, len);
	memcpy(out + len, unit, strlen(unit) + 1);
	return out;
}

const char *
sift_words_duration(double seconds, char out[SIFT_WORDS_MAX])
{
	char number[SIFT_WORDS_MAX];

	if (!isfinite(seconds))
		return UNKNOWN;
	if (seconds < 120)
		return with_unit(significant(seconds, 3, number), " s", out);
	if (seconds < 7200)
		return with_unit(significant(seconds / 60, 3, number), " min",
				 out);
	return with_unit(significant(seconds / 3600, 3, number), " h", out);
}

const char *
sift_words_ttl(int64_t seconds, char out[SIFT_WORDS_MAX])
{
	char number[SIFT_NUM_MAX];

	if (seconds < 0)
		return UNKNOWN;
	sift_format_i64(seconds, number);
	return with_unit(number, " s", out);
}

void
sift_words_plural(struct sift_buf *out, size_t count, const char *noun)
{
	sift_buf_printf(out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

void
sift_words_endpoint(struct sift_buf *out, const char *method, const char *name)
{
	if (method && *method)
		sift_buf_printf(out, "%s ", method);
	sift_buf_add_str(out, name ? name : "all requests");
}

/* Insertion sort: stable, and a set has few endpoints worth showing; a merge
   sort would pay from some thousands on, which text never lists. */
void
sift_order_by_share(const struct sift_set *set, size_t *order)
{
	for (size_t i = 0; i < set->endpoint_count; i++) {
		double share = set->endpoints[i].result.share_of_time;
		size_t at = i;

		if (isnan(share))
			share = -1;
		while (at > 0) {
			double before = set->endpoints[order[at - 1]]
						.result.share_of_time;

			if ((isnan(before) ? -1 : before) >= share)
				break;
			order[at] = order[at - 1];
			at--;
		}
		order[at] = i;
	}
}

size_t
sift_count_severity(const struct sift_document *doc,
		    enum sift_severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < doc->finding_count; i++)
		count += doc->findings[i].severity == severity;
	return count;
}

size_t
sift_count_role(const struct sift_document *doc, enum sift_role role)
{
	size_t count = 0;

	for (size_t i = 0; i < doc->input_count; i++)
		count += doc->inputs[i].role == role;
	return count;
}

const char *
sift_finding_where(const struct sift_document *doc,
		   const struct sift_finding *finding)
{
	if (finding->set != SIFT_NONE)
		return doc->sets[finding->set].label;
	if (finding->sweep != SIFT_NONE)
		return doc->sweeps[finding->sweep].scenario;
	return "";
}

/* The tools of the runs, each once, in order of first appearance. */
static void
add_tools(struct sift_buf *out, const struct sift_document *doc)
{
	bool first = true;

	for (size_t i = 0; i < doc->run_count; i++) {
		const char *tool = doc->runs[i].tool;
		bool seen = !tool;

		for (size_t k = 0; k < i && !seen; k++)
			seen = doc->runs[k].tool &&
			       strcmp(doc->runs[k].tool, tool) == 0;
		if (!seen)
			sift_buf_printf(out, "%s%s", first ? "" : ", ", tool);
		first = first && seen;
	}
}

void
sift_words_summary(struct sift_buf *out, const struct sift_document *doc)
{
	sift_words_plural(out, doc->run_count, "run");
	sift_buf_add_str(out, " in ");
	sift_words_plural(out, doc->set_count, "set");
	if (doc->sweep_count > 0) {
		sift_buf_add_str(out, ", ");
		sift_words_plural(out, doc->sweep_count, "sweep");
	}
	sift_buf_add_str(out, " (");
	add_tools(out, doc);
	sift_buf_add_byte(out, ')');
}

void
sift_words_ledger(struct sift_buf *out, const struct sift_document *doc)
{
	bool first = true;

	for (int r = 0; r < SIFT_ROLE_COUNT; r++) {
		size_t count = sift_count_role(doc, (enum sift_role)r);

		if (count == 0)
			continue;
		if (!first)
			sift_buf_add_str(out, ", ");
		if (first)
			sift_words_plural(out, count, "file");
		else
			sift_buf_printf(out, "%zu", count);
		sift_buf_printf(out, " %s", sift_role_name((enum sift_role)r));
		first = false;
	}
}

void
sift_words_set(struct sift_buf *out, const struct sift_set *set)
{
	char words[SIFT_WORDS_MAX];

	if (set->run_count == 1)
		sift_buf_add_str(out, "1 run");
	else
		sift_buf_printf(out, "median of %zu runs", set->run_count);
	if (!isnan(set->users))
		sift_buf_printf(out, ", %s users",
				sift_words_count(set->users, words));
	if (!isnan(set->measured_rps))
		sift_buf_printf(out, ", %s rps",
				sift_words_rate(set->measured_rps, words));
	if (!isnan(set->duration_s))
		sift_buf_printf(out, ", %s",
				sift_words_duration(set->duration_s, words));
	if (set->source_kind)
		sift_buf_printf(out, ", from %s", set->source_kind);
	if (set->days > 1)
		sift_buf_printf(out, ", over %u days", set->days);
}

void
sift_words_gain_range(struct sift_buf *out, const struct sift_action *action)
{
	if (isnan(action->gain_low)) {
		sift_buf_add_str(out, UNKNOWN);
		return;
	}
	long low = lround(action->gain_low * 100);
	long high = lround(action->gain_high * 100);

	if (low == high)
		sift_buf_printf(out, "%ld %%", low);
	else
		sift_buf_printf(out, "%ld-%ld %%", low, high);
}

void
sift_words_gain(struct sift_buf *out, const struct sift_action *action)
{
	if (isnan(action->gain_low))
		return;
	sift_words_gain_range(out, action);
	sift_buf_printf(out, " less latency (%s)", action->gain_source);
}

const char *
sift_words_tier(enum sift_tier tier)
{
	static const char *const words[SIFT_TIER_COUNT] = {
		[SIFT_TIER_IMMEDIATE] = "Immediate (1-2 hours)",
		[SIFT_TIER_SHORT_TERM] = "Short term (4-8 hours)",
		[SIFT_TIER_LONG_TERM] = "Long term (next sprint)",
	};

	return words[tier];
}
