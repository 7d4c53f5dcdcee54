# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of endpoints: ids in them give way in a run of more than 200 names and
in all runs compared with it, exactly and whatever the order, the pieces and
the packing; rules of loadsift.yaml; --raw-names; --setup."""
import json
import os

from program import Checks, Folder, data, report, run

EPOCH = "2026-02-17T08:"


def write_run(path, names):
    """A request for each name in turn, 600 in all; the 7th of 10 fails."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as f:
        for i in range(600):
            bad = i % 10 == 7
            f.write('{"metric":"http_req_duration","type":"Point","data":'
                    '{"time":"%s%02d:%02d.5Z","value":%d.25,"tags":{'
                    '"expected_response":"%s","method":"GET","name":"%s",'
                    '"status":"%d"}}}\n'
                    % (EPOCH, i // 60, i % 60, i % 90 + 1,
                       "false" if bad else "true", names(i),
                       503 if bad else 200))


def many(i):
    return "/" if i % 3 == 0 else f"/users/{i}?page={i % 5}"


def generic(i):
    return "/" if i % 3 == 0 else "/users/{n}?page={n}"


def few(i):
    """Of the same form, and of one that only this run has."""
    if i % 3 == 0:
        return "/"
    return f"/users/{9000 + i % 20}?page=1" if i % 3 == 1 else f"/v/{i % 9}"


def rows(document, label):
    """Figures by name of the one run whose label ends so."""
    runs = [r for r in document["runs"] if r["label"].endswith(label)]
    assert len(runs) == 1, [r["label"] for r in document["runs"]]
    return {e["name"]: {k: e[k] for k in e if k not in ("example",)}
            for e in runs[0]["endpoints"]}


def failures(document, label):
    return [(f["name"], f["fingerprint"], f["count"])
            for r in document["runs"] if r["label"].endswith(label)
            for f in r["failures"]]


def same(c, what, got, expected):
    c.that(what, got == expected, f"{str(got)[:300]} != {str(expected)[:300]}")


def check_reported(c, f):
    """Of names that become one, what a source reports of each is lost, and is
    said to be; sums and the rate are not."""
    os.makedirs(f("reported"))
    with open(f("reported", "r_stats.csv"), "w", encoding="ascii",
              newline="") as out:
        out.write("Type,Name,Request Count,Failure Count,Average Response "
                  "Time,Min Response Time,Max Response Time,Requests/s,"
                  "Failures/s,50%,95%,99%\r\n" + "".join(
                      f"GET,/u/{i},10,1,5.5,{1 + i},{300 + i},0.5,0.05,5,9,9"
                      "\r\n" for i in range(240)) +
                  "GET,/o/7,100,0,5.5,1,9,5.0,0.0,5,9,9\r\n"
                  ",Aggregated,2500,240,5.5,1,539,125.0,12.0,5,9,9\r\n")
    got = report(f("reported"))["runs"][0]
    by_name = {e["name"]: e for e in got["endpoints"]}
    folded = by_name["/u/{n}"]
    same(c, "sums", [folded[k] for k in ("requests", "failures", "rps")],
         [2400, 240, 120])
    same(c, "of the latency", {k: v for k, v in folded["latency_ms"].items()
                               if v is not None}, {"min": 1, "max": 539})
    same(c, "one alone", by_name["/o/{n}"]["latency_ms"]["p95"], 9)
    c.that("it is said", any("percentiles and means of endpoints" in note
                             for note in got["notes"]), str(got["notes"]))


def write_phases(path, form):
    """What k6 writes of a request each in setup(), in a script's own group of
    that name, in the test and in teardown()."""
    rows = [("::setup", "", 900, 500), ("::setup", "default", 20, 200),
            ("", "default", 10, 200), ("::teardown::all", "", 700, 200)]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as f:
        if form == "csv":
            f.write("metric_name,timestamp,metric_value,group,method,name,"
                    "scenario,status\n")
        for i, (group, scenario, value, status) in enumerate(rows):
            if form == "csv":
                f.write("http_req_duration,%d,%d.5,%s,GET,/u/7,%s,%d\n" %
                        (1771315200 + i, value, group, scenario, status))
                continue
            tags = {"group": group, "method": "GET", "name": "/u/7",
                    "status": str(status)}
            if scenario:
                tags["scenario"] = scenario
            f.write(json.dumps(
                {"metric": "http_req_duration", "type": "Point",
                 "data": {"time": "%s00:%02dZ" % (EPOCH, i),
                          "value": value + .5, "tags": tags}},
                separators=(",", ":")) + "\n")


