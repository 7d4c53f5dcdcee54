/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"

struct command {
	const char *name;
	const char *operands;
	const char *help;
	int (*run)(struct sift_settings *settings);
};

static const struct command commands[] = {
	{"analyze", "INPUT...",
	 "what is slow, failing or unstable, and what to do about it",
	 sift_cmd_analyze},
	{"compare", "OLD NEW",
	 "what changed; OLD... --vs NEW... for several inputs a side",
	 sift_cmd_compare},
	{"noise", "INPUT...",
	 "how far repeated runs differ, and what change 3, 5, 10 would show",
	 sift_cmd_noise},
	{"inspect", "INPUT...",
	 "what was recognised, grouped how, and skipped why", sift_cmd_inspect},
	{"explain", "NAME [INPUT...]",
	 "plain words for a rule, an action or the id of a finding",
	 sift_cmd_explain},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(*commands))

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int
sift_cli_usage(const char *format, ...)
{
	va_list args;

	fputs("loadsift: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nTry 'loadsift --help'.\n", stderr);
	return SIFT_EXIT_USAGE;
}

int
sift_cli_error(const struct sift_err *err)
{
	char words[sizeof(err->where) + sizeof(err->what) + 64];

	fprintf(stderr, "loadsift: %s\n",
		sift_err_format(err, words, sizeof(words)));
	switch (err->status) {
	case SIFT_E_USAGE:
		return SIFT_EXIT_USAGE;
	case SIFT_E_EMPTY:
		return SIFT_EXIT_EMPTY;
	case SIFT_OK:
	case SIFT_END:
	case SIFT_E_NOMEM:
	case SIFT_E_IO:
	case SIFT_E_LIMIT:
	case SIFT_E_FORMAT:
	case SIFT_E_UNKNOWN:
	case SIFT_E_UNSUPPORTED:
	case SIFT_E_INTERNAL:
	default:
		return SIFT_EXIT_INTERNAL;
	}
}

static int
print_help(void)
{
	puts("loadsift: sift archives of load-test results (Locust CSV, k6 "
	     "JSON)\n\n"
	     "Usage: loadsift [COMMAND] [OPTION...] INPUT...\n\n"
	     "An INPUT is a folder, a result file, an archive (tar, zip, 7z; "
	     "gzip, xz, zstd,\nbzip2), a digest (.lsd), or - for standard "
	     "input.\n\n"
	     "Commands:");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		printf("  %-8s %-16s %s\n", commands[i].name,
		       commands[i].operands, commands[i].help);
	puts("  Without a command: analyze.\n");
	sift_options_help(stdout);
	puts("\nExit codes:\n"
	     "  0 done   1 a --fail-on condition is met   2 wrong usage or "
	     "configuration\n"
	     "  3 done, but some result was damaged or partly read   4 "
	     "nothing usable\n"
	     "  5 output could not be written   70 internal error\n\n"
	     "Example: loadsift runs.tar.gz -o report.md -o report.json");
	return SIFT_EXIT_DONE;
}

static int
dispatch(int argc, char **argv)
{
	const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
	struct sift_settings settings;
	struct sift_err err = {0};
	int skipped = command ? 1 : 0;

	if (sift_settings_parse(&settings, argc - skipped, argv + skipped,
				&err))
		return sift_cli_usage("%s", err.what);
	if (settings.help)
		return print_help();
	if (settings.version) {
		printf("loadsift %s\n", sift_version());
		return SIFT_EXIT_DONE;
	}
	if (settings.generate)
		return sift_options_generate(settings.generate, stdout)
			       ? SIFT_EXIT_DONE
			       : SIFT_EXIT_USAGE;
	return (command ? command : &commands[0])->run(&settings);
}

int
main(int argc, char **argv)
{
	int code = dispatch(argc, argv);

	/* What was printed must have arrived before we report success. */
	if (ferror(stdout) || fclose(stdout)) {
		fprintf(stderr, "loadsift: standard output: %s\n",
			strerror(errno));
		return SIFT_EXIT_OUTPUT;
	}
	return code;
}
