# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += %D%/block_laws_test
TESTS += %D%/block_laws_test
%C%_block_laws_test_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/tests/unit/digest
%C%_block_laws_test_SOURCES = %D%/block_laws_test.c \
	tests/unit/digest/block_fixture.c tests/unit/digest/block_fixture.h
