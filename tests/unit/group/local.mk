# SPDX-License-Identifier: GPL-3.0-or-later

GROUP_TESTS = \
	%D%/assemble_test \
	%D%/group_test \
	%D%/path_name_test \
	%D%/sample_trees_test
check_PROGRAMS += $(GROUP_TESTS)
TESTS += $(GROUP_TESTS)
%C%_assemble_test_SOURCES = \
	%D%/assemble_test.c \
	%D%/group_fixture.c %D%/group_fixture.h
%C%_group_test_SOURCES = \
	%D%/group_fixture.c %D%/group_fixture.h \
	%D%/group_test.c
%C%_path_name_test_SOURCES = %D%/path_name_test.c
%C%_sample_trees_test_SOURCES = \
	%D%/group_fixture.c %D%/group_fixture.h \
	%D%/sample_trees_test.c
