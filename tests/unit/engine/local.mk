# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += %D%/jobs_test %D%/wire_test
TESTS += %D%/jobs_test %D%/wire_test
%C%_jobs_test_SOURCES = %D%/jobs_test.c
%C%_jobs_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
%C%_wire_test_SOURCES = %D%/wire_test.c
%C%_wire_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
