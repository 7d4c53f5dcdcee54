# SPDX-License-Identifier: GPL-3.0-or-later
# One program for the module (Check and the core library are linked in):
#
# check_PROGRAMS += %D%/digest_test
# TESTS += %D%/digest_test
# %C%_digest_test_SOURCES = %D%/digest_test.c
