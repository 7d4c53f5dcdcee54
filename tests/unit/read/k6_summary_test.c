/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chunk/event_log.h"
#include "read/k6_submetric.h"
#include "read/reader.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* ---- names of sub-metrics ---- */

static const struct {
	const char *text;
	const char *base;
	const char *name;
	const char *url;
	const char *method;
	bool has_tags, expected, other, is_endpoint;
} submetrics[] = {
	{"vus", "vus", "", "", "", 0, 0, 0, 0},
	{"m{name:x}", "m", "x", "", "", 1, 0, 0, 1},
	{"m{ name : x }", "m", "x", "", "", 1, 0, 0, 1},
	{"m{name:\"x\"}", "m", "x", "", "", 1, 0, 0, 1},
	{"m{'name':'x y',method:GET}", "m", "x y", "", "GET", 1, 0, 0, 1},
	{"m{url:http://h:80/a?b={c}}", "m", "", "http://h:80/a?b={c}", "", 1, 0,
	 0, 1},
	{"m{name:x,url:u}", "m", "x", "u", "", 1, 0, 0, 1},
	{"m{expected_response:true}", "m", "", "", "", 1, 1, 0, 0},
	{"m{name:x,expected_response:true}", "m", "x", "", "", 1, 1, 0, 1},
	{"m{expected_response:false}", "m", "", "", "", 1, 0, 1, 0},
	{"m{method:GET}", "m", "", "", "GET", 1, 0, 0, 0},
	{"m{group:::a::b}", "m", "", "", "", 1, 0, 1, 0},
	{"m{name:x,scenario:s}", "m", "x", "", "", 1, 0, 1, 0},
	{"m{name:x,y}", "m", "x", "", "", 1, 0, 1, 0},
	{"m{name:}", "m", "", "", "", 1, 0, 1, 0},
	{"m{name}", "m", "", "", "", 1, 0, 1, 0},
	{"m{}", "m", "", "", "", 1, 0, 1, 0},
	{"m{", "m{", "", "", "", 0, 0, 0, 0},
	{"m{a}b", "m{a}b", "", "", "", 0, 0, 0, 0},
	{"", "", "", "", "", 0, 0, 0, 0},
	{"}", "}", "", "", "", 0, 0, 0, 0},
	{"{}", "", "", "", "", 1, 0, 1, 0},
};

START_TEST(submetric_names_are_taken_apart)
{
	struct sift_k6_submetric sub;

	sift_k6_submetric_parse(sift_span_str(submetrics[_i].text), &sub);
	ck_assert(
		sift_span_equal(sub.base, sift_span_str(submetrics[_i].base)));
	ck_assert(
		sift_span_equal(sub.name, sift_span_str(submetrics[_i].name)));
	ck_assert(sift_span_equal(sub.url, sift_span_str(submetrics[_i].url)));
	ck_assert(sift_span_equal(sub.method,
				  sift_span_str(submetrics[_i].method)));
	ck_assert_int_eq(sub.has_tags, submetrics[_i].has_tags);
	ck_assert_int_eq(sub.expected, submetrics[_i].expected);
	ck_assert_int_eq(sub.other, submetrics[_i].other);
	ck_assert_int_eq(sift_k6_submetric_is_endpoint(&sub),
			 submetrics[_i].is_endpoint);
}
END_TEST

/* ---- documents ---- */

#define TREND                                                                  \
 "{\"avg\":2.5,\"min\":1,\"med\":2,\"max\":9,\"p(90)\":4,\"p(95)\":5}"
#define TREND_LOG "min=1 mean=2.5 p50=2 p90=4 p95=5 max=9"
#define OK_LOG "ok.min=1 ok.mean=2.5 ok.p50=2 ok.p90=4 ok.p95=5 ok.max=9"
#define ZEROS                                                                  \
 "{\"avg\":0,\"min\":0,\"med\":0,\"max\":0,\"p(90)\":0,\"p(95)\":0}"
#define ZEROS_LOG "min=0 mean=0 p50=0 p90=0 p95=0 max=0"
#define NO_P99 "note \"p(99) was not recorded\"\n"
#define HANDLE(type, contains, values)                                         \
 "{\"type\":\"" type "\",\"contains\":\"" contains "\",\"values\":" values "}"

