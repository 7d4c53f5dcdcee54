# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison as a user meets it: which sets, which verdicts, exit codes."""
import itertools
import json
import os
import re
import shutil
import sys

from program import Checks, Folder, data, report, run

SAMPLES = os.environ.get("LOADSIFT_SAMPLES", "")

# COMPARISON section 4: what is known of the two sample archives. 1 = slower,
# -1 = faster; other endpoints did not change.
TRUTH = {
    "k6": {"webhooks_list": -1, "alerts_list": -1, "dashboard_overview": -1,
           "rooms_leaderboard": -1, "cache_stats": 1},
    "locust": {"webhooks_list": -1, "dashboard_overview": -1,
               "merge_branches": -1, "cache_stats": 1},
}
# The verdicts of all endpoints at five against three, p50 and p95, as the
# engine's specification lists them for these archives.
LISTED = {
    "k6": {"webhooks_list": "improved improved",
           "alerts_list": "improved improved",
           "rooms_leaderboard": "improved improved",
           "dashboard_overview": "improved unstable",
           "cache_stats": "likely unstable",
           "webhook_detail": "equivalent inconclusive",
           "random": "equivalent inconclusive",
           "execute_fight": "inconclusive inconclusive",
           "rooms_join": "inconclusive inconclusive",
           "state": "inconclusive inconclusive",
           "health_check": "inconclusive unstable"},
    "locust": {"webhooks_list": "improved improved",
               "dashboard_overview": "improved improved",
               "merge_branches": "improved likely",
               "cache_stats": "regressed likely",
               "alerts_list": "inconclusive unstable",
               "webhook_detail": "inconclusive inconclusive",
               "alerts_acknowledge": "equivalent inconclusive",
               "health_check": "inconclusive inconclusive"},
}
FINDINGS = ("regressed", "improved", "likely")


def verdicts(comparison, metric):
    """{endpoint: (verdict, direction)}; the last word of the name."""
    found = {}
    for e in comparison["endpoints"]:
        change = e["metrics"][metric]
        if change:
            shift = change["shift"] or 0
            found[e["name"].split("/")[-1]] = (change["verdict"],
                                               (shift > 0) - (shift < 0))
    return found


def false_findings(found, truth):
    return {name: v for name, v in found.items()
            if v[0] in FINDINGS and truth.get(name) != v[1]}


def compared(*args):
    code, out, err = run("compare", *args, "-f", "json")
    if code:
        sys.exit(f"compare {args}: exit {code}\n{err}")
    return json.loads(out)["comparisons"]


def compare(old, new):
    return compared(*old, "--vs", *new)


def check_whole(checks, tool, old, new):
    truth = TRUTH[tool]
    comparisons = compare(old, new)
    checks.that(f"{tool} is one comparison", len(comparisons) == 1)
    comparison = comparisons[0]
    p50, p95 = (verdicts(comparison, m) for m in ("p50", "p95"))
    print(f"{tool} {len(old)}v{len(new)}: {comparison['summary']}")
    for name in sorted(p50):
        print(f"  {name:24} p50 {p50[name][0]:13} p95 {p95[name][0]}")
    for name, listed in LISTED[tool].items():
        got = f"{p50[name][0]} {p95[name][0]}"
        checks.that(f"{tool} {name} as listed", got == listed, got)
    checks.that(f"{tool} has no false finding",
                not false_findings(p50, truth)
                and not false_findings(p95, truth), (p50, p95))
    checks.that(f"{tool} has no global shift",
                comparison["global_shift"] is None)
    improved = {n for n, v in p50.items() if v[0] == "improved"}
    checks.that(f"{tool} p50: exactly the faster ones improved",
                improved == {n for n, d in truth.items() if d < 0}, improved)
    slower = p50["cache_stats"][0]
    checks.that(f"{tool} p50 of cache_stats",
                slower == "regressed" if tool == "locust"
                else slower in ("likely", "inconclusive"), slower)
    found = [n for n in truth if p95[n][0] in FINDINGS]
    checks.that(f"{tool} p95: three of four at least", len(found) >= 3, found)
    unstable = "alerts_list" if tool == "locust" else "dashboard_overview"
    checks.that(f"{tool} p95 of {unstable} is unstable",
                p95[unstable][0] == "unstable")


