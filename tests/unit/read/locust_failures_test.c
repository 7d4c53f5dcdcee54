/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chunk/event_log.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define FAILURES &sift_format_locust_failures
#define EXCEPTIONS &sift_format_locust_exceptions
#define TOOL "tool \"locust\" \"\"\n"
#define WRITTEN_BY(text) TOOL "format version \"" text "\"\n"
#define RAISED "note \"a task raised, "

static const struct {
	const char *what;
	const struct sift_format *format;
	const char *text;
	const char *events;
} files[] = {
	{"texts are the failure's own words", FAILURES,
	 "Method,Name,Error,Occurrences,First Seen,Last Seen\r\n"
	 "GET,/a,CatchResponseError('x'),3,2026-11-21T01:24:49Z,\r\n"
	 "None,/b,\"raw\n\"\"text\"\"\",4,,\r\n",
	 WRITTEN_BY("2.44.0 or later") "failure 3 \"GET\" \"/a\" \"x\"\n"
				       "failure 4 \"\" \"/b\" "
				       "\"raw\\x0a\"text\"\"\n"
				       "records used=2 unused=0\n= ok\n"},
	{"bad rows", FAILURES,
	 "Method,Name,Error,Occurrences\r\n"
	 "GET,/a,x,many\r\nGET,/b,x,\r\nGET,/c,x\r\nGET,/d,\"x,1\r\n"
	 "Method,Name,Error,Occurrences\r\nGET,/e,x,1",
	 WRITTEN_BY(
		 "1.1 to 2.43.4") "skipped \"count is not a number\" 1 line=2 "
				  "offset=31 "
				  "sample=\"many\"\n"
				  "skipped \"count is not a number\" 1 line=3 "
				  "offset=46 sample=\"\"\n"
				  "skipped \"cells do not match the header\" 1 "
				  "line=4 offset=57 "
				  "sample=\"GET,/c,x\"\n"
				  "skipped \"quote is not closed\" 1 line=5 "
				  "offset=67 "
				  "sample=\"GET,/d,\"x,1\"\n"
				  "skipped \"a second header\" 1 line=6 "
				  "offset=80 "
				  "sample=\"Method,Name,Error,Occurrences\"\n"
				  "skipped \"cut short\" 1 line=7 offset=111 "
				  "sample=\"GET,/e,x,1\"\n"
				  "records used=0 unused=0\n= ok\n"},
	{"the hand-made dialect", FAILURES,
	 "\"Method\",\"Name\",\"Error\",\"Occurrences\"\n"
	 "\"GET\",\"a \"b\"\",\"got 404\nbody: \"<h1>\"\",36\n"
	 "\"None\",\"c\",\"x\",7",
	 WRITTEN_BY("0.14.0 to 1.0.3") "failure 36 \"GET\" \"a \"b\"\" \"got "
				       "404\\x0abody: \"<h1>\"\"\n"
				       "failure 7 \"\" \"c\" \"x\"\nrecords "
				       "used=2 unused=0\n= ok\n"},
	{"a guide's texts get the request of the row's method", FAILURES,
	 "Method,Name,# occurrences,Failure\n"
	 "GET,list[GET /api/v1/x],5,e\n"
	 "GET,list[POST /api/v1/x],5,e\n"
	 "GET,list[GET],5,e\n"
	 "GET,[GET /x],5,e\n"
	 "GET,list[GET /x] more,5,e\n"
	 ",list[ /x],5,e\n",
	 WRITTEN_BY(
		 "V3 (of a guide)") "failure 5 \"GET\" \"list[GET "
				    "/api/v1/x]\" \"e (GET "
				    "/api/v1/x)\"\n"
				    "failure 5 \"GET\" \"list[POST "
				    "/api/v1/x]\" \"e\"\n"
				    "failure 5 \"GET\" \"list[GET]\" \"e\"\n"
				    "failure 5 \"GET\" \"[GET /x]\" \"e\"\n"
				    "failure 5 \"GET\" \"list[GET /x] more\" "
				    "\"e\"\n"
				    "failure 5 \"\" \"list[ /x]\" \"e\"\n"
				    "records used=6 unused=0\n= ok\n"},
	{"Locust's own names keep their brackets", FAILURES,
	 "Method,Name,Error,Occurrences\nGET,list[GET /x],e,5\n",
	 WRITTEN_BY(
		 "1.1 to 2.43.4") "failure 5 \"GET\" \"list[GET /x]\" \"e\"\n"
				  "records used=1 unused=0\n= ok\n"},
	{"exceptions are notes, most frequent first", EXCEPTIONS,
	 "Count,Message,Traceback,Nodes\r\n"
	 "1,a,t,local\r\n2,\"b\nmore\",\"t\nt\",local\r\n"
	 "7,c,t1,\"w1, w2\"\r\n2,c,t2,w3\r\n3,,t,local\r\n",
	 WRITTEN_BY("1.4.2 or later") RAISED
	 "9 times: c\"\n" RAISED "3 times: (empty)\"\n" RAISED
	 "2 times: b\"\n" RAISED "1 time: a\"\n"
	 "records used=5 unused=0\n= ok\n"},
	{"of many exceptions five are told", EXCEPTIONS,
	 "Count,Message,Traceback,Nodes\r\n"
	 "1,g,t,l\r\n1,f,t,l\r\n1,e,t,l\r\n1,d,t,l\r\n1,c,t,l\r\n"
	 "1,b,t,l\r\n5,a\x1b[0m,t,l\r\n",
	 WRITTEN_BY("1.4.2 or later") RAISED
	 "5 times: a\\x5cx1B[0m\"\n" RAISED "1 time: b\"\n" RAISED
	 "1 time: c\"\n" RAISED "1 time: d\"\n" RAISED "1 time: e\"\n"
	 "note \"tasks raised 2 more exceptions\"\n"
	 "records used=7 unused=0\n= ok\n"},
	{"bad exceptions", EXCEPTIONS,
	 "Count,Message,Traceback,Nodes\r\n"
	 "x,a,t,l\r\n1,a\r\nCount,Message,Traceback,Nodes\r\n1,a,\"t,l",
	 WRITTEN_BY(
		 "1.4.2 or later") "skipped \"count is not a number\" 1 line=2 "
				   "offset=31 "
				   "sample=\"x\"\n"
				   "skipped \"cells do not match the header\" "
				   "1 line=3 offset=40 "
				   "sample=\"1,a\"\n"
				   "skipped \"a second header\" 1 line=4 "
				   "offset=45 "
				   "sample=\"Count,Message,Traceback,Nodes\"\n"
				   "skipped \"quote is not closed\" 1 line=5 "
				   "offset=76 "
				   "sample=\"1,a,\"t,l\"\n"
				   "records used=0 unused=0\n= ok\n"},
};

