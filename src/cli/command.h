/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CLI_COMMAND_H
#define SIFT_CLI_COMMAND_H

/*
 * A command is a row of the table in main.c: its name, what it does, and a
 * function from settings to exit code. Only cli/ prints errors.
 */

#include "cli/options.h"

/* DESIGN 5; 1 wins over 3. */
enum sift_exit {
	SIFT_EXIT_DONE = 0,
	SIFT_EXIT_CONDITION = 1, /* a --fail-on condition is met */
	SIFT_EXIT_USAGE = 2,
	SIFT_EXIT_PARTIAL = 3, /* some result file was damaged or cut */
	SIFT_EXIT_EMPTY = 4,   /* nothing usable */
	SIFT_EXIT_OUTPUT = 5,  /* output could not be written */
	SIFT_EXIT_INTERNAL = 70,
};

int sift_cmd_analyze(struct sift_settings *settings);
int sift_cmd_compare(struct sift_settings *settings);
int sift_cmd_noise(struct sift_settings *settings);
int sift_cmd_inspect(struct sift_settings *settings);
int sift_cmd_explain(struct sift_settings *settings);

/* Print "loadsift: …" on standard error; return the exit code for the
   status. */
int sift_cli_error(const struct sift_err *err);
/* The same for a usage error in words; returns SIFT_EXIT_USAGE. */
int sift_cli_usage(const char *format, ...) SIFT_PRINTF(1, 2);

#endif /* SIFT_CLI_COMMAND_H */