/* members of "metrics", what comes of them */
static const struct {
	const char *metrics;
	const char *expected;
} exports[] = {
	/* the run: passes of http_req_failed are failures */
	{"\"http_req_duration\":" TREND ",\"http_reqs\":{\"count\":10,"
	 "\"rate\":2.5},\"http_req_failed\":{\"passes\":3,\"fails\":7,"
	 "\"value\":0.3},\"http_req_duration{expected_response:true}\":" TREND,
	 "figures total requests=10 failures=3 rps=2.5 " TREND_LOG " " OK_LOG
	 " double/k6\n" NO_P99 "records used=4 unused=0\n"},
	{"\"http_req_duration\":{\"p(99)\":7,\"p(99.90)\":8,\"p(50.0)\":6,"
	 "\"p(99.99)\":1,\"p(x)\":1,\"p()\":1,\"count\":4}",
	 "figures total requests=4 p50=6 p99=7 p99_9=8 double/k6\n"
	 "records used=1 unused=0\n"},
	{"\"http_req_duration\":{\"avg\":null,\"max\":\"9\",\"p(99)\":7}",
	 "figures total p99=7 double/k6\nrecords used=1 unused=0\n"},
	/* p(99) was recorded, if only as no number */
	{"\"http_req_duration\":{\"max\":9,\"p(99)\":null}",
	 "figures total max=9 double/k6\nrecords used=1 unused=0\n"},
	{"\"http_req_duration\":{\"max\":9}",
	 "figures total max=9 double/k6\n" NO_P99 "records used=1 unused=0\n"},
	/* counts where only the verdicts have them, shares without counts */
	{"\"http_req_failed\":{\"passes\":0,\"fails\":7,\"value\":0}",
	 "figures total requests=7 failures=0 double/k6\n"
	 "records used=1 unused=0\n"},
	{"\"http_reqs\":{\"count\":10,\"rate\":1},\"http_req_failed\":"
	 "{\"rate\":0.25}",
	 "figures total requests=10 error_rate=0.25 rps=1 double/k6\n"
	 "records used=2 unused=0\n"},
	/* zeros: no requests, or requests that were refused */
	{"\"http_req_duration\":" ZEROS ",\"http_reqs\":{\"count\":0,"
	 "\"rate\":0}",
	 "figures total requests=0 rps=0 double/k6\n"
	 "records used=2 unused=0\n"},
	{"\"http_req_duration\":" ZEROS ",\"http_reqs\":{\"count\":5,"
	 "\"rate\":1},\"http_req_failed\":{\"passes\":5,\"fails\":0},"
	 "\"http_req_duration{expected_response:true}\":" ZEROS,
	 "figures total requests=5 failures=5 rps=1 " ZEROS_LOG
	 " double/k6\n" NO_P99 "records used=4 unused=0\n"},
	/* an endpoint from the sub-metrics that have its tags */
	{"\"http_req_duration{name:x,method:GET}\":" TREND
	 ",\"http_reqs{method:GET,name:x}\":{\"count\":4,\"rate\":1},"
	 "\"http_req_failed{method: GET, name: x}\":{\"passes\":1,"
	 "\"fails\":3},\"http_req_duration{name:x,method:GET,"
	 "expected_response:true}\":" TREND,
	 "series 0 http \"GET\" \"x\"\nfigures 0 requests=4 failures=1 "
	 "rps=1 " TREND_LOG " " OK_LOG " double/k6\nrecords used=4 unused=0\n"},
	{"\"http_req_duration{url:http://h/}\":" TREND,
	 "series 0 http \"\" \"http://h/\"\nfigures 0 " TREND_LOG
	 " double/k6\nrecords used=1 unused=0\n"},
	/* one that was never called is no endpoint */
	{"\"http_reqs{name:x}\":{\"count\":0,\"rate\":0,\"thresholds\":"
	 "{\"count<5\":false}}",
	 "metric 0 counter \"http_reqs{name:x}\" \"\"\n"
	 "value 0 \"count\" 0\nvalue 0 \"rate\" 0\n"
	 "threshold 1 \"http_reqs{name:x}\" \"count<5\"\n"
	 "records used=1 unused=0\n"},
	{"\"http_req_duration{name:x}\":{\"avg\":0,\"p(95)\":0}",
	 "metric 0 trend \"http_req_duration{name:x}\" \"ms\"\n"
	 "value 0 \"avg\" 0\nvalue 0 \"p(95)\" 0\n"
	 "records used=1 unused=0\n"},
	/* groups, scenarios and other tags are no endpoints */
	{"\"http_req_duration{group:::a}\":{\"avg\":1},"
	 "\"http_req_duration{name:x,status:200}\":{\"avg\":1},"
	 "\"http_req_duration{expected_response:false}\":{\"avg\":1}",
	 "metric 0 trend \"http_req_duration{group:::a}\" \"ms\"\n"
	 "value 0 \"avg\" 1\n"
	 "metric 1 trend \"http_req_duration{name:x,status:200}\" \"ms\"\n"
	 "value 1 \"avg\" 1\n"
	 "metric 2 trend \"http_req_duration{expected_response:false}\" "
	 "\"ms\"\nvalue 2 \"avg\" 1\nrecords used=3 unused=0\n"},
	/* gRPC is the run where there is no HTTP */
	{"\"grpc_req_duration\":{\"avg\":1,\"p(99)\":2,\"count\":3},"
	 "\"grpc_req_duration{name:/p.S/M}\":{\"avg\":1},"
	 "\"grpc_req_duration{method:N}\":{\"avg\":2}",
	 "figures total requests=3 mean=1 p99=2 double/k6\n"
	 "series 0 grpc \"\" \"/p.S/M\"\nfigures 0 mean=1 double/k6\n"
	 "series 1 grpc \"\" \"N\"\nfigures 1 mean=2 double/k6\n"
	 "records used=3 unused=0\n"},
	{"\"grpc_req_duration\":{\"avg\":1},\"http_reqs\":{\"count\":1,"
	 "\"rate\":1}",
	 "figures total requests=1 rps=1 double/k6\n"
	 "metric 0 trend \"grpc_req_duration\" \"ms\"\nvalue 0 \"avg\" 1\n"
	 "records used=2 unused=0\n"},
	/* then a browser's requests, then handshakes */
	{"\"browser_http_req_duration\":{\"avg\":1},"
	 "\"browser_http_req_duration{url:/a}\":{\"avg\":2},"
	 "\"browser_http_req_failed\":{\"value\":0.5,\"passes\":1,"
	 "\"fails\":1},\"ws_connecting\":{\"avg\":1}",
	 "figures total requests=2 failures=1 mean=1 double/k6\n"
	 "note \"p(99) was not recorded\"\n"
	 "series 0 http \"\" \"/a\"\nfigures 0 mean=2 double/k6\n"
	 "metric 0 trend \"ws_connecting\" \"ms\"\nvalue 0 \"avg\" 1\n"
	 "records used=4 unused=0\n"},
	{"\"http_reqs\":{\"count\":1,\"rate\":1},"
	 "\"browser_http_req_duration{url:/a}\":{\"avg\":2}",
	 "figures total requests=1 rps=1 double/k6\n"
	 "metric 0 trend \"browser_http_req_duration{url:/a}\" \"ms\"\n"
	 "value 0 \"avg\" 2\nrecords used=2 unused=0\n"},
	{"\"ws_connecting\":{\"avg\":1},\"ws_connecting{url:ws://h}\":"
	 "{\"avg\":2}",
	 "figures total mean=1 double/k6\n"
	 "note \"p(99) was not recorded\"\n"
	 "series 0 ws \"\" \"ws://h\"\nfigures 0 mean=2 double/k6\n"
	 "records used=2 unused=0\n"},
	/* trends of a script: no unit here, so by name */
	{"\"join_latency\":{\"avg\":1,\"count\":5},\"size\":{\"avg\":2},"
	 "\"wait_seconds\":{\"avg\":3},\"group_duration\":{\"avg\":4},"
	 "\"join_latency{a:b}\":{\"avg\":5},\"empty_ms\":{\"avg\":0}",
	 "series 0 trend \"\" \"join_latency\" assumed\n"
	 "figures 0 requests=5 mean=1 double/k6\n"
	 "metric 0 trend \"size\" \"\"\nvalue 0 \"avg\" 2\n"
	 "metric 1 trend \"wait_seconds\" \"\"\nvalue 1 \"avg\" 3\n"
	 "metric 2 trend \"group_duration\" \"ms\"\nvalue 2 \"avg\" 4\n"
	 "metric 3 trend \"join_latency{a:b}\" \"\"\nvalue 3 \"avg\" 5\n"
	 "metric 4 trend \"empty_ms\" \"\"\nvalue 4 \"avg\" 0\n"
	 "records used=6 unused=0\n"},
	/* types of metrics that tell none */
	{"\"c\":{\"count\":5,\"rate\":1},\"g\":{\"value\":2,\"min\":1,"
	 "\"max\":0},\"r\":{\"value\":0,\"passes\":1,\"fails\":3},\"t\":"
	 "{\"p(99)\":1,\"count\":2},\"e\":{\"value\":0,\"passes\":0,"
	 "\"fails\":0}",
	 "metric 0 counter \"c\" \"\"\nvalue 0 \"count\" 5\n"
	 "value 0 \"rate\" 1\nmetric 1 gauge \"g\" \"\"\n"
	 "value 1 \"value\" 2\nvalue 1 \"min\" 1\nvalue 1 \"max\" 0\n"
	 "metric 2 rate \"r\" \"\"\nvalue 2 \"rate\" 0.25\n"
	 "value 2 \"passes\" 1\nvalue 2 \"fails\" 3\n"
	 "metric 3 trend \"t\" \"\"\nvalue 3 \"p(99)\" 1\n"
	 "value 3 \"count\" 2\nmetric 4 rate \"e\" \"\"\n"
	 "value 4 \"passes\" 0\nvalue 4 \"fails\" 0\n"
	 "records used=5 unused=0\n"},
	{"\"vus\":{\"value\":0,\"min\":0,\"max\":10},\"data_sent\":"
	 "{\"count\":3,\"rate\":1}",
	 "users none 10\nusers none 0\nmetric 0 gauge \"vus\" \"\"\n"
	 "value 0 \"value\" 0\nvalue 0 \"min\" 0\nvalue 0 \"max\" 10\n"
	 "metric 1 counter \"data_sent\" \"bytes\"\nvalue 1 \"count\" 3\n"
	 "value 1 \"rate\" 1\nrecords used=2 unused=0\n"},
	/* a maximum k6 began at 0 */
	{"\"g\":{\"value\":-3,\"min\":-5,\"max\":0},\"t\":{\"avg\":-2,"
	 "\"max\":0},\"h\":{\"value\":-3,\"min\":-5,\"max\":-3}",
	 "metric 0 gauge \"g\" \"\"\nvalue 0 \"value\" -3\n"
	 "value 0 \"min\" -5\nmetric 1 trend \"t\" \"\"\n"
	 "value 1 \"avg\" -2\nmetric 2 gauge \"h\" \"\"\n"
	 "value 2 \"value\" -3\nvalue 2 \"min\" -5\nvalue 2 \"max\" -3\n"
	 "records used=3 unused=0\n"},
	{"\"vus\":{\"value\":4,\"min\":4,\"max\":4}",
	 "users none 4\nmetric 0 gauge \"vus\" \"\"\nvalue 0 \"value\" 4\n"
	 "value 0 \"min\" 4\nvalue 0 \"max\" 4\nrecords used=1 unused=0\n"},
	/* thresholds: true = crossed */
	{"\"t\":{\"avg\":1,\"thresholds\":{\"avg<2\":false,\"avg<1\":true,"
	 "\"odd\":7}}",
	 "metric 0 trend \"t\" \"\"\nvalue 0 \"avg\" 1\n"
	 "threshold 1 \"t\" \"avg<2\"\nthreshold 0 \"t\" \"avg<1\"\n"
	 "threshold -1 \"t\" \"odd\"\nrecords used=1 unused=0\n"},
	/* what is no metric is said */
	{"\"a\":7,\"b\":null,\"c\":{}",
	 "skipped \"not a metric\" 1 sample=\"a\"\n"
	 "skipped \"not a metric\" 1 sample=\"b\"\n"
	 "metric 0 trend \"c\" \"\"\nrecords used=1 unused=0\n"},
	/* counts that are none */
	{"\"http_reqs\":{\"count\":-1,\"rate\":1},\"http_req_failed\":"
	 "{\"passes\":0.5,\"fails\":1e300},\"http_req_duration\":"
	 "{\"p(99)\":1}",
	 "figures total rps=1 p99=1 double/k6\nrecords used=3 unused=0\n"},
	{"\"x\":{\"avg\":NaN,\"max\":Infinity}",
	 "metric 0 trend \"x\" \"\"\nskipped \"not finite\" 2 sample=\"\"\n"
	 "records used=1 unused=0\n"},
};

