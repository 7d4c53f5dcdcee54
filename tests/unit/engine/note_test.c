/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/note.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

START_TEST(a_note_is_read_by_who_shares_it)
{
	struct sift_noted noted;
	struct sift_note *note = NULL;
	pid_t pid;
	int status;

	ck_assert_int_eq(sift_note_new(&note, NULL), SIFT_OK);
	noted = sift_note_read(note);
	ck_assert(!noted.is_inside);
	ck_assert_uint_eq(noted.source, 0);
	pid = fork();
	if (pid == 0) {
		sift_note_file(note, 3);
		sift_note_enter(note, 1, "a longer name", "a longer path");
		sift_note_leave(note);
		sift_note_enter(note, 2, "name", "path");
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	noted = sift_note_read(note);
	ck_assert_uint_eq(noted.file, 3);
	ck_assert_uint_eq(noted.source, 2);
	ck_assert(noted.is_inside);
	ck_assert_str_eq(noted.name, "name");
	ck_assert_str_eq(noted.path, "path");
	sift_note_leave(note);
	ck_assert(!sift_note_read(note).is_inside);
	sift_note_file(note, 4);
	noted = sift_note_read(note);
	ck_assert_uint_eq(noted.file, 4);
	ck_assert_uint_eq(noted.source, 0);
	sift_note_free(note);
	sift_note_free(NULL);
}
END_TEST

START_TEST(names_too_long_to_be_noted_are_empty)
{
	static char name[40000];
	struct sift_noted noted;
	struct sift_note *note = NULL;

	ck_assert_int_eq(sift_note_new(&note, NULL), SIFT_OK);
	for (size_t len = 15000; len < sizeof(name); len += 100) {
		memset(name, 'x', len);
		sift_note_enter(note, 1, name, "p");
		noted = sift_note_read(note);
		ck_assert(noted.is_inside);
		ck_assert(strlen(noted.name) == len || !*noted.name);
		ck_assert_str_eq(noted.path, *noted.name ? "p" : "");
		ck_assert(*noted.name || len + 3 > 16000);
	}
	sift_note_free(note);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_test(tc, a_note_is_read_by_who_shares_it);
	tcase_add_test(tc, names_too_long_to_be_noted_are_empty);
}

int
main(void)
{
	return run_suite("note", fill);
}
