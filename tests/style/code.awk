# SPDX-License-Identifier: GPL-3.0-or-later
# For the style checks: code() gives the line at hand of a C file without its
# comments and with all literals empty. Call it once for every line.

function code(		rest, out, found)
{
	if (FNR == 1)
		in_comment = 0
	rest = $0
	out = ""
	for (;;) {
		if (in_comment) {
			found = index(rest, "*/")
			if (!found)
				return out
			rest = substr(rest, found + 2)
			in_comment = 0
		}
		if (!match(rest, /\/\*|\/\/|"|'/))
			return out rest
		out = out substr(rest, 1, RSTART - 1)
		found = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART)
		if (found == "//")
			return out
		if (found == "/*") {
			out = out " "
			rest = substr(rest, 3)
			in_comment = 1
		} else if (found == "\"") {
			out = out "\"\""
			if (!match(rest, /^"([^"\\]|\\.)*"/))
				return out
			rest = substr(rest, RLENGTH + 1)
		} else {
			out = out "''"
			if (!match(rest, /^'([^'\\]|\\.)*'/))
				return out
			rest = substr(rest, RLENGTH + 1)
		}
	}
}
