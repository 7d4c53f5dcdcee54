/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cli/options_impl.h"

#include <getopt.h>
#include <math.h>
#include <string.h>

#include "base/num.h"

static sift_option_setter set_flag, set_text, set_jobs, set_output, set_format,
	set_fail_on, set_colour, set_progress, set_traffic, set_limit, set_vs,
	set_effect, set_control, set_on, set_skip, set_setup;

#define FIELD(name) offsetof(struct sift_settings, name)
#define LIMIT(name) FIELD(analysis.limits.name)

/* A row with a NULL name is a heading; one with a NULL help is not listed. */
/* clang-format off */
const struct sift_option_row sift_option_rows[] = {
	{0, NULL, NULL, "Output", NULL, 0},
	{'o', "output", "[FORMAT:]FILE",
	 "write a report to FILE as well, as often as you like; the format is "
	 "that of the extension (txt, md, json, lsd) or named before a colon; "
	 "- is standard output", set_output, 0},
	{'f', "format", "FORMAT",
	 "what standard output gets: text (default), markdown, json, inspect",
	 set_format, 0},
	{0, "color", "WHEN", "colours in text: auto (default), always, never",
	 set_colour, 0},
	{0, "progress", "HOW",
	 "how far reading has come: auto (default: on a terminal), plain (a "
	 "line every two seconds), none", set_progress, 0},
	{'q', "quiet", NULL,
	 "no progress, no warnings, and no report on standard output when -o "
	 "writes one", set_flag, FIELD(quiet)},

	{0, NULL, NULL, "Judging", NULL, 0},
	{0, "config", "FILE",
	 "limits, targets and traffic; else loadsift.yaml if there is one",
	 set_text, FIELD(analysis.config)},
	{0, "fail-on", "LIST",
	 "exit with 1 on any of: warning, critical, target, regression, "
	 "shift, inconclusive, incomparable (comma list)", set_fail_on, 0},
	{0, "allow-partial", NULL,
	 "exit with 0 even if some file was damaged or partly read",
	 set_flag, FIELD(allow_partial)},
	{0, "traffic", "BASIS",
	 "what volume cache TTLs are based on: run (requests of a run, the "
	 "default) or rate (the measured rate over a day)", set_traffic, 0},

	{0, NULL, NULL, "Comparing", NULL, 0},
	{0, "vs", NULL,
	 "compare: inputs before it are the old side, those after it the new",
	 set_vs, 0},
	{0, "baseline", "SET",
	 "compare the set of this label, scenario or id with all others",
	 set_text, FIELD(analysis.comparing.baseline)},
	{0, "control", "GLOB",
	 "endpoints that cannot have changed, to tell a slower machine from a "
	 "slower service; at least two, as often as you like", set_control, 0},
	{0, "min-effect", "PERCENT",
	 "the least change that matters, in percent (5)", set_effect, 0},
	{0, "force", NULL,
	 "compare sets that are not comparable; the result is exploratory",
	 set_on, FIELD(analysis.comparing.force)},

	{0, NULL, NULL, "Reading", NULL, 0},
	{0, "group-by", "REGEX",
	 "how paths tell runs apart: a PCRE2 expression with named groups set, "
	 "run and load", set_text, FIELD(analysis.group_by)},
	{0, "raw-names", NULL,
	 "leave names of endpoints as they are; else name rules apply, and "
	 "numbers, ids and hashes are replaced in runs of more than 200 names",
	 set_on, FIELD(analysis.raw_names)},
	{0, "setup", "HOW",
	 "requests of k6's setup() and teardown(): with all others (default, as "
	 "k6 counts) or apart, as endpoints ::setup NAME, ::teardown NAME",
	 set_setup, 0},
	{0, "skip-warmup", "HOW",
	 "what to leave out of each run's begin: none (default), auto (the "
	 "warm-up, where one is found) or so many seconds; the results of the "
	 "whole run stand beside", set_skip, 0},
	{'j', "jobs", "N", "worker processes; default: one per processor",
	 set_jobs, 0},

	{0, NULL, NULL, "Limits", NULL, 0},
	{0, "max-member-bytes", "SIZE",
	 "decompressed bytes of one member (64G)", set_limit,
	 LIMIT(member_bytes)},
	{0, "max-ratio", "N",
	 "expansion of compressed data after the first 64M (200)", set_limit,
	 LIMIT(expansion_ratio)},
	{0, "max-members", "N", "members of archives (1000000)", set_limit,
	 LIMIT(members)},
	{0, "max-nesting", "N", "archives inside archives (3)", set_limit,
	 LIMIT(nesting)},
	{0, "max-line-bytes", "SIZE", "one line or CSV field (1M)", set_limit,
	 LIMIT(line_bytes)},
	{0, "max-document-bytes", "SIZE", "one JSON document (64M)", set_limit,
	 LIMIT(document_bytes)},
	{0, "max-json-depth", "N", "nesting inside JSON (64)", set_limit,
	 LIMIT(json_depth)},
	{0, "max-endpoints", "N",
	 "endpoints of a run; more fold into (other) (100000)", set_limit,
	 LIMIT(endpoints)},
	{0, "max-worker-memory", "SIZE", "memory of a worker (1G)", set_limit,
	 LIMIT(worker_bytes)},
	{0, "memory", "SIZE",
	 "of latency samples kept as they are, 4 bytes each (256M; a quarter "
	 "for one file); of more a histogram is kept, percentiles within 0.2 %",
	 set_limit, LIMIT(sample_bytes)},

	{0, NULL, NULL, "Help", NULL, 0},
	{'h', "help", NULL, "show this help", set_flag, FIELD(help)},
	{'V', "version", NULL, "show the version", set_flag, FIELD(version)},
	{0, "piece-bytes", "SIZE", NULL, set_limit,
	 FIELD(analysis.piece_bytes)},
	{0, "generate", "NOTATION", NULL, set_text, FIELD(generate)},
};
/* clang-format on */

