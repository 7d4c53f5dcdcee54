# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of each sample file: no status changes unnoticed.

With --update: writes coverage.txt beside this file, a line for each file (its
role, format, version of the format), and docs/formats/coverage.md. Without:
both must be what they would be."""
import collections
import json
import os
import subprocess
import sys

SAMPLES = os.environ.get("LOADSIFT_SAMPLES", "")
FOLDERS = ("locust/edge", "k6/versions", "public", "seed")
SOURCE = os.environ["top_srcdir"]
EXPECTED = os.path.join(SOURCE, "tests", "docs", "coverage.txt")
PAGE = os.path.join(SOURCE, "docs", "formats", "coverage.md")

# Format: tool, what is taken, what is not.
FORMATS = {
    "Locust requests CSV": (
        "Locust", "counts, median, mean, min, max, rate per endpoint, total",
        "content sizes"),
    "Locust distribution CSV": (
        "Locust", "percentiles, for the requests CSV of the run", "100 %"),
    "Locust stats CSV": (
        "Locust", "counts, mean, min, max, percentiles, rate per endpoint, "
        "total", "content sizes, 100 %"),
    "Locust history CSV": (
        "Locust", "users, cumulative requests and failures over time; where "
        "nothing else is left, the figures of its last rows",
        "percentiles of a window"),
    "Locust failures CSV": (
        "Locust", "failures by endpoint and text", "first and last seen"),
    "Locust exceptions CSV": (
        "Locust", "the most frequent messages, as notes",
        "tracebacks, nodes"),
    "Locust request log CSV": (
        "Locust", "every request: time, latency, outcome, failure text",
        "response lengths"),
    "Locust JSON": (
        "Locust", "histograms, counts, requests per second, times per "
        "endpoint", "content lengths"),
    "Locust HTML report": (
        "Locust", "counts, mean, percentiles per endpoint, total, failures, "
        "exceptions, users, times", "host, task ratios, charts"),
    "Locust HTML report (classic)": (
        "Locust", "counts, mean, percentiles per endpoint, total, failures, "
        "exceptions, users", "charts"),
    "k6 points": (
        "k6", "every request: time, latency, outcome, failure text; checks, "
        "thresholds' definitions, VUs, custom metrics",
        "phases of a request, iterations' and groups' durations"),
    "k6 CSV": (
        "k6", "as of points", "kinds of custom metrics (inferred)"),
    "k6 summary": (
        "k6", "metrics, endpoints by sub-metrics, checks, thresholds with "
        "verdicts, duration", "setup data, options"),
    "k6 summary export": (
        "k6", "metrics, endpoints by sub-metrics, checks, thresholds with "
        "verdicts", "setup data"),
    "k6 machine-readable summary": (
        "k6", "metrics, endpoints by sub-metrics, checks, version, duration",
        "the script"),
    "k6 end-of-test text": (
        "k6", "counts, latencies rounded to what it shows, checks, "
        "thresholds", "groups"),
    "k6 web dashboard record": (
        "k6", "counts and thresholds", "latencies (cut to five digits)"),
    "k6 web dashboard report": (
        "k6", "counts and thresholds", "latencies (cut to five digits)"),
    "collector JSON": (
        "collector", "totals of the run, without its known faults",
        "its comparison"),
    "Prometheus metrics": (
        "Prometheus", "histograms of requests, queries and external calls",
        "other metrics"),
}

HEAD = """# Coverage

What loadsift reads, what it takes from it and what not, and what becomes of
the sample files. `tests/docs/coverage.py --update` writes this page.
"""


def ledger():
    """(path, role, format, version) of each file, sorted."""
    rows = []
    for folder in FOLDERS:
        done = subprocess.run([os.environ["LOADSIFT"], "-f", "json", folder],
                              cwd=SAMPLES, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False)
        for i in json.loads(done.stdout)["inputs"]:
            rows.append((i["source"], i["role"], i["format"] or "-",
                         i["format_version"] or "-"))
    return sorted(rows)


def cells(*texts):
    return "| " + " | ".join(texts) + " |\n"


def page(rows):
    versions = collections.defaultdict(set)
    files = collections.defaultdict(collections.Counter)
    for path, role, name, version in rows:
        files[name][role] += 1
        if version != "-":
            versions[name].add(version)
    out = HEAD + "\n## Read\n\n" + cells(
        "format", "tool", "versions in the samples", "taken", "not taken",
        "sample files")
    out += cells(*["---"] * 6)
    for name, (tool, taken, left) in FORMATS.items():
        out += cells(name, tool, "; ".join(sorted(versions[name])) or "–",
                     taken, left,
                     ", ".join(f"{n} {role}" for role, n in
                               sorted(files[name].items())) or "none")
    out += "\n## Recognised and left alone\n\n" + cells("format",
                                                        "sample files")
    out += cells("---", "---")
    for name in sorted(set(files) - set(FORMATS) - {"-"}):
        out += cells(name, str(sum(files[name].values())))
    count = sum(files["-"].values())
    return out + f"\n{count} sample files are no results.\n"


def main():
    if not all(os.path.isdir(os.path.join(SAMPLES, f)) for f in FOLDERS):
        sys.exit(77)
    rows = ledger()
    made = {EXPECTED: "".join("\t".join(r) + "\n" for r in rows),
            PAGE: page(rows)}
    read = {r[2] for r in rows if r[1] in ("used", "superseded", "partial")}
    missing = read - set(FORMATS) - {"-"}
    if missing:
        sys.exit(f"what is taken from {missing} is not said")
    if "--update" in sys.argv[1:]:
        for path, text in made.items():
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return
    failed = 0
    for path, text in made.items():
        with open(path, encoding="utf-8") as file:
            old = file.read()
        if old == text:
            continue
        failed = 1
        before, now = set(old.splitlines()), set(text.splitlines())
        print(f"{os.path.basename(path)} is out of date:")
        for line in sorted(before - now):
            print(f"  was {line}")
        for line in sorted(now - before):
            print(f"  is  {line}")
    print(f"{len(rows)} files")
    sys.exit(failed or len(rows) < 180)


main()
