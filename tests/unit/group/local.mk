# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += %D%/path_name_test
TESTS += %D%/path_name_test
%C%_path_name_test_SOURCES = %D%/path_name_test.c
