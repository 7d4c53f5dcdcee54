# SPDX-License-Identifier: GPL-3.0-or-later
"""The same results, however packed, ordered and dealt to workers, give the
same report; and so does the digest written of it."""
import os
import shutil

from program import SECTIONS, Checks, Folder, data, pack, report, run, sections

FORMS = ("tar", "tar.gz", "tar.xz", "tar.zst", "tar.bz2", "zip", "7z")


def main():
    checks = Checks()

    def same(what, document, truth):
        got = sections(document)
        for name in SECTIONS:
            checks.that(f"{what}: {name}", got[name] == truth[name])

    with Folder() as tmp:
        tree = tmp("results")
        os.mkdir(tree)
        shutil.copytree(data("locust", "baseline"), tmp(tree, "baseline"))
        shutil.copytree(data("locust", "optimised"), tmp(tree, "optimised"))
        shutil.copytree(data("k6"), tmp(tree, "k6"))
        truth = sections(report(tree, "-j1"))
        checks.that("there are runs", truth["runs"].count('"label"') == 11)
        for jobs in ("-j2", "-j4"):
            same(f"folder {jobs}", report(tree, jobs), truth)
        for size in ("100", "3000", "20K"):
            same(f"pieces of {size}",
                 report(tree, "-j2", "--piece-bytes", size), truth)
        for form in FORMS:
            archive = tmp("results." + form)
            pack(form, archive, tree)
            for jobs in ("-j1", "-j4"):
                same(f"{form} {jobs}", report(archive, jobs), truth)
            with open(archive, "rb") as f:
                same(f"{form} piped", report("-", stdin=f), truth)
        parts = [tmp(tree, p) for p in ("baseline", "optimised", "k6")]
        several = sections(report(*parts))
        for order in ((2, 1, 0), (1, 2, 0)):
            same(f"order {order}", report(*[parts[i] for i in order]),
                 several)
        digest = tmp("results.lsd")
        code, _, err = run(tree, "-q", "-o", digest)
        checks.that("digest written", code == 0, err)
        same("digest", report(digest), truth)
        again = tmp("again.lsd")
        run(digest, "-q", "-o", again)
        same("digest of the digest", report(again), truth)
    checks.finish(least=100)


if __name__ == "__main__":
    main()
