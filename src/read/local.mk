# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/collector.c \
	%D%/csv_bare.c %D%/csv_bare.h \
	%D%/csv_rows.c %D%/csv_rows.h \
	%D%/csv_unescaped.c %D%/csv_unescaped.h \
	%D%/csv_window.c %D%/csv_window.h \
	%D%/formats.c \
	%D%/json_doc.c %D%/json_doc.h \
	%D%/json_doc_parse.c \
	%D%/json_doc_unite.c \
	%D%/html_rows.c %D%/html_rows.h \
	%D%/json_items.c %D%/json_items.h \
	%D%/json_walk.c %D%/json_walk.h \
	%D%/k6_checks.c %D%/k6_checks.h \
	%D%/k6_csv.c \
	%D%/k6_dashboard.c %D%/k6_dashboard.h \
	%D%/k6_dashboard_html.c \
	%D%/k6_dashboard_impl.h %D%/k6_dashboard_put.c \
	%D%/k6_intake.c %D%/k6_intake.h \
	%D%/k6_layout.c %D%/k6_layout.h \
	%D%/k6_layout_learn.c \
	%D%/k6_machine.c \
	%D%/k6_metric.c %D%/k6_metric.h \
	%D%/k6_names.c %D%/k6_names.h \
	%D%/k6_point.c %D%/k6_point.h \
	%D%/k6_points.c %D%/k6_points.h \
	%D%/k6_rebuild.c %D%/k6_rebuild.h \
	%D%/k6_seen.c %D%/k6_seen.h \
	%D%/k6_segments.c %D%/k6_segments.h \
	%D%/k6_shape.c %D%/k6_shape.h \
	%D%/k6_stats.c %D%/k6_stats.h \
	%D%/k6_submetric.c %D%/k6_submetric.h \
	%D%/k6_summary.c %D%/k6_summary.h \
	%D%/k6_tagset.c %D%/k6_tagset.h \
	%D%/k6_text.c \
	%D%/k6_text_line.c %D%/k6_text_line.h \
	%D%/k6_text_values.c %D%/k6_text_values.h \
	%D%/k6_verdicts.c %D%/k6_verdicts.h \
	%D%/locust_cells.c %D%/locust_cells.h \
	%D%/locust_endpoints.c %D%/locust_endpoints.h \
	%D%/locust_exceptions.c \
	%D%/locust_failures.c \
	%D%/locust_figures.c %D%/locust_figures.h \
	%D%/locust_classic.c \
	%D%/locust_header.c %D%/locust_header.h \
	%D%/locust_history.c \
	%D%/locust_html.c \
	%D%/locust_json.c \
	%D%/locust_elapsed.c %D%/locust_elapsed.h \
	%D%/locust_latest.c %D%/locust_latest.h \
	%D%/locust_log.c \
	%D%/locust_messages.c %D%/locust_messages.h \
	%D%/locust_report.c %D%/locust_report.h \
	%D%/locust_stats.c \
	%D%/locust_text.c %D%/locust_text.h \
	%D%/locust_today.c %D%/locust_today.h \
	%D%/ndjson.c %D%/ndjson.h \
	%D%/other_tools.c %D%/other_tools.h \
	%D%/piece.c %D%/piece.h \
	%D%/prometheus.c \
	%D%/reader.h
