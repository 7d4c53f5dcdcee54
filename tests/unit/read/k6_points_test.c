/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chunk/event_log.h"
#include "read/k6_verdicts.h"
#include "read/reader.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Lines as k6 >= 0.41 and <= 0.40 write them. */
#define NEW(metric, value, tags)                                               \
 "{\"metric\":\"" metric "\",\"type\":\"Point\",\"data\":{\"time\":"           \
 "\"2026-01-01T00:00:00Z\",\"value\":" value ",\"tags\":" tags "}}\n"
#define OLD(metric, value, tags)                                               \
 "{\"type\":\"Point\",\"data\":{\"time\":\"2026-01-01T00:00:00Z\","            \
 "\"value\":" value ",\"tags\":" tags "},\"metric\":\"" metric "\"}\n"
#define METRIC(name, type, contains, thresholds)                               \
 "{\"type\":\"Metric\",\"data\":{\"name\":\"" name "\",\"type\":\"" type       \
 "\",\"contains\":\"" contains "\",\"thresholds\":" thresholds                 \
 ",\"submetrics\":null},\"metric\":\"" name "\"}\n"

#define OK "{\"expected_response\":\"true\",\"method\":\"GET\",\"name\":\"a\"}"
#define AT " 2026-01-01T00:00:00Z "

#define NEW_VERSION "format version \"k6 \xE2\x89\xA5 0.41\"\n"
#define OLD_VERSION "format version \"k6 \xE2\x89\xA4 0.40\"\n"

/* What a file says after its first two events, which are checked here. */
static void
check_log(const char *text, const char *version, const char *expected)
{
	char *log = event_log_read(&sift_format_k6_points, text, strlen(text),
				   0, NULL);
	char *whole;

	ck_assert_int_ge(
		asprintf(&whole, "tool \"k6\" \"\"\n%s%s", version, expected),
		0);
	ck_assert_str_eq(log, whole);
	free(whole);
	free(log);
}

#define BAD(error)                                                             \
 "{\"expected_response\":\"false\",\"name\":\"a\",\"error_code\":"             \
 "\"1220\",\"error\":\"" error "\"}"

