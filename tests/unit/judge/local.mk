# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/judge_test
# TESTS += %D%/judge_test
# %C%_judge_test_SOURCES = %D%/judge_test.c
