# SPDX-License-Identifier: GPL-3.0-or-later
"""Capacity from rising load: the bracket, what more load gives, the model only
where it may be used; of sweeps and of levels within one run."""
import math
import os

from program import Checks, Folder, report, run
from validity import Run, always

GOLDEN = 0.6180339887498949  # spreads evenly without chance


def write_level(path, users, rate, median, seconds=40, fails=0):
    """Users who send `rate` requests a second, of even times."""
    level = Run(path)
    level.users(0, seconds, users)
    for i in range(int(rate * seconds)):
        spread = .8 + .4 * (i * GOLDEN % 1)
        status = "false" if fails and i % fails == 0 else "true"
        level.point("http_req_duration", i / rate, median * spread,
                    '{"expected_response":"%s","method":"GET","name":"list",'
                    '"status":"200"}' % status)
    level.done()


def sweep(folder, levels, *args, **kwargs):
    """levels: (users, rate, median ms)"""
    for users, rate, median in levels:
        write_level(folder(f"peak-{users:03}users"), users, rate, median,
                    **kwargs)
    curves = report(folder.path, *args)["load_curves"]
    assert len(curves) == 1, curves
    return curves[0]


def scaling(users, think_s, peak, work_s=.05):
    """Rate and latency of users who pause, against the scalability law with
    this much work a request and its peak at `peak` in flight."""
    kappa = 1 / peak ** 2
    low, high = 0, users
    for _ in range(100):  # N in flight, such that N = users - X Z
        n = (low + high) / 2
        rate = n / work_s / (1 + kappa * n * (n - 1))
        low, high = (n, high) if n + rate * think_s < users else (low, n)
    return rate, 1000 * n / rate


FLAT = ((10, 20, 100), (20, 40, 100), (40, 80, 100))
SLOWING = ((10, 20, 100), (20, 40, 300), (40, 70, 1400))
SATURATED = ((10, 20, 100), (20, 40, 110), (40, 41, 500), (80, 41, 900))
COLLAPSING = ((10, 20, 100), (20, 40, 110), (40, 30, 600))
FAILING = ((10, 20, 1500), (20, 40, 1600), (40, 80, 1700))


HISTORY = ("Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,"
           "80%,90%,95%,98%,99%,99.9%,99.99%,100%,Total Request Count,Total "
           "Failure Count,Total Median Response Time,Total Average Response "
           "Time,Total Min Response Time,Total Max Response Time,Total Average "
           "Content Size\n")


def write_history(folder, stretches):
    """Locust's: totals so far, each second; (seconds, users, requests per
    second, ms as a function of the second, failures per second)."""
    rows, n, failed, spent, now = [], 0, 0, 0, 1795223559
    for seconds, users, rate, ms, failures in stretches:
        for second in range(seconds):
            n, failed, now = n + rate, failed + failures, now + 1
            spent += rate * ms(second)
            rows.append(f"{now},{users},,Aggregated,{rate},{failures},"
                        + "100," * 11 + f"{n},{failed},100,{spent / n},1,900,"
                        "10\n")
    cells = f"{n},{failed},100,{spent / n},1,900,10,5,0," + "100," * 10 + "100"
    header = ("Type,Name,Request Count,Failure Count,Median Response Time,"
              "Average Response Time,Min Response Time,Max Response Time,"
              "Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,"
              "95%,98%,99%,99.9%,99.99%,100%\n")
    for name, text in (("t_stats_history.csv", HISTORY + "".join(rows)),
                       ("t_stats.csv", f"{header}GET,list,{cells}\n,"
                                       f"Aggregated,{cells}\n")):
        with open(folder(name), "w", encoding="ascii") as f:
            f.write(text)


def check_history(checks):
    """Levels within a Locust run, and its course."""
    with Folder() as folder:
        write_history(folder, ((60, 10, 20, always(100), 0),
                               (60, 20, 40, always(150), 0),
                               (60, 40, 50, always(600), 2)))
        document = report(folder.path)
        text = run(folder.path)[1].decode()
    levels = document["load_curves"][0]["levels"]
    checks.that("a history has levels with latency and failures", [
        (v["load"], round(v["throughput_rps"]), round(v["mean_ms"]),
         round(v["error_rate"], 3)) for v in levels] == [
             (10, 20, 100, 0), (20, 40, 150, 0), (40, 48, 600, .04)], levels)
    checks.that("and failures bound the capacity", "Capacity is between 20 "
                "users" in text and "error rate at most 1 %" in text, text)
    with Folder() as folder:
        write_history(folder, ((60, 10, 20, always(100), 0),
                               (60, 20, 40, always(150), 0)))
        text = " ".join(run(folder.path)[1].decode().split())
    checks.that("what levels do not tell is not said to hold",
                "all requests: p95 is not known, error rate at most 1 %"
                in text, text)
    for ms, rule in ((always(100), None),
                     (lambda s: 300 if s < 20 else 100, "test.warm-up"),
                     (lambda s: 100 + s, "test.drift")):
        with Folder() as folder:
            write_history(folder, ((120, 10, 20, ms, 0),))
            found = {f["rule"] for f in report(folder.path)["findings"]}
        checks.that(f"the course of a history: {rule}", found & {
            "test.warm-up", "test.drift"} == ({rule} if rule else set()),
                    found)


def check_missed_most(checks):
    """Of targets that are missed at one level the worst is named."""
    with Folder() as folder:
        for users, ms in ((10, 50), (20, 500)):
            level = Run(folder(f"peak-{users:03}users"))
            level.users(0, 40, users)
            for i in range(800):
                for name, times in (("list", 1), ("order", 3)):
                    level.request(i / 20, ms * times *
                                  (.8 + .4 * (i * GOLDEN % 1)), name)
            level.done()
        with open(folder("t.yaml"), "w", encoding="ascii") as f:
            f.write('targets: {"*": {p95: 400ms}}\n')
        curve = report(folder.path, "--config", folder("t.yaml"))[
            "load_curves"][0]
    checks.that("the target that is missed most", curve["target"].startswith(
        "GET order p95 at most 400 ms"), curve)


