# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/cli_test
# TESTS += %D%/cli_test
# %C%_cli_test_SOURCES = %D%/cli_test.c
