# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/advise_test
# TESTS += %D%/advise_test
# %C%_advise_test_SOURCES = %D%/advise_test.c