def check_equal(checks, tool, runs):
    """All ten ways to part five baseline runs, both ways round."""
    flags = 0
    for three in itertools.combinations(runs, 3):
        two = [r for r in runs if r not in three]
        for old, new in ((list(three), two), (two, list(three))):
            for c in compare(old, new):
                for metric in ("p50", "p95"):
                    flags += len(false_findings(verdicts(c, metric), {}))
    checks.that(f"{tool} A/A: nothing found", flags == 0, flags)


def check_threes(checks, tool, runs, new):
    """All ten 3v3: none false; of k6 every endpoint at x0.70 improved at p50,
    of Locust every change found."""
    truth = TRUTH[tool]
    wanted = [n for n, d in truth.items() if tool == "locust" or d < 0]
    false, sure, found = 0, 0, 0
    for three in itertools.combinations(runs, 3):
        comparison = compare(three, new)[0]
        for metric in ("p50", "p95"):
            false += len(false_findings(verdicts(comparison, metric), truth))
        p50 = verdicts(comparison, "p50")
        sure += sum(p50[n][0] in ("improved", "regressed") for n in wanted)
        found += sum(p50[n][0] in FINDINGS for n in wanted)
    print(f"{tool} 3v3: {false} false, of {10 * len(wanted)} changes at p50 "
          f"{sure} improved or regressed, {found} likely or better")
    checks.that(f"{tool} 3v3: none false", false == 0, false)
    checks.that(f"{tool} 3v3: all found",
                found == 40 == 10 * len(wanted)
                and (tool == "locust" or sure == found), (sure, found))


def folders(*parts, word=""):
    root = os.path.join(SAMPLES, *parts)
    return sorted(os.path.join(root, n) for n in os.listdir(root)
                  if word in n and os.path.isdir(os.path.join(root, n)))


def check_samples(checks):
    old = folders("k6", "runs", word="baseline")
    new = folders("k6", "runs", word="optimised")
    check_whole(checks, "k6", old, new)
    check_equal(checks, "k6", old)
    check_threes(checks, "k6", old, new)
    root = ("locust", "perf-archive", "runs")
    old = folders(*root, "baseline")
    new = folders(*root, "optimised")
    check_whole(checks, "locust", old, new)
    check_equal(checks, "locust", old)
    check_threes(checks, "locust", old, new)


# ---- without samples ----

def exit_of(*args):
    return run("compare", *args, "-q", "-o", "json:/dev/null")[0]


def check_exits(checks):
    old, new = data("locust", "baseline"), data("locust", "optimised")
    gate = "--fail-on"
    for what, want, args in (
            ("a slower endpoint fails", 1, (old, new, gate, "regression")),
            ("more slower ones fail", 1, (new, old, gate, "regression")),
            ("itself passes", 0, (old, old, gate,
                                  "regression,inconclusive,incomparable")),
            ("no gate, no failure", 0, (new, old)),
            ("one run is inconclusive", 1,
             (os.path.join(old, "run-01"), os.path.join(new, "run-01"), gate,
              "inconclusive")),
            ("one run regresses nothing", 0,
             (os.path.join(new, "run-01"), os.path.join(old, "run-01"), gate,
              "regression")),
            ("other scenarios are incomparable", 1,
             (old, data("k6"), gate, "incomparable")),
            ("incomparable is no regression", 0,
             (old, data("k6"), gate, "regression,inconclusive")),
            ("one input", 2, (old,)),
            ("three inputs", 2, (old, old, new)),
            ("nothing new", 2, (old, "--vs")),
            ("nothing old", 2, ("--vs", old)),
            ("twice --vs", 2, (old, "--vs", new, "--vs", old)),
            ("no number", 2, (old, new, "--min-effect", "much")),
            ("unknown baseline", 2, (old, "--baseline", "nonsense"))):
        checks.that(what, exit_of(*args) == want, exit_of(*args))


def check_empty(checks):
    """A side without any result is no comparison, and the other is not blamed
    for it."""
    with Folder() as folder:
        os.makedirs(folder("none"))
        with open(folder("none", "readme"), "w", encoding="ascii") as f:
            f.write("nothing here\n")
        for sides in ((data("locust", "baseline"), folder("none")),
                      (folder("none"), data("locust", "baseline"))):
            code, out, err = run("compare", *sides)
            checks.that("a side without results is told", code == 4 and
                        not out and "one side holds no result" in err
                        and "none/readme" in err and "baseline" not in err,
                        (code, err))


