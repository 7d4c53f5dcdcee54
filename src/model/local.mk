# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/document.c \
	%D%/event.c %D%/event.h \
	%D%/figures.c %D%/figures.h \
	%D%/source_kind.c %D%/source_kind.h
