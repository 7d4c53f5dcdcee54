# SPDX-License-Identifier: GPL-3.0-or-later
"""What two files say of one run agrees: k6's points and what k6 itself made of
them, its CSV and its points, Locust's JSON, HTML and CSV; endpoints add up to
their total."""
import glob
import json
import os

from oracle import Comparison, analyse, samples

# Locust writes its CSV up to that long before the run ends.
LAG_S = 2.5


def run_of(*paths):
    """The only run; values that no CSV or JSON can hold make it partial."""
    document = analyse(*paths, ok=(0, 3))
    assert len(document["runs"]) == 1, paths
    return document["runs"][0]


def points_of(folder):
    found = glob.glob(os.path.join(folder, "results.json*"))
    return found[0] if found else None


def check_trend(c, what, latency, values):
    for key, stat in (("avg", "mean"), ("min", "min"), ("med", "p50"),
                      ("max", "max"), ("p(90)", "p90"), ("p(95)", "p95"),
                      ("p(99)", "p99"), ("p(99.9)", "p99_9")):
        if key in values:
            c.close(f"{what} {key}", latency[stat], values[key],
                    relative=1e-9, absolute=1e-6)


def check_metric(c, what, got, kind, values):
    """One that is no latency: what k6 calls passes are values but 0."""
    if kind == "counter":
        c.close(f"{what} count", got.get("sum", got.get("count")),
                values["count"], absolute=1e-6)
    elif kind == "rate":
        c.close(f"{what} rate", got["rate"], values["rate"], absolute=1e-9)
    elif kind == "gauge":
        c.close(f"{what} value", got["value"], values["value"],
                absolute=1e-6)


def check_k6(c, folder):
    """All that k6 prints of the run, from its points alone."""
    name = os.path.basename(folder)
    with open(os.path.join(folder, "summary.json"), encoding="utf-8") as file:
        summary = json.load(file)
    if not isinstance(summary.get("metrics"), dict):
        return
    run = run_of(points_of(folder))
    metrics = {m["name"]: {v: m["values"][v] for v in m["values"]}
               for m in run["metrics"]}
    trends = {e["name"]: e for e in run["endpoints"] if e["kind"] == "trend"}
    for metric, stated in summary["metrics"].items():
        what, values = f"{name} {metric}", stated["values"]
        if metric == "http_req_duration":
            check_trend(c, what, run["total"]["latency_ms"], values)
        elif metric == "http_req_duration{expected_response:true}":
            check_trend(c, what, run["total"]["latency_ok_ms"], values)
        elif metric == "http_reqs":
            c.equal(what, run["total"]["requests"], values["count"])
        elif metric == "http_req_failed":
            c.equal(what, run["total"]["failures"], values["passes"])
        elif metric in trends and values.get("max") is not None:
            check_trend(c, what, trends[metric]["latency_ms"], values)
        elif metric in metrics and stated["type"] != "trend":
            check_metric(c, what, metrics[metric], stated["type"], values)
    check_checks(c, name, run, summary["root_group"])
    c.equal(f"{name}: texts of failures",
            sum(f["count"] for f in run["failures"]),
            run["total"]["failures"])


def check_checks(c, name, run, group):
    """Checks of one name count together, whatever group they are in."""
    sums, groups = {}, [group]
    while groups:
        group = groups.pop()
        groups += group["groups"]
        for check in group["checks"]:
            old = sums.get(check["name"], (0, 0))
            sums[check["name"]] = (old[0] + check["passes"],
                                   old[1] + check["fails"])
    got = {x["name"]: (x["passes"], x["fails"]) for x in run["checks"]}
    if set(got) == {"(unnamed)"}:  # a test whose tags have no names
        sums = {"(unnamed)": tuple(map(sum, zip(*sums.values())))}
    c.equal(f"{name}: checks", got, sums)


def endpoints(run):
    return {(e["kind"], e["method"], e["name"]): e for e in run["endpoints"]
            if e["kind"] != "trend"}


def check_k6_csv(c, folder):
    """The CSV has the same requests as the points."""
    table = glob.glob(os.path.join(folder, "results.csv*"))
    if not table:
        return
    name = os.path.basename(folder)
    points, rows = (endpoints(run_of(p))
                    for p in (points_of(folder), table[0]))
    c.equal(f"{name}: endpoints of the CSV", sorted(map(str, rows)),
            sorted(map(str, points)))
    for key in set(points) & set(rows):
        for what in ("requests", "failures", "latency_ms", "latency_ok_ms"):
            c.equal(f"{name} {key} {what} of the CSV", rows[key][what],
                    points[key][what])


def check_sum(c, what, run, least=0):
    """Requests and failures of all endpoints are those of the total."""
    for key in ("requests", "failures"):
        values = [e[key] for e in endpoints(run).values()]
        if values and None not in values:
            c.close(f"{what}: {key} of endpoints", sum(values),
                    run["total"][key], relative=0, absolute=least)


def check_lag(c, what, older, newer):
    """The later file has as many requests and up to LAG_S more."""
    for key, row in endpoints(older).items():
        other = endpoints(newer).get(key)
        c.equal(f"{what} {key} is there", other is not None, True)
        if not other:
            continue
        rate = max(row["rps"] or 0, other["rps"] or 0)
        more = other["requests"] - row["requests"]
        c.equal(f"{what} {key}: {more} more at {rate:.2f}/s",
                0 <= more <= LAG_S * rate + 3, True)
        c.close(f"{what} {key} min", other["latency_ms"]["min"],
                row["latency_ms"]["min"], relative=0.2, absolute=1)


def check_locust(c, folder, page=None):
    """CSV, JSON and HTML of one run."""
    name = "/".join(folder.split("/")[-2:])
    table = os.path.join(folder, "load_test_stats.csv")
    both = [os.path.join(folder, "load_test.json"), page or ""]
    csv = run_of(table)
    check_sum(c, f"{name} CSV", csv)
    later = [run_of(p) for p in both if os.path.exists(p)]
    for path, run in zip(both, later):
        check_sum(c, path, run)
        check_lag(c, f"{name} CSV, then {path[-4:]}", csv, run)
    if len(later) == 2:
        check_same(c, name, *later)


def check_same(c, name, log, page):
    """JSON and HTML are of one moment; the page rounds to whole ms."""
    for key, row in endpoints(log).items():
        other = endpoints(page)[key]
        for what in ("requests", "failures"):
            c.equal(f"{name} {key} {what} of the page", other[what],
                    row[what])
        for stat in ("p50", "p90", "p95", "p99"):
            if other["latency_ms"][stat] is not None:
                c.equal(f"{name} {key} {stat} of the page",
                        other["latency_ms"][stat], row["latency_ms"][stat])


def main():
    c = Comparison()
    for folder in (sorted(glob.glob(samples("k6", "runs") + "/*"))
                   + sorted(glob.glob(samples("k6", "versions") + "/*"))):
        if "v0.26" in folder or "killed" in folder or not points_of(folder):
            continue
        if os.path.exists(os.path.join(folder, "summary.json")):
            check_k6(c, folder)
        check_k6_csv(c, folder)
    for table in sorted(glob.glob(samples("locust", "perf-archive", "runs")
                                  + "/*/run-*/load_test_stats.csv")):
        folder = os.path.dirname(table)
        page = "-".join(folder.split("/")[-2:]) + ".html"
        check_locust(c, folder, os.path.join(
            samples("locust", "edge", "html-data-only"), page))
    check_locust(c, samples("locust", "edge", "odd-names", "locust-2.46.3"),
                 samples("locust", "edge", "html-data-only",
                         "odd-2.46.3.html"))
    c.finish(900)


main()
