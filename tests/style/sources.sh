#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What every C file begins with: the licence; <config.h> or the guard.
set -eu
cd "$top_srcdir"

find src include tests bench -name '*.[ch]' ! -path 'tests/data/*' \
	! -name actions_yaml.c | sort | xargs awk '
function complain(what)
{
	print FILENAME ": " what
	bad = 1
}
function guard(		name)
{
	name = FILENAME
	if (name ~ /^include\/loadsift\//) {
		sub(/^include\/loadsift\//, "", name)
		name = name == "loadsift.h" ? name : "loadsift_" name
	} else {
		sub(/^src\//, "sift_", name)
		sub(/^(tests|bench)\/(unit\/)?/, "sift_test_", name)
	}
	gsub(/[^A-Za-z0-9]/, "_", name)
	return toupper(name)
}
FNR == 1 {
	if ($0 != "/* SPDX-License-Identifier: GPL-3.0-or-later */")
		complain("the first line is not the SPDX line")
	seen = 0
}
FILENAME ~ /\.h$/ && FNR == 2 && $0 != "#ifndef " guard() {
	complain("line 2 is not \"#ifndef " guard() "\"")
}
FILENAME ~ /^(src|tests)\/.*\.c$/ && !seen && /^#[ \t]*include/ {
	seen = 1
	if ($0 !~ /^#include <config.h>/ && FILENAME !~ /^tests\/headers\//)
		complain("the first include is not <config.h>")
}
END { exit bad }'
