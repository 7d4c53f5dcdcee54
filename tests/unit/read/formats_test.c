/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "chunk/event_log.h"
#include "input/source.h"
#include "read/reader.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The name of the format, or "? " and the reason for none. */
static void
recognise(const char *bytes, size_t len, size_t block, char *out, size_t size)
{
	const struct sift_format *format = NULL;
	struct sift_source *src = NULL;
	struct sift_err err = {0};
	enum sift_status rc;

	ck_assert_int_eq(sift_source_open_memory(&src, bytes, len, block, NULL),
			 0);
	rc = sift_recognise(&format, src, &err);
	ck_assert(rc == SIFT_OK || rc == SIFT_E_UNKNOWN);
	ck_assert_int_eq(rc == SIFT_OK, format != NULL);
	snprintf(out, size, "%s%s", rc ? "? " : "",
		 rc ? err.what : format->name);
	ck_assert_uint_eq(sift_source_offset(src), 0);
	sift_source_free(src);
}

#define STATS "Type,Name,Request Count,Failure Count,Average Response Time,50%"

static const struct {
	const char *text;
	size_t len; /* 0 = strlen(text) */
	const char *name;
} heads[] = {
	{STATS "\r\n", 0, "Locust stats CSV"},
	{"\xef\xbb\xbf" STATS "\r\n", 0, "Locust stats CSV"},
	{STATS, 0, "Locust stats CSV"},
	{"Timestamp,User Count,Type,Name,Total Request Count\r\n", 0,
	 "Locust history CSV"},
	{"Method,Name,Error,Occurrences\r\n", 0, "Locust failures CSV"},
	{"Count,Message,Traceback,Nodes\r\n", 0, "Locust exceptions CSV"},
	{"\"Name\",\"# requests\",\"50%\",\"66%\"\n", 0,
	 "Locust distribution CSV"},
	{"\"Method\",\"Name\",\"# requests\",\"# failures\",\"Median "
	 "response time\",\"Average response time\",\"Requests/s\"\n",
	 0, "Locust requests CSV"},
	{"timestamp,request_type,name,response_time_ms,response_length,status_"
	 "code,exception\r\n",
	 0, "Locust request log CSV"},
	{"timestamp,request_type,name,response_time_ms\r\n", 0,
	 "? no known header"},
	{"up [1]\n[{\"response_times\": {}, \"total_content_length\": 1,"
	 "\"num_reqs_per_sec\": {}",
	 0, "Locust JSON"},
	{"{\"stats\": [{\"response_times\": {}, \"total_content_length\": 1,"
	 "\"last_request_timestamp\": 1",
	 0, "Locust worker report"},
	{"[\n    {\n        \"name\": \"a\",\n        "
	 "\"last_request_timestamp\": 1.5,\n        \"num_none_requests\": 0,"
	 "\n        \"response_times\": {",
	 0, "Locust JSON"},
	{"\n <!DOCTYPE html>\n<title>Locust</title>", 0, "Locust HTML report"},
	{"<html><title>Peak</title><script>window.templateArgs = {\"a\": 1}", 0,
	 "Locust HTML report"},
	{"{\"metric\":\"http_reqs\",\"type\":\"Point\",\"data\":{\"time\":"
	 "\"2026-01-01T00:00:00Z\",\"value\":1,\"tags\":{}}}\n",
	 0, "k6 points"},
	{"metric_name,timestamp,metric_value,check\n", 0, "k6 CSV"},
	{"   checks...: 50.00% 1 out of 2\n", 0, "k6 end-of-test text"},
	{"{\"event\":\"param\",\"data\":{}}\n", 0, "k6 web dashboard record"},
	{"# HELP a b\n# TYPE a counter\na 1\n", 0, "Prometheus metrics"},
	{"timeStamp\telapsed\tlabel\tsuccess\n", 0, "JMeter JTL (CSV)"},
	{"Label,# Samples,Average,Median,90% Line,95% Line,99% "
	 "Line,Min,Maximum,"
	 "Error %,Throughput,Received KB/sec,Std. Dev.\n",
	 0, "JMeter aggregate report"},
	{"{\n  \"Total\" : {\n    \"transaction\" : \"Total\",\n"
	 "    \"sampleCount\" : 10,\n    \"meanResTime\" : 1.5,\n"
	 "    \"pct1ResTime\" : 2.0\n  }\n}\n",
	 0, "JMeter statistics"},
	{"label,avg_ct,avg_lt,avg_rt,bytes,concurrency,fail\n", 0,
	 "Taurus final statistics"},
	{"{\"summary\":{\"successRate\":1.0,\"requestsPerSec\":9.5},"
	 "\"latencyPercentiles\":{\"p10\":0.1}}",
	 0, "oha JSON"},
	{"{\"spec\":{},\"result\":{\"bytesRead\":1,\"req2xx\":2}}", 0,
	 "bombardier JSON"},
	{"RUN\tSim\tid\t1\t \t3.5\nUSER\ta\n", 0, "Gatling simulation.log"},
	{"\0\0\0\0\0063.14.3", 11, "Gatling simulation.log (binary)"},
	{"", 0, "? empty file"},
	{"\xef\xbb\xbf", 0, "? empty file"},
	{" \r\n\t\n", 0, "? nothing but blanks"},
	{"\x7f"
	 "ELF\0\1",
	 6, "? binary data"},
	{"\1\2\3\4text", 0, "? binary data"},
	{"{\"a\": 1}", 0, "? no known JSON document"},
	{"[]\n", 0, "? an empty list"},
	{"[1]", 0, "? no known JSON document"},
	{"<html></html>", 0, "? no known HTML or XML document"},
	{"Name,/login,/metrics\nAverage,80,175\n", 0, "? no known header"},
	{"just a text that mentions Type,Name,Request Count,50%\n", 0,
	 "? no known header"},
};

