# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers share the members of one archive: every byte of the report is as
one worker makes it, also of damaged archives and at every limit."""
import os
import shutil
import sys

from program import Checks, Folder, data, pack, run

FORMS = ("tar", "tar.gz", "tar.zst", "tar.xz", "zip", "7z")
LIMITS = (("--max-members", "200"), ("--max-member-bytes", "2000"),
          ("--max-nesting", "1"), ("--max-ratio", "2"),
          ("--max-endpoints", "3"))
COPIES = 150  # some MiB: many parcels, and both kinds of workers are busy


def write(path, content):
    with open(path, "wb") as f:
        f.write(content)


def make_tree(tree, tmp):
    """Results, twice the same, large and small ones, what is no result, what
    is not read, and archives in archives."""
    source = data("locust", "baseline")
    stats = [os.path.join(folder, name)
             for folder, _, names in sorted(os.walk(source))
             for name in sorted(names) if name.endswith("_stats.csv")]
    with open(stats[0], "rb") as f:
        content = f.read()
    os.mkdir(tree)
    for i in range(COPIES):
        folder = os.path.join(tree, f"run-{i:03}")
        os.mkdir(folder)
        write(os.path.join(folder, "load_test_stats.csv"),
              content.replace(b"GET", b"PUT") if i % 3 else content)
        if i % 10 == 0:
            write(os.path.join(folder, ".hidden"), b"x")
            os.symlink("load_test_stats.csv", os.path.join(folder, "link"))
            write(os.path.join(folder, "notes.txt"), b"notes\n" * 9000)
        if i % 40 == 0:
            write(os.path.join(folder, "large.txt"), b"large\n" * 100000)
            write(os.path.join(folder, "empty.csv"), b"")
    inner = tmp("inner")
    shutil.copytree(data("k6"), inner)
    for i, form in ((20, "tar.gz"), (60, "zip"), (100, "tar")):
        pack(form, os.path.join(tree, f"run-{i:03}", "inner." + form), inner)


def main():
    checks = Checks()

    def same(what, *args):
        truth = run("-f", "json", *args, "-j1")
        checks.that(f"{what}: says something", truth[0] in (0, 3, 4),
                    truth[2])
        for jobs in ("-j2", "-j3", "-j4"):
            checks.that(f"{what} {jobs}",
                        run("-f", "json", *args, jobs) == truth)

    with Folder() as tmp:
        tree = tmp("results")
        make_tree(tree, tmp)
        for form in FORMS:
            archive = tmp("results." + form)
            pack(form, archive, tree)
            same(form, archive)
            with open(archive, "rb") as f:
                content = f.read()
            for tenths in (3, 9):
                cut = tmp(f"cut-{tenths}.{form}")
                write(cut, content[:len(content) * tenths // 10])
                same(f"{form} cut at {tenths}/10", cut)
            broken = bytearray(content)
            broken[len(content) // 2] ^= 0x10
            write(tmp("broken." + form), broken)
            same(f"{form} with a wrong bit", tmp("broken." + form))
        for limit in LIMITS:
            for form in ("tar.gz", "zip"):
                same(f"{form} {' '.join(limit)}", tmp("results." + form),
                     *limit)
        same("several", tmp("results.zip"), tmp("results.7z"), tree)
    checks.finish(least=100)


if __name__ == "__main__":
    sys.exit(main())
