# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/lines.h \
	%D%/source.h \
	%D%/unpack.h \
	%D%/walk.h
