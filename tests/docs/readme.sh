#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What README.md shows is what the program says: each line of its excerpt is
# one of the report, in that order; the options, files and exit codes it names
# are there.

set -eu
readme=$top_srcdir/README.md
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0
complain()
{
	echo "README.md: $*"
	bad=1
}

# ---- the excerpt ----
"$LOADSIFT" "$top_srcdir/data/examples/load-tests.tar.xz" >"$scratch/report"
sed -n '/^<!-- begin excerpt/,/^<!-- end excerpt/p' "$readme" |
	grep -v '^<!--\|^```\|^\$ \|^\[…\]$' >"$scratch/excerpt"
test "$(wc -l <"$scratch/excerpt")" -ge 10 || complain "no excerpt"
awk -v report="$scratch/report" '
	{
		found = 0
		while (!found && (getline line < report) > 0)
			found = line == $0
		if (!found) {
			print "README.md: not in the report, or not in its order:"
			print $0
			exit 1
		}
	}' "$scratch/excerpt" || bad=1

# ---- options ----
"$LOADSIFT" --help >"$scratch/help"
sed -n 's/^    loadsift //p' "$readme" | grep -oE -- '--[a-z-]+' |
	sort -u >"$scratch/options"
while read -r option; do
	grep -qF -- "$option" "$scratch/help" || complain "no option $option"
done <"$scratch/options"

# ---- exit codes: those of the man page ----
sed -n '/^| exit code/,/^$/s/^| \([0-9]*\) .*/\1/p' "$readme" >"$scratch/codes"
sed -n '/^\.SH EXIT STATUS/,/^\.SH ENV/s/^\.B \([0-9]*\)$/\1/p' \
	"$top_srcdir/docs/loadsift.1" >"$scratch/man-codes"
diff "$scratch/codes" "$scratch/man-codes" || complain "other exit codes"

# ---- files ----
grep -ohE '`(docs|data|src|tests|include)/[^` ]*`' "$readme" \
	"$top_srcdir/HACKING.md" "$top_srcdir"/docs/*.md | tr -d '`' |
	grep -v '[<>…*{]\|/x[_.]\|case$\|\.log$' |
	sort -u >"$scratch/files"
while read -r file; do
	test -e "$top_srcdir/$file" || complain "no file $file"
done <"$scratch/files"
exit $bad
