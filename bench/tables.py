# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of docs/performance.md, and the machine they are from."""
import json
import os
import platform
import subprocess

BEGIN = "<!-- begin of what make bench writes -->\n"
END = "<!-- end of what make bench writes -->\n"


def table(head, rows):
    """Markdown; columns whose heading ends in a blank are numbers."""
    lines = ["| " + " | ".join(h.strip() for h in head) + " |",
             "|" + "|".join("---:" if h.endswith(" ") else "---"
                            for h in head) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def number(value, unit=""):
    """Three digits that count; whole numbers as they are."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value}{unit}"
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else \
        2 if abs(value) >= 1 else 3
    return f"{value:.{decimals}f}{unit}"


def ratio(values):
    if values is None:
        return ""
    middle, low, high = map(number, values)
    return f"{middle} ({low}–{high})"


def gates(result):
    rows = []
    for gate in result["gates"]:
        rows.append((gate["what"], gate["sign"] +
                     f" {gate['limit']:g}{gate['unit']}",
                     number(gate["value"], gate["unit"]),
                     "met" if gate["met"] else "**not met**"))
    return table(("what", "wanted ", "measured ", ""), rows)


def times(result):
    rows = []
    case = None
    for row in result["times"]:
        rows.append((row["case"] if row["case"] != case else "", row["who"],
                     number(row["seconds"]), number(row["gb_per_s"]),
                     ratio(row["ratio"]), number(row["cpu_s"]),
                     number(row["peak_mb"])))
        case = row["case"]
    return table(("case", "who", "s ", "GB/s ", "× loadsift's time ",
                  "CPU s ", "peak MB "), rows)


def growth(result):
    found = result["growth"]
    rows = [(row["size"], number(row["seconds"]),
             f"{row['residual_s'] * 1000:+.0f} ms") for row in found["rows"]]
    return (table(("size", "s ", "off the line "), rows) +
            f"\nLeast squares: {found['start_s'] * 1000:.0f} ms + "
            f"{found['slope_s_per_gb'] * 1000:.0f} ms per GB.\n")


def machine(program, modules):
    """One line; no names of hosts or folders."""
    facts = [processor(), f"{len(os.sched_getaffinity(0))} processors",
             f"{memory_gb():.0f} GB of memory",
             f"{platform.system()} {platform.release()}",
             first_line([program, "--version"])]
    if modules:
        with open(os.path.join(modules, "package.json"),
                  encoding="utf-8") as f:
            versions = json.load(f)["dependencies"]
        facts += [f"{name} {version}" for name, version in versions.items()]
        facts.append("node " + first_line(["node", "--version"]))
    facts.append("python " + platform.python_version())
    for tool in ("igzip", "gzip", "zstd", "jq"):
        facts.append(first_line([tool, "--version"]))
    return "; ".join(fact for fact in facts if fact)


def first_line(command):
    try:
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.splitlines()[0].strip(" *")


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gb():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def render(result):
    parts = [f"Machine: {result['machine']}.\n"]
    if result["gates"]:
        parts += ["### What is wanted, and what is\n", gates(result)]
    if result["times"]:
        parts += ["### Times\n", times(result)]
    if result["growth"]:
        parts += ["### Growth\n", growth(result)]
    return "\n".join(parts)


def insert(path, text):
    """Replace what is between the marks."""
    with open(path, encoding="utf-8") as f:
        old = f.read()
    before, rest = old.split(BEGIN)
    after = rest.split(END)[1]
    with open(path, "w", encoding="utf-8") as f:
        f.write(before + BEGIN + "\n" + text + "\n" + END + after)
