# SPDX-License-Identifier: GPL-3.0-or-later
"""Doubts about the test itself, in runs whose course is known: warm-up, drift,
levels, a generator that could not keep up, users that wait, impossible sums;
and none of it in a run that is as it should be."""
import math
import os
import random
import statistics

from program import Checks, Folder, data, report
from program import run as run_program


def stamp(second):
    whole = int(second)
    return "2026-02-17T%02d:%02d:%02d.%03dZ" % (
        8 + whole // 3600, whole // 60 % 60, whole % 60,
        int(1000 * (second - whole)))


class Run:
    """Points of k6, written one after the other."""

    def __init__(self, path, seed=1):
        os.makedirs(path, exist_ok=True)
        self.file = open(os.path.join(path, "points.json"), "w",
                         encoding="ascii")
        self.draw = random.Random(seed)
        for name, kind in (("http_req_duration", "trend"), ("vus", "gauge"),
                           ("vus_max", "gauge"), ("iterations", "counter"),
                           ("dropped_iterations", "counter")):
            self.file.write('{"type":"Metric","data":{"name":"%s","type":"%s",'
                            '"contains":"%s","thresholds":[],"submetrics":null'
                            '},"metric":"%s"}\n'
                            % (name, kind, "time" if kind == "trend"
                               else "default", name))

    def point(self, metric, second, value, tags="{}"):
        self.file.write('{"metric":"%s","type":"Point","data":{"time":"%s",'
                        '"value":%.6f,"tags":%s}}\n'
                        % (metric, stamp(second), value, tags))

    def request(self, second, ms, name="list"):
        self.point("http_req_duration", second, ms,
                   '{"expected_response":"true","method":"GET","name":"%s",'
                   '"status":"200"}' % name)

    def seconds(self, first, last, rate, median):
        """`rate` and `median` are functions of the second."""
        for second in range(first, last):
            for _ in range(int(rate(second))):
                self.request(second + self.draw.random(),
                             median(second) * self.draw.lognormvariate(0, .3))

    def users(self, first, last, count):
        for second in range(first, last):
            self.point("vus", second + .5, count)
            self.point("vus_max", second + .5, count)

    def done(self):
        self.file.close()


def always(value):
    return lambda second: value


def doubts(document):
    return {f["rule"]: f for f in document["findings"] if f["class"] == "test"}


def read(folder, write):
    run = Run(folder.path)
    write(run)
    run.done()
    return report(folder.path)


# ---- the course of a run ----

def steady(run):
    run.seconds(0, 120, always(20), always(100))


def warm_up(run):
    run.seconds(0, 120, always(20), lambda s: 220 if s < 20 else 100)


def drift(run):
    run.seconds(0, 120, always(20), lambda s: 100 * (1 + .5 * s / 120))


def doubling(run):
    """Any begin of it is faster than the rest; that is no warm-up."""
    run.seconds(0, 240, always(20), lambda s: 100 * (1 + s / 240))


def warming_slowly(run):
    """Most of it in the first seconds, and a long tail."""
    run.seconds(0, 240, always(20),
                lambda s: 100 * (1 + 2 * math.exp(-s / 8)))


def uneven(run):
    run.seconds(0, 120, lambda s: 2 + s / 2, always(100))


def short(run):
    run.seconds(0, 12, always(20), always(100))


