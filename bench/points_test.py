#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_points writes the same everywhere, and loadsift finds in it what
Python finds."""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

import agree
import peers

MAKE_POINTS = os.path.join(os.environ["top_builddir"], "bench", "make_points")
HASHES = {
    (): "4fdec1a4fea84259",
    ("--metric-last", "--unique-urls"): "267d5c807ba746db",
    ("--spaced", "--crlf"): "24ba15d8850c9355",
    ("--endpoints", "2000", "--seed", "7"): "34e9606104d8acce",
    ("--no-expected", "--failures", "50000"): "69ad4d2704c849d8",
}


def make(size, options):
    return subprocess.run([MAKE_POINTS, "--size", size, *options], check=True,
                          stdout=subprocess.PIPE).stdout


def analyse(path):
    done = subprocess.run([os.environ["LOADSIFT"], "-q", "-f", "json",
                           "--raw-names", path], check=True,
                          stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def main():
    failed = False
    for options, expected in HASHES.items():
        data = make("1M", options)
        found = hashlib.sha256(data).hexdigest()[:16]
        if found != expected:
            print(f"make_points {' '.join(options)}: {found}")
            failed = True
        if not data.startswith(make("300K", options)):
            print(f"make_points {' '.join(options)}: less is no beginning")
            failed = True
        with tempfile.NamedTemporaryFile(suffix=".json") as f:
            f.write(data)
            f.flush()
            rows, series = peers.points(f.name)
            agree.points(analyse(f.name), {"rows": rows, "series": series})
    sys.exit(failed)


if __name__ == "__main__":
    main()
