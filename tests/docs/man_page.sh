#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The options in the man page are those of the program, word for word, and
# the page is clean. With LOADSIFT_GOLDEN_UPDATE the page is rewritten.

set -eu
page=$top_srcdir/docs/loadsift.1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$LOADSIFT" --generate=man >"$scratch/options"
awk -v options="$scratch/options" '
	/^\.\\" end generated/ { inside = 0 }
	!inside { print }
	/^\.\\" begin generated/ {
		inside = 1
		while ((getline line < options) > 0)
			print line
	}' "$page" >"$scratch/page"
if test -n "${LOADSIFT_GOLDEN_UPDATE-}"; then
	cp "$scratch/page" "$page"
fi
diff -u "$page" "$scratch/page"

# Every option of the page is in --help, and the other way round.
"$LOADSIFT" --help >"$scratch/help"
grep -o '^ *-[a-zA-Z], --[a-z-]*\|^ *--[a-z-]*' "$scratch/help" |
	grep -o -- '--[a-z-]*' | sort >"$scratch/in-help"
sed -n 's/\\//g; /^.*fB--/s/.*fB\(--[a-z-]*\)fR.*/\1/p' "$scratch/options" |
	sort >"$scratch/in-page"
diff -u "$scratch/in-help" "$scratch/in-page"

if command -v mandoc >/dev/null 2>&1; then
	# The date is left out, so that a build depends on nothing but its input.
	mandoc -T lint -W warning "$page" >"$scratch/lint" || true
	if grep -v "missing date" "$scratch/lint"; then
		exit 1
	fi
fi
