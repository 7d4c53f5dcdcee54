# SPDX-License-Identifier: GPL-3.0-or-later
libloadsiftcore_la_SOURCES += \
	%D%/config.h \
	%D%/pattern.c %D%/pattern.h \
	%D%/rules.c %D%/rules.h \
	%D%/yaml.c %D%/yaml.h
