# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of Locust runs against the oracle: figures across runs to 1e-9."""
import json
import os
import sys

from oracle import Comparison, analyse, samples, tree_data

# Column of the CSV -> where the report has its spread.
COLUMNS = {
    "Request Count": lambda e: e["requests"],
    "Failure Count": lambda e: e["failures"],
    "Requests/s": lambda e: e["rps"],
    "Average Response Time": lambda e: e["latency_ms"]["mean"],
    "Min Response Time": lambda e: e["latency_ms"]["min"],
    "Max Response Time": lambda e: e["latency_ms"]["max"],
    "50%": lambda e: e["latency_ms"]["p50"],
    "90%": lambda e: e["latency_ms"]["p90"],
    "95%": lambda e: e["latency_ms"]["p95"],
    "99%": lambda e: e["latency_ms"]["p99"],
    "failure_ratio": lambda e: e["error_rate"],
}
FIGURES = ("n", "mean", "median", "min", "max", "variance", "stddev", "cv")


def compare_spread(c, what, got, truth):
    for figure in FIGURES:
        if truth.get(figure) is None:
            continue
        c.close(f"{what} {figure}", got[figure], truth[figure],
                absolute=1e-9 if figure in ("variance", "stddev", "cv")
                else 0.0)
    c.equal(f"{what} values", len(got["values"]), len(truth["values"]))
    for i, (a, b) in enumerate(zip(got["values"], truth["values"])):
        c.close(f"{what} value {i}", a, b)


def compare_set(c, found, oracle, name):
    endpoints = {(e["method"], e["name"]): e for e in found["endpoints"]}
    for truth in oracle["endpoints"]:
        if truth["aggregated"]:
            got = found["total"]
        else:
            got = endpoints.pop((truth["type"] or None, truth["name"]), None)
        what = f"{name} {truth['type']} {truth['name']}"
        if got is None:
            c.equal(what, None, "an endpoint")
            continue
        for column, of in COLUMNS.items():
            if column in truth["metrics"]:
                compare_spread(c, f"{what} {column}", of(got),
                               truth["metrics"][column])
    c.equal(f"{name} endpoints beyond the oracle's", list(endpoints), [])


def compare_tree(c, runs, oracles):
    report = analyse(runs)
    for name, count in (("baseline", 5), ("optimised", 3)):
        sets = [s for s in report["sets"] if s["label"].endswith(name)]
        if len(sets) != 1 or len(sets[0]["runs"]) != count:
            sys.exit(f"no single set {name} of {count} runs")
        with open(os.path.join(oracles, name + ".json"),
                  encoding="utf-8") as f:
            compare_set(c, sets[0], json.load(f), name)
    return report


def main():
    c = Comparison()
    if sys.argv[1:] == ["samples"]:
        compare_tree(c, samples("locust", "perf-archive"),
                     samples("locust", "oracle"))
    else:
        compare_tree(c, tree_data("locust"), tree_data("oracle", "locust"))
    c.finish(least=1000)


if __name__ == "__main__":
    main()
