/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/wording.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/num.h"
#include "report/survey.h"

#define UNKNOWN "-"

const char *
sift_words_text(const struct sift_buf *line, struct sift_buf *out)
{
	if (sift_buf_status(line))
		out->status = SIFT_E_NOMEM;
	return line->ptr ? line->ptr : "";
}

/* Groups of three, by a blank: the reader's eye and every locale agree.
   Numbers of four digits are read without. */
static const char *
grouped(const char *digits, char out[SIFT_WORDS_MAX])
{
	size_t len = strlen(digits);
	bool plain = len < 5 || strspn(digits, "0123456789") < len;
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		if (!plain && i > 0 && (len - i) % 3 == 0)
			out[at++] = ' ';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

static const char *
with_decimals(double value, unsigned decimals, char out[SIFT_WORDS_MAX])
{
	char number[SIFT_NUM_MAX];

	if (decimals || fabs(value) < 9999) { /* there is nothing to group */
		sift_format_fixed(value, decimals, out);
		return out;
	}
	sift_format_fixed(value, decimals, number);
	return grouped(number, out);
}

/* Three digits, at most two of them decimals. As many decimals as the rounded
   number leaves room for: 9.996 is "10.0", not "10.00". */
static const char *
significant(double value, char out[SIFT_WORDS_MAX])
{
	double size = fabs(value);
	unsigned decimals = size < 10 ? 2 : size < 100;

	if (!isfinite(value))
		return UNKNOWN;
	if (value == 0)
		return "0";
	if (value > 0 && value < 0.005)
		return "<0.01";
	for (;;) {
		size_t whole, fitting;

		with_decimals(value, decimals, out);
		whole = strcspn(out + (*out == '-'), ".");
		fitting = whole < 3 ? 3 - whole : 0;
		if (fitting >= decimals)
			return out;
		decimals = (unsigned)fitting;
	}
}

const char *
sift_words_ms(double ms, char out[SIFT_WORDS_MAX])
{
	return significant(ms, out);
}

const char *
sift_words_percentile(double ms, enum sift_stat stat, double requests,
		      char out[SIFT_WORDS_MAX])
{
	static const char at_least[] = "≥";
	const size_t len = sizeof(at_least) - 1;
	char words[SIFT_WORDS_MAX];
	const char *figure;

	if (isnan(ms) || !sift_is_lower_bound(stat, requests))
		return sift_words_ms(ms, out);
	figure = sift_words_ms(ms, words);
	memcpy(out, at_least, len);
	memcpy(out + len, figure, strlen(figure) + 1);
	return out;
}

const char *
sift_words_rate(double rate, char out[SIFT_WORDS_MAX])
{
	return significant(rate, out);
}

const char *
sift_words_percent(double share, char out[SIFT_WORDS_MAX])
{
	double percent = share * 100;

	if (percent >= 99.95 && percent < 100)
		return ">99.9";
	if (percent == 100)
		return "100";
	return significant(percent, out);
}

const char *
sift_words_count(double count, char out[SIFT_WORDS_MAX])
{
	if (!isfinite(count) || count < 0)
		return UNKNOWN;
	return with_decimals(count, count < 100 && count != floor(count), out);
}

const char *
sift_words_integer(int64_t count, char out[SIFT_WORDS_MAX])
{
	char digits[SIFT_NUM_MAX];

	if (count < 0)
		return UNKNOWN;
	sift_format_i64(count, digits);
	return grouped(digits, out);
}

/* "12.5" + " min", "40.0" + " s" without the decimal that says nothing. */
static const char *
with_unit(double value, const char *unit, char out[SIFT_WORDS_MAX])
{
	char number[SIFT_WORDS_MAX];
	const char *digits = significant(value, number);
	size_t len = strlen(digits);

	if (strchr(digits, '.')) {
		while (digits[len - 1] == '0')
			len--;
		if (digits[len - 1] == '.')
			len--;
	}
	memcpy(out, digits, len);
	memcpy(out + len, unit, strlen(unit) + 1);
	return out;
}

const char *
sift_words_duration(double seconds, char out[SIFT_WORDS_MAX])
{
	if (!isfinite(seconds))
		return UNKNOWN;
	if (seconds < 120)
		return with_unit(seconds, " s", out);
	if (seconds < 7200)
		return with_unit(seconds / 60, " min", out);
	return with_unit(seconds / 3600, " h", out);
}

const char *
sift_words_ttl(int64_t seconds, char out[SIFT_WORDS_MAX])
{
	char number[SIFT_NUM_MAX];
	unsigned len;

	if (seconds < 0)
		return "none";
	len = sift_format_i64(seconds, number);
	memcpy(out, number, len);
	memcpy(out + len, " s", sizeof(" s"));
	return out;
}

void
sift_words_plural(struct sift_buf *out, size_t count, const char *noun)
{
	sift_buf_printf(out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

void
sift_words_endpoint(struct sift_buf *out, const char *method, const char *name)
{
	if (method && *method) {
		sift_buf_add_str(out, method);
		sift_buf_add_byte(out, ' ');
	}
	if (!name)
		name = "all requests";
	sift_buf_add_str(out, *name ? name : "(no name)");
}

const char *
sift_words_kind(enum sift_kind kind)
{
	static const char *const words[SIFT_KIND_COUNT] = {
		[SIFT_KIND_HTTP] = "",
		[SIFT_KIND_GRPC] = " (grpc)",
		[SIFT_KIND_WS] = " (ws)",
		[SIFT_KIND_TREND] = " (trend)",
	};

	return words[kind];
}

/* " (k6, locust)": the tools of the runs, each once, as they come. */
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
			sift_buf_printf(out, "%s%s", first ? " (" : ", ", tool);
		first = first && seen;
	}
	if (!first)
		sift_buf_add_byte(out, ')');
}

void
sift_words_summary(struct sift_buf *out, const struct sift_document *doc)
{
	if (doc->run_count == 0) {
		sift_buf_add_str(out, "no run");
		return;
	}
	sift_words_plural(out, doc->run_count, "run");
	sift_buf_add_str(out, " in ");
	sift_words_plural(out, doc->set_count, "set");
	if (doc->sweep_count > 0) {
		sift_buf_add_str(out, ", ");
		sift_words_plural(out, doc->sweep_count, "sweep");
	}
	add_tools(out, doc);
}

void
sift_words_ledger(struct sift_buf *out, const struct sift_document *doc)
{
	bool first = true;

	for (int r = 0; r < SIFT_ROLE_COUNT; r++) {
		size_t count = sift_count_role(doc, (enum sift_role)r);

		if (count == 0)
			continue;
		if (first)
			sift_words_plural(out, count, "file");
		else
			sift_buf_printf(out, ", %zu", count);
		sift_buf_printf(out, " %s", sift_role_name((enum sift_role)r));
		first = false;
	}
	if (first)
		sift_buf_add_str(out, "no file");
}

void
sift_words_severities(struct sift_buf *out, const struct sift_document *doc)
{
	sift_buf_printf(out, "%zu critical, ",
			sift_count_severity(doc, SIFT_SEVERITY_CRITICAL));
	sift_words_plural(out, sift_count_severity(doc, SIFT_SEVERITY_WARNING),
			  "warning");
	sift_buf_add_str(out, ", ");
	sift_words_plural(out, sift_count_severity(doc, SIFT_SEVERITY_NOTE),
			  "note");
}

void
sift_words_load(struct sift_buf *out, double users, double rps,
		double duration_s)
{
	char words[SIFT_WORDS_MAX];

	if (!isnan(users))
		sift_buf_printf(out, ", %s %s", sift_words_count(users, words),
				users == 1 ? "user" : "users");
	if (!isnan(rps))
		sift_buf_printf(out, ", %s rps", sift_words_rate(rps, words));
	if (!isnan(duration_s))
		sift_buf_printf(out, ", %s",
				sift_words_duration(duration_s, words));
}

void
sift_words_set(struct sift_buf *out, const struct sift_set *set)
{
	char words[SIFT_WORDS_MAX];

	if (set->run_count == 1)
		sift_buf_add_str(out, "1 run");
	else
		sift_buf_printf(out, "median of %zu runs", set->run_count);
	sift_words_load(out, set->users, set->measured_rps, set->duration_s);
	if (set->source_kind)
		sift_buf_printf(out, ", from %s", set->source_kind);
	/* Finer steps than a millisecond move no figure that is shown. */
	if (set->total.resolution_ms >= 1)
		sift_buf_printf(
			out, " in steps of up to %s",
			with_unit(set->total.resolution_ms, " ms", words));
	if (set->days > 1)
		sift_buf_printf(out, ", over %u days", set->days);
}

void
sift_words_cost(struct sift_buf *out, const struct sift_action *action)
{
	long low, high;

	sift_buf_printf(out, "%s effort",
			action->effort ? action->effort : "unknown");
	if (isnan(action->gain_low))
		return;
	low = lround(action->gain_low * 100);
	high = lround(action->gain_high * 100);
	sift_buf_printf(out, ", %ld", low);
	if (low != high)
		sift_buf_printf(out, "-%ld", high);
	sift_buf_add_str(out, " % less latency");
	if (action->gain_source)
		sift_buf_printf(out, " (%s)", action->gain_source);
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

void
sift_words_input(struct sift_buf *out, const struct sift_input *input)
{
	char words[SIFT_WORDS_MAX];

	if (!input->format)
		return;
	sift_buf_add_str(out, input->format);
	if (input->format_version)
		sift_buf_printf(out, " %s", input->format_version);
	if (input->records_used >= 0)
		sift_buf_printf(out, ", %s record%s",
				sift_words_integer(input->records_used, words),
				input->records_used == 1 ? "" : "s");
	if (input->records_skipped > 0)
		sift_buf_printf(
			out, ", %s skipped",
			sift_words_integer(input->records_skipped, words));
}
