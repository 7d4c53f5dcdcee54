# SPDX-License-Identifier: GPL-3.0-or-later
"""Two traps of the formats at once, as archives of years have them: encodings
and dialects, archives in archives, files of one run that say different
things, runs of which little is left."""
import gzip
import io
import json
import tarfile
import zipfile

from program import Checks, Folder, report

NAMES = ("Type,Name,Request Count,Failure Count,Median Response Time,Average "
         "Response Time,Min Response Time,Max Response Time,Average Content "
         "Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,"
         "100%\r\n")
ROWS = ("GET,/a b,100,9,44,45.5,12.25,99.75,10.5,10.0,0.9,"
        "44,50,55,60,70,80,90,95,99,100\r\n"
        ",Aggregated,100,9,44,45.5,12.25,99.75,10.5,10.0,0.9,"
        "44,50,55,60,70,80,90,95,99,100\r\n")
GUIDE = ("Type,Name,# requests,# failures,Median Response Time,Average "
         "Response Time,Min Response Time,Max Response Time,Average Content "
         "Length,Requests/s\n")
FAILURES = "Method,Name,Error,Occurrences\r\nGET,/a b,boom,%d\r\n"
ENDPOINT = {
    "name": "/a b", "method": "GET", "last_request_timestamp": 1795224049.0,
    "start_time": 1795224039.0, "num_none_requests": 0, "num_failures": 9,
    "max_response_time": 99.75, "min_response_time": 12.25,
    "total_content_length": 1050, "num_fail_per_sec": {}}


def saved_again(text):
    """By a spreadsheet, on Windows, as UTF-16."""
    text = text.replace(",", ";").replace(".", ",").replace("\r\n", "\r\r\n")
    return b"\xff\xfe" + text.encode("utf-16-le")


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def locust_json(requests):
    return json.dumps([dict(ENDPOINT, num_requests=requests,
                            total_response_time=45.5 * requests,
                            response_times={"44": requests},
                            num_reqs_per_sec={"1795224040": requests})])


def read(files, code=0):
    """The report on files in a folder."""
    with Folder() as folder:
        for name, data in files.items():
            if isinstance(data, str):
                data = data.encode()
            with open(folder(name), "wb") as out:
                out.write(data)
        return report(folder.path, code=code)


def notes(files, code=0):
    return read(files, code)["runs"][0]["notes"]


def check_dialects(checks):
    plain = NAMES + ROWS
    forms = {
        "plain": plain.encode(),
        "UTF-16 with semicolons, decimal commas and CR CR LF":
            saved_again(plain),
        "Windows-1252 with a tab":
            plain.replace(",", "\t").replace("\r\n", "\r\r\n").encode("cp1252"),
        "a byte order mark and LF":
            ("\ufeff" + plain).replace("\r\n", "\n").encode(),
    }
    expected = None
    for what, data in forms.items():
        for name, packed in (
                ("x_stats.csv", data),
                ("x.zip", zipped({"x_stats.csv": data})),
                ("x_stats.csv.gz", data),  # a lie: it is not packed
                ("y.zip", zipped({"in/z.tgz": tarred(
                    {"x_stats.csv.gz": gzip.compress(data)})}))):
            run = read({name: packed})["runs"][0]
            got = run["total"], run["endpoints"], run["notes"]
            expected = expected or got
            checks.that(f"{what}, {name}", got == expected, got)
    total = expected[0]
    checks.that("the figures are those written",
                (total["requests"], total["failures"], total["rps"],
                 total["latency_ms"]["mean"], total["latency_ms"]["p99_9"])
                == (100, 9, 10, 45.5, 99), total)


def check_sources(checks):
    stats = NAMES + ROWS
    apart = notes({"x.json": locust_json(1000), "x_stats.csv": stats})
    checks.that("sources that disagree are told",
                "sources disagree: stats CSV has 100 requests, histograms 1000"
                in apart, apart)
    # the CSV is up to two seconds of requests behind
    near = notes({"x.json": locust_json(119), "x_stats.csv": stats})
    checks.that("files of one run may be two seconds apart",
                not any("disagree" in note for note in near), near)
    for listed, told in ((9, False), (8, False), (5, True), (90, True)):
        got = notes({"x_failures.csv": FAILURES % listed,
                     "x_stats.csv": stats})
        text = f"sources disagree: failures CSV lists {listed} failures, " \
            "stats CSV 9"
        checks.that(f"{listed} failures are listed", (text in got) == told,
                    got)
    # what was cut short cannot be compared
    cut = notes({"x.json": locust_json(1000), "x_stats.csv": stats[:-9]},
                code=3)
    checks.that("a file that is cut disagrees with nothing",
                not any("disagree" in note for note in cut), cut)


def check_series(checks):
    """What a summary has as a time series is no metric of the export too,
    which has no units."""
    trend = {"avg": 5, "min": 1, "med": 4, "max": 9, "p(90)": 8, "p(95)": 9}
    export = {"http_reqs": {"count": 100, "rate": 10},
              "http_req_duration": trend, "join": trend}
    summary = {name: {"type": "counter" if "count" in m else "trend",
                      "contains": "default" if "count" in m else "time",
                      "values": m} for name, m in export.items()}
    document = read({
        "summary.json": json.dumps({"metrics": summary}),
        "summary-export.json": json.dumps({"metrics": export,
                                           "root_group": {}})})
    run = document["runs"][0]
    checks.that("a time series once",
                [e["name"] for e in run["endpoints"]] == ["join"] and
                not run["metrics"], run["metrics"])
    checks.that("of an export that adds nothing, nothing is used",
                sorted(i["role"] for i in document["inputs"])
                == ["superseded", "used"], document["inputs"])


def check_guide(checks):
    """A guide's history alone, by counts that grow and that do not."""
    grows = GUIDE + "".join(f"{5 * i},a,{50 * i},{i},20,2{i},10,4{i},5,10\n"
                            for i in range(4))
    falls = GUIDE + ("5,a,50,1,20,20,10,41,5,10\n5,b,10,0,9,9,9,9,5,2\n"
                     "10,a,40,1,20,30,8,43,5,10\n15,a,60,0,20,20,9,42,5,10\n")
    run = read({"x_stats_history.csv": grows})["runs"][0]
    row = run["endpoints"][0]
    checks.that("counts since the start",
                (row["requests"], row["failures"], row["rps"],
                 row["latency_ms"]["mean"], row["latency_ms"]["p50"],
                 row["latency_ms"]["max"], run["duration_s"])
                == (150, 3, 10, 23, 20, 43, 15), row)
    run = read({"x_stats_history.csv": falls})["runs"][0]
    row = run["endpoints"][0]
    checks.that("counts of intervals",
                (row["requests"], row["failures"], row["rps"],
                 row["latency_ms"]["min"], row["latency_ms"]["max"],
                 row["latency_ms"]["p50"])
                == (150, 2, 10, 8, 43, None)
                and abs(row["latency_ms"]["mean"] - 3400 / 150) < 1e-9, row)
    checks.that("all together", run["total"]["requests"] == 160, run["total"])
    both = read({"x_stats_history.csv": grows, "x_stats.csv": NAMES + ROWS})
    checks.that("beside statistics they are not used",
                both["runs"][0]["total"]["requests"] == 100)


if __name__ == "__main__":
    held = Checks()
    check_dialects(held)
    check_sources(held)
    check_guide(held)
    check_series(held)
    held.finish(20)
