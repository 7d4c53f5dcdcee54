# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/base_test
# TESTS += %D%/base_test
# %C%_base_test_SOURCES = %D%/base_test.c
