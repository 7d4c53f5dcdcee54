/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine/parcel.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

#define WORKERS 2
#define OWNER 17

static struct sift_parcels *parcels;

static void
open_parcels(void)
{
	parcels = NULL;
	ck_assert_int_eq(sift_parcels_new(&parcels, WORKERS, NULL), SIFT_OK);
	sift_parcels_invite(parcels, true);
}

static void
close_parcels(void)
{
	sift_parcels_free(parcels);
}

static struct sift_parcel_item
source(const char *name, const char *bytes)
{
	struct sift_parcel_item item = {.name = name, .path = "path"};

	item.whole.bytes = sift_span_str(bytes);
	item.whole.end.status = SIFT_END;
	return item;
}

/* Take all there are; how many. */
static size_t
take_all(void)
{
	size_t count = 0;

	while (sift_parcels_take(parcels, OWNER))
		count++;
	return count;
}

START_TEST(another_process_reads_what_was_packed)
{
	struct sift_parcel_item item, skipped = {.name = "n", .path = "p"};
	const struct sift_parcel *parcel;
	size_t at = 0;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct sift_parcel *mine = sift_parcels_take(parcels, OWNER);
		bool fits;

		item = source("first", "");
		fits = sift_parcel_add(mine, &item);
		item = source("second", "bytes");
		item.whole.end.status = SIFT_E_FORMAT;
		strcpy(item.whole.end.what, "cut short");
		fits = fits && sift_parcel_add(mine, &item);
		skipped.skipped = "hidden";
		skipped.is_damage = true;
		fits = fits && sift_parcel_add(mine, &skipped);
		_exit(fits && sift_parcel_index(parcels, mine) == 0 ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert(sift_parcels_accept(parcels, 0, OWNER));
	parcel = sift_parcels_at(parcels, 0);
	ck_assert(sift_parcel_next(parcel, &at, &item));
	ck_assert_str_eq(item.name, "first");
	ck_assert_str_eq(item.path, "path");
	ck_assert_ptr_null(item.skipped);
	ck_assert_uint_eq(item.whole.bytes.len, 0);
	ck_assert_int_eq(item.whole.end.status, SIFT_END);
	ck_assert(sift_parcel_next(parcel, &at, &item));
	ck_assert_str_eq(item.name, "second");
	ck_assert(sift_span_equal(item.whole.bytes, SIFT_SPAN("bytes")));
	ck_assert_int_eq(item.whole.end.status, SIFT_E_FORMAT);
	ck_assert_str_eq(item.whole.end.what, "cut short");
	ck_assert(sift_parcel_next(parcel, &at, &item));
	ck_assert_str_eq(item.skipped, "hidden");
	ck_assert(item.is_damage);
	ck_assert(!sift_parcel_next(parcel, &at, &item));
}
END_TEST

START_TEST(a_whole_source_fits_and_more_does_not)
{
	static char bytes[SIFT_WHOLE_MAX];
	struct sift_parcel_item item;
	struct sift_parcel *parcel = sift_parcels_take(parcels, OWNER);

	memset(bytes, 'x', sizeof(bytes) - 1);
	item = source("large", bytes);
	item.whole.end.status = SIFT_E_LIMIT;
	ck_assert(sift_parcel_add(parcel, &item));
	ck_assert(!sift_parcel_add(parcel, &item));
	item = source("small", "x");
	ck_assert(sift_parcel_add(parcel, &item));
}
END_TEST

START_TEST(nobody_takes_what_is_not_free_or_not_wanted)
{
	size_t count = take_all();

	ck_assert_uint_ge(count, WORKERS);
	ck_assert_ptr_null(sift_parcels_take(parcels, OWNER + 1));
	sift_parcels_give_back(parcels, 1);
	sift_parcels_invite(parcels, false);
	ck_assert_ptr_null(sift_parcels_take(parcels, OWNER));
	sift_parcels_invite(parcels, true);
	ck_assert_uint_eq(take_all(), 1);
	ck_assert_ptr_null(sift_parcels_take(NULL, OWNER));
}
END_TEST

START_TEST(only_its_owner_announces_a_parcel_and_once)
{
	size_t count = take_all();

	ck_assert(!sift_parcels_accept(parcels, 0, OWNER + 1));
	ck_assert(!sift_parcels_accept(parcels, count, OWNER));
	ck_assert(!sift_parcels_accept(parcels, UINT64_MAX, OWNER));
	ck_assert(sift_parcels_accept(parcels, 0, OWNER));
	ck_assert(!sift_parcels_accept(parcels, 0, OWNER));
}
END_TEST

START_TEST(a_death_frees_what_was_not_announced)
{
	size_t count = take_all();

	ck_assert(sift_parcels_accept(parcels, 0, OWNER));
	sift_parcels_inherit(parcels, OWNER + 1);
	ck_assert_uint_eq(take_all(), 0);
	sift_parcels_inherit(parcels, OWNER);
	ck_assert_uint_eq(take_all(), count - 1);
}
END_TEST

static void
fill(TCase *tc)
{
	tcase_add_checked_fixture(tc, open_parcels, close_parcels);
	tcase_add_test(tc, another_process_reads_what_was_packed);
	tcase_add_test(tc, a_whole_source_fits_and_more_does_not);
	tcase_add_test(tc, nobody_takes_what_is_not_free_or_not_wanted);
	tcase_add_test(tc, only_its_owner_announces_a_parcel_and_once);
	tcase_add_test(tc, a_death_frees_what_was_not_announced);
}

int
main(void)
{
	return run_suite("parcel", fill);
}
