# SPDX-License-Identifier: GPL-3.0-or-later
"""One test as every version of Locust would have written it, in every file it
had. The files are written here from the requests of the test, by the rules of
docs/formats/locust.md, and so is what they say."""
import csv
import html
import io
import json
import os
import random
import shutil
import tempfile

from oracle import Comparison, analyse

START, SECONDS = 1795224040, 40
NAMES = (("GET", "/a"), ("POST", 'say "hi", <b>'), ("GET", "/rare"))
ERROR = "HTTPError('500 Server Error: oops')"
SHARES = (.5, .66, .75, .8, .9, .95, .98, .99, .999, .9999, .99999, 1.)
STATS = {"p50": .5, "p90": .9, "p95": .95, "p99": .99, "p99_9": .999}


def make_requests():
    """(key, time in ms, failed), in the order in which they happen."""
    draw = random.Random(20261121)
    keys = draw.choices(NAMES, (60, 38, 2), k=1500)
    return [(k, round(draw.lognormvariate(4.2, 1.1), 3), draw.random() < .03)
            for k in keys]


REQUESTS = make_requests()


def bucket(ms):
    """Locust's rounding; Python's round() is half to even, as there."""
    for below, digits in ((100, 0), (1000, -1), (10000, -2)):
        if ms < below:
            return int(round(ms, digits))
    return int(round(ms, -3))


