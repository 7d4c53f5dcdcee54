# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += %D%/assemble_test %D%/group_test %D%/path_name_test
TESTS += %D%/assemble_test %D%/group_test %D%/path_name_test
%C%_assemble_test_SOURCES = \
	%D%/assemble_test.c \
	%D%/group_fixture.c %D%/group_fixture.h
%C%_group_test_SOURCES = \
	%D%/group_fixture.c %D%/group_fixture.h \
	%D%/group_test.c
%C%_path_name_test_SOURCES = %D%/path_name_test.c
