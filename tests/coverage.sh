#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: coverage.sh GCOV, in the top of a build configured with
# --enable-coverage whose tests have run
# Print which share of its lines each file of src/ has executed.
set -eu
gcov=$1

find src -name '*.gcno' | sort | while read -r notes; do
	"$gcov" -n -o "$(dirname "$notes")" "$notes"
done 2>/dev/null | awk -F "[':% ]+" '
/^File / { file = $2; sub(/^.*\/src\//, "src/", file) }
/^Lines executed/ && file ~ /^src\/.*\.c$/ {
	sub(/^.*Lines executed:/, "")
	sub(/^.* of /, "")
	n = $0 + 0
	# A file may have been compiled more than once.
	if (n > lines[file])
		lines[file] = n
	hit = share * n / 100
	if (hit > hits[file])
		hits[file] = hit
}
END {
	for (file in lines) {
		printf "%6.1f %%  %6d  %s\n", \
			100 * hits[file] / lines[file], lines[file], file
		all += lines[file]
		hit_all += hits[file]
	}
	if (all)
		printf "%6.1f %%  %6d  total\n", 100 * hit_all / all, all
}' | sort -k 4
