/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * Workers die of sources, or between them; what becomes of all others. The
 * linker puts this program's recognition in the place of the real one: it
 * kills the worker over a source that says so, and tells who reads.
 */

#include "engine/pool.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "input/unpack.h"
#include "read/reader.h"
#include "runner.h"

#define FILES 60
#define HEADER                                                                 \
 "Type,Name,Request Count,Failure Count,Median Response Time,Average "         \
 "Response Time,Min Response Time,Max Response Time,Average Content "          \
 "Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,"    \
 "100%\n"

/* Long names, so that the members of an archive fill several parcels. */
#define NAME_DIGITS 16000
#define CONTENT_BYTES 18000

/* In memory that all processes share; NULL = nobody asks who reads. */
struct readers {
	atomic_int sources;
	atomic_int first;  /* process */
	atomic_int others; /* sources that it has not read */
};
static struct readers *readers;

/* The first waits for another to begin, but not for ever. */
static void
tell_who_reads(void)
{
	const struct timespec nap = {.tv_nsec = 1000000};
	int first = 0;

	atomic_fetch_add(&readers->sources, 1);
	if (!atomic_compare_exchange_strong(&readers->first, &first,
					    getpid()) &&
	    first != getpid())
		atomic_fetch_add(&readers->others, 1);
	for (int i = 0; i < 20 && !atomic_load(&readers->others); i++)
		nanosleep(&nap, NULL);
}

enum sift_status __real_sift_recognise(const struct sift_format **out,
				       struct sift_source *src,
				       struct sift_err *err);
enum sift_status __wrap_sift_recognise(const struct sift_format **out,
				       struct sift_source *src,
				       struct sift_err *err);

enum sift_status
__wrap_sift_recognise(const struct sift_format **out, struct sift_source *src,
		      struct sift_err *err)
{
	struct sift_span head = {NULL, 0};

	if (readers)
		tell_who_reads();
	if (!sift_source_peek(src, 4, &head, NULL) &&
	    sift_span_starts(head, SIFT_SPAN("KILL")))
		kill(getpid(), SIGKILL);
	return __real_sift_recognise(out, src, err);
}

/* ---- results, in a folder or in a tar ---- */

static void
make_content(char out[CONTENT_BYTES], int number, bool kills)
{
	if (kills)
		snprintf(out, CONTENT_BYTES, "KILL");
	else
		snprintf(out, CONTENT_BYTES,
			 "%sGET,/"
			 "%0*d,%d,0,1,1,1,1,1,1,0,1,1,1,1,1,1,1,1,1,1,1\n",
			 HEADER, NAME_DIGITS, number, number + 1);
}

static void
put_octal(char *field, size_t size, unsigned long value)
{
	snprintf(field, size, "%0*lo", (int)size - 1, value);
}

/* `blocks` of a tar that the member fills; 0 = as its content does. */
static void
put_member(FILE *tar, const char *name, const char *content, size_t blocks)
{
	char head[512] = {0}, pad[512] = {0};
	size_t len = strlen(content);
	unsigned long sum = 0;

	snprintf(head, 100, "%s", name);
	put_octal(head + 100, 8, 0644);
	put_octal(head + 108, 8, 0);
	put_octal(head + 116, 8, 0);
	put_octal(head + 124, 12, blocks ? blocks * sizeof(pad) : len);
	put_octal(head + 136, 12, 0);
	memset(head + 148, ' ', 8);
	head[156] = '0';
	memcpy(head + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += (unsigned char)head[i];
	put_octal(head + 148, 7, sum);
	fwrite(head, 1, sizeof(head), tar);
	fwrite(content, 1, len, tar);
	fwrite(pad, 1, (512 - len % 512) % 512, tar);
	for (; blocks > 1; blocks--)
		fwrite(pad, 1, sizeof(pad), tar);
}

/* Killers may be too large to be packed: then who packs dies. */
static void
write_tar(const char *path, const bool kills[FILES], bool are_large)
{
	FILE *tar = fopen(path, "wb");
	static char content[CONTENT_BYTES];
	char name[64];

	ck_assert_ptr_nonnull(tar);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "run-%02d/stats.csv", i);
		make_content(content, i, kills[i]);
		put_member(tar, name, content,
			   are_large && kills[i] ? SIFT_WHOLE_MAX / 512 : 0);
	}
	memset(content, 0, sizeof(content));
	fwrite(content, 1, 1024, tar);
	ck_assert_int_eq(fclose(tar), 0);
}

static void
remove_all(const char *path)
{
	char name[128];

	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "%s/run-%02d.csv", path, i);
		remove(name);
	}
	remove(path);
}

static void
write_folder(const char *path, const bool kills[FILES])
{
	static char content[CONTENT_BYTES];
	char name[128];

	remove_all(path); /* what a run that failed has left */
	ck_assert_int_eq(mkdir(path, 0777), 0);
	for (int i = 0; i < FILES; i++) {
		FILE *file;

		snprintf(name, sizeof(name), "%s/run-%02d.csv", path, i);
		make_content(content, i, kills[i]);
		file = fopen(name, "wb");
		ck_assert_ptr_nonnull(file);
		fputs(content, file);
		ck_assert_int_eq(fclose(file), 0);
	}
}

/* ---- what comes of them ---- */

