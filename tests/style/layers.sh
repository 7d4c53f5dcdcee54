#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Folders include only what src/layers.txt lets them include.
exec sh "$top_srcdir/tests/style/check-layers" \
	"$top_srcdir/src" "$top_srcdir/src/layers.txt"
