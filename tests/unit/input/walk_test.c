/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "input/source.h"
#include "input/walk.h"

#define NOBODY 65534

static char home[512]; /* the folder of a test, also the current one */

static void
enter_home(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(home, sizeof(home), "%s/sift-walk-XXXXXX", tmp ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(home));
	ck_assert_int_eq(chmod(home, 0755), 0);
	ck_assert_int_eq(chdir(home), 0);
}

static void
leave_home(void)
{
	char command[1200];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "chmod -R u+rwx '%s'; rm -rf '%s'",
		 home, home);
	ck_assert_int_eq(system(command), 0);
}

/* Make a file of `len` bytes, with the folders it needs. */
static void
make(const char *path, size_t len)
{
	char folder[1024];
	const char *slash = path;
	FILE *file;

	for (;;) {
		slash = strchr(slash + 1, '/');
		if (!slash)
			break;
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path),
			 path);
		ck_assert(!mkdir(folder, 0755) || errno == EEXIST);
	}
	file = fopen(path, "wb");
	ck_assert_ptr_nonnull(file);
	while (len--)
		fputc('x', file);
	fclose(file);
}

/* What was found: "NAME PATH BYTES[ - or ! why not]" a line. */
static void
walk_to_log(const char *const *inputs, size_t count, struct sift_buf *log)
{
	struct sift_err err = {0};
	struct sift_walk walk;
	size_t i;

	sift_walk_init(&walk);
	sift_buf_init(log, 0);
	if (sift_walk_inputs(&walk, inputs, count, &err))
		sift_buf_printf(log, "= %d %s: %s\n", err.status, err.where,
				err.what);
	for (i = 0; i < walk.count; i++)
		sift_buf_printf(log, "%s %s %llu%s%s\n", walk.files[i].name,
				walk.files[i].path,
				(unsigned long long)walk.files[i].bytes,
				!walk.files[i].skip	  ? ""
				: walk.files[i].is_damage ? " ! "
							  : " - ",
				walk.files[i].skip ? walk.files[i].skip : "");
	sift_walk_release(&walk);
}

static void
check_walk(const char *const *inputs, size_t count, const char *want)
{
	struct sift_buf log;

	walk_to_log(inputs, count, &log);
	ck_assert_str_eq(log.ptr ? log.ptr : "", want);
	sift_buf_release(&log);
}

static void
check_one(const char *input, const char *want)
{
	check_walk(&input, 1, want);
}

START_TEST(a_folder_is_walked_in_bytewise_order)
{
	make("d/b/2.csv", 2);
	make("d/a.csv", 1);
	make("d/b-1/x.csv", 3);
	make("d/B.csv", 0);
	ck_assert_int_eq(mkdir("d/empty", 0755), 0);
	check_one("d", "d/B.csv d/B.csv 0\n"
		       "d/a.csv d/a.csv 1\n"
		       "d/b-1/x.csv d/b-1/x.csv 3\n"
		       "d/b/2.csv d/b/2.csv 2\n");
}
END_TEST

START_TEST(ways_to_write_a_folder_give_the_same_paths)
{
	make("d/a.csv", 1);
	check_one("d/", "d/a.csv d/a.csv 1\n");
	check_one("d//", "d/a.csv d/a.csv 1\n");
	check_one("./d", "./d/a.csv d/a.csv 1\n");
	check_one("d/.", "d/./a.csv d/a.csv 1\n");
	check_one("d/../d", "d/../d/a.csv d/a.csv 1\n");
	ck_assert_int_eq(chdir("d"), 0);
	check_one(".", "./a.csv d/a.csv 1\n");
	check_one("./", "./a.csv d/a.csv 1\n");
	check_one("../d", "../d/a.csv d/a.csv 1\n");
	ck_assert_int_eq(mkdir("e", 0755), 0);
	ck_assert_int_eq(chdir("e"), 0);
	check_one("..", "../a.csv d/a.csv 1\n");
}
END_TEST

START_TEST(the_path_of_a_file_is_its_name_without_archive_suffix)
{
	make("d/run.tar.gz", 1);
	make("d/x.json.gz", 1);
	make("d/week.lsd", 1);
	make("f.zip/a.zip", 1);
	check_one("d/run.tar.gz", "d/run.tar.gz run 1\n");
	check_one("./d/x.json.gz", "./d/x.json.gz x.json.gz 1\n");
	check_one("d/week.lsd", "d/week.lsd week 1\n");
	/* A folder is none, and what is in it keeps its name here. */
	check_one("f.zip", "f.zip/a.zip f.zip/a.zip 1\n");
}
END_TEST

