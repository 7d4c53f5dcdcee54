# SPDX-License-Identifier: GPL-3.0-or-later
"""Services' metrics: differences and quantiles, computed here from the pages
by the definition of Prometheus' histogram_quantile()."""
import json
import os
import re
import tempfile

from oracle import Comparison, analyse, tree_data

SAMPLE = re.compile(r'(\w+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def load(name):
    """{(metric, labels): {le or what: value}}"""
    series = {}
    with open(os.path.join(tree_data("services", "run"), name),
              encoding="utf-8") as file:
        for line in file:
            if line.startswith("#"):
                continue
            metric, text, value = SAMPLE.match(line.strip()).groups()
            labels = {k: re.sub(r"\\(.)", r"\1", v)
                      for k, v in LABEL.findall(text or "")}
            what = labels.pop("le", None)
            for ending in ("_bucket", "_sum", "_count"):
                if metric.endswith(ending):
                    metric = metric[:-len(ending)]
                    what = what or ending[1:]
            key = ",".join(f"{k}={labels[k]}" for k in sorted(labels))
            series.setdefault((metric, key), {})[what or "total"] = \
                float(value)
    return series


def difference(after, before):
    """None of the counts may have fallen, else the service began anew."""
    if any(after[k] < before.get(k, 0) for k in after if k != "sum"):
        return dict(after)
    return {k: after[k] - before.get(k, 0) for k in after}


def quantile(q, values):
    buckets = sorted((float(k), v) for k, v in values.items()
                     if k not in ("sum", "count", "total"))
    rank = q * buckets[-1][1]
    for i, (bound, count) in enumerate(buckets):
        if count >= rank:
            break
    if i == len(buckets) - 1:
        return buckets[-2][0]
    start, below = buckets[i - 1] if i else (0.0, 0.0)
    return start + (bound - start) * (rank - below) / (count - below)


def compare_service(c, got, name, before, after):
    count = 0
    for key, values in load(after).items():
        if key[0].startswith(("python_", "process_")):
            continue
        values = difference(values, load(before).get(key, {}))
        what = f"{name} {key}"
        found = [s for s in got if s["service"] == name and
                 (s["metric"], s["labels"]) == key]
        c.equal(f"{what} found", len(found), 1)
        if len(found) != 1:
            continue
        count += 1
        if "total" in values:
            c.equal(f"{what} count", found[0]["count"], values["total"])
            c.equal(f"{what} p95", found[0]["p95"], None)
            continue
        c.equal(f"{what} count", found[0]["count"], values["count"])
        c.close(f"{what} mean", found[0]["mean"],
                1000 * values["sum"] / values["count"])
        for stat, q in (("p50", .5), ("p90", .9), ("p95", .95),
                        ("p99", .99)):
            c.close(f"{what} {stat}", found[0][stat],
                    1000 * quantile(q, values))
    c.equal(f"{name}: series", count,
            len([s for s in got if s["service"] == name]))


def placed(files):
    """{copy: (role, runs it is a source of)} beside a.json and b.json, two
    runs of different size, or those that are named."""
    with open(tree_data("services", "run", "summary.json"),
              encoding="utf-8") as file:
        summary = json.load(file)
    with tempfile.TemporaryDirectory() as folder:
        for i, name in enumerate(files):
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                if name.endswith(".json"):
                    values = summary["metrics"]["http_reqs"]["values"]
                    values["count"] = 1000 * (i + 1)
                    json.dump(summary, file)
                else:
                    file.write(f"# TYPE a counter\na_total {i + 1}\n")
        report = analyse(folder)
    return {os.path.basename(i["source"]):
            (i["role"], [r["label"] for r in report["runs"]
                         if r["id"] == i["run"]])
            for i in report["inputs"] if not i["source"].endswith("json")}


def compare_places(c):
    c.equal("two runs", placed(["a.json", "b.json", "x_after.txt"]),
            {"x_after.txt": ("ignored", [])})
    c.equal("named", placed(["a.json", "b.json", "b_x_after.txt"]),
            {"b_x_after.txt": ("used", ["b"])})
    c.equal("around", placed(["r1/a.json", "r2/b.json", "r2/m/x.txt"]),
            {"x.txt": ("used", ["b"])})
    c.equal("beside", placed(["r1/a.json", "r2/b.json", "m/x.txt"]),
            {"x.txt": ("ignored", [])})
    c.equal("twice", placed(["a.json", "x_after.txt", "x-end.txt"]),
            {"x_after.txt": ("ignored", []), "x-end.txt": ("used", ["a"])})


def main():
    c = Comparison()
    report = analyse(tree_data("services"))
    c.equal("runs", len(report["runs"]), 1)
    run = report["runs"][0]
    compare_service(c, run["services"], "heroes",
                    "metrics_heroes_before.txt", "metrics_heroes_after.txt")
    compare_service(c, run["services"], "fights",
                    "fights-metrics-pre.prom", "fights-metrics-post.prom")
    c.equal("services", sorted({s["service"] for s in run["services"]}),
            ["fights", "heroes"])
    notes = [n for n in run["notes"] if "counters began anew" in n]
    c.equal("notes", len(notes), 1)
    c.equal("whose", notes and notes[0].startswith("service fights"), True)
    roles = {os.path.basename(i["source"]): i["role"]
             for i in report["inputs"]}
    c.equal("lone", roles["metrics_villains_before.txt"], "ignored")
    c.equal("pair", roles["metrics_heroes_before.txt"], "used")
    compare_places(c)
    c.finish(60)


main()
