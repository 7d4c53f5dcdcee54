/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_REPORT_REPORT_FIXTURE_H
#define SIFT_TEST_REPORT_REPORT_FIXTURE_H

/*
 * Documents to render, by name:
 *
 *	struct doc_builder b;
 *
 *	report_document(&b, "usual");
 *	... sift_render_text(&b.doc, …) ...
 *	doc_release(&b);
 */

#include <stddef.h>

#include "../judge/doc_builder.h"

#define REPORT_DOCUMENTS 6
/* empty, one, usual, absent, many, hostile */
extern const char *const report_documents[REPORT_DOCUMENTS];

void report_document(struct doc_builder *b, const char *name);

/* Names that have broken reports, one for each way. */
#define REPORT_HOSTILE_NAMES 44
extern const char *const report_hostile_names[REPORT_HOSTILE_NAMES];

/* How many endpoints, failure texts and useless files "many" has. */
#define REPORT_MANY 300

#endif /* SIFT_TEST_REPORT_REPORT_FIXTURE_H */