START_TEST(hidden_things_are_found_once_and_not_read)
{
	make("d/.git/config", 1);
	make("d/.git/HEAD", 1);
	make("d/.a.csv", 1);
	make("d/__MACOSX/x.csv", 1);
	make("d/b.csv", 1);
	check_one("d", "d/.a.csv d/.a.csv 0 - hidden\n"
		       "d/.git d/.git 0 - hidden\n"
		       "d/__MACOSX d/__MACOSX 0 - hidden\n"
		       "d/b.csv d/b.csv 1\n");
	/* Named by the user they are not hidden. */
	check_one("d/.git", "d/.git/HEAD .git/HEAD 1\n"
			    "d/.git/config .git/config 1\n");
	check_one("d/.a.csv", "d/.a.csv .a.csv 1\n");
}
END_TEST

START_TEST(links_in_folders_are_not_followed)
{
	make("d/a.csv", 1);
	ck_assert_int_eq(symlink("a.csv", "d/b.csv"), 0);
	ck_assert_int_eq(symlink(".", "d/loop"), 0);
	ck_assert_int_eq(symlink("nowhere", "d/gone"), 0);
	check_one("d", "d/a.csv d/a.csv 1\n"
		       "d/b.csv d/b.csv 0 - symbolic link\n"
		       "d/gone d/gone 0 - symbolic link\n"
		       "d/loop d/loop 0 - symbolic link\n");
}
END_TEST

START_TEST(a_link_named_by_the_user_is_followed)
{
	make("d/a.csv", 5);
	ck_assert_int_eq(symlink("d", "latest"), 0);
	ck_assert_int_eq(symlink("d/a.csv", "l.csv"), 0);
	check_one("latest", "latest/a.csv latest/a.csv 5\n");
	check_one("l.csv", "l.csv l.csv 5\n");
}
END_TEST

START_TEST(what_is_no_file_is_found_and_never_waited_for)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX,
				      .sun_path = "d/sock"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	make("d/a.csv", 1);
	ck_assert_int_eq(mkfifo("d/pipe", 0644), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	check_one("d", "d/a.csv d/a.csv 1\n"
		       "d/pipe d/pipe 0 - FIFO\n"
		       "d/sock d/sock 0 - socket\n");
	close(fd);
	check_one("/dev/null", "/dev/null null 0 - device\n");
	check_one("d/pipe", "d/pipe pipe 0\n");
}
END_TEST

START_TEST(an_input_that_is_not_there_is_wrong_usage)
{
	static const char *const inputs[] = {"d", "d/no\033such"};

	make("d/a.csv", 1);
	check_walk(inputs, 2, "= -1 d/no\\x1Bsuch: no such file or folder\n");
	check_one("", "= -1 \"\": no such file or folder\n");
	check_one("d/a.csv/", "= -1 d/a.csv/: no such file or folder\n");
	ck_assert_int_eq(symlink("nowhere", "gone"), 0);
	check_one("gone", "= -1 gone: no such file or folder\n");
}
END_TEST

