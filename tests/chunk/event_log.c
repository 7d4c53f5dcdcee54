/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "event_log.h"

#include <check.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/text.h"

void
event_log_init(struct event_log *log)
{
	*log = (struct event_log){0};
	log->out = open_memstream(&log->text, &log->len);
	ck_assert_ptr_nonnull(log->out);
}

void
event_log_release(struct event_log *log)
{
	if (log->out)
		fclose(log->out);
	free(log->text);
	*log = (struct event_log){0};
}

const char *
event_log_text(struct event_log *log)
{
	fflush(log->out);
	return log->text;
}

/* ---- pieces of a line ---- */

static void
broken(struct event_log *log, const char *what)
{
	fprintf(log->out, "BROKEN %s\n", what);
}

static void
put_text(struct event_log *log, struct sift_span text)
{
	fputc('"', log->out);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c < 0x20 || c == 0x7f || c == '\\')
			fprintf(log->out, "\\x%02x", c);
		else
			fputc(c, log->out);
	}
	fputc('"', log->out);
	if (!sift_utf8_valid(text))
		broken(log, "text is not UTF-8");
}

static void
put_double(struct event_log *log, const char *name, double value)
{
	if (!isnan(value))
		fprintf(log->out, " %s=%.15g", name, value);
}

static void
put_count(struct event_log *log, const char *name, int64_t value)
{
	if (value != -1)
		fprintf(log->out, " %s=%" PRId64, name, value);
	if (value < -1)
		broken(log, "count is negative");
}

static void
put_instant(struct event_log *log, int64_t ns)
{
	char text[SIFT_INSTANT_MAX];

	if (ns == SIFT_INSTANT_NONE) {
		fputs(" none", log->out);
		return;
	}
	sift_instant_format(ns, text);
	fprintf(log->out, " %s", text);
}

static void
check_series(struct event_log *log, uint32_t id)
{
	if (id != SIFT_SERIES_TOTAL && id >= log->series_count)
		broken(log, "series is not declared");
}

static void
put_series_id(struct event_log *log, uint32_t id)
{
	if (id == SIFT_SERIES_TOTAL)
		fputs(" total", log->out);
	else
		fprintf(log->out, " %" PRIu32, id);
}

static void
put_latency(struct event_log *log, const char *prefix,
	    const struct sift_latency *latency)
{
	for (unsigned i = 0; i < SIFT_STAT_COUNT; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%s%s", prefix,
			 sift_stat_name((enum sift_stat)i));
		put_double(log, name, latency->ms[i]);
	}
}

/* ---- lines ---- */

static void
put_phase(struct event_log *log, enum sift_phase phase)
{
	static const char *const words[] = {"", " setup", " teardown"};

	fputs(words[phase], log->out);
}

static void
put_series(struct event_log *log, const struct sift_ev_series *ev)
{
	fprintf(log->out, "series %" PRIu32 " %s ", ev->id,
		sift_kind_name(ev->kind));
	put_text(log, ev->method);
	fputc(' ', log->out);
	put_text(log, ev->name);
	put_phase(log, ev->phase);
	fputs(ev->unit_assumed ? " assumed\n" : "\n", log->out);
	if (ev->id != log->series_count++)
		broken(log, "series ids are not dense");
	if ((unsigned)ev->kind >= SIFT_KIND_COUNT)
		broken(log, "kind is out of range");
}

static void
put_sample(struct event_log *log, const struct sift_ev_sample *ev)
{
	static const char *const outcomes[] = {"ok", "failed", "unknown", "?"};
	unsigned outcome = (unsigned)ev->outcome;

	fprintf(log->out, "sample %" PRIu32 " %s", ev->series,
		outcomes[outcome < 3 ? outcome : 3]);
	put_instant(log, ev->time_ns);
	fprintf(log->out, " %" PRId64 "\n", ev->value_ns);
	if (ev->series >= log->series_count)
		broken(log, "series is not declared");
	if (outcome >= SIFT_OUTCOME_COUNT)
		broken(log, "outcome is out of range");
}

static void
put_figures(struct event_log *log, const struct sift_ev_figures *ev)
{
	static const char *const roundings[] = {"unknown", "ns",   "double",
						"locust",  "ms",   "k6 text",
						"10ns",	   "10us", "10ms"};
	static const char *const definitions[] = {"unknown", "k6", "locust"};
	const struct sift_figures *f = ev->figures;

	fputs("figures", log->out);
	put_series_id(log, ev->series);
	put_count(log, "requests", f->requests);
	put_count(log, "failures", f->failures);
	put_double(log, "error_rate", f->error_rate);
	put_double(log, "rps", f->rps);
	put_double(log, "bytes", f->mean_bytes);
	put_latency(log, "", &f->latency);
	if (f->latency_ok)
		put_latency(log, "ok.", f->latency_ok);
	if ((unsigned)f->rounding < SIFT_ROUNDING_COUNT &&
	    (unsigned)f->percentiles < SIFT_PERCENTILES_COUNT)
		fprintf(log->out, " %s/%s", roundings[f->rounding],
			definitions[f->percentiles]);
	else
		broken(log, "rounding or definition is out of range");
	fputc('\n', log->out);
	check_series(log, ev->series);
}

