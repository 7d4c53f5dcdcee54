# SPDX-License-Identifier: GPL-3.0-or-later

READ_TESTS = \
	%D%/k6_oracle_test \
	%D%/k6_points_test \
	%D%/ndjson_test
check_PROGRAMS += $(READ_TESTS)
TESTS += $(READ_TESTS)

%C%_k6_oracle_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_k6_oracle_test_SOURCES = %D%/k6_oracle_test.c $(event_log_sources)
%C%_k6_points_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_k6_points_test_SOURCES = %D%/k6_points_test.c $(event_log_sources)
%C%_ndjson_test_SOURCES = %D%/ndjson_test.c
