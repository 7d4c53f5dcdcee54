# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress: drawn on a terminal and wiped, in lines if asked, else nothing.

What is read comes out of a FIFO that is kept open until the test has seen
what it waits for, so nothing depends on how fast the machine is."""
import os
import pty
import re
import subprocess

from program import LOADSIFT, Checks, Folder

WORDS = (r"\d+\.\d of \d+\.\d MB, \d+ of 2 files"
         r"(, [0-9.]+ MB/s(, .*left)?)?")


def start(tmp, stderr, *options):
    fifo = tmp("points.json")
    plain = tmp("other.txt")
    with open(plain, "w", encoding="ascii") as f:
        f.write("no result\n" * 50000)
    if not os.path.exists(fifo):
        os.mkfifo(fifo)
    program = subprocess.Popen(
        [LOADSIFT, *options, fifo, plain],
        stdout=subprocess.DEVNULL, stderr=stderr)
    return program, open(fifo, "wb", buffering=0)


def read_until(fd, pattern):
    """What comes from `fd` up to and with the pattern, or to its end."""
    seen = b""
    while not re.search(pattern.encode(), seen):
        try:
            piece = os.read(fd, 4096)
        except OSError:  # a terminal whose other side is gone
            break
        if not piece:
            break
        seen += piece
    return seen.decode()


def on_a_terminal(checks, tmp):
    ours, theirs = pty.openpty()
    program, fifo = start(tmp, theirs)
    os.close(theirs)
    drawn = r"\r\x1b\[K" + WORDS
    twice = read_until(ours, drawn + ".*" + drawn)
    checks.that("a line is drawn, and again", re.search(drawn, twice), twice)
    checks.that("without an end of line", "\n" not in twice, twice)
    fifo.close()
    rest = read_until(ours, "there is no such text")
    program.wait()
    os.close(ours)
    wiped = (twice + rest).split("\x1b[K")
    checks.that("and wiped in the end",
                not re.search(WORDS, wiped[-1]), rest)


def in_lines(checks, tmp):
    program, fifo = start(tmp, subprocess.PIPE, "--progress=plain")
    line = "loadsift: read " + WORDS + "\n"
    seen = read_until(program.stderr.fileno(), line)
    checks.that("lines, if asked", re.fullmatch(line, seen), seen)
    fifo.close()
    program.communicate()


def silent(checks, tmp, *options):
    ours, theirs = pty.openpty()
    err = theirs if options else subprocess.PIPE
    program, fifo = start(tmp, err, *options)
    os.close(theirs)
    reader = ours if options else program.stderr.fileno()
    # Long enough for a line to be drawn, were there any.
    try:
        program.wait(timeout=1)
        checks.that("it still runs", False)
    except subprocess.TimeoutExpired:
        pass
    fifo.close()
    seen = read_until(reader, "there is no such text")
    program.wait()
    os.close(ours)
    checks.that(f"nothing with {options or 'a pipe'}",
                not re.search("of 2 files", seen), seen)


def main():
    checks = Checks()
    with Folder() as tmp:
        on_a_terminal(checks, tmp)
        in_lines(checks, tmp)
        silent(checks, tmp)
        silent(checks, tmp, "-q")
        silent(checks, tmp, "--progress=none")
    checks.finish(least=7)


if __name__ == "__main__":
    main()