#define SKIP_MAX_S 86400 /* a day */

#define ROW_COUNT (sizeof(sift_option_rows) / sizeof(*sift_option_rows))

const size_t sift_option_row_count = ROW_COUNT;

/* ---- setters ---- */

static enum sift_status
set_flag(struct sift_settings *settings, void *where, const char *arg,
	 struct sift_err *err)
{
	(void)settings, (void)arg, (void)err;
	*(bool *)where = true;
	return SIFT_OK;
}

static enum sift_status
set_text(struct sift_settings *settings, void *where, const char *arg,
	 struct sift_err *err)
{
	(void)settings, (void)err;
	*(const char **)where = arg;
	return SIFT_OK;
}

static enum sift_status
set_jobs(struct sift_settings *settings, void *where, const char *arg,
	 struct sift_err *err)
{
	uint64_t n;

	(void)where;
	if (!sift_parse_u64(sift_span_str(arg), &n) || n < 1 || n > 256)
		return sift_fail(err, SIFT_E_USAGE,
				 "--jobs takes a number from 1 to 256, "
				 "not \"%s\"",
				 arg);
	settings->analysis.jobs = (unsigned)n;
	return SIFT_OK;
}

/* FORMAT:FILE where FORMAT is one we know, else FILE by its extension. */
static enum sift_status
set_output(struct sift_settings *settings, void *where, const char *arg,
	   struct sift_err *err)
{
	const char *colon = strchr(arg, ':');
	struct sift_output *out;
	char name[16] = "";

