/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "report/load_levels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/markdown.h"
#include "report/wording.h"

/* ---- cells, the same for all who read ---- */

enum cell {
	CELL_LOAD,
	CELL_RUNS,
	CELL_SERVED,
	CELL_SPREAD,
	CELL_GAIN,
	CELL_ERRORS,
	CELL_MEAN,
	CELL_P50,
	CELL_P95,
	CELL_IN_FLIGHT,
	CELL_TARGETS,
	CELL_COUNT
};

/* "50 users", "49.8 rps"; the token of a sweep's level reads better. */
static void
load_words(struct sift_buf *out, const struct sift_document *doc,
	   const struct sift_load_curve *curve,
	   const struct sift_load_level *level)
{
	char words[SIFT_WORDS_MAX];

	if (level->set != SIFT_NONE && doc->sets[level->set].load)
		sift_buf_add_str(out, doc->sets[level->set].load);
	else if (!strcmp(curve->axis, "users"))
		sift_buf_printf(out, "%s user%s",
				sift_words_count(level->load, words),
				level->load == 1 ? "" : "s");
	else
		sift_buf_printf(out, "%s rps",
				sift_words_rate(level->load, words));
}

static const char *
cell_words(enum cell cell, const struct sift_load_level *l,
	   char out[SIFT_WORDS_MAX])
{
	switch (cell) {
	case CELL_RUNS:
		return sift_words_count(l->runs, out);
	case CELL_SERVED:
		return sift_words_rate(l->throughput, out);
	case CELL_SPREAD:
		return sift_words_rate(l->throughput_se, out);
	case CELL_GAIN:
		if (isnan(l->gain))
			return "-";
		snprintf(out, SIFT_WORDS_MAX, "%.0f%%", 100 * l->gain);
		return out;
	case CELL_ERRORS:
		return sift_words_percent(l->error_rate, out);
	case CELL_MEAN:
		return sift_words_ms(l->mean_ms, out);
	case CELL_P50:
		return sift_words_percentile(l->p50_ms, SIFT_STAT_P50,
					     l->requests, out);
	case CELL_P95:
		return sift_words_percentile(l->p95_ms, SIFT_STAT_P95,
					     l->requests, out);
	case CELL_IN_FLIGHT:
		return sift_words_rate(l->in_flight, out);
	case CELL_TARGETS:
		return l->passes < 0 ? "-" : l->passes ? "hold" : "missed";
	case CELL_LOAD:
	case CELL_COUNT:
		break;
	}
	return "-";
}

static bool
is_part_of_run(const struct sift_load_curve *curve)
{
	return curve->run != SIFT_NONE;
}

/* ---- text ---- */

static const struct sift_table_column columns[CELL_COUNT] = {
	[CELL_LOAD] = {"load", false, 0},
	[CELL_RUNS] = {"runs", true, 5},
	[CELL_SERVED] = {"rps", true, 0},
	[CELL_SPREAD] = {"+-", true, 6},
	[CELL_GAIN] = {"gain", true, 2},
	[CELL_ERRORS] = {"err %", true, 0},
	[CELL_MEAN] = {"mean ms", true, 3},
	[CELL_P50] = {"p50 ms", true, 0},
	[CELL_P95] = {"p95 ms", true, 0},
	[CELL_IN_FLIGHT] = {"in flight", true, 4},
	[CELL_TARGETS] = {"targets", false, 1},
};

static enum sift_status
text_curve(struct sift_page *page, const struct sift_document *doc,
	   const struct sift_load_curve *curve, struct sift_buf *line,
	   struct sift_err *err)
{
	struct sift_text_table table;
	char words[SIFT_WORDS_MAX];

	sift_page_heading(page,
			  is_part_of_run(curve) ? "LOAD LEVELS OF ONE RUN"
						: "LOAD LEVELS",
			  curve->scenario);
	sift_page_paragraph(page, 2, "", SIFT_INK_PLAIN, curve->summary);
	sift_text_table_init(&table, columns, CELL_COUNT);
	for (size_t i = 0; i < curve->level_count; i++) {
		const struct sift_load_level *l = &curve->levels[i];

		sift_buf_clear(line);
		load_words(line, doc, curve, l);
		sift_text_table_add(&table, sift_words_text(line, page->out));
		for (int c = CELL_LOAD + 1; c < CELL_COUNT; c++)
			sift_text_table_add(&table,
					    cell_words((enum cell)c, l, words));
	}
	return sift_text_table_print(&table, page, err);
}

enum sift_status
sift_text_load_curves(struct sift_page *page, const struct sift_document *doc,
		      struct sift_err *err)
{
	struct sift_buf line;
	enum sift_status rc = SIFT_OK;

	sift_buf_init(&line, 0);
	for (size_t i = 0; i < doc->load_curve_count && !rc; i++)
		rc = text_curve(page, doc, &doc->load_curves[i], &line, err);
	sift_buf_release(&line);
	return rc;
}

/* ---- Markdown ---- */