def check_course(checks):
    for write, judged, found in (
            (steady, True, None), (warm_up, True, "test.warm-up"),
            (drift, True, "test.drift"), (doubling, True, "test.drift"),
            (warming_slowly, True, "test.warm-up"), (uneven, False, None),
            (short, False, None)):
        with Folder() as folder:
            document = read(folder, write)
        what = write.__name__
        course = document["runs"][0]["steadiness"]
        rules = set(doubts(document)) & {"test.warm-up", "test.drift"}
        checks.that(f"{what} is judged, or not", course["judged"] == judged,
                    course)
        checks.that(f"{what}: what is found",
                    rules == ({found} if found else set()), rules)
        checks.that(f"{what}: why not is said",
                    (course["not_judged_because"] is None) == judged, course)
        if found:
            checks.that(f"{what} is a warning",
                        doubts(document)[found]["severity"] == "warning")
        if write is warm_up:
            checks.that("the warm-up ends about where it did",
                        15 <= course["warm_up_s"] <= 30, course)
            checks.that("the warm-up is about twice as slow",
                        .8 <= course["warm_up_by"] <= 1.6, course)
        if write is drift:
            checks.that("the drift is about 40 % of its middle",
                        .3 <= course["drift"] <= .5, course)
        if write is doubling:
            checks.that("drift is that of the whole run",
                        .55 <= course["drift"] <= .8, course)


def check_alarms(checks):
    """Of 60 steady runs hardly any is called otherwise."""
    with Folder() as folder:
        for seed in range(60):
            run = Run(folder(f"run-{seed:02}"), seed)
            steady(run)
            run.done()
        runs = report(folder.path)["runs"]
    alarms = sum(r["steadiness"]["warm_up_s"] > 0
                 or r["steadiness"]["drifting"] for r in runs)
    print(f"steady runs called otherwise: {alarms} of {len(runs)}")
    checks.that("steady runs stay steady", len(runs) == 60 and alarms <= 1,
                alarms)


def check_skipping(checks):
    """Both results stay."""
    with Folder() as folder:
        run = Run(folder.path)
        warm_up(run)
        run.done()
        plain = report(folder.path)
        found = report(folder.path, "--skip-warmup", "auto")
        stated = report(folder.path, "--skip-warmup", "30s")
        none = report(folder.path, "--skip-warmup", "none")
    kept = plain["runs"][0]
    checks.that("nothing is left out unasked", kept["skipped_s"] == 0 and
                kept["whole_total"] is None and
                kept["endpoints"][0]["whole"] is None
                and none["runs"] == plain["runs"])
    for what, document, seconds in (("found", found, 20),
                                    ("stated", stated, 30)):
        now = document["runs"][0]
        share = 1 - now["skipped_s"] / 120
        checks.that(f"{what}: so much is left out",
                    abs(now["skipped_s"] - seconds) <= 6, now["skipped_s"])
        checks.that(f"{what}: the whole stands beside",
                    now["whole_total"]["latency_ms"]
                    == kept["total"]["latency_ms"]
                    and now["endpoints"][0]["whole"]["requests"] == 2400)
        checks.that(f"{what}: requests of the rest",
                    abs(now["total"]["requests"] / 2400 / share - 1) < .03,
                    now["total"]["requests"])
        checks.that(f"{what}: the slow begin is gone",
                    now["total"]["latency_ms"]["mean"] < 112 <
                    kept["total"]["latency_ms"]["mean"],
                    now["total"]["latency_ms"])
        checks.that(f"{what}: the same rate",
                    abs(now["total"]["rps"] - 20) < .7, now["total"]["rps"])
        checks.that(f"{what}: the doubt is no warning any more",
                    doubts(document)["test.warm-up"]["severity"] == "note"
                    and "left out" in
                    doubts(document)["test.warm-up"]["message"])
    # totals of a whole run cannot be parted
    runs = report(data("locust", "baseline"), "--skip-warmup", "10")["runs"]
    checks.that("what cannot be left out is said", all(
        r["skipped_s"] == 0 and any("--skip-warmup" in n for n in r["notes"])
        for r in runs))


# ---- levels ----

def climb(run):
    for i, users in enumerate((10, 20, 40)):
        run.users(60 * i, 60 * (i + 1), users)
        run.seconds(60 * i, 60 * (i + 1), always(users),
                    always(100 if users < 40 else 300))


