/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ADVISE_ADVISE_H
#define SIFT_ADVISE_ADVISE_H

/*
 * Advice: cache TTLs (DESIGN 4.7) and the plan (4.8). Reads the document's
 * sets, sweeps and findings, writes doc->cache_ttls and doc->plan.
 */

#include <loadsift/document.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "config/config.h"

struct sift_catalogue; /* the declarative actions; opaque */

/*
 * The catalogue that is built in (data/actions.yaml). A test parses it, so a
 * failure here is SIFT_E_INTERNAL or SIFT_E_NOMEM.
 */
enum sift_status sift_catalogue_builtin(struct sift_catalogue **out,
					struct sift_err *err) SIFT_MUST_CHECK;
/* From text; SIFT_E_USAGE names file, line and key of what is wrong. */
enum sift_status sift_catalogue_parse(struct sift_catalogue **out,
				      struct sift_span text, const char *file,
				      struct sift_err *err) SIFT_MUST_CHECK;
void sift_catalogue_free(struct sift_catalogue *catalogue);

/* `traffic_rate`: extrapolate measured rates to a day as volume. */
enum sift_status sift_advise_ttls(struct sift_document *doc,
				  const struct sift_config *config,
				  int traffic_rate, struct sift_arena *arena,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* After sift_advise_ttls(); by so many threads. */
enum sift_status sift_advise_plan(struct sift_document *doc,
				  const struct sift_catalogue *catalogue,
				  unsigned threads, struct sift_arena *arena,
				  struct sift_err *err) SIFT_MUST_CHECK;

/* An action of the catalogue in plain words; NULL if there is none. Lives as
   long as the catalogue. */
const char *sift_action_explain(const struct sift_catalogue *catalogue,
				const char *id);

#endif /* SIFT_ADVISE_ADVISE_H */