/* What a document says after "tool", compared with `expected`. */
static void
check_log(const struct sift_format *format, const char *text,
	  const char *expected)
{
	char *log = event_log_read(format, text, strlen(text), 0, NULL);
	char *whole;

	ck_assert_int_ge(
		asprintf(&whole, "tool \"k6\" \"\"\n%s= ok\n", expected), 0);
	ck_assert_str_eq(log, whole);
	free(whole);
	free(log);
}

START_TEST(exports_become_events)
{
	char *text;

	ck_assert_int_ge(
		asprintf(&text, "{\"metrics\":{%s}}", exports[_i].metrics), 0);
	check_log(&sift_format_k6_summary_export, text, exports[_i].expected);
	free(text);
}
END_TEST

#define FAILED_3_OF_10                                                         \
 HANDLE("rate", "default", "{\"rate\":0.3,\"passes\":3,\"fails\":7}")
#define TEN_REQUESTS HANDLE("counter", "default", "{\"count\":10,\"rate\":2}")
#define TIME_TREND HANDLE("trend", "time", "{\"avg\":1}")
#define DATA_TREND HANDLE("trend", "data", "{\"avg\":1}")
#define DEFAULT_TREND HANDLE("trend", "default", "{\"avg\":1}")
#define TIME_GAUGE HANDLE("gauge", "time", "{\"value\":1}")
#define TWO_ITERATIONS HANDLE("counter", "default", "{\"count\":2,\"rate\":1}")

