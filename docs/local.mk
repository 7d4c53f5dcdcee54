# SPDX-License-Identifier: GPL-3.0-or-later
EXTRA_DIST += %D%/catalogue.md %D%/configuration.md %D%/findings.md
EXTRA_DIST += %D%/formats/collector.md %D%/formats/k6.md \
	%D%/formats/locust.md