def check_phases(c, f):
    """--setup: with the others, as k6 counts, or apart."""
    for form in ("json", "csv"):
        write_phases(f("phases-" + form, "points." + form), form)
        both = {}
        for how in ("with", "apart"):
            run_ = report(f("phases-" + form), "--setup", how)["runs"][0]
            both[how] = run_["total"]
            c.that(f"{form} {how}", [(e["name"], e["requests"], e["failures"])
                                     for e in run_["endpoints"]] == {
                "with": [("/u/7", 4, 1)],
                "apart": [("/u/7", 2, 0), ("::setup /u/7", 1, 1),
                          ("::teardown /u/7", 1, 0)]}[how],
                   str(run_["endpoints"])[:300])
            c.that(f"{form} {how}, failures",
                   [(x["name"], x["count"]) for x in run_["failures"]] ==
                   [("::setup /u/7" if how == "apart" else "/u/7", 1)])
        same(c, f"total of {form}", both["with"], both["apart"])
    same(c, "as without the option", report(f("phases-json")),
         report(f("phases-json"), "--setup", "with"))
    apart = report(f("phases-json"), "--setup=apart")
    c.that("it is a parameter", apart["parameters"]["setup"] == "apart" and
           apart["warning"] is None)
    same(c, "raw names", report(f("phases-json"), "--setup=apart",
                                "--raw-names")["runs"], apart["runs"])
    with open(f("phase.yaml"), "w", encoding="ascii") as out:
        out.write("names: {rules: [{match: '^/u/\\d+$', name: /u/ID}]}\n")
    ruled = report(f("phases-json"), "--setup=apart", "--config",
                   f("phase.yaml"))
    same(c, "rules see the name alone",
         [e["name"] for e in ruled["runs"][0]["endpoints"]],
         ["/u/ID", "::setup /u/ID", "::teardown /u/ID"])
    c.that("without effect", "setup()" in report(
        data("seed", "baseline.json"), "--setup=apart")["warning"])
    code, _, err = run(f("phases-json"), "--setup=drop")
    c.that("no such way", code == 2 and "with or apart" in err, err)


def check_brackets(c, f):
    """A guide calls failures of "list" "list[GET /x]"; the endpoint may be
    called so too."""
    columns = ("Type,Name,Request Count,Failure Count,Median Response Time,"
               "Average Response Time,Min Response Time,Max Response Time,"
               "Average Content Size,Requests/s,Failures/s,50%,95%,99%\r\n")
    for stats, expected in (("list", "list"), ("list[GET /x]",
                                               "list[GET /x]")):
        os.makedirs(f(stats.replace("/", "-")))
        for name, text in (
                ("r_stats.csv", columns + "".join(
                    f"{row},9,3,1,1,1,1,1,1.5,0.5,1,1,1\r\n"
                    for row in ("GET," + stats, ",Aggregated"))),
                ("r_failures.csv", "Method,Name,# occurrences,Failure\n"
                 "GET,list[GET /x],3,boom\n")):
            with open(f(stats.replace("/", "-"), name), "w",
                      encoding="ascii", newline="") as out:
                out.write(text)
        same(c, "failures of " + stats,
             failures(report(f(stats.replace("/", "-"))), ""),
             [(expected, "boom (GET /x)", 3)])


