# SPDX-License-Identifier: GPL-3.0-or-later
# A reader gives the same events wherever its input is split. One program per
# tool; tests of readers elsewhere may use the log as well:
#
# check_PROGRAMS += %D%/chunk_k6_test
# TESTS += %D%/chunk_k6_test
# %C%_chunk_k6_test_SOURCES = %D%/chunk_k6_test.c $(event_log_sources)

event_log_sources = %D%/event_log.c %D%/event_log.h
EXTRA_DIST += $(event_log_sources)

check_PROGRAMS += %D%/chunk_k6_test
TESTS += %D%/chunk_k6_test
%C%_chunk_k6_test_SOURCES = %D%/chunk_k6_test.c $(event_log_sources)

check_PROGRAMS += %D%/chunk_locust_test
TESTS += %D%/chunk_locust_test
%C%_chunk_locust_test_SOURCES = %D%/chunk_locust_test.c $(event_log_sources)

check_PROGRAMS += %D%/k6_differential_test
TESTS += %D%/k6_differential_test
%C%_k6_differential_test_SOURCES = %D%/k6_differential_test.c \
	$(event_log_sources)

check_PROGRAMS += %D%/truncation_test
TESTS += %D%/truncation_test
%C%_truncation_test_SOURCES = %D%/truncation_test.c $(event_log_sources)