/* text of a file, what comes of it */
static const struct {
	const char *text;
	const char *expected;
} lines[] = {
	/* a request, told by its tag */
	{NEW("http_req_duration", "12.249072", OK),
	 "series 0 http \"GET\" \"a\"\nsample 0 ok" AT "12249072\n"
	 "records used=1 unused=0\n= ok\n"},
	{NEW("http_req_duration", "0",
	     "{\"expected_response\":\"false\",\"status\":\"200\"}"),
	 "series 0 http \"\" \"(unnamed)\"\nsample 0 failed" AT "0\n"
	 "failure 1 \"\" \"(unnamed)\" \"HTTP 200\"\n"
	 "records used=1 unused=0\n= ok\n"},
	/* setup() and teardown(), but not a script's own group of that name */
	{NEW("http_req_duration", "1",
	     "{\"expected_response\":\"false\",\"name\":\"a\",\"status\":"
	     "\"500\","
	     "\"group\":\"::setup\"}")
		 NEW("http_req_duration", "2",
		     "{\"expected_response\":\"true\",\"name\":\"a\","
		     "\"group\":\"::teardown::x\",\"scenario\":\"\"}")
			 NEW("http_req_duration", "3",
			     "{\"expected_response\":\"false\",\"name\":\"a\","
			     "\"status\":\"500\",\"group\":\"::setup\","
			     "\"scenario\":\"default\"}")
				 NEW("http_req_duration", "4",
				     "{\"expected_response\":\"true\",\"name\":"
				     "\"a\",\"group\":\"::setups\"}"),
	 "series 0 http \"\" \"a\" setup\nsample 0 failed" AT "1000000\n"
	 "series 1 http \"\" \"a\" teardown\nsample 1 ok" AT "2000000\n"
	 "series 2 http \"\" \"a\"\nsample 2 failed" AT "3000000\n"
	 "sample 2 ok" AT "4000000\n"
	 "failure 1 \"\" \"a\" \"HTTP 500\" setup\n"
	 "failure 1 \"\" \"a\" \"HTTP 500\"\n"
	 "records used=4 unused=0\n= ok\n"},
	/* the tag wins over the status and over the verdict */
	{NEW("http_req_duration", "1",
	     "{\"expected_response\":\"true\",\"status\":\"404\","
	     "\"error_code\":\"1404\",\"url\":\"u\"}")
		 NEW("http_req_failed", "1",
		     "{\"expected_response\":\"true\",\"status\":\"404\","
		     "\"error_code\":\"1404\",\"url\":\"u\"}"),
	 "series 0 http \"\" \"u\"\nsample 0 ok" AT "1000000\n"
	 "records used=1 unused=1\n= ok\n"},
	/* the verdict wins over the status, before or behind the request */
	{NEW("http_req_duration", "1", "{\"name\":\"a\",\"status\":\"404\"}")
		 NEW("http_req_failed", "0",
		     "{\"name\":\"a\",\"status\":\"404\"}"),
	 "series 0 http \"\" \"a\"\nsample 0 ok" AT "1000000\n"
	 "records used=2 unused=0\n= ok\n"},
	{NEW("http_req_failed", "1", "{\"name\":\"a\",\"status\":\"200\"}")
		 NEW("http_req_duration", "1",
		     "{\"status\":\"200\",\"name\":\"a\"}"),
	 "series 0 http \"\" \"a\"\nsample 0 failed" AT "1000000\n"
	 "failure 1 \"\" \"a\" \"HTTP 200\"\n"
	 "records used=2 unused=0\n= ok\n"},
	/* without either, the status */
	{NEW("http_req_duration", "1", "{\"name\":\"a\",\"status\":\"399\"}"),
	 "series 0 http \"\" \"a\"\nsample 0 ok" AT "1000000\n"
	 "records used=1 unused=0\n= ok\n"},
	{NEW("http_req_duration", "1", "{\"name\":\"a\",\"status\":\"400\"}"),
	 "series 0 http \"\" \"a\"\nsample 0 failed" AT "1000000\n"
	 "failure 1 \"\" \"a\" \"HTTP 400\"\n"
	 "records used=1 unused=0\n= ok\n"},
	{NEW("http_req_duration", "1", "{\"name\":\"a\",\"status\":\"0\"}"),
	 "series 0 http \"\" \"a\"\nsample 0 failed" AT "1000000\n"
	 "failure 1 \"\" \"a\" \"no response\"\n"
	 "records used=1 unused=0\n= ok\n"},
	{NEW("http_req_duration", "1",
	     "{\"name\":\"a\",\"status\":\"200\",\"error_code\":\"1050\"}"),
	 "series 0 http \"\" \"a\"\nsample 0 failed" AT "1000000\n"
	 "failure 1 \"\" \"a\" \"k6 error 1050\"\n"
	 "records used=1 unused=0\n= ok\n"},
	/* what k6 says of it, once for each text */
	{NEW("http_req_duration", "1", BAD("\\u003ceof\\u003e"))
		 NEW("http_req_duration", "1", BAD("reset"))
			 NEW("http_req_duration", "1", BAD("<eof>")),
	 "series 0 http \"\" \"a\"\nsample 0 failed" AT "1000000\n"
	 "sample 0 failed" AT "1000000\nsample 0 failed" AT "1000000\n"
	 "failure 2 \"\" \"a\" \"<eof>\"\n"
	 "failure 1 \"\" \"a\" \"reset\"\n"
	 "records used=3 unused=0\n= ok\n"},
	/* without that, nothing is known */
	{NEW("http_req_duration", "1", "{\"name\":\"a\"}"),
	 "series 0 http \"\" \"a\"\nsample 0 unknown" AT "1000000\n"
	 "records used=1 unused=0\n= ok\n"},
	/* verdicts of no request change nothing */
	{NEW("http_req_failed", "1", "{\"name\":\"a\"}")
		 NEW("http_req_failed", "0", "{\"name\":\"a\"}"),
	 "series 0 http \"\" \"a\"\nrecords used=0 unused=2\n= ok\n"},
	/* an empty name is none */
	{NEW("http_req_duration", "1",
	     "{\"expected_response\":\"true\",\"name\":\"\",\"url\":\"u\"}"),
	 "series 0 http \"\" \"u\"\nsample 0 ok" AT "1000000\n"
	 "records used=1 unused=0\n= ok\n"},
	/* one name in two spellings is one series */
	{NEW("http_req_duration", "1",
	     "{\"expected_response\":\"true\",\"name\":\"\\u003ca\\u0026\"}")
		 NEW("http_req_duration", "1",
		     "{\"expected_response\":\"true\",\"name\":\"<a&\"}"),
	 "series 0 http \"\" \"<a&\"\nsample 0 ok" AT "1000000\n"
	 "sample 0 ok" AT "1000000\nrecords used=2 unused=0\n= ok\n"},
	/* GET and POST of one name are two */
	{NEW("http_req_duration", "1",
	     "{\"expected_response\":\"true\",\"method\":\"A\",\"name\":"
	     "\"BC\"}") NEW("http_req_duration", "1",
			    "{\"expected_response\":\"true\",\"method\":\"AB\","
			    "\"name\":\"C\"}"),
	 "series 0 http \"A\" \"BC\"\nsample 0 ok" AT "1000000\n"
	 "series 1 http \"AB\" \"C\"\nsample 1 ok" AT "1000000\n"
	 "records used=2 unused=0\n= ok\n"},
	{NEW("grpc_req_duration", "2",
	     "{\"method\":\"M\",\"name\":\"/p.S/M\",\"status\":\"0\"}")
		 NEW("grpc_req_duration", "2",
		     "{\"method\":\"M\",\"name\":\"/p.S/M\",\"status\":"
		     "\"14\"}") NEW("grpc_req_duration", "2", "{}"),
	 "series 0 grpc \"\" \"/p.S/M\"\nsample 0 ok" AT "2000000\n"
	 "sample 0 failed" AT "2000000\n"
	 "series 1 grpc \"\" \"(unnamed)\"\nsample 1 unknown" AT "2000000\n"
	 "failure 1 \"\" \"/p.S/M\" \"gRPC status 14\"\n"
	 "records used=3 unused=0\n= ok\n"},
	{NEW("ws_connecting", "3", "{\"url\":\"ws://h/\",\"status\":\"101\"}")
		 NEW("ws_session_duration", "5000", "{\"url\":\"ws://h/\"}"),
	 "series 0 ws \"\" \"ws://h/\"\nsample 0 ok" AT "3000000\n"
	 "metric 0 trend \"ws_session_duration\" \"ms\"\n"
	 "point 0" AT "5000000000\nrecords used=2 unused=0\n= ok\n"},
	{NEW("browser_http_req_duration", "1",
	     "{\"method\":\"GET\",\"url\":\"u\",\"status\":\"200\"}")
		 NEW("browser_http_req_duration", "1", "{}"),
	 "series 0 http \"GET\" \"u\"\nsample 0 ok" AT "1000000\n"
	 "metric 0 trend \"browser_http_req_duration\" \"ms\"\n"
	 "point 0" AT "1000000\nrecords used=2 unused=0\n= ok\n"},
	/* a browser that does not say the status gives a verdict, else it is
	   a metric only */
	{NEW("browser_http_req_failed", "1", "{\"url\":\"u\"}")
		 NEW("browser_http_req_duration", "1", "{\"url\":\"u\"}")
			 NEW("browser_http_req_failed", "0",
			     "{\"url\":\"u\",\"status\":\"200\"}"),
	 "series 0 http \"\" \"u\"\nsample 0 failed" AT "1000000\n"
	 "metric 0 rate \"browser_http_req_failed\" \"\"\n"
	 "point 0" AT "0\nfailure 1 \"\" \"u\" \"unknown cause\"\n"
	 "records used=3 unused=0\n= ok\n"},
	/* trends of a script: by unit, by name, by neither */
	{METRIC("t", "trend", "time", "[]") NEW("t", "1.5", "{}"),
	 "series 0 trend \"\" \"t\"\nsample 0 unknown" AT "1500000\n"
	 "records used=2 unused=0\n= ok\n"},
	{METRIC("a_latency", "trend", "default", "[]")
		 NEW("a_latency", "1.5", "{}"),
	 "series 0 trend \"\" \"a_latency\" assumed\n"
	 "sample 0 unknown" AT "1500000\nrecords used=2 unused=0\n= ok\n"},
	{METRIC("size_ms", "trend", "data", "[]") NEW("size_ms", "1", "{}"),
	 "metric 0 trend \"size_ms\" \"bytes\"\npoint 0" AT "1000000\n"
	 "records used=2 unused=0\n= ok\n"},
	{METRIC("x_time", "counter", "default", "[]") NEW("x_time", "1", "{}"),
	 "metric 0 counter \"x_time\" \"\"\npoint 0" AT "1000000\n"
	 "records used=2 unused=0\n= ok\n"},
	/* a declaration that comes late, twice or not at all */
	{NEW("t", "2", "{}") METRIC("t", "trend", "time", "[]")
		 METRIC("t", "gauge", "default", "[]") NEW("t", "3", "{}"),
	 "series 0 trend \"\" \"t\"\nsample 0 unknown" AT "2000000\n"
	 "sample 0 unknown" AT "3000000\nrecords used=4 unused=0\n= ok\n"},
	{NEW("t", "2", "{}") NEW("t", "0", "{}"),
	 "metric 0 trend \"t\" \"\"\npoint 0" AT "2000000\npoint 0" AT
	 "0\nrecords used=2 unused=0\n= ok\n"},
	{NEW("t", "1", "{}") NEW("t", "0", "{}"),
	 "metric 0 rate \"t\" \"\"\npoint 0" AT "1000000\npoint 0" AT
	 "0\nrecords used=2 unused=0\n= ok\n"},
	{NEW("t", "1", "{}"),
	 "metric 0 counter \"t\" \"\"\npoint 0" AT "1000000\n"
	 "records used=1 unused=0\n= ok\n"},
	{NEW("t_ms", "1", "{}"),
	 "series 0 trend \"\" \"t_ms\" assumed\nsample 0 unknown" AT
	 "1000000\nrecords used=1 unused=0\n= ok\n"},
	/* names of old k6 may be anything */
	{METRIC("\\u003ca b\\u003e", "trend", "time", "[]")
		 NEW("\\u003ca b\\u003e", "1", "{}") NEW("<a b>", "1", "{}"),
	 "series 0 trend \"\" \"<a b>\"\nsample 0 unknown" AT "1000000\n"
	 "sample 0 unknown" AT "1000000\nrecords used=3 unused=0\n= ok\n"},
	{NEW("vus", "32", "{}") NEW("vus", "0", "null"),
	 "users" AT "32\nusers" AT "0\nrecords used=2 unused=0\n= ok\n"},
	{NEW("iterations", "1", "{}"),
	 "metric 0 counter \"iterations\" \"\"\npoint 0" AT "1000000\n"
	 "records used=1 unused=0\n= ok\n"},
	{NEW("checks", "1", "{\"check\":\"is 200\",\"group\":\"::a\"}")
		 NEW("checks", "0", "{\"check\":\"is 200\",\"group\":\"\"}")
			 NEW("checks", "1", "{}"),
	 "check 1 1 \"is 200\"\ncheck 1 0 \"(unnamed)\"\n"
	 "records used=3 unused=0\n= ok\n"},
	/* what nobody needs is not looked at */
	{NEW("http_reqs", "1", OK) NEW("http_req_waiting", "1",
				       OK) NEW("iteration_duration", "x", "{}")
		 NEW("group_duration", "1", "{}") NEW("vus_max", "1", "{}"),
	 "records used=0 unused=5\n= ok\n"},
	/* exponents, as k6 0.38 to 1.8 writes them, and sizes */
	{METRIC("c", "counter", "data", "[]") NEW("c", "1.234567e+06", "{}")
		 NEW("c", "3e+06", "{}") NEW("c", "1.2345e-06", "{}")
			 NEW("c", "1e12", "{}"),
	 "metric 0 counter \"c\" \"bytes\"\npoint 0" AT "1234567000000\n"
	 "point 0" AT "3000000000000\npoint 0" AT "1\npoint 0" AT
	 "1000000000000000000\nrecords used=5 unused=0\n= ok\n"},
	/* metadata, empty and unknown tags, tags of any order */
	{"{\"metric\":\"http_req_duration\",\"type\":\"Point\",\"data\":"
	 "{\"time\":\"2026-01-01T00:00:00Z\",\"value\":1,\"tags\":{\"custom\":"
	 "\"\",\"name\":\"a\",\"expected_response\":\"true\"},\"metadata\":"
	 "{\"name\":\"b\",\"vu\":\"1\"}}}\n",
	 "series 0 http \"\" \"a\"\nsample 0 ok" AT "1000000\n"
	 "records used=1 unused=0\n= ok\n"},
	/* tags absent */
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":"
	 "{\"time\":\"2026-01-01T00:00:00Z\",\"value\":1}}\n",
	 "users" AT "1\nrecords used=1 unused=0\n= ok\n"},
	/* blanks, CRLF, blank lines, no newline at the end */
	{"\r\n \t\r\n{ \"metric\" : \"vus\" , \"type\" : \"Point\" , "
	 "\"data\" : { \"time\" : \"2026-01-01T01:00:00+01:00\" , \"value\" "
	 ": 7 , \"tags\" : { } } } \r\n\r\n"
	 "  {\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":"
	 "\"2026-01-01T00:00:00.000Z\",\"value\":8}}",
	 "users" AT "7\nusers" AT "8\nrecords used=2 unused=0\n= ok\n"},
	/* the third order of keys */
	{"{\"metric\":\"vus\",\"data\":{\"tags\":null,\"value\":1,\"time\":"
	 "\"2026-01-01T00:00:00Z\"},\"type\":\"Point\"}\n",
	 "users" AT "1\nrecords used=1 unused=0\n= ok\n"},
};

