# SPDX-License-Identifier: GPL-3.0-or-later
# Reports against what is promised of them.

TESTS += %D%/schema.py
EXTRA_DIST += %D%/schema.py
