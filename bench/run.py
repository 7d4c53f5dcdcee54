#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure loadsift against other tools; see docs/performance.md.

Prints a table, and with --docs writes it into that file. Nothing fails
because something is slow; different results do.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import time

import cases
import tables
from data import Data
from measure import Contestant

HERE = os.path.dirname(os.path.abspath(__file__))


class Bench:
    """The tools, the data, and what was measured so far."""

    def __init__(self, args):
        self.program = os.path.abspath(args.loadsift)
        self.data = Data(os.path.abspath(args.folder),
                         os.path.abspath(args.make_points))
        self.size = 50_000_000 if args.quick else 1_000_000_000
        self.runs = 1000 if args.quick else 5000
        self.urls = 20_000 if args.quick else 1_000_000
        self.rounds = args.rounds or (2 if args.quick else 5)
        self.seconds = 0 if args.quick or args.rounds else 45
        self.modules = install_duckdb(os.path.abspath(args.folder))
        self.begin = time.monotonic()
        self.result = {"times": [], "gates": [], "growth": None}

    def say(self, text):
        print(f"[{time.monotonic() - self.begin:5.0f} s] {text}",
              file=sys.stderr, flush=True)

    def gate(self, what, value, sign, limit, unit):
        met = value <= limit if sign == "≤" else value >= limit
        self.result["gates"].append({"what": what, "value": value,
                                     "sign": sign, "limit": limit,
                                     "unit": unit, "met": met})

    @staticmethod
    def has(tool):
        return shutil.which(tool) is not None

    def loadsift(self, path, jobs, form="json"):
        """The whole report, thrown away."""
        command = [self.program, "-q", "-f", form, path]
        if jobs:
            command.insert(2, f"-j{jobs}")
        return Contestant("loadsift", command, one_cpu=jobs == 1)

    @staticmethod
    def json_of(contestant):
        """The same work, reported as JSON."""
        command = ["json" if word == "text" else word
                   for word in contestant.command]
        return Contestant(contestant.name, command)

    def duckdb(self, job, path, threads):
        if not self.modules:
            return None
        tricks = {"lines": " (own lines)", "texts": " (own cells)"}
        return Contestant("DuckDB" + tricks.get(job, ""),
                          ["node", os.path.join(HERE, "duckdb.mjs"),
                           self.modules, threads, job, path],
                          own_time=True, one_cpu=threads == 1)

    @staticmethod
    def python(job, path):
        return Contestant("python", [sys.executable,
                                     os.path.join(HERE, "peers.py"), job,
                                     path], own_time=True, one_cpu=True)

    def tool(self, name, command, one_cpu):
        if not self.has(command[0]):
            return None
        return Contestant(name, command, one_cpu=one_cpu)


def install_duckdb(folder):
    """Where node finds DuckDB; None if it cannot be had."""
    where = os.path.join(folder, "peers")
    os.makedirs(where, exist_ok=True)
    if os.path.isdir(os.path.join(where, "node_modules", "@duckdb")):
        return where
    shutil.copy(os.path.join(HERE, "package.json"), where)
    try:
        subprocess.run(["npm", "install", "--no-audit", "--no-fund",
                        "--no-package-lock", "--ignore-scripts"], cwd=where,
                       check=True, stdout=subprocess.DEVNULL)
        return where
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"without DuckDB: {error}", file=sys.stderr)
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loadsift", default="./loadsift")
    parser.add_argument("--make-points", default="bench/make_points")
    parser.add_argument("--folder", metavar="DIR",
                        default=os.environ.get("LOADSIFT_BENCH_DIR") or
                        "bench-data", help="for data and peers (about 15 GB)")
    parser.add_argument("--quick", action="store_true",
                        help="little data, to see whether everything works")
    parser.add_argument("--rounds", type=int,
                        help="of each comparison (5, and more for 45 s)")
    parser.add_argument("--only", metavar="GROUP", action="append",
                        choices=[g.__name__ for g in cases.GROUPS],
                        help="one of " + ", ".join(
                            g.__name__ for g in cases.GROUPS))
    parser.add_argument("--docs", metavar="FILE",
                        help="write the table between the marks of FILE")
    args = parser.parse_args()
    bench = Bench(args)
    for group in cases.GROUPS:
        if not args.only or group.__name__ in args.only:
            group(bench)
    bench.result["machine"] = tables.machine(bench.program, bench.modules)
    with open(os.path.join(args.folder, "result.json"), "w",
              encoding="utf-8") as f:
        json.dump(bench.result, f, indent=1)
    text = tables.render(bench.result)
    print(text)
    if args.docs:
        tables.insert(args.docs, text)


if __name__ == "__main__":
    main()