START_TEST(lines_become_events)
{
	/* a file of declarations alone has no version, none is here */
	check_log(lines[_i].text, NEW_VERSION, lines[_i].expected);
}
END_TEST

START_TEST(old_order_of_keys_is_read)
{
	check_log(OLD("http_req_duration", "12.249072", OK)
			  OLD("vus", "1", "null"),
		  OLD_VERSION,
		  "series 0 http \"GET\" \"a\"\nsample 0 ok" AT "12249072\n"
		  "users" AT "1\nrecords used=2 unused=0\n= ok\n");
}
END_TEST

START_TEST(declarations_alone_are_no_error)
{
	check_log("\xEF\xBB\xBF" METRIC("http_reqs", "counter", "default",
					"[\"count>10\",\"rate>0.5\"]")
			  METRIC("t", "trend", "time",
				 "[{\"threshold\":\"p(95)\\u003c500\","
				 "\"abortOnFail\":true,\"delayAbortEval\":"
				 "\"1h0m0s\"},7,{}]")
				  METRIC("http_reqs", "counter", "default",
					 "[\"count>10\"]")
					  METRIC("u", "trend", "time", "null"),
		  "",
		  "threshold -1 \"http_reqs\" \"count>10\"\n"
		  "threshold -1 \"http_reqs\" \"rate>0.5\"\n"
		  "threshold -1 \"t\" \"p(95)<500\"\n"
		  "records used=4 unused=0\n= ok\n");
}
END_TEST