static const struct {
	const char *text;
	const char *expected;
} documents[] = {
	/* handleSummary: types, units, values, ok, a duration */
	{"{\"state\":{\"testRunDurationMs\":6262.628158},\"metrics\":{"
	 "\"http_req_duration\":{\"type\":\"trend\",\"contains\":\"time\","
	 "\"values\":" TREND ",\"thresholds\":{\"p(95)<5\":{\"ok\":true},"
	 "\"p(95)<4\":{\"ok\":false}}},"
	 "\"http_reqs\":" TEN_REQUESTS ","
	 "\"http_req_failed\":" FAILED_3_OF_10 "}}",
	 "duration 6262628158\n"
	 "figures total requests=10 failures=3 rps=2 " TREND_LOG
	 " double/k6\n" NO_P99 "threshold 1 \"http_req_duration\" \"p(95)<5\"\n"
	 "threshold 0 \"http_req_duration\" \"p(95)<4\"\n"
	 "records used=3 unused=0\n"},
	/* units decide before names */
	{"{\"metrics\":{"
	 "\"a\":" TIME_TREND ","
	 "\"b_ms\":" DATA_TREND ","
	 "\"c_ms\":" DEFAULT_TREND ","
	 "\"d_ms\":" TIME_GAUGE "}}",
	 "series 0 trend \"\" \"a\"\nfigures 0 mean=1 double/k6\n"
	 "metric 0 trend \"b_ms\" \"bytes\"\nvalue 0 \"avg\" 1\n"
	 "series 1 trend \"\" \"c_ms\" assumed\nfigures 1 mean=1 double/k6\n"
	 "metric 1 gauge \"d_ms\" \"ms\"\nvalue 1 \"value\" 1\n"
	 "records used=4 unused=0\n"},
	/* only the metrics were stored */
	{"{\"iterations\":" TWO_ITERATIONS "}",
	 "metric 0 counter \"iterations\" \"\"\nvalue 0 \"count\" 2\n"
	 "value 0 \"rate\" 1\nrecords used=1 unused=0\n"},
	/* checks in both shapes; same names add up in the sink */
	{"{\"metrics\":{\"t\":{}},\"root_group\":{\"checks\":[{\"name\":"
	 "\"a\",\"path\":\"::a\",\"passes\":1,\"fails\":2}],\"groups\":["
	 "{\"name\":\"g\",\"checks\":[{\"name\":\"b\",\"passes\":3,"
	 "\"fails\":0}],\"groups\":[{\"checks\":[{\"name\":\"a\","
	 "\"passes\":4,\"fails\":0}],\"groups\":[]}]},{\"checks\":["
	 "{\"name\":\"c\",\"passes\":5,\"fails\":0}]}]}}",
	 "metric 0 trend \"t\" \"\"\ncheck 1 2 \"a\"\ncheck 3 0 \"b\"\n"
	 "check 4 0 \"a\"\ncheck 5 0 \"c\"\nrecords used=1 unused=0\n"},
	{"{\"root_group\":{\"checks\":{\"a\":{\"passes\":1,\"fails\":2}},"
	 "\"groups\":{\"g\":{\"groups\":{},\"checks\":{\"k\":{\"name\":\"b "
	 "\\\"<&>\\\"\",\"passes\":3,\"fails\":0}}}}},\"metrics\":{\"t\":{}}}",
	 "metric 0 trend \"t\" \"\"\ncheck 1 2 \"a\"\n"
	 "check 3 0 \"b \"<&>\"\"\nrecords used=1 unused=0\n"},
	{"{\"root_group\":{\"checks\":[7,{\"name\":\"x\",\"passes\":-1,"
	 "\"fails\":0}],\"groups\":7},\"metrics\":{\"t\":{}}}",
	 "metric 0 trend \"t\" \"\"\n"
	 "skipped \"not a check\" 1 sample=\"(unnamed)\"\n"
	 "skipped \"not a check\" 1 sample=\"x\"\n"
	 "records used=1 unused=0\n"},
	/* secrets of setup() are not shown */
	{"{\"setup_data\":{\"url\":\"amqp://guest:guest@h\",\"metrics\":"
	 "{\"vus\":{\"value\":1}}},\"metrics\":{\"t\":{}}}",
	 "metric 0 trend \"t\" \"\"\nrecords used=1 unused=0\n"},
	/* durations that are none */
	{"{\"state\":{\"testRunDurationMs\":-1},\"metrics\":{\"t\":{}}}",
	 "metric 0 trend \"t\" \"\"\nrecords used=1 unused=0\n"},
	{"{\"state\":7,\"options\":[],\"metrics\":{\"t\":{}}}",
	 "metric 0 trend \"t\" \"\"\nrecords used=1 unused=0\n"},
};

