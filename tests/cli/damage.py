# SPDX-License-Identifier: GPL-3.0-or-later
"""Damage costs the damaged file and nothing else; a worker that is killed
costs its source; nothing usable overwrites nothing."""
import glob
import gzip
import json
import os
import shutil
import signal
import subprocess

from program import LOADSIFT, Checks, Folder, data, pack, report, run


def row(document, part):
    rows = [r for r in document["inputs"] if part in r["source"]]
    return rows[0] if rows else {"role": None, "reason": None}


def run_by_label(document, part):
    return [r for r in document["runs"] if part in r["label"]]


def without_run(document, part):
    return [(r["label"], r["total"], r["endpoints"])
            for r in document["runs"] if part not in r["label"]]


def damaged_member(checks, tmp):
    tree = tmp("results")
    shutil.copytree(data("k6"), tree)
    whole = report(tree)
    victim = glob.glob(tree + "/*concurrency*/results.json.gz")[0]
    with open(victim, "rb") as f:
        packed = f.read()
    for cut in (len(packed) // 2, 12):
        with open(victim, "wb") as f:
            f.write(packed[:cut])
        partial = report(tree, code=3)
        in_ledger = row(partial, "concurrency_01vus/results.json.gz")
        checks.that(f"cut at {cut}: named",
                    in_ledger["role"] in ("partial", "damaged")
                    and "truncated" in (in_ledger["reason"] or ""), in_ledger)
        checks.that(f"cut at {cut}: others unchanged",
                    without_run(partial, "concurrency")
                    == without_run(whole, "concurrency"))
    broken = bytearray(packed)
    broken[len(broken) // 2] ^= 0x10
    with open(victim, "wb") as f:
        f.write(broken)
    partial = report(tree, code=3)
    checks.that("flipped bit: named",
                row(partial, "concurrency_01vus/results.json.gz")["role"]
                in ("partial", "damaged"))
    checks.that("flipped bit: others unchanged",
                without_run(partial, "concurrency")
                == without_run(whole, "concurrency"))
    report(tree, "--allow-partial")
    archive = tmp("results.zip")
    pack("zip", archive, tree)
    inside = report(archive, code=3)
    checks.that("in a zip: others unchanged",
                without_run(inside, "concurrency")
                == without_run(whole, "concurrency"))


def cut_archive(checks, tmp):
    tree = tmp("results")
    whole = report(tree, code=3)
    archive = tmp("results.tar")
    pack("tar", archive, tree)
    size = os.path.getsize(archive)
    with open(archive, "r+b") as f:
        f.truncate(size - size // 10)
    got = report(archive, code=3)
    labels = {r["label"] for r in got["runs"]}
    checks.that("a cut tar keeps earlier runs", len(labels) >= 2, labels)
    checks.that("a cut tar is named",
                any(r["role"] in ("damaged", "partial") and
                    "results.tar" in r["source"] for r in got["inputs"]))
    checks.that("a cut tar invents nothing",
                labels <= {r["label"] for r in whole["runs"]})


def nothing_usable(checks, tmp):
    empty = tmp("empty")
    os.mkdir(empty)
    with open(tmp("empty", "notes.txt"), "w", encoding="utf-8") as f:
        f.write("no result here\n")
    out = tmp("report.md")
    with open(out, "w", encoding="utf-8") as f:
        f.write("the old report")
    code, _, err = run(empty, "-o", out)
    checks.that("nothing usable is 4", code == 4, (code, err))
    checks.that("nothing usable says why", "notes.txt" in err, err)
    with open(out, encoding="utf-8") as f:
        checks.that("the old report stays", f.read() == "the old report")
    checks.that("no temporary file stays", not glob.glob(out + ".*"),
                glob.glob(out + ".*"))
    code, _, err = run(tmp("not-there"))
    checks.that("a missing input is 2", code == 2, (code, err))


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(p) for p in f.read().split()]


def is_reading(pid, name):
    """Has this process the FIFO open?"""
    for fd in glob.glob(f"/proc/{pid}/fd/*"):
        try:
            if os.readlink(fd) == name:
                return True
        except OSError:
            pass
    return False


def killed_worker(checks, tmp):
    """The worker is stuck in a FIFO that we keep open; then it is killed."""
    fifo = tmp("points.json")
    os.mkfifo(fifo)
    results = glob.glob(data("k6") + "/*concurrency*/results.json.gz")[0]
    with gzip.open(results) as f:
        first = f.read(200000)
    with subprocess.Popen(
            [LOADSIFT, "-f", "json", "-j2", data("locust"), fifo],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        with open(fifo, "wb") as pipe:
            pipe.write(first)
            pipe.flush()
            killed = 0
            while not killed and program.poll() is None:
                for child in children(program.pid):
                    if is_reading(child, fifo):
                        os.kill(child, signal.SIGKILL)
                        killed = child
            while program.poll() is None and os.path.exists(
                    f"/proc/{killed}/fd/0"):
                pass
        out, err = program.communicate(timeout=120)
    checks.that("a killed worker is 3", program.returncode == 3,
                (program.returncode, err))
    got = json.loads(out)
    lost = row(got, "points.json")
    checks.that("its source is damaged", lost["role"] == "damaged", lost)
    checks.that("and says by what", "signal 9" in (lost["reason"] or ""),
                lost)
    checks.that("all others complete",
                len(got["runs"]) == 8 and
                all(r["total"]["requests"] > 1000 for r in got["runs"]))


def unwritable(checks, tmp):
    code, _, err = run(data("locust"), "-q", "-o",
                       tmp("no-such-folder", "x.json"))
    checks.that("an output that cannot be written is 5", code == 5,
                (code, err))
    with open("/dev/full", "wb") as full:
        done = subprocess.run([LOADSIFT, data("locust")], stdout=full,
                              stderr=subprocess.PIPE, check=False)
    checks.that("a full device is 5", done.returncode == 5, done)
    code, out, _ = run(data("locust"), "-q", "-o", "json:/dev/stdout")
    checks.that("a device is written directly",
                code == 0 and out.startswith(b"{"))


def main():
    checks = Checks()
    with Folder() as tmp:
        damaged_member(checks, tmp)
        cut_archive(checks, tmp)
        nothing_usable(checks, tmp)
        killed_worker(checks, tmp)
        unwritable(checks, tmp)
    checks.finish(least=15)


if __name__ == "__main__":
    main()