def check_levels(checks):
    with Folder() as folder:
        document = read(folder, climb)
    levels = document["runs"][0]["levels"]
    checks.that("three levels", [v["users"] for v in levels] == [10, 20, 40],
                levels)
    for level in levels:
        checks.that("throughput as it was sent",
                    abs(level["throughput_rps"] / level["users"] - 1) < .06,
                    level)
        checks.that("the transition is left out",
                    level["from_s"] % 60 in (20, 21) and
                    38 <= level["seconds"] <= 41, level)
    checks.that("p50 per level", all(
        abs(v["p50_ms"] / (300 if v["users"] == 40 else 100) - 1) < .06
        for v in levels), levels)
    with Folder() as folder:
        document = read(folder, steady)
    checks.that("no users, no levels", document["runs"][0]["levels"] == [])


# ---- the generator, and what cannot be ----

def dropping(run):
    run.users(0, 60, 5)
    run.seconds(0, 60, always(20), always(100))
    for second in range(60):
        run.point("iterations", second, 20)
        run.point("dropped_iterations", second, 5)


def dropping_few(run):
    steady(run)
    for second in range(120):
        run.point("iterations", second, 20)
    run.point("dropped_iterations", 1, 3)


def waiting(run):
    run.users(0, 100, 5)
    run.seconds(0, 100, always(20), always(100))
    for second in range(0, 100, 10):
        run.request(second + 5, 3000)


def impossible(run):
    run.users(0, 60, 2)
    run.seconds(0, 60, always(20), always(500))


def check_generator(checks):
    for write, rule, words in (
            (dropping, "test.generator", "20 %"),
            (waiting, "test.omission", "5 users wait"),
            (impossible, "test.little", "from 2 users")):
        with Folder() as folder:
            found = doubts(read(folder, write))
        checks.that(f"{write.__name__}: {rule}",
                    rule in found and words in found[rule]["message"], found)
    with Folder() as folder:
        found = doubts(read(folder, dropping_few))["test.generator"]
    checks.that("few of many dropped are a note", found["severity"] == "note"
                and "0.125 %" in found["message"], found)
    with Folder() as folder:
        run = Run(folder("ramp-50rps"))
        run.seconds(0, 60, always(30), always(100))
        run.done()
        found = doubts(report(folder.path))
    checks.that("less sent than the name says", "test.generator" in found and
                "50 requests per second were asked for" in
                found["test.generator"]["message"], found)
    with Folder() as folder:
        found = doubts(read(folder, steady))
    checks.that("a good run raises no doubt", not found, found)


def check_few(checks):
    with Folder() as folder:
        run = Run(folder.path)
        run.seconds(0, 30, always(2), always(100))
        run.done()
        document = report(folder.path)
        text = run_program(folder.path)[1].decode()
        page = run_program(folder.path, "-f", "md")[1].decode()
    found = doubts(document).get("test.few-requests")
    for what in (document["sets"][0], document["runs"][0]):
        checks.that("60 requests bound p95 from below only",
                    what["endpoints"][0]["lower_bounds"]
                    == ["p95", "p99", "p99_9"] == what["total"]["lower_bounds"])
    p50, p95 = (document["sets"][0]["total"]["latency_ms"][p]["median"]
                for p in ("p50", "p95"))
    for form, table in (("text", text), ("Markdown", page)):
        checks.that(f"{form} marks that, and says what the mark is",
                    f"≥{p95:.3g}" in table and f"≥{p50:.3g}" not in table
                    and "≥: too few requests" in table, table)
    checks.that("60 requests are too few for p95", found and
                found["message"].startswith("too few requests per run for p95 "
                                            "of 1 of 1"), found)
    checks.that("60 requests have a median", statistics.median(
        document["sets"][0]["endpoints"][0]["latency_ms"]["p50"]["values"])
        > 50)


def main():
    checks = Checks()
    check_course(checks)
    check_alarms(checks)
    check_skipping(checks)
    check_levels(checks)
    check_generator(checks)
    check_few(checks)
    checks.finish(least=30)


if __name__ == "__main__":
    main()