START_TEST(documents_become_events)
{
	/* one reader for both */
	check_log(&sift_format_k6_handle_summary, documents[_i].text,
		  documents[_i].expected);
	check_log(&sift_format_k6_summary_export, documents[_i].text,
		  documents[_i].expected);
}
END_TEST

/* As k6 2.2 writes it, and with the keys of its schema. */
static const char machine[] =
	"{\"config\":{\"duration\":6.25,\"execution\":\"local\",\"script\":"
	"\"const password = 1\"},\"metadata\":{\"generated_at\":"
	"\"2026-11-21T01:20:35.5Z\",\"k6_version\":\"2.2.0\"},\"results\":{"
	"\"checks\":{\"metrics\":[],\"results\":[{\"name\":\"is 200\","
	"\"passes\":4,\"fails\":1}]},\"metrics\":["
	"{\"name\":\"http_req_failed\",\"type\":\"rate\",\"contains\":"
	"\"default\",\"values\":{\"matches\":3,\"rate\":0.3,\"total\":10}},"
	"{\"name\":\"http_req_duration\",\"type\":\"trend\",\"contains\":"
	"\"time\",\"values\":{\"avg\":4,\"max\":9,\"med\":3,\"min\":1,"
	"\"p90\":7,\"p95\":8}},"
	"{\"name\":\"http_reqs\",\"type\":\"counter\",\"contains\":"
	"\"default\",\"values\":{\"count\":10}},"
	"{\"name\":\"odd\",\"type\":\"trend\",\"contains\":\"default\","
	"\"values\":{\"avg\":null,\"p(90)\":5,\"p(95)\":null}},"
	"{\"type\":\"gauge\"}]},\"version\":\"1.0.0\"}";

