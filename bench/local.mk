# SPDX-License-Identifier: GPL-3.0-or-later

# Not part of `make all`; the tests need it.
check_PROGRAMS += %D%/make_points
%C%_make_points_SOURCES = %D%/make_points.c %D%/traffic.c %D%/traffic.h
%C%_make_points_LDADD = libloadsiftcore.la

EXTRA_DIST += %D%/make_small.py
