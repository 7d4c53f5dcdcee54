/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A load curve in sentences: the capacity, what more load gives, what the
 * levels say of the test, and how much room there is. Nothing beyond the
 * highest level tested is promised.
 */

#include <config.h>

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "judge/load_curves.h"
#include "judge/words.h"

#define SECONDS_A_DAY 86400.0

struct words {
	const struct sift_load_curve *curve;
	struct sift_buf text;
};

static const struct sift_load_level *
level_at(const struct words *w, double load)
{
	for (size_t i = 0; i < w->curve->level_count; i++)
		if (w->curve->levels[i].load == load)
			return &w->curve->levels[i];
	return &w->curve->levels[0];
}

/* Three digits are more than is known of a load. */
static double
rounded(double value)
{
	double unit = pow(10, floor(log10(fabs(value))) - 2);

	return value == 0 || !isfinite(value) ? value
					      : round(value / unit) * unit;
}

static void
add_number(struct words *w, double value)
{
	char text[SIFT_WORDS_MAX];

	sift_buf_add_str(&w->text,
			 sift_words(rounded(value), SIFT_WORDS_PLAIN, text));
}

/* "50 users", "49.8 rps" */
static void
add_load(struct words *w, double load)
{
	bool one = load == 1 && !strcmp(w->curve->axis, "users");

	add_number(w, load);
	sift_buf_printf(&w->text, " %s", one ? "user" : w->curve->axis);
}

/* The same with what it served, where that is another number. */
static void
add_load_served(struct words *w, double load)
{
	add_load(w, load);
	if (strcmp(w->curve->axis, "users") != 0)
		return;
	sift_buf_add_str(&w->text, " (");
	add_number(w, level_at(w, load)->throughput);
	sift_buf_add_str(&w->text, " rps)");
}

/* ---- capacity ---- */

static void
add_capacity(struct words *w)
{
	const struct sift_load_curve *c = w->curve;
	double top = c->levels[c->level_count - 1].load;

	if (!isnan(c->first_fail) && !isnan(c->last_pass)) {
		sift_buf_add_str(&w->text, "Capacity is between ");
		add_load_served(w, c->last_pass);
		sift_buf_add_str(&w->text, " and ");
		add_load_served(w, c->first_fail);
		sift_buf_printf(&w->text, ", where the target is missed: %s",
				c->target);
		if (!isnan(c->interpolated)) {
			sift_buf_add_str(&w->text, "; on a line between them ");
			add_load(w, c->interpolated);
		}
		sift_buf_add_str(&w->text, ".");
		return;
	}
	if (!isnan(c->first_fail)) {
		sift_buf_add_str(&w->text, "Capacity is below the lowest level "
					   "tested, ");
		add_load_served(w, c->first_fail);
		sift_buf_printf(&w->text, ": %s.", c->target);
		return;
	}
	if (isnan(c->last_pass)) {
		sift_buf_add_str(&w->text, "Capacity cannot be judged: no "
					   "level has the figures.");
		return;
	}
	sift_buf_add_str(&w->text, "Capacity is at least ");
	add_load_served(w, top);
	sift_buf_printf(&w->text, ", the highest level tested (%s).",
			c->target);
}

/* ---- what more load gives ---- */

/* "50 users to 100 users"; the first level has none before it. */
static void
add_step(struct words *w, const struct sift_load_level *to)
{
	add_load(w, to > w->curve->levels ? to[-1].load : to->load);
	sift_buf_add_str(&w->text, " to ");
	add_load(w, to->load);
}

static void
add_gain(struct words *w)
{
	const struct sift_load_curve *c = w->curve;
	char percent[SIFT_WORDS_MAX];

	if (!isnan(c->retrograde_at)) {
		sift_buf_add_str(&w->text, " Throughput falls from ");
		add_load(w, c->retrograde_at);
		sift_buf_add_str(&w->text, " on: overload.");
	} else if (!isnan(c->saturated_at)) {
		sift_buf_add_str(&w->text, " Saturated: from ");
		add_step(w, level_at(w, c->saturated_at));
		sift_buf_add_str(&w->text,
				 " more load brings next to nothing.");
	} else if (!isnan(c->half_gain_at)) {
		const struct sift_load_level *at = level_at(w, c->half_gain_at);

		sift_buf_add_str(&w->text, " From ");
		add_step(w, at);
		sift_buf_printf(
			&w->text,
			" only %s of the load added arrives as throughput.",
			sift_words(round(100 * at->gain) / 100,
				   SIFT_WORDS_PERCENT, percent));
	} else {
		sift_buf_add_str(&w->text, " Throughput rises with the load to "
					   "the end: its limit was not "
					   "reached.");
	}
}