	(void)where;
	if (settings->output_count == SIFT_OUTPUTS_MAX)
		return sift_fail(err, SIFT_E_USAGE, "more than %d outputs",
				 SIFT_OUTPUTS_MAX);
	out = &settings->outputs[settings->output_count];
	if (colon && (size_t)(colon - arg) < sizeof(name))
		memcpy(name, arg, (size_t)(colon - arg));
	out->format = sift_format_find(name);
	out->file = out->format ? colon + 1 : arg;
	if (!out->format)
		out->format = strcmp(arg, "-") == 0
				      ? "text"
				      : sift_format_by_extension(arg);
	if (!out->format)
		return sift_fail(err, SIFT_E_USAGE,
				 "cannot tell the format of \"%s\": use "
				 "FORMAT:FILE or an extension of txt, md, "
				 "json, lsd",
				 arg);
	if (!*out->file)
		return sift_fail(err, SIFT_E_USAGE,
				 "--output \"%s\" names no file", arg);
	settings->output_count++;
	return SIFT_OK;
}

static enum sift_status
set_format(struct sift_settings *settings, void *where, const char *arg,
	   struct sift_err *err)
{
	(void)where;
	settings->stdout_format = sift_format_find(arg);
	if (!settings->stdout_format)
		return sift_fail(err, SIFT_E_USAGE,
				 "unknown format \"%s\": one of text, "
				 "markdown, json, inspect, lsd",
				 arg);
	return SIFT_OK;
}

/* A word of a fixed list and what it stands for. */
struct word {
	const char *text;
	unsigned value;
};

static const struct word *
find_word(const struct word *words, struct sift_span text)
{
	for (; words->text; words++)
		if (sift_span_equal(sift_span_str(words->text), text))
			return words;
	return NULL;
}

static enum sift_status
set_fail_on(struct sift_settings *settings, void *where, const char *arg,
	    struct sift_err *err)
{
	static const struct word words[] = {
		{"warning", SIFT_FAIL_ON_WARNING | SIFT_FAIL_ON_CRITICAL},
		{"critical", SIFT_FAIL_ON_CRITICAL},
		{"target", SIFT_FAIL_ON_TARGET},
		{"regression", SIFT_FAIL_ON_REGRESSION},
		{"inconclusive", SIFT_FAIL_ON_INCONCLUSIVE},
		{"incomparable", SIFT_FAIL_ON_INCOMPARABLE},
		{"shift", SIFT_FAIL_ON_SHIFT},
		{NULL, 0},
	};
	struct sift_span left = sift_span_str(arg);

	(void)where;
	for (;;) {
		size_t comma = sift_span_find_byte(left, ',');
		struct sift_span item = sift_span_head(left, comma);
		const struct word *word = find_word(words, item);

		if (!word)
			return sift_fail(err, SIFT_E_USAGE,
					 "--fail-on knows warning, critical, "
					 "target, regression, shift, "
					 "inconclusive and incomparable, not "
					 "\"%.*s\"",
					 (int)item.len, item.ptr);
		settings->fail_on |= word->value;
		if (comma == left.len)
			return SIFT_OK;
		left = sift_span_from(left, comma + 1);
	}
}

static enum sift_status
set_colour(struct sift_settings *settings, void *where, const char *arg,
	   struct sift_err *err)
{
	static const struct word words[] = {{"auto", SIFT_COLOUR_AUTO},
					    {"always", SIFT_COLOUR_ALWAYS},
					    {"never", SIFT_COLOUR_NEVER},
					    {NULL, 0}};
	const struct word *word = find_word(words, sift_span_str(arg));

	(void)where;
	if (!word)
		return sift_fail(err, SIFT_E_USAGE,
				 "--color takes auto, always or never, "
				 "not \"%s\"",
				 arg);
	settings->colour = (enum sift_colour)word->value;
	return SIFT_OK;
}

static enum sift_status
set_progress(struct sift_settings *settings, void *where, const char *arg,
	     struct sift_err *err)
{
	static const struct word words[] = {{"auto", SIFT_PROGRESS_AUTO},
					    {"plain", SIFT_PROGRESS_PLAIN},
					    {"none", SIFT_PROGRESS_NONE},
					    {NULL, 0}};
	const struct word *word = find_word(words, sift_span_str(arg));