def check_choice(checks):
    """The same pair however it is asked for."""
    old, new = data("locust", "baseline"), data("locust", "optimised")
    both = report(data("locust"))["comparisons"]
    sides = compared(old, new)
    named = report(data("locust"), "--baseline", "baseline")["comparisons"]
    checks.that("unasked, one pair", len(both) == 1)
    for what, other in (("by sides", sides), ("by name", named)):
        checks.that(f"{what} as unasked", len(other) == 1
                    and other[0]["endpoints"] == both[0]["endpoints"])
    with Folder() as folder:
        shutil.copytree(new, folder("candidate"))
        shutil.copytree(old, folder("before"))
        checks.that("`before` is a baseline",
                    len(report(folder.path)["comparisons"]) == 1)
        os.rename(folder("before"), folder("beforehand"))
        checks.that("`beforehand` is none",
                    not report(folder.path)["comparisons"])


def check_trend(checks):
    """Several sets against one baseline stand side by side."""
    old, new = data("locust", "baseline"), data("locust", "optimised")
    with Folder() as folder:
        for name, source in (("baseline", old), ("v2", new), ("v3", new)):
            shutil.copytree(source, folder(name))
        for run_name in os.listdir(folder("v3")):
            file = folder("v3", run_name, "load_test_stats.csv")
            with open(file, encoding="utf-8") as f:
                text = f.read()
            with open(file, "w", encoding="utf-8") as f:
                f.write(text.replace(",37,", ",36,"))  # no copies of v2
            for other in os.listdir(folder("v3", run_name)):
                if other != "load_test_stats.csv":
                    os.remove(folder("v3", run_name, other))
        page = run(folder.path, "-f", "md")[1].decode()
        checks.that("a trend of three sets", re.search(
            r"### Trend of p50, ms\n\n\| Endpoint \| baseline \| v2 \| v3 \|",
            page))
        checks.that("with arrows", re.search(
            r"`GET dashboard_overview` \| 240 \| \d+ ↓ \| \d+ ↓ \|", page))
        text = run(folder.path)[1].decode()
        checks.that("in text as well", re.search(
            r"TREND OF P50, MS.*\n.*\n? +endpoint +baseline +v2 +v3\n", text)
            and re.search(r"GET dashboard_overview +240 +\d+ ↓ +\d+ ↓\n",
                          text), text)
        document = report(folder.path)
        trend = document["trends"][0]
        names = {s["id"]: s["label"] for s in document["sets"]}
        row = [e for e in trend["endpoints"]
               if e["name"] == "dashboard_overview"][0]
        checks.that("and in JSON", [names[s] for s in trend["sets"]]
                    == ["baseline", "v2", "v3"] and len(document["trends"]) == 1
                    and row["p50_ms"][0] == 240 and row["verdicts"]
                    == [None, "improved", "improved"], trend)
        shutil.rmtree(folder("v3"))
        page = run(folder.path, "-f", "md")[1].decode()
        trends = report(folder.path)["trends"]
    checks.that("two sets are no trend", "### Trend" not in page
                and trends == [])


def check_names(checks):
    """Sides are told apart by their folders, and sets find their like."""
    old, new = data("locust", "baseline"), data("locust", "optimised")

    def titles(*args):
        return re.findall(r"COMPARISON WITH BASELINE  (.*)",
                          run("compare", *args)[1].decode())

    checks.that("folders name the sides", titles(old, new) == [
        "load_test (baseline) → load_test (optimised)"], titles(old, new))
    checks.that("the same folder twice", titles(old, old) == [
        "load_test → load_test (new)"], titles(old, old))
    with Folder() as folder:
        for side in ("old", "new"):
            shutil.copytree(data("locust"), folder(side))
        got = titles(folder("old"), folder("new"))
    checks.that("each set beside its like", got == [
        "baseline (old) → baseline (new)",
        "optimised (old) → optimised (new)"], got)


