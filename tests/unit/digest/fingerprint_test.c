/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "digest/failure_cause.h"
#include "digest/fingerprint.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *text;
	const char *fingerprint;
} cases[] = {
	{"", ""},
	/* what people know a failure by stays */
	{"[Errno 2] No such file", "[Errno 2] No such file"},
	{"expected 200, got 404", "expected 200, got 404"},
	{"status:404 code:5001", "status:404 code:5001"},
	{"HTTP/1.1 503, HTTP/2 429", "HTTP/1.1 503, HTTP/2 429"},
	{"TLSv1.2 alert 40", "TLSv1.2 alert 40"},
	{"line 1 column 17 (char 16)", "line 1 column 17 (char 16)"},
	{"at 12:30, a 1.5 b", "at 12:30, a 1.5 b"},
	{"x86_64 sha256 utf8", "x86_64 sha256 utf8"},
	{"deadbeefcafe facade", "deadbeefcafe facade"},
	{"v1.2.3, 1.2.3.4.5", "v1.2.3, 1.2.3.4.5"},
	{"0x1f", "0x1f"},
	{"{n} {ip} 0x....", "{n} {ip} 0x...."},
	{"\xc3\xa9"
	 "12345x",
	 "\xc3\xa9"
	 "12345x"},
	/* addresses and ports */
	{"proxy 10.0.0.7:43210: busy", "proxy {ip}: busy"},
	{"read tcp 10.0.0.7:43210->192.168.1.1:80: reset",
	 "read tcp {ip}->{ip}: reset"},
	{"http://[::1]:8080/a, [fe80::1%eth0]",
	 "http://{ip}/a, [fe80::1%eth0]"},
	{"HTTPConnectionPool(host='127.0.0.1', port=18080): Max retries",
	 "HTTPConnectionPool(host='{ip}', port={port}): Max retries"},
	{"lookup api.example.com:8443 failed",
	 "lookup api.example.com:{port} failed"},
	{"http://web:8080/a localhost:80 dial tcp db:5432",
	 "http://web:{port}/a localhost:{port} dial tcp db:{port}"},
	{"<Connection object at 0x7f3884120e90>",
	 "<Connection object at 0x....>"},
	/* what is around it */
	{"'one'", "one"},
	{"\"it's\"", "it's"},
	{"  a\r\n\t b \n", "a b"},
	{"'a\\nb'", "a b"},
	{"ValueError('a\\nb')", "a b"},
	{"ValueError(u'a',)", "a"},
	{"json.decoder.JSONDecodeError('x')",
	 "json.decoder.JSONDecodeError('x')"},
	{"\"RuntimeError('x')\"", "x"},
	{"RuntimeError(<a.<locals>.X object at 0x7f3884120e90>)",
	 "<a.<locals>.X object at 0x....>"},
	{"ValueError('a', 'b')", "ValueError('a', 'b')"},
	{"ValueError()", "ValueError()"},
	{"a('b')", "a('b')"},
	{"'unfinished", "'unfinished"},
	/* ids */
	{"order 1234567 not found", "order {n} not found"},
	{"for url: http://a.b/users/42/orders/7?id=9&x=abc&y=1",
	 "for url: http://a.b/users/{n}/orders/{n}?id={n}&x=abc&y={n}"},
	{"x=1 y=2", "x=1 y=2"},
	{"user 123e4567-e89b-12d3-a456-426614174000 gone", "user {uuid} gone"},
	{"trace 4bf92f3577b34da6a3ce929d0e0e4736, commit 1a2b3c4d",
	 "trace {hash}, commit {hash}"},
	{"token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.x", "token {token}.x"},
	/* times and measures */
	{"too slow: 1234 ms, 0.53s, 12bytes",
	 "too slow: {n} ms, {n}s, {n}bytes"},
	{"took 0.123456 of it", "took {n} of it"},
	{"2026-11-21T01:24:49.123Z x 2026-11-21 01:24:49,5 y "
	 "2026-11-21 01:24:49+02:00.",
	 "{time} x {time} y {time}."},
};

static void
check(struct sift_span text, const char *expected)
{
	struct sift_buf once, twice;

	sift_buf_init(&once, 0);
	sift_buf_init(&twice, 0);
	ck_assert_int_eq(sift_fingerprint(text, &once), SIFT_OK);
	ck_assert_msg(
		sift_span_equal(sift_buf_span(&once), sift_span_str(expected)),
		"%.*s: %.*s", (int)text.len, text.ptr, (int)once.len, once.ptr);
	ck_assert_int_eq(sift_fingerprint(sift_buf_span(&once), &twice),
			 SIFT_OK);
	ck_assert(sift_span_equal(sift_buf_span(&once), sift_buf_span(&twice)));
	sift_buf_release(&once);
	sift_buf_release(&twice);
}

START_TEST(what_differs_gives_way)
{
	check(sift_span_str(cases[_i].text), cases[_i].fingerprint);
}
END_TEST