START_TEST(what_cannot_be_read_is_an_entry)
{
	struct sift_walk walk;
	struct sift_err err = {0};
	const char *input = "d";
	int fd;

	make("d/a.csv", 1);
	make("d/closed/b.csv", 1);
	make("d/z.csv", 1);
	ck_assert_int_eq(chmod("d/closed", 0), 0);
	ck_assert_int_eq(chmod("d/a.csv", 0), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(NOBODY), 0);
	check_one("d", "d/a.csv d/a.csv 1\n"
		       "d/closed d/closed 0 ! cannot be read: Permission "
		       "denied\n"
		       "d/z.csv d/z.csv 1\n");
	check_one("d/closed/b.csv", "d/closed/b.csv b.csv 0 ! cannot be read: "
				    "Permission denied\n");
	sift_walk_init(&walk);
	ck_assert_int_eq(sift_walk_inputs(&walk, &input, 1, NULL), SIFT_OK);
	ck_assert_int_eq(sift_found_open(&walk.files[0], &fd, &err), SIFT_E_IO);
	ck_assert_str_eq(err.what, "cannot be opened: Permission denied");
	sift_walk_release(&walk);
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(names_are_made_printable_and_files_keep_their_bytes)
{
	const char *input = "d";
	struct sift_walk walk;
	int fd;

	make("d/a\nb.csv", 1);
	make("d/caf\xe9.csv", 1);
	make("d/\xc3\xa9/caf\xe9.csv", 1);
	make("d/x\033[2J.csv", 1);
	make("d/\xe2\x80\xae.csv", 1);
	check_one(input,
		  "d/a\\nb.csv d/a\\nb.csv 1\n"
		  "d/caf\xc3\xa9.csv d/caf\xc3\xa9.csv 1\n"
		  "d/x\\x1B[2J.csv d/x\\x1B[2J.csv 1\n"
		  "d/\xc3\xa9/caf\xc3\xa9.csv d/\xc3\xa9/caf\xc3\xa9.csv 1\n"
		  "d/\\u{202E}.csv d/\\u{202E}.csv 1\n");
	sift_walk_init(&walk);
	ck_assert_int_eq(sift_walk_inputs(&walk, &input, 1, NULL), SIFT_OK);
	ck_assert_str_eq(walk.files[1].file, "d/caf\xe9.csv");
	ck_assert_int_eq(sift_found_open(&walk.files[1], &fd, NULL), SIFT_OK);
	close(fd);
	sift_walk_release(&walk);
}
END_TEST

START_TEST(parents_stand_before_inputs_of_one_name)
{
	static const char *const two[] = {"w1/results", "w2/results"};
	static const char *const deep[] = {"w1/in/results", "w2/in/results"};
	static const char *const uneven[] = {"results", "w1/results"};
	static const char *const packed[] = {"w1/r.tar.gz", "w2/r.zip"};
	static const char *const mixed[] = {"w1/results", "other/x",
					    "w2/results", "w2/y"};

	make("w1/results/a", 1);
	make("w2/results/a", 1);
	make("w1/in/results/a", 1);
	make("w2/in/results/a", 1);
	make("w1/r.tar.gz", 1);
	make("w2/r.zip", 1);
	make("other/x", 1);
	make("w2/y", 1);
	make("results/a", 1);
	check_walk(two, 2,
		   "w1/results/a w1/results/a 1\n"
		   "w2/results/a w2/results/a 1\n");
	check_walk(deep, 2,
		   "w1/in/results/a w1/in/results/a 1\n"
		   "w2/in/results/a w2/in/results/a 1\n");
	check_walk(packed, 2, "w1/r.tar.gz w1/r 1\nw2/r.zip w2/r 1\n");
	/* Siblings of what needs parents have them too: y, but not x. */
	check_walk(mixed, 4,
		   "w1/results/a w1/results/a 1\n"
		   "other/x x 1\n"
		   "w2/results/a w2/results/a 1\n"
		   "w2/y w2/y 1\n");
	ck_assert_int_eq(chdir("w2"), 0);
	ck_assert_int_eq(symlink("../w1", "w1"), 0);
	/* The folder that "results" is in has a name too. */
	check_walk(uneven, 2,
		   "results/a w2/results/a 1\n"
		   "w1/results/a w1/results/a 1\n");
}
END_TEST

START_TEST(the_order_of_inputs_changes_no_path)
{
	static const char *const forth[] = {"d", "d/a.csv", "e"};
	static const char *const back[] = {"e", "d/a.csv", "d"};

	make("d/a.csv", 1);
	make("e/a.csv", 2);
	check_walk(forth, 3,
		   "d/a.csv d/a.csv 1 - given twice\n"
		   "d/a.csv a.csv 1\n"
		   "e/a.csv e/a.csv 2\n");
	check_walk(back, 3,
		   "e/a.csv e/a.csv 2\n"
		   "d/a.csv a.csv 1\n"
		   "d/a.csv d/a.csv 1 - given twice\n");
}
END_TEST

START_TEST(the_same_file_is_read_once)
{
	static const char *const twice[] = {"d", "d/"};
	static const char *const dashes[] = {"-", "-"};

	make("d/a.csv", 1);
	check_walk(twice, 2,
		   "d/a.csv d/a.csv 1\n"
		   "d/a.csv d/a.csv 1 - given twice\n");
	check_walk(dashes, 2, "- - 0\n- - 0 - given twice\n");
	ck_assert_int_eq(link("d/a.csv", "d/b.csv"), 0);
	check_one("d", "d/a.csv d/a.csv 1\n"
		       "d/b.csv d/b.csv 1 - given twice\n");
}
END_TEST

START_TEST(folders_beyond_the_depth_are_told)
{
	struct sift_buf log;
	int i;

	ck_assert_int_eq(mkdir("d", 0755), 0);
	ck_assert_int_eq(chdir("d"), 0);
	for (i = 0; i < 300; i++) {
		ck_assert_int_eq(mkdir("deeper", 0755), 0);
		ck_assert_int_eq(chdir("deeper"), 0);
	}
	ck_assert_int_eq(chdir(home), 0);
	make("d/z.csv", 1);
	{
		const char *input = "d";

		walk_to_log(&input, 1, &log);
	}
	ck_assert_ptr_nonnull(strstr(log.ptr, " 0 ! more than 256 folders "
					      "deep\n"));
	ck_assert_ptr_nonnull(strstr(log.ptr, "d/z.csv d/z.csv 1\n"));
	sift_buf_release(&log);
}
END_TEST

START_TEST(no_inputs_find_nothing)
{
	check_walk(NULL, 0, "");
}
END_TEST

START_TEST(a_link_that_took_a_files_place_is_not_opened)
{
	const char *input = "d";
	struct sift_walk walk;
	struct sift_err err = {0};
	int fd;

	make("d/a.csv", 1);
	make("d/b.csv", 1);
	make("secret", 1);
	sift_walk_init(&walk);
	ck_assert_int_eq(sift_walk_inputs(&walk, &input, 1, NULL), SIFT_OK);
	ck_assert_int_eq(unlink("d/a.csv"), 0);
	ck_assert_int_eq(symlink("../secret", "d/a.csv"), 0);
	ck_assert_int_eq(unlink("d/b.csv"), 0);
	ck_assert_int_eq(mkfifo("d/b.csv", 0644), 0);
	ck_assert_int_eq(sift_found_open(&walk.files[0], &fd, &err), SIFT_E_IO);
	ck_assert_ptr_nonnull(strstr(err.what, "cannot be opened: "));
	sift_err_clear(&err);
	ck_assert_int_eq(sift_found_open(&walk.files[1], &fd, &err), SIFT_E_IO);
	ck_assert_str_eq(err.what, "is no regular file any more");
	sift_walk_release(&walk);
}
END_TEST

START_TEST(a_fifo_named_by_the_user_is_waited_for)
{
	const char *input = "pipe";
	struct sift_source *src;
	struct sift_walk walk;
	struct sift_buf text;
	int fd;

	ck_assert_int_eq(mkfifo("pipe", 0644), 0);
	sift_walk_init(&walk);
	ck_assert_int_eq(sift_walk_inputs(&walk, &input, 1, NULL), SIFT_OK);
	ck_assert_int_eq(sift_found_open(&walk.files[0], &fd, NULL), SIFT_OK);
	if (fork() == 0) {
		int out = open("pipe", O_WRONLY);

		_exit(write(out, "late", 4) != 4);
	}
	sift_buf_init(&text, 0);
	ck_assert_int_eq(sift_source_open_fd(&src, fd, NULL), SIFT_OK);
	ck_assert_int_eq(sift_source_read_all(src, 100, &text, NULL), SIFT_OK);
	ck_assert_str_eq(text.ptr, "late");
	sift_source_free(src);
	sift_buf_release(&text);
	close(fd);
	sift_walk_release(&walk);
}
END_TEST

START_TEST(each_missing_allocation_is_out_of_memory)
{
	static const char *const inputs[] = {"w1/r.zip", "w2/r.zip", "d"};
	struct sift_walk walk;
	enum sift_status rc;
	uint64_t n;

	make("w1/r.zip", 1);
	make("w2/r.zip", 1);
	make("d/caf\xe9/x.csv", 1);
	for (n = 1;; n++) {
		sift_walk_init(&walk);
		sift_mem_fail_at(n, 0);
		rc = sift_walk_inputs(&walk, inputs, 3, NULL);
		sift_mem_fail_at(0, 0);
		sift_walk_release(&walk);
		if (rc == SIFT_OK)
			break;
		ck_assert_int_eq(rc, SIFT_E_NOMEM);
		ck_assert_uint_lt(n, 1000);
	}
	ck_assert_uint_gt(n, 5);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("walk");
	TCase *tcase = tcase_create("walk");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, enter_home, leave_home);
	tcase_add_test(tcase, a_folder_is_walked_in_bytewise_order);
	tcase_add_test(tcase, ways_to_write_a_folder_give_the_same_paths);
	tcase_add_test(tcase,
		       the_path_of_a_file_is_its_name_without_archive_suffix);
	tcase_add_test(tcase, hidden_things_are_found_once_and_not_read);
	tcase_add_test(tcase, links_in_folders_are_not_followed);
	tcase_add_test(tcase, a_link_named_by_the_user_is_followed);
	tcase_add_test(tcase, what_is_no_file_is_found_and_never_waited_for);
	tcase_add_test(tcase, an_input_that_is_not_there_is_wrong_usage);
	tcase_add_test(tcase, what_cannot_be_read_is_an_entry);
	tcase_add_test(tcase,
		       names_are_made_printable_and_files_keep_their_bytes);
	tcase_add_test(tcase, parents_stand_before_inputs_of_one_name);
	tcase_add_test(tcase, the_order_of_inputs_changes_no_path);
	tcase_add_test(tcase, the_same_file_is_read_once);
	tcase_add_test(tcase, folders_beyond_the_depth_are_told);
	tcase_add_test(tcase, no_inputs_find_nothing);
	tcase_add_test(tcase, a_link_that_took_a_files_place_is_not_opened);
	tcase_add_test(tcase, a_fifo_named_by_the_user_is_waited_for);
	tcase_add_test(tcase, each_missing_allocation_is_out_of_memory);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
