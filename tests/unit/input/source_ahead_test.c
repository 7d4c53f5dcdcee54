/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "input/source_impl.h"
#include "packed_fixture.h"

/* As it is used: below this a source is read by whom it belongs to. */
#define START_BYTES ((uint64_t)256 << 10)
#define LONG_BYTES ((uint64_t)8 << 20)
#define BLOCK_BYTES ((size_t)64 << 10)

/*
 * A source of `length` bytes in blocks of which each is full of its own
 * number, in as many buffers as a source that is read ahead has to have.
 */
struct counting {
	struct sift_source base;
	char *blocks; /* owned */
	uint64_t length;
	enum sift_status last; /* what ends it */
	bool last_is_late;     /* the end comes alone, not with a block */
	atomic_uint reads;
	pthread_t readers[2]; /* of the first block, and of the last */
	bool *is_released;
	atomic_uint sums;   /* taken before the check */
	unsigned checks;    /* in the reader's thread */
	unsigned wrong_sum; /* the block that has one; 0 = none */
};

static void
sum_counting(const struct sift_source *src, struct sift_span block,
	     struct sift_seal *seal)
{
	struct counting *c = (struct counting *)src;

	seal->is_summed = true;
	seal->block_sum = block.len ? (unsigned char)block.ptr[0] : 0;
	atomic_fetch_add(&c->sums, 1);
}

static enum sift_status
check_counting(struct sift_source *src, struct sift_span block,
	       const struct sift_seal *seal, struct sift_err *err)
{
	struct counting *c = (struct counting *)src;
	unsigned n = c->checks++;

	if (block.len)
		ck_assert_int_eq(block.ptr[0], (char)n);
	if (block.len && seal->is_summed)
		ck_assert_uint_eq(seal->block_sum, (unsigned char)n);
	return n && n == c->wrong_sum
		       ? sift_fail(err, SIFT_E_FORMAT, "wrong at %u", n)
		       : SIFT_OK;
}

static enum sift_status
read_counting(struct sift_source *src, struct sift_span *out,
	      struct sift_err *err)
{
	struct counting *c = (struct counting *)src;
	unsigned n = atomic_load(&c->reads);
	unsigned in_use = sift_blocks_in_use(SIFT_AHEAD_BLOCKS, n);
	char *block = c->blocks + n % in_use * BLOCK_BYTES;
	uint64_t left = c->length - n * (uint64_t)BLOCK_BYTES;
	bool is_over = left <= BLOCK_BYTES;

	c->readers[n > 0] = pthread_self();
	if (n && c->length < n * (uint64_t)BLOCK_BYTES) {
		left = 0; /* a late end */
		is_over = true;
	}
	*out = sift_span_of(block, is_over ? (size_t)left : BLOCK_BYTES);
	memset(block, (char)n, out->len);
	src->in_bytes = n + 1;
	atomic_store(&c->reads, n + 1);
	if (!is_over || (c->last_is_late && out->len))
		return SIFT_OK;
	return c->last == SIFT_END ? SIFT_END
				   : sift_fail(err, c->last, "torn at %u", n);
}

static void
release_counting(struct sift_source *src)
{
	struct counting *c = (struct counting *)src;

	*c->is_released = true;
	sift_free(c->blocks);
	sift_free(c);
}

static const struct sift_source_ops counting_ops = {
	.read = read_counting,
	.check = check_counting,
	.sum = sum_counting,
	.release = release_counting,
};

static struct counting *
open_counting(uint64_t length, enum sift_status last, bool *is_released)
{
	struct counting *c = sift_calloc(1, sizeof(*c));

	sift_source_init(&c->base, &counting_ops);
	c->blocks = sift_malloc(SIFT_AHEAD_BLOCKS * BLOCK_BYTES);
	c->length = length;
	c->last = last;
	c->is_released = is_released;
	*is_released = false;
	return c;
}

static struct sift_source *
open_ahead(struct counting *c)
{
	struct sift_source *src = NULL;

	ck_assert_int_eq(sift_source_open_ahead(&src, &c->base, NULL), SIFT_OK);
	return src;
}

