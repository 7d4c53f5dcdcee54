# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples that are too many for --memory become a histogram: the same ones,
whatever the order, the packing and the number of workers, and through digests;
and its percentiles are within 0.2 % of the exact ones."""
import json
import os
import random
import shutil

from program import SECTIONS, Checks, Folder, pack, report, run, sections

# 2400 samples in all, 600 of one source. 700 is too many; without it 3050 are
# left: 600 and one of both 590 give way. The copy counts once.
MEMORY = "--memory=9600"
COUNTS = {"a/v1": 700, "a/v2": 600, "a/v3": 590, "a/v4": 500,
          "b/v5": 590, "b/v6": 480, "b/v7": 290}
ENDPOINTS = ("/", "/login", "/search")


def write_points(path, count, seed):
    draw = random.Random(seed)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as f:
        for i in range(count):
            name = ENDPOINTS[draw.randrange(3)]
            value = draw.lognormvariate(4, 1) + (9000 if i % 97 == 5 else 0)
            failed = "false" if i % 50 == 7 else "true"
            f.write('{"type":"Point","data":{"time":"2026-02-17T08:%02d:'
                    '%02d.5Z","value":%.6f,"tags":{"expected_response":"%s",'
                    '"method":"GET","name":"%s","status":"200"}},"metric":'
                    '"http_req_duration"}\n'
                    % (i // 60 % 60, i % 60, value, failed, name))


def figures(document):
    """Of each run, without what its files are called."""
    return sorted(json.dumps([r["total"], r["endpoints"], r["notes"]])
                  for r in document["runs"])


def check_errors(checks, exact, binned):
    """`binned` has the runs of `exact` in the same order."""
    kept = ("min", "mean", "max", "stddev")
    for old, new in zip(exact["runs"], binned["runs"]):
        rows = [(old["total"], new["total"])]
        rows += [(a, b) for a, b in zip(old["endpoints"], new["endpoints"])]
        for a, b in rows:
            for which in ("latency_ms", "latency_ok_ms"):
                for stat, value in a[which].items():
                    limit = 0 if stat in kept else 0.002 * value
                    checks.that(f"{old['label']} {which} {stat}",
                                abs(b[which][stat] - value) <= limit,
                                f"{b[which][stat]} {value}")
        has_note = any("--memory" in note for note in new["notes"])
        checks.that("a histogram is said to be one",
                    has_note == (new["total"]["origin"] == "histogram"))


def main():
    checks = Checks()

    def same(what, document, truth):
        got = sections(document)
        for name in SECTIONS:
            checks.that(f"{what}: {name}", got[name] == truth[name])

    with Folder() as tmp:
        tree = tmp("results")
        for seed, (name, count) in enumerate(COUNTS.items()):
            write_points(tmp(tree, name, "points.json"), count, seed)
        os.makedirs(tmp(tree, "copy", "v6"))
        shutil.copy(tmp(tree, "b/v6", "points.json"), tmp(tree, "copy/v6"))
        exact = report(tree, "-j1")
        binned = report(tree, "-j1", MEMORY)
        truth = sections(binned)
        origins = sorted((r["total"]["requests"], r["total"]["origin"])
                         for r in binned["runs"])
        checks.that("the largest are binned", origins == [
            (290, "exact"), (480, "exact"), (500, "exact"), (590, "exact"),
            (590, "histogram"), (600, "histogram"), (700, "histogram")],
            origins)
        checks.that("parameters", binned["parameters"]["memory"] == "9600")
        check_errors(checks, exact, binned)
        for jobs in ("-j2", "-j3", "-j4"):
            same(jobs, report(tree, jobs, MEMORY), truth)
        for size in ("1K", "20K"):
            same(f"pieces of {size}",
                 report(tree, "-j2", MEMORY, "--piece-bytes", size), truth)
        for form in ("tar.gz", "zip"):
            archive = tmp("results." + form)
            pack(form, archive, tree)
            same(form, report(archive, MEMORY), truth)
        parts = [tmp(tree, p) for p in ("a", "b", "copy")]
        several = report(*parts, MEMORY)
        checks.that("parts", figures(several) == figures(binned))
        same("order", report(*reversed(parts), MEMORY), sections(several))
        digest = tmp("results.lsd")
        for how in (MEMORY, "--memory=64K"):
            run(tree, "-q", "-o", digest, how)
            same(f"digest {how}", report(digest, MEMORY), truth)
        run(tree, "-q", "-o", digest, MEMORY)
        same("what is binned stays so", report(digest),
             {**truth})
        digests = [tmp(p + ".lsd") for p in ("a", "b", "copy")]
        for part, file in zip(parts, digests):
            run(part, "-q", "-o", file, MEMORY)
        together = report(*digests, MEMORY)
        checks.that("digests of parts", figures(together) == figures(binned))
    checks.finish(least=100)


if __name__ == "__main__":
    main()