/* One failure as versions and tools write it. */
static const struct {
	const char *cause;
	const char *texts[8];
} causes[] = {
	{"HTTP 500",
	 {"500 Server Error: Internal Server Error for url: http://a/b?c=1",
	  "HTTPError('500 Server Error: INTERNAL for url: orders')",
	  "HTTPError: 500 Server Error", "HTTP 500", "status 500",
	  "HTTP Error 500: Oops",
	  "BadStatusCode('http://127.0.0.1:8/a', code=500)"}},
	{"HTTP 404", {"404 Client Error: Not Found for url: status 404"}},
	{"connection refused",
	 {"HTTPConnectionPool(host='127.0.0.1', port=9): Max retries exceeded "
	  "with url: /none (Caused by NewConnectionError('<urllib3.connection."
	  "HTTPConnection object at 0x7efec6505790>: Failed to establish a new "
	  "connection: [Errno 111] Connection refused'))",
	  "ConnectionRefusedError(111, 'Connection refused')",
	  "[Errno 111] Connection refused", "dial: connection refused",
	  "dial tcp 10.0.0.7:43210: connect: connection refused",
	  "Get \"http://a:1/b\": dial tcp [::1]:1: connect: connection "
	  "refused"}},
	{"connection reset",
	 {"ConnectionResetError(104, 'Connection reset by peer')",
	  "('Connection aborted.', ConnectionResetError(104, 'Connection "
	  "reset by peer'))",
	  "read tcp 10.0.0.7:1->10.0.0.8:2: read: connection reset by peer",
	  "read: connection reset by peer"}},
	{"connection closed (EOF)",
	 {"('Connection aborted.', RemoteDisconnected('Remote end closed "
	  "connection without response'))",
	  "ConnectionError: ('Connection aborted.',)", "EOF", "unexpected EOF",
	  "Post \"http://a/b\": EOF"}},
	{"request timeout",
	 {"HTTPConnectionPool(host='a', port=80): Read timed out. (read "
	  "timeout=5)",
	  "ReadTimeout(ReadTimeoutError(\"HTTPConnectionPool(host='a', "
	  "port=80): Read timed out.\"))",
	  "timeout('timed out')", "request timeout", "k6 error 1050"}},
	{"connect timeout",
	 {"dial: i/o timeout", "dial tcp 10.0.0.7:80: i/o timeout",
	  "HTTPConnectionPool(host='a', port=80): Max retries exceeded with "
	  "url: / (Caused by ConnectTimeoutError(<x>, 'Connection to a timed "
	  "out. (connect timeout=1)'))"}},
	{"host name not found",
	 {"lookup: no such host", "lookup a.b on 127.0.0.53:53: no such host",
	  "dial tcp: lookup a.b: no such host",
	  "gaierror(-2, 'Name or service not known')"}},
};

START_TEST(one_failure_of_all_tools_has_one_fingerprint)
{
	for (size_t i = 0; i < COUNT_OF(causes[_i].texts); i++)
		if (causes[_i].texts[i])
			check(sift_span_str(causes[_i].texts[i]),
			      causes[_i].cause);
}
END_TEST

/* A test's own words are its own, whatever they hold. */
START_TEST(words_of_a_test_are_no_cause)
{
	static const char *const texts[] = {
		"upstream says connection refused",
		"expected no timeout, request timed out",
		"body: 500 Server Error: x for url: y",
		"HTTP 500 expected",
		"HTTP 600",
		"status 5000",
		"EO",
		"5000 Server Error",
		"HTTP 50",
		"404 Client Errand",
		"Gets \"a\": see EOF",
		"k6 error 1310",
		"k6 error 10500",
	};
	struct sift_span text = sift_span_str(texts[_i]);
	struct sift_buf out;

	sift_buf_init(&out, 0);
	ck_assert_msg(!sift_failure_cause(text, &out), "%s", texts[_i]);
	ck_assert_uint_eq(out.len, 0);
	sift_buf_release(&out);
}
END_TEST

START_TEST(long_texts_are_cut_at_a_character)
{
	struct sift_buf text, out;

	sift_buf_init(&text, 0);
	sift_buf_init(&out, 0);
	for (size_t i = 0; i < 1000; i++)
		sift_buf_add_str(&text, "\xc3\xa9");
	ck_assert_int_eq(sift_fingerprint(sift_buf_span(&text), &out), SIFT_OK);
	ck_assert_uint_le(out.len, SIFT_FINGERPRINT_MAX);
	ck_assert_uint_ge(out.len, SIFT_FINGERPRINT_MAX - 1);
	ck_assert(sift_utf8_valid(sift_buf_span(&out)));
	ck_assert(sift_span_ends(sift_buf_span(&out),
				 SIFT_SPAN("\xc3\xa9\xe2\x80\xa6")));
	sift_buf_release(&text);
	sift_buf_release(&out);
}
END_TEST

/* Time grows with the text and not with its square. */
START_TEST(long_texts_are_no_trouble)
{
	static const char *const parts[] = {"=1", "[", ":12", "a.", "1.",
					    "/7", " ", "\\",  "('"};
	struct sift_buf text, out;

	sift_buf_init(&text, 0);
	sift_buf_init(&out, 0);
	for (size_t i = 0; i < 1 << 19; i++)
		sift_buf_add_str(&text, parts[_i]);
	ck_assert_int_eq(sift_fingerprint(sift_buf_span(&text), &out), SIFT_OK);
	sift_buf_release(&text);
	sift_buf_release(&out);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("fingerprint");
	TCase *tc = tcase_create("fingerprint");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, what_differs_gives_way, 0,
			    (int)COUNT_OF(cases));
	tcase_add_loop_test(tc, one_failure_of_all_tools_has_one_fingerprint, 0,
			    (int)COUNT_OF(causes));
	tcase_add_loop_test(tc, words_of_a_test_are_no_cause, 0, 13);
	tcase_add_test(tc, long_texts_are_cut_at_a_character);
	tcase_add_loop_test(tc, long_texts_are_no_trouble, 0, 9);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
