# SPDX-License-Identifier: GPL-3.0-or-later

READ_TESTS = \
	%D%/collector_test \
	%D%/csv_bare_test \
	%D%/csv_rows_test \
	%D%/csv_unescaped_test \
	%D%/formats_test \
	%D%/html_rows_test \
	%D%/json_doc_test \
	%D%/json_walk_test \
	%D%/k6_dashboard_test \
	%D%/k6_layout_test \
	%D%/k6_csv_test \
	%D%/k6_oracle_test \
	%D%/k6_points_test \
	%D%/k6_segments_test \
	%D%/k6_summary_test \
	%D%/k6_text_test \
	%D%/locust_cells_test \
	%D%/locust_failures_test \
	%D%/locust_header_test \
	%D%/locust_history_test \
	%D%/locust_html_test \
	%D%/locust_json_test \
	%D%/locust_log_test \
	%D%/locust_requests_test \
	%D%/locust_samples_test \
	%D%/locust_stats_test \
	%D%/locust_text_test \
	%D%/ndjson_test \
	%D%/piece_test \
	%D%/prometheus_test
check_PROGRAMS += $(READ_TESTS)
TESTS += $(READ_TESTS)

%C%_csv_bare_test_SOURCES = %D%/csv_bare_test.c
%C%_csv_rows_test_SOURCES = %D%/csv_rows_test.c
%C%_csv_unescaped_test_SOURCES = %D%/csv_unescaped_test.c
%C%_formats_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_formats_test_SOURCES = %D%/formats_test.c $(event_log_sources)
%C%_k6_layout_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_k6_layout_test_SOURCES = %D%/k6_layout_test.c $(event_log_sources)
%C%_k6_csv_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_k6_csv_test_SOURCES = %D%/k6_csv_test.c $(event_log_sources)
%C%_k6_oracle_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_k6_oracle_test_SOURCES = %D%/k6_oracle_test.c $(event_log_sources)
%C%_k6_dashboard_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_k6_dashboard_test_SOURCES = %D%/k6_dashboard_test.c $(event_log_sources)
%C%_prometheus_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_prometheus_test_SOURCES = %D%/prometheus_test.c $(event_log_sources)
%C%_k6_text_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_k6_text_test_SOURCES = %D%/k6_text_test.c $(event_log_sources)
%C%_k6_points_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_k6_points_test_SOURCES = %D%/k6_points_test.c $(event_log_sources)
%C%_k6_segments_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_k6_segments_test_SOURCES = %D%/k6_segments_test.c
%C%_locust_cells_test_SOURCES = %D%/locust_cells_test.c
%C%_locust_failures_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_locust_failures_test_SOURCES = %D%/locust_failures_test.c \
	$(event_log_sources)
%C%_locust_header_test_SOURCES = %D%/locust_header_test.c
%C%_locust_history_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_locust_history_test_SOURCES = %D%/locust_history_test.c $(event_log_sources)
%C%_html_rows_test_SOURCES = %D%/html_rows_test.c
%C%_json_walk_test_SOURCES = %D%/json_walk_test.c
%C%_locust_html_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_locust_html_test_SOURCES = %D%/locust_html_test.c $(event_log_sources)
%C%_locust_json_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_locust_json_test_SOURCES = %D%/locust_json_test.c $(event_log_sources)
%C%_locust_log_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_locust_log_test_SOURCES = %D%/locust_log_test.c $(event_log_sources)
%C%_locust_requests_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_locust_requests_test_SOURCES = %D%/locust_requests_test.c \
	$(event_log_sources)
%C%_locust_samples_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_locust_samples_test_SOURCES = %D%/locust_samples_test.c $(event_log_sources)
%C%_locust_stats_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_locust_stats_test_SOURCES = %D%/locust_stats_test.c $(event_log_sources)
%C%_locust_text_test_SOURCES = %D%/locust_text_test.c
%C%_ndjson_test_SOURCES = %D%/ndjson_test.c
%C%_piece_test_SOURCES = %D%/piece_test.c

%C%_collector_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_collector_test_SOURCES = %D%/collector_test.c $(event_log_sources)
%C%_json_doc_test_SOURCES = %D%/json_doc_test.c
%C%_k6_summary_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_k6_summary_test_SOURCES = %D%/k6_summary_test.c $(event_log_sources)
