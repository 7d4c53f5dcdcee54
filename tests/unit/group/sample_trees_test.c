/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/group.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/assemble.h"
#include "group_fixture.h"
#include "input/unpack.h"
#include "input/walk.h"
#include "read/reader.h"

static const struct sift_assemble_options everything = {true, 0};

/* Real archives, read from files to sets; without workers. */

struct intake {
	struct sift_digest digest;
	struct sift_limits limits;
};

static void
add_block(struct intake *in, struct sift_block *block,
	  enum sift_reading reading, const char *reason)
{
	struct sift_err err = {.status = SIFT_OK};

	ck_assert(!sift_block_set_reading(block, reading, reason, &err));
	ck_assert(!sift_block_finish(block, 1, &err));
	ck_assert(!sift_digest_add(&in->digest, block, &err));
}

static enum sift_status
on_source(void *payload, const char *name, const char *path,
	  struct sift_source *src, struct sift_err *err)
{
	struct intake *in = payload;
	struct sift_err trouble = {.status = SIFT_OK};
	const struct sift_format *format;
	struct sift_block *block;
	struct sift_sink sink;
	enum sift_status rc;

	ck_assert(!sift_block_new(&block, name, path, err));
	if (sift_recognise(&format, src, &trouble) || !format->read) {
		add_block(in, block, SIFT_READING_IGNORED, "not read");
		return SIFT_OK;
	}
	block->kind = format->kind;
	sink = sift_block_sink(block, 0);
	rc = format->read(src, &in->limits, &sink, &trouble);
	if (rc == SIFT_E_UNKNOWN)
		add_block(in, block, SIFT_READING_IGNORED, trouble.what);
	else if (rc)
		add_block(in, block, SIFT_READING_PARTIAL, trouble.what);
	else
		add_block(in, block, SIFT_READING_WHOLE, NULL);
	return SIFT_OK;
}

static enum sift_status
on_skipped(void *payload, const char *name, const char *path,
	   const char *reason, int is_damage, struct sift_err *err)
{
	(void)payload;
	(void)name;
	(void)path;
	(void)is_damage;
	(void)err;
	ck_abort_msg("%s: %s", name, reason);
	return SIFT_OK;
}

static void
read_input(struct intake *in, const char *input)
{
	struct sift_visitor visitor = {on_source, on_skipped, in};
	struct sift_err err = {.status = SIFT_OK};
	struct sift_limits defaults = {0};
	struct sift_walk walk;

	in->limits = sift_limits_resolved(&defaults);
	sift_digest_init(&in->digest);
	sift_walk_init(&walk);
	ck_assert_msg(!sift_walk_inputs(&walk, &input, 1, &err), "%s",
		      err.what);
	for (size_t i = 0; i < walk.count; i++) {
		const struct sift_found *found = &walk.files[i];
		int fd;

		if (found->skip)
			continue;
		ck_assert(!sift_found_open(found, &fd, &err));
		ck_assert(!sift_unpack(fd, found->name, found->path,
				       &in->limits, &visitor, &err));
		close(fd);
	}
	sift_walk_release(&walk);
	ck_assert(!sift_digest_finish(&in->digest, 1, &err));
}

/* Sets and sweeps of an input; with the ids of its runs and sets, which the
   statistics of all stand behind. */
static void
describe_input(const char *input, struct sift_buf *sets, struct sift_buf *ids)
{
	struct sift_err err = {.status = SIFT_OK};
	struct sift_document doc = {0};
	struct sift_grouping *g;
	struct sift_arena arena;
	struct intake in;

	read_input(&in, input);
	ck_assert(!sift_group(&g, &in.digest, NULL, 1, &err));
	sift_arena_init(&arena);
	ck_assert(
		!sift_assemble(&doc, &arena, &in.digest, g, &everything, &err));
	describe_sets(g, sets);
	for (size_t i = 0; i < doc.run_count; i++)
		sift_buf_printf(ids, "%s %s\n", doc.runs[i].id,
				doc.runs[i].label);
	for (size_t i = 0; i < doc.set_count; i++)
		sift_buf_printf(
			ids, "%s %.17g\n", doc.sets[i].id,
			doc.sets[i].total.latency[SIFT_STAT_MEAN].median);
	sift_arena_release(&arena);
	sift_grouping_free(g);
	sift_digest_release(&in.digest);
}

/* `folder` is the value of an environment variable; false when it is unset. */
static bool
path_in(const char *variable, const char *name, char *out, size_t size)
{
	const char *folder = getenv(variable);

	if (!folder || !*folder)
		return false;
	snprintf(out, size, "%s/%s", folder, name);
	return access(out, R_OK) == 0;
}

