# SPDX-License-Identifier: GPL-3.0-or-later

# Part of `make check`: they need nothing but a shell.
STYLE_TESTS = \
	%D%/banned.sh \
	%D%/layers.sh \
	%D%/libraries.sh \
	%D%/names.sh \
	%D%/selftest.sh \
	%D%/sources.sh \
	%D%/text.sh
TESTS += $(STYLE_TESTS)

# Only part of `make style-check`: they need tools.
STYLE_TOOL_TESTS = \
	%D%/format.sh \
	%D%/shell.sh

EXTRA_DIST += $(STYLE_TESTS) $(STYLE_TOOL_TESTS) \
	%D%/check-layers %D%/code.awk %D%/drop-built

# Without a build, hence not by way of check-TESTS.
style-check:
	@$(AM_TESTS_ENVIRONMENT) result=0; \
	for test in $(STYLE_TESTS) $(STYLE_TOOL_TESTS); do \
	  output=`$(SHELL) $(srcdir)/$$test 2>&1`; status=$$?; \
	  case $$status in \
	  0) echo "PASS: $$test" ;; \
	  77) echo "SKIP: $$test: $$output" ;; \
	  *) printf '%s\n' "$$output" "FAIL: $$test"; result=1 ;; \
	  esac; \
	done; exit $$result

.PHONY: style-check