	(void)where;
	if (!word)
		return sift_fail(err, SIFT_E_USAGE,
				 "--progress takes auto, plain or none, "
				 "not \"%s\"",
				 arg);
	settings->progress = (enum sift_progress_mode)word->value;
	return SIFT_OK;
}

static enum sift_status
set_traffic(struct sift_settings *settings, void *where, const char *arg,
	    struct sift_err *err)
{
	static const struct word words[] = {{"run", 0}, {"rate", 1}, {NULL, 0}};
	const struct word *word = find_word(words, sift_span_str(arg));

	(void)where;
	if (!word)
		return sift_fail(err, SIFT_E_USAGE,
				 "--traffic takes run or rate, not \"%s\"",
				 arg);
	settings->analysis.traffic_rate = (int)word->value;
	return SIFT_OK;
}

static enum sift_status
set_setup(struct sift_settings *settings, void *where, const char *arg,
	  struct sift_err *err)
{
	static const struct word words[] = {
		{"with", 0}, {"apart", 1}, {NULL, 0}};
	const struct word *word = find_word(words, sift_span_str(arg));

	(void)where;
	if (!word)
		return sift_fail(err, SIFT_E_USAGE,
				 "--setup takes with or apart, not \"%s\"",
				 arg);
	settings->analysis.setup_apart = (int)word->value;
	return SIFT_OK;
}

static enum sift_status
set_skip(struct sift_settings *settings, void *where, const char *arg,
	 struct sift_err *err)
{
	struct sift_span text = sift_span_str(arg);
	double seconds = 0;

	(void)where;
	if (sift_span_equal(text, SIFT_SPAN("auto")))
		seconds = SIFT_SKIP_AUTO;
	else if (text.len > 1 && text.ptr[text.len - 1] == 's')
		text.len--;
	if (seconds == 0 && !sift_span_equal(text, SIFT_SPAN("none")) &&
	    (!sift_parse_double(text, &seconds) ||
	     !(seconds >= 0 && seconds <= SKIP_MAX_S)))
		return sift_fail(err, SIFT_E_USAGE,
				 "--skip-warmup takes auto, none or seconds "
				 "(30s), not \"%s\"",
				 arg);
	settings->analysis.skip_warm_up_s = seconds;
	return SIFT_OK;
}

static enum sift_status
set_vs(struct sift_settings *settings, void *where, const char *arg,
       struct sift_err *err)
{
	size_t *old = &settings->analysis.comparing.old_inputs;

	(void)where, (void)arg;
	if (*old > 0 || settings->operand_count == 0)
		return sift_fail(err, SIFT_E_USAGE,
				 "--vs stands once, between the old inputs "
				 "and the new");
	*old = settings->operand_count;
	return SIFT_OK;
}

static enum sift_status
set_effect(struct sift_settings *settings, void *where, const char *arg,
	   struct sift_err *err)
{
	struct sift_span text = sift_span_str(arg);
	double percent;

	(void)where;
	if (sift_span_ends(text, SIFT_SPAN("%")))
		text.len--;
	if (!sift_parse_double(text, &percent) ||
	    !(percent >= 0.1 && percent <= 100))
		return sift_fail(err, SIFT_E_USAGE,
				 "--min-effect takes percent from 0.1 to 100, "
				 "not \"%s\"",
				 arg);
	settings->analysis.comparing.min_effect = percent / 100;
	return SIFT_OK;
}

static enum sift_status
set_control(struct sift_settings *settings, void *where, const char *arg,
	    struct sift_err *err)
{
	struct sift_comparing *comparing = &settings->analysis.comparing;

	(void)where;
	if (comparing->control_count == SIFT_CONTROLS_MAX)
		return sift_fail(err, SIFT_E_USAGE, "more than %d --control",
				 SIFT_CONTROLS_MAX);
	settings->controls[comparing->control_count++] = arg;
	comparing->controls = settings->controls;
	return SIFT_OK;
}