static const struct tree_case {
	const char *variable, *name;
	const char *sets;
} tree_cases[] = {
	{"top_srcdir", "data/examples/load-tests.tar.xz",
	 "baseline (k6): baseline_1, baseline_2, baseline_3\n"
	 "baseline (locust): baseline/run-01, baseline/run-02, "
	 "baseline/run-03, baseline/run-04, baseline/run-05\n"
	 "concurrency 1 VU: concurrency_01vus\n"
	 "concurrency 32 VUs: concurrency_32vus\n"
	 "optimised: optimised/run-01, optimised/run-02, optimised/run-03\n"
	 "peak 5 users: peak/users-005\n"
	 "peak 20 users: peak/users-020\n"
	 "peak 50 users: peak/users-050\n"
	 "peak 100 users: peak/users-100\n"
	 "sweep k6/concurrency users: concurrency 1 VU, concurrency 32 VUs\n"
	 "sweep locust/peak/load_test users: peak 5 users, peak 20 users, "
	 "peak 50 users, peak 100 users\n"},
	{"LOADSIFT_SAMPLES", "k6/runs",
	 "baseline: baseline_1, baseline_2, baseline_3, baseline_4, "
	 "baseline_5\n"
	 "concurrency 1 VU: concurrency_01vus\n"
	 "concurrency 32 VUs: concurrency_32vus\n"
	 "k6v2_legacy-summary: k6v2_legacy-summary\n"
	 "k6v2_new-summary: k6v2_new-summary\n"
	 "optimised: optimised_1, optimised_2, optimised_3\n"
	 "sweep 1 rps: sweep_001rps\n"
	 "sweep 10 rps: sweep_010rps\n"
	 "sweep 50 rps: sweep_050rps\n"
	 "sweep 100 rps: sweep_100rps\n"
	 "sweep concurrency users: concurrency 1 VU, concurrency 32 VUs\n"
	 "sweep sweep rps: sweep 1 rps, sweep 10 rps, sweep 50 rps, "
	 "sweep 100 rps\n"},
	{"LOADSIFT_SAMPLES", "locust/perf-archive",
	 "baseline: baseline/run-01, baseline/run-02, baseline/run-03, "
	 "baseline/run-04, baseline/run-05\n"
	 "older runs/Zürich, v1.4: older runs/Zürich, v1.4\n"
	 "optimised: optimised/run-01, optimised/run-02, optimised/run-03\n"
	 "peak 5 users: peak/users-005\n"
	 "peak 20 users: peak/users-020\n"
	 "peak 50 users: peak/users-050\n"
	 "peak 100 users: peak/users-100\n"
	 "sweep runs/peak/load_test users: peak 5 users, peak 20 users, "
	 "peak 50 users, peak 100 users\n"},
	{"LOADSIFT_SAMPLES", "seed",
	 "baseline: baseline\nload_test: load_test\noptimized: optimized\n"},
	{"LOADSIFT_SAMPLES", "locust/edge/guide-variant-SYNTHETIC",
	 "guide-variant-SYNTHETIC: run1, run2, run3\n"},
};

START_TEST(a_real_archive_falls_into_its_sets)
{
	const struct tree_case *c = &tree_cases[_i];
	struct sift_buf sets, ids;
	char input[4096];

	if (!path_in(c->variable, c->name, input, sizeof(input)))
		return;
	sift_buf_init(&sets, 0);
	sift_buf_init(&ids, 0);
	describe_input(input, &sets, &ids);
	ck_assert_str_eq(sets.ptr, c->sets);
	sift_buf_release(&sets);
	sift_buf_release(&ids);
}
END_TEST

static const struct packed_case {
	const char *folder, *packed;
	bool lacks_some; /* files of the folder: other ids, the same sets */
} packed_cases[] = {
	{"locust/perf-archive/runs/peak", "locust/archives/peak.tar.xz", false},
	{"locust/perf-archive/runs/optimised", "locust/archives/optimised.zip",
	 false},
	/* the JSON of its second run */
	{"locust/perf-archive/runs/baseline", "locust/archives/baseline.tar.gz",
	 true},
	{"locust/edge/guide-variant-SYNTHETIC",
	 "locust/archives/guide-variant-SYNTHETIC.zip", false},
};

START_TEST(an_archive_says_the_same_as_its_folder)
{
	const struct packed_case *c = &packed_cases[_i];
	char folder[4096], packed[4096];
	struct sift_buf a, b, unused;

	if (!path_in("LOADSIFT_SAMPLES", c->folder, folder, sizeof(folder)) ||
	    !path_in("LOADSIFT_SAMPLES", c->packed, packed, sizeof(packed)))
		return;
	sift_buf_init(&a, 0);
	sift_buf_init(&b, 0);
	sift_buf_init(&unused, 0);
	describe_input(folder, &a, c->lacks_some ? &unused : &a);
	describe_input(packed, &b, c->lacks_some ? &unused : &b);
	ck_assert_str_eq(a.ptr, b.ptr);
	sift_buf_release(&unused);
	sift_buf_release(&a);
	sift_buf_release(&b);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(*(table))))

int
main(void)
{
	Suite *suite = suite_create("sample_trees");
	TCase *t = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, a_real_archive_falls_into_its_sets, 0,
			    COUNT(tree_cases));
	tcase_add_loop_test(t, an_archive_says_the_same_as_its_folder, 0,
			    COUNT(packed_cases));
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
