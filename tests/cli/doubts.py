# SPDX-License-Identifier: GPL-3.0-or-later
"""What doubts about a test leave of its verdicts: the same change, beyond
question in good runs, in runs of which each doubt is true."""
import json
import sys

from program import Checks, Folder, run
from validity import Run, always


def plain(r, ms):
    r.seconds(0, 120, always(20), always(ms))


def warm_up(r, ms):
    r.seconds(0, 120, always(20), lambda s: 2.5 * ms if s < 20 else ms)


def brief_warm_up(r, ms):
    r.seconds(0, 900, always(10), lambda s: 3 * ms if s < 25 else ms)


def drift(r, ms):
    r.seconds(0, 120, always(20), lambda s: ms * (1 + .5 * s / 120))


def dropping(r, ms):
    plain(r, ms)
    r.users(0, 120, 50)
    for second in range(120):
        r.point("iterations", second, 20)
        r.point("dropped_iterations", second, 5)


def waiting(r, ms):
    """Users who wait for 2 % of the answers; another endpoint is as usual."""
    r.users(0, 120, 8)
    plain(r, ms)
    for second in range(0, 120, 3):
        r.request(second + .5, 30 * ms)
    for i in range(1200):
        r.request(i / 10, ms * r.draw.lognormvariate(0, .3), "other")


def impossible(r, ms):
    r.users(0, 120, 1)
    plain(r, ms)


def few(r, ms):
    for i in range(65):
        r.request(2 * i, ms * r.draw.lognormvariate(0, .1))


def compared(old, new, *args):
    """The runs that `old` and `new` write: (comparison, text, Markdown)."""
    with Folder() as folder:
        for side, write, ms in (("old", old, 100), ("new", new, 150)):
            for i in range(4):
                r = Run(folder(side, f"run-{i + 1}"), 10 * ms + i)
                write(r, ms)
                r.done()
        out = []
        for form in ("json", "text", "markdown"):
            code, got, err = run("compare", folder("old"), folder("new"), "-f",
                                 form, *args)
            if code:
                sys.exit(err)
            out.append(got.decode())
        gate = run("compare", folder("old"), folder("new"), "-q", "-o",
                   "json:/dev/null", "--fail-on", "regression", *args)[0]
    return json.loads(out[0])["comparisons"][0], out[1], out[2], gate


def change(pair, figure, name="list"):
    return [e["metrics"][figure] for e in pair["endpoints"]
            if e["name"] == name][0]


# old side, new side, rule of the doubt or None, whose, p50, p95
CASES = (
    (plain, plain, None, None, "regressed", "regressed"),
    (warm_up, plain, "test.warm-up", "old", "likely", "likely"),
    (brief_warm_up, brief_warm_up, "test.warm-up", "both", "regressed",
     "likely"),
    (plain, drift, "test.drift", "new", "likely", "likely"),
    (dropping, dropping, "test.generator", "both", "likely", "likely"),
    (plain, dropping, "test.generator", "new", "likely", "likely"),
    (waiting, waiting, "test.omission", "both", "regressed", "likely"),
    (impossible, impossible, "test.little", "both", "described", "described"),
    (few, few, "test.few-requests", "both", "regressed", "likely"),
)


def check_case(checks, case):
    old, new, rule, side, p50, p95 = case
    pair, text, page, gate = compared(old, new)
    what = f"{old.__name__} against {new.__name__}"
    print(f"{what}: {change(pair, 'p95')['reason']}")
    for figure, want in (("p50", p50), ("p95", p95)):
        got = change(pair, figure)
        lowered = rule if want != "regressed" else None
        checks.that(f"{what}: {figure} {want}", got["verdict"] == want, got)
        checks.that(f"{what}: {figure} says which doubt",
                    got["capped_by"] == lowered, got)
        checks.that(f"{what}: {figure} says what it would be", got[
            "uncapped_verdict"] in (("regressed", "improved") if lowered
                                    else (None,)), got)
        if lowered:
            checks.that(f"{what}: {figure} says whose", {
                "old": "(old side)", "new": "(new side)",
                "both": "(both sides)"}[side] in got["reason"], got)
    sides = {d["side"] for d in pair["doubts"] if d["rule"] == rule}
    checks.that(f"{what}: the doubt is told", sides == (
        {"old", "new"} if side == "both" else {side} - {None}), pair["doubts"])
    checks.that(f"{what}: what it does is told in each format", all(
        d["effect"].split()[0] in text and d["effect"] in page
        for d in pair["doubts"]) and ("  doubt" in text) == bool(rule)
        and ("- Doubt:" in page) == bool(rule), pair["doubts"])
    checks.that(f"{what}: what would lift it is told", not rule or any(
        "described" == p50 or a for a in pair["advice"]), pair["advice"])
    checks.that(f"{what}: the gate", gate == int("regressed" in (p50, p95)),
                gate)


