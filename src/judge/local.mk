# SPDX-License-Identifier: GPL-3.0-or-later
libloadsiftcore_la_SOURCES += \
	%D%/compare.c %D%/compare.h %D%/compare_pair.h \
	%D%/compare_doubts.c \
	%D%/compare_failures.c \
	%D%/compare_figures.c \
	%D%/compare_match.c \
	%D%/compare_reasons.c \
	%D%/compare_slow.c \
	%D%/compare_together.c \
	%D%/compare_words.c \
	%D%/draft.c %D%/draft.h \
	%D%/explain.c \
	%D%/judge.c %D%/judge.h \
	%D%/run_course.c %D%/run_course.h \
	%D%/load_curves.c %D%/load_curves.h \
	%D%/load_curve_maker.h \
	%D%/load_curve_targets.c \
	%D%/load_curve_words.c \
	%D%/noise_floors.c %D%/noise_floors.h \
	%D%/rank.c %D%/rank.h \
	%D%/rule_errors.c \
	%D%/rule_family.h \
	%D%/rule_latency.c \
	%D%/rule_load.c \
	%D%/rule_service.c \
	%D%/rule_target.c \
	%D%/rule_test.c \
	%D%/rule_threshold.c \
	%D%/rule_variance.c \
	%D%/words.c %D%/words.h