START_TEST(machine_readable_summaries_become_events)
{
	char *log = event_log_read(&sift_format_k6_machine, machine,
				   strlen(machine), 0, NULL);

	ck_assert_str_eq(
		log, "tool \"k6\" \"2.2.0\"\n"
		     "duration 6250000000\n"
		     "figures total requests=10 failures=3 min=1 mean=4 p50=3 "
		     "p90=7 p95=8 max=9 double/k6\n" NO_P99
		     "metric 0 trend \"odd\" \"\"\n"
		     "value 0 \"p(90)\" 5\n"
		     "skipped \"not a metric\" 1 sample=\"\"\n"
		     "check 4 1 \"is 200\"\n"
		     "records used=4 unused=0\n"
		     "time none 2026-11-21T01:20:35.5Z\n= ok\n");
	ck_assert_ptr_null(strstr(log, "password"));
	free(log);
}
END_TEST

/* Nothing of the kind, or halves of it. */
START_TEST(odd_machine_readable_summaries_are_told)
{
	static const char *const texts[] = {
		"{}",
		"{\"results\":[]}",
		"{\"results\":{\"metrics\":{}}}",
		"{\"results\":{\"metrics\":[]}}",
		"{\"config\":{},\"metadata\":7,\"results\":null}",
		"{\"results\":{\"metrics\":[{\"name\":\"a\"}]}",
	};

	for (size_t i = 0; i < LENGTH(texts); i++) {
		char *log = event_log_read(&sift_format_k6_machine, texts[i],
					   strlen(texts[i]), 0, NULL);

		ck_assert_msg(strstr(log, "= damaged") != NULL, "%s", log);
		free(log);
	}
}
END_TEST

