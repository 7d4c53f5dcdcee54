# SPDX-License-Identifier: GPL-3.0-or-later

CONFIG_TESTS = \
	%D%/pattern_test \
	%D%/yaml_test
check_PROGRAMS += $(CONFIG_TESTS)
TESTS += $(CONFIG_TESTS)

%C%_pattern_test_SOURCES = %D%/pattern_test.c
%C%_yaml_test_SOURCES = %D%/yaml_test.c
