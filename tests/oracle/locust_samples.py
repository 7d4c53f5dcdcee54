# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample archives beside the sources, where there are any."""
import sys

import locust_oracle

sys.argv[1:] = ["samples"]
locust_oracle.main()
