/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/letter.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "runner.h"

#define MANY 1000

static struct sift_letters *letters;

static void
open_letters(void)
{
	ck_assert_int_eq(sift_letters_new(&letters, NULL), SIFT_OK);
}

static void
free_letters(void)
{
	sift_letters_free(letters);
	sift_letters_free(NULL);
}

static bool
write_text(const char *text, struct sift_letter_sent *out)
{
	return sift_letters_write(letters, sift_span_str(text), out);
}

START_TEST(another_process_reads_what_was_written)
{
	struct sift_letter_sent sent = {0};
	struct sift_span frames;
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(write_text("hello", &sent) ? (int)sent.index : 99);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	sent.index = (uint64_t)WEXITSTATUS(status);
	sent.len = 5;
	frames = sift_letters_open(letters, &sent);
	ck_assert(sift_span_equal(frames, SIFT_SPAN("hello")));
}
END_TEST

START_TEST(each_is_written_once_until_it_is_given_back)
{
	struct sift_letter_sent sent[MANY];
	unsigned count = 0;

	while (count < MANY && write_text(count % 2 ? "b" : "a", &sent[count]))
		count++;
	ck_assert_uint_gt(count, 1);
	ck_assert_uint_lt(count, MANY);
	for (unsigned i = 0; i < count; i++)
		ck_assert_int_eq(*sift_letters_open(letters, &sent[i]).ptr,
				 i % 2 ? 'b' : 'a');
	sift_letters_give_back(letters, sent[1].index);
	ck_assert(write_text("c", &sent[count]));
	ck_assert_uint_eq(sent[count].index, sent[1].index);
	ck_assert(!write_text("d", &sent[count]));
	sift_letters_clear(letters);
	for (unsigned i = 0; i < count; i++)
		ck_assert(write_text("e", &sent[i]));
	ck_assert(!write_text("f", &sent[count]));
}
END_TEST

START_TEST(only_what_fits_is_written_and_read)
{
	static const size_t lens[] = {1, 4096, 128 << 10, (128 << 10) + 1};
	struct sift_letter_sent sent = {0};
	char *bytes = sift_malloc(256 << 10);

	memset(bytes, 'x', 256 << 10);
	for (size_t i = 0; i < COUNT(lens); i++) {
		bool fits = sift_letters_write(
			letters, sift_span_of(bytes, lens[i]), &sent);

		ck_assert_int_eq(fits, lens[i] <= 128 << 10);
		if (fits)
			ck_assert_mem_eq(sift_letters_open(letters, &sent).ptr,
					 bytes, lens[i]);
	}
	sent.len++;
	ck_assert_ptr_null(sift_letters_open(letters, &sent).ptr);
	sent = (struct sift_letter_sent){.index = MANY, .len = 1};
	ck_assert_ptr_null(sift_letters_open(letters, &sent).ptr);
	sift_free(bytes);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_checked_fixture(tc, open_letters, free_letters);
	tcase_add_test(tc, another_process_reads_what_was_written);
	tcase_add_test(tc, each_is_written_once_until_it_is_given_back);
	tcase_add_test(tc, only_what_fits_is_written_and_read);
}

int
main(void)
{
	return run_suite("letter", fill);
}