static void
md_curve(struct sift_buf *out, const struct sift_document *doc,
	 const struct sift_load_curve *curve, struct sift_buf *line)
{
	static const char *const titles[CELL_COUNT] = {
		"Load",	   ">Runs",	 ">Served rps", ">±",
		">Gain",   ">Errors %",	 ">Mean ms",	">p50 ms",
		">p95 ms", ">In flight", "Targets"};
	char words[SIFT_WORDS_MAX];

	sift_buf_clear(line);
	sift_buf_printf(line, "%s%s", curve->scenario,
			is_part_of_run(curve) ? " (within one run)" : "");
	sift_md_heading(out, 3, sift_words_text(line, out));
	sift_md_text(out, curve->summary);
	sift_buf_add_str(out, "\n\n");
	sift_md_table(out, titles, CELL_COUNT);
	for (size_t i = 0; i < curve->level_count; i++) {
		const struct sift_load_level *l = &curve->levels[i];

		sift_md_row_begin(out);
		sift_buf_clear(line);
		load_words(line, doc, curve, l);
		sift_md_cell(out, sift_words_text(line, out));
		for (int c = CELL_LOAD + 1; c < CELL_COUNT; c++)
			sift_md_cell(out, cell_words((enum cell)c, l, words));
		sift_md_row_end(out);
	}
}

void
sift_md_load_curves(struct sift_buf *out, const struct sift_document *doc)
{
	struct sift_buf line;

	if (doc->load_curve_count == 0)
		return;
	sift_md_heading(out, 2, "Load Levels");
	sift_buf_init(&line, 0);
	for (size_t i = 0; i < doc->load_curve_count; i++)
		md_curve(out, doc, &doc->load_curves[i], &line);
	sift_buf_release(&line);
}

/* ---- JSON ---- */

static void
json_level(struct sift_json *json, const struct sift_document *doc,
	   const struct sift_load_level *l)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "set",
		       l->set == SIFT_NONE ? NULL : doc->sets[l->set].id);
	sift_json_number(json, "load", l->load);
	sift_json_count(json, "runs", (int64_t)l->runs);
	sift_json_number(json, "throughput_rps", l->throughput);
	sift_json_number(json, "throughput_se", l->throughput_se);
	sift_json_number(json, "gain", l->gain);
	sift_json_number(json, "error_rate", l->error_rate);
	sift_json_number(json, "mean_ms", l->mean_ms);
	sift_json_number(json, "p50_ms", l->p50_ms);
	sift_json_number(json, "p95_ms", l->p95_ms);
	sift_json_lower_bounds(json, l->requests);
	sift_json_number(json, "in_flight", l->in_flight);
	sift_json_number(json, "think_s", l->think_s);
	if (l->passes < 0)
		sift_json_null(json, "targets_hold");
	else
		sift_json_bool(json, "targets_hold", l->passes != 0);
	sift_json_object_end(json);
}

static void
json_scalability(struct sift_json *json, const struct sift_scalability *s)
{
	sift_json_object_begin(json, "scalability");
	sift_json_text(json, "claim", s->claim);
	sift_json_number(json, "lambda_rps", s->lambda);
	sift_json_number(json, "sigma", s->sigma);
	sift_json_number(json, "kappa", s->kappa);
	sift_json_number(json, "ceiling_rps", s->ceiling);
	sift_json_number(json, "peak_in_flight", s->peak_in_flight);
	sift_json_number(json, "peak_low", s->peak_low);
	sift_json_number(json, "peak_high", s->peak_high);
	sift_json_number(json, "peak_rps", s->peak_throughput);
	sift_json_object_end(json);
}

static void
json_curve(struct sift_json *json, const struct sift_document *doc,
	   const struct sift_load_curve *c)
{
	sift_json_object_begin(json, NULL);
	sift_json_text(json, "scenario", c->scenario);
	sift_json_text(json, "run",
		       is_part_of_run(c) ? doc->runs[c->run].id : NULL);
	sift_json_text(json, "tool", c->tool);
	sift_json_text(json, "axis", c->axis);
	sift_json_text(json, "summary", c->summary);
	sift_json_text(json, "target", c->target);
	sift_json_text(json, "target_source", c->target_source);
	sift_json_number(json, "last_pass", c->last_pass);
	sift_json_number(json, "first_fail", c->first_fail);
	sift_json_number(json, "interpolated", c->interpolated);
	sift_json_number(json, "half_gain_at", c->half_gain_at);
	sift_json_number(json, "saturated_at", c->saturated_at);
	sift_json_number(json, "retrograde_at", c->retrograde_at);
	sift_json_number(json, "best_power_at", c->best_power_at);
	sift_json_text(json, "think", c->think);
	json_scalability(json, &c->scalability);
	sift_json_list_begin(json, "levels");
	for (size_t i = 0; i < c->level_count; i++)
		json_level(json, doc, &c->levels[i]);
	sift_json_list_end(json);
	sift_json_object_end(json);
}

void
sift_json_load_curves(struct sift_json *json, const struct sift_document *doc)
{
	sift_json_list_begin(json, "load_curves");
	for (size_t i = 0; i < doc->load_curve_count; i++)
		json_curve(json, doc, &doc->load_curves[i]);
	sift_json_list_end(json);
}
