/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

/*
 * A file read in pieces gives the digest that reading it whole gives, to the
 * last byte. This program's own read() and pread() tell how files are read,
 * across processes, and kill at will: pieces are read with pread(), and only
 * who reads all of a file meets its end with read().
 */

#include "engine/pool.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "input/unpack.h"
#include "runner.h"

/* Shared with the workers. */
struct watch {
	int pieces;   /* calls of pread() */
	int wholes;   /* of read() that gave nothing */
	long kill_at; /* die when a piece is read from here on; -1 = do not */
};

static struct watch *watch;

ssize_t read(int fd, void *bytes, size_t len);
ssize_t pread(int fd, void *bytes, size_t len, off_t offset);

ssize_t
read(int fd, void *bytes, size_t len)
{
	ssize_t n = syscall(SYS_read, fd, bytes, len);

	if (watch && n == 0)
		__atomic_add_fetch(&watch->wholes, 1, __ATOMIC_RELAXED);
	return n;
}

ssize_t
pread(int fd, void *bytes, size_t len, off_t offset)
{
	__atomic_add_fetch(&watch->pieces, 1, __ATOMIC_RELAXED);
	if (watch->kill_at >= 0 && offset >= watch->kill_at)
		kill(getpid(), SIGKILL);
	return syscall(SYS_pread64, fd, bytes, len, offset);
}

/* ---- files ---- */

enum {
	OLD_ORDER = 1 << 0,
	SPACED = 1 << 1,
	CRLF = 1 << 2,
	UNTOLD = 1 << 3,	/* no expected_response */
	NO_VERDICT = 1 << 4,	/* no http_req_failed */
	MANY_NAMES = 1 << 5,	/* more than the limit below */
	DECLARED = 1 << 6,	/* "mine" at the start */
	DECLARED_LATE = 1 << 7, /* at a third, used from there on */
	USED_EARLY = 1 << 8,	/* used from the start on */
	TWICE = 1 << 9,		/* declared otherwise at two thirds */
	BAD_LINES = 1 << 10,	/* now and then */
	CUT = 1 << 11,		/* at the end */
	NO_END = 1 << 12,	/* the last line lacks its LF */
	LONG_LINE = 1 << 13,
	BOTH_ORDERS = 1 << 14, /* the old one in the second half */
	CONSOLE = 1 << 15,     /* lines of no record */
	MARK = 1 << 16	       /* a byte order mark */
};

#define GROUPS 120
#define LINE_MAX_BYTES 3000

struct text {
	FILE *out;
	unsigned is;
	int group;
};

/* A line of JSON with the blanks and the end that the file has. */
static void
put_line(const struct text *text, const char *line)
{
	for (; *line; line++) {
		putc(*line, text->out);
		if (text->is & SPACED && (*line == ':' || *line == ',') &&
		    strchr("\"{[", line[1]))
			putc(' ', text->out);
	}
	fputs(text->is & CRLF ? "\r\n" : "\n", text->out);
}

static void
put_point(const struct text *text, const char *metric, const char *value,
	  const char *tags)
{
	char line[1024];
	int at = text->group;
	bool old = text->is & OLD_ORDER ||
		   (text->is & BOTH_ORDERS && at > GROUPS / 2);

	if (old)
		snprintf(line, sizeof(line),
			 "{\"type\":\"Point\",\"data\":{\"time\":\"2026-01-01T"
			 "10:%02d:%02d.%06dZ\",\"value\":%s,\"tags\":{%s}},"
			 "\"metric\":\"%s\"}",
			 at / 60, at % 60, at * 7919 % 1000000, value, tags,
			 metric);
	else
		snprintf(line, sizeof(line),
			 "{\"metric\":\"%s\",\"type\":\"Point\",\"data\":{"
			 "\"time\":\"2026-01-01T10:%02d:%02d.%06dZ\",\"value\":"
			 "%s,\"tags\":{%s}}}",
			 metric, at / 60, at % 60, at * 7919 % 1000000, value,
			 tags);
	put_line(text, line);
}

static void
put_metric(const struct text *text, const char *name, const char *type,
	   const char *thresholds)
{
	char line[512];

	snprintf(line, sizeof(line),
		 "{\"type\":\"Metric\",\"data\":{\"name\":\"%s\",\"type\":"
		 "\"%s\",\"contains\":\"default\",\"thresholds\":[%s],"
		 "\"submetrics\":null},\"metric\":\"%s\"}",
		 name, type, thresholds, name);
	put_line(text, line);
}

