# SPDX-License-Identifier: GPL-3.0-or-later
"""Run commands and say what they took: time, processor time, memory.

Memory is the proportional set size of the whole tree of processes, its
largest value of samples 5 ms apart. Reading it costs time, so memory is
measured in runs of its own.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SAMPLE_S = 0.005


class Contestant:
    """A command and what is to be known about it.

    `own_time`: its output is JSON whose "seconds" count, not the clock here:
    the start of an interpreter is no part of the job. `one_cpu`: it may run
    on one processor only.
    """

    def __init__(self, name, command, *, own_time=False, one_cpu=False,
                 stdin=None):
        self.name = name
        self.command = [str(word) for word in command]
        self.own_time = own_time
        self.one_cpu = one_cpu
        self.stdin = stdin

    def start(self, stdout):
        cpu = min(os.sched_getaffinity(0))
        pin = (lambda: os.sched_setaffinity(0, [cpu])) \
            if self.one_cpu else None
        stdin = open(self.stdin, "rb") if self.stdin else subprocess.DEVNULL
        try:
            return subprocess.Popen(self.command, stdin=stdin, stdout=stdout,
                                    stderr=subprocess.PIPE, preexec_fn=pin)
        finally:
            if self.stdin:
                stdin.close()

    def run(self):
        """One run: {"seconds", "cpu_s"}."""
        with tempfile.TemporaryFile() as kept:
            out = kept if self.own_time else subprocess.DEVNULL
            begin = time.perf_counter()
            process = self.start(out)
            errors = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begin
            process.returncode = os.waitstatus_to_exitcode(status)
            process.stderr.close()
            self.require_success(process.returncode, errors)
            if self.own_time:
                kept.seek(0)
                seconds = json.load(kept)["seconds"]
        return {"seconds": seconds, "cpu_s": usage.ru_utime + usage.ru_stime}

    def output(self):
        """What it writes, as JSON."""
        with tempfile.TemporaryFile() as kept:
            process = self.start(kept)
            errors = process.communicate()[1]
            self.require_success(process.returncode, errors)
            kept.seek(0)
            return json.load(kept)

    def memory(self):
        """The peak in bytes of one run."""
        process = self.start(subprocess.DEVNULL)
        sampler = Sampler(process.pid)
        sampler.start()
        errors = process.communicate()[1]
        sampler.stop()
        self.require_success(process.returncode, errors)
        return sampler.peak

    def require_success(self, code, errors):
        if code != 0:
            sys.exit(f"{self.name}: {' '.join(self.command)}: exit {code}\n"
                     f"{errors.decode(errors='replace')[-2000:]}")


class Sampler(threading.Thread):
    """Watches the memory of a process and of what it started."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(SAMPLE_S):
            self.peak = max(self.peak, sum(map(pss, descent(self.pid))))

    def stop(self):
        self.ended.set()
        self.join()


def descent(pid):
    """The process and all below it."""
    found = [pid]
    for parent in found:
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                path = f"/proc/{parent}/task/{task}/children"
                with open(path, encoding="ascii") as f:
                    found += map(int, f.read().split())
        except OSError: # it has ended
            pass
    return found


def pss(pid):
    """Proportional set size in bytes, 0 when the process has ended."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
            for line in f:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class Series:
    """The runs of one contestant."""

    def __init__(self, runs):
        self.seconds = [run["seconds"] for run in runs]
        self.median = statistics.median(self.seconds)
        self.cpu_s = statistics.median(run["cpu_s"] for run in runs)


def interleave(contestants, rounds, seconds):
    """Every contestant once per round: {name: Series}.

    At least `rounds` of them, and more until `seconds` are over: short runs
    vary most. A first round that is not counted warms the page cache. What
    disturbs the machine for a while disturbs all of them.
    """
    runs = {c.name: [] for c in contestants}
    for contestant in contestants:
        contestant.run()
    begin = time.monotonic()
    while rounds > 0 or time.monotonic() - begin < seconds:
        for contestant in contestants:
            runs[contestant.name].append(contestant.run())
        rounds -= 1
    return {name: Series(list_) for name, list_ in runs.items()}


def ratio(slower, faster):
    """(of the medians, smallest and largest of the rounds)"""
    each = [s / f for s, f in zip(slower.seconds, faster.seconds)]
    return slower.median / faster.median, min(each), max(each)


def line_fit(xs, ys):
    """Least squares: (slope, intercept, residuals)."""
    slope, intercept = statistics.linear_regression(xs, ys)
    return slope, intercept, [y - slope * x - intercept
                              for x, y in zip(xs, ys)]
