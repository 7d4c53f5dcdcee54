/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Writes results as `k6 run --out json=FILE` does, for measurements: as many
 * bytes as wanted, the same for the same options on every machine. A smaller
 * file is the beginning of a larger one.
 *
 * A request is nine lines and a check, three requests are an iteration of
 * four lines, and the virtual users are said every second: 11.3 lines per
 * request. docs/formats/k6.md has the facts that are imitated here.
 */

#include <config.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/num.h"
#include "base/span.h"
#include "traffic.h"

#define LINE_MAX_BYTES 4096
#define OUT_BYTES (1u << 20)
#define MS TRAFFIC_MS

/* How lines are written. */
struct form {
	bool metric_last;
	bool spaced;
	bool crlf;
	bool no_expected;
	bool unique_urls;
};

struct text {
	size_t len;
	char bytes[LINE_MAX_BYTES];
};

struct generator {
	struct traffic traffic;
	struct form form;
	uint64_t written;
	unsigned declared; /* bit per metric */
	bool broken;	   /* a write failed */
	size_t out_len;
	struct text time;
	struct text tags;
	struct text line;
	char out[OUT_BYTES];
};

enum metric {
	HTTP_REQS,
	HTTP_REQ_DURATION,
	HTTP_REQ_BLOCKED,
	HTTP_REQ_CONNECTING,
	HTTP_REQ_TLS_HANDSHAKING,
	HTTP_REQ_SENDING,
	HTTP_REQ_WAITING,
	HTTP_REQ_RECEIVING,
	HTTP_REQ_FAILED,
	CHECKS,
	DATA_SENT,
	DATA_RECEIVED,
	ITERATION_DURATION,
	ITERATIONS,
	VUS,
	VUS_MAX,
};

/* clang-format off */
static const struct {
	const char *name, *type, *contains, *thresholds, *submetrics;
} metrics[] = {
	[HTTP_REQS] = { "http_reqs", "counter", "default", "", "null" },
	[HTTP_REQ_DURATION] = { "http_req_duration", "trend", "time",
		"\"p(95)<500\"",
		"[{\"name\":\"http_req_duration{expected_response:true}\","
		"\"suffix\":\"expected_response:true\","
		"\"tags\":{\"expected_response\":\"true\"}}]" },
	[HTTP_REQ_BLOCKED] = { "http_req_blocked", "trend", "time", "", "null" },
	[HTTP_REQ_CONNECTING] = { "http_req_connecting", "trend", "time", "", "null" },
	[HTTP_REQ_TLS_HANDSHAKING] = { "http_req_tls_handshaking", "trend", "time", "", "null" },
	[HTTP_REQ_SENDING] = { "http_req_sending", "trend", "time", "", "null" },
	[HTTP_REQ_WAITING] = { "http_req_waiting", "trend", "time", "", "null" },
	[HTTP_REQ_RECEIVING] = { "http_req_receiving", "trend", "time", "", "null" },
	[HTTP_REQ_FAILED] = { "http_req_failed", "rate", "default", "\"rate<0.01\"", "null" },
	[CHECKS] = { "checks", "rate", "default", "", "null" },
	[DATA_SENT] = { "data_sent", "counter", "data", "", "null" },
	[DATA_RECEIVED] = { "data_received", "counter", "data", "", "null" },
	[ITERATION_DURATION] = { "iteration_duration", "trend", "time", "", "null" },
	[ITERATIONS] = { "iterations", "counter", "default", "", "null" },
	[VUS] = { "vus", "gauge", "default", "", "null" },
	[VUS_MAX] = { "vus_max", "gauge", "default", "", "null" },
};

/* clang-format on */

/* ---- text ---- */

static void
put(struct text *t, const char *bytes, size_t len)
{
	memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
}

static void
put_text(struct text *t, const char *text)
{
	put(t, text, strlen(text));
}