def main():
    c = Checks()
    with Folder() as f:
        write_run(f("in", "many-1", "points.json"), many)
        write_run(f("same", "many-1", "points.json"), generic)
        write_run(f("in", "few-1", "points.json"), few)
        whole = report(f("in"))

        # what was added up is what it would be under one name
        by_hand = report(f("same"))
        same(c, "added up", rows(whole, "many-1"), rows(by_hand, "many-1"))
        same(c, "its failures", failures(whole, "many-1"),
               failures(by_hand, "many-1"))

        # the run with few names follows, where it has names of that form
        same(c, "names of the other", sorted(rows(whole, "few-1")),
               ["/", "/users/{n}?page={n}", "/v/2", "/v/5", "/v/8"])
        alone = report(f("in", "few-1"))
        c.that("few names stay", "/users/9001?page=1" in json.dumps(alone))

        # neither pieces, workers nor digests show
        for options in (["--piece-bytes=4K", "-j3"], ["-j1"]):
            same(c, f"with {options}", report(f("in"), *options)["runs"],
                   whole["runs"])
        for name in ("many-1", "few-1"):
            run("-q", f("in", name), "-o", f(name + ".lsd"))
        through = report(f("few-1.lsd"), f("many-1.lsd"))
        same(c, "through digests",
               sorted(json.dumps(r["endpoints"]) for r in through["runs"]),
               sorted(json.dumps(r["endpoints"]) for r in whole["runs"]))

        # on both sides of a comparison
        compared = json.loads(run("compare", "-f", "json", f("in", "few-1"),
                                  f("in", "many-1"))[1])
        for r in compared["runs"]:
            c.that("both sides", "/users/{n}?page={n}" in
                   [e["name"] for e in r["endpoints"]])

        # inspect shows what became of names, and they can be left alone
        shown = run("inspect", f("in"))[1].decode()
        c.that("inspect", "GET /users/{n}?page={n}, as /users/100?page=0"
               in shown)
        raw = report(f("in", "many-1"), "--raw-names")
        same(c, "raw names", len(raw["runs"][0]["endpoints"]), 401)
        with open(f("off.yaml"), "w", encoding="ascii") as out:
            out.write("names: {automatic: off}\n")
        same(c, "automatic: off", report(f("in", "many-1"), "--config",
                                        f("off.yaml"))["runs"][0]["endpoints"],
               raw["runs"][0]["endpoints"])

        # rules: in order, all of them, with groups
        with open(f("rules.yaml"), "w", encoding="ascii") as out:
            out.write("names:\n  rules:\n"
                      "    - {match: '\\?.*', name: ''}\n"
                      "    - {match: '/(?<what>users)/\\d+', "
                      "name: '/${what}/ID'}\n")
        ruled = report(f("in", "many-1"), "--config", f("rules.yaml"))
        same(c, "rules", sorted(e["name"] for e in
                               ruled["runs"][0]["endpoints"]),
               ["/", "/users/ID"])
        same(c, "examples of what rules made",
               [e.get("example") for e in ruled["runs"][0]["endpoints"]],
               [None, "/users/100?page=0"])
        same(c, "figures by rules",
               [e["latency_ms"] for e in ruled["runs"][0]["endpoints"]],
               [e["latency_ms"] for e in by_hand["runs"][0]["endpoints"]])

        # a rule that does not come to an end costs nothing but itself
        with open(f("slow.yaml"), "w", encoding="ascii") as out:
            out.write("names: {rules: [{match: '^(/|(.+)+)+[#%]', name: y}]}\n")
        slow = report(f("in", "few-1"), "--config", f("slow.yaml"))
        same(c, "names of a slow rule", sorted(rows(slow, "")),
               sorted(rows(alone, "")))
        c.that("a slow rule is told", "did not run" in
               json.dumps(slow["runs"][0]["notes"]))
        for text, word in (("names: {rules: [{match: '(', name: y}]}", "("),
                           ("names: {rules: [{match: a}]}", "needs name"),
                           ("names: {rules: {}}", "list"),
                           ("names: {automatic: maybe}", "on or off"),
                           ("names: {rule: []}", "rules")):
            with open(f("bad.yaml"), "w", encoding="ascii") as out:
                out.write(text + "\n")
            code, _, err = run(f("in"), "--config", f("bad.yaml"))
            c.that(f"{text}: {code} {err}", code == 2 and word in err)
        check_reported(c, f)
        check_phases(c, f)
        check_brackets(c, f)
    c.finish(least=35)


main()
