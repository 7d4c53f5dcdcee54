# SPDX-License-Identifier: GPL-3.0-or-later
libloadsiftcore_la_SOURCES += \
	%D%/config.c %D%/config.h \
	%D%/config_fields.c %D%/config_fields.h \
	%D%/config_names.c %D%/config_names.h \
	%D%/config_read.c %D%/config_read.h \
	%D%/nearest.c %D%/nearest.h \
	%D%/pattern.c %D%/pattern.h \
	%D%/quantity.c %D%/quantity.h \
	%D%/rules.c %D%/rules.h \
	%D%/yaml.c %D%/yaml.h
