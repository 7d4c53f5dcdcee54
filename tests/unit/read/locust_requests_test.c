/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "chunk/event_log.h"

/* The two files of Locust 0.13.2 and earlier. */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define TOOL "tool \"locust\" \"\"\n"
#define CUT_OFF                                                                \
 "note \"minimum, mean and maximum are cut off to whole milliseconds "         \
 "(Locust 1.0.3 or earlier)\"\n"
#define END " locust/locust\n"
#define HEADER_A                                                               \
 "\"Method\",\"Name\",\"# requests\",\"# failures\",\"Median response "        \
 "time\",\"Average response time\",\"Min response time\",\"Max response "      \
 "time\",\"Average Content Size\",\"Requests/s\"\n"
#define A "format version \"A (0.13.2 or earlier)\"\n"
#define A_NOTES                                                                \
 CUT_OFF "note \"percentiles are in the distribution file; without it the "    \
	 "median stands in for p50\"\n"
#define APART                                                                  \
 "note \"failed requests were counted apart from requests (Locust before "     \
 "0.12) and have no times; they are added\"\n"

static const struct {
	const char *what;
	const char *text;
	const char *events; /* after the tool */
} old_requests[] = {
	{"failures apart where the total is called so",
	 HEADER_A "\"POST\",\"say \"a\"\",37,1,46,46,26,69,27,4.12\n"
		  "\"GET\",\"failed\",0,2,0,0,0,0,0,0.00\n"
		  "\"None\",\"Total\",37,3,36,86,1,3594,1638,34.06",
	 A APART "series 0 http \"POST\" \"say \"a\"\"\n"
		 "figures 0 requests=38 failures=1 rps=4.12 bytes=27 min=26 "
		 "mean=46 p50=46 max=69" END
		 "series 1 http \"GET\" \"failed\"\n"
		 "figures 1 requests=2 failures=2 rps=0" END
		 "figures total requests=40 failures=3 rps=34.06 bytes=1638 "
		 "min=1 mean=86 p50=36 max=3594" END A_NOTES
		 "records used=3 unused=0\n= ok\n"},
	{"but not where an endpoint failed as often as it was asked",
	 HEADER_A "\"GET\",\"a\",388,388,5,6,4,81,0,13.83\n"
		  "\"GET\",\"b\",10,1,5,6,4,81,0,13.83\n"
		  "\"None\",\"Total\",398,389,6,967,4,9017,259,58.75",
	 A "series 0 http \"GET\" \"a\"\n"
	   "figures 0 requests=388 failures=388 rps=13.83 bytes=0 min=4 "
	   "mean=6 p50=5 max=81" END "series 1 http \"GET\" \"b\"\n"
	   "figures 1 requests=10 failures=1 rps=13.83 bytes=0 min=4 mean=6 "
	   "p50=5 max=81" END
	   "figures total requests=398 failures=389 rps=58.75 bytes=259 min=4 "
	   "mean=967 p50=6 max=9017" END A_NOTES
	   "records used=3 unused=0\n= ok\n"},
	{"since 0.12.2 the total has another name, and all are requests",
	 HEADER_A "\"GET\",\"a\",10,1,5,6,4,81,0,13.83\n"
		  "\"None\",\"Aggregated\",10,1,5,6,4,81,0,13.83",
	 A "series 0 http \"GET\" \"a\"\n"
	   "figures 0 requests=10 failures=1 rps=13.83 bytes=0 min=4 mean=6 "
	   "p50=5 max=81" END
	   "figures total requests=10 failures=1 rps=13.83 bytes=0 min=4 "
	   "mean=6 p50=5 max=81" END A_NOTES "records used=2 unused=0\n= ok\n"},
};

#define DISTRIBUTION                                                           \
 "\"Name\",\"# requests\",\"50%\",\"66%\",\"90%\",\"95%\",\"99%\",\"100%\"\n"

static const struct {
	const char *what;
	const char *text;
	const char *events; /* after the tool */
} distributions[] = {
	{"names begin with the method, totals do not",
	 DISTRIBUTION "\"GET a \"b\" c\",33,94,100,120,140,3600,3594\n"
		      "\"None x\",1,1,1,1,1,1,1\n"
		      "\"never asked\",0,\"N/A\",\"N/A\",\"N/A\",\"N/A\","
		      "\"N/A\",\"N/A\"\n"
		      "\"None Total\",34,37,60,170,290,700,3594",
	 A "series 0 http \"GET\" \"a \"b\" c\"\n"
	   "figures 0 requests=33 p50=94 p90=120 p95=140 p99=3600" END
	   "series 1 http \"\" \"x\"\n"
	   "figures 1 requests=1 p50=1 p90=1 p95=1 p99=1" END
	   "series 2 http \"\" \"never asked\"\n"
	   "figures 2 requests=0" END
	   "figures total requests=34 p50=37 p90=170 p95=290 p99=700" END
	   "records used=4 unused=0\n= ok\n"},
	{"a total of one word",
	 DISTRIBUTION "\"GET a\",33,94,100,120,140,3600,3594\n"
		      "\"Aggregated\",33,94,100,120,140,3600,3594",
	 A "series 0 http \"GET\" \"a\"\n"
	   "figures 0 requests=33 p50=94 p90=120 p95=140 p99=3600" END
	   "figures total requests=33 p50=94 p90=120 p95=140 p99=3600" END
	   "records used=2 unused=0\n= ok\n"},
};

static void
assert_events(const struct sift_format *format, const char *what,
	      const char *text, const char *events)
{
	char *log = event_log_read(format, text, strlen(text), 0, NULL);

	ck_assert_msg(!strncmp(log, TOOL, strlen(TOOL)), "%s", log);
	ck_assert_msg(!strcmp(log + strlen(TOOL), events),
		      "%s:\n%s\nexpected:\n%s", what, log + strlen(TOOL),
		      events);
	free(log);
}

START_TEST(requests_give_all_but_percentiles)
{
	assert_events(&sift_format_locust_requests, old_requests[_i].what,
		      old_requests[_i].text, old_requests[_i].events);
}
END_TEST

START_TEST(distributions_give_percentiles)
{
	assert_events(&sift_format_locust_distribution, distributions[_i].what,
		      distributions[_i].text, distributions[_i].events);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("locust_requests");
	TCase *tc = tcase_create("locust_requests");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, requests_give_all_but_percentiles, 0,
			    (int)COUNT_OF(old_requests));
	tcase_add_loop_test(tc, distributions_give_percentiles, 0,
			    (int)COUNT_OF(distributions));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
