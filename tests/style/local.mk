# SPDX-License-Identifier: GPL-3.0-or-later

STYLE_TESTS = \
	%D%/layers.sh
TESTS += $(STYLE_TESTS)
EXTRA_DIST += $(STYLE_TESTS) %D%/check-layers %D%/drop-built
