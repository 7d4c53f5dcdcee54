#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The style checks complain about what they are for, and about nothing in a
# good tree.
set -eu

style=$top_srcdir/tests/style
tree=$(mktemp -d "${TMPDIR:-/tmp}/loadsift-style.XXXXXX")
trap 'rm -rf "$tree"' EXIT
licence='/* SPDX-License-Identifier: GPL-3.0-or-later */'
bad=0

fresh()
{
	rm -rf "${tree:?}"/*
	mkdir -p "$tree/src/base" "$tree/src/read" "$tree/include/loadsift" \
		"$tree/tests/style" "$tree/bench" "$tree/docs" "$tree/data" \
		"$tree/m4" "$tree/.ci"
	cp "$style"/check-layers "$style"/code.awk "$tree/tests/style"
	printf 'base:\nread: base\n' >"$tree/src/layers.txt"
	: >"$tree/autogen.sh"
	printf '%s\n#include <config.h>\n\n%s\n%s\n' "$licence" \
		'/* malloc(1) */ const char *text = "free(\"x\")";' \
		'void f(void) { table->free(table); sift_free(0); }' \
		>"$tree/src/base/good.c"
	printf '%s\n#ifndef SIFT_BASE_GOOD_H\n' "$licence" \
		>"$tree/src/base/good.h"
	printf '%s\n#include <config.h>\n#include "base/good.h"\n' "$licence" \
		>"$tree/src/read/better.c"
}

# usage: accepts CHECK; refuses CHECK WORDS-IN-ITS-COMPLAINT
accepts()
{
	top_srcdir=$tree sh "$style/$1.sh" >"$tree/out" 2>&1 || {
		echo "$1 does not accept a good tree:"
		cat "$tree/out"
		bad=1
	}
}

refuses()
{
	if top_srcdir=$tree sh "$style/$1.sh" >"$tree/out" 2>&1; then
		echo "$1 accepts what it must refuse: $2"
		bad=1
	elif ! grep -qF "$2" "$tree/out"; then
		echo "$1 does not say \"$2\" but:"
		cat "$tree/out"
		bad=1
	fi
}

fresh
for check in banned layers libraries names sources text; do
	accepts "$check"
done

echo 'char *p = malloc(1);' >>"$tree/src/base/good.c"
refuses banned "src/base/good.c:6: malloc()"
fresh
echo 'double d = strtod (s, 0);' >"$tree/src/base/num.c"
refuses banned "src/base/num.c:1: strtod()"
fresh
echo '#include "read/reader.h"' >>"$tree/src/base/good.c"
refuses layers 'base/good.c:6: base may not include "read/reader.h"'
fresh
echo '# include <gsl/gsl_fit.h>' >>"$tree/src/read/better.c"
refuses libraries "only src/stat may include <gsl/>"
fresh
cp "$tree/src/base/good.h" "$tree/src/read/"
refuses names "good.h"
refuses sources 'src/read/good.h: line 2 is not "#ifndef SIFT_READ_GOOD_H"'
fresh
mkdir "$tree/src/other"
refuses names "does not mention other"
fresh
echo '#include "base/good.h"' >"$tree/src/read/late.c"
refuses sources "src/read/late.c: the first line is not the SPDX line"
refuses sources "src/read/late.c: the first include is not <config.h>"
fresh
echo 'int x; ' >>"$tree/src/base/good.c"
refuses text "src/base/good.c:6: trailing blanks"
fresh
printf '\t\t\t\t\t\t\t\t\t\t\n' | tr '\n' 'x' >>"$tree/src/base/good.c"
refuses text "src/base/good.c:6: 81 columns"
exit $bad