START_TEST(files_give_events)
{
	char *log = event_log_read(files[_i].format, files[_i].text,
				   strlen(files[_i].text), 0, NULL);

	ck_assert_msg(!strcmp(log, files[_i].events), "%s:\n%s\nexpected:\n%s",
		      files[_i].what, log, files[_i].events);
	free(log);
}
END_TEST

/* Memory that runs out, then a sink that fails, at each call in turn. */
START_TEST(failures_anywhere_are_passed_on)
{
	bool is_memory = _i % 2;
	const char *text = files[_i / 2].text;

	for (uint64_t n = 1;; n++) {
		struct sift_limits limits = event_log_limits();
		struct sift_source *src = NULL;
		struct event_log log;
		struct sift_sink sink;
		enum sift_status rc;

		event_log_init(&log);
		sink = event_log_sink(&log);
		ck_assert_int_eq(sift_source_open_memory(&src, text,
							 strlen(text), 9, NULL),
				 0);
		if (is_memory)
			sift_mem_fail_at(n, 0);
		else
			log.fail_at = n;
		rc = files[_i / 2].format->read(src, &limits, &sink, NULL);
		sift_mem_fail_at(0, 0);
		sift_source_free(src);
		if (rc && !is_memory)
			ck_assert_uint_eq(log.puts, n);
		event_log_release(&log);
		if (!rc)
			break;
		ck_assert_int_eq(rc, SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 200);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("locust_failures");
	TCase *tc = tcase_create("locust_failures");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, files_give_events, 0, (int)COUNT_OF(files));
	tcase_add_loop_test(tc, failures_anywhere_are_passed_on, 0,
			    2 * (int)COUNT_OF(files));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