static void
add_scalability(struct words *w)
{
	const struct sift_scalability *s = &w->curve->scalability;

	if (!strcmp(s->claim, "peak")) {
		sift_buf_add_str(&w->text, " By the scalability law throughput "
					   "peaks at ");
		add_number(w, s->peak_throughput);
		sift_buf_add_str(&w->text, " rps with ");
		add_number(w, s->peak_in_flight);
		sift_buf_add_str(&w->text, " requests in flight (");
		add_number(w, s->peak_low);
		sift_buf_add_str(&w->text, " to ");
		add_number(w, s->peak_high);
		sift_buf_add_str(&w->text, ").");
	} else if (!isnan(s->ceiling)) {
		sift_buf_add_str(&w->text,
				 " No peak was observed; if waiting for what "
				 "is shared is all that holds it back, the "
				 "ceiling is ");
		add_number(w, s->ceiling);
		sift_buf_add_str(&w->text, " rps.");
	} else if (isnan(w->curve->retrograde_at)) {
		sift_buf_add_str(&w->text, " No peak was observed.");
	}
}

/* ---- of the test ---- */

static void
add_think(struct words *w)
{
	const struct sift_load_level *low = &w->curve->levels[0];
	const struct sift_load_level *high =
		&w->curve->levels[w->curve->level_count - 1];
	const char *think = w->curve->think;

	if (!think)
		return;
	if (!strcmp(think, "impossible")) {
		sift_buf_add_str(&w->text,
				 " At some level more requests are under way "
				 "than there are users: the figures cannot all "
				 "be right.");
		return;
	}
	sift_buf_add_str(&w->text, " Users pause ");
	add_number(w, low->think_s);
	if (!strcmp(think, "constant")) {
		sift_buf_add_str(&w->text,
				 " s between requests at every level.");
		return;
	}
	sift_buf_add_str(&w->text, " s between requests at the lowest level, ");
	add_number(w, high->think_s);
	sift_buf_add_str(&w->text, " s at the highest");
	sift_buf_add_str(&w->text,
			 !strcmp(think, "growing")
				 ? " while latency stays: the generator may be "
				   "the limit, not the service."
				 : ".");
}

/* ---- headroom ---- */

static void
add_headroom(struct words *w, double per_day)
{
	const struct sift_load_curve *c = w->curve;
	double borne = isnan(c->last_pass)
			       ? (double)NAN
			       : level_at(w, c->last_pass)->throughput;
	double rate = per_day / SECONDS_A_DAY;
	char percent[SIFT_WORDS_MAX];

	if (!(borne > 0))
		return;
	if (per_day > 0) {
		sift_buf_add_str(&w->text,
				 " Headroom: the configured traffic, ");
		add_number(w, rate);
		sift_buf_printf(&w->text,
				" rps on average over a day, is %s of the ",
				sift_words(rounded(rate / borne),
					   SIFT_WORDS_PERCENT, percent));
		add_number(w, borne);
		sift_buf_add_str(&w->text, " rps shown to be borne; peaks are "
					   "not known.");
		return;
	}
	sift_buf_add_str(&w->text, " Headroom: ");
	add_number(w, borne);
	sift_buf_add_str(&w->text, " rps are shown to be borne");
	if (isnan(c->first_fail)) {
		sift_buf_add_str(&w->text, "; how much more was not tested.");
		return;
	}
	sift_buf_add_str(&w->text, ", and ");
	add_load(w, c->first_fail);
	sift_buf_add_str(&w->text, " to be too much.");
}

const char *
sift_load_curve_summary(const struct sift_load_curve *curve, double per_day,
			struct sift_arena *arena)
{
	struct words w = {.curve = curve};
	const char *text = NULL;

	sift_buf_init(&w.text, 0);
	add_capacity(&w);
	add_gain(&w);
	add_scalability(&w);
	add_think(&w);
	add_headroom(&w, per_day);
	if (!sift_buf_status(&w.text))
		text = sift_arena_span(arena, sift_buf_span(&w.text));
	sift_buf_release(&w.text);
	return text;
}
