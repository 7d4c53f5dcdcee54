# SPDX-License-Identifier: GPL-3.0-or-later

INPUT_TESTS = %D%/archive_library_test %D%/gzip_sum_test %D%/label_test \
	%D%/lines_test %D%/magic_test \
	%D%/source_ahead_test %D%/source_members_test \
	%D%/source_packed_test %D%/source_test %D%/source_utf16_test \
	%D%/tar_plain_test %D%/unpack_damage_test \
	%D%/unpack_members_test %D%/unpack_test %D%/walk_test
check_PROGRAMS += $(INPUT_TESTS)
TESTS += $(INPUT_TESTS)

INPUT_FIXTURE = %D%/input_fixture.c %D%/input_fixture.h
# It packs with libarchive.
INPUT_FIXTURE_LDADD = $(LDADD) $(ARCHIVE_LIBS)
PACKED_FIXTURE = %D%/packed_fixture.c %D%/packed_fixture.h $(INPUT_FIXTURE)
%C%_archive_library_test_SOURCES = %D%/archive_library_test.c
%C%_gzip_sum_test_SOURCES = %D%/gzip_sum_test.c
%C%_label_test_SOURCES = %D%/label_test.c
%C%_magic_test_SOURCES = %D%/magic_test.c
%C%_lines_test_SOURCES = %D%/lines_test.c
%C%_walk_test_SOURCES = %D%/walk_test.c
%C%_source_ahead_test_SOURCES = %D%/source_ahead_test.c $(PACKED_FIXTURE)
%C%_source_ahead_test_LDADD = $(INPUT_FIXTURE_LDADD)
%C%_source_members_test_SOURCES = %D%/source_members_test.c $(PACKED_FIXTURE)
%C%_source_members_test_LDADD = $(INPUT_FIXTURE_LDADD)
%C%_source_packed_test_SOURCES = %D%/source_packed_test.c $(PACKED_FIXTURE)
%C%_source_packed_test_LDADD = $(INPUT_FIXTURE_LDADD)
%C%_source_test_SOURCES = %D%/source_test.c $(INPUT_FIXTURE)
%C%_source_test_LDADD = $(INPUT_FIXTURE_LDADD)
%C%_source_utf16_test_SOURCES = %D%/source_utf16_test.c
%C%_tar_plain_test_SOURCES = %D%/tar_plain_test.c $(INPUT_FIXTURE)
%C%_tar_plain_test_LDADD = $(INPUT_FIXTURE_LDADD)
%C%_unpack_test_SOURCES = %D%/unpack_test.c $(INPUT_FIXTURE)
%C%_unpack_test_LDADD = $(INPUT_FIXTURE_LDADD)
%C%_unpack_damage_test_SOURCES = %D%/unpack_damage_test.c $(INPUT_FIXTURE)
%C%_unpack_damage_test_LDADD = $(INPUT_FIXTURE_LDADD)
%C%_unpack_members_test_SOURCES = %D%/unpack_members_test.c $(INPUT_FIXTURE)
%C%_unpack_members_test_LDADD = $(INPUT_FIXTURE_LDADD)
