/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_MODEL_SOURCE_KIND_H
#define SIFT_MODEL_SOURCE_KIND_H

/*
 * What a source can tell, best first: of several sources of one run the kind
 * that stands higher gives the figures (DESIGN 4.1). Kinds from HISTORY on
 * are side files: they hold facts about a run, never results.
 */

/* name, words for the report */
#define SIFT_SOURCE_KIND_LIST(X)                                               \
 X(POINTS, "points")		     /* k6 --out json */                       \
 X(POINTS_CSV, "points CSV")	     /* k6 --out csv */                        \
 X(REQUEST_LOG, "request log")	     /* Locust csv_request_logger */           \
 X(HISTOGRAMS, "histograms")	     /* Locust --json */                       \
 X(STATS, "stats CSV")		     /* Locust _stats.csv */                   \
 X(REPORT, "HTML report")	     /* Locust --html */                       \
 X(DISTRIBUTION, "distribution CSV") /* of old Locust, beside STATS */         \
 X(HANDLE_SUMMARY, "summary")	     /* k6 handleSummary() */                  \
 X(SUMMARY_EXPORT, "summary export") /* k6 --summary-export */                 \
 X(COLLECTOR, "collector JSON")	     /* formats/collector.md 1 */              \
 X(TEXT_SUMMARY, "text summary")     /* k6, what it prints at the end */       \
 X(DASHBOARD, "dashboard record")    /* k6's, counts only */                   \
 X(DASHBOARD_REPORT, "dashboard report")                                       \
 X(HISTORY, "history CSV")	       /* Locust _stats_history.csv */         \
 X(FAILURES, "failures CSV")	       /* Locust _failures.csv */              \
 X(EXCEPTIONS, "exceptions CSV")       /* Locust _exceptions.csv */            \
 X(SERVICE_METRICS, "service metrics") /* a /metrics page */

#define X(name, text) SIFT_SOURCE_##name,
enum sift_source_kind { SIFT_SOURCE_KIND_LIST(X) SIFT_SOURCE_KIND_COUNT };
#undef X

/* The words; a static string. */
const char *sift_source_kind_name(enum sift_source_kind kind);

/* 1 for kinds that hold results, 0 for side files. */
int sift_source_kind_has_results(enum sift_source_kind kind);

#endif /* SIFT_MODEL_SOURCE_KIND_H */
