# SPDX-License-Identifier: GPL-3.0-or-later

ENGINE_TESTS = \
	%D%/deaths_test \
	%D%/inbox_test \
	%D%/jobs_test \
	%D%/letter_test \
	%D%/note_test \
	%D%/parcel_test \
	%D%/pool_test \
	%D%/sides_test \
	%D%/split_test \
	%D%/wire_test
check_PROGRAMS += $(ENGINE_TESTS)
TESTS += $(ENGINE_TESTS)

%C%_deaths_test_SOURCES = %D%/deaths_test.c
%C%_deaths_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
%C%_deaths_test_LDFLAGS = -Wl,--wrap=sift_recognise
%C%_inbox_test_SOURCES = %D%/inbox_test.c
%C%_inbox_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
%C%_jobs_test_SOURCES = %D%/jobs_test.c
%C%_jobs_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
%C%_letter_test_SOURCES = %D%/letter_test.c
%C%_letter_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
%C%_note_test_SOURCES = %D%/note_test.c
%C%_note_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
%C%_parcel_test_SOURCES = %D%/parcel_test.c
%C%_parcel_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
%C%_pool_test_SOURCES = %D%/pool_test.c
%C%_pool_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
%C%_sides_test_SOURCES = %D%/sides_test.c
%C%_split_test_SOURCES = %D%/split_test.c
%C%_split_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
%C%_wire_test_SOURCES = %D%/wire_test.c
%C%_wire_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit/base
