# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/capacity.c %D%/capacity.h \
	%D%/change.c %D%/change.h %D%/change_impl.h \
	%D%/change_common.c \
	%D%/change_tests.c \
	%D%/change_verdict.c \
	%D%/distribution.c %D%/distribution.h \
	%D%/histogram_quantile.c %D%/histogram_quantile.h \
	%D%/jump.c %D%/jump.h \
	%D%/multiplicity.c %D%/multiplicity.h \
	%D%/noise.c %D%/noise.h \
	%D%/order.c %D%/order.h \
	%D%/percentile_range.c %D%/percentile_range.h \
	%D%/prior.c %D%/prior.h \
	%D%/proportion.c %D%/proportion.h \
	%D%/ranks.c %D%/ranks.h \
	%D%/series.c %D%/series.h \
	%D%/spread.c %D%/spread.h \
	%D%/usl.c %D%/usl.h
