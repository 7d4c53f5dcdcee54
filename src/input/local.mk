# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/archive_data.c %D%/archive_data.h \
	%D%/archive_feed.c %D%/archive_feed.h \
	%D%/archive_library.c %D%/archive_library.h \
	%D%/container.c %D%/container.h \
	%D%/decoder.h \
	%D%/decoder_bzip2.c \
	%D%/decoder_xz.c \
	%D%/decoder_zstd.c \
	%D%/label.c %D%/label.h \
	%D%/lines.c %D%/lines.h \
	%D%/magic.c %D%/magic.h \
	%D%/meter.c \
	%D%/seen.c %D%/seen.h \
	%D%/source.c %D%/source.h %D%/source_impl.h \
	%D%/source_ahead.c \
	%D%/source_file.c \
	%D%/source_memory.c \
	%D%/source_packed.c \
	%D%/source_utf16.c \
	%D%/tar_plain.c %D%/tar_plain.h \
	%D%/unpack.c %D%/unpack.h %D%/unpack_impl.h \
	%D%/unpack_members.c \
	%D%/walk.c %D%/walk.h \
	%D%/walk_roots.c %D%/walk_roots.h

if ISAL
libloadsiftcore_la_SOURCES += %D%/decoder_isal.c \
	%D%/gzip_sum.c %D%/gzip_sum.h
else
libloadsiftcore_la_SOURCES += %D%/decoder_zlib.c
endif
