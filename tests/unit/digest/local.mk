# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += \
	%D%/block_ranges_test \
	%D%/block_result_test \
	%D%/block_test \
	%D%/course_test \
	%D%/history_test \
	%D%/digest_damage_test \
	%D%/digest_test \
	%D%/fingerprint_test \
	%D%/generic_name_test \
	%D%/samples_test \
	%D%/store_test \
	%D%/tally_test \
	%D%/timeline_test
TESTS += \
	%D%/block_ranges_test \
	%D%/block_result_test \
	%D%/block_test \
	%D%/course_test \
	%D%/history_test \
	%D%/digest_damage_test \
	%D%/digest_test \
	%D%/fingerprint_test \
	%D%/generic_name_test \
	%D%/samples_test \
	%D%/store_test \
	%D%/tally_test \
	%D%/timeline_test
%C%_block_ranges_test_SOURCES = %D%/block_ranges_test.c \
	%D%/block_fixture.c %D%/block_fixture.h
%C%_block_result_test_SOURCES = %D%/block_result_test.c \
	%D%/block_fixture.c %D%/block_fixture.h
%C%_block_test_SOURCES = %D%/block_test.c \
	%D%/block_fixture.c %D%/block_fixture.h
%C%_course_test_SOURCES = %D%/course_test.c \
	%D%/block_fixture.c %D%/block_fixture.h
%C%_history_test_SOURCES = %D%/history_test.c
%C%_digest_damage_test_SOURCES = %D%/digest_damage_test.c \
	%D%/block_fixture.c %D%/block_fixture.h
%C%_digest_test_SOURCES = %D%/digest_test.c \
	%D%/block_fixture.c %D%/block_fixture.h
%C%_samples_test_SOURCES = %D%/samples_test.c
%C%_fingerprint_test_SOURCES = %D%/fingerprint_test.c
%C%_generic_name_test_SOURCES = %D%/generic_name_test.c
%C%_store_test_SOURCES = %D%/store_test.c
%C%_tally_test_SOURCES = %D%/tally_test.c
%C%_timeline_test_SOURCES = %D%/timeline_test.c
