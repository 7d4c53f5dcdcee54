/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOADSIFT_H
#define LOADSIFT_H

/*
 * loadsift: analyse the results that load tests leave behind.
 *
 * Sequence: fill a struct sift_options (start from SIFT_OPTIONS_INIT), call
 * sift_analyse() with the inputs, look at the document, write it in any
 * number of formats, free the analysis.
 *
 *	struct sift_options options = SIFT_OPTIONS_INIT;
 *	struct sift_analysis *analysis;
 *	struct sift_err err = {0};
 *	const char *inputs[] = {"runs.tar.gz"};
 *
 *	if (sift_analyse(&analysis, inputs, 1, &options, &err) < 0)
 *		...
 *	sift_analysis_write(analysis, "markdown", stdout_fd, NULL, &err);
 *	sift_analysis_free(analysis);
 *
 * The library prints nothing, exits never and keeps no state outside the
 * analysis. It starts worker processes (fork) while sift_analyse() runs and
 * has reaped them all when it returns; call it before starting threads, or
 * from a process whose other threads hold no locks that the C library's
 * allocator needs after fork.
 */

#include <loadsift/document.h>
#include <loadsift/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sift_analysis; /* opaque */

/* What a worker has come to, for a progress line. */
struct sift_progress {
	uint64_t bytes_done; /* of the files as stored */
	uint64_t bytes_total;
	uint64_t files_done;
	uint64_t files_total;
};

/*
 * Limits against hostile or accidental input; 0 in a field = the default,
 * which the comment gives. Reaching one is reported with the option's name.
 */
struct sift_limits {
	uint64_t member_bytes;	  /* decompressed, 64 GiB; not plain files */
	uint64_t expansion_ratio; /* 200, after the first 64 MiB */
	uint64_t members;	  /* per analysis, 1 000 000 */
	uint64_t nesting;	  /* containers in containers, 3 */
	uint64_t line_bytes;	  /* NDJSON line or CSV field, 1 MiB */
	uint64_t document_bytes;  /* one JSON or HTML document, 64 MiB */
	uint64_t json_depth;	  /* 64 */
	uint64_t endpoints;	  /* per run, 100 000 */
	uint64_t worker_bytes;	  /* memory of a worker, 1 GiB */
	uint64_t sample_bytes;	  /* of latency samples kept as they are, 256
				     MiB for the report, a quarter of it for
				     one source; more become a histogram */
};

/* What is compared with what. */
struct sift_comparing {
	size_t old_inputs;     /* so many of the first inputs are the old side,
				  the others the new one; 0 = no sides: sets
				  whose names say baseline are compared, or: */
	const char *baseline;  /* label, scenario or id of a set, compared with
				  all others; NULL = none */
	int force;	       /* 1 = compare what is not comparable */
	double min_effect;     /* least change that matters; 0 = 0.05 */
	const char **controls; /* globs of endpoints known not to have
				  changed; borrowed */
	size_t control_count;
	int noise; /* 1 = say how far the runs of each set differ by
		      themselves */
};

struct sift_options {
	const char *config;   /* path of loadsift.yaml; NULL = none */
	const char *group_by; /* PCRE2 with named groups set, run, load */
	unsigned jobs;	      /* workers; 0 = processors available */
	int traffic_rate;     /* 1 = extrapolate the measured rate to a day
				 as the volume behind cache TTLs */
	int raw_names;	      /* 1 = names of endpoints stay as they are */
	int setup_apart;      /* 1 = requests of k6's setup() and teardown() are
				 endpoints of their own, "::setup NAME" */
	struct sift_limits limits;
	uint64_t piece_bytes; /* of a large plain file, for one worker; 0 = as
				 is best; for tests: no result depends on it */
	void (*progress)(const struct sift_progress *now, void *payload);
	void *payload;
	struct sift_comparing comparing;
	double skip_warm_up_s; /* seconds of each run's begin to leave out; 0 =
				  none, SIFT_SKIP_AUTO = the warm-up found */
};

#define SIFT_SKIP_AUTO (-1.0)

#define SIFT_OPTIONS_INIT                                                      \
 {                                                                             \
  NULL, NULL, 0, 0, 0, 0, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, NULL, NULL,       \
	  {0, NULL, 0, 0, NULL, 0, 0}, 0.0                                     \
 }

/*
 * Read `inputs` (folders, result files, archives, digests; "-" is standard
 * input) and judge what is in them.
 *
 * On success *out is a new analysis, to be released with
 * sift_analysis_free(); on failure *out is untouched. Damage to single files
 * is not a failure: it is in the document's ledger, and
 * sift_analysis_is_partial() tells.
 *
 * Returns SIFT_OK; SIFT_E_USAGE for options, configuration or an input path
 * that does not exist; SIFT_E_EMPTY when no input held a usable result (the
 * ledger is still worth showing: *out is set in this case too and must be
 * freed); SIFT_E_IO, SIFT_E_NOMEM, SIFT_E_INTERNAL.
 */
enum sift_status sift_analyse(struct sift_analysis **out,
			      const char *const *inputs, size_t input_count,
			      const struct sift_options *options,
			      struct sift_err *err);

/* The document; borrowed, valid until the analysis is freed. */
const struct sift_document *
sift_analysis_document(const struct sift_analysis *analysis);

/* 1 when some result file was damaged, partly read or limited. */
int sift_analysis_is_partial(const struct sift_analysis *analysis);

/* Release an analysis and everything reached from it. NULL is allowed. */
void sift_analysis_free(struct sift_analysis *analysis);

/* How an output is to look, where the format leaves a choice. */
struct sift_style {
	unsigned columns; /* of text; 0 = 80 */
	int colour;	  /* 1 = ANSI colours in text */
};

/*
 * Formats of reports: text, markdown, json, inspect (text: what was
 * recognised and grouped how), noise (text: how far repeated runs differ), lsd
 * (the digest, binary).
 *
 * sift_format_by_extension() gives the format for a file name, or NULL;
 * sift_format_find() the canonical name for `name` (md -> markdown), or NULL.
 * sift_format_at(i) lists them; NULL after the last.
 */
const char *sift_format_by_extension(const char *path);
const char *sift_format_find(const char *name);
const char *sift_format_at(size_t i);

/*
 * Render the analysis as `format` into the file descriptor `fd` (borrowed).
 * The caller gives atomicity by writing to a temporary file.
 * `style` may be NULL.
 *
 * Returns SIFT_OK; SIFT_E_USAGE for an unknown format; SIFT_E_IO, SIFT_E_NOMEM.
 */
enum sift_status sift_analysis_write(const struct sift_analysis *analysis,
				     const char *format, int fd,
				     const struct sift_style *style,
				     struct sift_err *err);

/*
 * Plain words for the id of a finding or an action of `analysis`, or for the
 * name of a rule or action when `analysis` is NULL, into `fd`.
 *
 * Returns SIFT_OK; SIFT_E_USAGE when nothing has that name; SIFT_E_IO.
 */
enum sift_status sift_explain(const struct sift_analysis *analysis,
			      const char *id, int fd, struct sift_err *err);

/* The version of the library, "0.1.0"; a static string. */
const char *sift_version(void);

#ifdef __cplusplus
}
#endif

#endif /* LOADSIFT_H */
