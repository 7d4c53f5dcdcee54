# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/config_test
# TESTS += %D%/config_test
# %C%_config_test_SOURCES = %D%/config_test.c
