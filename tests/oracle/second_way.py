# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests/data/statistics/second.json has from R, anew from R and limma, for
those who have them: the tests of stat/ compare our routines with that file."""
import json
import math
import os
import shutil
import subprocess
import sys

FOLDER = os.path.join(os.environ["top_srcdir"], "tests", "data", "statistics")


def numbers(value, path=""):
    """(path, leaf) of everything in a JSON document."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from numbers(item, f"{path}/{key}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from numbers(item, f"{path}/{i}")
    else:
        yield path, value


def agree(a, b):
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    return a == b


def main():
    script = os.path.join(FOLDER, "second.R")
    if not shutil.which("Rscript") or subprocess.run(
            ["Rscript", "-e", "library(limma)"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=False).returncode:
        print("no R with limma (r-base-core, r-bioc-limma)")
        sys.exit(77)
    out = subprocess.run(["Rscript", script], stdout=subprocess.PIPE,
                         check=True).stdout
    with open(os.path.join(FOLDER, "second.json"), encoding="utf-8") as f:
        kept = dict(numbers(json.load(f)))
    fresh = dict(numbers(json.loads(out)))
    bad = [p for p in kept.keys() | fresh.keys()
           if p not in kept or p not in fresh or not agree(kept[p], fresh[p])]
    print(f"{len(fresh)} values from R, {len(bad)} differ {sorted(bad)[:5]}")
    sys.exit(1 if bad or len(fresh) < 100 else 0)


if __name__ == "__main__":
    main()