static void
put_request(const struct text *text)
{
	static const char *const names[] = {"a", "b", "\\u003ca\\u003e"};
	char tags[256], value[32], name[32];
	int at = text->group;
	bool failed = at % 5 == 0;

	snprintf(name, sizeof(name), "%s", names[at % 3]);
	if (text->is & MANY_NAMES)
		snprintf(name, sizeof(name), "/item/%d", at % 40);
	snprintf(tags, sizeof(tags),
		 "%s\"method\":\"GET\",\"name\":\"%s\",\"status\":\"%d\"",
		 text->is & UNTOLD ? ""
		 : failed	   ? "\"expected_response\":\"false\","
				   : "\"expected_response\":\"true\",",
		 name, at % 7 == 0 ? 404 : 200);
	snprintf(value, sizeof(value), "%d.%06d", at % 90,
		 at * 104729 % 1000000);
	put_point(text, "http_reqs", "1", tags);
	put_point(text, "http_req_duration", value, tags);
	put_point(text, "http_req_waiting", value, tags);
	if (!(text->is & NO_VERDICT))
		put_point(text, "http_req_failed", failed ? "1" : "0", tags);
}

static void
put_oddities(const struct text *text)
{
	int at = text->group;

	if (text->is & BAD_LINES && at % 17 == 3)
		put_line(text, "{\"metric\":\"vus\",\"type\":\"Point\"");
	if (text->is & BAD_LINES && at == 100)
		put_point(text, "http_req_duration", "-1", "\"name\":\"a\"");
	if (text->is & CONSOLE && at % 10 == 0)
		put_line(text, at % 20 ? "INFO[0001] hello" : "");
	if (text->is & LONG_LINE && at == 60)
		fprintf(text->out, "%*s\n", LINE_MAX_BYTES + 1, "x");
}

static void
put_group(const struct text *text)
{
	int at = text->group;
	bool late = text->is & DECLARED_LATE && at >= GROUPS / 3;
	char value[16];

	snprintf(value, sizeof(value), "%d", at % 4);
	put_oddities(text);
	if (text->is & DECLARED_LATE && at == GROUPS / 3)
		put_metric(text, "mine", "gauge", "\"value<9\"");
	if (text->is & TWICE && at == GROUPS * 2 / 3)
		put_metric(text, "mine", "trend", "");
	put_request(text);
	put_point(text, "checks", at % 3 ? "1" : "0", "\"check\":\"is ok\"");
	if (at % 8 == 0)
		put_point(text, "vus", at % 16 ? "7" : "8", "");
	if (text->is & (DECLARED | USED_EARLY) || late)
		put_point(text, "mine", value, "");
	if (text->is & DECLARED)
		put_point(text, "my_time", value, "");
}

static void
write_file(const char *path, unsigned is)
{
	struct text text = {.out = fopen(path, "wb"), .is = is};

	ck_assert_ptr_nonnull(text.out);
	if (is & MARK)
		fputs("\xEF\xBB\xBF", text.out);
	put_metric(&text, "http_reqs", "counter", "");
	put_metric(&text, "http_req_duration", "trend", "\"p(95)<200\"");
	if (is & DECLARED) {
		put_metric(&text, "mine", "counter", "");
		put_metric(&text, "my_time", "trend", "");
	}
	for (; text.group < GROUPS; text.group++)
		put_group(&text);
	if (is & CUT)
		fputs("{\"metric\":\"http_reqs\",\"type\":\"Poi", text.out);
	if (is & NO_END)
		fputs("{\"metric\":\"vus\",\"type\":\"Point\",\"data\":{"
		      "\"time\":\"2026-01-01T10:00:00Z\",\"value\":9}}",
		      text.out);
	ck_assert_int_eq(fclose(text.out), 0);
}

/* ---- reading them ---- */

/* All that is kept of the file, as bytes. */
static void
read_file(const char *path, unsigned workers, uint64_t piece_bytes,
	  struct sift_buf *out)
{
	struct sift_options options = SIFT_OPTIONS_INIT;
	struct sift_digest digest;
	struct sift_walk walk;

	options.piece_bytes = piece_bytes;
	options.limits.line_bytes = LINE_MAX_BYTES;
	options.limits.endpoints = 10;
	options.limits = sift_limits_resolved(&options.limits);
	sift_walk_init(&walk);
	sift_digest_init(&digest);
	sift_buf_clear(out);
	ck_assert_int_eq(sift_walk_inputs(&walk, &path, 1, NULL), SIFT_OK);
	ck_assert_int_eq(
		sift_pool_read(&walk, workers, &options, NULL, &digest, NULL),
		SIFT_OK);
	ck_assert_uint_eq(digest.count, 1);
	ck_assert_int_eq(sift_digest_write(&digest, out, NULL), SIFT_OK);
	sift_digest_release(&digest);
	sift_walk_release(&walk);
}

