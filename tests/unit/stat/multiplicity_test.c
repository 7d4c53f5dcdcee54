/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/multiplicity.h"
#include "vectors.h"

static const struct {
	const char *file, *section;
} sources[] = {
	{"vectors.json", "bh"},
	{"second.json", "p.adjust"}, /* R; tests/data/statistics/second.R */
};

START_TEST(adjusted_values_are_those_of_others)
{
	json_t *root = vectors_open(sources[_i].file);
	json_t *cases = vectors_cases(root, sources[_i].section);
	json_t *entry;
	size_t i;

	json_array_foreach(cases, i, entry)
	{
		double p[VECTOR_MAX], q[VECTOR_MAX], wanted[VECTOR_MAX];
		size_t count = vectors_numbers(json_object_get(entry, "p"), p);

		vectors_numbers(json_object_get(entry, "q"), wanted);
		ck_assert_int_eq(sift_false_discovery(p, count, q, NULL),
				 SIFT_OK);
		for (size_t k = 0; k < count; k++)
			assert_near(q[k], wanted[k], 1e-9);
	}
	json_decref(root);
}
END_TEST

START_TEST(what_was_not_tested_does_not_count)
{
	double p[] = {0.01, NAN, 0.02, NAN};

	ck_assert_int_eq(sift_false_discovery(p, 4, p, NULL), SIFT_OK);
	ck_assert_double_eq(p[0], 0.02);
	ck_assert(isnan(p[1]) && isnan(p[3]));
	ck_assert_double_eq(p[2], 0.02);
	ck_assert_int_eq(sift_false_discovery(p, 0, p, NULL), SIFT_OK);
}
END_TEST

START_TEST(running_out_of_memory_is_said)
{
	double p[] = {0.5};
	struct sift_err err = {0};

	sift_mem_fail_at(1, 0);
	ck_assert_int_eq(sift_false_discovery(p, 1, p, &err), SIFT_E_NOMEM);
	sift_mem_fail_at(0, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("multiplicity");
	TCase *tests = tcase_create("multiplicity");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tests, adjusted_values_are_those_of_others, 0, 2);
	tcase_add_test(tests, what_was_not_tested_does_not_count);
	tcase_add_test(tests, running_out_of_memory_is_said);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
