# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/archive_data.c %D%/archive_data.h \
	%D%/archive_feed.c %D%/archive_feed.h \
	%D%/container.c %D%/container.h \
	%D%/label.c %D%/label.h \
	%D%/lines.c %D%/lines.h \
	%D%/magic.c %D%/magic.h \
	%D%/meter.c \
	%D%/seen.c %D%/seen.h \
	%D%/source.c %D%/source.h %D%/source_impl.h \
	%D%/source_file.c \
	%D%/source_filter.c \
	%D%/source_gzip.c \
	%D%/source_memory.c \
	%D%/unpack.c %D%/unpack.h %D%/unpack_impl.h \
	%D%/unpack_members.c \
	%D%/walk.c %D%/walk.h \
	%D%/walk_roots.c %D%/walk_roots.h
