# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: one function per group of cases, run in order by run.py.

Each takes a Bench and adds to its result.
"""
import json

import agree
import data
import measure
from measure import Contestant

GB = 1e9
MB = 1e6

# Sizes of what workers share of a plain file: odd, small, and the usual.
PIECES = ("100003", "1M", "32M")


class Case:
    """Contestants at the same job; the first is loadsift."""

    def __init__(self, title, size, contestants, *, check=None, gates=()):
        self.title = title
        self.size = size # bytes before compression
        self.contestants = [c for c in contestants if c]
        self.check = check # agrees the output of loadsift and of a peer
        self.gates = gates # (peer, ratio), a ratio < 0: at most as slow

    def run(self, bench, memory=True):
        ours = self.contestants[0]
        if self.check:
            bench.say(f"{self.title}: results")
            report = bench.json_of(ours).output()
            for peer in self.contestants[1:]:
                if peer.own_time:
                    self.check(report, peer.output())
        bench.say(self.title)
        series = measure.interleave(self.contestants, bench.rounds,
                                    bench.seconds)
        for contestant in self.contestants:
            watched = memory and (contestant is ours or contestant.own_time)
            bench.result["times"].append({
                "case": self.title, "who": contestant.name,
                "rounds": len(series[contestant.name].seconds),
                "seconds": series[contestant.name].median,
                "gb_per_s": self.size / GB / series[contestant.name].median,
                "cpu_s": series[contestant.name].cpu_s,
                "peak_mb": contestant.memory() / MB if watched else None,
                "ratio": None if contestant is ours else
                measure.ratio(series[contestant.name], series[ours.name])})
        for peer, least in self.gates:
            if peer in series:
                self.gate(bench, series, ours.name, peer, least)

    def gate(self, bench, series, ours, peer, least):
        if least < 0:
            value = series[ours].median / series[peer].median
            bench.gate(f"{self.title}: time of {peer}", value, "≤", -least,
                       "×")
        else:
            value = measure.ratio(series[peer], series[ours])[0]
            bench.gate(f"{self.title}: faster than {peer}", value, "≥", least,
                       "×")


def plain_points(bench):
    path = bench.data.points(bench.size)
    for jobs in (1, 2):
        one = jobs == 1
        Case(f"plain, {jobs} thread{'' if one else 's'}", bench.size, [
            bench.loadsift(path, jobs), bench.duckdb("points", path, jobs),
            bench.duckdb("lines", path, jobs),
            bench.tool("wc -l", ["wc", "-l", path], one) if one else None,
        ], check=agree.points, gates=[("DuckDB", 9)]).run(bench)


def packed_points(bench):
    gz = bench.data.points(bench.size, packed=".gz")
    zst = bench.data.points(bench.size, packed=".zst")
    Case("gz, 1 thread", bench.size, [
        bench.loadsift(gz, 1), bench.duckdb("points", gz, 1),
        bench.duckdb("lines", gz, 1),
        bench.tool("igzip -dc", ["igzip", "-dc", gz], True),
        bench.tool("gzip -dc", ["gzip", "-dc", gz], True),
    ], check=agree.points,
         gates=[("DuckDB", 7), ("igzip -dc", -1.7)]).run(bench)
    Case("gz, 2 threads", bench.size, [
        bench.loadsift(gz, 2), bench.duckdb("points", gz, 2),
        bench.duckdb("lines", gz, 2),
    ], check=agree.points, gates=[("DuckDB", 7)]).run(bench)
    Case("zst, 2 threads", bench.size, [
        bench.loadsift(zst, 2), bench.duckdb("points", zst, 2),
        bench.duckdb("lines", zst, 2),
        bench.tool("zstd -dc", ["zstd", "-q", "-dc", zst], False),
    ], check=agree.points, gates=[("DuckDB", 3)]).run(bench)


def other_layouts(bench):
    half = bench.size // 2
    for title, options, least in (
            ("blanks and CRLF, 2 threads", ("--spaced", "--crlf"), 4),
            ("metric last (k6 ≤ 0.40), 2 threads", ("--metric-last",), None),
            ("metric last, each url another",
             ("--metric-last", "--unique-urls"), None)):
        path = bench.data.points(half, *options)
        Case(title, half, [
            bench.loadsift(path, 2), bench.duckdb("points", path, 2),
        ], check=agree.points,
             gates=[("DuckDB", least)] if least else ()).run(bench)


def scripts(bench):
    size = bench.size // 10
    path = bench.data.points(size)
    program = ('reduce (inputs | select(.metric == "http_req_duration" and '
               '.type == "Point").data) as $d ({}; .[$d.tags.method + " " + '
               '$d.tags.name] |= [.[0] + 1, .[1] + $d.value])')
    Case("scripts, 1 thread", size, [
        bench.loadsift(path, 1), bench.python("points", path),
        bench.tool("jq (count and mean only)", ["jq", "-n", program, path],
                   True),
    ], check=agree.points).run(bench, memory=False)


def small_files(bench):
    runs = bench.runs
    for title, kind, jobs, gates in (
            (f"{runs} Locust CSVs", "stats", ("stats", "texts"),
             [("DuckDB", 5), ("python", 8)]),
            (f"{runs} k6 summaries", "summary", ("summaries",), ())):
        archive = bench.data.small(kind, runs, ".tar.gz")
        folder = bench.data.small(kind, runs)
        Case(f"{title}, 2 threads", data.tree_bytes(folder), [
            bench.loadsift(archive, 2, form="text"),
            *(bench.duckdb(job, folder, 2) for job in jobs),
            bench.python(jobs[-1] if kind == "summary" else "stats", archive),
        ], check=agree.tests, gates=gates).run(bench)


def memory(bench):
    for factor in (1, 4):
        size = bench.size * factor
        limit = 32 + 2 * size / GB
        for packed in ("", ".gz", ".zst"):
            path = bench.data.points(size, packed=packed)
            bench.say(f"memory: {gigabytes(size)} {packed}")
            peak = bench.loadsift(path, 2).memory() / MB
            bench.gate(f"memory, {gigabytes(size)}, {packed.strip('.') or 'plain'}", peak,
                       "≤", limit, " MB")


def many_urls(bench):
    """Each endpoint at least once; exact totals although they are folded."""
    size = bench.urls * 3300
    path = bench.data.points(size, "--endpoints", str(bench.urls))
    requests = data.count(path, '^{"metric":"http_reqs"')
    failures = data.count(path, '^{"metric":"http_req_failed".*"value":1,')
    for title, option in (("URLs", None), ("URLs as they are",
                                           "--raw-names")):
        ours = bench.loadsift(path, 2)
        if option:
            ours.command.insert(2, option)
        bench.say(f"{bench.urls} {title}")
        bench.gate(f"memory, {bench.urls} {title}", ours.memory() / MB, "≤",
                   256, " MB")
        run, = bench.json_of(ours).output()["runs"]
        bench.gate(f"{bench.urls} {title}, requests that are missing",
                   abs(requests - run["total"]["requests"]) +
                   abs(failures - run["total"]["failures"]), "≤", 0, "")


def growth(bench):
    """Seconds over bytes, a straight line."""
    sizes = [int(bench.size * f) for f in (0.1, 0.2, 0.5, 1, 2, 4)]
    contestants = []
    for size in sizes:
        contestant = bench.loadsift(bench.data.points(size), 2)
        contestant.name = gigabytes(size)
        contestants.append(contestant)
    bench.say("growth")
    series = measure.interleave(contestants, bench.rounds, bench.seconds)
    seconds = [series[c.name].median for c in contestants]
    slope, start, rests = measure.line_fit([s / GB for s in sizes], seconds)
    bench.result["growth"] = {
        "slope_s_per_gb": slope, "start_s": start,
        "rows": [{"size": c.name, "seconds": s, "residual_s": r}
                 for c, s, r in zip(contestants, seconds, rests)]}
    bench.gate("growth: largest residual, of the time of the largest file",
               100 * max(map(abs, rests)) / seconds[-1], "≤", 5, " %")


def start_up(bench):
    ours = bench.loadsift(bench.data.small("stats", 2, ".tar.gz"), None,
                          form="text")
    bench.say("start")
    series = measure.interleave([ours], 5 * bench.rounds, 0)[ours.name]
    bench.gate("start: an archive of two runs", series.median * 1000, "≤", 20,
               " ms")


def same_bytes(bench):
    """One result for any number of workers, pieces, and compression."""
    size = bench.size // 10
    seen = set()
    for packed in ("", ".gz", ".zst", ".xz"):
        if packed == ".xz" and not bench.has("xz"):
            continue
        path = bench.data.same_name(size, packed)
        for jobs in (1, 2, 3, 4):
            for piece in PIECES if not packed else ():
                bench.say(f"determinism: {jobs} workers, pieces of {piece}")
                ours = bench.loadsift(path, jobs)
                ours.command.insert(2, f"--piece-bytes={piece}")
                seen.add(without_inputs(ours.output()))
            bench.say(f"determinism: {packed or 'plain'}, {jobs} workers")
            seen.add(without_inputs(bench.loadsift(path, jobs).output()))
    bench.gate("different reports for --jobs 1 to 4, pieces of plain files, "
               "plain, gz, zst, xz", len(seen), "≤", 1, "")


def without_inputs(report):
    """The report as text, less what names the files."""
    del report["inputs"]
    for run in report["runs"]:
        del run["sources"]
    return json.dumps(report)


def gigabytes(size):
    return f"{size / GB:g} GB"


GROUPS = (plain_points, packed_points, other_layouts, scripts, small_files,
          memory, many_urls, growth, start_up, same_bytes)
