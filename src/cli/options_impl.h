/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_CLI_OPTIONS_IMPL_H
#define SIFT_CLI_OPTIONS_IMPL_H

/* What options.c and options_words.c share: the table of options. */

#include "cli/options.h"

/* Takes the argument of an option; `where` is the field it sets. */
typedef enum sift_status sift_option_setter(struct sift_settings *settings,
					    void *where, const char *arg,
					    struct sift_err *err);

struct sift_option_row {
	char letter; /* 0 = none */
	const char *name;
	const char *arg; /* NULL = takes none */
	const char *help;
	sift_option_setter *set;
	size_t field; /* offset in struct sift_settings */
};

/* A row with a NULL name is a heading; one with a NULL help is not listed. */
extern const struct sift_option_row sift_option_rows[];
extern const size_t sift_option_row_count;

#endif /* SIFT_CLI_OPTIONS_IMPL_H */
