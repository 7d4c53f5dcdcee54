/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cli/progress.h"

#include "runner.h"

#define MB UINT64_C(1000000)
#define GB UINT64_C(1000000000)

/* bytes done, in all; files done, in all; after how long; the words */
static const struct {
	struct sift_progress now;
	int64_t elapsed_ms;
	const char *text;
} cases[] = {
	{{0, 0, 0, 0}, 0, "0 of 0 files"},
	{{0, 0, 0, 1}, 500, "0 of 1 file"},
	{{0, 50 * MB, 0, 7}, 500, "0.0 of 50.0 MB, 0 of 7 files"},
	{{10 * MB, 50 * MB, 2, 7},
	 500,
	 "10.0 of 50.0 MB, 2 of 7 files, 20 MB/s, 3 s left"},
	{{1200 * MB, 4 * GB, 3, 12},
	 1500,
	 "1.2 of 4.0 GB, 3 of 12 files, 800 MB/s, 4 s left"},
	{{1 * MB, 100 * MB, 0, 1},
	 1000,
	 "1.0 of 100.0 MB, 0 of 1 file, 1.0 MB/s, 1 min 40 s left"},
	{{1 * MB, 100 * MB, 0, 1},
	 40000,
	 "1.0 of 100.0 MB, 0 of 1 file, 0.0 MB/s, 1 h 06 min left"},
	/* all is read: nothing is left */
	{{4 * GB, 4 * GB, 12, 12},
	 2000,
	 "4.0 of 4.0 GB, 12 of 12 files, 2000 MB/s"},
	/* no estimate */
	{{1, 100000 * GB, 0, 1},
	 1000,
	 "0.0 of 100000.0 GB, 0 of 1 file, 0.0 MB/s"},
};

START_TEST(progress_says_what_is_known)
{
	char text[160];

	sift_progress_text(&cases[_i].now, cases[_i].elapsed_ms, text,
			   sizeof(text));
	ck_assert_str_eq(text, cases[_i].text);
}
END_TEST

START_TEST(words_that_do_not_fit_are_cut)
{
	const struct sift_progress now = {10 * MB, 50 * MB, 2, 7};
	char text[160], whole[160];

	sift_progress_text(&now, 500, whole, sizeof(whole));
	for (size_t size = 1; size <= strlen(whole); size++) {
		memset(text, 'x', sizeof(text));
		sift_progress_text(&now, 500, text, size);
		ck_assert_uint_eq(strlen(text), size - 1);
		ck_assert_int_eq(strncmp(text, whole, size - 1), 0);
		ck_assert_int_eq(text[size], 'x');
	}
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, progress_says_what_is_known, 0, COUNT(cases));
	tcase_add_test(tc, words_that_do_not_fit_are_cut);
}

int
main(void)
{
	return run_suite("progress", fill);
}
