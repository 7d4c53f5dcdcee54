# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += \
	%D%/samples_test \
	%D%/timeline_test
TESTS += \
	%D%/samples_test \
	%D%/timeline_test
%C%_samples_test_SOURCES = %D%/samples_test.c
%C%_timeline_test_SOURCES = %D%/timeline_test.c
