# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample archives beside the sources, where there are any."""
import sys

import k6_oracle

sys.argv[1:] = ["samples"]
k6_oracle.main()
