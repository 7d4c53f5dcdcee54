/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_BASE_RUNNER_H
#define SIFT_TEST_BASE_RUNNER_H

/* What every test program of base/ needs. */

#include <check.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Run the tests that `fill` adds; the value for main() to return. */
static inline int
run_suite(const char *name, void (*fill)(TCase *tc))
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 120);
	fill(tc);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The same numbers in every run of the tests (splitmix64, Steele 2014). */
static inline uint64_t
next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* Switch to a locale that writes "1,5"; NULL when the machine has none. */
static inline const char *
set_comma_locale(void)
{
	static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8",
					    "fr_FR.UTF-8", "es_ES.UTF-8",
					    "de_DE",	   "pl_PL.UTF-8"};

	for (int i = 0; i < COUNT(names); i++) {
		if (setlocale(LC_ALL, names[i]))
			return names[i];
	}
	return NULL;
}

#endif /* SIFT_TEST_BASE_RUNNER_H */
