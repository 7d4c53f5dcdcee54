# SPDX-License-Identifier: GPL-3.0-or-later
# What the documents say against what the program does.

GOLDEN_TESTS += %D%/man_page.sh
TESTS += %D%/configuration.sh %D%/coverage.py %D%/man_page.sh %D%/readme.sh
EXTRA_DIST += %D%/configuration.sh %D%/coverage.py %D%/coverage.txt \
	%D%/man_page.sh %D%/readme.sh