static void
read_all(const char *path, unsigned workers, struct sift_digest *digest)
{
	struct sift_options options = SIFT_OPTIONS_INIT;
	struct sift_walk walk;

	options.limits = sift_limits_resolved(&options.limits);
	sift_walk_init(&walk);
	sift_digest_init(digest);
	ck_assert_int_eq(sift_walk_inputs(&walk, &path, 1, NULL), SIFT_OK);
	ck_assert_int_eq(
		sift_pool_read(&walk, workers, &options, NULL, digest, NULL),
		SIFT_OK);
	sift_walk_release(&walk);
}

/* Each source once, and those lost that were to be. */
static void
check_digest(const struct sift_digest *digest, const bool kills[FILES])
{
	ck_assert_uint_eq(digest->count, FILES);
	for (size_t i = 0; i < FILES; i++) {
		const struct sift_block *block = digest->blocks[i];
		char number[16];

		snprintf(number, sizeof(number), "run-%02zu", i);
		ck_assert_ptr_nonnull(strstr(block->name, number));
		ck_assert_ptr_nonnull(strstr(block->path, number));
		ck_assert_int_eq(block->reading, kills[i] ? SIFT_READING_DAMAGED
							  : SIFT_READING_WHOLE);
		ck_assert_uint_eq(block->series_count, !kills[i]);
		if (kills[i])
			ck_assert_ptr_nonnull(
				strstr(block->reason, "signal 9"));
	}
}

/* The numbers of those that kill; -1 ends. */
static const int killers[][8] = {
	{-1},	    {0, -1},	    {FILES - 1, -1},
	{7, 8, -1}, {8, 7, 30, -1}, {0, 1, 2, 20, 22, 59, -1},
};

static void
mark(bool kills[FILES], int row)
{
	memset(kills, 0, FILES * sizeof(*kills));
	for (const int *at = killers[row]; *at >= 0; at++)
		kills[*at] = true;
}

START_TEST(a_death_costs_its_source_in_an_archive)
{
	bool kills[FILES];
	struct sift_digest digest;

	mark(kills, _i);
	for (unsigned i = 0; i < 8; i++) {
		unsigned workers = i / 2 + 1;

		write_tar("deaths.tar", kills, i % 2);
		read_all("deaths.tar", workers, &digest);
		check_digest(&digest, kills);
		sift_digest_release(&digest);
	}
	remove("deaths.tar");
}
END_TEST

START_TEST(a_death_costs_its_file_of_many)
{
	bool kills[FILES];
	struct sift_digest digest;

	mark(kills, _i);
	write_folder("deaths", kills);
	for (unsigned workers = 1; workers < 4; workers++) {
		read_all("deaths", workers, &digest);
		check_digest(&digest, kills);
		sift_digest_release(&digest);
	}
	remove_all("deaths");
}
END_TEST

START_TEST(workers_share_the_members_of_an_archive)
{
	const bool kills[FILES] = {false};
	struct sift_digest digest;

	readers = mmap(NULL, sizeof(*readers), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(readers, MAP_FAILED);
	write_tar("shared.tar", kills, false);
	read_all("shared.tar", 2, &digest);
	check_digest(&digest, kills);
	ck_assert_int_eq(atomic_load(&readers->sources), FILES);
	ck_assert_int_gt(atomic_load(&readers->others), 0);
	sift_digest_release(&digest);
	remove("shared.tar");
}
END_TEST

START_TEST(when_all_kill_all_are_lost)
{
	bool kills[FILES];
	struct sift_digest digest;

	memset(kills, true, sizeof(kills));
	write_tar("deaths-all.tar", kills, false);
	read_all("deaths-all.tar", 2, &digest);
	check_digest(&digest, kills);
	sift_digest_release(&digest);
	remove("deaths-all.tar");
}
END_TEST

/* A stream can not be read again: what came before is kept, and the row of
   the loss is the last. */
START_TEST(of_a_stream_what_came_before_is_kept)
{
	bool kills[FILES] = {false};
	const char *path = "deaths.fifo";
	struct sift_digest digest;
	pid_t pid;

	kills[9] = true;
	write_tar("deaths-in.tar", kills, false);
	remove(path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	pid = fork();
	if (pid == 0) {
		static char bytes[16 * CONTENT_BYTES];
		FILE *in = fopen("deaths-in.tar", "rb");
		FILE *out = fopen(path, "wb");
		size_t n = in ? fread(bytes, 1, sizeof(bytes), in) : 0;

		signal(SIGPIPE, SIG_IGN);
		if (out)
			fwrite(bytes, 1, n, out);
		_exit(0);
	}
	read_all(path, 1, &digest);
	ck_assert_uint_eq(digest.count, 10);
	for (size_t i = 0; i < digest.count; i++)
		ck_assert_int_eq(digest.blocks[i]->reading,
				 i == 9 ? SIFT_READING_DAMAGED
					: SIFT_READING_WHOLE);
	sift_digest_release(&digest);
	remove(path);
	remove("deaths-in.tar");
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, a_death_costs_its_source_in_an_archive, 0,
			    COUNT(killers));
	tcase_add_loop_test(tc, a_death_costs_its_file_of_many, 0,
			    COUNT(killers));
	tcase_add_test(tc, workers_share_the_members_of_an_archive);
	tcase_add_test(tc, when_all_kill_all_are_lost);
	tcase_add_test(tc, of_a_stream_what_came_before_is_kept);
}

int
main(void)
{
	return run_suite("deaths", fill);
}
