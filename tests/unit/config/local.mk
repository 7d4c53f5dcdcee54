# SPDX-License-Identifier: GPL-3.0-or-later

CONFIG_TESTS = \
	%D%/config_test \
	%D%/pattern_test \
	%D%/quantity_test \
	%D%/yaml_test
check_PROGRAMS += $(CONFIG_TESTS)
TESTS += $(CONFIG_TESTS)

%C%_config_test_SOURCES = %D%/config_test.c
%C%_pattern_test_SOURCES = %D%/pattern_test.c
%C%_quantity_test_SOURCES = %D%/quantity_test.c
%C%_yaml_test_SOURCES = %D%/yaml_test.c
