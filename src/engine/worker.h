/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_WORKER_H
#define SIFT_ENGINE_WORKER_H

/*
 * The worker's side of the pool: take jobs from a socket, read every source
 * in their files, send back one block per source, until the coordinator
 * closes the socket. What it is at stands in its note. Hostile data may crash
 * or exhaust a worker; that costs the source it was reading and nothing else.
 */

#include <loadsift/loadsift.h>

#include "engine/naming.h"
#include "engine/note.h"

struct sift_letters; /* engine/letter.h */
struct sift_parcels; /* engine/parcel.h */

/*
 * Never returns: ends the process. `limits` must be resolved; `naming` and
 * `parcels` (there is no other worker) may be NULL. Memory is limited to
 * limits->worker_bytes beyond what the process has now, and what libraries
 * take that are loaded when they are needed.
 */
_Noreturn void sift_worker_run(int sock, struct sift_note *note,
			       struct sift_letters *letters,
			       struct sift_parcels *parcels,
			       const struct sift_limits *limits,
			       const struct sift_naming *naming);

#endif /* SIFT_ENGINE_WORKER_H */