/* However long the script is that stands before the results. */
START_TEST(machine_readable_summaries_are_recognised)
{
	struct sift_span all = sift_span_str(machine);
	size_t script = sift_span_find(all, SIFT_SPAN("const")) + 3;

	ck_assert_uint_gt(sift_format_bid(&sift_format_k6_machine, all, true),
			  200);
	ck_assert_uint_gt(sift_format_bid(&sift_format_k6_machine,
					  sift_span_head(all, script), false),
			  100);
	ck_assert_uint_eq(
		sift_format_bid(&sift_format_k6_handle_summary, all, true), 0);
	ck_assert_uint_eq(
		sift_format_bid(&sift_format_k6_summary_export, all, true), 0);
	ck_assert_uint_eq(sift_format_bid(&sift_format_k6_machine,
					  SIFT_SPAN("{\"config\":{}}"), true),
			  0);
}
END_TEST

static const char *const broken[] = {
	"",
	"{",
	"{}",
	"[]",
	"{\"metrics\":{}}",
	"{\"metrics\":[]}",
	"{\"metrics\":7}",
	"{\"root_group\":{}}",
	"{\"metrics\":{\"a\":{\"avg\":1",
	"{\"metrics\":{\"a\":{\"avg\":1}}} x",
	("{\"config\":{},\"metadata\":{},\"results\":{\"metrics\":[]},"
	 "\"version\":\"1.0.0\"}"),
};

START_TEST(broken_documents_fail_and_say_nothing)
{
	char *log = event_log_read(&sift_format_k6_summary_export, broken[_i],
				   strlen(broken[_i]), 0, NULL);

	ck_assert_msg(!strncmp(log, "= damaged", 9), "%s", log);
	free(log);
}
END_TEST

START_TEST(metrics_before_a_cut_are_kept)
{
	static const char text[] =
		"{\"metrics\":{\"http_reqs\":{\"count\":7,\"rate\":2},\n"
		"\"http_req_failed\":{\"value\":0,\"passes\":0,\"fails\":7";
	char *log = event_log_read(&sift_format_k6_summary_export, text,
				   strlen(text), 0, NULL);

	ck_assert_msg(strstr(log, "figures total requests=7") != NULL, "%s",
		      log);
	ck_assert_ptr_null(strstr(log, "failures="));
	ck_assert_msg(strstr(log, "line 2: the document breaks off") != NULL,
		      "%s", log);
	free(log);
}
END_TEST

/* Groups may be as deep as documents may be, no deeper. */
START_TEST(deep_groups_are_walked)
{
	char text[8192] = "{\"metrics\":{\"t\":{}},\"root_group\":";
	size_t len = strlen(text);
	char *log;

	for (unsigned i = 0; i < 30; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"{\"groups\":[");
	len += (size_t)snprintf(text + len, sizeof(text) - len,
				"{\"checks\":[{\"name\":\"deep\",\"passes\":1,"
				"\"fails\":0}]}");
	for (unsigned i = 0; i < 30; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "]}");
	len += (size_t)snprintf(text + len, sizeof(text) - len, "}");
	log = event_log_read(&sift_format_k6_summary_export, text, len, 0,
			     NULL);
	ck_assert_msg(strstr(log, "check 1 0 \"deep\"\n") != NULL, "%s", log);
	free(log);
}
END_TEST

START_TEST(failing_allocations_and_sinks_are_told)
{
	const char *text = documents[0].text;
	struct sift_limits limits = event_log_limits();

	for (int sink_fails = 0; sink_fails < 2; sink_fails++) {
		enum sift_status rc = SIFT_E_NOMEM;

		for (uint64_t n = 1; rc; n++) {
			struct sift_source *src;
			struct sift_err err = {0};
			struct event_log log;
			struct sift_sink sink;

			ck_assert_int_eq(sift_source_open_memory(&src, text,
								 strlen(text),
								 0, &err),
					 SIFT_OK);
			event_log_init(&log);
			log.fail_at = sink_fails ? n : 0;
			sink = event_log_sink(&log);
			sift_mem_fail_at(sink_fails ? 0 : n, 0);
			rc = sift_format_k6_handle_summary.read(src, &limits,
								&sink, &err);
			sift_mem_fail_at(0, 0);
			ck_assert_int_eq(rc, err.status);
			ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
			event_log_release(&log);
			sift_source_free(src);
		}
	}
}
END_TEST

