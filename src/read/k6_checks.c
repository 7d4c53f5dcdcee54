/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_checks.h"

#define MAX_GROUP_DEPTH 64

static enum sift_status
put_skipped(const char *kind, struct sift_span sample,
	    const struct sift_sink *sink, struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_SKIPPED};

	event.skipped.kind = kind;
	event.skipped.count = 1;
	event.skipped.offset = -1;
	event.skipped.sample = sample;
	return sift_sink_put(sink, &event, err);
}

static enum sift_status
put_check(const struct sift_json *check, const struct sift_sink *sink,
	  struct sift_err *err)
{
	struct sift_event event = {.kind = SIFT_EVENT_CHECK};
	const struct sift_json *name = sift_json_get(check, "name");
	int64_t passes = sift_json_get_count(check, "passes");
	int64_t fails = sift_json_get_count(check, "fails");

	event.check.name = sift_json_text(name);
	if (!event.check.name.len)
		event.check.name = check->key;
	if (!event.check.name.len)
		event.check.name = SIFT_SPAN("(unnamed)");
	if (passes < 0 || fails < 0)
		return put_skipped("not a check", event.check.name, sink, err);
	event.check.passes = (uint64_t)passes;
	event.check.fails = (uint64_t)fails;
	return sift_sink_put(sink, &event, err);
}

/* An export has objects keyed by name where handleSummary has lists. */
static const struct sift_json *
children_of(const struct sift_json *group, const char *key)
{
	const struct sift_json *list = sift_json_get(group, key);

	return sift_json_is(list, SIFT_JSON_ARRAY) ? sift_json_elements(list)
						   : sift_json_members(list);
}

static enum sift_status
put_checks_of(const struct sift_json *group, const struct sift_sink *sink,
	      struct sift_err *err)
{
	const struct sift_json *check = children_of(group, "checks");
	enum sift_status rc = SIFT_OK;

	for (; check && !rc; check = check->next)
		rc = put_check(check, sink, err);
	return rc;
}

/* The outer before the inner, with a stack of our own: a group in a group is
   two levels of the document, whose depth is limited. */
enum sift_status
sift_k6_checks_put(const struct sift_json *group, const struct sift_sink *sink,
		   struct sift_err *err)
{
	const struct sift_json *next[MAX_GROUP_DEPTH];
	size_t depth = 0;
	enum sift_status rc = put_checks_of(group, sink, err);

	next[depth++] = children_of(group, "groups");
	while (depth && !rc) {
		group = next[depth - 1];
		if (!group) {
			depth--;
			continue;
		}
		next[depth - 1] = group->next;
		rc = put_checks_of(group, sink, err);
		if (rc)
			break;
		if (depth == MAX_GROUP_DEPTH)
			rc = put_skipped(
				"group nested too deep",
				sift_json_text(sift_json_get(group, "path")),
				sink, err);
		else
			next[depth++] = children_of(group, "groups");
	}
	return rc;
}