START_TEST(console_text_is_unused)
{
	check_log("          /\\      |\xE2\x80\xBE| Grafana\n\n"
		  "running (0m01.0s), 1/1 VUs\n" NEW(
			  "vus", "1", "{}") "INFO[0001] {\"metric\":1}\n",
		  "",
		  "format version \"k6 \xE2\x89\xA5 0.41\"\n"
		  "users" AT "1\nrecords used=1 unused=3\n= ok\n");
}
END_TEST

/* a bad line, the kind it is skipped as */
static const struct {
	const char *text;
	const char *kind;
} bad_lines[] = {
	{NEW("http_req_duration", "+Inf", OK), "not finite"},
	{NEW("http_req_duration", "-Inf", OK), "not finite"},
	{NEW("http_req_duration", "NaN", OK), "not finite"},
	{NEW("http_req_duration", "1e400", OK), "not finite"},
	{NEW("http_req_duration", "1e21", OK), "beyond 9.2e12"},
	{NEW("http_req_duration", "-1e21", OK), "beyond 9.2e12"},
	{NEW("http_req_duration", "-1", OK), "negative time"},
	{NEW("http_req_duration", "null", OK), "not a number"},
	{NEW("http_req_duration", "true", OK), "not a number"},
	{NEW("http_req_duration", "\"1\"", OK), "not a number"},
	{NEW("http_req_duration", "{}", OK), "not a number"},
	{NEW("http_req_duration", "[1]", OK), "not a number"},
	{NEW("http_req_duration", "1e", OK), "not a number"},
	{NEW("http_req_duration", "0x10", OK), "not a number"},
	{NEW("http_req_duration", "1-2", OK), "not a number"},
	{NEW("http_req_duration", "1", "{\"name\":\"\\x\"}"), "bad escape"},
	{NEW("http_req_duration", "1", "{\"url\":\"\\u12\"}"), "bad escape"},
	{NEW("checks", "1", "{\"check\":\"\\\"\\q\"}"), "bad escape"},
	{NEW("\\x", "1", "{}"), "bad escape"},
	{NEW("grpc_req_duration", "-1", "{}"), "negative time"},
	{NEW("vus", "-1", "{}"), "negative users"},
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"value\":1}}\n",
	 "not a time"},
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":\"\","
	 "\"value\":1}}\n",
	 "not a time"},
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":"
	 "\"2026-01-01T00:00:00\",\"value\":1}}\n",
	 "not a time"},
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":"
	 "\"2026-13-01T00:00:00Z\",\"value\":1}}\n",
	 "not a time"},
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":17,"
	 "\"value\":1}}\n",
	 "not a time"},
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{\"time\":"
	 "\"2026-01-01T00:00:00Z\"}}\n",
	 "not a number"},
	{"{\"metric\":\"vus\",\"type\":\"Point\",\"data\":null}\n",
	 "no k6 record"},
	{"{\"metric\":\"vus\",\"type\":\"Point\"}\n", "no k6 record"},
	{"{\"metric\":\"vus\",\"data\":{}}\n", "no k6 record"},
	{"{\"metric\":\"vus\",\"type\":\"Other\",\"data\":{}}\n",
	 "no k6 record"},
	{"{\"metric\":7,\"type\":\"Point\",\"data\":{}}\n", "no k6 record"},
	{"{\"type\":\"Point\",\"data\":{}}\n", "no k6 record"},
	{"{\"metric\":\"\",\"type\":\"Point\",\"data\":{}}\n", "no k6 record"},
	{"{\"level\":\"info\"}\n", "no k6 record"},
	{"{}\n", "no k6 record"},
	{METRIC("t", "histogram", "time", "[]"), "unknown type of metric"},
	{"{\"type\":\"Metric\",\"data\":{},\"metric\":\"t\"}\n",
	 "unknown type of metric"},
	{"{\n", "a key is missing"},
	{"{\"metric\":\"vus\"\n", "a comma is missing"},
	{"{\"metric\":\"vus\",\"type\":\"Po\n", "a string does not end"},
	{"{\"metric\":\"vus\",\"type\":}\n", "a value is missing"},
	{NEW("vus", "", "{}"), "a value is missing"},
	{"{\"metric\":\"vus\"}{\"metric\":\"vus\"}\n", "text behind the value"},
	{"{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
	 "[[[[[[[[[[[[\n",
	 "nested too deep"},
};

