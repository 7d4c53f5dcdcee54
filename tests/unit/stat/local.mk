# SPDX-License-Identifier: GPL-3.0-or-later

check_PROGRAMS += %D%/spread_test
TESTS += %D%/spread_test
%C%_spread_test_SOURCES = %D%/spread_test.c
%C%_spread_test_LDADD = $(LDADD) $(JANSSON_LIBS)

check_PROGRAMS += %D%/prior_test
TESTS += %D%/prior_test
%C%_prior_test_SOURCES = %D%/prior_test.c %D%/vectors.c %D%/vectors.h
%C%_prior_test_LDADD = $(LDADD) $(JANSSON_LIBS)

check_PROGRAMS += %D%/multiplicity_test
TESTS += %D%/multiplicity_test
%C%_multiplicity_test_SOURCES = %D%/multiplicity_test.c \
	%D%/vectors.c %D%/vectors.h
%C%_multiplicity_test_LDADD = $(LDADD) $(JANSSON_LIBS)

check_PROGRAMS += %D%/ranks_test
TESTS += %D%/ranks_test
%C%_ranks_test_SOURCES = %D%/ranks_test.c %D%/vectors.c %D%/vectors.h
%C%_ranks_test_LDADD = $(LDADD) $(JANSSON_LIBS)

check_PROGRAMS += %D%/percentile_range_test
TESTS += %D%/percentile_range_test
%C%_percentile_range_test_SOURCES = %D%/percentile_range_test.c \
	%D%/vectors.c %D%/vectors.h
%C%_percentile_range_test_LDADD = $(LDADD) $(JANSSON_LIBS)

check_PROGRAMS += %D%/change_test
TESTS += %D%/change_test
%C%_change_test_SOURCES = %D%/change_test.c %D%/vectors.c %D%/vectors.h
%C%_change_test_LDADD = $(LDADD) $(JANSSON_LIBS)

check_PROGRAMS += %D%/series_test
TESTS += %D%/series_test
%C%_series_test_SOURCES = %D%/series_test.c %D%/vectors.c %D%/vectors.h
%C%_series_test_LDADD = $(LDADD) $(JANSSON_LIBS)

check_PROGRAMS += %D%/usl_test
TESTS += %D%/usl_test
%C%_usl_test_SOURCES = %D%/usl_test.c %D%/vectors.c %D%/vectors.h
%C%_usl_test_LDADD = $(LDADD) $(JANSSON_LIBS)

check_PROGRAMS += %D%/proportion_test
TESTS += %D%/proportion_test
%C%_proportion_test_SOURCES = %D%/proportion_test.c \
	%D%/vectors.c %D%/vectors.h
%C%_proportion_test_LDADD = $(LDADD) $(JANSSON_LIBS)

check_PROGRAMS += %D%/noise_test
TESTS += %D%/noise_test
%C%_noise_test_SOURCES = %D%/noise_test.c

check_PROGRAMS += %D%/capacity_test
TESTS += %D%/capacity_test
%C%_capacity_test_SOURCES = %D%/capacity_test.c %D%/vectors.c %D%/vectors.h
%C%_capacity_test_LDADD = $(LDADD) $(JANSSON_LIBS)

check_PROGRAMS += %D%/order_test
TESTS += %D%/order_test
%C%_order_test_SOURCES = %D%/order_test.c

check_PROGRAMS += %D%/histogram_quantile_test
TESTS += %D%/histogram_quantile_test
%C%_histogram_quantile_test_SOURCES = %D%/histogram_quantile_test.c