/* ---- recognition ---- */

enum shape { NEITHER, HANDLE_SUMMARY, EXPORT };

static const struct {
	const char *head;
	enum shape shape;
} heads[] = {
	{"{\n    \"root_group\": {\n        \"name\": \"\",\n        "
	 "\"groups\": {",
	 EXPORT},
	{"{\"root_group\":{\"name\":\"\",\"groups\":[", HANDLE_SUMMARY},
	{"{\"root_group\":{\"checks\":[],\"na", HANDLE_SUMMARY},
	{"{\"metrics\":{\"iterations\":{\"count\":42,\"rate\":6.67},", EXPORT},
	{"{\"metrics\":{\"custom\":{\"avg\":1},\"vus\":{\"value\":1,", EXPORT},
	{"{\"metrics\":{\"vus\":{\"type\":\"gauge\",\"contains\":\"default\","
	 "\"values\":{\"val",
	 HANDLE_SUMMARY},
	{"{\"metrics\":{\"vus\":{\"values\":{\"value\":2},\"type\":\"gauge\"}",
	 HANDLE_SUMMARY},
	{"\xEF\xBB\xBF{ \"state\" : { } , \"metrics\" : { \"vus\" : { "
	 "\"type\" : \"gauge\" , \"values\" : { } } } }",
	 HANDLE_SUMMARY},
	{"{\"metrics\":{\"x\":{\"avg\":1}},\"root_group\":{}}", EXPORT},
	{"{\"setup_data\":{\"a\":1},\"options\":{},\"met", HANDLE_SUMMARY},
	{"{\n    \"setup_data\": {\n        \"a\": [", EXPORT},
	{"{\"setup_data\":{\"a\":[", HANDLE_SUMMARY},
	{"{\"http_reqs\":" TEN_REQUESTS "}", HANDLE_SUMMARY},
	{"", NEITHER},
	{"{", NEITHER},
	{"{}", NEITHER},
	{"[{\"metrics\":{}}]", NEITHER},
	{"{\"metrics\":{}}", NEITHER},
	{"{\"metrics\":[{\"name\":\"vus\",\"type\":\"gauge\",\"values\":{}}]}",
	 NEITHER},
	{"{\"metrics\":{\"a\":{\"count\":1}}}", NEITHER},
	{"{\"metrics\":{\"a\":{\"type\":\"x\",\"values\":[]}}}", NEITHER},
	{"{\"http_reqs\":7}", NEITHER},
	{"{\"config\":{\"duration\":5},\"metadata\":{},\"results\":{"
	 "\"metrics\":[]},\"version\":\"1.0.0\"}",
	 NEITHER},
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{}}", NEITHER},
	{"{\"options\":{},\"state\":{}}", NEITHER},
	{"text", NEITHER},
};

START_TEST(summaries_are_recognised)
{
	struct sift_span head = sift_span_str(heads[_i].head);
	unsigned handle =
		sift_format_bid(&sift_format_k6_handle_summary, head, true);
	unsigned export =
		sift_format_bid(&sift_format_k6_summary_export, head, true);

	ck_assert_msg((handle > 0) == (heads[_i].shape == HANDLE_SUMMARY), "%s",
		      heads[_i].head);
	ck_assert_msg((export > 0) == (heads[_i].shape == EXPORT), "%s",
		      heads[_i].head);
}
END_TEST

static Suite *
k6_summary_suite(void)
{
	Suite *suite = suite_create("k6_summary");
	TCase *tc = tcase_create("k6_summary");

	tcase_add_loop_test(tc, submetric_names_are_taken_apart, 0,
			    LENGTH(submetrics));
	tcase_add_loop_test(tc, exports_become_events, 0, LENGTH(exports));
	tcase_add_loop_test(tc, documents_become_events, 0, LENGTH(documents));
	tcase_add_test(tc, machine_readable_summaries_become_events);
	tcase_add_test(tc, odd_machine_readable_summaries_are_told);
	tcase_add_test(tc, machine_readable_summaries_are_recognised);
	tcase_add_test(tc, metrics_before_a_cut_are_kept);
	tcase_add_loop_test(tc, broken_documents_fail_and_say_nothing, 0,
			    LENGTH(broken));
	tcase_add_test(tc, deep_groups_are_walked);
	tcase_add_test(tc, failing_allocations_and_sinks_are_told);
	tcase_add_loop_test(tc, summaries_are_recognised, 0, LENGTH(heads));
	suite_add_tcase(suite, tc);
	return suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(k6_summary_suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
