# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += %D%/model_test
TESTS += %D%/model_test
%C%_model_test_SOURCES = %D%/model_test.c
