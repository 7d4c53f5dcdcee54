# SPDX-License-Identifier: GPL-3.0-or-later

ADVISE_TESTS = \
	%D%/catalogue_test \
	%D%/conditions_test \
	%D%/failure_text_test \
	%D%/gain_test \
	%D%/name_words_test \
	%D%/plan_test \
	%D%/ttl_test
check_PROGRAMS += $(ADVISE_TESTS)
TESTS += $(ADVISE_TESTS)

%C%_name_words_test_SOURCES = %D%/name_words_test.c
%C%_ttl_test_SOURCES = %D%/ttl_test.c $(DOC_BUILDER)
%C%_plan_test_SOURCES = %D%/plan_test.c $(DOC_BUILDER)
%C%_conditions_test_SOURCES = %D%/conditions_test.c $(DOC_BUILDER)
%C%_catalogue_test_SOURCES = %D%/catalogue_test.c
%C%_gain_test_SOURCES = %D%/gain_test.c $(DOC_BUILDER)
%C%_failure_text_test_SOURCES = %D%/failure_text_test.c $(DOC_BUILDER)