START_TEST(bad_lines_are_skipped_and_the_next_is_read)
{
	char *text;
	char *log;
	char *expected;

	ck_assert_int_ge(asprintf(&text, "%s%s", bad_lines[_i].text,
				  NEW("iterations", "5", "{}")),
			 0);
	log = event_log_read(&sift_format_k6_points, text, strlen(text), 0,
			     NULL);
	ck_assert_int_ge(asprintf(&expected, "skipped \"%s\" 1 line=1 offset=0",
				  bad_lines[_i].kind),
			 0);
	ck_assert_msg(strstr(log, expected) != NULL, "no %s in\n%s", expected,
		      log);
	ck_assert_msg(strstr(log, "point 0" AT "5000000\n"
				  "records used=1 unused=0\n= ok\n") != NULL,
		      "%s", log);
	ck_assert_ptr_null(strstr(log, "BROKEN"));
	free(expected);
	free(log);
	free(text);
}
END_TEST

START_TEST(a_negative_time_of_a_trend_is_skipped)
{
	check_log(NEW("a_ms", "-1", "{}") NEW("a_ms", "1", "{}"), NEW_VERSION,
		  "series 0 trend \"\" \"a_ms\" assumed\n"
		  "skipped \"negative time\" 1 sample=\"\"\n"
		  "sample 0 unknown" AT "1000000\n"
		  "records used=1 unused=0\n= ok\n");
}
END_TEST

