# SPDX-License-Identifier: GPL-3.0-or-later
"""Locust's JSON: figures by Locust's rules, computed here from the file, and
the CSV of the same run, which is up to two seconds older."""
import csv
import json
import math
import os

from oracle import Comparison, analyse, tree_data

PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99,
               "p99_9": 0.999}
COLUMNS = {"p50": "50%", "p90": "90%", "p95": "95%", "p99": "99%",
           "p99_9": "99.9%", "mean": "Average Response Time",
           "min": "Min Response Time", "max": "Max Response Time"}


def percentile(times, share):
    """Of the n times, sorted, the one at floor(n * share)."""
    left = int(sum(times.values()) * share)
    for time in sorted(times):
        left -= times[time]
        if left < 0:
            return time
    return max(times, default=None)


def times_of(entry):
    times = {}
    for bucket, count in entry["response_times"].items():
        times[float(bucket)] = times.get(float(bucket), 0) + count
    return times


def merge(entries):
    total = {"response_times": {}}
    for key in ("num_requests", "num_failures", "num_none_requests",
                "total_response_time"):
        total[key] = sum(e[key] for e in entries)
    for e in entries:
        for bucket, count in times_of(e).items():
            old = total["response_times"].get(bucket, 0)
            total["response_times"][bucket] = old + count
    least = [e["min_response_time"] for e in entries]
    total["min_response_time"] = min((m for m in least if m is not None),
                                     default=None)
    total["max_response_time"] = max(e["max_response_time"] for e in entries)
    return total


def compare_entry(c, what, got, truth, seconds):
    timed = truth["num_requests"] - truth["num_none_requests"]
    c.equal(f"{what} requests", got["requests"], truth["num_requests"])
    c.equal(f"{what} failures", got["failures"], truth["num_failures"])
    c.close(f"{what} rps", got["rps"], truth["num_requests"] / seconds)
    c.equal(f"{what} origin", got["origin"],
            "histogram" if timed else "reported")
    c.equal(f"{what} definition", got["percentile_definition"],
            "bucket at floor(pn) (Locust)")
    if not timed:
        return
    latency = got["latency_ms"]
    c.close(f"{what} mean", latency["mean"],
            truth["total_response_time"] / timed)
    c.close(f"{what} min", latency["min"], truth["min_response_time"])
    c.close(f"{what} max", latency["max"], truth["max_response_time"])
    for name, share in PERCENTILES.items():
        c.equal(f"{what} {name}", latency[name],
                percentile(times_of(truth), share))


def compare_csv(c, what, got, row, seconds_late):
    """All that is equal when no request came after the CSV was written."""
    requests = int(row["Request Count"])
    missing = got["requests"] - requests
    c.equal(f"{what} is {missing} ahead of the CSV",
            0 <= missing <= math.ceil(got["rps"] * seconds_late) + 1, True)
    if missing or not requests:
        return
    for name, column in COLUMNS.items():
        c.close(f"{what} {name} (CSV)", got["latency_ms"][name],
                float(row[column]))


def compare_file(c, path):
    with open(path, encoding="utf-8") as file:
        entries = json.load(file)
    run = analyse(path)["runs"][0]
    seconds = max(e["last_request_timestamp"] for e in entries) - min(
        e["start_time"] for e in entries)
    found = {(e["method"] or "", e["name"]): e for e in run["endpoints"]}
    c.equal(f"{path} endpoints", len(found), len(entries))
    for entry in entries:
        key = (entry["method"] or "", entry["name"])
        compare_entry(c, f"{path} {key}", found[key], entry, seconds)
    compare_entry(c, f"{path} total", run["total"], merge(entries), seconds)
    stats = path.replace(".json", "_stats.csv")
    if not os.path.exists(stats):
        return
    with open(stats, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["Type"], row["Name"])
            if key in found:
                compare_csv(c, f"{path} {key}", found[key], row, 2)


def main():
    c = Comparison()
    compare_file(c, tree_data("locust-edge", "load_test.json"))
    if "LOADSIFT_SAMPLES" in os.environ:
        for name in ("edge/odd-names/locust-2.46.3", "edge/special-values",
                     "perf-archive/runs/baseline/run-01",
                     "perf-archive/runs/baseline/run-02",
                     "perf-archive/runs/optimised/run-01"):
            path = os.path.join(os.environ["LOADSIFT_SAMPLES"], "locust",
                                name, "load_test.json")
            if os.path.exists(path):
                compare_file(c, path)
    c.finish(100)


main()
