#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Functions that are called in one place only, or nowhere.
set -eu
cd "$top_srcdir"

find src -name '*.[ch]' ! -name actions_yaml.c | sort | xargs awk '
function ban(where, why, names,		i, n, list)
{
	n = split(names, list, " ")
	for (i = 1; i <= n; i++) {
		allowed[list[i]] = where
		reason[list[i]] = why
	}
}
BEGIN {
	ban("src/base/mem.c", "use base/mem.h",
	    "malloc calloc realloc reallocarray aligned_alloc free " \
	    "posix_memalign strdup strndup asprintf vasprintf")
	ban("src/base/num.c", "use base/num.h",
	    "strtod_l atoi atol atoll atof strtol strtoul strtoll strtoull " \
	    "strtod strtof strtold strtoimax strtoumax")
	ban("", "use base/num.h and spans",
	    "sscanf vsscanf fscanf scanf strtok strtok_r")
	ban("", "use base/buf.h or snprintf",
	    "strcpy strcat strncpy strncat stpcpy sprintf vsprintf gets")
	ban("", "use base/instant.h; no result depends on zone or clock",
	    "localtime localtime_r gmtime gmtime_r mktime ctime asctime")
	ban("", "the stack is small", "alloca")
	ban("", "no result depends on the locale", "setlocale newlocale")
	ban("src/cli/", "only cli/ prints and exits; return a status",
	    "printf vprintf puts putchar perror exit abort")
	# The two exceptions: strtod_l, and the C locale that it needs.
	n = split("atoi atol atoll atof strtod strtof strtold", list, " ")
	for (i = 1; i <= n; i++)
		allowed[list[i]] = ""
	allowed["strtod_l"] = "src/base/clocale.c"
	allowed["newlocale"] = "src/base/clocale.c"
}
{
	rest = code()
	while (match(rest, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/)) {
		before = substr(rest, 1, RSTART - 1)
		name = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		sub(/[ \t]*\($/, "", name)
		if (!(name in allowed) || before ~ /(\.|->)[ \t]*$/)
			continue
		if (allowed[name] != "" && index(FILENAME, allowed[name]) == 1)
			continue
		print FILENAME ":" FNR ": " name "(): " reason[name]
		bad = 1
	}
}
END { exit bad }
'"$(cat tests/style/code.awk)"
