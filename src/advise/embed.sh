#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: embed.sh NAME HEADER FILE
# Print C source that defines NAME, the bytes of FILE and a NUL, and
# NAME_size, the number of bytes without the NUL. HEADER declares both.
set -eu
name=$1 header=$2 file=$3

echo "/* SPDX-License-Identifier: GPL-3.0-or-later */"
echo "/* Made from ${file##*/} by embed.sh; change that file instead. */"
echo "#include <config.h>"
echo
echo "#include \"$header\""
echo
echo "const char ${name}[] = {"
od -An -v -tx1 "$file" | sed "s/ \([0-9a-f][0-9a-f]\)/'\\\\x\1',/g"
echo "0};"
echo
echo "const size_t ${name}_size = sizeof($name) - 1;"
