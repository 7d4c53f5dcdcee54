/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "input/archive_library.h"

START_TEST(it_is_loaded_once)
{
	const struct sift_archive_library *first = NULL;
	const struct sift_archive_library *again = NULL;
	struct sift_err err = {0};
	struct archive *a;

	ck_assert_msg(!sift_archive_library_get(&first, &err), "%s", err.what);
	ck_assert_int_eq(sift_archive_library_get(&again, &err), SIFT_OK);
	ck_assert_ptr_eq(first, again);
	a = first->archive_read_new();
	ck_assert_ptr_nonnull(a);
	ck_assert_int_eq(first->archive_read_support_format_tar(a), ARCHIVE_OK);
	ck_assert_int_eq(first->archive_read_free(a), ARCHIVE_OK);
}
END_TEST

START_TEST(every_function_is_found)
{
	struct sift_archive_library lib = {0};

	ck_assert_int_eq(
		sift_archive_library_load(&lib, SIFT_ARCHIVE_SONAME, NULL),
		SIFT_OK);
#define X(name) ck_assert_msg(lib.name != NULL, #name);
	SIFT_ARCHIVE_LIST(X)
#undef X
}
END_TEST

/* No such library, none of ours, no library at all; what the loader says of it
   names it. */
static const struct {
	const char *soname;
	const char *words;
} wrong[] = {
	{"libloadsift-none.so.13", "libloadsift-none.so.13"},
	{"libz.so.1", "archive_entry_filetype"},
	{"/dev/null", "/dev/null"},
};

START_TEST(what_cannot_be_loaded_is_told)
{
	struct sift_archive_library lib;
	struct sift_err err = {0};

	ck_assert_int_eq(
		sift_archive_library_load(&lib, wrong[_i].soname, &err),
		SIFT_E_UNSUPPORTED);
	ck_assert_msg(!strncmp(err.what, "libarchive cannot be loaded: ", 29) &&
			      strstr(err.what, wrong[_i].words),
		      "%s", err.what);
	ck_assert_ptr_null(strchr(err.what, '\n'));
	ck_assert_int_eq(
		sift_archive_library_load(&lib, wrong[_i].soname, NULL),
		SIFT_E_UNSUPPORTED);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("archive_library");
	TCase *tcase = tcase_create("archive_library");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, it_is_loaded_once);
	tcase_add_test(tcase, every_function_is_found);
	tcase_add_loop_test(tcase, what_cannot_be_loaded_is_told, 0,
			    sizeof(wrong) / sizeof(wrong[0]));
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
