#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make an archive of many small load-test results, the same every time.

    make_small.py [--runs N] [--endpoints N] [--seed N] KIND OUT

KIND is one or more of these, joined by +, for each run:
    stats      Locust's load_test_stats.csv, about 4 KB
    history    Locust's load_test_stats_history.csv, about 10 KB
    failures   Locust's load_test_failures.csv
    export     k6's --summary-export, about 8 KB
    summary    k6's handleSummary JSON, about 11 KB
OUT becomes a folder, or an archive if it ends in .tar or .tar.gz.

Runs are laid out as people do: each scenario is run at several loads, each
load fifty times, in one of four ways of naming folders and files.
"""
import argparse
import io
import json
import os
import random
import tarfile

REPEATS = 50
LOADS = (10, 25, 50, 100, 200)
SCENARIOS = ("checkout", "search", "login_flow", "catalogue", "reporting",
             "mobile-api", "admin", "webhooks", "smoke", "imports")
PATHS = ("users", "orders", "items", "carts", "search", "alerts", "reports",
         "webhooks", "sessions", "invoices", "teams", "files", "comments")
ACTIONS = (("GET", ""), ("GET", "/{id}"), ("POST", ""), ("PUT", "/{id}"),
           ("DELETE", "/{id}"), ("GET", "/{id}/history"), ("GET", "/export"))
PERCENTS = (50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100)
# How much slower than the median.
SLOWER = (1, 1.3, 1.6, 1.8, 2.4, 3.1, 4.4, 5.6, 9.5, 10.5, 11)
STATS = ("Type,Name,Request Count,Failure Count,Median Response Time,"
         "Average Response Time,Min Response Time,Max Response Time,"
         "Average Content Size,Requests/s,Failures/s,")
HISTORY = ("Timestamp,User Count,Type,Name,Requests/s,Failures/s,",
           ",Total Request Count,Total Failure Count,"
           "Total Median Response Time,Total Average Response Time,"
           "Total Min Response Time,Total Max Response Time,"
           "Total Average Content Size")
TRENDS = ("http_req_blocked", "http_req_connecting", "http_req_waiting",
          "http_req_sending", "http_req_receiving", "iteration_duration",
          "http_req_tls_handshaking", "http_req_duration")


def bucket(ms):
    """Locust keeps two significant digits."""
    step = 1 if ms < 100 else 10 if ms < 1000 else 100 if ms < 10000 else 1000
    return round(ms / step) * step


class Scenario:
    """What is the same in all runs of a scenario."""

    def __init__(self, number, endpoints, rng):
        again = number // len(SCENARIOS)
        self.name = SCENARIOS[number % len(SCENARIOS)]
        if again:
            self.name += "_" + "abcdefghijklmnopqrstuvwxyz"[again % 26] * (
                1 + again // 26)
        self.layout = number % 4
        self.endpoints = []
        for i in range(endpoints):
            method, action = ACTIONS[i // len(PATHS) % len(ACTIONS)]
            deeper = i // (len(PATHS) * len(ACTIONS))
            name = f"/api/v{1 + number % 3}/{PATHS[i % len(PATHS)]}{action}"
            if deeper:
                name += f"/{deeper}"
            self.endpoints.append((name, method, rng.lognormvariate(3.5, 1),
                                   rng.uniform(1, 8)))
        self.endpoints.sort()
        self.shares = sum(e[3] for e in self.endpoints)

    def folder(self, users, repeat, day):
        """The folder of a run, and what its files begin with."""
        date = f"2026-{1 + day // 28 % 12:02}-{1 + day % 28:02}"
        return (
            (f"{date[:4]}/{date[5:7]}/{date[8:]}/"
             f"{self.name}_{users:03}u_run{repeat:02}", "load_test"),
            (f"{self.name}/{users:03}u/run-{repeat:02}", "load_test"),
            (f"flat/{self.name}", f"{users:03}u_{repeat:02}"),
            (f"nightly/{date}T02-{repeat:02}_{self.name}_{users}users",
             "load_test"))[self.layout]


class Run:
    """One run: its endpoints with what was measured."""

    def __init__(self, scenario, users, rng):
        self.users = users
        self.seconds = 60 + rng.random()
        self.start = 1767225600 + rng.randrange(30000000)
        factor = (1 + users / 150) * rng.uniform(0.97, 1.03)
        requests = users * self.seconds * 2
        self.rows = []
        for name, method, median, share in scenario.endpoints:
            count = max(1, int(requests * share / scenario.shares *
                               rng.uniform(0.95, 1.05)))
            failed = int(count * 0.004) if rng.random() < 0.2 else 0
            noise = rng.uniform(0.95, 1.05)
            self.rows.append((method, name, count, failed,
                              median * factor * noise, rng))
        self.count = sum(r[2] for r in self.rows)
        self.failed = sum(r[3] for r in self.rows)
        self.median = sum(r[2] * r[4] for r in self.rows) / self.count

    def stats_row(self, method, name, count, failed, median, rng):
        mean = median * rng.uniform(1.2, 1.4)
        cells = [method, name, count, failed, bucket(median), mean,
                 median * rng.uniform(0.2, 0.3),
                 median * rng.uniform(10.5, 11.5), rng.uniform(100, 4000),
                 count / self.seconds, failed / self.seconds]
        cells += [bucket(median * s) for s in SLOWER]
        return ",".join(map(str, cells)) + "\r\n"

    def stats(self, rng):
        head = STATS + ",".join(f"{p}%" for p in PERCENTS) + "\r\n"
        rows = [self.stats_row(*row) for row in self.rows]
        rows.append(self.stats_row("", "Aggregated", self.count, self.failed,
                                   self.median, rng))
        return head + "".join(rows)

    def history(self, rng):
        lines = [HISTORY[0] + ",".join(f"{p}%" for p in PERCENTS) +
                 HISTORY[1]]
        percents = ",".join(str(bucket(self.median * s)) for s in SLOWER)
        for second in range(60):
            share = (second + 1) / 60
            users = min(self.users, 1 + second * 10)
            lines.append(
                f"{self.start + second},{users},,Aggregated,"
                f"{self.count / self.seconds * rng.uniform(0.9, 1.1):.6f},"
                f"{self.failed / self.seconds:.6f},{percents},"
                f"{int(self.count * share)},{int(self.failed * share)},"
                f"{bucket(self.median)},{self.median * 1.3},"
                f"{self.median * 0.2},{self.median * 11},"
                f"{rng.uniform(900, 1000)}")
        return "\r\n".join(lines) + "\r\n"

    def failures(self, rng):
        lines = ["Method,Name,Error,Occurrences"]
        for method, name, _, failed, *_ in self.rows:
            if failed > 1 and rng.random() < 0.5:
                lines.append(f"{method},{name},\"ConnectionError('Connection "
                             f"aborted.', {name})\",1")
                failed -= 1
            if failed:
                lines.append(f"{method},{name},HTTPError('500 Server Error: "
                             f"Internal Server Error for url: {name}'),"
                             f"{failed}")
        return "\r\n".join(lines) + "\r\n"

    def metrics(self, rng):
        """k6's metrics as (name, type, contains, values, thresholds)."""
        def trend(median):
            return {"avg": median * rng.uniform(1.2, 1.4),
                    "min": round(median * 0.2, 6), "med": round(median, 6),
                    "max": round(median * 11, 6), "p(90)": median * 2.4,
                    "p(95)": median * 3.1, "p(99)": median * 5.6}

        def counter(count):
            return {"count": count, "rate": count / self.seconds}

        for i, name in enumerate(TRENDS):
            yield name, "trend", "time", trend(
                self.median * (i + 1) / len(TRENDS)), {
                    "p(95)<2000": True} if i + 1 == len(TRENDS) else {}
        for method, name, count, _, median, _ in self.rows:
            tags = f"{{method:{method},name:{name}}}"
            yield "http_req_duration" + tags, "trend", "time", trend(
                median), {"p(95)<1000": median * 3.1 < 1000}
            yield "http_reqs" + tags, "counter", "default", counter(
                count), {}
        yield "http_reqs", "counter", "default", counter(self.count), {}
        yield "iterations", "counter", "default", counter(self.count), {}
        yield "data_sent", "counter", "data", counter(self.count * 310), {}
        yield "data_received", "counter", "data", counter(
            self.count * 1800), {}
        yield "http_req_failed", "rate", "default", {
            "rate": self.failed / self.count, "passes": self.failed,
            "fails": self.count - self.failed}, {"rate<0.05": True}
        yield "checks", "rate", "default", {
            "rate": 1 - self.failed / self.count,
            "passes": self.count - self.failed, "fails": self.failed}, {}
        for name in ("vus", "vus_max"):
            yield name, "gauge", "default", {
                "value": self.users, "min": self.users,
                "max": self.users}, {}

    def root_group(self, export):
        check = {"name": "status is 200", "path": "::status is 200",
                 "id": "6210a8cd14cd70477eba5c5e4cb3fb5f",
                 "passes": self.count - self.failed, "fails": self.failed}
        return {"name": "", "path": "",
                "id": "d41d8cd98f00b204e9800998ecf8427e",
                "groups": {} if export else [],
                "checks": {check["name"]: check} if export else [check]}

    def export(self, rng):
        metrics = {}
        for name, kind, _, values, thresholds in self.metrics(rng):
            if kind == "rate":
                values["value"] = values.pop("rate")
            if thresholds: # true = broken
                values["thresholds"] = {
                    t: not ok for t, ok in thresholds.items()}
            metrics[name] = values
        return json.dumps({"root_group": self.root_group(True),
                           "metrics": metrics}, indent=4)

    def summary(self, rng):
        metrics = {}
        for name, kind, contains, values, thresholds in self.metrics(rng):
            metrics[name] = {"type": kind, "contains": contains,
                             "values": values}
            if thresholds:
                metrics[name]["thresholds"] = {
                    t: {"ok": ok} for t, ok in thresholds.items()}
        return json.dumps({
            "metrics": metrics, "root_group": self.root_group(False),
            "options": {"summaryTrendStats": ["avg", "min", "med", "max",
                                              "p(90)", "p(95)", "p(99)"],
                        "summaryTimeUnit": "", "noColor": False},
            "state": {"isStdOutTTY": False, "isStdErrTTY": False,
                      "testRunDurationMs": self.seconds * 1000}}, indent=2)


