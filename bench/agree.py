# SPDX-License-Identifier: GPL-3.0-or-later
"""Do loadsift and its peers find the same? Who is wrong has no time."""
import collections
import sys

import peers

NS = 1.000001e-6 # a nanosecond in milliseconds, and what doubles lose
PERCENTILES = ("p50", "p90", "p95", "p99")


def require(what, got, expected, absolute=0.0, relative=0.0):
    if not abs(got - expected) <= max(absolute, relative * abs(expected)):
        sys.exit(f"results differ: {what}: {got!r}, not {expected!r}")


def points(report, peer):
    """Of one run: a report of loadsift and the rows of a peer."""
    run, = report["runs"]
    ours = {(e["method"], e["name"]): e for e in run["endpoints"]}
    require("endpoints", len(ours), len(peer["rows"]))
    for row in peer["rows"]:
        key = row["method"], row["name"]
        endpoint = ours[key]
        latency = endpoint["latency_ms"]
        for count in ("requests", "failures"):
            require((key, count), endpoint[count], row[count])
        for figure in ("min", "max"):
            require((key, figure), latency[figure], row[figure], NS)
        require((key, "mean"), latency["mean"], row["mean"], relative=1e-9)
        for name, value in zip(PERCENTILES, row["percentiles"]):
            require((key, name), latency[name], value, NS)
    for count in ("requests", "failures"):
        require(("seconds", count), run["total"][count],
                sum(second[count] for second in peer["series"]))


def tests(report, peer):
    """Of many runs: the spread over the runs of each test."""
    sources = {i["run"]: i["source"].split("!", 1)[1]
               for i in report["inputs"] if i["run"]}
    ours = collections.defaultdict(list)
    for set_ in report["sets"]:
        test = {peers.RUN.sub("", sources[run]) for run in set_["runs"]}
        for endpoint in set_["endpoints"]:
            for name in test:
                ours[name, endpoint["method"], endpoint["name"]].append(
                    endpoint)
    require("tests", len(ours), len(peer["rows"]))
    for row in peer["rows"]:
        key = row["test"], row["method"], row["name"]
        require((key, "sets"), len(ours[key]), 1)
        spread(key, ours[key][0], row)


def spread(key, endpoint, row):
    for figure in peers.SPREADS:
        got = endpoint["requests"] if figure == "requests" \
            else endpoint["latency_ms"][figure]
        require((key, figure, "n"), got["n"], row["runs"])
        for name, value in row[figure].items():
            if value is not None:
                require((key, figure, name), got[name], value, 1e-9, 1e-9)
