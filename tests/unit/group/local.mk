# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/group_test
# TESTS += %D%/group_test
# %C%_group_test_SOURCES = %D%/group_test.c
