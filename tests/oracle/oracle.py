# SPDX-License-Identifier: GPL-3.0-or-later
"""What the oracle tests share: running loadsift, finding samples, comparing.

An oracle file holds figures computed from the raw results by other code than
ours; a test fails on the first hundred differences it lists.
"""
import json
import os
import subprocess
import sys

SKIP = 77


def analyse(*inputs, ok=(0,)):
    """The JSON report of loadsift on `inputs`."""
    command = [os.environ["LOADSIFT"], "-q", "-f", "json", *inputs]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False,
                          cwd=os.environ["top_builddir"])
    if done.returncode not in ok:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}")
    return json.loads(done.stdout)


def tree_data(*parts):
    return os.path.join(os.environ["top_srcdir"], "tests", "data", *parts)


def samples(*parts):
    """A path below the sample archives; the test is skipped without them."""
    root = os.environ.get("LOADSIFT_SAMPLES", "")
    path = os.path.join(root, *parts)
    if not root or not os.path.exists(path):
        print(f"skipped: no samples at {path or 'LOADSIFT_SAMPLES'}")
        sys.exit(SKIP)
    return path


class Comparison:
    """Counts what was compared; knows what differs."""

    def __init__(self):
        self.compared = 0
        self.differences = []

    def equal(self, what, got, expected):
        self.compared += 1
        if got != expected:
            self.differences.append(f"{what}: got {got}, expected {expected}")

    def close(self, what, got, expected, relative=1e-9, absolute=0.0):
        self.compared += 1
        if got is None or expected is None:
            if got is not expected:
                self.differences.append(
                    f"{what}: got {got}, expected {expected}")
            return
        limit = max(absolute, relative * abs(expected))
        if not abs(got - expected) <= limit:
            self.differences.append(f"{what}: got {got!r}, "
                                    f"expected {expected!r}")

    def finish(self, least):
        """Exit: 0 when all of at least `least` comparisons were equal."""
        for line in self.differences[:100]:
            print(line)
        print(f"{self.compared} compared, {len(self.differences)} differ")
        if self.compared < least:
            sys.exit(f"only {self.compared} of at least {least} compared")
        sys.exit(1 if self.differences else 0)
