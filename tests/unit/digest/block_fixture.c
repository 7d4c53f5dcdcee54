/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "block_fixture.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "digest/digest.h"
#include "digest/digest_io.h"

static struct sift_span
text(const char *words)
{
	return sift_span_str(words);
}

struct sift_block *
new_block(void)
{
	struct sift_block *block = NULL;

	ck_assert_int_eq(sift_block_new(&block, "in.tar.gz!runs/a/points.json",
					"runs/a/points.json", NULL),
			 SIFT_OK);
	return block;
}

void
put(struct sift_block *block, const struct sift_event *event)
{
	struct sift_sink sink = sift_block_sink(block, block->max_endpoints);
	struct sift_err err = {0};

	ck_assert_msg(sift_sink_put(&sink, event, &err) == SIFT_OK, "%s",
		      err.what);
}

void
finish(struct sift_block *block)
{
	ck_assert_int_eq(sift_block_finish(block, 1, NULL), SIFT_OK);
	ck_assert_ptr_null(block->build);
}

struct sift_event
series_event(uint32_t id, enum sift_kind kind, const char *method,
	     const char *name)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_SERIES,
		.series = {.id = id,
			   .kind = kind,
			   .method = text(method),
			   .name = text(name)},
	};
}

struct sift_event
sample_event(uint32_t series, enum sift_outcome outcome, int64_t time_ns,
	     int64_t value_ns)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_SAMPLE,
		.sample = {series, outcome, time_ns, value_ns},
	};
}

struct sift_event
failed_event(uint32_t series, uint64_t count)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_FAILED,
		.failed = {series, count},
	};
}

struct sift_event
figures_event(uint32_t series, const struct sift_figures *figures)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_FIGURES,
		.figures = {series, figures},
	};
}

struct sift_event
tally_event(uint32_t series, double value_ms, uint64_t count)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_TALLY,
		.tally = {series, value_ms, count},
	};
}

struct sift_event
users_event(int64_t time_ns, int64_t users)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_USERS,
		.users = {time_ns, users},
	};
}

struct sift_event
progress_event(int64_t time_ns, int64_t users, int64_t requests,
	       int64_t failures)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_PROGRESS,
		.progress = {time_ns, users, requests, failures, -1},
	};
}

struct sift_event
metric_event(uint32_t id, enum sift_metric_type type, const char *name,
	     const char *unit)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_METRIC,
		.metric = {id, type, text(name), text(unit)},
	};
}

struct sift_event
point_event(uint32_t metric, int64_t time_ns, int64_t value_micro)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_POINT,
		.point = {metric, time_ns, value_micro},
	};
}

struct sift_event
value_event(uint32_t metric, const char *name, double value)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_VALUE,
		.value = {metric, text(name), value},
	};
}

struct sift_event
check_event(const char *name, uint64_t passes, uint64_t fails)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_CHECK,
		.check = {text(name), passes, fails},
	};
}

struct sift_event
threshold_event(const char *metric, const char *expression, int passed)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_THRESHOLD,
		.threshold = {text(metric), text(expression), passed},
	};
}

struct sift_event
failure_event(const char *method, const char *name, const char *words,
	      uint64_t count)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_FAILURE,
		.failure = {text(method), text(name), text(words), count},
	};
}

struct sift_event
note_event(const char *words)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_NOTE,
		.note = {text(words)},
	};
}

struct sift_event
time_event(int64_t first_ns, int64_t last_ns)
{
	return (struct sift_event){
		.kind = SIFT_EVENT_TIME,
		.time = {first_ns, last_ns},
	};
}

uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* ---- a source in which everything occurs ---- */

#define SERIES 12
#define METRICS 4

static const char *const names[SERIES] = {
	"/",	  "/heroes",  "/heroes/{id}", "/login", "/caf\xC3\xA9", "",
	"/a b c", "checkout", "cart_latency", "/x",	"/y",		"/z",
};
static const char *const words[] = {"timeout", "500", "reset by peer",
				    "connection refused"};

