# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += %D%/simulation_test
TESTS += %D%/simulation_test
%C%_simulation_test_SOURCES = %D%/simulation_test.c