def check_sweeps(checks):
    for what, levels, last, first, words in (
            ("flat", FLAT, 40, None, "Capacity is at least 40 users"),
            ("slowing", SLOWING, 20, 40, "Capacity is between 20 users"),
            ("saturated", SATURATED, 40, 80, "Saturated: from 20 users to 40 users"),
            ("collapsing", COLLAPSING, 40, None, "Throughput falls from 40"),
            ("failing", FAILING, None, 10, "below the lowest level tested")):
        with Folder() as folder:
            curve = sweep(folder, levels)
        checks.that(f"{what}: the bracket", (curve["last_pass"],
                                             curve["first_fail"])
                    == (last, first), curve)
        checks.that(f"{what}: in words", words in curve["summary"],
                    curve["summary"])
        checks.that(f"{what}: what was served", all(
            abs(v["throughput_rps"] / want[1] - 1) < .03
            for v, want in zip(curve["levels"], levels)), curve["levels"])
        holds = [v["targets_hold"] for v in curve["levels"]]
        checks.that(f"{what}: targets hold up to one level",
                    holds == sorted(holds, reverse=True), holds)
        if what == "slowing":
            checks.that("the line meets the target between the levels",
                        20 < curve["interpolated"] < 40, curve)
            checks.that("fewer than four levels claim nothing",
                        curve["scalability"]["claim"] == "nothing"
                        and curve["scalability"]["sigma"] is None, curve)


def check_targets(checks):
    with Folder() as folder:
        with open(folder("targets.yaml"), "w", encoding="ascii") as f:
            f.write("targets:\n  list:\n    p95: 200ms\n"
                    "traffic:\n  list: 864000\n")
        curve = sweep(folder, SLOWING, "--config", folder("targets.yaml"))
    checks.that("a target of loadsift.yaml decides", (
        curve["last_pass"], curve["first_fail"]) == (10, 20), curve)
    checks.that("it is named with its line", "GET list p95 at most 200 ms"
                in curve["target"]
                and curve["target_source"].endswith("targets.yaml:2"), curve)
    checks.that("traffic gives the headroom", "10 rps on average" in
                curve["summary"] and "is 49.9 % of" in curve["summary"],
                curve["summary"])
    with Folder() as folder:
        curve = sweep(folder, FLAT, fails=20)
    checks.that("5 % of errors are no capacity", curve["last_pass"] is None
                and "error rate at most 1 %" in curve["target"], curve)


def check_model(checks):
    """A peak is claimed only when a level lies beyond it."""
    loads = (5, 10, 20, 40, 80, 160)
    with Folder() as folder:
        curve = sweep(folder, [(n, *scaling(n, .2, 12)) for n in loads])
    law = curve["scalability"]
    checks.that("the peak is found", law["claim"] == "peak" and
                abs(law["peak_in_flight"] / 12 - 1) < .1 and
                law["peak_low"] <= 12.5 and law["peak_high"] >= 11.5, law)
    checks.that("it is said", "peaks at" in curve["summary"],
                curve["summary"])
    with Folder() as folder:
        curve = sweep(folder, [(n, *scaling(n, .2, 300)) for n in loads])
    law = curve["scalability"]
    checks.that("no peak beyond the levels", law["claim"] != "peak" and
                law["peak_in_flight"] is None, law)
    checks.that("that is said too", "No peak was observed" in
                curve["summary"], curve["summary"])
    checks.that("users pause as long as they did", all(
        math.isclose(v["think_s"], .2, abs_tol=.02) for v in curve["levels"])
        and curve["think"] == "constant", curve)


def check_within_a_run(checks):
    with Folder() as folder:
        points = Run(folder("climb"))
        for i, (users, ms) in enumerate(((10, 100), (20, 150), (40, 1500))):
            points.users(60 * i, 60 * (i + 1), users)
            points.seconds(60 * i, 60 * (i + 1), always(users), always(ms))
        points.done()
        curves = report(folder.path)["load_curves"]
        text = run(folder.path)[1].decode()
        page = run(folder.path, "-f", "md")[1].decode()
    checks.that("one curve, of a run", len(curves) == 1 and curves[0]["run"],
                curves)
    checks.that("its bracket", (curves[0]["last_pass"],
                                curves[0]["first_fail"]) == (20, 40), curves)
    checks.that("text tells it", "LOAD LEVELS OF ONE RUN" in text and
                "Capacity is between 20 users" in text, text)
    checks.that("Markdown tells it", "(within one run)" in page and
                "Capacity is between 20 users" in page, page)


def main():
    checks = Checks()
    check_sweeps(checks)
    check_history(checks)
    check_missed_most(checks)
    check_targets(checks)
    check_model(checks)
    check_within_a_run(checks)
    if os.environ.get("LOADSIFT_SAMPLES"):
        root = os.environ["LOADSIFT_SAMPLES"]
        for sample in ("k6/runs", "locust/perf-archive"):
            for curve in report(os.path.join(root, sample))["load_curves"]:
                print(f"{sample} {curve['scenario']}: {curve['summary']}")
                checks.that(f"{sample}: a capacity", curve["last_pass"]
                            and curve["first_fail"] is None)
                checks.that(f"{sample}: no peak is claimed",
                            curve["scalability"]["claim"] != "peak")
    checks.finish(least=25)


if __name__ == "__main__":
    main()
