#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python's standard library doing what loadsift is measured at.

    peers.py points FILE        points of k6, line by line
    peers.py stats ARCHIVE      Locust's stats CSVs in a tar.gz
    peers.py summaries ARCHIVE  k6's summaries in a tar.gz

Prints the same JSON as duckdb.mjs.
"""
import collections
import csv
import io
import json
import math
import re
import sys
import tarfile
import time

SPREADS = ("requests", "p50", "p95", "p99")
# What tells the runs of a test apart in the paths of make_small.py.
RUN = re.compile(r"^\d{4}/\d\d/\d\d/|\d{4}-\d\d-\d\dT02-\d\d_|_run\d+|"
                 r"/run-\d+|u_\d+")
TAGS = re.compile(r"http_req_duration\{method:([^,]*),name:(.*)\}$")


def quantile(ordered, p):
    """As k6 and DuckDB interpolate."""
    at = p * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def points(path):
    endpoints = collections.defaultdict(lambda: ([], [0]))
    seconds = collections.defaultdict(lambda: [0, 0, 0.0, 0.0])
    with open(path, "rb") as f:
        for line in f:
            line = json.loads(line)
            if line["metric"] != "http_req_duration" or \
                    line["type"] != "Point":
                continue
            data = line["data"]
            tags, ms = data["tags"], data["value"]
            failed = tags["expected_response"] == "false" \
                if "expected_response" in tags else tags["status"] != "200"
            values, failures = endpoints[tags["method"], tags["name"]]
            values.append(ms)
            failures[0] += failed
            second = seconds[data["time"][:19]]
            second[0] += 1
            second[1] += failed
            second[2] += ms
            second[3] = max(second[3], ms)
    rows = []
    for (method, name), (values, failures) in sorted(endpoints.items()):
        values.sort()
        rows.append({"method": method, "name": name,
                     "requests": len(values), "failures": failures[0],
                     "min": values[0], "max": values[-1],
                     "mean": math.fsum(values) / len(values),
                     "percentiles": [quantile(values, p)
                                     for p in (0.5, 0.9, 0.95, 0.99)]})
    series = [{"second": second, "requests": n, "failures": failures,
               "mean": total / n, "max": largest}
              for second, (n, failures, total, largest)
              in sorted(seconds.items())]
    return rows, series


def members(path):
    """(test, bytes) of each file."""
    with tarfile.open(path) as tar:
        for member in tar:
            yield RUN.sub("", member.name), tar.extractfile(member).read()


def spread(values):
    values.sort()
    n = len(values)
    mean = math.fsum(values) / n
    squares = math.fsum((v - mean) ** 2 for v in values)
    return {"median": (values[n // 2] + values[(n - 1) // 2]) / 2,
            "min": values[0], "max": values[-1], "mean": mean,
            "stddev": math.sqrt(squares / (n - 1)) if n > 1 else None}


def spreads(measured):
    """`measured` yields (test, method, name, figures)."""
    tests = collections.defaultdict(lambda: [[] for _ in SPREADS])
    for *key, figures in measured:
        for values, figure in zip(tests[tuple(key)], figures):
            values.append(figure)
    rows = []
    for (test, method, name), columns in sorted(tests.items()):
        row = {"test": test, "method": method, "name": name,
               "runs": len(columns[0])}
        row.update(zip(SPREADS, map(spread, columns)))
        rows.append(row)
    return rows, []


def stats(path):
    def measured():
        for test, data in members(path):
            text = io.StringIO(data.decode(), newline="")
            for row in csv.DictReader(text):
                if row["Name"] != "Aggregated":
                    yield test, row["Type"], row["Name"], (
                        float(row["Request Count"]), float(row["50%"]),
                        float(row["95%"]), float(row["99%"]))
    return spreads(measured())


def summaries(path):
    def measured():
        for test, data in members(path):
            metrics = json.loads(data)["metrics"]
            for metric, content in metrics.items():
                tags = TAGS.match(metric)
                if tags:
                    requests = metrics["http_reqs" + metric[17:]]["values"]
                    values = content["values"]
                    yield test, *tags.groups(), (
                        requests["count"], values["med"], values["p(95)"],
                        values["p(99)"])
    return spreads(measured())


def main():
    job, path = sys.argv[1:]
    begin = time.perf_counter()
    rows, series = {"points": points, "stats": stats,
                    "summaries": summaries}[job](path)
    json.dump({"seconds": time.perf_counter() - begin, "rows": rows,
               "series": series}, sys.stdout)


if __name__ == "__main__":
    main()
