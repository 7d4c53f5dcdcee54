# SPDX-License-Identifier: GPL-3.0-or-later
"""One comparison for each verdict, of runs that are made so, and what each of
the gates makes of it."""
import json
import os
import re
import sys

from program import Checks, Folder, run
from validity import Run

HEADER = ("Type,Name,Request Count,Failure Count,Median Response Time,Average "
          "Response Time,Min Response Time,Max Response Time,Average Content "
          "Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,"
          "99.99%,100%\n")
# Of a smooth endpoint, relative to its p50.
SHAPE = (1, 1.1, 1.16, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 1.9, 2)
# 5 % of the requests stall: p95 is one of them, or is not.
JUMP = (1, 1.1, 1.16, 1.2, 1.3, 8, 30, 35, 40, 40, 40)
NOISE = (0, .010, -.012, .006, -.004)
OTHERS = ("a", "b", "c", "d", "e", "f")


def row(name, p50, shape, requests, failures):
    columns = [p50 * s for s in shape]
    cells = ["GET", name, requests, failures, p50, p50 * 1.05, p50 / 2,
             columns[-1], 100, requests / 60, failures / 60] + columns
    return ",".join(str(c) for c in cells) + "\n"


def total(rows):
    n, bad = (sum(int(r.split(",")[i]) for r in rows) for i in (2, 3))
    return row("Aggregated", 100, SHAPE, n, bad).replace("GET,", ",", 1)


def write_run(path, i, x):
    """x = p50, shape, requests, failures of the endpoint in question."""
    os.makedirs(path)
    rows = [row(name, (60 + 20 * k) * (1 + NOISE[(i + k) % 5]), SHAPE, 2000, 0)
            for k, name in enumerate(OTHERS)]
    rows.append(row("x", *x))
    with open(os.path.join(path, "load_test_stats.csv"), "w",
              encoding="ascii") as f:
        f.write(HEADER + "".join(rows) + total(rows))


class Side:
    def __init__(self, p50=200.0, shape=SHAPE, requests=2000, failures=0,
                 noise=1.0, runs=4):
        self.p50, self.shape, self.noise = p50, shape, noise
        self.requests, self.failures, self.runs = requests, failures, runs

    def write(self, folder, name, phase):
        for i in range(self.runs):
            factor = 1 + self.noise * NOISE[(i + phase) % 5]
            write_run(folder(name, f"run-{i + 1}"), i + phase,
                      (self.p50 * factor, self.shape, self.requests,
                       self.failures))
        return folder(name)


USUAL = Side()
# verdict, figure, old, new, net change, is it a regression
CASES = (
    ("regressed", "p50", USUAL, Side(p50=260), "regressed", True),
    ("regressed", "error_rate", USUAL, Side(failures=90), "regressed", True),
    ("improved", "p50", USUAL, Side(p50=150), "improved", False),
    ("likely", "p50", Side(runs=3), Side(p50=260, runs=2), "inconclusive",
     False),
    ("equivalent", "p50", USUAL, Side(), "neutral", False),
    ("tiny", "p50", Side(p50=10, noise=.3), Side(p50=10.94, noise=.3),
     "neutral", False),
    ("unstable", "p95", Side(shape=JUMP), Side(p50=201, shape=JUMP), None,
     False),
    ("inconclusive", "p50", Side(noise=9), Side(p50=215, noise=9),
     "inconclusive", False),
    ("suspicious", "p50", USUAL, Side(p50=100, requests=600), None, False),
    ("described", "p50", Side(runs=1), Side(p50=400, runs=1), "inconclusive",
     False),
)


def gates(old, new):
    """The exit code of each gate alone."""
    return {gate: run("compare", old, new, "--fail-on", gate, "-q", "-o",
                      "json:/dev/null")[0]
            for gate in ("regression", "shift", "inconclusive",
                         "incomparable")}


def comparison(old, new):
    code, out, err = run("compare", old, new, "-f", "json")
    if code:
        sys.exit(err)
    return json.loads(out)["comparisons"][0]


def change_of(pair, figure):
    for e in pair["endpoints"]:
        if e["name"] == "x":
            return e["metrics"].get(figure) or e.get(figure)
    return None


def check_case(checks, case):
    verdict, figure, before, after, net, regression = case
    with Folder() as folder:
        old = before.write(folder, "old", 0)
        new = after.write(folder, "new", 2)
        pair = comparison(old, new)
        codes = gates(old, new)
    change = change_of(pair, figure)
    what = f"{verdict} at {figure}"
    print(f"{what:24} {change['reason']}")
    checks.that(what, change["verdict"] == verdict, change)
    checks.that(f"{what}: a reason in words", len(change["reason"]) > 8)
    if net:
        checks.that(f"{what}: net change {net}", pair["net_change"] == net,
                    pair["summary"])
    checks.that(f"{what}: the gates", codes == {
        "regression": int(regression), "shift": 0,
        "inconclusive": int(pair["net_change"] == "inconclusive"),
        "incomparable": 0}, codes)
    others = [e["name"] for e in pair["endpoints"] if e["name"] != "x" and
              e["metrics"]["p50"]["verdict"] in ("regressed", "improved")]
    checks.that(f"{what}: the others did not change", not others, others)