/* The next block must be the n-th, whole until the next is asked for. */
static void
check_block(struct sift_source *src, unsigned n)
{
	struct sift_span block;

	ck_assert_int_eq(sift_source_next(src, &block, NULL), SIFT_OK);
	ck_assert_uint_gt(block.len, 0);
	ck_assert_uint_eq(src->in_bytes, n + 1);
	ck_assert_int_eq(block.ptr[0], (char)n);
	ck_assert_mem_eq(block.ptr, block.ptr + 1, block.len - 1);
}

/* clang-format off */
static const struct {
	uint64_t length;
	enum sift_status last;
	bool last_is_late;
} streams[] = {
	{1, SIFT_END, false},
	{0, SIFT_E_FORMAT, false},
	{1000, SIFT_E_FORMAT, false},
	{START_BYTES - 1, SIFT_E_FORMAT, true},
	{START_BYTES, SIFT_END, false},
	{START_BYTES, SIFT_END, true},
	{START_BYTES, SIFT_E_IO, false},
	{START_BYTES, SIFT_E_IO, true},
	{START_BYTES + 1, SIFT_END, false},
	{START_BYTES + 1, SIFT_E_NOMEM, true},
	{LONG_BYTES, SIFT_END, true},
	{LONG_BYTES + 77, SIFT_E_FORMAT, false},
	{LONG_BYTES + 77, SIFT_E_FORMAT, true},
};
#define STREAMS (sizeof(streams) / sizeof(streams[0]))
/* clang-format on */

/* Once as it is, once read ahead: every step must be the same. */
START_TEST(what_comes_out_is_what_would_come_without)
{
	struct sift_err failures[2] = {{0}, {0}};
	struct sift_source *sources[2];
	struct sift_span blocks[2];
	enum sift_status rcs[2];
	bool is_released[2];
	int i;

	for (i = 0; i < 2; i++) {
		struct counting *c = open_counting(
			streams[_i].length, streams[_i].last, &is_released[i]);

		c->last_is_late = streams[_i].last_is_late;
		sources[i] = i ? open_ahead(c) : &c->base;
	}
	do {
		for (i = 0; i < 2; i++)
			rcs[i] = sift_source_next(sources[i], &blocks[i],
						  &failures[i]);
		ck_assert_int_eq(rcs[0], rcs[1]);
		ck_assert(sift_span_equal(blocks[0], blocks[1]));
		ck_assert_uint_eq(sources[0]->in_bytes, sources[1]->in_bytes);
		ck_assert_uint_eq(sift_source_offset(sources[0]),
				  sift_source_offset(sources[1]));
		ck_assert_int_eq(sources[0]->state, sources[1]->state);
	} while (rcs[0] == SIFT_OK);
	ck_assert_int_eq(rcs[0], streams[_i].last);
	ck_assert_uint_eq(sift_source_offset(sources[0]), streams[_i].length);
	ck_assert_str_eq(failures[0].what, failures[1].what);
	for (i = 0; i < 2; i++) {
		/* Over is over. */
		ck_assert_int_eq(sift_source_next(sources[i], &blocks[i], NULL),
				 streams[_i].last);
		sift_source_free(sources[i]);
		ck_assert(is_released[i]);
	}
}
END_TEST

START_TEST(a_thread_reads_what_is_long_and_only_that)
{
	bool is_released;
	struct counting *c = open_counting(START_BYTES, SIFT_END, &is_released);
	struct sift_source *src = open_ahead(c);

	ck_assert_int_eq(sift_source_drain(src, NULL), SIFT_OK);
	ck_assert(pthread_equal(c->readers[1], pthread_self()));
	sift_source_free(src);

	c = open_counting(START_BYTES + BLOCK_BYTES, SIFT_END, &is_released);
	src = open_ahead(c);
	ck_assert_int_eq(sift_source_drain(src, NULL), SIFT_OK);
	ck_assert(pthread_equal(c->readers[0], pthread_self()));
	ck_assert(!pthread_equal(c->readers[1], pthread_self()));
	sift_source_free(src);
}
END_TEST

/* The reader dawdles until the thread has filled all it wants: half of the
   blocks, later all of them. */
