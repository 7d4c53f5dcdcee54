# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/engine_test
# TESTS += %D%/engine_test
# %C%_engine_test_SOURCES = %D%/engine_test.c
