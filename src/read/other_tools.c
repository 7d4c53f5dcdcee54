/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/other_tools.h"

/* What the begin of a file must hold. */
struct signature {
	unsigned bits;
	/* The first begins the text, behind blanks; the others are somewhere in
	   what recognition sees. Empty = anything. */
	struct sift_span words[5];
};

#define TEXT(literal) SIFT_SPAN_INIT(literal)
/* Why it is not read, behind the name. */
#define OTHER ", not read yet"
#define USE_CSV ", not read yet; Locust's CSV files are"

/* clang-format off */
/* id, name, tool, why not (behind the name), bits, start, words */
#define SIGNATURE_LIST(X)                                                      \
X(locust_log, "Locust JTL (Taurus)", "locust", USE_CSV, 120,                   \
  TEXT("timeStamp,label,method,elapsed,"))                                     \
X(locust_ratio, "Locust task ratios", "locust",                                \
  ": the shares of tasks, no results", 60, TEXT("{"),                            \
  TEXT("\"per_class\""), TEXT("\"ratio\""))                                    \
X(locust_worker, "Locust worker report", "locust", USE_CSV, 80, TEXT("{"),     \
  TEXT("\"stats\""), TEXT("\"response_times\""),                               \
  TEXT("\"last_request_timestamp\""))                                          \
X(jmeter_csv, "JMeter JTL (CSV)", "jmeter", OTHER, 90, TEXT("timeStamp"),      \
  TEXT("elapsed"), TEXT("label"), TEXT("success"))                             \
X(jmeter_xml, "JMeter JTL (XML)", "jmeter", OTHER, 80, TEXT("<?xml"),          \
  TEXT("<testResults"))                                                        \
X(jmeter_aggregate, "JMeter aggregate report", "jmeter", OTHER, 120,           \
  TEXT("Label,# Samples,Average,"), TEXT("Throughput"))                        \
X(jmeter_statistics, "JMeter statistics", "jmeter", OTHER, 90, TEXT("{"),      \
  TEXT("\"sampleCount\""), TEXT("\"meanResTime\""), TEXT("\"pct1ResTime\"")) \
X(taurus_stats, "Taurus final statistics", "taurus", OTHER, 120,               \
  TEXT("label,avg_ct,avg_lt,avg_rt,"))                                         \
X(apiritif, "Apiritif CSV", "apiritif", OTHER, 200,                            \
  TEXT("timeStamp,elapsed,Latency,label,responseCode,responseMessage,"))       \
X(gatling_run, "Gatling simulation.log", "gatling", OTHER, 60,                 \
  TEXT("RUN\t"), TEXT("\nUSER\t"))                                             \
X(gatling_assertion, "Gatling simulation.log", "gatling", OTHER, 60,           \
  TEXT("ASSERTION\t"), TEXT("\nRUN\t"))                                        \
X(gatling_binary, "Gatling simulation.log (binary)", "gatling", OTHER, 56,     \
  TEXT("\0\0\0\0\0063."))                                                      \
X(gatling_stats, "Gatling statistics", "gatling", OTHER, 80, TEXT("{"),        \
  TEXT("\"meanNumberOfRequestsPerSecond\""), TEXT("\"percentiles1\""))         \
X(wrk, "wrk output", "wrk", OTHER, 80, TEXT(""),                               \
  TEXT("Running "), TEXT(" test @ "), TEXT("Thread Stats"))                    \
X(wrk_json, "wrk JSON", "wrk", OTHER, 80, TEXT("{"),                           \
  TEXT("\"latency_aggregate\""), TEXT("\"latency_distribution\""))             \
X(vegeta_json, "Vegeta report", "vegeta", OTHER, 90, TEXT("{"),                \
  TEXT("\"latencies\":"), TEXT("\"50th\":"), TEXT("\"status_codes\":"))        \
X(vegeta_text, "Vegeta report", "vegeta", OTHER, 60, TEXT("Requests "),        \
  TEXT("[total, rate"))                                                        \
X(vegeta_lines, "Vegeta results", "vegeta", OTHER, 80, TEXT("{\"attack\":"),   \
  TEXT("\"seq\":"), TEXT("\"latency\":"))                                      \
