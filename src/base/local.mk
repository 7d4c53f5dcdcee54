# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/arena.c %D%/arena.h \
	%D%/buf.c %D%/buf.h \
	%D%/bytes.h \
	%D%/clocale.c %D%/clocale.h \
	%D%/diag.c %D%/diag.h \
	%D%/digits.h \
	%D%/err.c %D%/err.h \
	%D%/hash.c %D%/hash.h \
	%D%/hash_set.c %D%/hash_set.h \
	%D%/instant.c %D%/instant.h \
	%D%/mem.c %D%/mem.h \
	%D%/num.c %D%/num.h \
	%D%/num_write.c \
	%D%/parallel.c %D%/parallel.h \
	%D%/put_in_order.c %D%/put_in_order.h \
	%D%/region.c %D%/region.h \
	%D%/repr.c %D%/repr.h \
	%D%/span.c %D%/span.h \
	%D%/table.c %D%/table.h \
	%D%/text.c %D%/text.h \
	%D%/thread.c %D%/thread.h \
	%D%/token.c %D%/token.h \
	%D%/url.c %D%/url.h \
	%D%/width.c %D%/width.h
