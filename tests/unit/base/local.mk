# SPDX-License-Identifier: GPL-3.0-or-later

# One program for each header.
base_tests = \
	%D%/arena_test \
	%D%/buf_test \
	%D%/clocale_test \
	%D%/diag_test \
	%D%/digits_test \
	%D%/err_test \
	%D%/hash_set_test \
	%D%/hash_test \
	%D%/instant_test \
	%D%/mem_test \
	%D%/num_test \
	%D%/parallel_test \
	%D%/put_in_order_test \
	%D%/region_test \
	%D%/repr_test \
	%D%/span_test \
	%D%/table_test \
	%D%/text_test \
	%D%/thread_test \
	%D%/token_test \
	%D%/url_test
check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)
EXTRA_DIST += %D%/runner.h

%C%_arena_test_SOURCES = %D%/arena_test.c
%C%_buf_test_SOURCES = %D%/buf_test.c
%C%_clocale_test_SOURCES = %D%/clocale_test.c
%C%_diag_test_SOURCES = %D%/diag_test.c
%C%_digits_test_SOURCES = %D%/digits_test.c
%C%_err_test_SOURCES = %D%/err_test.c
%C%_hash_set_test_SOURCES = %D%/hash_set_test.c
%C%_hash_test_SOURCES = %D%/hash_test.c
%C%_instant_test_SOURCES = %D%/instant_test.c
%C%_mem_test_SOURCES = %D%/mem_test.c
%C%_num_test_SOURCES = %D%/num_test.c
%C%_parallel_test_SOURCES = %D%/parallel_test.c
%C%_put_in_order_test_SOURCES = %D%/put_in_order_test.c
%C%_region_test_SOURCES = %D%/region_test.c
%C%_repr_test_SOURCES = %D%/repr_test.c
%C%_span_test_SOURCES = %D%/span_test.c
%C%_table_test_SOURCES = %D%/table_test.c
%C%_text_test_SOURCES = %D%/text_test.c
%C%_thread_test_SOURCES = %D%/thread_test.c
%C%_token_test_SOURCES = %D%/token_test.c
%C%_url_test_SOURCES = %D%/url_test.c
