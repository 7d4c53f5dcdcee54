# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/report_test
# TESTS += %D%/report_test
# %C%_report_test_SOURCES = %D%/report_test.c
