/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <string.h>

#include "config/rules.h"
#include "judge/judge.h"

/* What it means, why it matters, usual causes, what to do first. */
/* clang-format off */
static const char *const texts[SIFT_RULE_COUNT] = {
	[SIFT_RULE_LATENCY_P99] =
	"One request in a hundred takes longer than the limit: the median over\n"
	"the runs of the 99th percentile, failed requests included.\n"
	"A user who loads a page of twenty requests meets it on every fifth page.\n"
	"Usual causes: waiting for a connection pool or a lock, cold caches,\n"
	"garbage collection, a query without index on some inputs.\n"
	"First: see whether p50 is slow as well (then it is the work itself) or\n"
	"only the tail (then it is waiting), and trace requests over p95.\n",

	[SIFT_RULE_LATENCY_P95] =
	"One request in twenty takes longer than the limit: the median over the\n"
	"runs of the 95th percentile, failed requests included.\n"
	"At this share it is ordinary use, not bad luck, that is slow.\n"
	"Usual causes: slow queries, missing indexes, large answers, calls to\n"
	"other services one after the other.\n"
	"First: profile the endpoint's queries and calls; then think of caching.\n",

	[SIFT_RULE_ERRORS_RATE] =
	"Requests failed, counted over all runs of the set: at least three, or at\n"
	"least two when nothing succeeded.\n"
	"Failures come before speed: an error is often a fast answer, so latency\n"
	"looks better than it is while they last.\n"
	"Usual causes: timeouts, exhausted pools, crashes under load, wrong test\n"
	"data, limits of a gateway.\n"
	"First: read the most frequent failure in the evidence and fix that one.\n"
	"The Wilson interval says how far the true rate may be from the measured.\n",

	[SIFT_RULE_VARIANCE_STALLS] =
	"The 99th percentile is many times the median: most requests are fast, a\n"
	"few stand still.\n"
	"The work itself is quick, so making it quicker will not help those few.\n"
	"Usual causes: waiting for a connection, a lock or a lease, garbage\n"
	"collection, retries after a timeout, cache misses all at once.\n"
	"First: check waits and size of the connection pool, then trace requests\n"
	"over p95 and look for the pause.\n",

	[SIFT_RULE_VARIANCE_P95_TO_MEAN] =
	"The 95th percentile is several times the mean: the endpoint does more\n"
	"than one kind of work, or waits on some of it.\n"
	"Averages hide this, and capacity planned from them is too small.\n"
	"Usual causes: a cache that is missed by some requests, inputs of very\n"
	"different size, a queue.\n"
	"First: split the endpoint by input or by cache hit and compare.\n",

	[SIFT_RULE_VARIANCE_MAX_TO_P99] =
	"The slowest request took more than twice the 99th percentile; in runs of\n"
	"over 10 000 requests p99.9 stands for the slowest.\n"
	"Single outliers are what users remember and what timeouts are set by.\n"
	"Usual causes: a cold start, a deploy or backup during the test, garbage\n"
	"collection, a retry.\n"
	"First: see in which run and when it happened, and whether it recurs.\n",

	[SIFT_RULE_TAIL_P99_TO_P95] =
	"The 99th percentile is well above the 95th: the tail is steep.\n"
	"It is an early sign of waiting, worth a look before it grows; alone it\n"
	"is a note.\n"
	"Usual causes: a connection pool that is just too small, short locks.\n"
	"First: watch the pool's waiting time during the test.\n",

	[SIFT_RULE_VARIANCE_BETWEEN_RUNS] =
	"Repetitions of the same test differ: the coefficient of variation of the\n"
	"median latency over the runs is above the limit.\n"
	"Until they agree, a comparison with other runs proves little.\n"
	"Usual causes: other load on the machine, caches cold in some runs, too\n"
	"short runs, different data, an autoscaler.\n"
	"First: look for a trend in the order of runs, then repeat the test on a\n"
	"quiet machine with a warm-up.\n",

	[SIFT_RULE_LOAD_GROWTH] =
	"The median latency grows with the load: it compares the highest level of\n"
	"a sweep with the lowest.\n"
	"Work that does not wait takes the same time for one user as for a\n"
	"hundred; what grows is waiting.\n"
	"Usual causes: a lock, a single writer, a pool or a worker limit.\n"
	"First: find what the requests queue for; if only some endpoints grow,\n"
	"what they alone share.\n",

	[SIFT_RULE_LOAD_SATURATION] =
	"More users no longer bring more requests per second: the throughput\n"
	"rises less than a quarter as much as the number of users.\n"
	"Beyond this point users only wait longer: it is the capacity of what was\n"
	"tested, or of the machine that sent the requests.\n"
	"Usual causes: processor, workers, a pool, a lock, the load generator.\n"
	"First: see which resource is full at that level, the generator's too.\n",

	[SIFT_RULE_SERVICE_ERRORS] =
	"At least three in four endpoints fail critically: the cause is common,\n"
	"not in the endpoints.\n"
	"Advice for single endpoints would mislead and is not given.\n"
	"Usual causes: a database or gateway that is down or full, a failed\n"
	"deploy, wrong credentials in the test.\n"
	"First: check the service's health and the test's own setup, then rerun.\n",

	[SIFT_RULE_SERVICE_LATENCY] =
	"At least three in four endpoints are critically slow: the cause is\n"
	"common, not in the endpoints.\n"
	"Advice for single endpoints would mislead and is not given.\n"
	"Usual causes: too few workers or processors, a full database, logging in\n"
	"hot paths, more load than the service can take.\n"
	"First: run at a lower load; if it is fast there, it is capacity.\n",

	[SIFT_RULE_TARGET_P50] =
	"The median latency is over the target that loadsift.yaml sets (critical)\n"
	"or within 10 % of it (note).\n"
	"The median is what an ordinary request takes.\n"
	"Usual causes: the work itself: queries, rendering, calls in sequence.\n"
	"First: profile one ordinary request.\n",

	[SIFT_RULE_TARGET_P95] =
	"The 95th percentile, as the median over the runs, is over the target\n"
	"that loadsift.yaml sets (critical) or within 10 % of it (note).\n"
	"A target replaces the default limit of latency.p95 for its endpoint.\n"
	"Usual causes: those of latency.p95 (loadsift explain latency.p95).\n"
	"First: profile the endpoint's slow requests.\n",

	[SIFT_RULE_TARGET_P99] =
	"The 99th percentile, as the median over the runs, is over the target\n"
	"that loadsift.yaml sets (critical) or within 10 % of it (note).\n"
	"A target replaces the default limit of latency.p99 for its endpoint.\n"
	"Usual causes: those of latency.p99 (loadsift explain latency.p99).\n"
	"First: trace the endpoint's requests over p95.\n",

	[SIFT_RULE_TARGET_ERROR_RATE] =
	"More requests failed than the target in loadsift.yaml allows, counted\n"
	"over all runs. A target of 0 % is broken by a single failure.\n"
	"A target replaces the default limits of errors.rate for its endpoint.\n"
	"Usual causes: those of errors.rate (loadsift explain errors.rate).\n"
	"First: fix the most frequent failure in the evidence.\n",

	[SIFT_RULE_TARGET_RPS] =
	"The throughput is below the target in loadsift.yaml (critical) or within\n"
	"10 % of it (note).\n"
	"It is judged only where the load offered reached the target: a test that\n"
	"asks for less can prove nothing, and the finding is then a note.\n"
	"Usual causes: too few workers, a lock, a pool, a slow dependency.\n"
	"First: look at load.growth and load.saturation of the same test.\n",

	[SIFT_RULE_TEST_THRESHOLD] =
	"A threshold of the test script failed, as the test tool recorded it.\n"
	"On an endpoint that has a finding it joins that finding; alone it says\n"
	"that the script demands more than loadsift's limits do.\n"
	"Usual causes: those of the metric it is on, or a threshold that was set\n"
	"without measuring.\n"
	"First: check that the threshold is what you want; if so, set it as a\n"
	"target in loadsift.yaml.\n",

	[SIFT_RULE_TEST_WARM_UP] =
	"The first part of a run was slower (or faster) than the rest, under the\n"
	"same load; all figures of the run include it.\n"
	"Where it ends is found by MSER-5: the cut after which the mean latency is\n"
	"known best. It is told from 10 % and four standard errors on.\n"
	"Usual causes: cold caches, connection pools, just-in-time compilers.\n"
	"First: warm up before measuring, or make the run longer.\n",

	[SIFT_RULE_TEST_DRIFT] =
	"The mean latency rose or fell across a run, under the same load, after\n"
	"any warm-up: by 10 % at least, and by more than chance explains (1 %).\n"
	"A single figure for such a run depends on how long it was.\n"
	"Usual causes: growing data, leaks, a cache that fills, a busy neighbour.\n"
	"First: run longer, and see whether it settles.\n",

	[SIFT_RULE_TEST_GENERATOR] =
	"The load that was asked for was not sent: iterations were dropped, or\n"
	"the rate stayed below the one in the run's name.\n"
	"What is measured is what a smaller load does, and the service may be able\n"
	"to do more or less than it seems.\n"
	"Usual causes: too few virtual users for the latency, a busy generator.\n"
	"First: give the generator more virtual users, or more machines.\n",

	[SIFT_RULE_TEST_OMISSION] =
	"Each user waits for its answer before it sends the next request, and some\n"
	"answers took very long: in that time requests were not sent that real\n"
	"users would have sent. High percentiles may look better than they are\n"
	"(coordinated omission). Figures are never corrected for it.\n"
	"First: repeat with a constant arrival rate (k6: constant-arrival-rate,\n"
	"Locust: constant_pacing).\n",

	[SIFT_RULE_TEST_LITTLE] =
	"By Little's law, throughput times latency is the number of requests under\n"
	"way, and that cannot exceed the number of users. Here it does.\n"
	"Usual causes: results of several generators added up under the users of\n"
	"one, a wrong duration, one run counted twice.\n"
	"First: check what was merged into this run.\n",

	[SIFT_RULE_TEST_FEW_REQUESTS] =
	"A percentile needs requests above it: from 72 requests on, p95 is bounded\n"
	"on both sides with 95 % confidence, p99 from 368. With fewer the printed\n"
	"figure is a lower bound: the true percentile may be anything above.\n"
	"First: make the runs longer.\n",
};
/* clang-format on */

const char *
sift_rule_explain(const char *rule)
{
	int i;

	for (i = 0; rule && i < SIFT_RULE_COUNT; i++)
		if (!strcmp(rule, sift_rule_name((enum sift_rule)i)))
			return texts[i];
	return NULL;
}
