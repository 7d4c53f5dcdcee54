# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/block.h \
	%D%/digest.h \
	%D%/latency.c %D%/latency.h %D%/deviation.h \
	%D%/samples.c %D%/samples.h %D%/slice.h \
	%D%/sort.c %D%/sort.h \
	%D%/timeline.c %D%/timeline.h
