# SPDX-License-Identifier: GPL-3.0-or-later
# libloadsiftcore_la_SOURCES += %D%/x.c %D%/x.h
