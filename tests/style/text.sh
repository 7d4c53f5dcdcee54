#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# No trailing blanks, carriage returns or missing newlines at the end; code
# within 80 columns (120 in tables that clang-format is told to leave alone).
set -eu
cd "$top_srcdir"

{
	find src include tests bench docs data m4 .ci -type f \
		! -path 'tests/data/*' ! -path 'data/examples/*' \
		! -path '*/.deps/*' ! -path '*/.libs/*' ! -path '*/__pycache__/*' \
		! -path 'tests/cli/*/*' ! -path 'docs/examples/*' \
		\( -name '*.[ch]' -o -name '*.mk' -o -name '*.m4' \
		-o -name '*.sh' -o -name '*.awk' -o -name '*.py' \
		-o -name '*.md' -o -name '*.def' -o -name '*.yaml' \
		-o -name '*.txt' -o -name '*.[1-9]' -o -path '.ci/run' \) \
		! -name actions_yaml.c ! -path 'm4/lib*' ! -path 'm4/lt*'
	find . -maxdepth 1 \( -name 'Makefile.am' -o -name configure.ac \
		-o -name '*.md' -o -name '*.in' -o -name autogen.sh \) \
		! -name Makefile.in ! -name config.h.in
} | sed 's|^\./||' | LC_ALL=C sort | LC_ALL=C xargs awk '
function complain(what)
{
	print FILENAME ":" FNR ": " what
	bad = 1
}
FNR == 1 {
	limit = 80
	narrow = FILENAME ~ /\.([ch]|am|ac|mk|m4)$/
}
/clang-format off/ { limit = 120 }
/[ \t]$/ { complain("trailing blanks") }
/\r$/ { complain("carriage return") }
narrow {
	line = $0
	column = 0
	while ((tab = index(line, "\t")) > 0) {
		text = substr(line, 1, tab - 1)
		gsub(/[\200-\277]/, "", text)
		column = int((column + length(text)) / 8 + 1) * 8
		line = substr(line, tab + 1)
	}
	gsub(/[\200-\277]/, "", line)
	column += length(line)
	if (column > limit)
		complain(column " columns, more than " limit)
}
/clang-format on/ { limit = 80 }
END { exit bad }'
