# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/group.h \
	%D%/path_name.c %D%/path_name.h \
	%D%/path_stem.c \
	%D%/path_time.c %D%/path_time.h \
	%D%/path_words.c %D%/path_words.h
