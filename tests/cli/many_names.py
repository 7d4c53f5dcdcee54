# SPDX-License-Identifier: GPL-3.0-or-later
"""More names than anything remembers: totals are exact, and the report is the
same in any number of workers, pieces and packing."""
import datetime
import json
import os
import random

from program import Checks, Folder, pack, report, run, sections

NAMES = 140_000  # more than a reader of points remembers (k6_names.h)
KEPT = 500
START = 1_700_000_000


def requests():
    """(second, name, microseconds, failed): each name once, some again."""
    rng = random.Random(3)
    numbers = list(range(NAMES)) + rng.sample(range(NAMES), NAMES // 10)
    for i, number in enumerate(numbers):
        yield (START + i // 500, f"/item/{number}", rng.randrange(10, 900_000),
               rng.random() < 0.05)


def point(metric, second, value, tags):
    at = datetime.datetime.fromtimestamp(second, datetime.timezone.utc)
    return json.dumps({"metric": metric, "type": "Point", "data": {
        "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "value": value, "tags": tags}},
        separators=(",", ":")) + "\n"


def declaration(metric):
    return json.dumps({"type": "Metric", "metric": metric, "data": {
        "name": metric, "type": "trend", "contains": "time"}}) + "\n"


def write(path, told):
    with open(path, "w", encoding="ascii") as out:
        out.write(declaration("http_req_duration"))
        out.write(declaration("wait"))
        for i, (second, name, micro, failed) in enumerate(told):
            tags = {"method": "GET", "name": name, "url": name,
                    "status": "503" if failed else "200",
                    "expected_response": "false" if failed else "true"}
            out.write(point("http_req_duration", second, micro / 1000, tags))
            if i % 1000 == 0:
                out.write(point("wait", second, 5, {}))


def percentile(values, numerator, denominator):
    """k6's, in whole nanoseconds."""
    whole, rest = divmod((len(values) - 1) * numerator, denominator)
    low = values[whole]
    high = values[min(whole + 1, len(values) - 1)]
    return low + ((high - low) * rest + denominator // 2) // denominator


def equal(checks, what, got, expected):
    checks.that(what, got == expected, f"{got}, not {expected}")


def check_totals(checks, total, told):
    values = sorted(micro * 1000 for _, _, micro, _ in told)
    latency = total["latency_ms"]
    equal(checks, "requests", total["requests"], len(told))
    equal(checks, "failures", total["failures"],
                 sum(failed for _, _, _, failed in told))
    equal(checks, "min", latency["min"], values[0] / 1e6)
    equal(checks, "max", latency["max"], values[-1] / 1e6)
    for name, part in (("p50", 50), ("p95", 95), ("p99", 99)):
        equal(checks, name, latency[name], percentile(values, part, 100) / 1e6)


def check_endpoints(checks, endpoints, told):
    count, failed = {}, {}
    for _, name, _, has_failed in told:
        count[name] = count.get(name, 0) + 1
        failed[name] = failed.get(name, 0) + has_failed
    kept = [e for e in endpoints if e["kind"] == "http"]
    others = [e for e in kept if e["name"] == "(other)"]
    names = [e for e in kept if e["name"] != "(other)"]
    equal(checks, "names kept", len(names), KEPT)
    checks.that("each kept name is whole", all(
        e["requests"] == count[e["name"]] and
        e["failures"] == failed[e["name"]] for e in names))
    equal(checks, "requests of all endpoints",
                 sum(e["requests"] for e in kept), len(told))
    equal(checks, "one takes in the others", len(others), 1)
    waits = [e for e in endpoints if e["kind"] == "trend"]
    equal(checks, "a trend is one series", [e["requests"] for e in waits],
                 [(len(told) + 999) // 1000])


def main():
    checks = Checks()
    told = list(requests())
    limit = ("--raw-names", "--max-endpoints", str(KEPT))
    with Folder() as tmp:
        tree = tmp("results")
        os.mkdir(tree)
        write(os.path.join(tree, "shop.json"), told)
        truth = report("-j1", tree, *limit)
        one, = truth["runs"]
        check_totals(checks, one["total"], told)
        check_endpoints(checks, one["endpoints"], told)
        equal(checks, "failures with their texts",
              sum(f["count"] for f in one["failures"]),
              one["total"]["failures"])
        checks.that("folding is said",
                    any("--max-endpoints" in note for note in one["notes"]))
        generic, = report("-j2", tree)["runs"]
        equal(checks, "totals where ids give way", generic["total"],
              one["total"])
        equal(checks, "endpoints where ids give way",
              [e["requests"] for e in generic["endpoints"]
               if e["kind"] == "http"], [len(told)])
        truth = sections(truth)
        pack("tar.gz", tmp("results.tar.gz"), tree)
        code, _, err = run("-q", tree, *limit, "-o", tmp("results.lsd"))
        checks.that("digest written", code == 0, err)
        for words in (("-j2", tree), ("-j4", tree),
                      ("-j2", "--piece-bytes", "3M", tree),
                      ("-j3", "--piece-bytes", "7M", tree),
                      ("-j2", tmp("results.tar.gz")),
                      ("-j1", tmp("results.lsd"))):
            checks.that(f"same report of {words}",
                        sections(report(*words, *limit)) == truth)
    checks.finish(least=18)


if __name__ == "__main__":
    main()
