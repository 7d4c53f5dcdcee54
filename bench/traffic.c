/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <config.h>

#include "traffic.h"

#include <string.h>

#include "base/instant.h"

#define MS TRAFFIC_MS

/* clang-format off */
static const struct route routes[] = {
	{ "GET", "/api/products", "", 22 * MS },
	{ "GET", "/api/products?q=shoes\\u0026p=2", "", 61 * MS },
	{ "GET", "/api/cart", "", 9 * MS },
	{ "POST", "/api/cart/items", "::pay", 34 * MS },
	{ "POST", "/api/orders", "::pay", 143 * MS },
	{ "GET", "/api/users/me", "", 5 * MS },
	{ "GET", "/api/recommendations", "", 240 * MS },
	{ "DELETE", "/api/cart/items", "::pay", 13 * MS },
};
/* clang-format on */
#define N_ROUTES (sizeof(routes) / sizeof(routes[0]))

/* Steele, Lea, Flood: "Fast splittable pseudorandom number generators". */
static uint64_t
random64(struct traffic *t)
{
	uint64_t z = t->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* The bias of the remainder does not matter here. */
int64_t
traffic_random(struct traffic *t, int64_t low, int64_t high)
{
	return low + (int64_t)(random64(t) % (uint64_t)(high - low));
}

/*
 * Log-normal about `median`, sigma 0.5: the sum of eight uniform 16-bit
 * numbers (mean 262140, deviation 53510) is nearly normal; scaled it is a
 * power of two with 16 binary places, and 2^f for f in [0, 1) is
 * 1 + 0.6565 f + 0.3435 f^2, 0.3 % off at most.
 */
static int64_t
random_lognormal(struct traffic *t, int64_t median)
{
	uint64_t a = random64(t);
	uint64_t b = random64(t);
	uint64_t power, fraction, scale;
	int64_t sum = 0;

	for (unsigned i = 0; i < 64; i += 16)
		sum += (int64_t)((a >> i & 0xffff) + (b >> i & 0xffff));
	/* 16 whole powers more, so that it is positive */
	power = (uint64_t)((sum - 262140) * 88 / 100 + (16 << 16));
	fraction = power & 0xffff;
	scale = 65536 + (fraction * (43024 + (fraction * 22512 >> 16)) >> 16);
	scale = (uint64_t)median * scale >> 16;
	return (int64_t)(scale << (power >> 16) >> 16);
}

/* Few: some much more often than others. Many: each in turn, shuffled. */
static uint64_t
pick_endpoint(struct traffic *t)
{
	uint64_t n = t->options.endpoints;
	uint64_t a, b;

	if (n > 1000)
		return t->count * 1000003 % n;
	a = random64(t) % n;
	b = random64(t) % n;
	return a < b ? a : b;
}

/* One in 64 stalls, one in 4096 badly. */
static void
set_duration(struct traffic *t, struct request *r, uint64_t luck)
{
	r->duration = random_lognormal(t, r->route->median);
	if ((luck & 63) == 0)
		r->duration *= 8;
	if ((luck & 4095) == 0)
		r->duration *= 16;
	r->sending = traffic_random(t, 9000, 60000);
	r->receiving = traffic_random(t, 40000, 130000);
	if (r->timeout) {
		r->duration = 60000 * MS + traffic_random(t, 1000, 900000);
		r->receiving = 0;
	}
	if (r->duration < r->sending + r->receiving)
		r->duration = r->sending + r->receiving;
}

/* One in 128 is the first on its connection. */
static void
set_connection(struct traffic *t, struct request *r, uint64_t luck)
{
	r->blocked = traffic_random(t, 200, 8000);
	if ((luck & 127) != 0)
		return;
	r->connecting = traffic_random(t, 100000, 900000);
	r->tls = traffic_random(t, 1000000, 6000000);
	r->blocked += r->connecting + r->tls;
}

void
traffic_init(struct traffic *t, const struct traffic_options *options)
{
	memset(t, 0, sizeof(*t));
	t->options = *options;
	t->random = options->seed;
}

struct request
traffic_next(struct traffic *t)
{
	const struct traffic_options *o = &t->options;
	uint64_t endpoint = pick_endpoint(t);
	uint64_t luck = random64(t);
	struct request r = {
		.route = &routes[endpoint % N_ROUTES],
		.item = endpoint / N_ROUTES,
		.number = t->count,
	};

	/* Lines of different users are up to 40 ms out of order. */
	r.time = (int64_t)o->start_s * SIFT_NS_PER_S +
		 (int64_t)(t->count * 1000000 / o->rps) * 1000 +
		 traffic_random(t, 0, 40 * MS);
	r.failed = luck % 1000000 < o->failures_ppm;
	r.timeout = r.failed && luck >> 61 == 0;
	set_duration(t, &r, luck >> 24);
	set_connection(t, &r, luck >> 40);
	t->count++;
	return r;
}
