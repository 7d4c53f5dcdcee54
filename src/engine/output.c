/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an analysis to bytes in a file descriptor: the renderers of report/,
 * the digest's byte form, and `explain`.
 */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "engine/analysis.h"
#include "judge/judge.h"
#include "report/report.h"

#define DIGEST_FORMAT "lsd"

const char *
sift_format_at(size_t i)
{
	const struct sift_renderer *row = sift_renderer_row(i);

	if (row)
		return row->name;
	return i == 0 || sift_renderer_row(i - 1) ? DIGEST_FORMAT : NULL;
}

const char *
sift_format_find(const char *name)
{
	const struct sift_renderer *row = sift_renderer_find(name);

	if (row)
		return row->name;
	return strcmp(name, DIGEST_FORMAT) == 0 ? DIGEST_FORMAT : NULL;
}

const char *
sift_format_by_extension(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');

	return dot ? sift_format_find(dot + 1) : NULL;
}

static enum sift_status
write_all(int fd, struct sift_span bytes, struct sift_err *err)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.ptr, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return sift_fail_errno(err, SIFT_E_IO, errno,
					       "writing failed");
		bytes = sift_span_from(bytes, (size_t)n);
	}
	return SIFT_OK;
}

/* Where an output goes. Of several failures the first one is told. */
struct target {
	int fd;
	struct sift_err *err;
};

static enum sift_status
drain(void *payload, struct sift_span bytes)
{
	const struct target *target = payload;

	return write_all(target->fd, bytes, target->err);
}

static void
begin(struct sift_buf *out, struct target *target)
{
	sift_buf_init(out, 0);
	out->drain = drain;
	out->payload = target;
}

/* Write the rest and release `out`; `rc` may be a failure already. */
static enum sift_status
finish(struct sift_buf *out, enum sift_status rc, struct sift_err *err)
{
	enum sift_status written = sift_buf_status(out);

	if (!rc && written)
		rc = sift_fail(err, written, "no memory for the output");
	if (!rc)
		rc = drain(out->payload, sift_buf_span(out));
	sift_buf_release(out);
	return rc;
}

enum sift_status
sift_analysis_write(const struct sift_analysis *analysis, const char *format,
		    int fd, const struct sift_style *style,
		    struct sift_err *err)
{
	static const struct sift_style plain = {80, 0};
	const struct sift_renderer *row = sift_renderer_find(format);
	struct target target = {fd, err};
	struct sift_buf out;
	enum sift_status rc;

	begin(&out, &target);
	if (row)
		rc = row->render(&analysis->document, style ? style : &plain,
				 analysis->threads, &out, err);
	else if (strcmp(format, DIGEST_FORMAT) == 0 && analysis->old_sets > 0)
		rc = sift_fail(err, SIFT_E_USAGE,
			       "two sides do not fit in one digest: write one "
			       "of each and compare these");
	else if (strcmp(format, DIGEST_FORMAT) == 0)
		rc = sift_digest_write(&analysis->side.digest, &out, err);
	else
		rc = sift_fail(err, SIFT_E_USAGE, "unknown format \"%s\"",
			       format);
	return finish(&out, rc, err);
}

/* The message of a finding or the reason of an action, for explain. */
static void
add_instance(const struct sift_document *doc, const char *id, const char **rule,
	     struct sift_buf *out)
{
	for (size_t i = 0; i < doc->finding_count; i++) {
		const struct sift_finding *f = &doc->findings[i];

		if (strcmp(f->id, id) != 0)
			continue;
		*rule = f->rule;
		sift_buf_printf(out, "%s %s: %s\n\n",
				sift_severity_name(f->severity), f->rule,
				f->message);
	}
	for (size_t i = 0; i < doc->plan.action_count; i++)
		if (strcmp(doc->plan.actions[i].id, id) == 0)
			sift_buf_printf(out, "%s\n%s\n\n",
					doc->plan.actions[i].title,
					doc->plan.actions[i].why);
}

enum sift_status
sift_explain(const struct sift_analysis *analysis, const char *id, int fd,
	     struct sift_err *err)
{
	struct sift_catalogue *catalogue = NULL;
	const char *rule = id;
	const char *words;
	struct target target = {fd, err};
	struct sift_buf out;
	enum sift_status rc = sift_catalogue_builtin(&catalogue, err);

	if (rc)
		return rc;
	begin(&out, &target);
	if (analysis)
		add_instance(&analysis->document, id, &rule, &out);
	words = sift_rule_explain(rule);
	if (!words)
		words = sift_action_explain(catalogue, id);
	if (words)
		sift_buf_printf(&out, "%s\n", words);
	else if (out.len == 0)
		rc = sift_fail(err, SIFT_E_USAGE,
			       "no finding, rule or action is called \"%s\"",
			       id);
	rc = finish(&out, rc, err);
	sift_catalogue_free(catalogue);
	return rc;
}
