#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Stands in for all programs written with Check where there is no Check.
echo "Check, the unit test library, is missing: the unit tests did not run."
echo "Install it (Debian: package check, or ./autogen.sh --deps) and run"
echo "configure again."
exit 1