static void
start_watch(void)
{
	watch = mmap(NULL, sizeof(*watch), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(watch, MAP_FAILED);
	watch->kill_at = -1;
}

enum way { IN_PIECES, AS_A_WHOLE, EITHER };

/* what is in a file, and how it is read */
static const struct {
	unsigned is;
	enum way way;
} files[] = {
	{0, IN_PIECES},
	{OLD_ORDER, IN_PIECES},
	{SPACED, IN_PIECES},
	{CRLF | CONSOLE, IN_PIECES},
	{MARK | CONSOLE, IN_PIECES},
	{DECLARED, IN_PIECES},
	{DECLARED | OLD_ORDER | SPACED | CRLF, IN_PIECES},
	{DECLARED_LATE, IN_PIECES},
	{DECLARED_LATE | TWICE, IN_PIECES},
	{DECLARED | TWICE, IN_PIECES},
	{MANY_NAMES, IN_PIECES},
	{BAD_LINES, IN_PIECES},
	{BAD_LINES | DECLARED_LATE | CONSOLE, IN_PIECES},
	{CUT, IN_PIECES},
	{CUT | BAD_LINES | DECLARED_LATE | MANY_NAMES, IN_PIECES},
	{NO_END, IN_PIECES},
	{UNTOLD | NO_VERDICT, IN_PIECES},
	{UNTOLD, AS_A_WHOLE},
	{USED_EARLY, AS_A_WHOLE},
	{BOTH_ORDERS, AS_A_WHOLE},
	/* it depends on where they are cut */
	{USED_EARLY | DECLARED_LATE, EITHER},
	{USED_EARLY | TWICE, EITHER},
	{LONG_LINE, EITHER},
};

static const struct {
	unsigned workers;
	uint64_t piece_bytes;
} ways[] = {
	{1, 50000}, {1, 3000}, {2, 30000}, {2, 7777},
	{3, 1000},  {4, 4096}, {4, 333},   {1, 100},
};

START_TEST(pieces_amount_to_the_whole)
{
	const char *path = "pieces.json";
	struct sift_buf whole, parts;

	start_watch();
	sift_buf_init(&whole, 0);
	sift_buf_init(&parts, 0);
	write_file(path, files[_i].is);
	read_file(path, 1, 0, &whole);
	ck_assert_int_eq(watch->pieces, 0);
	ck_assert_int_eq(watch->wholes, 1);
	for (int i = 0; i < COUNT(ways); i++) {
		watch->pieces = 0;
		watch->wholes = 0;
		read_file(path, ways[i].workers, ways[i].piece_bytes, &parts);
		ck_assert_msg(sift_span_equal(sift_buf_span(&parts),
					      sift_buf_span(&whole)),
			      "%u workers, pieces of %llu", ways[i].workers,
			      (unsigned long long)ways[i].piece_bytes);
		ck_assert_int_gt(watch->pieces, 0);
		if (files[_i].way != EITHER)
			ck_assert_int_eq(watch->wholes,
					 files[_i].way == AS_A_WHOLE);
	}
	sift_buf_release(&whole);
	sift_buf_release(&parts);
	remove(path);
}
END_TEST

START_TEST(of_a_killed_piece_no_number_is_used)
{
	const char *path = "killed.json";
	struct sift_digest digest;
	struct sift_buf out;

	start_watch();
	sift_buf_init(&out, 0);
	write_file(path, DECLARED);
	watch->kill_at = 20000 * _i;
	read_file(path, (unsigned)_i + 1, 20000, &out);
	sift_digest_init(&digest);
	ck_assert_int_eq(sift_digest_read(&digest, sift_buf_span(&out), NULL),
			 SIFT_OK);
	ck_assert_uint_eq(digest.count, 1);
	ck_assert_int_eq(digest.blocks[0]->reading, SIFT_READING_DAMAGED);
	ck_assert_ptr_nonnull(strstr(digest.blocks[0]->reason, "signal 9"));
	ck_assert_uint_eq(digest.blocks[0]->series_count, 0);
	ck_assert_uint_eq(digest.blocks[0]->records_used, 0);
	sift_digest_release(&digest);
	sift_buf_release(&out);
	remove(path);
}
END_TEST

/* Whatever there is no memory for, it ends; and of workers that were not made
   nothing is closed: 0 is not theirs. */
START_TEST(without_memory_only_its_own_files_are_closed)
{
	struct sift_options options = SIFT_OPTIONS_INIT;
	const char *path = "pieces.json";
	bool failed = false;
	struct sift_walk walk;

	options.limits = sift_limits_resolved(&options.limits);
	write_file(path, DECLARED);
	sift_walk_init(&walk);
	ck_assert_int_eq(sift_walk_inputs(&walk, &path, 1, NULL), SIFT_OK);
	for (uint64_t n = 1; n <= 24; n++) {
		struct sift_digest digest;
		int ends[2];

		ck_assert_int_eq(pipe(ends), 0);
		ck_assert_int_eq(dup2(ends[0], 0), 0);
		sift_digest_init(&digest);
		sift_mem_fail_at(n, 0);
		failed |= sift_pool_read(&walk, 4, &options, NULL, &digest,
					 NULL) == SIFT_E_NOMEM;
		sift_mem_fail_at(0, 0);
		ck_assert_int_ge(fcntl(0, F_GETFD), 0);
		sift_digest_release(&digest);
		close(ends[0]);
		close(ends[1]);
	}
	ck_assert(failed);
	sift_walk_release(&walk);
	remove(path);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_loop_test(tc, pieces_amount_to_the_whole, 0, COUNT(files));
	tcase_add_loop_test(tc, of_a_killed_piece_no_number_is_used, 0, 4);
	tcase_add_test(tc, without_memory_only_its_own_files_are_closed);
}

int
main(void)
{
	return run_suite("pool", fill);
}