START_TEST(a_cut_last_line_is_dropped_and_told)
{
	static const char text[] = NEW("vus", "1", "{}") NEW("vus", "2", "{}");
	size_t line = strlen(text) / 2;

	for (size_t len = line + 1; len <= 2 * line; len++) {
		char *log = event_log_read(&sift_format_k6_points, text, len, 0,
					   NULL);
		const char *end = strstr(log, "records");

		ck_assert_ptr_nonnull(strstr(log, "users" AT "1\n"));
		ck_assert_int_eq(strstr(log, "users" AT "2\n") != NULL,
				 len >= 2 * line - 1);
		ck_assert_int_eq(strstr(log, "\"cut short\" 1 line=2") != NULL,
				 len < 2 * line - 1);
		if (len < 2 * line - 1)
			ck_assert_str_eq(end, "records used=1 unused=0\n"
					      "= damaged or malformed data: "
					      "line 2: last line is cut\n");
		else
			ck_assert_str_eq(end, "records used=2 unused=0\n"
					      "= ok\n");
		free(log);
	}
}
END_TEST

START_TEST(cut_console_text_is_no_damage)
{
	check_log(NEW("vus", "1", "{}") "running (0m0", NEW_VERSION,
		  "users" AT "1\nrecords used=1 unused=1\n= ok\n");
}
END_TEST

START_TEST(a_line_over_the_limit_is_counted)
{
	static const char text[] =
		NEW("vus", "1", "{\"a\":\"0123456789\"}") NEW("vus", "2", "{}");
	struct sift_limits limits = event_log_limits();
	char *log;

	limits.line_bytes = sizeof(NEW("vus", "2", "{}")) - 1;
	log = event_log_read(&sift_format_k6_points, text, strlen(text), 0,
			     &limits);
	ck_assert_ptr_nonnull(strstr(log, "users" AT "2\n"
					  "skipped \"line too long "
					  "(--max-line-bytes)\" 1 "));
	free(log);
}
END_TEST

/* Lines in any order give the same events but for their order. */
START_TEST(the_order_of_lines_does_not_matter)
{
	static const char *const text[] = {
		METRIC("t", "trend", "time", "[\"avg<5\"]"),
		NEW("t", "1", "{}"),
		NEW("http_req_duration", "1",
		    "{\"name\":\"a\",\"status\":"
		    "\"200\"}"),
		NEW("http_req_failed", "1",
		    "{\"name\":\"a\",\"status\":"
		    "\"200\"}"),
		NEW("http_req_duration", "2",
		    "{\"name\":\"b\",\"status\":"
		    "\"500\"}"),
	};
	static const char *const wanted[] = {"failed" AT "1000000\n",
					     "failed" AT "2000000\n",
					     "unknown" AT "1000000\n",
					     "trend \"\" \"t\"\n",
					     "threshold -1 \"t\" \"avg<5\"\n",
					     "records used=5 unused=0\n= ok\n"};

	for (size_t first = 0; first < LENGTH(text); first++) {
		char whole[2000] = "";
		char *log;

		for (size_t i = 0; i < LENGTH(text); i++)
			strncat(whole,
				text[(first * (i + 1) + i) % LENGTH(text)],
				sizeof(whole) - strlen(whole) - 1);
		/* a stride of first + 1 visits all but for 5 */
		if (first + 1 == LENGTH(text))
			continue;
		log = event_log_read(&sift_format_k6_points, whole,
				     strlen(whole), 0, NULL);
		for (size_t i = 0; i < LENGTH(wanted); i++)
			ck_assert_msg(strstr(log, wanted[i]) != NULL,
				      "no %s in\n%s", wanted[i], log);
		free(log);
	}
}
END_TEST

