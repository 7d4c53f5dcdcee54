# SPDX-License-Identifier: GPL-3.0-or-later
"""What setup() returned, a script's text and other free content of results may
hold secrets: they are in no report, no message and no digest, of whole files,
of files cut anywhere and of broken ones."""
import json
import os

from program import Checks, Folder, run

SECRET = "hunter2-9f8e7d"
# Of a cut secret a beginning may be left.
PART = SECRET[:6].encode()

EXPORT = {
    "http_reqs": {"count": 100, "rate": 10},
    "http_req_duration": {"avg": 5, "min": 1, "med": 4, "max": 99, "p(90)": 9,
                          "p(95)": 12, "thresholds": {"p(95)<9": True}},
    "http_req_failed": {"value": .03, "passes": 3, "fails": 97}}
HANDLED = {name: {"type": "trend" if "avg" in m else "rate" if "fails" in m
                  else "counter", "contains": "default", "values": m}
           for name, m in EXPORT.items()}
HIDDEN = {"token": SECRET, SECRET: [SECRET, {"http_reqs": SECRET}]}
MACHINE = [{"name": "http_reqs", "type": "counter", "contains": "default",
            "values": {"count": 100}}]
HTML = {"is_report": True, "start_time": "2026-01-01T00:00:00Z",
        "end_time": "2026-01-01T00:00:09Z", "host": "http://u:%s@h" % SECRET,
        "profile": SECRET, "tasks": {"per_class": {SECRET: {}}},
        "requests_statistics": [], "response_time_statistics": [],
        "failures_statistics": [], "exceptions_statistics": [], "history": []}


def points(key):
    return "".join(json.dumps(
        {"metric": "http_req_duration", "type": "Point", "data": {
            "time": "2026-01-01T00:00:0%dZ" % i, "value": i, "tags": {
                "method": "GET", "name": "a", "status": "200", key: SECRET},
            "metadata": {"user": SECRET}}}) + "\n" for i in range(3))


# name of a file: its text
FILES = {
    "export.json": json.dumps({"setup_data": HIDDEN, "metrics": EXPORT,
                               "root_group": {"groups": {}, "checks": {}}},
                              indent=4),
    "summary.json": json.dumps({"metrics": HANDLED, "setup_data": HIDDEN,
                                "options": {"env": SECRET}}),
    "machine.json": json.dumps(
        {"config": {"duration": 9.5, "script": "const t = '%s'" % SECRET},
         "metadata": {"k6_version": "2.2.0"}, "version": "1.0.0",
         "results": {"checks": {"metrics": [], "results": []},
                     "metrics": MACHINE}}, indent=4),
    "points.json": points("token"),
    "points.csv": "metric_name,timestamp,metric_value,name,extra_tags,metadata"
                  "\nhttp_req_duration,1771315200,1.0,a,t=%s,u=%s\n" %
                  (SECRET, SECRET),
    "report.html": "<title>Locust</title><script>window.templateArgs = %s"
                   "</script>" % json.dumps(HTML),
    "baseline.json": json.dumps(
        {"timestamp": "2026-01-01T00:00:00", "notes": SECRET,
         "request_metrics": {"duration": {"avg": 1, "p95": 2},
                             "total_requests": 9},
         "error_metrics": {}, "comparison": {"x": SECRET}}),
}


def shown(folder, digest):
    """All that the program says of the folder, in all its ways."""
    out = b""
    for args in (["-f", "json"], ["-f", "markdown"], ["-f", "inspect"],
                 ["-q", "-o", digest]):
        _, stdout, stderr = run(folder, *args)
        out += stdout + stderr.encode()
    if os.path.exists(digest):
        with open(digest, "rb") as f:
            out += f.read()
        os.remove(digest)
    return out


def main():
    c = Checks()
    with Folder() as f:
        os.mkdir(f("in"))
        for name, text in FILES.items():
            at = text.index(SECRET)
            texts = [text, text.replace(SECRET, SECRET + "\x01\n", 1)]
            if name.endswith("json") and not name.startswith("points"):
                texts += [text[:n] for n in (at + 8, at + len(SECRET) + 1,
                                             len(text) * 3 // 4,
                                             len(text) - 1)]
            for i, variant in enumerate(texts):
                with open(f("in", name), "w", encoding="utf-8") as out:
                    out.write(variant)
                said = shown(f("in"), f("out.lsd"))
                c.that(f"{name}, variant {i}", PART not in said,
                       said[max(0, said.find(PART) - 200):][:400])
                if i == 0 and name != "report.html":
                    c.that(f"{name} is read", b'"role": "used"' in said or
                           b'"role":"used"' in said, said[:300])
            os.remove(f("in", name))
    c.finish(least=30)


main()
