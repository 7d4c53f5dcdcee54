# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/assemble.c %D%/assemble.h \
	%D%/assemble_figures.c \
	%D%/assemble_impl.h \
	%D%/assemble_runs.c \
	%D%/assemble_sets.c \
	%D%/version.c