/* A file of requests without status whose verdicts all come at its end, more
   of them than may wait. */
START_TEST(verdicts_that_come_too_late_are_counted)
{
	enum { COUNT = SIFT_K6_WAITING + 10 };
	size_t size = (size_t)COUNT * 2 * 160 + 1;
	char *text = malloc(size);
	size_t len = 0;
	char *log;

	ck_assert_ptr_nonnull(text);
	for (unsigned i = 0; i < 2 * COUNT; i++)
		len += (size_t)snprintf(
			text + len, size - len,
			"{\"metric\":\"http_req_%s\",\"type\":\"Point\","
			"\"data\":{\"time\":\"2026-01-01T00:00:00.%06uZ\","
			"\"value\":1,\"tags\":{\"name\":\"a\"}}}\n",
			i < COUNT ? "duration" : "failed", i % COUNT);
	log = event_log_read(&sift_format_k6_points, text, len, 0, NULL);
	ck_assert_ptr_nonnull(strstr(log, "sample 0 unknown"));
	ck_assert_ptr_nonnull(strstr(log, "failed 0 65546\n"));
	ck_assert_ptr_nonnull(strstr(log, "used=131092 unused=0\n= ok\n"));
	free(log);
	free(text);
}
END_TEST

/* More points of one metric than may wait for its declaration. */
START_TEST(points_that_wait_too_long_are_not_lost)
{
	enum { COUNT = (1 << 18) + 10 };
	static const char line[] = NEW("t", "2", "{}");
	size_t len = strlen(line);
	char *text = malloc(COUNT * len);
	char *log;

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < COUNT; i++)
		memcpy(text + i * len, line, len);
	log = event_log_read(&sift_format_k6_points, text, COUNT * len, 0,
			     NULL);
	ck_assert_ptr_nonnull(strstr(log, "records used=262154 unused=0\n"));
	free(log);
	free(text);
}
END_TEST

/* Nothing is allocated per record once warm. */
START_TEST(records_cost_no_allocation)
{
	static const char line[] = NEW("http_req_duration", "1", OK) NEW(
		"checks", "1", "{\"check\":\"c\"}") NEW("vus", "1", "{}")
		NEW("http_req_duration", "1", "{\"status\":\"200\"}")
			NEW("http_req_failed", "0", "{\"status\":\"200\"}");
	uint64_t calls[2];
	size_t counts[2] = {100, 10000};

	for (size_t i = 0; i < 2; i++) {
		size_t len = counts[i] * (sizeof(line) - 1);
		char *text = malloc(len);
		uint64_t before;

		ck_assert_ptr_nonnull(text);
		for (size_t n = 0; n < counts[i]; n++)
			memcpy(text + n * (sizeof(line) - 1), line,
			       sizeof(line) - 1);
		before = sift_mem_calls();
		free(event_log_read(&sift_format_k6_points, text, len, 0,
				    NULL));
		calls[i] = sift_mem_calls() - before;
		free(text);
	}
	ck_assert_uint_eq(calls[0], calls[1]);
}
END_TEST

/* Wherever memory ends or the sink fails, the reader says so and leaks
   nothing (ASan looks). */
START_TEST(failing_allocations_are_told)
{
	static const char text[] = METRIC("t", "trend", "time", "[\"a\"]")
		NEW("t", "1", "{}") NEW("u", "1", "{}")
			NEW("http_req_duration", "1",
			    "{\"name\":\"\\u003c\",\"status\":\"200\"}")
				NEW("checks", "1", "{\"check\":\"c\"}");
	char *log;
	bool done = false;

	for (uint64_t n = 1; !done; n++) {
		sift_mem_fail_at(0, 0);
		struct sift_source *src;
		struct sift_err err = {0};
		struct event_log events;
		struct sift_sink sink;
		struct sift_limits limits = event_log_limits();
		enum sift_status rc;

		ck_assert_int_eq(sift_source_open_memory(&src, text,
							 strlen(text), 7, &err),
				 SIFT_OK);
		event_log_init(&events);
		sink = event_log_sink(&events);
		sift_mem_fail_at(n, 0);
		rc = sift_format_k6_points.read(src, &limits, &sink, &err);
		sift_mem_fail_at(0, 0);
		ck_assert_int_eq(rc, err.status);
		ck_assert_msg(rc == SIFT_OK || rc == SIFT_E_NOMEM, "%s",
			      err.what);
		done = rc == SIFT_OK;
		event_log_release(&events);
		sift_source_free(src);
		ck_assert_uint_lt(n, 1000);
	}
	log = event_log_read(&sift_format_k6_points, text, strlen(text), 0,
			     NULL);
	ck_assert_ptr_nonnull(strstr(log, "= ok"));
	free(log);
}
END_TEST

