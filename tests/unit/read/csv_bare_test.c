/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "read/csv_bare.h"

#define TEXT_MAX 300

/* What the header says, byte by byte. */
static bool
scan_by_byte(struct sift_csv_bare *b, char separator)
{
	b->cell = b->text.ptr;
	b->is_ascii = true;
	for (size_t i = 0; i < b->text.len; i++) {
		const char *at = b->text.ptr + i;

		b->end = at;
		if (*at == '\n')
			return true;
		if (*at == '"')
			return false;
		b->is_ascii &= !((unsigned char)*at & 0x80);
		if (*at != separator)
			continue;
		*b->last++ = sift_span_of(b->cell, (size_t)(at - b->cell));
		b->cell = at + 1;
	}
	return false;
}

typedef bool scan_function(struct sift_csv_bare *bare, char separator);

static void
compare(scan_function *scan, struct sift_span text)
{
	struct sift_span cells[TEXT_MAX], wanted_cells[TEXT_MAX];
	struct sift_csv_bare b = {.text = text, .last = cells};
	struct sift_csv_bare wanted = {.text = text, .last = wanted_cells};
	bool is_row = scan_by_byte(&wanted, ',');

	ck_assert_int_eq(scan(&b, ','), is_row);
	if (!is_row)
		return;
	ck_assert_ptr_eq(b.end, wanted.end);
	ck_assert_ptr_eq(b.cell, wanted.cell);
	ck_assert_int_eq(b.is_ascii, wanted.is_ascii);
	ck_assert_uint_eq((size_t)(b.last - cells),
			  (size_t)(wanted.last - wanted_cells));
	for (size_t i = 0; i < (size_t)(b.last - cells); i++) {
		ck_assert_ptr_eq(cells[i].ptr, wanted_cells[i].ptr);
		ck_assert_uint_eq(cells[i].len, wanted_cells[i].len);
	}
}

/* What lies behind the text must not be taken for a part of it. */
START_TEST(any_text_is_scanned_as_byte_by_byte)
{
	static const char bytes[] = "0123456789.,,,,;abc\r\xc3\xa9";
	static char text[TEXT_MAX + SIFT_CSV_BARE_SLACK];

	srand(7);
	for (int round = 0; round < 40000; round++) {
		size_t len = (size_t)rand() % TEXT_MAX;

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = bytes[(size_t)rand() % (sizeof(bytes) - 1)];
		for (int odd = rand() % 3; odd > 0; odd--)
			text[(size_t)rand() % sizeof(text)] =
				"\n\""[rand() % 2];
		compare(sift_csv_bare_scan, sift_span_of(text, len));
		compare(sift_csv_bare_scan_any, sift_span_of(text, len));
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("csv_bare");
	TCase *tcase = tcase_create("bare");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, any_text_is_scanned_as_byte_by_byte);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
