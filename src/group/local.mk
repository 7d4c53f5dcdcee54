# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/damaged.c \
	%D%/drafts.h \
	%D%/duplicates.c \
	%D%/group.c %D%/group.h \
	%D%/group_by.c \
	%D%/group_sources.c \
	%D%/path_name.c %D%/path_name.h \
	%D%/path_stem.c \
	%D%/path_time.c %D%/path_time.h \
	%D%/path_words.c %D%/path_words.h \
	%D%/run_facts.c \
	%D%/run_labels.c \
	%D%/run_names.c \
	%D%/run_sources.c %D%/run_sources.h \
	%D%/run_totals.c %D%/run_totals.h \
	%D%/runs.c \
	%D%/services.c \
	%D%/set_words.c %D%/set_words.h \
	%D%/sets.c \
	%D%/sweeps.c