START_TEST(failures_of_the_sink_are_passed_on)
{
	static const char text[] = METRIC("t", "trend", "time", "[\"a\"]")
		NEW("t", "1", "{}") NEW("u", "1", "{}")
			NEW("http_req_duration", "1", "{\"name\":\"a\"}") NEW(
				"http_req_duration", "x", "{\"name\":\"a\"}")
				NEW("checks", "1", "{\"check\":\"c\"}");
	struct sift_limits limits = event_log_limits();
	enum sift_status rc = SIFT_E_NOMEM;

	for (uint64_t n = 1; rc; n++) {
		struct sift_source *src;
		struct sift_err err = {0};
		struct event_log events;
		struct sift_sink sink;

		ck_assert_int_eq(sift_source_open_memory(&src, text,
							 strlen(text), 0, &err),
				 SIFT_OK);
		event_log_init(&events);
		events.fail_at = n;
		sink = event_log_sink(&events);
		rc = sift_format_k6_points.read(src, &limits, &sink, &err);
		ck_assert(rc == SIFT_OK || rc == SIFT_E_NOMEM);
		ck_assert_uint_le(events.puts, n);
		event_log_release(&events);
		sift_source_free(src);
	}
}
END_TEST

/* head of a file, whether it is points */
static const struct {
	const char *head;
	bool is_points;
} heads[] = {
	{NEW("vus", "1", "{}"), true},
	{OLD("vus", "1", "{}"), true},
	{METRIC("vus", "gauge", "default", "[]"), true},
	{"{\"type\":\"Metric\",\"data\":{\"name\":\"htt", true},
	{"\xEF\xBB\xBF{\"type\":\"Metric\",\"data\":{\"name\":\"htt", true},
	{"\n\r\n { \"type\" : \"Point\" , \"data\" : {", true},
	{"  execution: local\n\n" NEW("vus", "1", "{}"), true},
	{"{\"level\":\"info\"}\n" NEW("vus", "1", "{}"), true},
	{"", false},
	{"\n\n", false},
	{"{", false},
	{"{\n  \"metrics\": {", false},
	{"{\"type\":\"counter\",\"contains\":\"default\"}", false},
	{"{\"type\":\"request\",\"metric\":\"Point\"}", false},
	{"{\"type\"", false},
	{"{\"type\":", false},
	{"{\"event\":\"metric\",\"data\":{\"vus\":{\"type\":\"gauge\"}}}\n",
	 false},
	{"[" NEW("vus", "1", "{}"), false},
	{"metric_name,timestamp,metric_value,check\n", false},
	{"\"type\":\"Point\"", false},
};

START_TEST(points_are_recognised)
{
	unsigned bid = sift_format_bid(&sift_format_k6_points,
				       sift_span_str(heads[_i].head), true);

	ck_assert_msg((bid > 0) == heads[_i].is_points, "%s", heads[_i].head);
}
END_TEST

static Suite *
k6_points_suite(void)
{
	Suite *suite = suite_create("k6_points");
	TCase *tc = tcase_create("k6_points");

	tcase_add_loop_test(tc, lines_become_events, 0, LENGTH(lines));
	tcase_add_test(tc, old_order_of_keys_is_read);
	tcase_add_test(tc, declarations_alone_are_no_error);
	tcase_add_test(tc, console_text_is_unused);
	tcase_add_loop_test(tc, bad_lines_are_skipped_and_the_next_is_read, 0,
			    LENGTH(bad_lines));
	tcase_add_test(tc, a_negative_time_of_a_trend_is_skipped);
	tcase_add_test(tc, a_cut_last_line_is_dropped_and_told);
	tcase_add_test(tc, cut_console_text_is_no_damage);
	tcase_add_test(tc, a_line_over_the_limit_is_counted);
	tcase_add_test(tc, the_order_of_lines_does_not_matter);
	tcase_add_test(tc, verdicts_that_come_too_late_are_counted);
	tcase_add_test(tc, points_that_wait_too_long_are_not_lost);
	tcase_add_test(tc, records_cost_no_allocation);
	tcase_add_test(tc, failing_allocations_are_told);
	tcase_add_test(tc, failures_of_the_sink_are_passed_on);
	tcase_add_loop_test(tc, points_are_recognised, 0, LENGTH(heads));
	suite_add_tcase(suite, tc);
	return suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(k6_points_suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
