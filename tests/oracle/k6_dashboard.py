# SPDX-License-Identifier: GPL-3.0-or-later
"""k6's web dashboard, record and report, against the machine-readable summary
of the same run: counts are the same, times are not taken; thresholds against
the exact figures of the summary."""
import json
import os

from oracle import Comparison, analyse, tree_data

RUN = "2026-03-01T12-00_k6v2_new-summary"
STATS = {"avg": "avg", "med": "med", "p(90)": "p90", "p(95)": "p95",
         "count": "count", "rate": "rate"}


def passes(metrics, name, expression):
    """True, False, or None where the summary lacks the figure."""
    for sign, holds in (("<", lambda a, b: a < b), (">", lambda a, b: a > b)):
        stat, found, limit = expression.partition(sign)
        if found:
            value = metrics.get(name, {}).get(STATS.get(stat))
            return None if value is None else holds(value, float(limit))
    return None


def compare(c, what, run, metrics):
    total = run["total"]
    c.equal(f"{what} requests", total["requests"],
            metrics["http_reqs"]["count"])
    c.equal(f"{what} failures", total["failures"],
            metrics["http_req_failed"]["matches"])
    c.equal(f"{what} p50", total["latency_ms"]["p50"], None)
    c.equal(f"{what} endpoints", run["endpoints"], [])
    c.equal(f"{what} start", run["started_at"][:19], "2026-11-21T01:25:45")
    for m in run["metrics"]:
        if m["type"] == "counter" and m["name"] in metrics:
            c.equal(f"{what} {m['name']}", m["values"]["count"],
                    metrics[m["name"]]["count"])
    for t in run["thresholds"]:
        truth = passes(metrics, t["metric"], t["expression"])
        if "{" in t["metric"]:  # which the dashboard does not judge
            c.equal(f"{what} {t['metric']}", t["passed"], None)
        elif truth is not None:
            c.equal(f"{what} {t['metric']} {t['expression']}", t["passed"],
                    truth)


def main():
    c = Comparison()
    with open(os.path.join(tree_data("k6", RUN), "summary.json"),
              encoding="utf-8") as file:
        results = json.load(file)["results"]
    metrics = {m["name"]: m["values"] for m in
               results["metrics"] + results["checks"]["metrics"]}
    metrics["checks"] = metrics.get("checks_succeeded", {})
    for name in ("dashboard-record.ndjson.gz", "dashboard-report.html"):
        report = analyse(os.path.join(tree_data("k6-dashboard"), name))
        c.equal(f"{name} runs", len(report["runs"]), 1)
        compare(c, name, report["runs"][0], metrics)
    c.finish(30)


main()
