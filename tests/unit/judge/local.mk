# SPDX-License-Identifier: GPL-3.0-or-later

# Documents built by hand; the tests of the later stages use it as well
# (#include "../judge/doc_builder.h").
DOC_BUILDER = %D%/doc_builder.c %D%/doc_builder.h
JUDGE_FIXTURE = %D%/judge_fixture.c %D%/judge_fixture.h $(DOC_BUILDER)

JUDGE_TESTS = \
	%D%/doc_builder_test \
	%D%/judge_merge_test \
	%D%/judge_order_test \
	%D%/judge_rules_test \
	%D%/load_curves_test \
	%D%/run_course_test \
	%D%/test_doubts_test
check_PROGRAMS += $(JUDGE_TESTS)
TESTS += $(JUDGE_TESTS)

%C%_doc_builder_test_SOURCES = %D%/doc_builder_test.c $(DOC_BUILDER)
%C%_judge_merge_test_SOURCES = %D%/judge_merge_test.c $(JUDGE_FIXTURE)
%C%_judge_order_test_SOURCES = %D%/judge_order_test.c $(JUDGE_FIXTURE)
%C%_judge_rules_test_SOURCES = %D%/judge_rules_test.c $(JUDGE_FIXTURE)
%C%_load_curves_test_SOURCES = %D%/load_curves_test.c $(JUDGE_FIXTURE)
%C%_run_course_test_SOURCES = %D%/run_course_test.c \
	tests/unit/digest/block_fixture.c tests/unit/digest/block_fixture.h
%C%_test_doubts_test_SOURCES = %D%/test_doubts_test.c $(JUDGE_FIXTURE)
