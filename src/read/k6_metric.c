/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/k6_metric.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */
static const struct {
	struct sift_span name;
	enum sift_k6_role role;
	enum sift_metric_type type;
	enum sift_k6_unit unit;
} builtins[] = {
#define ROW(name, role, type, unit) \
 { SIFT_SPAN_INIT(#name), SIFT_K6_##role, SIFT_METRIC_##type, \
   SIFT_K6_UNIT_##unit }
	ROW(http_req_duration,         HTTP,        TREND,   TIME),
	ROW(http_req_failed,           HTTP_FAILED, RATE,    DEFAULT),
	ROW(http_reqs,                 UNUSED,      COUNTER, DEFAULT),
	ROW(http_req_blocked,          UNUSED,      TREND,   TIME),
	ROW(http_req_looking_up,       UNUSED,      TREND,   TIME),
	ROW(http_req_connecting,       UNUSED,      TREND,   TIME),
	ROW(http_req_tls_handshaking,  UNUSED,      TREND,   TIME),
	ROW(http_req_sending,          UNUSED,      TREND,   TIME),
	ROW(http_req_waiting,          UNUSED,      TREND,   TIME),
	ROW(http_req_receiving,        UNUSED,      TREND,   TIME),
	ROW(data_sent,                 UNUSED,      COUNTER, DATA),
	ROW(data_received,             UNUSED,      COUNTER, DATA),
	ROW(iteration_duration,        UNUSED,      TREND,   TIME),
	ROW(group_duration,            UNUSED,      TREND,   TIME),
	ROW(iterations,                METRIC,      COUNTER, DEFAULT),
	ROW(dropped_iterations,        METRIC,      COUNTER, DEFAULT),
	ROW(checks,                    CHECKS,      RATE,    DEFAULT),
	ROW(vus,                       USERS,       GAUGE,   DEFAULT),
	ROW(vus_max,                   UNUSED,      GAUGE,   DEFAULT),
	ROW(grpc_req_duration,         GRPC,        TREND,   TIME),
	ROW(grpc_streams,              METRIC,      COUNTER, DEFAULT),
	ROW(grpc_streams_msgs_sent,    METRIC,      COUNTER, DEFAULT),
	ROW(grpc_streams_msgs_received, METRIC,     COUNTER, DEFAULT),
	/* a session's length is no latency */
	ROW(ws_session_duration,       METRIC,      TREND,   TIME),
	ROW(ws_connecting,             WS_CONNECTING, TREND, TIME),
	/* contains "default" in k6 0.26 */
	ROW(ws_ping,                   METRIC,      TREND,   TIME),
	ROW(ws_sessions,               METRIC,      COUNTER, DEFAULT),
	ROW(ws_msgs_sent,              METRIC,      COUNTER, DEFAULT),
	ROW(ws_msgs_received,          METRIC,      COUNTER, DEFAULT),
	ROW(browser_http_req_duration, BROWSER,     TREND,   TIME),
	ROW(browser_http_req_failed,   BROWSER_FAILED, RATE, DEFAULT),
	ROW(browser_data_sent,         METRIC,      COUNTER, DATA),
	ROW(browser_data_received,     METRIC,      COUNTER, DATA),
	ROW(browser_web_vital_ttfb,    TREND,       TREND,   TIME),
	ROW(browser_web_vital_lcp,     TREND,       TREND,   TIME),
	ROW(browser_web_vital_fcp,     TREND,       TREND,   TIME),
	ROW(browser_web_vital_inp,     TREND,       TREND,   TIME),
	ROW(browser_web_vital_fid,     TREND,       TREND,   TIME),
	/* a layout shift has no unit */
	ROW(browser_web_vital_cls,     METRIC,      TREND,   DEFAULT),
#undef ROW
};
/* clang-format on */

static const struct sift_span time_endings[] = {
	SIFT_SPAN_INIT("_latency"),
	SIFT_SPAN_INIT("_duration"),
	SIFT_SPAN_INIT("_time"),
	SIFT_SPAN_INIT("_ms"),
};

bool
sift_k6_metric_builtin(struct sift_span name, struct sift_k6_metric *out)
{
	for (size_t i = 0; i < LENGTH(builtins); i++) {
		if (!sift_span_equal(name, builtins[i].name))
			continue;
		out->role = builtins[i].role;
		out->type = builtins[i].type;
		out->unit = builtins[i].unit;
		out->unit_assumed = false;
		return true;
	}
	return false;
}

bool
sift_k6_metric_type(struct sift_span word, enum sift_metric_type *out)
{
	for (int i = 0; i < SIFT_METRIC_TYPE_COUNT; i++) {
		enum sift_metric_type type = (enum sift_metric_type)i;
		const char *name = sift_metric_type_name(type);

		if (!sift_span_equal(word, sift_span_str(name)))
			continue;
		*out = type;
		return true;
	}
	return false;
}

enum sift_k6_unit
sift_k6_metric_unit(struct sift_span word)
{
	if (sift_span_equal(word, SIFT_SPAN("time")))
		return SIFT_K6_UNIT_TIME;
	if (sift_span_equal(word, SIFT_SPAN("data")))
		return SIFT_K6_UNIT_DATA;
	return SIFT_K6_UNIT_DEFAULT;
}

struct sift_span
sift_k6_unit_text(enum sift_k6_unit unit)
{
	if (unit == SIFT_K6_UNIT_TIME)
		return SIFT_SPAN("ms");
	if (unit == SIFT_K6_UNIT_DATA)
		return SIFT_SPAN("bytes");
	return SIFT_SPAN("");
}

void
sift_k6_metric_custom(struct sift_span name, enum sift_metric_type type,
		      enum sift_k6_unit unit, struct sift_k6_metric *out)
{
	out->role = SIFT_K6_METRIC;
	out->type = type;
	out->unit = unit;
	out->unit_assumed = false;
	if (type != SIFT_METRIC_TREND)
		return;
	if (unit == SIFT_K6_UNIT_TIME)
		out->role = SIFT_K6_TREND;
	for (size_t i = 0;
	     unit == SIFT_K6_UNIT_DEFAULT && i < LENGTH(time_endings); i++) {
		if (!sift_span_ends(name, time_endings[i]))
			continue;
		out->role = SIFT_K6_TREND;
		out->unit_assumed = true;
		break;
	}
}
