# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/event.h \
	%D%/figures.h \
	%D%/source_kind.h