static void
put_number(struct text *t, uint64_t number)
{
	char digits[SIFT_NUM_MAX];

	put(t, digits, sift_format_i64((int64_t)number, digits));
}

/* Nanoseconds as milliseconds: at most six decimals, no trailing zeros. */
static void
put_ms(struct text *t, int64_t ns)
{
	char decimals[7] = ".";
	uint32_t rest = (uint32_t)(ns % MS);
	size_t len = 7;

	put_number(t, (uint64_t)(ns / MS));
	if (rest == 0)
		return;
	for (unsigned i = 6; i > 0; i--, rest /= 10)
		decimals[i] = (char)('0' + rest % 10);
	while (decimals[len - 1] == '0')
		len--;
	put(t, decimals, len);
}

/* ---- output ---- */

static void
flush(struct generator *g)
{
	size_t done = 0;

	while (done < g->out_len && !g->broken) {
		ssize_t n =
			write(STDOUT_FILENO, g->out + done, g->out_len - done);

		if (n <= 0)
			g->broken = true;
		else
			done += (size_t)n;
	}
	g->written += g->out_len;
	g->out_len = 0;
}

/* What an editor or a script that loads and saves makes of a line. */
static size_t
copy_spaced(char *to, const char *from, size_t len)
{
	bool in_string = false;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = from[i];

		to[n++] = c;
		if (c == '\\')
			to[n++] = from[++i];
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == ':' || c == ','))
			to[n++] = ' ';
	}
	return n;
}

static void
end_line(struct generator *g)
{
	char *to = g->out + g->out_len;
	size_t n = g->line.len;

	if (g->form.spaced)
		n = copy_spaced(to, g->line.bytes, n);
	else
		memcpy(to, g->line.bytes, n);
	if (g->form.crlf)
		to[n++] = '\r';
	to[n++] = '\n';
	g->out_len += n;
	g->line.len = 0;
	if (g->out_len > OUT_BYTES - 2 * LINE_MAX_BYTES)
		flush(g);
}

static void
declare(struct generator *g, enum metric metric)
{
	struct text *t = &g->line;

	put_text(t, "{\"type\":\"Metric\",\"data\":{\"name\":\"");
	put_text(t, metrics[metric].name);
	put_text(t, "\",\"type\":\"");
	put_text(t, metrics[metric].type);
	put_text(t, "\",\"contains\":\"");
	put_text(t, metrics[metric].contains);
	put_text(t, "\",\"thresholds\":[");
	put_text(t, metrics[metric].thresholds);
	put_text(t, "],\"submetrics\":");
	put_text(t, metrics[metric].submetrics);
	put_text(t, "},\"metric\":\"");
	put_text(t, metrics[metric].name);
	put_text(t, "\"}");
	end_line(g);
	g->declared |= 1u << metric;
}

/* A point at g->time with g->tags. */
static void
point(struct generator *g, enum metric metric, int64_t value_ns)
{
	struct text *t = &g->line;
	bool last = g->form.metric_last;

	if (!(g->declared >> metric & 1))
		declare(g, metric);
	put_text(t, "{");
	if (!last) {
		put_text(t, "\"metric\":\"");
		put_text(t, metrics[metric].name);
		put_text(t, "\",");
	}
	put_text(t, "\"type\":\"Point\",\"data\":{\"time\":\"");
	put(t, g->time.bytes, g->time.len);
	put_text(t, "\",\"value\":");
	put_ms(t, value_ns);
	put_text(t, ",\"tags\":");
	put(t, g->tags.bytes, g->tags.len);
	put_text(t, "}");
	if (last) {
		put_text(t, ",\"metric\":\"");
		put_text(t, metrics[metric].name);
		put_text(t, "\"");
	}
	put_text(t, "}");
	end_line(g);
}

/* A plain number is milliseconds to point(). */
static void
count_point(struct generator *g, enum metric metric, int64_t value)
{
	point(g, metric, value * MS);
}

static void
set_time(struct generator *g, int64_t ns)
{
	g->time.len = sift_instant_format(ns, g->time.bytes);
}

