# SPDX-License-Identifier: GPL-3.0-or-later
"""Running loadsift from a test, in a folder of its own."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

LOADSIFT = os.environ["LOADSIFT"]
# What must not depend on packing, order or workers.
SECTIONS = ("runs", "sets", "sweeps", "findings", "cache_ttls", "plan")


def run(*args, cwd=None, stdin=subprocess.DEVNULL, env=None):
    """(exit code, stdout as bytes, stderr as text)"""
    done = subprocess.run([LOADSIFT, *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd=cwd, stdin=stdin,
                          env=env, check=False)
    return done.returncode, done.stdout, done.stderr.decode("utf-8",
                                                            "replace")


def report(*args, code=0, **kwargs):
    """The JSON report; the test fails on another exit code."""
    got, out, err = run("-f", "json", *args, **kwargs)
    if got != code:
        sys.exit(f"{args}: exit {got}, expected {code}\n{err}")
    return json.loads(out)


def sections(document):
    """What must stay the same, as text to compare byte by byte."""
    return {name: json.dumps(document[name], indent=1) for name in SECTIONS}


def pack(form, out, folder):
    program = os.path.join(os.environ["top_builddir"], "tests/cli/pack")
    subprocess.run([program, form, out, folder], check=True)


def data(*parts):
    return os.path.join(os.environ["top_srcdir"], "tests", "data", *parts)


class Folder:
    """A temporary folder, as a context."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="loadsift-test-")
        return self

    def __exit__(self, *exc):
        shutil.rmtree(self.path, ignore_errors=True)

    def __call__(self, *parts):
        return os.path.join(self.path, *parts)


class Checks:
    """Named checks; the last call exits 0 when all held."""

    def __init__(self):
        self.done = 0
        self.failed = 0

    def that(self, what, holds, detail=""):
        self.done += 1
        if not holds:
            self.failed += 1
            print(f"FAIL: {what} {detail}")

    def finish(self, least=1):
        print(f"{self.done} checks, {self.failed} failed")
        sys.exit(1 if self.failed or self.done < least else 0)
