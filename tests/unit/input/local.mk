# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += %D%/lines_test %D%/source_test %D%/unpack_test
TESTS += %D%/lines_test %D%/source_test %D%/unpack_test
%C%_lines_test_SOURCES = %D%/lines_test.c
%C%_source_test_SOURCES = %D%/source_test.c \
	%D%/input_fixture.c %D%/input_fixture.h
%C%_unpack_test_SOURCES = %D%/unpack_test.c \
	%D%/input_fixture.c %D%/input_fixture.h