NAMES = {"stats": "{}_stats.csv", "history": "{}_stats_history.csv",
         "failures": "{}_failures.csv", "export": "{}_summary-export.json",
         "summary": "{}_summary.json"}


def files(kinds, runs, endpoints, seed):
    """All files as (path, text), a run after the other."""
    per_scenario = REPEATS * len(LOADS)
    for i in range(runs):
        number, rest = divmod(i, per_scenario)
        level, repeat = divmod(rest, REPEATS)
        scenario = Scenario(number, endpoints, random.Random(seed + number))
        rng = random.Random(seed * 1000003 + i)
        run = Run(scenario, LOADS[level], rng)
        folder, stem = scenario.folder(LOADS[level], repeat + 1, repeat)
        for kind in kinds:
            yield (f"{folder}/{NAMES[kind].format(stem)}",
                   getattr(run, kind)(rng))


def write_tar(out, members):
    mode = "w:gz" if out.endswith("gz") else "w"
    options = {"compresslevel": 6} if out.endswith("gz") else {}
    with tarfile.open(out, mode, format=tarfile.USTAR_FORMAT,
                      **options) as tar:
        for path, text in members:
            data = text.encode()
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def write_folder(out, members):
    for path, text in members:
        path = os.path.join(out, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as f:
            f.write(text)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--endpoints", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("kind")
    parser.add_argument("out")
    args = parser.parse_args()
    kinds = args.kind.split("+")
    if not set(kinds) <= set(NAMES):
        parser.error(f"kinds are {', '.join(NAMES)}")
    write = write_tar if args.out.endswith((".tar", ".tar.gz")) \
        else write_folder
    write(args.out, files(kinds, args.runs, args.endpoints, args.seed))


if __name__ == "__main__":
    main()
