# SPDX-License-Identifier: GPL-3.0-or-later
EXTRA_DIST += %D%/catalogue.md %D%/configuration.md
EXTRA_DIST += %D%/formats/locust.md
