/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chunk/event_log.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define HEADER_D                                                               \
 "Type,Name,Request Count,Failure Count,Median Response Time,Average "         \
 "Response Time,Min Response Time,Max Response Time,Average Content "          \
 "Size,Requests/s,Failures/s,50%,95%,99%,100%\r\n"
#define HEADER_B                                                               \
 "\"Type\",\"Name\",\"# requests\",\"# failures\",\"Median response "          \
 "time\",\"Average response time\",\"Min response time\",\"Max response "      \
 "time\",\"Average Content Size\",\"Requests/s\",\"Requests "                  \
 "Failed/s\",\"50%\",\"99.999\"\n"
#define HEADER_V1                                                              \
 "Name,Type,# requests,# failures,Median Response Time,Average Response "      \
 "Time,Min Response Time,Max Response Time,Average Content "                   \
 "Length,Requests/s,Failure Rate,%,95%,99%\n"

#define D "format version \"D (1.2 or later)\"\n"
#define B "format version \"B (0.13.3 to 0.14.6)\"\n"
#define V1 "format version \"V1 (of a guide)\"\n"
#define MEDIAN "note \"there is no 50% column; the median stands in for p50\"\n"
#define NO_TOTAL                                                               \
 "note \"there is no total row; counts, mean and extremes of all requests "    \
 "are those of the endpoints together\"\n"
#define CUT_OFF                                                                \
 "note \"minimum, mean and maximum are cut off to whole milliseconds "         \
 "(Locust 1.0.3 or earlier)\"\n"
#define END " locust/locust\n"

