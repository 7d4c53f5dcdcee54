#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Install what loadsift is measured against, from Debian's packages. DuckDB
# is no Debian package: `make bench` fetches it with npm into the build
# directory. Whatever is missing is left out of the table.
set -eu

packages='
gzip      # gzip -dc
isal      # igzip -dc, the fastest inflate
zstd      # zstd -dc
xz-utils  # data for the test of determinism
jq        # jq
npm       # fetches DuckDB; not if there is one already
'

names=$(echo "$packages" | sed 's/#.*//')
if command -v npm >/dev/null; then
	names=$(echo "$names" | sed 's/^npm//')
fi
# shellcheck disable=SC2086
apt-get install -y --no-install-recommends $names