def stalling(folder, side, share):
    """Four runs of 300 requests, of which this share stalls, evenly."""
    stalls = round(300 * share)
    for i in range(4):
        points = Run(folder(side, f"run-{i + 1}"), i + 10 * (side == "new"))
        for k in range(300):
            slow = k * stalls % 300 < stalls
            points.request(k / 5, (2500 if slow else 100)
                           * points.draw.lognormvariate(0, .1), "x")
        points.done()
    return folder(side)


def check_slow(checks):
    """Where p95 jumps, slow requests are counted."""
    for old, new, verdict, words in (
            (.02, .06, "more", "clearly more"),
            (.06, .02, "fewer", "clearly fewer"),
            (.05, .06, None, "which chance may explain")):
        with Folder() as folder:
            pair = comparison(stalling(folder, "old", old),
                              stalling(folder, "new", new))
        what = f"stalls {old} to {new}"
        change = change_of(pair, "p95")
        slow = change["slow_requests"]
        print(f"{what}: {change['reason']}")
        checks.that(f"{what}: unstable", change["verdict"] == "unstable",
                    change)
        checks.that(f"{what}: counted", slow["old"]["slow"]
                    == round(1200 * old)
                    and slow["new"]["slow"] == round(1200 * new)
                    and slow["old"]["requests"] == 1200
                    and 100 < slow["limit_ms"] < 2500, slow)
        checks.that(f"{what}: {words}", slow["verdict"] == verdict
                    and words in change["reason"], slow)
        checks.that(f"{what}: in the summary", ("slow requests" in
                    pair["summary"]) == bool(verdict), pair["summary"])
        checks.that(f"{what}: no regression", pair["net_change"]
                    != "regressed", pair)
    with Folder() as folder:
        pair = comparison(Side(shape=JUMP).write(folder, "old", 0),
                          Side(p50=201, shape=JUMP).write(folder, "new", 2))
    slow = change_of(pair, "p95")["slow_requests"]
    checks.that("printed percentiles give a bracket", slow["p"] is None
                and slow["old"]["slow"] is None and slow["verdict"] is None
                and (slow["old"]["share_low"], slow["old"]["share_high"])
                == (.01, .05), slow)
    checks.that("and words for it", "1 % to 5 % of the requests before" in
                change_of(pair, "p95")["reason"], change_of(pair, "p95"))
    checks.that("what is stable counts nothing",
                change_of(pair, "p50")["slow_requests"] is None)


def write_all(folder, side, factor, shape=SHAPE, names=OTHERS):
    """Five runs of which each endpoint is so much slower."""
    for i in range(5):
        path = folder(side, f"run-{i + 1}")
        os.makedirs(path)
        rows = [row(name, (60 + 20 * k) * factor *
                    (1 + NOISE[(i + k + (side == "new")) % 5]), shape, 2000, 0)
                for k, name in enumerate(names)]
        with open(os.path.join(path, "t_stats.csv"), "w",
                  encoding="ascii") as f:
            f.write(HEADER + "".join(rows) + total(rows))
    return folder(side)


# p50 as it was, the tail longer
TAIL = tuple(s if s < 1.2 else 1.5 * s for s in SHAPE)


def check_shift(checks):
    """What moves all together is told once, with names, and has a gate."""
    for factor, shape, metric, word, gate in (
            (1.2, SHAPE, "p50", "slower", 1), (1 / 1.2, SHAPE, "p50", "faster",
                                               0),
            (1, TAIL, "p95", "slower", 1)):
        with Folder() as folder:
            old = write_all(folder, "old", 1)
            new = write_all(folder, "new", factor, shape)
            pair = comparison(old, new)
            codes = gates(old, new)
            text, page = (run("compare", old, new, "-f", form)[1].decode()
                          for form in ("text", "md"))
            held = run("compare", old, new, "--fail-on", "shift", "--control",
                       "a", "--control", "b", "-q", "-o", "json:/dev/null")[0]
        shift = pair["global_shift"]
        what = f"all {metric} {word}"
        checks.that(what, shift and shift["metric"] == metric
                    and word in shift["message"], shift)
        checks.that(f"{what}: all are named", [
            e["name"] for e in shift["together"]] == list(OTHERS)
            and "  together    GET a, GET b" in text
            and "Moved together: `GET a`" in page, shift)
        checks.that(f"{what}: nobody is blamed",
                    pair["net_change"] == "inconclusive", pair["summary"])
        checks.that(f"{what}: the gates", codes == {
            "regression": 0, "shift": gate, "inconclusive": 1,
            "incomparable": 0}, codes)
        checks.that(f"{what}: controls that moved with it say it is the "
                    "machine", held == 0, held)