/* ---- what happens ---- */

static void
put_url(struct text *t, const struct request *r)
{
	put_text(t, "http://shop");
	put_text(t, r->route->path);
	if (r->item > 0) {
		put_text(t, "/");
		put_number(t, r->item);
	}
}

/* Sorted by key, as k6 does in all versions but 0.38 to 0.40. */
static void
request_tags(struct generator *g, const struct request *r)
{
	struct text *t = &g->tags;

	t->len = 0;
	put_text(t, "{");
	if (r->timeout)
		put_text(t, "\"error\":\"request timeout\",");
	if (r->failed)
		put_text(t, r->timeout ? "\"error_code\":\"1050\","
				       : "\"error_code\":\"1500\",");
	if (!g->form.no_expected)
		put_text(t, r->failed ? "\"expected_response\":\"false\","
				      : "\"expected_response\":\"true\",");
	put_text(t, "\"group\":\"");
	put_text(t, r->route->group);
	put_text(t, "\",\"method\":\"");
	put_text(t, r->route->method);
	put_text(t, "\",\"name\":\"");
	put_url(t, r);
	if (!r->timeout)
		put_text(t, "\",\"proto\":\"HTTP/1.1");
	put_text(t, "\",\"scenario\":\"default\",\"status\":\"");
	put_text(t, r->timeout ? "0" : r->failed ? "500" : "200");
	put_text(t, "\",\"url\":\"");
	put_url(t, r);
	if (g->form.unique_urls) {
		put_text(t, "#");
		put_number(t, r->number);
	}
	put_text(t, "\"}");
}

static void
put_request(struct generator *g, const struct request *r)
{
	set_time(g, r->time);
	request_tags(g, r);
	count_point(g, HTTP_REQS, 1);
	point(g, HTTP_REQ_DURATION, r->duration);
	point(g, HTTP_REQ_BLOCKED, r->blocked);
	point(g, HTTP_REQ_CONNECTING, r->connecting);
	point(g, HTTP_REQ_TLS_HANDSHAKING, r->tls);
	point(g, HTTP_REQ_SENDING, r->sending);
	point(g, HTTP_REQ_WAITING, r->duration - r->sending - r->receiving);
	point(g, HTTP_REQ_RECEIVING, r->receiving);
	if (!g->form.no_expected)
		count_point(g, HTTP_REQ_FAILED, r->failed ? 1 : 0);
}

static void
put_check(struct generator *g, const struct request *r)
{
	set_time(g, r->time + traffic_random(&g->traffic, 50000, 150000));
	g->tags.len = 0;
	put_text(&g->tags, "{\"check\":\"status is 200\",\"group\":\"");
	put_text(&g->tags, r->route->group);
	put_text(&g->tags, "\",\"scenario\":\"default\"}");
	count_point(g, CHECKS, r->failed ? 0 : 1);
}

static void
put_iteration(struct generator *g, const struct request *last, int64_t duration)
{
	struct traffic *t = &g->traffic;

	set_time(g, last->time + traffic_random(t, 150000, 250000));
	g->tags.len = 0;
	put_text(&g->tags, "{\"group\":\"\",\"scenario\":\"default\"}");
	count_point(g, DATA_SENT, traffic_random(t, 290, 310));
	count_point(g, DATA_RECEIVED, traffic_random(t, 3000, 90000));
	point(g, ITERATION_DURATION, duration);
	count_point(g, ITERATIONS, 1);
}

static void
put_users(struct generator *g, uint64_t second)
{
	set_time(g, (int64_t)(g->traffic.options.start_s + second) *
				    SIFT_NS_PER_S +
			    traffic_random(&g->traffic, 100000, 900000));
	g->tags.len = 0;
	put_text(&g->tags, g->form.metric_last ? "null" : "{}");
	count_point(g, VUS, 50);
	count_point(g, VUS_MAX, 50);
}

