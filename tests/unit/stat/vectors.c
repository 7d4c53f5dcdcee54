/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "vectors.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

json_t *
vectors_open(const char *name)
{
	const char *top = getenv("top_srcdir");
	char path[4096];
	json_error_t error;
	json_t *root;

	snprintf(path, sizeof(path), "%s/tests/data/statistics/%s",
		 top ? top : ".", name);
	root = json_load_file(path, 0, &error);
	ck_assert_msg(root != NULL, "%s: %s", path, error.text);
	return root;
}

json_t *
vectors_cases(json_t *root, const char *section)
{
	json_t *cases =
		json_object_get(json_object_get(root, section), "cases");

	ck_assert_msg(json_array_size(cases) > 0, "no cases in %s", section);
	return cases;
}

static double
number_of(const json_t *value)
{
	if (json_is_string(value))
		return INFINITY;
	return json_is_number(value) ? json_number_value(value) : NAN;
}

size_t
vectors_numbers(const json_t *list, double out[VECTOR_MAX])
{
	size_t count = json_array_size(list);

	ck_assert_uint_le(count, VECTOR_MAX);
	for (size_t i = 0; i < count; i++)
		out[i] = number_of(json_array_get(list, i));
	return count;
}

double
vectors_number(const json_t *object, const char *key)
{
	return number_of(json_object_get(object, key));
}

void
assert_near(double got, double wanted, double relative)
{
	double size = fmax(fabs(got), fabs(wanted));

	if ((isnan(got) && isnan(wanted)) || got == wanted)
		return;
	ck_assert_msg(fabs(got - wanted) <= relative * fmax(size, 1e-12),
		      "%.15g is not %.15g", got, wanted);
}
