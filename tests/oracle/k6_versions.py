# SPDX-License-Identifier: GPL-3.0-or-later
"""One test as every version of k6 would have written it: points, CSV with all
columns and times, summaries of all shapes, and what the collector makes of
one. The files are written here from the requests of the test, by the rules of
docs/formats/k6.md, and so is what they say."""
import csv
import datetime
import gzip
import io
import json
import os
import random
import shutil
import tempfile
from decimal import Decimal
from fractions import Fraction

from oracle import Comparison, analyse

START_NS, SECONDS = 1795224040 * 10**9 + 7000, 40
NAMES = ('<b>&"q"', "rooms: join", "rare")
PARTS = ("blocked", "connecting", "tls_handshaking", "sending", "waiting",
         "receiving")
SHARES = {"p50": "0.5", "p90": "0.9", "p95": "0.95", "p99": "0.99",
          "p99_9": "0.999"}


class Request:
    def __init__(self, draw, i):
        self.name = draw.choices(NAMES, (60, 38, 2))[0]
        self.ns = int(draw.lognormvariate(18, 1))
        if i == 77:  # a value that is written with an exponent
            self.ns = 1234567500000
        self.status = draw.choices(("200", "404", "500", "0"),
                                   (90, 4, 4, 2))[0]
        # a script may take a 404 for success
        self.expected = self.status in ("200", "404")
        self.end_ns = START_NS + i * SECONDS * 10**9 // 999
        self.end_ns -= self.end_ns % draw.choice((1, 1, 1000, 10**6))

    @property
    def ms(self):
        return self.ns / 1e6


def make_requests():
    draw = random.Random(20260217)
    return [Request(draw, i) for i in range(1000)]


REQUESTS = make_requests()


# ---- expected ----

def percentile(sorted_ns, share):
    """k6's definition, to the nanosecond."""
    at = (len(sorted_ns) - 1) * Fraction(share)
    low = int(at)
    value = Fraction(sorted_ns[low])
    if at > low:
        value += (sorted_ns[low + 1] - sorted_ns[low]) * (at - low)
    return float(value) / 1e6


def figures(rows, has_verdict=True):
    ns = sorted(r.ns for r in rows)
    failed = [r for r in rows if (not r.expected if has_verdict else
                                  r.status == "0" or int(r.status) >= 400)]
    return {"requests": len(rows), "failures": len(failed),
            "mean": float(Fraction(sum(ns), len(ns))) / 1e6,
            "min": ns[0] / 1e6, "max": ns[-1] / 1e6,
            **{p: percentile(ns, s) for p, s in SHARES.items()}}


def tables(has_verdict=True):
    return {**{n: figures([r for r in REQUESTS if r.name == n], has_verdict)
               for n in NAMES}, None: figures(REQUESTS, has_verdict)}


# ---- points ----

def go_number(value, exponents):
    """Go's shortest form; 0.38 to 1.8 write exponents from 1e6 on."""
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    size = len(digits) + exponent - 1
    if not value or not (exponents and (size < -4 or size >= 6)):
        return format(Decimal(repr(value)).normalize(), "f")
    text = "".join(map(str, digits))
    return "%s%s%s%se%s%02d" % ("-" * sign, text[0], "." * (len(text) > 1),
                                text[1:], "-" if size < 0 else "+", abs(size))