def figures(rows, cut=False, rate=None):
    """What Locust's statistics have of some requests."""
    times = sorted(ms for _, ms, _ in rows)
    buckets = sorted(map(bucket, times))
    whole = int if cut else float
    median = buckets[(len(buckets) - 1) // 2]
    rps = len(rows) / SECONDS
    return {
        "requests": len(rows), "failures": sum(f for _, _, f in rows),
        "rps": float(rate % rps) if rate else rps,
        "fps": sum(f for _, _, f in rows) / SECONDS,
        "mean": whole(sum(times) / len(times)), "min": whole(times[0]),
        "max": whole(times[-1]),
        "median": min(max(median, times[0]), times[-1]),
        **{f"{100 * s:.6g}%": buckets[min(int(len(buckets) * s),
                                          len(buckets) - 1)] for s in SHARES},
        "buckets": buckets}


def tables(requests=None, **how):
    """Figures by key, the total's key last."""
    rows = REQUESTS if requests is None else requests
    keys = sorted(NAMES, key=lambda k: (k[1], k[0]))
    return {**{k: figures([r for r in rows if r[0] == k], **how)
               for k in keys}, None: figures(rows, **how)}


# ---- writing ----

def by_hand(rows):
    """Up to 1.0.3: text in quotes, unescaped, no end of the last row."""
    return "\n".join(",".join(f'"{c}"' if isinstance(c, str) else str(c)
                              for c in row) for row in rows)


def by_csv(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def in_quotes(rows):
    return by_hand(rows) + "\n"


OLD = ["# requests", "# failures", "Median response time",
       "Average response time", "Min response time", "Max response time",
       "Average Content Size", "Requests/s"]
NEW = ["Request Count", "Failure Count", "Median Response Time",
       "Average Response Time", "Min Response Time", "Max Response Time",
       "Average Content Size", "Requests/s", "Failures/s"]
TEN = ["50%", "66%", "75%", "80%", "90%", "95%", "98%", "99%", "99.9%",
       "100%"]
ALL = TEN[:-1] + ["99.99%", "99.999%", "100%"]
BARE = TEN[:-1] + ["99.99%", "99.999", "100%"]  # no sign behind 99.999


def cells(f, cut):
    whole = int if cut else (lambda x: x)
    return [f["requests"], f["failures"], whole(f["median"]), f["mean"],
            f["min"], f["max"], whole(120.5)]


def rates(f, cut):
    return [Bare("%.2f" % f[k]) if cut else f[k] for k in ("rps", "fps")]


class Bare:
    """A number as text, without quotes."""

    def __init__(self, text):
        self.text = text

    def __str__(self):
        return self.text


def of(f, heads):
    return [f["99.999%" if h == "99.999" else h] for h in heads]


def stats(head, heads, write, none, cut):
    t = tables(cut=cut, rate="%.2f" if cut else None)
    rows = [["Type", "Name", *head, *heads]]
    for key, f in t.items():
        rows.append([*(key or (none, "Aggregated")), *cells(f, cut),
                     *rates(f, cut), *of(f, heads)])
    return {"x_stats.csv": write(rows)}, t


def requests_and_distribution(total, heads, counts_failures):
    """Up to 0.13.2; up to 0.11.1 without those that failed."""
    rows = [["Method", "Name", *OLD]]
    more = [["Name", "# requests", *heads]]
    t = tables(None if counts_failures else
               [r for r in REQUESTS if not r[2]], cut=True, rate="%.2f")
    every = tables()
    for key, f in t.items():
        f["failures"] = every[key]["failures"]
        rows.append([*(key or ("None", total)), *cells(f, True),
                     rates(f, True)[0]])
        name = " ".join(key) if key else total
        more.append([name, f["requests"], *of(f, heads)])
        f["requests"] = every[key]["requests"]
        if "99.9%" not in heads:
            f["99.9%"] = None
    if total == "None Total":  # of the distribution only
        rows[-1][1] = "Total"
    return {"x_requests.csv": by_hand(rows),
            "x_distribution.csv": by_hand(more)}, t


def guide():
    t = tables(cut=True, rate="%.2f")
    rows = [["Name", "Type", *OLD, "Failure Rate", "%", "95%", "99%"]]
    for (method, name), f in list(t.items())[:-1]:
        share = 100 * f["failures"] / f["requests"]
        rows.append([name, method, *cells(f, True), Bare("%.2f" % f["rps"]),
                     "%.1f%%" % share, f["95%"], f["99%"]])
        f.update({"50%": int(f["median"]), "90%": None, "99.9%": None})
    total = t[None]  # added up: rates, and means weighted
    parts = [f for k, f in t.items() if k]
    total.update({f"{100 * s:.6g}%": None for s in SHARES})
    total["rps"] = sum(f["rps"] for f in parts)
    total["mean"] = sum(f["mean"] * f["requests"] for f in parts) / \
        total["requests"]
    return {"x_stats.csv": by_csv(rows)}, t


def json_file(old):
    out = []
    for key in NAMES:
        rows = [r for r in REQUESTS if r[0] == key]
        times = [ms for _, ms, _ in rows]
        found = {}
        for ms in times:
            b = bucket(ms)
            text = f"{b}.0" if old and b >= 100 else str(b)
            found[text] = found.get(text, 0) + 1
        out.append({
            "name": key[1], "method": key[0], "start_time": START + .5,
            "last_request_timestamp": START + .5 + SECONDS,
            "num_requests": len(rows), "num_none_requests": 0,
            "num_failures": sum(f for _, _, f in rows),
            "total_response_time": sum(times),
            "max_response_time": max(times), "min_response_time": min(times),
            "total_content_length": 1, "response_times": found,
            "num_reqs_per_sec": {}, "num_fail_per_sec": {}})
    return {"x.json": json.dumps(out, indent=4)}, tables()


def page(since):
    """A report of a version, (2, 20) for 2.20, with the modern interface."""
    is_escaped, t = since < (2, 37, 13), tables()
    text = html.escape if is_escaped else str
    rows, more = [], []
    for key, f in t.items():
        method, name = key or ("", "Aggregated")
        row = {"method": method, "name": text(name),
               "num_requests": f["requests"], "num_failures": f["failures"],
               "avg_response_time": f["mean"], "current_rps": 1.0,
               "current_fail_per_sec": 0.0, "avg_content_length": 120.5,
               "min_response_time": float(round(f["min"])),
               "max_response_time": float(round(f["max"])),
               "median_response_time": f["median"]}
        f.update({"min": round(f["min"]), "max": round(f["max"]),
                  "99.9%": None})
        if is_escaped:
            row["safe_name"] = row["name"]
        if since < (2, 28):
            row["ninetieth_response_time"] = f["90%"]
            row["ninety_ninth_response_time"] = f["99%"]
        if since >= (2, 31):
            row["total_rps"], row["total_fail_per_sec"] = f["rps"], f["fps"]
        if (2, 30) <= since < (2, 31):
            del row["avg_response_time"]
            f["mean"] = None
        rows.append(row)
        more.append({"method": method, "name": text(name), "1.0": f["100%"],
                     **{str(s): f[f"{100 * s:.6g}%"]
                        for s in (.5, .8, .9, .95, .99)}})
    when = ("2026-11-21 01:20:40", "2026-11-21 01:21:20")
    if since >= (2, 29):
        when = ("2026-11-21T01:20:40Z", "2026-11-21T01:21:20Z")
    moment = when[0] if since >= (2, 29) else "01:20:40"
    data = {"is_report": True, "start_time": when[0], "end_time": when[1],
            "host": "http://h", "exceptions_statistics": [], "tasks": {},
            "requests_statistics": rows, "response_time_statistics": more,
            "failures_statistics": [
                {"method": k[0], "name": text(k[1]), "error": text(ERROR),
                 "occurrences": f["failures"]} for k, f in t.items()
                if k and f["failures"]],
            "history": [{"time": moment, "user_count":
                         [moment, 7] if since >= (2, 31, 3) else 7}]}
    line = json.dumps(data, sort_keys=True)
    for c in "<>&'":
        line = line.replace(c, "\\u%04x" % ord(c))
    return {"x.html": "<!DOCTYPE html><title>Locust</title><script>var a = "
                      "'window.templateArgs = {';</script><script>\n"
                      f"window.templateArgs = {line}\nwindow.theme = "
                      "\"light\"</script></html>"}, t


def classic(since):
    """Tables; names are escaped from 2 on."""
    t = tables(cut=True, rate="%.1f")
    text = html.escape if since >= 2 else str

    def table(title, heads, rows):
        return (f"<h2>{title}</h2><table class=\"stats\"><thead><tr>" +
                "".join(f"<th>{h}</th>" for h in heads) +
                "</tr></thead><tbody>" +
                "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) +
                        "</tr>" for row in rows) + "</tbody></table>")

    named = [(*((k[0], text(k[1])) if k else ("", "Aggregated")), f)
             for k, f in t.items()]
    heads = [f"{p}%ile (ms)" for p in (50, 60, 70, 80, 90, 95, 99, 100)]
    body = table("Request Statistics", [
        "Method", "Name", "# Requests", "# Fails", "Average (ms)", "Min (ms)",
        "Max (ms)", "Average size (bytes)", "RPS", "Failures/s"],
        [(m, n, f["requests"], f["failures"], f["mean"], f["min"], f["max"],
          120, "%.1f" % f["rps"], "%.1f" % f["fps"]) for m, n, f in named])
    body += table("Response Time Statistics", ["Method", "Name", *heads],
                  [(m, n, f["50%"], f["50%"], f["66%"], f["80%"], f["90%"],
                    f["95%"], f["99%"], f["100%"]) for m, n, f in named])
    body += table("Failures Statistics",
                  ["Method", "Name", "Error", "Occurrences"],
                  [(m, n, text(ERROR), f["failures"])
                   for m, n, f in named[:-1] if f["failures"]])
    for f in t.values():
        f["99.9%"] = None
        f["rps"] = f["rps"] or None  # 0.0: less than it can show
    return {"x.html": "<!DOCTYPE html><html><title>Test Report for l.py"
                      f"</title><h1>Locust</h1>{body}</html>"}, t


def history(head, heads, write, none):
    """Alone: the last rows; of a window the median only."""
    t = tables(cut=write is not by_csv)
    rows = [head(heads)]
    for second in (0, SECONDS):
        for key, f in t.items():
            at = dict(f) if second else dict(f, requests=0, failures=0)
            rows.append(ROWS[head](second, *(key or (none, "Aggregated")), at,
                                   of(f, heads), write is not by_csv))
    for f in t.values():
        f["rps"] = f["requests"] / SECONDS
        if write is not by_csv:
            f.update({f"{100 * s:.6g}%": None for s in SHARES})
            f["50%"] = int(f["median"])
    return {"x_stats_history.csv": write(rows)}, t


def head_a(heads):
    return ["Type", "Name", "Timestamp", *OLD[:2], "Requests/s",
            "Requests Failed/s", *OLD[2:7], *heads]


def head_b(heads):
    return ["Timestamp", "User Count", "Type", "Name", "Requests/s",
            "Failures/s", *heads, *("Total " + n for n in NEW[:7])]


def row_a(second, method, name, f, percentiles, cut):
    c = cells(f, cut)
    return [method, name, str(START + second), *c[:2], *rates(f, cut),
            *c[2:], *percentiles]


def row_b(second, method, name, f, percentiles, cut):
    moment = [START + second, 7]
    return [*(map(str, moment) if cut else moment), method, name,
            *rates(f, cut), *percentiles, *cells(f, cut)]


ROWS = {head_a: row_a, head_b: row_b}
SAME = ["Requests Failed/s"]
VERSIONS = {
    "requests A, 0.8": lambda: requests_and_distribution(
        "None Total", TEN[:-2] + ["100%"], False),
    "requests A, 0.9": lambda: requests_and_distribution(
        "Total", TEN[:-2] + ["100%"], False),
    "requests A, 0.13.2": lambda: requests_and_distribution(
        "Aggregated", ALL[:-2] + ["100%"], True),
    "stats B, 0.14": lambda: stats(OLD + SAME, BARE, by_hand, "None", True),
    "stats C, 1.0": lambda: stats(NEW, ALL, by_hand, "None", True),
    "stats C, 1.1": lambda: stats(NEW, ALL, by_csv, "", False),
    "stats D": lambda: stats(NEW, TEN, by_csv, "", False),
    "stats V1": guide,
    "history A": lambda: history(head_a, BARE, in_quotes, "None"),
    "history B": lambda: history(head_b, ALL, in_quotes, ""),
    "history C": lambda: history(head_b, TEN, by_csv, ""),
    "JSON 2.14": lambda: json_file(True),
    "JSON 2.43.4": lambda: json_file(False),
    **{f"HTML {'.'.join(map(str, v))}": lambda v=v: page(v)
       for v in ((2, 18), (2, 28), (2, 29), (2, 30), (2, 31), (2, 31, 3),
                 (2, 37, 13))},
    "HTML classic 1": lambda: classic(1),
    "HTML classic 2": lambda: classic(2),
}

FAILURES = ["Method", "Name", "Error", "Occurrences"]
SEEN = ["First Seen", "Last Seen"]


def failures(version):
    """Failures, with the statistics of a version of the same age."""
    t = tables()
    rows = [(k, f["failures"]) for k, f in t.items() if k and f["failures"]]
    seen = ["2026-11-21T01:20:41Z", ""]
    if version == "V3":
        files, _ = stats(NEW, TEN, by_csv, "", False)
        rows = [["Method", "Name", "# occurrences", "Failure"]] + [
            [k[0], f"{k[1]}[{k[0]} /api]", n, ERROR] for k, n in rows]
        return dict(files, **{"x_failures.csv": by_csv(rows)})
    if version == "0.14.0":
        files, _ = stats(OLD + SAME, BARE, by_hand, "None", True)
    else:
        files, _ = stats(NEW, TEN, by_csv, "", False)
    later = version == "2.44"
    rows = [FAILURES + (SEEN if later else [])] + [
        [*k, ERROR, n, *(seen if later else [])] for k, n in rows]
    write = by_hand if version == "0.14.0" else by_csv
    return dict(files, **{"x_failures.csv": write(rows)})


# ---- comparing ----

def report(files, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", newline="",
                  encoding="utf-8") as out:
            out.write(text)
    return analyse(folder)["runs"]


def compare(c, what, got, f):
    c.equal(f"{what} requests", got["requests"], f["requests"])
    c.equal(f"{what} failures", got["failures"], f["failures"])
    c.close(f"{what} rps", got["rps"], f["rps"])
    for stat in ("mean", "min", "max"):
        c.close(f"{what} {stat}", got["latency_ms"][stat], f[stat])
    for stat, share in STATS.items():
        c.close(f"{what} {stat}", got["latency_ms"][stat],
                f[f"{100 * share:.6g}%"])


def compare_failures(c, version, folder):
    runs = report(failures(version), folder)
    found = {(f["method"], f["name"]): f["count"]
             for f in runs[0]["failures"]}
    c.equal(f"failures {version}", found, {
        k: f["failures"] for k, f in tables().items() if k and f["failures"]})
    c.equal(f"text of failures {version}",
            {"500 Server Error: oops" in f["example"]
             for f in runs[0]["failures"]}, {True})


def main():
    c = Comparison()
    folder = os.path.join(tempfile.mkdtemp(prefix="loadsift-test-"), "x")
    for what, make in VERSIONS.items():
        files, expected = make()
        runs = report(files, folder)
        c.equal(f"{what}: runs", len(runs), 1)
        found = {(e["method"], e["name"]): e for e in runs[0]["endpoints"]}
        for key, f in expected.items():
            got = found.get(key) if key else runs[0]["total"]
            c.equal(f"{what} {key} is there", bool(got), True)
            if got:
                compare(c, f"{what} {key}", got, f)
    for version in ("0.14.0", "1.1", "2.44", "V3"):
        compare_failures(c, version, folder)
    shutil.rmtree(os.path.dirname(folder))
    c.finish(900)


main()
