#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The examples of docs/configuration.md and the one that is installed are
# configurations that loadsift takes; the error it shows is the error it gives.

set -eu
page=$top_srcdir/docs/configuration.md
results=$top_srcdir/tests/data/seed
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0

# usage: try FILE
try()
{
	"$LOADSIFT" -q --config "$1" "$results" >"$scratch/report" || {
		echo "$1: not taken"
		bad=1
	}
}

awk -v stem="$scratch/example-" '
	/^```/ { inside = 0 }
	inside { print >(stem count ".yaml") }
	/^```yaml/ { inside = 1; count++ }' "$page"
count=0
for example in "$scratch"/example-*.yaml; do
	try "$example"
	count=$((count + 1))
done
test $count -ge 5 || {
	echo "only $count examples"
	bad=1
}
try "$top_srcdir/data/loadsift-targets.yaml"

# "    loadsift.yaml:12: unknown key …": put its key on that line.
shown=$(sed -n 's/^    \(loadsift.yaml:12: unknown key .*\)/\1/p' "$page")
mkdir "$scratch/here"
{
	printf '\n\n\n\n\n\n\n\n\n\nrules:\n'
	echo '  latency.p99: {wraning: 1s}'
} >"$scratch/here/loadsift.yaml"
given=$(cd "$scratch/here" && "$LOADSIFT" -q "$results" 2>&1) && bad=1
test "$given" = "loadsift: $shown" || {
	echo "shown: $shown"
	echo "given: $given"
	bad=1
}
exit $bad