static size_t
declare(struct sift_event *events)
{
	size_t at = 0;

	for (uint32_t i = 0; i < SERIES; i++)
		events[at++] = series_event(
			i, i == 8 ? SIFT_KIND_TREND : SIFT_KIND_HTTP,
			i % 3	? "GET"
			: i % 2 ? "POST"
				: "",
			names[i]);
	for (uint32_t i = 0; i < METRICS; i++)
		events[at++] = metric_event(i, (enum sift_metric_type)i,
					    i % 2 ? "data_sent" : "vus_max",
					    i == 0 ? "bytes" : "");
	return at;
}

static struct sift_event
random_event(uint64_t *state)
{
	/* two texts each of two fingerprints */
	static const char *const failures[] = {
		"order 123456 is gone", "order 234567 is gone",
		"dial: connection refused", "[Errno 111] Connection refused"};
	int64_t time = 1700000000 * SECOND +
		       (int64_t)(next_random(state) % 300000) * MS;
	uint64_t pick = next_random(state) % 40;
	uint64_t number = next_random(state) % 1000;
	uint32_t series = (uint32_t)(next_random(state) % SERIES);
	const char *word = words[next_random(state) % 4];

	switch (pick) {
	case 0:
		return users_event(time, (int64_t)number % 50);
	case 1:
		return progress_event(time, (int64_t)number % 9,
				      (int64_t)number, (int64_t)number / 7);
	case 2:
		return check_event(word, number, number % 3);
	case 3:
		return threshold_event("http_req_duration", word,
				       (int)(number % 3) - 1);
	case 4:
		return failure_event("GET", names[series], failures[number % 4],
				     number);
	case 5:
		return note_event(word);
	case 6:
		return time_event(time, time + SECOND);
	case 7:
		return failed_event(series, number % 5);
	case 8:
	case 9:
		return point_event(series % METRICS, time,
				   (int64_t)number * 1000 - 100000);
	case 10:
		return sample_event(series, SIFT_OUTCOME_FAILED, time,
				    (int64_t)number * SECOND);
	case 11:
		return sample_event(series, SIFT_OUTCOME_FAILED,
				    SIFT_INSTANT_NONE, -(int64_t)number);
	case 12:
		return sample_event(series, SIFT_OUTCOME_UNKNOWN, time,
				    (int64_t)number);
	case 13:
		return (struct sift_event){
			.kind = SIFT_EVENT_SKIPPED,
			.skipped = {"not a number", 1, number,
				    (int64_t)number * 80, text("1,2")},
		};
	case 14:
		return (struct sift_event){.kind = SIFT_EVENT_RECORDS,
					   .records = {number, 1}};
	default:
		return sample_event(series, SIFT_OUTCOME_OK, time,
				    (int64_t)(next_random(state) % (200 * MS)));
	}
}

struct sift_event *
make_events(uint64_t seed, size_t count, size_t *out_declared)
{
	struct sift_event *events =
		calloc(count + SERIES + METRICS, sizeof(*events));
	uint64_t state = seed * 7919 + 13;

	ck_assert_ptr_nonnull(events);
	*out_declared = declare(events);
	for (size_t i = 0; i < count; i++)
		events[*out_declared + i] = random_event(&state);
	return events;
}

static uint64_t max_samples;

void
limit_samples(uint64_t max)
{
	max_samples = max;
}

struct sift_block *
block_of(const struct sift_event *events, size_t declared, size_t from,
	 size_t to, uint64_t max_endpoints)
{
	struct sift_block *block = new_block();

	block->max_endpoints = max_endpoints;
	block->max_samples = max_samples;
	block->bytes = (int64_t)(to - from);
	for (size_t i = 0; i < declared; i++)
		put(block, &events[i]);
	for (size_t i = from; i < to; i++)
		put(block, &events[declared + i]);
	finish(block);
	return block;
}

