# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/input_test
# TESTS += %D%/input_test
# %C%_input_test_SOURCES = %D%/input_test.c
