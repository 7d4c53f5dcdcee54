# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of one run, saved again in other encodings and dialects, say the
same: here they are written by Python, whose csv and codecs are not ours."""
import csv
import glob
import io
import os
import shutil
import tempfile

from oracle import Comparison, analyse, tree_data

def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return "." in cell


def as_text(rows, separator=",", comma=False, end="\r\n"):
    """The rows in another dialect; numbers with a decimal comma if asked."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    for row in rows:
        writer.writerow([c.replace(".", ",") if comma and is_number(c) else c
                         for c in row])
    return out.getvalue()


VARIANTS = {
    "UTF-8 with a mark": lambda r: as_text(r).encode("utf-8-sig"),
    "UTF-16": lambda r: b"\xff\xfe" + as_text(r).encode("utf-16-le"),
    "UTF-16, big endian": lambda r: b"\xfe\xff" + as_text(r).encode(
        "utf-16-be"),
    "UTF-16 with tabs": lambda r: b"\xff\xfe" + as_text(r, "\t").encode(
        "utf-16-le"),
    "LF": lambda r: as_text(r, end="\n").encode(),
    "CR CR LF": lambda r: as_text(r, end="\r\r\n").encode(),
    "semicolons, decimal commas": lambda r: as_text(r, ";", True).encode(),
    "tabs, decimal commas": lambda r: as_text(r, "\t", True).encode(),
    "semicolons": lambda r: as_text(r, ";").encode(),
}


def facts(report):
    """What a run says, without what names and paths decide."""
    run = report["runs"][0]
    return {k: v for k, v in run.items()
            if k not in ("id", "label", "set", "sources")}


def analyse_as(source, variant, rename=lambda text: text):
    folder = tempfile.mkdtemp(dir=os.getcwd())
    for path in glob.glob(os.path.join(source, "*.csv")):
        rows = [[rename(c) for c in row] for row in rows_of(path)]
        with open(os.path.join(folder, os.path.basename(path)), "wb") as out:
            out.write(variant(rows))
    report = analyse(folder)
    shutil.rmtree(folder)
    return report


def names(report):
    return sorted(e["name"] for e in report["runs"][0]["endpoints"])


def main():
    c = Comparison()
    source = tree_data("locust", "baseline", "run-01")
    truth = facts(analyse_as(source, lambda r: as_text(r).encode()))
    for name, variant in VARIANTS.items():
        got = facts(analyse_as(source, variant))
        for key, value in truth.items():
            c.equal(f"{name}: {key}", got[key], value)
    # names that are not ASCII, in the code pages of Windows
    for page, word, read_as in (
            ("cp1252", "Zürich – über", "Zürich – über"),
            ("gbk", "查询", "查询".encode("gbk").decode("cp1252")),
            ("utf-16", "查询 😀", "查询 😀"),
            ("utf-8", "查询 😀", "查询 😀")):
        report = analyse_as(source, lambda r: as_text(r).encode(page),
                            lambda text: text.replace("webhooks_list", word))
        c.equal(f"{page}: names", read_as in names(report), True)
        c.equal(f"{page}: total", facts(report)["total"], truth["total"])
    c.finish(100)


main()
