# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/arena.h \
	%D%/buf.h \
	%D%/diag.h \
	%D%/err.h \
	%D%/hash.h \
	%D%/instant.h \
	%D%/mem.h \
	%D%/num.h \
	%D%/span.h \
	%D%/table.h \
	%D%/text.h
