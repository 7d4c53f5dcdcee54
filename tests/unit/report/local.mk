# SPDX-License-Identifier: GPL-3.0-or-later

REPORT_FIXTURE = %D%/report_fixture.c %D%/report_fixture.h $(DOC_BUILDER)

# Renders the fixture's documents for tests/report/*.py.
check_PROGRAMS += %D%/report_show
%C%_report_show_SOURCES = %D%/report_show.c $(REPORT_FIXTURE)
