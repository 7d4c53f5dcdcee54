# SPDX-License-Identifier: GPL-3.0-or-later
"""The two files of old Locust make one run, under all names they come with."""
import csv
import os
import shutil
import tempfile

from oracle import Comparison, analyse, tree_data

NAMES = (  # as written, and as downloaded from the web page
    ("load_test_requests.csv", "load_test_distribution.csv"),
    ("requests_1546300801.25.csv", "distribution_1546300804.5.csv"),
)
TIMES = {"mean": "Average response time", "min": "Min response time",
         "max": "Max response time"}


def rows(name):
    with open(tree_data("locust-edge", name), newline="",
              encoding="utf-8") as file:
        return list(csv.DictReader(file))


def compare(c, what, got, request, percentiles):
    requests, failures = int(request["# requests"]), int(request["# failures"])
    c.equal(f"{what} requests", got["requests"], requests + failures)
    c.equal(f"{what} failures", got["failures"], failures)
    c.close(f"{what} rps", got["rps"], float(request["Requests/s"]))
    for stat, column in TIMES.items():
        c.equal(f"{what} {stat}", got["latency_ms"][stat],
                int(request[column]))
    for stat in ("p50", "p90", "p95", "p99"):
        c.equal(f"{what} {stat}", got["latency_ms"][stat],
                int(percentiles[stat[1:] + "%"]))


def main():
    c = Comparison()
    requests = rows("load_test_requests.csv")
    percentiles = {r["Name"]: r for r in rows("load_test_distribution.csv")}
    for names in NAMES:
        folder = tempfile.mkdtemp(dir=os.getcwd())
        for source, name in zip(NAMES[0], names):
            shutil.copy(tree_data("locust-edge", source),
                        os.path.join(folder, name))
        report = analyse(folder)
        shutil.rmtree(folder)
        c.equal("runs", len(report["runs"]), 1)
        c.equal("roles", [i["role"] for i in report["inputs"]],
                ["used", "used"])
        run, one_set = report["runs"][0], report["sets"][0]
        found = {(e["method"], e["name"]): e for e in run["endpoints"]}
        c.equal("endpoints", len(found), len(requests) - 1)
        for r in requests[:-1]:
            compare(c, r["Name"], found[(r["Method"], r["Name"])], r,
                    percentiles[f"{r['Method']} {r['Name']}"])
        compare(c, "total", run["total"], requests[-1],
                percentiles["None Total"])
        for stat in ("p50", "p95"):
            c.equal(f"the set's {stat}",
                    one_set["total"]["latency_ms"][stat]["median"],
                    run["total"]["latency_ms"][stat])
    c.finish(150)


main()
