#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shell scripts pass shellcheck.
set -eu
cd "$top_srcdir"

command -v shellcheck >/dev/null || {
	echo "shellcheck is missing"
	exit 77
}
{
	find src tests bench docs .ci -name '*.sh' ! -path 'tests/data/*'
	grep -lrE --exclude-dir=data --exclude-dir=.deps --exclude-dir=.libs \
		'^#! ?/bin/(ba)?sh' tests bench .ci
	echo autogen.sh
} | sort -u | xargs shellcheck
