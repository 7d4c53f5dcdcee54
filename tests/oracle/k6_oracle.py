# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of k6 against the oracle: counts exact, mean, min, max to 1e-9
relative, percentiles to a nanosecond."""
import glob
import json
import os
import sys

from oracle import Comparison, analyse, samples, tree_data

NS = 1.01e-6  # of a millisecond


def run_of(report, folder):
    """The run whose sources lie in `folder`."""
    runs = [r for r in report["runs"]
            if any(folder in s for s in r["sources"])
            or folder.endswith(r["label"])]
    if len(runs) != 1:
        sys.exit(f"{len(runs)} runs for {folder}")
    return runs[0]


def compare_run(c, run, oracle):
    found = {(e["name"], e["method"]): e for e in run["endpoints"]
             if e["kind"] == "http"}
    name = oracle["run"]
    c.equal(f"{name}: endpoints", len(found), len(oracle["endpoints"]))
    for truth in oracle["endpoints"]:
        key = (truth["name"], truth["method"] or None)
        what = f"{name}: {key}"
        if key not in found:
            c.equal(what, None, "an endpoint")
            continue
        got = found[key]
        latency = got["latency_ms"]
        c.equal(f"{what} requests", got["requests"], truth["count"])
        c.equal(f"{what} failures", got["failures"],
                truth["failed_http_req_failed"])
        for stat in ("min", "mean", "max"):
            c.close(f"{what} {stat}", latency[stat], truth[stat])
        if truth["count"] > 1:
            c.close(f"{what} stddev", latency["stddev"],
                    truth["stdev_sample"], absolute=1e-9)
        for stat in ("p50", "p90", "p95", "p99"):
            c.close(f"{what} {stat}", latency[stat], truth[stat + "_lin"],
                    relative=0, absolute=NS)
    total = oracle.get("total")
    if total:
        c.equal(f"{name}: total requests", run["total"]["requests"],
                total["count"])


def compare_sets(c, report):
    """Sets have the endpoints of their runs: what a summary calls
    {name:x} is not there again beside the GET x of the points."""
    runs = {r["id"]: r for r in report["runs"]}
    for found in report["sets"]:
        ours = {(e["name"], e["method"], e["kind"])
                for e in found["endpoints"]}
        theirs = {(e["name"], e["method"], e["kind"])
                  for r in found["runs"] for e in runs[r]["endpoints"]}
        c.equal(f"set {found['label']}: endpoints", ours, theirs)
    for run in report["runs"]:
        c.equal(f"{run['label']}: p99 is known", run["notes"], [])


def compare_tree(c, runs, oracles, ok=(0,)):
    report = analyse(runs, ok=ok)
    compare_sets(c, report)
    for folder in sorted(os.listdir(runs)):
        path = os.path.join(oracles, folder + ".json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                compare_run(c, run_of(report, folder), json.load(f))
    return report


def main():
    c = Comparison()
    if sys.argv[1:] == ["samples"]:
        report = compare_tree(c, samples("k6", "runs"),
                              samples("k6", "oracle"))
        c.equal("runs", len(report["runs"]),
                len(glob.glob(samples("k6", "runs") + "/*")))
        c.finish(least=1000)
    compare_tree(c, tree_data("k6"), tree_data("oracle", "k6"))
    c.finish(least=100)


if __name__ == "__main__":
    main()
