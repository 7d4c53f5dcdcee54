# SPDX-License-Identifier: GPL-3.0-or-later
"""Locust's request log: a log made here, its figures computed here."""
import csv
import os
import random
from fractions import Fraction

from oracle import Comparison, analyse

PERCENTILES = {"p50": Fraction(1, 2), "p90": Fraction(9, 10),
               "p95": Fraction(95, 100), "p99": Fraction(99, 100),
               "p99_9": Fraction(999, 1000)}
COLUMNS = ("timestamp", "request_type", "name", "response_time_ms",
           "response_length", "status_code", "exception")
ERRORS = ("500 Server Error: oops for url: x", "two\nlines, and \"quotes\"",
          "CatchResponseError('too slow')")


def make_rows(count):
    rng = random.Random(2026)
    now = 1795224042.0
    for _ in range(count):
        now += rng.expovariate(100)
        error = rng.choice(ERRORS) if rng.random() < 0.03 else ""
        yield (round(now, 6), rng.choice(("GET", "POST")),
               rng.choice(("/a", "/b, c", "/d \"e\"", "/f\ng")),
               round(rng.lognormvariate(3, 1), 2), rng.randrange(5000),
               0 if error else rng.choice((200, 404)), error)


def percentile(times, share):
    """k6's definition, exactly; times in ms with two decimals."""
    at = (len(times) - 1) * share
    low = int(at)
    value = times[low]
    if at > low:
        value += (times[low + 1] - times[low]) * (at - low)
    return float(value)


def compare(c, what, got, rows, seconds):
    times = sorted(Fraction(str(r[3])) for r in rows)
    latency = got["latency_ms"]
    c.equal(f"{what} requests", got["requests"], len(rows))
    c.equal(f"{what} failures", got["failures"], sum(1 for r in rows if r[6]))
    c.equal(f"{what} origin", got["origin"], "exact")
    c.close(f"{what} rps", got["rps"], len(rows) / seconds, 1e-6)
    c.close(f"{what} mean", latency["mean"], float(sum(times) / len(times)))
    c.equal(f"{what} min", latency["min"], float(times[0]))
    c.equal(f"{what} max", latency["max"], float(times[-1]))
    for name, share in PERCENTILES.items():
        c.close(f"{what} {name}", latency[name], percentile(times, share),
                absolute=1e-6)


def main():
    c = Comparison()
    rows = list(make_rows(5000))
    path = os.path.join(os.getcwd(), "oracle_requests.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS] + rows)
    run = analyse(path)["runs"][0]
    os.remove(path)
    ends = [r[0] + r[3] / 1000 for r in rows]
    seconds = max(ends) - min(ends)
    compare(c, "total", run["total"], rows, seconds)
    c.equal("endpoints", len(run["endpoints"]), 8)
    for e in run["endpoints"]:
        compare(c, f"{e['method']} {e['name']}", e,
                [r for r in rows if (r[1], r[2]) == (e["method"], e["name"])],
                seconds)
    c.equal("failures by text",
            sorted({f["fingerprint"] for f in run["failures"]}),
            sorted(["HTTP 500", "two lines, and \"quotes\"", "too slow"]))
    c.equal("failures as written",
            sorted({f["example"] for f in run["failures"]}),
            sorted(["500 Server Error: oops for url: x",
                    "two\nlines, and \"quotes\"", "too slow"]))
    c.equal("failures", sum(f["count"] for f in run["failures"]),
            run["total"]["failures"])
    c.finish(100)


main()
