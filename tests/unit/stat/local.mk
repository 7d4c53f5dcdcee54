# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/stat_test
# TESTS += %D%/stat_test
# %C%_stat_test_SOURCES = %D%/stat_test.c
