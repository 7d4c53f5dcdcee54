/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_TEST_TRAFFIC_H
#define SIFT_TEST_TRAFFIC_H

/*
 * Requests that a load test might have made: when, to which endpoint, how
 * long each phase took, whether they failed. Made of integers and random
 * numbers of our own, so the same on every machine.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRAFFIC_MS INT64_C(1000000)

struct traffic_options {
	uint64_t endpoints; /* distinct ones; at most 2^32 */
	uint64_t seed;
	uint64_t start_s; /* since 1970 */
	uint64_t rps;
	uint64_t failures_ppm;
};

struct traffic {
	struct traffic_options options;
	uint64_t random;
	uint64_t count; /* requests so far */
};

/* An endpoint beyond the table of routes is an item below one of them. */
struct route {
	const char *method, *path, *group;
	int64_t median; /* ns */
};

/* Times in nanoseconds. `duration` is sending + waiting + receiving. */
struct request {
	const struct route *route;
	uint64_t item;	 /* 0: the route itself */
	uint64_t number; /* 0, 1, ... */
	int64_t time;	 /* of its end, since 1970 */
	int64_t duration, sending, receiving;
	int64_t blocked, connecting, tls;
	bool failed;
	bool timeout; /* no response at all; failed too */
};

void traffic_init(struct traffic *t, const struct traffic_options *options);

struct request traffic_next(struct traffic *t);

/* In [low, high). */
int64_t traffic_random(struct traffic *t, int64_t low, int64_t high);

#endif /* SIFT_TEST_TRAFFIC_H */
