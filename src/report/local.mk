# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/compared.c %D%/compared.h \
	%D%/json_compared.c \
	%D%/markdown_compared.c \
	%D%/markdown_plan.c %D%/markdown_view.h \
	%D%/text_compared.c \
	%D%/load_levels.c %D%/load_levels.h \
	%D%/json_writer.c %D%/json_writer.h \
	%D%/markdown.c %D%/markdown.h \
	%D%/page.c %D%/page.h \
	%D%/renderers.c %D%/report.h \
	%D%/report_inspect.c \
	%D%/report_json.c \
	%D%/report_markdown.c \
	%D%/report_noise.c \
	%D%/report_text.c \
	%D%/service_tables.c %D%/service_tables.h \
	%D%/survey.c %D%/survey.h \
	%D%/trend.c \
	%D%/text_table.c \
	%D%/wording.c %D%/wording.h
