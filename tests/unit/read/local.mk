# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/read_test
# TESTS += %D%/read_test
# %C%_read_test_SOURCES = %D%/read_test.c