START_TEST(the_thread_never_touches_the_block_that_is_read)
{
	bool is_released;
	struct counting *c =
		open_counting(2 * LONG_BYTES, SIFT_END, &is_released);
	struct sift_source *src = open_ahead(c);
	unsigned before = (unsigned)(START_BYTES / BLOCK_BYTES);
	unsigned full[2] = {0};
	struct sift_span block;
	unsigned n;

	for (n = 0; n < before; n++)
		check_block(src, n);
	for (; n < before + 200; n++) {
		unsigned in_use =
			sift_blocks_in_use(SIFT_AHEAD_BLOCKS, n - before);
		unsigned reads;

		ck_assert_int_eq(sift_source_next(src, &block, NULL), SIFT_OK);
		/* Once full, it goes on when one waits behind this one, or
		   three. */
		while (atomic_load(&c->reads) <= n + in_use / 2)
			sched_yield();
		for (int i = 0; i < 100; i++)
			sched_yield();
		reads = atomic_load(&c->reads);
		/* Which of them, the last one that was read decides. */
		in_use = sift_blocks_in_use(SIFT_AHEAD_BLOCKS,
					    reads - 1 - before);
		ck_assert_uint_le(reads, n + in_use);
		full[in_use == SIFT_AHEAD_BLOCKS] += reads == n + in_use;
		ck_assert_int_eq(block.ptr[0], (char)n);
		ck_assert_int_eq(block.ptr[block.len - 1], (char)n);
	}
	ck_assert_uint_gt(full[0], 0);
	ck_assert_uint_gt(full[1], 0);
	sift_source_free(src);
}
END_TEST

/* Read all; a slow reader waits for the thread to be ahead. */
static enum sift_status
read_slowly(struct sift_source *src, bool slow, struct sift_err *err)
{
	struct sift_span block;
	enum sift_status rc;

	do {
		for (int i = 0; slow && i < 50; i++)
			sched_yield();
		rc = sift_source_next(src, &block, err);
	} while (!rc);
	return rc;
}

START_TEST(each_block_is_checked_in_its_turn)
{
	unsigned wrong = (unsigned)(START_BYTES / BLOCK_BYTES) + 40;

	for (unsigned i = 0; i < 4; i++) {
		struct sift_err err = {0};
		bool is_released;
		struct counting *c =
			open_counting(LONG_BYTES, SIFT_E_IO, &is_released);
		struct sift_source *src = open_ahead(c);

		c->wrong_sum = i & 1 ? wrong : 0;
		ck_assert_int_eq(read_slowly(src, i & 2, &err),
				 i & 1 ? SIFT_E_FORMAT : SIFT_E_IO);
		ck_assert_uint_eq(c->checks,
				  i & 1 ? wrong + 1 : LONG_BYTES / BLOCK_BYTES);
		/* The wrong block itself has come out. */
		ck_assert_uint_eq(sift_source_offset(src),
				  c->checks * BLOCK_BYTES);
		if (i & 2)
			ck_assert_uint_gt(atomic_load(&c->sums), 0);
		sift_source_free(src);
	}
}
END_TEST

/* Whoever takes them: two members, whose checksums hold or do not. */
START_TEST(members_are_checked_whoever_takes_sums)
{
	struct sift_buf text, packed;

	sift_buf_init(&text, 0);
	sift_buf_init(&packed, 0);
	while (text.len < LONG_BYTES)
		sift_buf_printf(&text, "line %zu\n", text.len);
	for (unsigned i = 0; i < 2; i++)
		packed_kinds[0].pack(&packed, sift_buf_span(&text));
	for (unsigned i = 0; i < 4; i++) {
		struct sift_source *inner, *src;
		struct sift_err err = {0};

		packed.ptr[packed.len - 5] ^= (char)(i & 1);
		src = open_packed(SIFT_MAGIC_GZIP, sift_buf_span(&packed), 0,
				  SIFT_AHEAD_BLOCKS, &inner);
		ck_assert(!sift_source_is_near(inner));
		ck_assert(sift_source_is_near(src));
		ck_assert_int_eq(sift_source_open_ahead(&src, src, NULL),
				 SIFT_OK);
		ck_assert(!sift_source_is_near(src)); /* a thread's */
		ck_assert_int_eq(read_slowly(src, i & 2, &err),
				 i & 1 ? SIFT_E_FORMAT : SIFT_END);
		ck_assert_str_eq(err.what,
				 i & 1 ? "damaged gzip data: wrong checksum "
					 "or length"
				       : "");
		ck_assert_uint_eq(sift_source_offset(src), 2 * text.len);
		packed.ptr[packed.len - 5] ^= (char)(i & 1);
		sift_source_free(src);
		sift_source_free(inner);
	}
	sift_buf_release(&text);
	sift_buf_release(&packed);
}
END_TEST