START_TEST(files_are_known_by_their_first_bytes)
{
	size_t len = heads[_i].len ? heads[_i].len : strlen(heads[_i].text);

	for (size_t block = 0; block <= len; block++) {
		char name[600];

		recognise(heads[_i].text, len, block, name, sizeof(name));
		ck_assert_str_eq(name, heads[_i].name);
	}
}
END_TEST

START_TEST(only_the_first_bytes_are_asked)
{
	size_t len = SIFT_HEAD_BYTES + 4096;
	char *bytes = calloc(1, len);
	char name[600];

	memset(bytes, 'x', len);
	memcpy(bytes + SIFT_HEAD_BYTES, "<title>Locust</title>", 21);
	bytes[0] = '<';
	for (size_t block = 1000; block <= len; block += 1000) {
		recognise(bytes, len, block, name, sizeof(name));
		ck_assert_str_eq(name, "? no known HTML or XML document");
	}
	recognise(bytes + 100, len - 100, 0, name, sizeof(name));
	ck_assert_str_eq(name, "? no known header");
	memcpy(bytes + SIFT_HEAD_BYTES - 21, "<title>Locust</title>", 21);
	recognise(bytes, len, 0, name, sizeof(name));
	ck_assert_str_eq(name, "Locust HTML report");
	free(bytes);
}
END_TEST

/* begin, what comes behind much of "x", the format */
static const struct {
	const char *begin;
	const char *end;
	const char *name;
} far[] = {
	{"{\"setup_data\":\"",
	 "\",\"root_group\":{},\"metrics\":{\"vus\":{\"type\":\"gauge\","
	 "\"values\":{\"value\":1}}}}",
	 "k6 summary"},
	{"{\"root_group\":{\"checks\":{}},\"setup_data\":\"",
	 "\",\"metrics\":{\"vus\":{\"value\":1}}}", "k6 summary export"},
	{"{\"a\":\"", "\",\"request_metrics\":{},\"error_metrics\":{}}",
	 "collector JSON"},
	{"{\"a\":1}\n", "\n{\"type\":\"Metric\",\"data\":{\"name\":\"vus\"}}\n",
	 "k6 points"},
	{"[\n", "\nmetric_name,timestamp,metric_value,check\n",
	 "? no known JSON document"},
};

START_TEST(what_is_not_sure_at_once_is_looked_for)
{
	for (size_t much = 1900; much < 16000; much += 141) {
		static char bytes[16500];
		char name[600];
		int len = snprintf(bytes, sizeof(bytes), "%s%*s%s",
				   far[_i].begin, (int)much, "x", far[_i].end);

		recognise(bytes, (size_t)len, 0, name, sizeof(name));
		ck_assert_msg(!strcmp(name, far[_i].name), "%zu: %s", much,
			      name);
	}
}
END_TEST

/* What a job of CI shows before k6 runs. */
START_TEST(log_of_k6_may_stand_behind_another)
{
	static const char end[] =
		"\n  http_reqs......: 153   36.524242/s\n"
		"  http_req_duration...: avg=15.92ms min=0s med=13.83ms "
		"max=104.59ms p(90)=36.69ms p(95)=41.86ms\n";
	size_t max = SIFT_LATE_BYTES + 8192;
	char *bytes = malloc(max);
	char name[600];

	ck_assert_ptr_nonnull(bytes);
	for (size_t much = 1000; much < max - 1000;
	     much = much < 100000 ? much * 3 : much + 100000) {
		bool near = much + sizeof(end) - 1 <= SIFT_LATE_BYTES;

		for (size_t i = 0; i < much; i++)
			bytes[i] = "npm: added 12 packages\n"[i % 23];
		memcpy(bytes + much, end, sizeof(end) - 1);
		for (size_t block = 0; block < 70000; block += 60000) {
			recognise(bytes, much + sizeof(end) - 1, block, name,
				  sizeof(name));
			ck_assert_str_eq(name, near ? "k6 end-of-test text"
						    : "? no known header");
		}
	}
	free(bytes);
}
END_TEST

