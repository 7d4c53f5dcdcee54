# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += %D%/spread_test
TESTS += %D%/spread_test
%C%_spread_test_SOURCES = %D%/spread_test.c
%C%_spread_test_LDADD = $(LDADD) $(JANSSON_LIBS)