def check_equal(checks):
    """What hides a change lets no figure pass for the same."""
    with Folder() as folder:
        for side in ("old", "new"):
            for i in range(4):
                r = Run(folder(side, f"run-{i + 1}"), i + 7 * (side == "new"))
                dropping(r, 100)
                r.done()
        found = json.loads(run("compare", folder("old"), folder("new"), "-f",
                               "json")[1])["comparisons"][0]
    got = change(found, "p50")
    checks.that("a limited generator hides changes",
                got["verdict"] == "inconclusive"
                and got["uncapped_verdict"] == "equivalent"
                and "may hide one" in got["reason"], got)
    checks.that("and net change says so", found["net_change"]
                == "inconclusive", found["summary"])


def six(r, ms, write):
    """Five endpoints more, so that a shift of all can be seen."""
    write(r, ms)
    for k in range(5):
        for i in range(400):
            r.request(i * .3, ms * (1 + k) / 8 * r.draw.lognormvariate(0, .2),
                      f"other {k}")


def check_shift(checks):
    """What moves all together is as doubtful as what moves one."""
    for write, found, capped, code in (
            (plain, True, None, 1), (dropping, True, "test.generator", 0),
            (impossible, False, None, 0)):
        with Folder() as folder:
            for side, ms in (("old", 100), ("new", 150)):
                for i in range(4):
                    r = Run(folder(side, f"run-{i + 1}"), 10 * ms + i)
                    six(r, ms, write)
                    r.done()
            pair = json.loads(run("compare", folder("old"), folder("new"),
                                  "-f", "json")[1])["comparisons"][0]
            gate = run("compare", folder("old"), folder("new"), "-q", "-o",
                       "json:/dev/null", "--fail-on", "shift")[0]
        shift = pair["global_shift"]
        what = f"a shift, {write.__name__}"
        checks.that(f"{what}: told", bool(shift) == found, pair["summary"])
        checks.that(f"{what}: the gate", gate == code, gate)
        if shift:
            checks.that(f"{what}: doubted", shift["capped_by"] == capped and
                        ("doubtful, since" in shift["message"])
                        == bool(capped), shift)


def check_short(checks):
    """Percentiles of too few requests are lower bounds, in all formats."""
    pair, text, page, _ = compared(few, few)
    p50, p95, p99 = (change(pair, p) for p in ("p50", "p95", "p99"))
    checks.that("which are lower bounds", [
        (c["old_is_lower_bound"], c["new_is_lower_bound"])
        for c in (p50, p95, p99)] == [(False, False), (True, True),
                                      (True, True)], (p50, p95, p99))
    checks.that("no change of p99 is told", p99["change"] is None
                and p99["shift"] is None and p99["interval"] is None
                and "368" in p99["reason"], p99)
    words = f"≥{p95['old']:.2f} → ≥{p95['new']:.2f} (+"
    checks.that("they are marked", words in page and words in text
                and f"| ≥{p99['old']:.2f} → ≥{p99['new']:.2f} |" in page, page)


def check_others(checks):
    """Stalls of one endpoint are no doubt about another."""
    pair = compared(waiting, waiting)[0]
    got = change(pair, "p95", "other")
    checks.that("another endpoint stands", got["verdict"] == "regressed"
                and got["capped_by"] is None, got)


def check_left_out(checks):
    """A warm-up that is left out is no doubt."""
    pair = compared(warm_up, warm_up, "--skip-warmup", "auto")[0]
    checks.that("what is left out limits nothing", not pair["doubts"]
                and change(pair, "p50")["verdict"] == "regressed", pair)


def main():
    checks = Checks()
    for case in CASES:
        check_case(checks, case)
    check_equal(checks)
    check_shift(checks)
    check_short(checks)
    check_others(checks)
    check_left_out(checks)
    checks.finish(least=70)


if __name__ == "__main__":
    main()
