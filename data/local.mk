# SPDX-License-Identifier: GPL-3.0-or-later

dist_pkgdata_DATA = %D%/actions.yaml %D%/loadsift-targets.yaml
DIST_TREES += %D%/examples

# What `make demo` analyses.
DEMO_ARCHIVE = $(srcdir)/%D%/examples/load-tests.tar.xz
