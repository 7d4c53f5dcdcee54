# SPDX-License-Identifier: GPL-3.0-or-later

# The core is a convenience library, so that tests reach the internals while
# the installed library exports what loadsift.sym lists and nothing else.
noinst_LTLIBRARIES += libloadsiftcore.la
libloadsiftcore_la_SOURCES =
nodist_libloadsiftcore_la_SOURCES =
libloadsiftcore_la_LIBADD = $(LIBRARY_LIBS)

lib_LTLIBRARIES += libloadsift.la
libloadsift_la_SOURCES =
libloadsift_la_LIBADD = libloadsiftcore.la
libloadsift_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined \
	-export-symbols $(top_srcdir)/%D%/loadsift.sym
EXTRA_libloadsift_la_DEPENDENCIES = %D%/loadsift.sym

loadsiftincludedir = $(includedir)/loadsift
loadsiftinclude_HEADERS = \
	include/loadsift/document.h \
	include/loadsift/loadsift.h \
	include/loadsift/status.h

# The program borrows base/, which the shared library does not export.
bin_PROGRAMS += loadsift
loadsift_SOURCES =
loadsift_LDADD = libloadsiftcore.la

EXTRA_DIST += %D%/loadsift.sym %D%/layers.txt

include %D%/base/local.mk
include %D%/model/local.mk
include %D%/config/local.mk
include %D%/input/local.mk
include %D%/read/local.mk
include %D%/digest/local.mk
include %D%/group/local.mk
include %D%/stat/local.mk
include %D%/judge/local.mk
include %D%/advise/local.mk
include %D%/report/local.mk
include %D%/engine/local.mk
include %D%/cli/local.mk
