/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How to use the library: print each finding, then the report as JSON.
 *
 *	cc lib-example.c $(pkg-config --cflags --libs loadsift)
 */
#include <stdio.h>
#include <unistd.h>

#include <loadsift/loadsift.h>

static void
print_findings(const struct sift_document *doc)
{
	for (size_t i = 0; i < doc->finding_count; i++) {
		const struct sift_finding *f = &doc->findings[i];

		/* without a name it is about all requests, and says so */
		printf("%s: %s%s%s\n", sift_severity_name(f->severity),
		       f->name ? f->name : "", f->name ? ": " : "", f->message);
	}
	fflush(stdout); /* sift_analysis_write() writes to the descriptor */
}

int
main(int argc, char **argv)
{
	struct sift_options options = SIFT_OPTIONS_INIT;
	struct sift_analysis *analysis = NULL;
	struct sift_err err = {0};
	char words[1200];
	enum sift_status rc;

	rc = sift_analyse(&analysis, (const char *const *)(argv + 1),
			  (size_t)(argc - 1), &options, &err);
	if (!rc) {
		print_findings(sift_analysis_document(analysis));
		rc = sift_analysis_write(analysis, "json", STDOUT_FILENO, NULL,
					 &err);
	}
	if (rc)
		fprintf(stderr, "%s\n",
			sift_err_format(&err, words, sizeof(words)));
	sift_analysis_free(analysis); /* NULL is fine */
	return rc ? 1 : 0;
}
