/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/naming.h"

#include "config/pattern.h"

#define NOTE_MAX 400

/* A rule that does not run leaves the name as it is, and says so. */
static enum sift_status
note_trouble(struct sift_naming_sink *s, const struct sift_name_rule *rule,
	     const char *why, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_NOTE};
	struct sift_buf text;
	enum sift_status rc;

	sift_buf_init(&text, 0);
	sift_buf_printf(&text,
			"the name rule in line %u of the configuration did "
			"not run on some names: %.*s",
			rule->line, NOTE_MAX, why);
	event.note.text = sift_buf_span(&text);
	rc = sift_buf_status(&text);
	if (!rc)
		rc = sift_sink_put(&s->inner, &event, err);
	sift_buf_release(&text);
	return rc;
}

/* All rules, one after the other. *out may be `name`, or lies in a buffer. */
static enum sift_status
apply(struct sift_naming_sink *s, struct sift_span name, struct sift_span *out,
      struct sift_err *err)
{
	enum sift_status rc = SIFT_OK;
	unsigned at = 0;

	*out = name;
	for (size_t i = 0; !rc && i < s->naming->rule_count; i++) {
		const struct sift_name_rule *rule = &s->naming->rules[i];
		struct sift_buf *to = &s->names[at];
		struct sift_err trouble = {0};
		int changed = 0;

		sift_buf_clear(to);
		rc = sift_pattern_replace(rule->pattern, *out, rule->name, to,
					  &changed, &trouble);
		if (rc == SIFT_E_NOMEM)
			return sift_fail(err, rc, "%s", trouble.what);
		if (rc) {
			rc = note_trouble(s, rule, trouble.what, err);
		} else if (changed) {
			*out = sift_buf_span(to);
			at = !at;
		}
	}
	return rc;
}

/* "::setup /login": in k6's own words, which no URL begins with. */
static const struct sift_span apart_words[] = {
	[SIFT_PHASE_TEST] = SIFT_SPAN_INIT(""),
	[SIFT_PHASE_SETUP] = SIFT_SPAN_INIT("::setup "),
	[SIFT_PHASE_TEARDOWN] = SIFT_SPAN_INIT("::teardown "),
};

bool
sift_naming_is_apart(const char *name)
{
	struct sift_span text = sift_span_str(name);

	return sift_span_starts(text, apart_words[SIFT_PHASE_SETUP]) ||
	       sift_span_starts(text, apart_words[SIFT_PHASE_TEARDOWN]);
}

static enum sift_status
set_apart(struct sift_naming_sink *s, enum sift_phase phase,
	  struct sift_span *name, struct sift_err *err)
{
	if (!s->naming->setup_apart || phase == SIFT_PHASE_TEST)
		return SIFT_OK;
	sift_buf_clear(&s->apart);
	sift_buf_add_span(&s->apart, apart_words[phase]);
	sift_buf_add_span(&s->apart, *name);
	*name = sift_buf_span(&s->apart);
	return sift_buf_status(&s->apart)
		       ? sift_fail(err, SIFT_E_NOMEM, "no memory for a name")
		       : SIFT_OK;
}

static enum sift_status
put(void *payload, const struct sift_event *event, struct sift_err *err)
{
	struct sift_naming_sink *s = payload;
	struct sift_event renamed;
	enum sift_phase phase;
	struct sift_span *name;
	struct sift_span old;
	enum sift_status rc;

	if (event->kind == SIFT_EVENT_SERIES &&
	    event->series.kind != SIFT_KIND_TREND) {
		name = &renamed.series.name;
		phase = event->series.phase;
	} else if (event->kind == SIFT_EVENT_FAILURE) {
		name = &renamed.failure.name;
		phase = event->failure.phase;
	} else {
		return sift_sink_put(&s->inner, event, err);
	}
	renamed = *event;
	old = *name;
	rc = apply(s, old, name, err);
	if (rc)
		return rc;
	if (renamed.kind == SIFT_EVENT_SERIES && name->ptr != old.ptr &&
	    !sift_span_equal(old, *name))
		renamed.series.original = old;
	rc = set_apart(s, phase, name, err);
	if (rc)
		return rc;
	return sift_sink_put(&s->inner, &renamed, err);
}

struct sift_sink
sift_naming_sink(struct sift_naming_sink *out, const struct sift_naming *naming,
		 struct sift_sink inner)
{
	*out = (struct sift_naming_sink){.naming = naming, .inner = inner};
	sift_buf_init(&out->names[0], 0);
	sift_buf_init(&out->names[1], 0);
	sift_buf_init(&out->apart, 0);
	if (!naming || (!naming->rule_count && !naming->setup_apart))
		return inner;
	return (struct sift_sink){put, out};
}

void
sift_naming_sink_release(struct sift_naming_sink *sink)
{
	sift_buf_release(&sink->names[0]);
	sift_buf_release(&sink->names[1]);
	sift_buf_release(&sink->apart);
}