/* To the end of the request with which `size` bytes are reached. */
static void
generate(struct generator *g, uint64_t size)
{
	uint64_t rps = g->traffic.options.rps;
	int64_t iteration = 0;

	while (g->written + g->out_len < size && !g->broken) {
		struct request r = traffic_next(&g->traffic);

		put_request(g, &r);
		put_check(g, &r);
		iteration += r.duration + r.blocked + MS / 5;
		if (r.number % 3 == 2) {
			put_iteration(g, &r, iteration);
			iteration = 0;
		}
		if (r.number % rps == 0)
			put_users(g, r.number / rps);
	}
	flush(g);
}

/* ---- options ---- */

static const char usage[] =
	"Usage: make_points [OPTION...] >FILE\n"
	"Write results as k6 does, for measurements.\n\n"
	"  --size N[K|M|G]   about as many bytes, to the end of a request "
	"(1M)\n"
	"  --endpoints N     distinct URLs (8)\n"
	"  --failures N      failed requests in a million (5000)\n"
	"  --rps N           requests per second (300)\n"
	"  --start SECONDS   when the run begins, since 1970 (1700000000)\n"
	"  --seed N          other random numbers (1)\n"
	"  --metric-last     the order of keys up to k6 0.40\n"
	"  --unique-urls     the tag url (not name) differs in every request\n"
	"  --no-expected     without the tag expected_response, as up to 0.30\n"
	"  --spaced          blanks after colons and commas\n"
	"  --crlf            lines end with carriage return and newline\n";

/* Digits, and K, M or G for thousands, millions or billions. */
static bool
parse_number(const char *text, uint64_t *out)
{
	static const char suffixes[] = "KMG";
	size_t len = strlen(text);
	const char *suffix = len > 0 ? strchr(suffixes, text[len - 1]) : NULL;
	uint64_t n;

	if (!sift_parse_u64(sift_span_of(text, suffix ? len - 1 : len), &n) ||
	    n > UINT32_MAX)
		return false;
	for (; suffix && suffix >= suffixes; suffix--)
		n *= 1000;
	*out = n;
	return true;
}

static bool
parse_options(struct traffic_options *traffic, struct form *form,
	      uint64_t *size, int argc, char **argv)
{
	const struct {
		const char *name;
		uint64_t *number;
		bool *flag; /* the one or the other */
	} options[] = {
		{"--size", size, NULL},
		{"--endpoints", &traffic->endpoints, NULL},
		{"--failures", &traffic->failures_ppm, NULL},
		{"--rps", &traffic->rps, NULL},
		{"--start", &traffic->start_s, NULL},
		{"--seed", &traffic->seed, NULL},
		{"--metric-last", NULL, &form->metric_last},
		{"--unique-urls", NULL, &form->unique_urls},
		{"--no-expected", NULL, &form->no_expected},
		{"--spaced", NULL, &form->spaced},
		{"--crlf", NULL, &form->crlf},
	};
	const size_t n = sizeof(options) / sizeof(options[0]);

	for (int i = 1; i < argc; i++) {
		size_t at = 0;

		while (at < n && strcmp(argv[i], options[at].name) != 0)
			at++;
		if (at == n)
			return false;
		if (options[at].flag)
			*options[at].flag = true;
		else if (++i == argc ||
			 !parse_number(argv[i], options[at].number))
			return false;
	}
	return traffic->endpoints > 0 && traffic->rps > 0;
}

int
main(int argc, char **argv)
{
	static struct generator generator; /* too large for the stack */
	struct traffic_options traffic = {
		.endpoints = 8,
		.seed = 1,
		.start_s = 1700000000,
		.rps = 300,
		.failures_ppm = 5000,
	};
	uint64_t size = 1000000;

	if (!parse_options(&traffic, &generator.form, &size, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	traffic_init(&generator.traffic, &traffic);
	generate(&generator, size);
	if (generator.broken) {
		perror("make_points");
		return 1;
	}
	return 0;
}
