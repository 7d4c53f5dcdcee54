#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A program built against the installed library by way of pkg-config alone
# works. Run by `make installcheck`, which sets prefix and the like.
#
# usage: installed.sh PKGCONFIGDIR LIBDIR BINDIR

set -eu
pkgconfigdir=$1 libdir=$2 bindir=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if ! command -v pkg-config >/dev/null; then
	echo "no pkg-config: the installed library is not tried"
	exit 0
fi
destdir=${DESTDIR-}
PKG_CONFIG_PATH=$destdir$pkgconfigdir
PKG_CONFIG_SYSROOT_DIR=$destdir
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
flags=$(pkg-config --cflags --libs loadsift)
# shellcheck disable=SC2086
${CC-cc} -o "$scratch/example" "$top_srcdir/docs/lib-example.c" $flags

LD_LIBRARY_PATH=$destdir$libdir${LD_LIBRARY_PATH+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
results=$top_srcdir/tests/data/seed
"$scratch/example" "$results" >"$scratch/output"
grep -q '^critical: ' "$scratch/output"
grep -v '^[a-z]*: ' "$scratch/output" >"$scratch/json"

# The installed program says the same.
"$destdir$bindir/loadsift" -f json "$results" >"$scratch/truth"
cmp "$scratch/json" "$scratch/truth"
if "$scratch/example" "$scratch/no-such-file" 2>"$scratch/errors"; then
	echo "a missing input was no failure"
	exit 1
fi
grep -q 'no such file' "$scratch/errors"
