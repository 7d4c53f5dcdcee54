# SPDX-License-Identifier: GPL-3.0-or-later
"""The text k6 prints at the end of a test, against the summary export of the
same run: what is printed is the exact figure, cut to the resolution that
loadsift states, and with it every threshold of the new layout."""
import json
import math
import os

from oracle import Comparison, analyse, tree_data

STATS = {"avg": "mean", "min": "min", "med": "p50", "max": "max",
         "p(90)": "p90", "p(95)": "p95"}


def step_of(ms):
    """Two decimals of µs, ms and s; whole ns; whole seconds of minutes."""
    for below, step in ((1e-3, 1e-6), (1, 1e-5), (1000, 0.01), (60000, 10)):
        if abs(ms) < below:
            return step
    return 1000


def compare_cut(c, what, got, exact):
    """`got` is at most a step below the exact figure."""
    step = step_of(exact)
    c.equal(what, got is not None and
            -1e-9 * step <= exact - got < step * (1 + 1e-9), True)


def compare_latency(c, what, got, exact):
    for theirs, ours in STATS.items():
        compare_cut(c, f"{what} {ours}: {got[ours]} of {exact[theirs]}",
                    got[ours], exact[theirs])
    c.equal(f"{what} p99", got["p99"], None)


def compare_metric(c, what, got, exact):
    for key, value in exact.items():
        if key == "thresholds" or value is None:
            continue
        if what.endswith("neg_gauge") and key == "max":
            continue  # up to 2.0 k6 itself has 0 here
        if key == "value" and "passes" in exact:
            key = "rate"
        if "data_" in what:  # two digits
            c.close(f"{what} {key}", got[key], value, relative=0.05)
        elif math.isfinite(value):
            c.equal(f"{what} {key}: {got[key]} of {value}",
                    abs(got[key] - value) <= step_of(value), True)


def compare_run(c, version):
    folder = tree_data("k6-text", version)
    report = analyse(os.path.join(folder, "k6.stdout.txt"))
    with open(os.path.join(folder, "summary-export.json"),
              encoding="utf-8") as file:
        exact = json.load(file)
    metrics = exact["metrics"]
    run = report["runs"][0]
    total = run["total"]
    c.equal(f"{version} kind", run["source_kind"], "text summary")
    c.equal(f"{version} requests", total["requests"],
            metrics["http_reqs"]["count"])
    c.equal(f"{version} failures", total["failures"],
            metrics["http_req_failed"]["passes"])
    c.close(f"{version} rps", total["rps"], metrics["http_reqs"]["rate"],
            relative=1e-6)
    compare_latency(c, version, total["latency_ms"],
                    metrics["http_req_duration"])
    compare_latency(c, f"{version} ok", total["latency_ok_ms"],
                    metrics["http_req_duration{expected_response:true}"])
    for e in run["endpoints"]:
        name = (e["name"] if e["kind"] == "trend"
                else f"http_req_duration{{name:{e['name']}}}")
        compare_latency(c, f"{version} {name}", e["latency_ms"],
                        metrics[name])
    for m in run["metrics"]:
        compare_metric(c, f"{version} {m['name']}", m["values"],
                       metrics[m["name"]])
    crossed = {(name, expression): failed
               for name, m in metrics.items()
               for expression, failed in m.get("thresholds", {}).items()}
    if version == "v2.2.0":
        c.equal(f"{version} thresholds",
                {(t["metric"], t["expression"]): not t["passed"]
                 for t in run["thresholds"]}, crossed)
    else:  # one sign for all of a metric
        truth = {name: any(f for (n, _), f in crossed.items() if n == name)
                 for name, _ in crossed}
        c.equal(f"{version} thresholds",
                {t["metric"]: not t["passed"] for t in run["thresholds"]},
                truth)


def main():
    c = Comparison()
    for version in ("v0.47.0", "v1.0.0", "v2.2.0"):
        compare_run(c, version)
    c.finish(200)


main()