def check_hosts(checks):
    """Endpoints that are called by their URL name the host."""
    urls = {side: [f"https://user:secret@{side}.test/{n}?key=secret"
                   for n in OTHERS] for side in ("old", "new")}
    for shared, comparable in ((0, False), (5, True)):
        with Folder() as folder:
            for side in ("old", "new"):
                write_all(folder, side, 1,
                          names=OTHERS[:shared] + tuple(urls[side][shared:]))
            pair = comparison(folder("old"), folder("new"))
        hosts = [m for m in pair["mismatches"] if m.startswith("hosts: ")]
        checks.that("hosts that differ are told", pair["comparable"]
                    == comparable and len(hosts) == 1 and
                    hosts[0].startswith("hosts: old.test against new.test;")
                    and ("rule under names" in hosts[0]) != comparable, pair)


def failing(folder, side, message):
    """Four runs, each with one failure in 500."""
    for i in range(4):
        points = Run(folder(side, f"run-{i + 1}"), i + 10 * (side == "new"))
        for k in range(500):
            points.request(k / 5, 100 * points.draw.lognormvariate(0, .1), "x")
        points.point("http_req_duration", 100, 100,
                     '{"expected_response":"false","method":"GET","name":"x",'
                     f'"status":"{message}"}}')
        points.done()
    return folder(side)


def check_failures(checks):
    """A new kind of failure is told however rare it is, and fails no gate."""
    for before, told in ((503, True), (500, False)):
        with Folder() as folder:
            old = failing(folder, "old", before)
            new = failing(folder, "new", 500)
            pair = comparison(old, new)
            codes = gates(old, new)
            text, page = (run("compare", old, new, "-f", form)[1].decode()
                          for form in ("text", "md"))
        what = f"HTTP {before} before, HTTP 500 after"
        checks.that(what, pair["new_failures"] == [
            {"fingerprint": "HTTP 500", "method": "GET", "name": "x",
             "count": 4}] * told, pair["new_failures"])
        checks.that(f"{what}: in each format", [
            "  new errors  GET x: HTTP 500 (4)" in text,
            "- GET x: HTTP 500 (4)\n" in page,
            "not seen before at 1 endpoint" in pair["summary"]] == [told] * 3,
            pair["summary"])
        checks.that(f"{what}: no gate", codes["regression"] == 0, codes)


def check_many(checks):
    """Of many endpoints those that changed are shown; JSON has all."""
    with Folder() as folder:
        for side, slow in (("old", 1), ("new", 1.5)):
            for i in range(4):
                path = folder(side, f"run-{i + 1}")
                os.makedirs(path)
                rows = [row(f"e{k:03}", (50 + k) * (slow if k == 149 else 1)
                            * (1 + NOISE[(i + k + (side == "new")) % 5]),
                            SHAPE, 200, 0) for k in range(150)]
                with open(os.path.join(path, "t_stats.csv"), "w",
                          encoding="ascii") as f:
                    f.write(HEADER + "".join(rows) + total(rows))
        args = ("compare", folder("old"), folder("new"), "-f")
        document = json.loads(run(*args, "json")[1])
        text, page = (run(*args, form)[1].decode() for form in ("text", "md"))
    checks.that("JSON has all endpoints", len(
        document["comparisons"][0]["endpoints"]) == 150)
    for form, report, more in (("text", text, 100), ("Markdown", page, 50)):
        checks.that(f"{form} shows what changed, and says what is left out",
                    "e149" in report and re.search(
                        f"{more} more endpoints in the JSON report", report),
                    report[:3000])


def check_pairs(checks):
    """Verdicts on the pair as a whole."""
    with Folder() as folder:
        old = USUAL.write(folder, "old", 0)
        pair = comparison(old, old)
        codes = gates(old, old)
        checks.that("identical", change_of(pair, "p50")["verdict"]
                    == "identical" and pair["net_change"] == "neutral")
        checks.that("identical passes all gates", set(codes.values()) == {0},
                    codes)
        other = Side(requests=9000).write(folder, "other", 0)
        codes = gates(old, other)
        checks.that("another load is incomparable", codes ==
                    {"regression": 0, "shift": 0, "inconclusive": 0,
                     "incomparable": 1},
                    codes)


def main():
    checks = Checks()
    for case in CASES:
        check_case(checks, case)
    check_slow(checks)
    check_shift(checks)
    check_hosts(checks)
    check_failures(checks)
    check_many(checks)
    check_pairs(checks)
    checks.finish(least=70)


if __name__ == "__main__":
    main()
