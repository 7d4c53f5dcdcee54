# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read in measurements: made when first asked for, then kept.

The folders are named after what made them, so that another generator makes
other data.
"""
import hashlib
import os
import shutil
import subprocess
import sys

PACKERS = {".gz": ["gzip", "-6", "-c"], ".zst": ["zstd", "-q", "-3", "-c"],
           ".xz": ["xz", "-0", "-c"]}
MAKE_SMALL = os.path.join(os.path.dirname(__file__), "make_small.py")


def digest(data):
    return hashlib.sha256(data).hexdigest()[:12]


class Data:
    def __init__(self, folder, make_points):
        self.make_points = make_points
        sample = subprocess.run([make_points, "--size", "1M"], check=True,
                                stdout=subprocess.PIPE).stdout
        with open(MAKE_SMALL, "rb") as f:
            small = f.read()
        self.points_in = os.path.join(folder, "points-" + digest(sample))
        self.small_in = os.path.join(folder, "small-" + digest(small))

    def points(self, size, *options, packed=""):
        """A file of `size` bytes, plain or with the suffix of a packer."""
        words = [word.strip("-") for word in options]
        plain = os.path.join(self.points_in, "_".join(
            [str(size), *words]) + ".json")
        if not os.path.exists(plain):
            write(plain, [self.make_points, "--size", str(size), *options])
        if packed and not os.path.exists(plain + packed):
            write(plain + packed, [*PACKERS[packed], plain])
        self.have_read(plain + packed)
        return plain + packed

    def have_read(self, path):
        """Have it in the page cache the way an archive gets there: by
        reading. What was just written lies there in single pages, which is
        slower for everybody, and by another amount each time. So is what has
        lain there for minutes: each case begins with files that were read
        anew."""
        with open(path, "rb", buffering=0) as f:
            os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while f.read(1 << 20):
                pass

    def same_name(self, size, packed):
        """In a folder of its own, so that only the packing tells it apart."""
        folder = os.path.join(self.points_in, f"same{packed}")
        path = os.path.join(folder, f"{size}.json{packed}")
        if not os.path.exists(path):
            os.makedirs(folder, exist_ok=True)
            os.link(self.points(size, packed=packed), path)
        return path

    def small(self, kind, runs, suffix=""):
        """Many small results: a folder, or an archive by its suffix."""
        path = os.path.join(self.small_in, f"{kind}-{runs}{suffix}")
        if not os.path.exists(path):
            os.makedirs(self.small_in, exist_ok=True)
            part = os.path.join(self.small_in, "part" + suffix)
            shutil.rmtree(part, ignore_errors=True)
            subprocess.run([sys.executable, MAKE_SMALL, "--runs", str(runs),
                            kind, part], check=True)
            os.rename(part, path)
        return path


def write(path, command):
    """What a command prints; never half of it under the right name, and on
    the disk before anything is measured."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "wb") as f:
        subprocess.run(command, check=True, stdout=f)
        os.fsync(f.fileno())
    os.rename(path + ".part", path)


def count(path, pattern):
    """Lines that match, by grep."""
    done = subprocess.run(["grep", "-c", pattern, path], check=False,
                          stdout=subprocess.PIPE, env={"LC_ALL": "C"})
    return int(done.stdout)


def tree_bytes(folder):
    return sum(os.path.getsize(os.path.join(where, name))
               for where, _, names in os.walk(folder) for name in names)