void
assert_same_block(const struct sift_block *a, const struct sift_block *b)
{
	struct sift_buf x, y;

	sift_buf_init(&x, 0);
	sift_buf_init(&y, 0);
	ck_assert_int_eq(sift_digest_write_block(a, &x, NULL), SIFT_OK);
	ck_assert_int_eq(sift_digest_write_block(b, &y, NULL), SIFT_OK);
	ck_assert_uint_eq(x.len, y.len);
	ck_assert(memcmp(x.ptr, y.ptr, x.len) == 0);
	ck_assert(a->hash.high == b->hash.high && a->hash.low == b->hash.low);
	ck_assert_int_eq(a->first_ns, b->first_ns);
	ck_assert_int_eq(a->last_ns, b->last_ns);
	sift_buf_release(&x);
	sift_buf_release(&y);
}

/* ---- bytes ---- */

struct sift_block *
everything(uint64_t seed)
{
	size_t declared;
	struct sift_event *events = make_events(seed, 100, &declared);
	struct sift_block *block = block_of(events, declared, 0, 100, 8);
	struct sift_figures figures;
	struct sift_latency ok;
	struct sift_event event;

	sift_figures_init(&figures);
	sift_latency_init(&ok);
	figures.requests = 77;
	figures.rps = 12.25;
	figures.latency.ms[SIFT_STAT_P99] = 240;
	ok.ms[SIFT_STAT_P50] = -0.0;
	figures.latency_ok = &ok;
	event = figures_event(SIFT_SERIES_TOTAL, &figures);
	put(block, &event);
	event = tally_event(SIFT_SERIES_TOTAL, 1e300, 3);
	put(block, &event);
	event = tally_event(SIFT_SERIES_TOTAL, -0.5, UINT64_MAX);
	put(block, &event);
	event = value_event(0, "p(95)", NAN);
	put(block, &(struct sift_event){.kind = SIFT_EVENT_METRIC,
					.metric = {0, SIFT_METRIC_GAUGE,
						   SIFT_SPAN("stated"),
						   SIFT_SPAN("ms")}});
	put(block, &event);
	event.value.value = 1e300;
	event.value.name = SIFT_SPAN("max");
	put(block, &event);
	block->format = "k6 points";
	block->format_version = "B";
	block->local_time = "2026-02-17T08:00:00";
	ck_assert_int_eq(sift_block_set_reading(block, SIFT_READING_PARTIAL,
						"cut short", NULL),
			 SIFT_OK);
	finish(block);
	free(events);
	return block;
}

struct sift_block *
everything_binned(uint64_t seed)
{
	struct sift_block *block = everything(seed);

	ck_assert_int_eq(sift_block_bin(block, NULL), SIFT_OK);
	finish(block);
	return block;
}

struct sift_buf
bytes_of(const struct sift_block *block)
{
	struct sift_buf buf;

	sift_buf_init(&buf, 0);
	ck_assert_int_eq(sift_digest_write_block(block, &buf, NULL), SIFT_OK);
	return buf;
}

struct sift_buf
digest_bytes(size_t blocks)
{
	struct sift_digest digest;
	struct sift_buf buf;

	sift_digest_init(&digest);
	for (size_t i = 0; i < blocks; i++) {
		struct sift_block *block = everything(i + 1);
		char *name = sift_arena_printf(&block->arena, "%zu.csv", i);

		block->name = name;
		ck_assert_int_eq(sift_digest_add(&digest, block, NULL),
				 SIFT_OK);
	}
	ck_assert_int_eq(sift_digest_finish(&digest, 1, NULL), SIFT_OK);
	sift_buf_init(&buf, 0);
	ck_assert_int_eq(sift_digest_write(&digest, &buf, NULL), SIFT_OK);
	sift_digest_release(&digest);
	return buf;
}

void
fix_checksum(char *bytes, size_t len)
{
	uint64_t hash = sift_hash64(bytes, len - SIFT_SECTION_TAIL);

	for (unsigned i = 0; i < 8; i++)
		bytes[len - 8 + i] = (char)(unsigned char)(hash >> 8 * i & 255);
}