X(autocannon, "autocannon JSON", "autocannon", OTHER, 80, TEXT("{"),           \
  TEXT("\"p97_5\":"), TEXT("\"latency\":"), TEXT("\"throughput\":"))           \
X(ab_gnuplot, "ApacheBench TSV", "ab", OTHER, 120,                             \
  TEXT("starttime\tseconds\tctime\tdtime\tttime\twait"))                       \
X(ab_csv, "ApacheBench percentiles", "ab", OTHER, 120,                         \
  TEXT("Percentage served,Time in ms"))                                        \
X(ab_text, "ApacheBench output", "ab", OTHER, 100,                             \
  TEXT("This is ApacheBench"))                                                 \
X(siege_lines, "Siege output", "siege", OTHER, 60, TEXT("\033["),              \
  TEXT(",HTTP/1."), TEXT(",200,"))                                             \
X(siege_text, "Siege output", "siege", OTHER, 80, TEXT(""),                    \
  TEXT("Transactions:"), TEXT("Availability:"),                                \
  TEXT("Longest transaction:"))                                                \
X(siege_log, "Siege log", "siege", OTHER, 120, TEXT("Date & Time,"),           \
  TEXT("Elap Time"))                                                           \
X(tsung_dump, "Tsung dump", "tsung", OTHER, 120,                               \
  TEXT("#date;pid;id;http method;host;URL"))                                   \
X(tsung_log, "Tsung log", "tsung", OTHER, 80, TEXT("# stats: dump at"))        \
X(molotov, "Molotov report", "molotov", OTHER, 50, TEXT("{\"ts\":"),           \
  TEXT("\"type\":"))                                                           \
X(artillery, "Artillery JSON", "artillery", OTHER, 80, TEXT("{"),              \
  TEXT("\"aggregate\""), TEXT("\"counters\""), TEXT("\"vusers."))              \
X(hey_text, "hey output", "hey", OTHER, 80, TEXT(""),                          \
  TEXT("Response time histogram:"), TEXT("Latency distribution:"))             \
X(hey_csv, "hey CSV", "hey", OTHER, 120,                                       \
  TEXT("response-time,DNS+dialup,DNS,"))                                       \
X(oha, "oha JSON", "oha", OTHER, 90, TEXT("{"),                                \
  TEXT("\"successRate\""), TEXT("\"requestsPerSec\""),                         \
  TEXT("\"latencyPercentiles\""))                                              \
X(bombardier, "bombardier JSON", "bombardier", OTHER, 80, TEXT("{"),           \
  TEXT("\"spec\""), TEXT("\"req2xx\""), TEXT("\"bytesRead\""))                 \
X(fortio, "Fortio JSON", "fortio", OTHER, 70, TEXT("{"),                       \
  TEXT("\"DurationHistogram\""), TEXT("\"RequestedQPS\""))
/* clang-format on */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static unsigned
match(const struct signature *signature, struct sift_span head)
{
	struct sift_span text = head;

	while (text.len && is_blank(text.ptr[0]))
		text = sift_span_from(text, 1);
	if (!sift_span_starts(text, signature->words[0]))
		return 0;
	for (size_t i = 1; i < 5; i++) {
		struct sift_span word = signature->words[i];

		if (word.len && sift_span_find(text, word) == text.len)
			return 0;
	}
	return signature->bits;
}

#define X(id, name, tool, why, bits, ...)                                      \
 static unsigned bid_##id(struct sift_span head, bool whole)                   \
 {                                                                             \
  static const struct signature signature = {bits, {__VA_ARGS__}};             \
                                                                               \
  (void)whole;                                                                 \
  return match(&signature, head);                                              \
 }
SIGNATURE_LIST(X)
#undef X

const struct sift_format sift_formats_not_read[] = {
#define X(id, id_name, id_tool, why, bits, ...)                                \
 {                                                                             \
	 .name = id_name,                                                      \
	 .tool = id_tool,                                                      \
	 .bid = bid_##id,                                                      \
	 .most = bits,                                                         \
	 .why_not = id_name why,                                               \
 },
	SIGNATURE_LIST(X)
#undef X
};

const size_t sift_formats_not_read_count =
	sizeof(sift_formats_not_read) / sizeof(sift_formats_not_read[0]);
