# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/k6_intake.c %D%/k6_intake.h \
	%D%/k6_metric.c %D%/k6_metric.h \
	%D%/k6_names.c %D%/k6_names.h \
	%D%/k6_point.c %D%/k6_point.h \
	%D%/k6_points.c \
	%D%/k6_tagset.c %D%/k6_tagset.h \
	%D%/k6_verdicts.c %D%/k6_verdicts.h \
	%D%/ndjson.c %D%/ndjson.h \
	%D%/reader.h
