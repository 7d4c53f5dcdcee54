# SPDX-License-Identifier: GPL-3.0-or-later

dist_man_MANS += %D%/loadsift.1

# One page per format.
DIST_TREES += %D%/formats

EXTRA_DIST += %D%/architecture.md
EXTRA_DIST += %D%/catalogue.md
EXTRA_DIST += %D%/comparison.md %D%/comparing.md %D%/load-levels.md
EXTRA_DIST += %D%/configuration.md
EXTRA_DIST += %D%/decisions.md
EXTRA_DIST += %D%/findings.md
EXTRA_DIST += %D%/grouping.md
EXTRA_DIST += %D%/performance.md
EXTRA_DIST += %D%/report.schema.json
EXTRA_DIST += %D%/lib-example.c
EXTRA_DIST += %D%/style.md
