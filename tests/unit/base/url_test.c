/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>

#include "base/url.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *url;
	const char *host; /* "" = none */
} cases[] = {
	{"", ""},
	{"shop.test", "shop.test"},
	{"https://shop.test", "shop.test"},
	{"https://shop.test:8080/v1", "shop.test:8080"},
	{"http://10.0.0.7:80/", "10.0.0.7:80"},
	{"http://[::1]:8089/x", "[::1]:8089"},
	{"https://user:secret@shop.test/v1", "shop.test"},
	{"https://user:s@cret@shop.test/v1", "shop.test"},
	{"https://shop.test?token=secret", "shop.test"},
	{"https://shop.test#secret", "shop.test"},
	{"https://shop.test/a@b", "shop.test"},
	{"https://user:secret@", ""},
	{"https:///v1", ""},
	{"http://${}/api", ""},
	{"http://{host}:80/api", ""},
	{"https:\\/\\/shop.test\\/v1", ""},
	{"the shop", ""},
};

START_TEST(of_a_url_only_the_host_and_port_are_taken)
{
	struct sift_span got = sift_url_host(sift_span_str(cases[_i].url));

	ck_assert_msg(sift_span_equal(got, sift_span_str(cases[_i].host)),
		      "%s: %.*s", cases[_i].url, (int)got.len,
		      got.len ? got.ptr : "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("url");
	TCase *tc = tcase_create("url");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, of_a_url_only_the_host_and_port_are_taken, 0,
			    (int)COUNT_OF(cases));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