START_TEST(rows_of_the_table_are_complete)
{
	size_t count = 0;

	for (const struct sift_format *f; (f = sift_format_row(count));
	     count++) {
		ck_assert_ptr_nonnull(f->name);
		ck_assert_ptr_nonnull(f->tool);
		ck_assert_int_eq(!!f->bid + !!f->bid_json + !!f->locust_file,
				 1);
		/* either it is read, or there is a reason */
		ck_assert_int_eq(f->read ? 1 : 0, f->why_not ? 0 : 1);
		ck_assert_uint_eq(sift_format_bid(f, SIFT_SPAN(""), true), 0);
		ck_assert_uint_eq(sift_format_bid(f, SIFT_SPAN("x"), true), 0);
	}
	ck_assert_uint_gt(count, 40);
	ck_assert_ptr_null(sift_format_row(SIZE_MAX));
}
END_TEST

/* Files as strangers committed them, by folder and the begin of the name. */
static const struct {
	const char *file;
	const char *name;
} samples[] = {
	{"autocannon/"
	 "hasura__graphql-bench__SearchAlbumsWithArtist_2000rps.json",
	 "autocannon JSON"},
	{"gatling/Blazemeter__taurus__gatling-1-000~simulation.log",
	 "Gatling simulation.log"},
	{"gatling/Blazemeter__taurus__gatling-351-000~simulation.log",
	 "Gatling simulation.log"},
	{"gatling/Blazemeter__taurus__gatling-8-314~simulation.log",
	 "Gatling simulation.log (binary)"},
	{"jmeter/Blazemeter__taurus__quote-guessing-crash.jtl",
	 "JMeter JTL (CSV)"},
	{"jmeter/Blazemeter__taurus__nonstandard-unicode.jtl",
	 "JMeter JTL (XML)"},
	{"k6/Blazemeter__taurus__k6_kpi.csv", "k6 CSV"},
	{"k6/hasura__graphql-bench__empty~SearchAlbumsWithArtist_2000rps.json",
	 "? empty file"},
	{"locust/BerriAI__proxy_load_tester__load_test_stats_history.csv",
	 "Locust history CSV"},
	{"locust/Blazemeter__taurus__locust-kpi.jtl", "Locust JTL (Taurus)"},
	{"locust/Blazemeter__taurus__locust-workers.ldjson",
	 "Locust worker report"},
	{"locust/Nikita-Filonov__load-tests-hub__locust_ratio.json",
	 "Locust task ratios"},
	{"locust/Nikita-Filonov__load-tests-hub__locust_stats.csv",
	 "Locust stats CSV"},
	{"locust/esmy1990__locust-experiments__example_distribution.csv",
	 "Locust distribution CSV"},
	{"locust/esmy1990__locust-experiments__example_requests.csv",
	 "Locust requests CSV"},
	{"locust/esmy1990__locust-experiments__slave-report-data.json",
	 "Locust worker report"},
	{"locust/esmy1990__locust-experiments__new.csv", "? no known header"},
	{"other/Blazemeter__taurus__ab.tsv", "ApacheBench TSV"},
	{"other/Blazemeter__taurus__apiritif-0.csv", "Apiritif CSV"},
	{"other/Blazemeter__taurus__molotov-report.csv", "Molotov report"},
	{"other/Blazemeter__taurus__siege.out", "Siege output"},
	{"other/Blazemeter__taurus__tsung.dump", "Tsung dump"},
	{"vegeta/tsenart__vegeta__report-mixed.json", "Vegeta report"},
	{"wrk/hasura__graphql-bench__SearchAlbumsWithArtist-wrk2-500rps.json",
	 "wrk JSON"},
};

START_TEST(strangers_files_are_known)
{
	char relative[512];
	char path[1024];
	char name[600];
	char *bytes;
	size_t len;

	snprintf(relative, sizeof(relative), "public/%s", samples[_i].file);
	if (!event_log_sample(relative, path, sizeof(path)))
		return;
	bytes = event_log_load(path, &len);
	ck_assert_msg(bytes != NULL, "%s", path);
	recognise(bytes, len, 0, name, sizeof(name));
	ck_assert_str_eq(name, samples[_i].name);
	free(bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("formats");
	TCase *tc = tcase_create("formats");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, files_are_known_by_their_first_bytes, 0,
			    (int)COUNT_OF(heads));
	tcase_add_test(tc, only_the_first_bytes_are_asked);
	tcase_add_loop_test(tc, what_is_not_sure_at_once_is_looked_for, 0,
			    sizeof(far) / sizeof(far[0]));
	tcase_add_test(tc, log_of_k6_may_stand_behind_another);
	tcase_add_test(tc, rows_of_the_table_are_complete);
	tcase_add_loop_test(tc, strangers_files_are_known, 0,
			    (int)COUNT_OF(samples));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
