#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each library is known to one folder only (docs/architecture.md).
set -eu
cd "$top_srcdir"

bad=0
# usage: only FOLDER HEADER...; a HEADER that ends in / is a folder of them
only()
{
	folder=$1
	shift
	for header in "$@"; do
		case $header in
		*/) pattern="$header" ;;
		*) pattern="$header>" ;;
		esac
		if grep -rn --include='*.[ch]' \
			"^[[:space:]]*#[[:space:]]*include[[:space:]]*<$pattern" \
			src include | grep -v "^src/$folder/"; then
			echo "only src/$folder may include <$header>"
			bad=1
		fi
	done
}

only base xxhash.h
only config yaml.h pcre2.h
only input zlib.h isa-l/ zstd.h zstd_errors.h lzma.h bzlib.h
only input archive.h archive_entry.h dlfcn.h
only read csv.h
only stat gsl/
only nowhere check.h jansson.h
exit $bad
