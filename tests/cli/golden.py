# SPDX-License-Identifier: GPL-3.0-or-later
"""The program as users see it, word for word.

A case is a folder of tests/cli/golden/ with

    cmd            what to run, by sh, in an empty folder; $data is tests/data
    stdout.exact   what it prints; without such a file, nothing
    stdout.glob    the same, line by line, where * is any text and a line of
                   ... any number of lines
    stderr.exact, stderr.glob
    exit           its exit code; without this file, 0

With LOADSIFT_GOLDEN_UPDATE set, what does not fit is rewritten: review the
diff. Names of cases on the command line run only these.
"""
import difflib
import os
import re
import subprocess
import sys

from program import LOADSIFT, Folder, data

CASES = os.path.join(os.environ["top_srcdir"], "tests", "cli", "golden")
UPDATE = bool(os.environ.get("LOADSIFT_GOLDEN_UPDATE"))
TIME_LIMIT_S = 60


def read(*path):
    try:
        with open(os.path.join(*path), encoding="utf-8", newline="") as f:
            return f.read()
    except FileNotFoundError:
        return None


def write(text, *path):
    path = os.path.join(*path)
    if text:
        with open(path, "w", encoding="utf-8", newline="") as f:
            f.write(text)
    elif os.path.exists(path):
        os.remove(path)


def glob_fits(pattern, text):
    parts = []
    for line in pattern.splitlines():
        if line == "...":
            parts.append(r"(?:[^\n]*\n)*")
        else:
            parts.append("[^\n]*".join(map(re.escape, line.split("*"))) +
                         "\n")
    return re.fullmatch("".join(parts), text) is not None


def run(case):
    with Folder() as tmp:
        os.makedirs(tmp("bin"))
        os.makedirs(tmp("here"))
        os.symlink(LOADSIFT, tmp("bin", "loadsift"))
        env = dict(os.environ, data=data(), LC_ALL="C.UTF-8",
                   PATH=tmp("bin") + os.pathsep + os.environ["PATH"])
        with open(os.path.join(CASES, case, "cmd"), "rb") as cmd:
            script = cmd.read()
        done = subprocess.run(["sh", "-c", script], cwd=tmp("here"), env=env,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=TIME_LIMIT_S, check=False)
    return (done.returncode, done.stdout.decode("utf-8", "backslashreplace"),
            done.stderr.decode("utf-8", "backslashreplace"))


def stream_fits(case, stream, got):
    pattern = read(CASES, case, stream + ".glob")
    if pattern is not None:
        name, wanted, fits = stream + ".glob", pattern, glob_fits(pattern, got)
    else:
        name = stream + ".exact"
        wanted = read(CASES, case, name) or ""
        fits = wanted == got
    if fits:
        return True
    sys.stdout.writelines(difflib.unified_diff(
        wanted.splitlines(True), got.splitlines(True),
        f"{case}/{name}", f"{case}, as it is"))
    if UPDATE:
        write(got, CASES, case, name)
    return UPDATE


def case_fits(case):
    code, out, err = run(case)
    wanted = int(read(CASES, case, "exit") or 0)
    fits = code == wanted or UPDATE
    if code != wanted:
        print(f"{case}: exit {code}, not {wanted}")
        if UPDATE:
            write(f"{code}\n" if code else "", CASES, case, "exit")
    fits = stream_fits(case, "stdout", out) and fits
    return stream_fits(case, "stderr", err) and fits


def main():
    cases = sys.argv[1:] or sorted(os.listdir(CASES))
    failed = [case for case in cases if not case_fits(case)]
    print(f"{len(cases)} cases, {len(failed)} failed", *failed)
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
