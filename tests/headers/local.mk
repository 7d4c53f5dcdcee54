# SPDX-License-Identifier: GPL-3.0-or-later
# The library as others see it.

TESTS += %D%/headers.sh
EXTRA_DIST += %D%/headers.sh %D%/installed.sh

# The CFLAGS are there for the sanitizers, which a library takes along.
installcheck-local:
	top_srcdir='$(abs_top_srcdir)' CC='$(CC) $(CPPFLAGS) $(AM_LDFLAGS)' \
	  DESTDIR='$(DESTDIR)' $(SHELL) $(top_srcdir)/%D%/installed.sh \
	  '$(pkgconfigdir)' '$(libdir)' '$(bindir)'