static const struct {
	const char *what;
	const char *text;
	const char *events; /* after the tool */
} files[] = {
	{"endpoints and total",
	 HEADER_D "GET,/a,10,1,240.0,5.5,1,9.25,12.5,1.5,0.1,240,8,9,10\r\n"
		  "grpc,/b.C/D,5,0,4,4.5,2,7,0.0,0.5,0.0,4,5,6,7\r\n"
		  ",Aggregated,15,1,5,5.2,1,9.25,8.3,2.0,0.1,5,8,9,10\r\n",
	 D "series 0 http \"GET\" \"/a\"\n"
	   "figures 0 requests=10 failures=1 rps=1.5 bytes=12.5 min=1 "
	   "mean=5.5 p50=240 p95=8 p99=9 max=9.25" END
	   "series 1 grpc \"grpc\" \"/b.C/D\"\n"
	   "figures 1 requests=5 failures=0 rps=0.5 bytes=0 min=2 mean=4.5 "
	   "p50=4 p95=5 p99=6 max=7" END
	   "figures total requests=15 failures=1 rps=2 bytes=8.3 min=1 "
	   "mean=5.2 p50=5 p95=8 p99=9 max=9.25" END
	   "records used=3 unused=0\n= ok\n"},
	{"an endpoint called Aggregated, none total",
	 HEADER_D "GET,Aggregated,10,1,5,5.5,1,9,12,1.5,0.1,5,8,9,10\r\n",
	 D "series 0 http \"GET\" \"Aggregated\"\n"
	   "figures 0 requests=10 failures=1 rps=1.5 bytes=12 min=1 mean=5.5 "
	   "p50=5 p95=8 p99=9 max=9" END NO_TOTAL
	   "records used=1 unused=0\n= ok\n"},
	{"only the last row without type is the total",
	 HEADER_D ",Aggregated,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  "GET,/a,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  ",no type,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n",
	 D "series 0 http \"\" \"Aggregated\"\n"
	   "figures 0 requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END "series 1 http \"GET\" \"/a\"\n"
	   "figures 1 requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END "series 2 http \"\" \"no type\"\n"
	   "figures 2 requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END NO_TOTAL "records used=3 unused=0\n= ok\n"},
	{"what was not measured is absent, not 0",
	 HEADER_D "GET,none yet,0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A,N/A,N/A\r\n"
		  "MQ,no times,25,0,0,0.0,0,0,3.0,5.0,0.0,0,0,0,0\r\n"
		  "MQ,odd,25,0,2,nan,nan,inf,3.0,5.0,0.0,2,2,2,2\r\n"
		  ",Aggregated,50,0,2,2,1,3,3.0,10.0,0.0,2,2,2,2\r\n",
	 D "series 0 http \"GET\" \"none yet\"\n"
	   "figures 0 requests=0 failures=0 rps=0" END
	   "series 1 http \"MQ\" \"no times\"\n"
	   "figures 1 requests=25 failures=0 rps=5 bytes=3" END
	   "series 2 http \"MQ\" \"odd\"\n"
	   "figures 2 requests=25 failures=0 rps=5 bytes=3 p50=2 p95=2 "
	   "p99=2" END
	   "figures total requests=50 failures=0 rps=10 bytes=3 min=1 mean=2 "
	   "p50=2 p95=2 p99=2 max=3" END
	   "note \"a client reported nan or inf (rows: 1); these figures are "
	   "left out\"\n"
	   "note \"requests without response times (rows: 1)\"\n"
	   "records used=4 unused=0\n= ok\n"},
	{"bad rows",
	 HEADER_D "GET,/a,ten,1,5,5.5,1,9,12,1.5,0.1,5,8,9,10\r\n"
		  "GET,/b,10,-1,5,5.5,1,9,12,1.5,0.1,5,8,9,10\r\n"
		  "GET,/c,10,1,5,\"1,2\",1,9,12,1.5,0.1,5,8,9,10\r\n"
		  "GET,/d,10,1,5,5.5,1,9,12,1.5,0.1,5,8 ms,9,10\r\n"
		  "GET,/e,10,1,5,5.5,1,9,12,fast,0.1,5,8,9,10\r\n"
		  "GET,/f,10,1,5,5.5,1,9,big,1.5,0.1,5,8,9,10\r\n"
		  "GET,/g,,1,5,5.5,1,9,12,1.5,0.1,5,8,9,10\r\n"
		  "GET,/h,10\r\n"
		  "GET,/i,10,1,5,5.5,1,9,12,1.5,0.1,5,8,9,10,11\r\n"
		  "GET,/j,10,1,5,5.5,1,9,12,1.5,0.1,5,8,9,10",
	 D "skipped \"count is not a number\" 1 line=2 offset=178 "
	   "sample=\"ten\"\n"
	   "skipped \"count is not a number\" 1 line=3 offset=222 "
	   "sample=\"-1\"\n"
	   "skipped \"response time is not a number\" 1 line=4 offset=266 "
	   "sample=\"1,2\"\n"
	   "skipped \"percentile is not a number\" 1 line=5 offset=311 "
	   "sample=\"8 ms\"\n"
	   "skipped \"rate is not a number\" 1 line=6 offset=357 "
	   "sample=\"fast\"\n"
	   "skipped \"content size is not a number\" 1 line=7 offset=401 "
	   "sample=\"big\"\n"
	   "skipped \"count is not a number\" 1 line=8 offset=445 "
	   "sample=\"\"\n"
	   "skipped \"cells do not match the header\" 1 line=9 offset=486 "
	   "sample=\"GET,/h,10\"\n"
	   "skipped \"cells do not match the header\" 1 line=10 offset=497 "
	   "sample=\"GET,/i,10,1,5,5.5,1,9,12,1.5,0.1,5,8,9,10,11\"\n"
	   "skipped \"cut short\" 1 line=11 offset=543 "
	   "sample=\"GET,/j,10,1,5,5.5,1,9,12,1.5,0.1,5,8,9,10\"\n"
	   "figures total unknown/unknown\nrecords used=0 unused=0\n"
	   "= damaged or malformed data: line 11: last line is cut\n"},
	{"what is left of a cut file is not the total",
	 HEADER_D "GET,/a,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  "GET,/b,7,0,5,5,5,5,1",
	 D "skipped \"cut short\" 1 line=3 offset=213 "
	   "sample=\"GET,/b,7,0,5,5,5,5,1\"\n"
	   "series 0 http \"GET\" \"/a\"\n"
	   "figures 0 requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END "figures total unknown/unknown\n"
	   "records used=1 unused=0\n"
	   "= damaged or malformed data: line 3: last line is cut\n"},
	{"of joined files the first is read",
	 HEADER_D "GET,/a,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  ",Aggregated,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n" HEADER_D
		  "GET,/a,7,0,5,5,5,5,12,1,0,5,5,5,5\r\n",
	 D "skipped \"a second header\" 1 line=4 offset=253 sample=\"Type,Name,"
	   "Request Count,Failure Count,Median Response Time,Average Response "
	   "Time,Min Response Time,Max Response Time,Average Content "
	   "Size,Requests/s,Failures/s,50%,95%,99%,100%\"\n"
	   "skipped \"after a second header\" 1 line=5 offset=431 "
	   "sample=\"GET,/a,7,0,5,5,5,5,12,1,0,5,5,5,5\"\n"
	   "series 0 http \"GET\" \"/a\"\n"
	   "figures 0 requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END
	   "figures total requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 "
	   "p50=5 p95=5 p99=5 max=5" END "records used=2 unused=0\n= ok\n"},
	{"of two rows with one key the first counts",
	 HEADER_D "GET,/a,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  "POST,/a,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  "GET,/a,7,0,5,5,5,5,12,1,0,5,5,5,5\r\n",
	 D "skipped \"duplicate row\" 1 line=4 offset=249 sample=\"/a\"\n"
	   "series 0 http \"GET\" \"/a\"\n"
	   "figures 0 requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END "series 1 http \"POST\" \"/a\"\n"
	   "figures 1 requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END NO_TOTAL "records used=2 unused=0\n= ok\n"},
	{"rows in no order, one of them twice",
	 HEADER_D "GET,/b,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  "GET,/a,2,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  "GET,/b,3,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  "PUT,/c,4,0,5,5,5,5,12,1,0,5,5,5,5\r\n",
	 D "skipped \"duplicate row\" 1 line=4 offset=248 sample=\"/b\"\n"
	   "series 0 http \"GET\" \"/b\"\n"
	   "figures 0 requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END "series 1 http \"GET\" \"/a\"\n"
	   "figures 1 requests=2 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END "series 2 http \"PUT\" \"/c\"\n"
	   "figures 2 requests=4 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END NO_TOTAL "records used=3 unused=0\n= ok\n"},
	{"rows in order, the last twice",
	 HEADER_D "GET,/a,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  "GET,/b,2,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  "GET,/b,3,0,5,5,5,5,12,1,0,5,5,5,5\r\n",
	 D "skipped \"duplicate row\" 1 line=4 offset=248 sample=\"/b\"\n"
	   "series 0 http \"GET\" \"/a\"\n"
	   "figures 0 requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END "series 1 http \"GET\" \"/b\"\n"
	   "figures 1 requests=2 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END NO_TOTAL "records used=2 unused=0\n= ok\n"},
	{"the total does not add up",
	 HEADER_D "GET,/a,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		  ",Aggregated,11,0,5,5,5,5,12,1,0,5,5,5,5\r\n",
	 D "series 0 http \"GET\" \"/a\"\n"
	   "figures 0 requests=1 failures=0 rps=1 bytes=12 min=5 mean=5 p50=5 "
	   "p95=5 p99=5 max=5" END
	   "figures total requests=11 failures=0 rps=1 bytes=12 min=5 mean=5 "
	   "p50=5 p95=5 p99=5 max=5" END
	   "note \"the endpoints have 1 requests, the total row 11\"\n"
	   "records used=2 unused=0\n= ok\n"},
	{"more failures than requests",
	 HEADER_D "GET,/a,1,2,5,5,5,5,12,1,0,5,5,5,5\r\n",
	 D "note \"more failures than requests (rows: 1); these failures are "
	   "not used\"\n"
	   "series 0 http \"GET\" \"/a\"\n"
	   "figures 0 requests=1 rps=1 bytes=12 min=5 mean=5 p50=5 p95=5 "
	   "p99=5 max=5" END NO_TOTAL "records used=1 unused=0\n= ok\n"},
	{"the hand-made dialect",
	 HEADER_B
	 "\"GET\",\"say \"hi\", twice\",12,0,45,46,1,99,12,1.50,0.00,45,99\n"
	 "\"GET\",\"none\",0,0,0,0,0,0,0,0.00,0.00,\"N/A\",\"N/A\"\n"
	 "\"GET\",\"below 1 ms\",3,0,0,0,0,0,0,0.00,0.00,0,0\n"
	 "\"None\",\"Aggregated\",15,0,45,46,0,99,12,1.50,0.00,45,99",
	 B "series 0 http \"GET\" \"say \"hi\", twice\"\n"
	   "figures 0 requests=12 failures=0 rps=1.5 bytes=12 min=1 mean=46 "
	   "p50=45 max=99" END "series 1 http \"GET\" \"none\"\n"
	   "figures 1 requests=0 failures=0 rps=0" END
	   "series 2 http \"GET\" \"below 1 ms\"\n"
	   "figures 2 requests=3 failures=0 rps=0 bytes=0 min=0 mean=0 p50=0 "
	   "max=0" END
	   "figures total requests=15 failures=0 rps=1.5 bytes=12 min=0 "
	   "mean=46 p50=45 max=99" END CUT_OFF
	   "records used=4 unused=0\n= ok\n"},
	{"saved again by a spreadsheet",
	 "Type;Name;Request Count;Failure Count;Average Response Time;99,9%\r\n"
	 "GET;/a;10;1;5,25;12\r\n;Aggregated;10;1;5,25;12\r\n",
	 D "series 0 http \"GET\" \"/a\"\n"
	   "figures 0 requests=10 failures=1 mean=5.25 p99_9=12" END
	   "figures total requests=10 failures=1 mean=5.25 p99_9=12" END
	   "records used=2 unused=0\n= ok\n"},
	{"a guide's 14 names over 13 values",
	 HEADER_V1 "a,GET,1500,0,50,55,20,300,245,50.0,0.0%,150,300\n"
		   "b,GET,1200,12,75,85,25,450,512,40.0,1.0%,200,400\n",
	 V1 "series 0 http \"GET\" \"a\"\n"
	    "figures 0 requests=1500 failures=0 rps=50 bytes=245 min=20 "
	    "mean=55 p50=50 p95=150 p99=300 max=300" END
	    "series 1 http \"GET\" \"b\"\n"
	    "figures 1 requests=1200 failures=12 rps=40 bytes=512 min=25 "
	    "mean=85 p50=75 p95=200 p99=400 max=450" END NO_TOTAL MEDIAN
	    "records used=2 unused=0\n= ok\n"},
	{"a guide's 14 names over 14 values",
	 HEADER_V1 "a,GET,1500,15,50,55,20,300,245,50.0,1.0%,x,150,300\n",
	 V1 "series 0 http \"GET\" \"a\"\n"
	    "figures 0 requests=1500 failures=15 rps=50 bytes=245 min=20 "
	    "mean=55 p50=50 p95=150 p99=300 max=300" END NO_TOTAL MEDIAN
	    "records used=1 unused=0\n= ok\n"},
	{"a guide's rows of both kinds",
	 HEADER_V1 "a,GET,1500,15,50,55,20,300,245,50.0,1.0%,150,300\n"
		   "b,GET,1500,15,50,55,20,300,245,50.0,1.0%,x,150,300\n",
	 V1 "= damaged or malformed data: line 0: some rows have as many "
	    "values as there are names, some one less\n"},
	{"a guide's values that do not line up",
	 HEADER_V1 "a,GET,1500,15,50,55,20,300,245,50.0,1.0%,300,150\n",
	 V1 "= damaged or malformed data: line 0: values and names do not "
	    "line up\n"},
	{"a guide's percentile above the maximum",
	 HEADER_V1 "a,GET,1500,15,50,55,20,300,245,50.0,1.0%,300,331\n",
	 V1 "= damaged or malformed data: line 0: values and names do not "
	    "line up\n"},
	{"a failure rate that is none",
	 HEADER_V1 "a,GET,1500,15,50,55,20,300,245,50.0,150,150,300\n"
		   "b,GET,1500,15,50,55,20,300,245,50.0,x%,150,300\n",
	 V1 "skipped \"failure rate is no percentage\" 1 line=2 offset=168 "
	    "sample=\"150\"\n"
	    "skipped \"failure rate is no percentage\" 1 line=3 offset=216 "
	    "sample=\"x\"\n" MEDIAN "records used=0 unused=0\n= ok\n"},
	{"a failure rate against the counts",
	 HEADER_V1 "a,GET,1500,15,50,55,20,300,245,50.0,7.0%,150,300\n"
		   "b,GET,1000,21,50,55,20,300,245,50.0,2.1%,150,300\n",
	 V1 "note \"the failure rate is not failures per request (rows: 1); "
	    "counts are used\"\n"
	    "series 0 http \"GET\" \"a\"\n"
	    "figures 0 requests=1500 failures=15 rps=50 bytes=245 min=20 "
	    "mean=55 p50=50 p95=150 p99=300 max=300" END
	    "series 1 http \"GET\" \"b\"\n"
	    "figures 1 requests=1000 failures=21 rps=50 bytes=245 min=20 "
	    "mean=55 p50=50 p95=150 p99=300 max=300" END NO_TOTAL MEDIAN
	    "records used=2 unused=0\n= ok\n"},
	{"requests without the failed ones, before 0.12",
	 HEADER_V1 "a,GET,100,100,50,55,20,300,245,50.0,50.0%,150,300\n"
		   "b,GET,10,0,50,55,20,300,245,50.0,0.0%,150,300\n",
	 V1 "note \"failed requests were counted apart from requests (Locust "
	    "before 0.12) and have no times; they are added\"\n"
	    "series 0 http \"GET\" \"a\"\n"
	    "figures 0 requests=200 failures=100 rps=50 bytes=245 min=20 "
	    "mean=55 p50=50 p95=150 p99=300 max=300" END
	    "series 1 http \"GET\" \"b\"\n"
	    "figures 1 requests=10 failures=0 rps=50 bytes=245 min=20 mean=55 "
	    "p50=50 p95=150 p99=300 max=300" END NO_TOTAL MEDIAN
	    "records used=2 unused=0\n= ok\n"},
	{"a failure rate alone",
	 "Name,Type,# requests,Average,Failure Rate,95%\n"
	 "a,GET,1000,55,2.5%,150\n",
	 V1
	 "series 0 http \"GET\" \"a\"\n"
	 "figures 0 requests=1000 error_rate=0.025 mean=55 p95=150" END NO_TOTAL
	 "records used=1 unused=0\n= ok\n"},
	{"nothing but the header", HEADER_D,
	 D "= damaged or malformed data: line 0: a header and no "
	   "rows\n"},
};

#define TOOL "tool \"locust\" \"\"\n"

START_TEST(files_give_events)
{
	char *log = event_log_read(&sift_format_locust_stats, files[_i].text,
				   strlen(files[_i].text), 0, NULL);

	ck_assert_msg(!strncmp(log, TOOL, strlen(TOOL)), "%s", log);
	ck_assert_msg(!strcmp(log + strlen(TOOL), files[_i].events),
		      "%s:\n%s\nexpected:\n%s", files[_i].what,
		      log + strlen(TOOL), files[_i].events);
	free(log);
}
END_TEST

static const char two_rows[] =
	HEADER_D "GET,/a,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n"
		 "GET,/b,1,0,5,5,5,5,12,1,0,x,5,5,5\r\n"
		 ",Aggregated,1,0,5,5,5,5,12,1,0,5,5,5,5\r\n";

static enum sift_status
read_into(struct event_log *log, struct sift_err *err)
{
	struct sift_limits limits = event_log_limits();
	struct sift_sink sink = event_log_sink(log);
	struct sift_source *src = NULL;
	enum sift_status rc;

	ck_assert_int_eq(sift_source_open_memory(&src, two_rows,
						 strlen(two_rows), 50, NULL),
			 0);
	rc = sift_format_locust_stats.read(src, &limits, &sink, err);
	sift_source_free(src);
	return rc;
}

START_TEST(failure_of_the_sink_is_passed_on_at_once)
{
	for (uint64_t n = 1;; n++) {
		struct sift_err err = {0};
		struct event_log log;
		enum sift_status rc;

		event_log_init(&log);
		log.fail_at = n;
		rc = read_into(&log, &err);
		if (rc)
			ck_assert_uint_eq(log.puts, n);
		event_log_release(&log);
		if (!rc)
			break;
		ck_assert_int_eq(rc, SIFT_E_NOMEM);
		ck_assert_str_eq(err.what, "the sink is full");
		ck_assert_uint_lt(n, 20);
	}
}
END_TEST

START_TEST(memory_may_run_out_anywhere)
{
	for (uint64_t n = 1;; n++) {
		struct sift_err err = {0};
		struct event_log log;
		struct sift_source *src = NULL;
		struct sift_limits limits = event_log_limits();
		struct sift_sink sink;
		enum sift_status rc;

		event_log_init(&log);
		sink = event_log_sink(&log);
		ck_assert_int_eq(sift_source_open_memory(&src, two_rows,
							 strlen(two_rows), 50,
							 NULL),
				 0);
		sift_mem_fail_at(n, 0);
		rc = sift_format_locust_stats.read(src, &limits, &sink, &err);
		sift_mem_fail_at(0, 0);
		sift_source_free(src);
		event_log_release(&log);
		if (!rc)
			break;
		ck_assert_int_eq(rc, SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 200);
	}
}
END_TEST

START_TEST(rows_beyond_the_limit_are_said)
{
	struct sift_limits limits = event_log_limits();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	char *log;

	fputs("Name,Request Count,Average,50%,95%\n", out);
	for (unsigned i = 0; i < 262144 + 3; i++)
		fprintf(out, "%u,1,1,1,1\n", i);
	fclose(out);
	log = event_log_read(&sift_format_locust_stats, text, size, 0, &limits);
	ck_assert_ptr_nonnull(strstr(log, "records used=262144 unused=0\n"
					  "= limit reached: line 0: more than "
					  "262144 rows\n"));
	free(log);
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("locust_stats");
	TCase *tc = tcase_create("locust_stats");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, files_give_events, 0, (int)COUNT_OF(files));
	tcase_add_test(tc, failure_of_the_sink_is_passed_on_at_once);
	tcase_add_test(tc, memory_may_run_out_anywhere);
	tcase_add_test(tc, rows_beyond_the_limit_are_said);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
