#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The layout of C files is what clang-format 14 makes of them; other versions
# have other opinions.
set -eu
cd "$top_srcdir"

for tool in clang-format-14 clang-format; do
	if "$tool" --version 2>/dev/null | grep -q 'version 14\.'; then
		find src include tests bench -name '*.[ch]' \
			! -path 'tests/data/*' ! -name actions_yaml.c |
			sort | xargs "$tool" --dry-run -Werror
		exit
	fi
done
echo "clang-format 14 is missing"
exit 77
