#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The public face: each installed header compiles alone, in C11 and in C++,
# without a warning; what they declare is what the library exports.

set -eu
headers=$top_srcdir/include/loadsift
symbols=$top_srcdir/src/loadsift.sym
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
strict='-pedantic -Wall -Wextra -Werror'
: "${CC=cc}" "${CXX=c++}"

have_cxx=no
echo 'int main() { return 0; }' >"$scratch/try.cc"
# CC may hold options, hence the missing quotes, here and below.
# shellcheck disable=SC2086
if $CXX -fsyntax-only "$scratch/try.cc" 2>/dev/null; then
	have_cxx=yes
else
	echo "$CXX does not work: not compiled as C++"
fi

count=0
for header in "$headers"/*.h; do
	name=loadsift/$(basename "$header")
	# Twice, for the guard; a use, for a file is not to be empty.
	printf '#include <%s>\n#include <%s>\nint used;\n' "$name" "$name" \
		>"$scratch/alone.c"
	# shellcheck disable=SC2086
	$CC -std=c11 $strict -Wstrict-prototypes -fsyntax-only \
		-I"$top_srcdir/include" "$scratch/alone.c"
	cp "$scratch/alone.c" "$scratch/alone.cc"
	# shellcheck disable=SC2086
	test $have_cxx = no || $CXX -std=c++11 $strict -fsyntax-only \
		-I"$top_srcdir/include" "$scratch/alone.cc"
	count=$((count + 1))
done
test $count -ge 3

# shellcheck disable=SC2086
cat "$headers"/*.h | grep -v '^ *# *include' >"$scratch/all.h"
# shellcheck disable=SC2086
$CC -E -P "$scratch/all.h" | grep -oE 'sift_[a-z0-9_]+ ?\(' | tr -d ' (' |
	LC_ALL=C sort -u >"$scratch/declared"
LC_ALL=C sort -u "$symbols" >"$scratch/listed"
echo "declared (-) and listed in loadsift.sym (+):"
diff -u "$scratch/declared" "$scratch/listed"
test "$(wc -l <"$symbols")" = "$(wc -l <"$scratch/listed")" || {
	echo "loadsift.sym names something twice"
	exit 1
}

# What the linker made of it.
library=$top_builddir/.libs/libloadsift.so
if test -e "$library" && command -v nm >/dev/null; then
	nm -D --defined-only "$library" | awk '$2 == "T" || $2 == "D" ||
		$2 == "R" || $2 == "B" { print $3 }' | grep '^sift_' |
		LC_ALL=C sort >"$scratch/exported"
	echo "listed in loadsift.sym (-) and exported (+):"
	diff -u "$scratch/listed" "$scratch/exported"
fi
