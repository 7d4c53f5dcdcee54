# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += %D%/progress_test
TESTS += %D%/progress_test
%C%_progress_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
%C%_progress_test_SOURCES = %D%/progress_test.c src/cli/progress.c
