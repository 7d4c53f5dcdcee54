# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/label.c %D%/label.h \
	%D%/lines.c %D%/lines.h \
	%D%/magic.c %D%/magic.h \
	%D%/meter.c \
	%D%/source.c %D%/source.h %D%/source_impl.h \
	%D%/source_file.c \
	%D%/source_gzip.c \
	%D%/source_memory.c \
	%D%/unpack.c %D%/unpack.h %D%/unpack_impl.h \
	%D%/walk.h
