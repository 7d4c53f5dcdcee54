/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_GROUP_PATH_NAME_H
#define SIFT_GROUP_PATH_NAME_H

/*
 * What the names of folders and files say of a run (DESIGN 4.4): which
 * scenario it repeats, at which load, as the how-manieth run, when.
 *
 * A path is folders and a stem: the file name without extensions and without
 * the words that only say what kind of file it is. From both together are
 * taken, in this order: timestamps, the last load token, the run number, a
 * trailing word "run". What stays is the scenario.
 *
 * Pure functions of the text; docs/grouping.md has examples.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

enum sift_load_unit {
	SIFT_LOAD_NONE,
	SIFT_LOAD_RPS,
	SIFT_LOAD_TPS,
	SIFT_LOAD_VUS,
	SIFT_LOAD_USERS,
	SIFT_LOAD_CLIENTS,
	SIFT_LOAD_THREADS,
	SIFT_LOAD_UNIT_COUNT
};

/* One folder, or the stem. */
struct sift_path_part {
	const char *text;  /* as it is */
	const char *plain; /* less timestamps */
	const char *core;  /* less load token and run number as well */
};

struct sift_path_name {
	struct sift_path_part *parts; /* folders, then the stem unless empty */
	size_t part_count;
	const char *scenario; /* cores joined by "/"; "" = nothing left */
	const char *skeleton; /* scenario with "#" for each number */
	const char *joiner;   /* --group-by expression that would take the
				 scenario's last number for the run's; NULL */
	enum sift_load_unit unit;
	double load; /* NAN = no load token */
	bool has_number;
	uint64_t number;   /* of the run */
	const char *date;  /* of the first timestamp, "2026-02-17"; or NULL */
	const char *stamp; /* the same with its time */
};

/*
 * The stem of a file name; borrowed, may be empty. *out_unpacked (may be
 * NULL) is the name without extensions that tell of packing: results.json
 * for results.json.gz.
 */
struct sift_span sift_path_stem(struct sift_span file_name,
				struct sift_span *out_unpacked);

/*
 * Take `folders` ("a/b", may be empty) and `stem` apart. A stem or folder
 * equal to the folder above it counts once. Everything in *out lives in
 * `arena`.
 *
 * Returns SIFT_OK, SIFT_E_NOMEM.
 */
enum sift_status sift_path_name_parse(struct sift_path_name *out,
				      struct sift_span folders,
				      struct sift_span stem,
				      struct sift_arena *arena,
				      struct sift_err *err) SIFT_MUST_CHECK;

/* "100 rps", "1 VU", in `arena`; NULL for SIFT_LOAD_NONE or no memory. */
const char *sift_load_text(double value, enum sift_load_unit unit,
			   struct sift_arena *arena);

/* Does the unit count requests per second (else users of some kind)? */
bool sift_load_is_rate(enum sift_load_unit unit);

/* "50rps", "32 VUs" as a user writes a load; false when it is none. */
bool sift_load_parse(struct sift_span text, double *out_value,
		     enum sift_load_unit *out_unit);

#endif /* SIFT_GROUP_PATH_NAME_H */