def check_hosts(checks):
    """Another host is told first, and compared all the same."""
    source = data("locust-edge", "odd-2.46.3.html")
    with open(source, encoding="utf-8") as f:
        page = f.read()
    with Folder() as folder:
        for side, host in (("old", "http://127.0.0.1:18080"),
                           ("new", "https://me:secret@shop.test:8443/v1")):
            os.makedirs(folder(side))
            with open(folder(side, "report.html"), "w",
                      encoding="utf-8") as f:
                f.write(page.replace("http://127.0.0.1:18080", host))
        document = json.loads(run("compare", folder("old"), folder("new"),
                                  "-f", "json")[1])
        text = run("compare", folder("old"), folder("new"))[1].decode()
        run(folder("new"), "-q", "-o", folder("new.lsd"))
        kept = report(folder("new.lsd"))["runs"]
    pair = document["comparisons"][0]
    checks.that("hosts are known, without secrets", [
        r["host"] for r in document["runs"]] == ["127.0.0.1:18080",
                                                 "shop.test:8443"]
        and "secret" not in text, document["runs"])
    checks.that("another host is told first", pair["mismatches"][0].startswith(
        "hosts: 127.0.0.1:18080 against shop.test:8443;"), pair["mismatches"])
    checks.that("and is compared", pair["comparable"] and pair["endpoints"])
    checks.that("a digest keeps it", kept[0]["host"] == "shop.test:8443",
                kept)


def check_incomparable(checks):
    old = data("locust", "baseline")
    refused = compared(old, data("k6"))
    forced = compared(old, data("k6"), "--force")
    checks.that("mismatches are told", refused and all(
        c["mismatches"] and not c["comparable"] and not c["endpoints"]
        and c["net_change"] is None for c in refused))
    checks.that("force makes it exploratory", forced and all(
        c["exploratory"] and "exploratory" in c["summary"] for c in forced))


def check_itself(checks):
    old = data("locust", "baseline")
    comparison = compared(old, old)[0]
    every = {c["verdict"] for e in comparison["endpoints"]
             for c in list(e["metrics"].values()) + [e["error_rate"]] if c}
    checks.that("itself is identical", every == {"identical"}, every)
    checks.that("itself is neutral", comparison["net_change"] == "neutral")


def check_options(checks):
    old, new = data("locust", "baseline"), data("locust", "optimised")
    wide = compared(old, new, "--min-effect",
                  "60%")[0]
    checks.that("nothing is 60 % faster", not any(
        v[0] in FINDINGS for v in verdicts(wide, "p50").values()))
    controls = compared(old, new, "--control", "*alerts_*",
                      "--control", "GET *webhook_detail*")[0]
    checks.that("controls are marked",
                sum(e["control"] for e in controls["endpoints"]) >= 2)
    lone, met = (json.loads(run("compare", old, new, "-f", "json", *more)[1])
                 for more in (("--control", "*webhook_detail", "--control",
                               "webhok*"), ("--control", "*alerts_*")))
    checks.that("a control that means nothing is told",
                "webhok*" in (lone["warning"] or ""), lone["warning"])
    checks.that("one control is too few", any(
        "from two endpoints on" in a
        for a in lone["comparisons"][0]["advice"]), lone["comparisons"])
    checks.that("controls that are met warn of nothing",
                met["warning"] is None, met["warning"])
    text = run("compare", old, new)[1].decode()
    checks.that("text begins with the net change",
                re.search(r"COMPARISON WITH BASELINE.*\n +Net change: +"
                          "improved", text))
    page = run("compare", old, new, "-f", "md")[1].decode()
    for words in ("## Comparison with Baseline", "**Net change:** improved",
                  "#### Improvements ✓", "#### Regressions ✗"):
        checks.that(f"Markdown has {words}", words in page)
    checks.that("changes read as they always did", re.search(
        r"\d+\.\d\d → \d+\.\d\d \(-\d+\.\d\d%\)", page))


def main():
    checks = Checks()
    check_exits(checks)
    check_empty(checks)
    check_choice(checks)
    check_trend(checks)
    check_names(checks)
    check_hosts(checks)
    check_incomparable(checks)
    check_itself(checks)
    check_options(checks)
    if SAMPLES:
        check_samples(checks)
    checks.finish(least=30)


if __name__ == "__main__":
    main()