static enum sift_status
set_on(struct sift_settings *settings, void *where, const char *arg,
       struct sift_err *err)
{
	(void)settings, (void)arg, (void)err;
	*(int *)where = 1;
	return SIFT_OK;
}

/* A whole number with an optional K, M, G or T (powers of 1024). */
static enum sift_status
set_limit(struct sift_settings *settings, void *where, const char *arg,
	  struct sift_err *err)
{
	static const char suffixes[] = "KMGT";
	struct sift_span text = sift_span_str(arg);
	unsigned shift = 0;
	uint64_t n = 0;

	(void)settings;
	if (text.len > 1) {
		const char *at = strchr(suffixes, text.ptr[text.len - 1]);

		if (at && *at) {
			shift = 10 * (unsigned)(at - suffixes + 1);
			text.len--;
		}
	}
	if (!sift_parse_u64(text, &n) || n == 0 || n > UINT64_MAX >> shift)
		return sift_fail(err, SIFT_E_USAGE,
				 "a limit is a whole number above 0, with K, "
				 "M, G or T if you like, not \"%s\"",
				 arg);
	*(uint64_t *)where = n << shift;
	return SIFT_OK;
}

/* ---- parsing ---- */

/* getopt_long()'s view of the table; val is the row's number + 256. */
static void
make_getopt(struct option longs[ROW_COUNT + 1], char letters[2 * ROW_COUNT + 3])
{
	size_t count = 0;
	char *at = letters;

	*at++ = '-'; /* operands come as they stand: --vs is between them */
	*at++ = ':'; /* a missing argument is told apart */
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (!sift_option_rows[i].name)
			continue;
		longs[count++] = (struct option){
			.name = sift_option_rows[i].name,
			.has_arg = sift_option_rows[i].arg ? required_argument
							   : no_argument,
			.val = (int)i + 256};
		if (sift_option_rows[i].letter) {
			*at++ = sift_option_rows[i].letter;
			if (sift_option_rows[i].arg)
				*at++ = ':';
		}
	}
	longs[count] = (struct option){0};
	*at = '\0';
}

static const struct sift_option_row *
row_of(int value)
{
	if (value >= 256)
		return &sift_option_rows[value - 256];
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (sift_option_rows[i].name &&
		    sift_option_rows[i].letter == value)
			return &sift_option_rows[i];
	return NULL;
}

static enum sift_status
wrong_option(int value, char **argv, struct sift_err *err)
{
	const char *given = argv[optind - 1];

	if (value == ':')
		return sift_fail(err, SIFT_E_USAGE,
				 "option %s needs an argument", given);
	if (optopt > 0 && optopt < 256)
		return sift_fail(err, SIFT_E_USAGE, "unknown option -%c",
				 optopt);
	return sift_fail(err, SIFT_E_USAGE, "unknown option %s", given);
}

enum sift_status
sift_settings_parse(struct sift_settings *settings, int argc, char **argv,
		    struct sift_err *err)
{
	struct option longs[ROW_COUNT + 1];
	char letters[2 * ROW_COUNT + 3];
	enum sift_status rc = SIFT_OK;
	int value;

	memset(settings, 0, sizeof(*settings));
	make_getopt(longs, letters);
	settings->operands = argv + 1;
	opterr = 0;
	optind = 0; /* begin anew, in the order given */
	for (;;) {
		const struct sift_option_row *row;

		value = getopt_long(argc, argv, letters, longs, NULL);
		if (value == -1)
			break;
		if (value == '?' || value == ':')
			return wrong_option(value, argv, err);
		if (value == 1) {
			/* never ahead of what is still to be read */
			settings->operands[settings->operand_count++] = optarg;
			continue;
		}
		row = row_of(value);
		rc = row->set(settings, (char *)settings + row->field, optarg,
			      err);
		if (rc)
			return rc;
	}
	for (int i = optind; i < argc; i++) /* after -- */
		settings->operands[settings->operand_count++] = argv[i];
	return SIFT_OK;
}