static void
put_metric(struct event_log *log, const struct sift_ev_metric *ev)
{
	fprintf(log->out, "metric %" PRIu32 " %s ", ev->id,
		sift_metric_type_name(ev->type));
	put_text(log, ev->name);
	fputc(' ', log->out);
	put_text(log, ev->unit);
	fputc('\n', log->out);
	if (ev->id != log->metric_count++)
		broken(log, "metric ids are not dense");
}

static void
put_skipped(struct event_log *log, const struct sift_ev_skipped *ev)
{
	fprintf(log->out, "skipped \"%s\" %" PRIu64, ev->kind, ev->count);
	if (ev->line)
		fprintf(log->out, " line=%" PRIu64, ev->line);
	if (ev->offset >= 0)
		fprintf(log->out, " offset=%" PRId64, ev->offset);
	fputs(" sample=", log->out);
	/* raw bytes, so not checked for UTF-8 */
	fputc('"', log->out);
	for (size_t i = 0; i < ev->sample.len; i++) {
		unsigned char c = (unsigned char)ev->sample.ptr[i];

		fprintf(log->out, c < 0x20 || c > 0x7e ? "\\x%02x" : "%c", c);
	}
	fputs("\"\n", log->out);
	if (!ev->count)
		broken(log, "nothing was skipped");
}

static void
put_words(struct event_log *log, const char *what, struct sift_span a,
	  const struct sift_span *b)
{
	fprintf(log->out, "%s ", what);
	put_text(log, a);
	if (b) {
		fputc(' ', log->out);
		put_text(log, *b);
	}
	fputc('\n', log->out);
}

static void
put_progress(struct event_log *log, const struct sift_ev_progress *ev)
{
	fputs("progress", log->out);
	put_instant(log, ev->time_ns);
	put_count(log, "users", ev->users);
	put_count(log, "requests", ev->requests);
	put_count(log, "failures", ev->failures);
	fputc('\n', log->out);
}

static void
put_failure(struct event_log *log, const struct sift_ev_failure *ev)
{
	fprintf(log->out, "failure %" PRIu64 " ", ev->count);
	put_text(log, ev->method);
	fputc(' ', log->out);
	put_text(log, ev->name);
	fputc(' ', log->out);
	put_text(log, ev->text);
	put_phase(log, ev->phase);
	fputc('\n', log->out);
}

static void
put_metric_use(struct event_log *log, uint32_t id)
{
	if (id >= log->metric_count)
		broken(log, "metric is not declared");
}

static enum sift_status
put(void *payload, const struct sift_event *e, struct sift_err *err)
{
	struct event_log *log = payload;

	if (++log->puts == log->fail_at)
		return sift_fail(err, SIFT_E_NOMEM, "the sink is full");
	switch (e->kind) {
	case SIFT_EVENT_TOOL:
		if (e->tool.host.len > 0)
			put_words(log, "host", e->tool.host, NULL);
		else
			put_words(log, "tool", e->tool.name, &e->tool.version);
		break;
	case SIFT_EVENT_TIME:
		fputs("time", log->out);
		put_instant(log, e->time.first_ns);
		put_instant(log, e->time.last_ns);
		fputc('\n', log->out);
		break;
	case SIFT_EVENT_LOCAL_TIME:
		put_words(log, "local time", e->local_time.text, NULL);
		break;
	case SIFT_EVENT_DURATION:
		fprintf(log->out, "duration %" PRId64 "\n",
			e->duration.duration_ns);
		break;
	case SIFT_EVENT_SERIES:
		put_series(log, &e->series);
		if (e->series.figures)
			put_figures(log,
				    &(struct sift_ev_figures){
					    e->series.id, e->series.figures});
		break;
	case SIFT_EVENT_FORGET:
		fputs("forget\n", log->out);
		log->series_count = 0;
		break;
	case SIFT_EVENT_SAMPLE:
		put_sample(log, &e->sample);
		break;
	case SIFT_EVENT_FAILED:
		fputs("failed", log->out);
		put_series_id(log, e->failed.series);
		fprintf(log->out, " %" PRIu64 "\n", e->failed.count);
		check_series(log, e->failed.series);
		break;
	case SIFT_EVENT_FIGURES:
		put_figures(log, &e->figures);
		break;
	case SIFT_EVENT_TALLY:
		fputs("tally", log->out);
		put_series_id(log, e->tally.series);
		fprintf(log->out, " %.15g %" PRIu64 "\n", e->tally.value_ms,
			e->tally.count);
		check_series(log, e->tally.series);
		if (!isfinite(e->tally.value_ms))
			broken(log, "a tally's time is not finite");
		break;
	case SIFT_EVENT_USERS:
		fputs("users", log->out);
		put_instant(log, e->users.time_ns);
		fprintf(log->out, " %" PRId64 "\n", e->users.users);
		break;
	case SIFT_EVENT_PROGRESS:
		put_progress(log, &e->progress);
		break;
	case SIFT_EVENT_METRIC:
		put_metric(log, &e->metric);
		break;
	case SIFT_EVENT_POINT:
		fprintf(log->out, "point %" PRIu32, e->point.metric);
		put_instant(log, e->point.time_ns);
		fprintf(log->out, " %" PRId64 "\n", e->point.value_micro);
		put_metric_use(log, e->point.metric);
		break;
	case SIFT_EVENT_VALUE:
		fprintf(log->out, "value %" PRIu32 " ", e->value.metric);
		put_text(log, e->value.name);
		fprintf(log->out, " %.15g\n", e->value.value);
		put_metric_use(log, e->value.metric);
		break;
	case SIFT_EVENT_CHECK:
		fprintf(log->out, "check %" PRIu64 " %" PRIu64 " ",
			e->check.passes, e->check.fails);
		put_text(log, e->check.name);
		fputc('\n', log->out);
		break;
	case SIFT_EVENT_THRESHOLD:
		fprintf(log->out, "threshold %d ", e->threshold.passed);
		put_text(log, e->threshold.metric);
		fputc(' ', log->out);
		put_text(log, e->threshold.expression);
		fputc('\n', log->out);
		break;
	case SIFT_EVENT_FAILURE:
		put_failure(log, &e->failure);
		break;
	case SIFT_EVENT_NOTE:
		put_words(log, "note", e->note.text, NULL);
		break;
	case SIFT_EVENT_SKIPPED:
		put_skipped(log, &e->skipped);
		break;
	case SIFT_EVENT_RECORDS:
		fprintf(log->out,
			"records used=%" PRIu64 " unused=%" PRIu64 "\n",
			e->records.used, e->records.unused);
		break;
	case SIFT_EVENT_FORMAT_VERSION:
		put_words(log, "format version", e->note.text, NULL);
		break;
	case SIFT_EVENT_KIND_COUNT:
		broken(log, "event kind is out of range");
		break;
	}
	return SIFT_OK;
}