def go_time(ns, zone):
    moment = datetime.datetime.fromtimestamp(
        ns // 10**9 + zone * 60, datetime.timezone.utc)
    fraction = ("." + "%09d" % (ns % 10**9)).rstrip("0").rstrip(".")
    sign, minutes = "-" if zone < 0 else "+", abs(zone)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + (
        "%s%02d:%02d" % (sign, minutes // 60, minutes % 60) if zone else "Z")


def go_json(value, escapes):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for c in "<>&" if escapes else "":
        text = text.replace(c, "\\u%04x" % ord(c))
    return text


def samples_of(r, since):
    """Metric, value and tags of all samples of a request."""
    tags = {"name": r.name, "method": "GET", "status": r.status,
            "group": "", "url": "http://h/" + r.name}
    if r.status != "0":
        tags["proto"] = "HTTP/1.1"
    else:
        tags.update(error="dial: refused", error_code="1212")
    if since >= (0, 27):
        tags["scenario"] = "default"
    if since >= (0, 31):
        tags["expected_response"] = "true" if r.expected else "false"
    found = [("http_reqs", 1.0), ("http_req_duration", r.ms)]
    found += [("http_req_" + part, 0.0) for part in PARTS]
    if since >= (0, 31):
        found.append(("http_req_failed", float(not r.expected)))
    return [(metric, value, tags) for metric, value in found]


def points(since, zone=0):
    draw = random.Random(7)
    exponents = (0, 38) <= since < (2, 0)
    lines = []

    def point(metric, ns, value, tags):
        items = sorted(tags.items())
        if (0, 38) <= since < (0, 41):
            draw.shuffle(items)
        packed = go_json(dict(items), since < (2, 0))
        if not tags:
            packed = "null" if since < (0, 41) else "{}"
        data = '"data":{"time":"%s","value":%s,"tags":%s%s}' % (
            go_time(ns, zone), go_number(value, exponents), packed,
            ',"metadata":{"vu":"1"}' if since >= (0, 41) and tags else "")
        lines.append(('{"type":"Point",%s,"metric":"%s"}' if since < (0, 41)
                      else '{"metric":"%s","type":"Point",%s}') %
                     ((data, metric) if since < (0, 41) else (metric, data)))

    for metric, kind, contains in (("http_reqs", "counter", "default"),
                                   ("http_req_duration", "trend", "time"),
                                   ("vus", "gauge", "default")):
        lines.append('{"type":"Metric","data":{"name":"%s","type":"%s",'
                     '"contains":"%s",%s"thresholds":[],"submetrics":null%s},'
                     '"metric":"%s"}' % (
                         metric, kind, contains,
                         '"tainted":null,' if since < (0, 40) else "",
                         ',"sub":{"name":"","parent":"","suffix":"",'
                         '"tags":null}' if since < (0, 38) else "", metric))
    for r in REQUESTS:
        for metric, value, tags in samples_of(r, since):
            point(metric, r.end_ns, value, tags)
    point("vus", START_NS, 7.0, {})
    return {"x.json": "".join(line + "\n" for line in lines)}


# ---- CSV ----

TAGS = {(0, 26): "check,error,error_code,group,method,name,proto,status,"
                 "subproto,tls_version,url",
        (0, 27): "check,error,error_code,group,method,name,proto,scenario,"
                 "status,subproto,tls_version,url",
        (0, 29): "check,error,error_code,group,method,name,proto,scenario,"
                 "service,status,subproto,tls_version,url",
        (0, 31): "check,error,error_code,expected_response,group,method,name,"
                 "proto,scenario,service,status,subproto,tls_version,url"}
TAGS[0, 41] = TAGS[0, 31]
TIMES = {"unix": lambda ns: ns // 10**9, "unix_milli": lambda ns: ns // 10**6,
         "unix_micro": lambda ns: ns // 1000, "unix_nano": lambda ns: ns,
         "rfc3339": lambda ns: go_time(ns // 10**9 * 10**9, 330),
         "rfc3339_nano": lambda ns: go_time(ns, -300)}


def table(since, form="unix", more=""):
    """`more`: system tags that were switched on, and are columns then."""
    columns = sorted(TAGS[since].split(",") + more.split(",")[:bool(more)])
    last = ["extra_tags"] + ["metadata"] * (since >= (0, 41))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["metric_name", "timestamp", "metric_value", *columns,
                     *last])
    for r in REQUESTS:
        for metric, value, tags in samples_of(r, since):
            writer.writerow([metric, TIMES[form](r.end_ns), "%.6f" % value,
                             *(tags.get(c, "") for c in columns),
                             "x=1&y=&z", *["vu=1"] * (len(last) - 1)])
    return out.getvalue()


# ---- summaries ----

DEFAULT = ("avg", "min", "med", "max", "p(90)", "p(95)")
OTHER = ("p(99)", "p(99.9)", "count")
KEYS = {"avg": "mean", "min": "min", "med": "p50", "max": "max",
        "p(90)": "p90", "p(95)": "p95", "p(99)": "p99", "p(99.9)": "p99_9",
        "count": "requests"}


def metrics(stats):
    """Name: (type, contains, values)."""
    out = {}
    for name, f in tables().items():
        tail = "{name:%s}" % name if name else ""
        good = f["requests"] - f["failures"]
        out["http_req_duration" + tail] = (
            "trend", "time", {s: f[KEYS[s]] for s in stats})
        out["http_reqs" + tail] = ("counter", "default", {
            "count": f["requests"], "rate": f["requests"] / SECONDS})
        # passes are the samples that are not 0: requests that failed
        out["http_req_failed" + tail] = ("rate", "default", {
            "rate": f["failures"] / f["requests"], "passes": f["failures"],
            "fails": good})
    return out


def export(since, stats=DEFAULT):
    out = {}
    for name, (kind, _, values) in metrics(stats).items():
        out[name] = dict(values)
        if kind == "rate":
            out[name]["value"] = out[name].pop("rate") * (since > (0, 26))
    out["http_req_duration"]["thresholds"] = {"p(95)<1": True,
                                              "p(95)<1e9": False}
    return {"metrics": out, "root_group": {
        "name": "", "path": "", "id": "d41d8cd98f00b204e9800998ecf8427e",
        "groups": {}, "checks": {"up": {"name": "up", "path": "::up",
                                        "id": "x", "passes": 3, "fails": 1}}}}


def handled(since, stats=DEFAULT):
    out = {name: {"type": kind, "contains": contains, "values": values}
           for name, (kind, contains, values) in metrics(stats).items()}
    out["http_req_duration"]["thresholds"] = {"p(95)<1": {"ok": False},
                                              "p(95)<1e9": {"ok": True}}
    data = {"metrics": out, "options": {"summaryTrendStats": list(stats),
                                        "summaryTimeUnit": "s"},
            "root_group": {"name": "", "path": "", "id": "x", "groups": [],
                           "checks": [{"name": "up", "path": "::up",
                                       "id": "x", "passes": 3, "fails": 1}]}}
    if since > (0, 30):
        data["state"] = {"isStdOutTTY": False, "isStdErrTTY": False,
                         "testRunDurationMs": 1000.0 * SECONDS}
    return data


def machine(on_disk):
    """Both spellings: as k6 writes it, and as its schema says."""
    names = {"p(90)": "p90", "p(95)": "p95"} if on_disk else {}
    found = []
    for name, (kind, contains, values) in metrics(DEFAULT).items():
        if kind == "trend":
            values = {names.get(k, k): v for k, v in values.items()}
        elif kind == "counter":
            values = {"count": values["count"]}
        else:
            values = {"rate": values["rate"], "matches": values["passes"],
                      "total": values["passes"] + values["fails"]}
        found.append({"name": name, "type": kind, "contains": contains,
                      "values": values})
    random.Random(3).shuffle(found)
    when = "2026-11-21T01:21:20.5Z"
    return {"config": {"duration": float(SECONDS), "execution": "local",
                       "script": '{"results":{"metrics":[]}}'},
            "metadata": {"generated_at": when, "k6_version": "2.2.0"}
            if on_disk else {"generatedAt": when, "k6Version": "2.2.0"},
            "results": {"checks": {"metrics": [], "results": [
                {"name": "up", "passes": 3, "fails": 1}]}, "metrics": found},
            "version": "1.0.0"}


def collected():
    """What the collector makes of an export: failures are successes there."""
    f = tables()[None]
    return {"timestamp": "2026-02-17T08:00:00.123456", "request_metrics": {
        "duration": {"avg": f["mean"], "min": f["min"], "max": f["max"],
                     "p50": f["p50"], "p95": f["p95"], "p99": 0},
        "total_requests": f["requests"],
        "requests_per_second": f["requests"] / SECONDS},
        "error_metrics": {"failure_rate": 0,
                          "failed_requests": f["requests"] - f["failures"]}}


# ---- comparing ----

def run_of(folder, files):
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    for name, data in files.items():
        data = data if isinstance(data, bytes) else data.encode()
        with open(os.path.join(folder, name), "wb") as out:
            out.write(data)
    runs = analyse(folder)["runs"]
    if len(runs) != 1:
        raise SystemExit(f"{list(files)}: {len(runs)} runs")
    return runs[0]


def compare(c, what, run, expected, missing=()):
    found = {e["name"]: e for e in run["endpoints"]}
    for name, f in expected.items():
        got = found.get(name) if name else run["total"]
        c.equal(f"{what} {name} is there", bool(got), True)
        for key, value in f.items() if got else ():
            value = None if key in missing else value
            if key in ("requests", "failures"):
                c.equal(f"{what} {name} {key}", got[key], value)
            else:
                c.close(f"{what} {name} {key}", got["latency_ms"][key], value,
                        absolute=1.01e-6)


def check_raw(c, folder):
    for since, zone in (((0, 26), 0), ((0, 30), -300), ((0, 31), 330),
                        ((0, 38), 0), ((0, 41), 60), ((1, 0), 0),
                        ((2, 0), 0)):
        for what, pack in (("", bytes), (" gz", gzip.compress)):
            files = {"x.json.gz" if what else "x.json":
                     pack(points(since, zone)["x.json"].encode())}
            run = run_of(folder, files)
            name = "points %d.%d%s" % (*since, what)
            compare(c, name, run, tables(since >= (0, 31)))
            c.equal(f"{name} users", run["load"]["vus"], 7)
            c.equal(f"{name} start", run["started_at"], go_time(
                min(START_NS, *(r.end_ns for r in REQUESTS)), 0))
    for since in TAGS:
        text = table(since, more="ip" if since < (0, 41) else "")
        # before 0.28 the suffix was ignored: plain text named .gz
        for name, data in (("x.csv", text.encode()),
                           ("x.csv.gz", text.encode() if since < (0, 28)
                            else gzip.compress(text.encode()))):
            compare(c, "%s %d.%d" % (name, *since),
                    run_of(folder, {name: data}), tables(since >= (0, 31)))
    for form in TIMES:
        run = run_of(folder, {"x.csv": table((0, 41), form)})
        compare(c, form, run, tables())
        unit = {"unix": 10**9, "rfc3339": 10**9, "unix_milli": 10**6,
                "unix_micro": 1000}.get(form, 1)
        first = min(r.end_ns for r in REQUESTS) // unit * unit
        c.equal(f"{form} start", run["started_at"], go_time(first, 0))


def check_summaries(c, folder):
    few = ("p99", "p99_9")
    rest = ("mean", "min", "max", "p50", "p90", "p95")
    summaries = {
        "export 0.26": (export((0, 26)), few),
        "export 0.47": (export((0, 47)), few),
        "export of other statistics": (export((2, 2), OTHER), rest),
        "handleSummary 0.30": (handled((0, 30)), few),
        "handleSummary 2.2": (handled((2, 2)), few),
        "handleSummary of other statistics": (handled((2, 2), OTHER), rest),
        "its metrics alone": (handled((2, 2))["metrics"], few),
        "machine-readable": (machine(True), few),
        "machine-readable, as its schema says": (machine(False), few)}
    for what, (data, missing) in summaries.items():
        run = run_of(folder, {"x.json": json.dumps(data, indent=4)})
        compare(c, what, run, tables(), missing)
        c.close(f"{what} rate", run["total"]["rps"], len(REQUESTS) / SECONDS)
        if "alone" not in what:
            c.equal(f"{what} checks", run["checks"],
                    [{"name": "up", "passes": 3, "fails": 1}])
        if not what.startswith("machine"):
            c.equal(f"{what} thresholds",
                    {t["expression"]: t["passed"] for t in run["thresholds"]},
                    {"p(95)<1": False, "p(95)<1e9": True})
        else:
            c.equal(f"{what} version", run["tool_version"], "2.2.0")


def check_collector(c, folder):
    run = run_of(folder, {"x.json": json.dumps(collected(), indent=2)})
    f = dict(tables()[None], failures=None)
    compare(c, "collector", run, {None: f}, ("p90", "p99", "p99_9"))
    c.equal("collector time", run["started_at_local"],
            "2026-02-17T08:00:00.123456")


def main():
    c = Comparison()
    folder = os.path.join(tempfile.mkdtemp(prefix="loadsift-test-"), "x")
    check_raw(c, folder)
    check_summaries(c, folder)
    check_collector(c, folder)
    shutil.rmtree(os.path.dirname(folder))
    c.finish(1400)


main()