START_TEST(it_may_be_released_at_any_time)
{
	unsigned before = (unsigned)(START_BYTES / BLOCK_BYTES);
	bool is_released;
	unsigned most, n;

	for (most = 0; most < before + 20; most += most < before - 2 ? 9 : 1) {
		struct sift_source *src = open_ahead(
			open_counting(LONG_BYTES, SIFT_END, &is_released));

		for (n = 0; n < most; n++)
			check_block(src, n);
		/* Half of the times the thread waits for room by then. */
		for (int i = 0; most % 2 && i < 100; i++)
			sched_yield();
		sift_source_free(src);
		ck_assert(is_released);
	}
}
END_TEST

START_TEST(peeking_goes_on_across_the_start)
{
	bool is_released;
	struct counting *c = open_counting(LONG_BYTES, SIFT_END, &is_released);
	struct sift_source *src = open_ahead(c);
	struct sift_span head;
	unsigned n;

	for (n = 0; n < LONG_BYTES / BLOCK_BYTES; n++) {
		ck_assert_int_eq(sift_source_peek(src, 1000, &head, NULL),
				 SIFT_OK);
		ck_assert_uint_ge(head.len, 1000);
		ck_assert_int_eq(head.ptr[0], (char)n);
		check_block(src, n);
	}
	ck_assert_int_eq(sift_source_next(src, &head, NULL), SIFT_END);
	sift_source_free(src);
}
END_TEST

START_TEST(without_a_thread_it_goes_on_alone)
{
	struct rlimit none = {0, RLIM_INFINITY};
	bool is_released;
	struct counting *c = open_counting(LONG_BYTES, SIFT_END, &is_released);
	struct sift_source *src = open_ahead(c);
	struct rlimit memory;

	if (!getenv("LOADSIFT_SANITIZED")) { /* they need address space */
		ck_assert_int_eq(getrlimit(RLIMIT_AS, &memory), 0);
		none.rlim_max = memory.rlim_max;
		ck_assert_int_eq(setrlimit(RLIMIT_AS, &none), 0);
		ck_assert_int_eq(sift_source_drain(src, NULL), SIFT_OK);
		ck_assert_int_eq(setrlimit(RLIMIT_AS, &memory), 0);
		ck_assert(pthread_equal(c->readers[1], pthread_self()));
	}
	sift_source_free(src);
}
END_TEST

START_TEST(a_missing_allocation_is_out_of_memory)
{
	struct sift_source *src = NULL;
	bool is_released;
	struct counting *c = open_counting(1, SIFT_END, &is_released);

	sift_mem_fail_at(1, 0);
	ck_assert_int_eq(sift_source_open_ahead(&src, &c->base, NULL),
			 SIFT_E_NOMEM);
	sift_mem_fail_at(0, 0);
	ck_assert_ptr_null(src);
	ck_assert(!is_released); /* it stays the caller's */
	sift_source_free(&c->base);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("source_ahead");
	TCase *tcase = tcase_create("source_ahead");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, what_comes_out_is_what_would_come_without, 0,
			    (int)STREAMS);
	tcase_add_test(tcase, a_thread_reads_what_is_long_and_only_that);
	tcase_add_test(tcase, the_thread_never_touches_the_block_that_is_read);
	tcase_add_test(tcase, each_block_is_checked_in_its_turn);
	tcase_add_test(tcase, members_are_checked_whoever_takes_sums);
	tcase_add_test(tcase, it_may_be_released_at_any_time);
	tcase_add_test(tcase, peeking_goes_on_across_the_start);
	tcase_add_test(tcase, without_a_thread_it_goes_on_alone);
	tcase_add_test(tcase, a_missing_allocation_is_out_of_memory);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
