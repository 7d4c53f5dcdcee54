# SPDX-License-Identifier: GPL-3.0-or-later
"""A history of which nothing else is left is the run: its last rows, as Python
reads them. Percentiles count only where they are since the start."""
import csv
import glob
import os
import shutil
import tempfile

from oracle import Comparison, analyse, tree_data

TIMES = {"mean": ("Total Average Response Time", "Average response time"),
         "min": ("Total Min Response Time", "Min response time"),
         "max": ("Total Max Response Time", "Max response time")}
MEDIAN = ("Total Median Response Time", "Median response time")
REQUESTS = ("Total Request Count", "# requests")
FAILURES = ("Total Failure Count", "# failures")
PERCENTILES = {"p50": "50%", "p90": "90%", "p95": "95%", "p99": "99%"}


def value(row, names):
    text = next((row[n] for n in names if n in row), "N/A")
    return None if text in ("N/A", "nan", "inf") else float(text)


def key_of(row):
    return (None if row["Type"] in ("", "None") else row["Type"], row["Name"])


def read(path):
    """Last rows by endpoint, those of the total, whether windows are seen."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    totals = [r for r in rows if key_of(r) == (None, "Aggregated")]
    last = {key_of(r): r for r in rows if key_of(r) != (None, "Aggregated")}
    return last, totals


def is_since_start(totals, has_endpoints, header):
    if header.startswith('"'):
        return False  # by 1.1.1: the last ten seconds
    largest = [value(r, ("100%",)) for r in totals]
    largest = [x for x in largest if x is not None]
    if any(b < a for a, b in zip(largest, largest[1:])):
        return False
    return not has_endpoints


def compare(c, what, got, row, since_start):
    requests = value(row, REQUESTS)
    c.equal(f"{what} requests", got["requests"], int(requests))
    c.equal(f"{what} failures", got["failures"], int(value(row, FAILURES)))
    if not requests:
        return
    for stat, names in TIMES.items():
        c.close(f"{what} {stat}", got["latency_ms"][stat], value(row, names))
    for stat, name in PERCENTILES.items():
        expected = value(row, (name,)) if since_start else \
            value(row, MEDIAN) if stat == "p50" else None
        c.close(f"{what} {stat}", got["latency_ms"][stat], expected)


def compare_file(c, path, what):
    folder = tempfile.mkdtemp(dir=os.getcwd())
    shutil.copy(path, folder)
    report = analyse(folder, ok=(0, 3))
    shutil.rmtree(folder)
    last, totals = read(path)
    with open(path, encoding="utf-8") as file:
        since_start = is_since_start(totals, last, file.read(1))
    c.equal(f"{what} runs", len(report["runs"]), 1)
    run = report["runs"][0]
    c.equal(f"{what} note", "there is no stats file: figures are those of the "
            "history's last rows" in run["notes"], True)
    compare(c, what, run["total"], totals[-1], since_start)
    seconds = int(totals[-1]["Timestamp"]) - int(totals[0]["Timestamp"])
    requests = value(totals[-1], REQUESTS)
    # requests may stop before the history does
    c.equal(f"{what} rate", run["total"]["rps"] >= requests / seconds * .999
            and run["total"]["rps"] < requests / seconds * 1.5, True)
    found = {(e["method"], e["name"]): e for e in run["endpoints"]}
    c.equal(f"{what} endpoints", sorted(map(str, found)),
            sorted(map(str, last)))
    for key, row in last.items():
        compare(c, f"{what} {key}", found[key], row, since_start)


def totals_alone(path, out):
    """As without --csv-full-history, and with percentiles that only rise."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    head, rows = rows[0], [r for r in rows[1:] if r[2:4] == ["",
                                                             "Aggregated"]]
    for i, row in enumerate(rows):
        for column, name in enumerate(head):
            if name.endswith("%"):
                row[column] = str(column + i)
    with open(out, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])


def main():
    c = Comparison()
    paths = sorted(glob.glob(tree_data("locust", "*", "run-*",
                                       "*_stats_history.csv")))
    root = os.environ.get("LOADSIFT_SAMPLES", "")
    if root:
        paths += sorted(
            p for p in glob.glob(os.path.join(root, "locust", "edge",
                                              "versions", "*", "*_history.csv"))
            + glob.glob(os.path.join(root, "locust", "perf-archive", "**",
                                     "peak", "*", "*_history.csv"),
                        recursive=True))
    for path in paths:
        compare_file(c, path, "/".join(path.split("/")[-3:]))
    folder = tempfile.mkdtemp(dir=os.getcwd())
    alone = os.path.join(folder, "a_stats_history.csv")
    totals_alone(paths[0], alone)
    compare_file(c, alone, "totals alone")
    shutil.rmtree(folder)
    c.finish(least=200)


main()
