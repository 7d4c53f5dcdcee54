/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/* The table of options in words: help, man page, completion. */

#include "cli/options_impl.h"

#include <string.h>

#define HELP_COLUMN 28
#define HELP_WIDTH 79

/* Wrap `text` between HELP_COLUMN and HELP_WIDTH; `column` is where we are. */
static void
print_wrapped(FILE *out, const char *text, size_t column)
{
	while (*text) {
		size_t word = strcspn(text, " ");

		if (column + 1 + word > HELP_WIDTH) {
			fprintf(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			putc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", (int)word, text);
		column += word;
		text += word + (text[word] == ' ');
	}
	putc('\n', out);
}

static void
print_row(FILE *out, const struct sift_option_row *row)
{
	char left[64];
	int len = snprintf(
		left, sizeof(left), "  %c%c%s--%s%s%s", row->letter ? '-' : ' ',
		row->letter ? row->letter : ' ', row->letter ? ", " : "  ",
		row->name, row->arg ? " " : "", row->arg ? row->arg : "");
	size_t column = (size_t)len;

	fputs(left, out);
	if (column + 2 > HELP_COLUMN) {
		putc('\n', out);
		column = 0;
	}
	fprintf(out, "%*s", (int)(HELP_COLUMN - column), "");
	print_wrapped(out, row->help, HELP_COLUMN);
}

void
sift_options_help(FILE *out)
{
	for (size_t i = 0; i < sift_option_row_count; i++) {
		if (!sift_option_rows[i].name)
			fprintf(out, "%s%s:\n", i ? "\n" : "",
				sift_option_rows[i].help);
		else if (sift_option_rows[i].help)
			print_row(out, &sift_option_rows[i]);
	}
}

static void
generate_man(FILE *out)
{
	for (size_t i = 0; i < sift_option_row_count; i++) {
		const struct sift_option_row *row = &sift_option_rows[i];

		if (!row->name) {
			fprintf(out, ".SS %s\n", row->help);
			continue;
		}
		if (!row->help)
			continue;
		fputs(".TP\n", out);
		if (row->letter)
			fprintf(out, "\\fB\\-%c\\fR, ", row->letter);
		fputs("\\fB\\-\\-", out);
		for (const char *at = row->name; *at; at++)
			fprintf(out, "%s%c", *at == '-' ? "\\" : "", *at);
		fputs("\\fR", out);
		if (row->arg)
			fprintf(out, " \\fI%s\\fR", row->arg);
		fprintf(out, "\n%s\n", row->help);
	}
}

static void
generate_bash(FILE *out)
{
	fputs("# bash completion for loadsift, generated from its options\n"
	      "complete -f -o default -W '",
	      out);
	for (size_t i = 0; i < sift_option_row_count; i++)
		if (sift_option_rows[i].name && sift_option_rows[i].help)
			fprintf(out, "--%s ", sift_option_rows[i].name);
	fputs("analyze compare noise inspect explain' loadsift\n", out);
}

bool
sift_options_generate(const char *notation, FILE *out)
{
	if (strcmp(notation, "man") == 0)
		generate_man(out);
	else if (strcmp(notation, "bash") == 0)
		generate_bash(out);
	else
		return false;
	return true;
}
