#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# File names are unique in the tree, folders one level deep, names nouns.
set -eu
cd "$top_srcdir"

bad=0
complain()
{
	echo "$@"
	bad=1
}

twice=$(find src include tests bench -name '*.[ch]' ! -path 'tests/data/*' |
	sed 's|.*/||' | sort | uniq -d)
test -z "$twice" || complain "more than one file is called:" "$twice"

deep=$(find src -mindepth 3 -name '*.[ch]')
test -z "$deep" || complain "deeper than src/MODULE/:" "$deep"

outside=$(find src -maxdepth 1 -name '*.[ch]')
test -z "$outside" || complain "in no module:" "$outside"

vague=$(find src include -name '*.[ch]' |
	grep -E '/(util|utils|common|misc|helpers?|manager)\.[ch]$') || :
test -z "$vague" || complain "a name that says nothing:" "$vague"

for folder in src/*/; do
	module=$(basename "$folder")
	grep -q "^$module:" src/layers.txt ||
		complain "src/layers.txt does not mention $module"
done
exit $bad
