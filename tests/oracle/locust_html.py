# SPDX-License-Identifier: GPL-3.0-or-later
"""Locust's HTML reports: figures as Python reads them off the page, and the
JSON of the same run, whose histograms give the same percentiles."""
import glob
import html.parser
import json
import os

from oracle import Comparison, analyse, tree_data

TIMES = {"mean": "avg_response_time", "min": "min_response_time",
         "max": "max_response_time"}
PERCENTILES = {"p50": "0.5", "p90": "0.9", "p95": "0.95", "p99": "0.99"}
CLASSIC = {"mean": "Average (ms)", "min": "Min (ms)", "max": "Max (ms)"}


def key_of(row):
    return (row["method"] or None, row["name"])


class Tables(html.parser.HTMLParser):
    """All tables of a page, as lists of lists of text."""

    def __init__(self):
        super().__init__()
        self.tables = []
        self.in_cell = False

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.in_cell = False

    def handle_data(self, data):
        if self.in_cell:
            self.tables[-1][-1][-1] += data


def read_modern(page):
    """Requests, percentiles, failures, each the rows of its table."""
    start = page.rindex("window.templateArgs = {") + 22
    data, _ = json.JSONDecoder().raw_decode(page[start:])
    requests = [dict(key=key_of(r), requests=r["num_requests"],
                     failures=r["num_failures"], rps=r["total_rps"],
                     **{s: r[k] for s, k in TIMES.items()})
                for r in data["requests_statistics"]]
    percentiles = [dict(key=key_of(r),
                        **{s: r[k] for s, k in PERCENTILES.items()})
                   for r in data["response_time_statistics"]]
    return requests, percentiles, sum(
        f["occurrences"] for f in data["failures_statistics"])


def read_classic(page):
    parser = Tables()
    parser.feed(page)
    named = [[dict(zip(t[0], row)) for row in t[1:]] for t in parser.tables]
    requests = [dict(key=(r["Method"] or None, r["Name"]),
                     requests=int(r["# Requests"]),
                     failures=int(r["# Fails"]),
                     rps=float(r["RPS"]) or None,
                     **{s: int(r[k]) for s, k in CLASSIC.items()})
                for r in named[0]]
    percentiles = [dict(key=(r["Method"] or None, r["Name"]),
                        **{s: int(r[f"{s[1:]}%ile (ms)"])
                           for s in PERCENTILES})
                   for r in named[1]]
    return requests, percentiles, sum(int(r["Occurrences"])
                                      for r in named[2])


def compare_row(c, what, got, row, percentiles):
    c.equal(f"{what} requests", got["requests"], row["requests"])
    c.equal(f"{what} failures", got["failures"], row["failures"])
    c.close(f"{what} rps", got["rps"], row["rps"])
    c.equal(f"{what} origin", got["origin"], "reported")
    for stat in TIMES:
        c.close(f"{what} {stat}", got["latency_ms"][stat], row[stat])
    for stat in PERCENTILES:
        c.equal(f"{what} {stat}", got["latency_ms"][stat], percentiles[stat])


def compare_page(c, path):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    modern = "window.templateArgs = {" in page
    requests, percentiles, failures = (read_modern if modern
                                       else read_classic)(page)
    run = analyse(path)["runs"][0]
    found = {(e["method"], e["name"]): e for e in run["endpoints"]}
    c.equal(f"{path} endpoints", len(found), len(requests) - 1)
    for row, at in zip(requests, percentiles):
        last = row is requests[-1]
        c.equal(f"{path} key", row["key"], at["key"])
        compare_row(c, f"{path} {row['key']}",
                    run["total"] if last else found[row["key"]], row, at)
    c.equal(f"{path} failures", sum(f["count"] for f in run["failures"]),
            failures)
    c.equal(f"{path} sum of failures", failures, run["total"]["failures"])
    return run


def compare_json(c, run, path):
    """All endpoints of the JSON of the same run."""
    other = analyse(path)["runs"][0]
    found = {(e["method"], e["name"]): e for e in run["endpoints"]}
    pairs = [(found[(e["method"], e["name"])], e)
             for e in other["endpoints"]] + [(run["total"], other["total"])]
    for a, b in pairs:
        what = f"{path} {b.get('name', 'total')}"
        c.equal(f"{what} requests", a["requests"], b["requests"])
        c.equal(f"{what} failures", a["failures"], b["failures"])
        c.close(f"{what} rps", a["rps"], b["rps"], 0.005)
        c.close(f"{what} mean", a["latency_ms"]["mean"],
                b["latency_ms"]["mean"])
        for stat in ("min", "max"):
            c.equal(f"{what} {stat}", a["latency_ms"][stat],
                    round(b["latency_ms"][stat]))
        for stat in PERCENTILES:
            c.equal(f"{what} {stat}", a["latency_ms"][stat],
                    b["latency_ms"][stat])


def main():
    c = Comparison()
    compare_page(c, tree_data("locust-edge", "odd-2.46.3.html"))
    compare_page(c, tree_data("locust-edge", "classic-odd-2.20.0.html"))
    root = os.environ.get("LOADSIFT_SAMPLES", "")
    for path in sorted(glob.glob(os.path.join(
            root, "locust", "edge", "html-data-only", "*.html"))):
        run = compare_page(c, path)
        if path.endswith("baseline-run-01.html"):
            compare_json(c, run, os.path.join(
                root, "locust", "perf-archive", "runs", "baseline", "run-01",
                "load_test.json"))
    c.finish(300)


main()
