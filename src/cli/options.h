/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CLI_OPTIONS_H
#define SIFT_CLI_OPTIONS_H

/*
 * The command line: what every option is called, takes and means is one row
 * of the table in options.c. Parsing, --help, the man page and the shell
 * completion all come from it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <loadsift/loadsift.h>

#include "base/err.h"
#include "cli/progress.h"

#define SIFT_OUTPUTS_MAX 64
#define SIFT_CONTROLS_MAX 64

/* One -o: where to, and as what. */
struct sift_output {
	const char *file;   /* "-" = standard output */
	const char *format; /* canonical name */
};

enum sift_fail_on {
	SIFT_FAIL_ON_WARNING = 1u << 0,
	SIFT_FAIL_ON_CRITICAL = 1u << 1,
	SIFT_FAIL_ON_TARGET = 1u << 2,
	SIFT_FAIL_ON_REGRESSION = 1u << 3,
	SIFT_FAIL_ON_INCONCLUSIVE = 1u << 4,
	SIFT_FAIL_ON_INCOMPARABLE = 1u << 5,
	SIFT_FAIL_ON_SHIFT = 1u << 6, /* everything slower, by who knows what */
};

enum sift_colour { SIFT_COLOUR_AUTO, SIFT_COLOUR_ALWAYS, SIFT_COLOUR_NEVER };

/* Everything the command line says. */
struct sift_settings {
	struct sift_options analysis;
	struct sift_output outputs[SIFT_OUTPUTS_MAX];
	size_t output_count;
	const char *stdout_format; /* -f; NULL = the command's own */
	unsigned fail_on;	   /* enum sift_fail_on */
	enum sift_colour colour;
	enum sift_progress_mode progress;
	bool allow_partial;
	bool quiet;
	const char *controls[SIFT_CONTROLS_MAX];
	bool help;
	bool version;
	const char *generate; /* man, bash: for the build, not listed */
	char **operands;      /* in argv, which they are moved within */
	size_t operand_count;
};

/*
 * Parse argv[1..] (options and operands in any order, `--` ends options).
 * Returns SIFT_OK, or SIFT_E_USAGE with words in `err`.
 */
enum sift_status sift_settings_parse(struct sift_settings *settings, int argc,
				     char **argv,
				     struct sift_err *err) SIFT_MUST_CHECK;

/* The options as --help shows them, in 80 columns. */
void sift_options_help(FILE *out);

/* The options in another notation, for the build: "man" (roff) or "bash"
   (completion); false for any other. */
bool sift_options_generate(const char *notation, FILE *out);

#endif /* SIFT_CLI_OPTIONS_H */
