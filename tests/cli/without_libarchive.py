# SPDX-License-Identifier: GPL-3.0-or-later
"""Where libarchive cannot be loaded, archives that need it are named with the
reason; plain tars do not need it, nor does anything else."""
import os
import re
import shutil
import tarfile

from program import Checks, Folder, data, pack, report, run, sections

WHY = "libarchive cannot be loaded"


def soname():
    with open(os.path.join(os.environ["top_builddir"], "config.h"),
              encoding="ascii") as f:
        return re.search(r'SIFT_ARCHIVE_SONAME "(.*)"', f.read()).group(1)


def without(tmp):
    """An environment in which the loader finds what is no library."""
    os.mkdir(tmp("lib"))
    with open(tmp("lib", soname()), "w", encoding="ascii") as f:
        f.write("no library\n" * 100)
    return dict(os.environ, LD_LIBRARY_PATH=tmp("lib"))


def rows(document, part):
    return [r for r in document["inputs"] if part in r["source"]]


def plain(checks, tmp, tree, env):
    truth = report(tree)
    for form in ("tar", "tar.gz", "tar.xz", "tar.zst", "tar.bz2"):
        archive = tmp("plain." + form)
        pack(form, archive, tree)
        checks.that(f"a plain {form} does without it",
                    sections(report(archive, env=env)) == sections(truth))
        with open(archive, "rb") as f:
            checks.that(f"a plain {form} in a pipe does without it",
                        sections(report("-", stdin=f, env=env))
                        == sections(truth))
    # With folders, as tar(1) writes it, and a file that nobody reads.
    with open(os.path.join(tree, "notes.bin"), "wb") as f:
        f.write(b"\1\2 no result\n" * 50000)
    archive = tmp("folders.tar.gz")
    with tarfile.open(archive, "w:gz", format=tarfile.GNU_FORMAT) as tar:
        tar.add(tree, "results")
    got = report(archive, env=env)
    checks.that("a tar with folders does without it",
                sections(got) == sections(truth))
    checks.that("a file that is not read does without it",
                [r["role"] for r in rows(got, "notes.bin")] == ["ignored"])


def told(checks, what, document, words):
    row = document["inputs"]
    checks.that(what, len(row) == 1 and row[0]["role"] == "damaged"
                and words in row[0]["reason"] and soname() in
                row[0]["reason"], row)


def needed(checks, tmp, tree, env):
    alone = report(tree)
    for form in ("zip", "7z"):
        archive = tmp("needed." + form)
        pack(form, archive, data("k6"))
        checks.that(f"a {form} is read with it", report(archive)["runs"])
        got = report(tree, archive, code=3, env=env)
        checks.that(f"beside a {form} all is read",
                    [r["total"] for r in got["runs"]]
                    == [r["total"] for r in alone["runs"]])
        told(checks, f"a {form} is named with the reason",
             {"inputs": rows(got, "needed." + form)},
             f"archive cannot be opened: {WHY}: ")
        code, _, err = run(archive, env=env)
        checks.that(f"a {form} alone is 4", code == 4 and WHY in err,
                    (code, err))


def ends(checks, tmp, tree, env):
    """An end that is libarchive's to judge."""
    archive = tmp("no-mark.tar")
    pack("tar", archive, tree)
    with open(archive, "rb") as f:
        packed = f.read().rstrip(b"\0")
    with open(archive, "wb") as f:
        f.write(packed + bytes(-len(packed) % 512))
    got = report(archive, code=3, env=env)
    checks.that("members before an odd end are kept",
                sections(got) == sections(report(tree)))
    told(checks, "an odd end is named with the reason",
         {"inputs": [r for r in got["inputs"] if "!" not in r["source"]]},
         f"archive ends early: {WHY}: ")


def main():
    checks = Checks()
    with Folder() as tmp:
        tree = tmp("results")
        shutil.copytree(data("locust", "baseline"), tree)
        env = without(tmp)
        ends(checks, tmp, tree, env)
        needed(checks, tmp, tree, env)
        plain(checks, tmp, tree, env)
    checks.finish(least=22)


if __name__ == "__main__":
    main()