struct sift_sink
event_log_sink(struct event_log *log)
{
	return (struct sift_sink){put, log};
}

/* ---- reading ---- */

struct sift_limits
event_log_limits(void)
{
	return (struct sift_limits){
		.member_bytes = UINT64_C(64) << 30,
		.expansion_ratio = 200,
		.members = 1000000,
		.nesting = 3,
		.line_bytes = UINT64_C(1) << 20,
		.document_bytes = UINT64_C(64) << 20,
		.json_depth = 64,
		.endpoints = 100000,
		.worker_bytes = UINT64_C(1) << 30,
		.sample_bytes = UINT64_C(256) << 20,
	};
}

char *
event_log_read(const struct sift_format *format, const void *bytes, size_t len,
	       size_t block, const struct sift_limits *limits)
{
	struct sift_limits defaults = event_log_limits();
	struct sift_source *src = NULL;
	struct sift_err err = {0};
	struct event_log log;
	struct sift_sink sink;
	enum sift_status rc;
	char *text;

	event_log_init(&log);
	sink = event_log_sink(&log);
	rc = sift_source_open_memory(&src, bytes, len, block, &err);
	ck_assert_int_eq(rc, SIFT_OK);
	rc = format->read(src, limits ? limits : &defaults, &sink, &err);
	if (!rc)
		fputs("= ok\n", log.out);
	else
		fprintf(log.out, "= %s: line %" PRIu64 ": %s\n",
			sift_status_text(rc), err.line, err.what);
	if (rc != err.status)
		broken(&log, "the status is not that of the error");
	sift_source_free(src);
	text = strdup(event_log_text(&log));
	ck_assert_ptr_nonnull(text);
	event_log_release(&log);
	return text;
}

void
event_log_same_at_every_split(const struct sift_format *format,
			      const void *bytes, size_t len, size_t max_block)
{
	char *whole = event_log_read(format, bytes, len, 0, NULL);
	size_t last = max_block && max_block < len ? max_block : len;

	ck_assert_msg(!strstr(whole, "BROKEN"), "%s", whole);
	for (size_t block = 1; block <= last; block++) {
		char *split = event_log_read(format, bytes, len, block, NULL);

		ck_assert_msg(!strcmp(split, whole),
			      "blocks of %zu bytes:\n%s\nin one piece:\n%s",
			      block, split, whole);
		free(split);
	}
	free(whole);
}

char *
event_log_load(const char *path, size_t *out_len)
{
	FILE *file = fopen(path, "rb");
	char *bytes;
	long size;

	if (!file)
		return NULL;
	ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	ck_assert_int_ge(size, 0);
	rewind(file);
	bytes = malloc((size_t)size + 1);
	ck_assert_ptr_nonnull(bytes);
	*out_len = fread(bytes, 1, (size_t)size, file);
	ck_assert_uint_eq(*out_len, (size_t)size);
	bytes[size] = '\0';
	fclose(file);
	return bytes;
}

const char *
event_log_sample(const char *name, char *out, size_t size)
{
	const char *folder = getenv("LOADSIFT_SAMPLES");

	if (!folder || !*folder)
		return NULL;
	ck_assert_int_lt(snprintf(out, size, "%s/%s", folder, name), (int)size);
	return out;
}
