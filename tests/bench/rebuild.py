"""A rebuild with nothing changed against a cold build of the whole book, and the room it takes."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from lib.core.paths import ROOT
from tests.bench.timing import spread

COLD_RUNS = 2
UNCHANGED_RUNS = 5
LOOK_EVERY = 0.5
GIGABYTE = 1e9


def rebuild() -> dict[str, object]:
    """Build a clean clone of the last commit, cold and then unchanged; the sides take turns."""
    cold, unchanged, memory, storage = [], [], [], 0
    for _ in range(COLD_RUNS):
        with tempfile.TemporaryDirectory() as folder:
            book = Path(folder) / "book"
            subprocess.run(["git", "clone", "-q", str(ROOT), str(book)], check=True)
            seconds, held = build(book)
            cold.append(seconds)
            memory.append(held)
            unchanged += [build(book)[0] for _ in range(UNCHANGED_RUNS)]
            storage = size(book)
    sides = {"ours": spread(unchanged), "theirs": spread(cold)}
    return {
        "compared": "a rebuild with nothing changed (ours) with a cold build (theirs)",
        "target_ratio": 10,
        **sides,
        "ratio": sides["theirs"]["median"] / sides["ours"]["median"],
        "memory_gigabytes": max(memory) / GIGABYTE,
        "packages_gigabytes": size(Path(sys.prefix)) / GIGABYTE,
        "book_gigabytes": storage / GIGABYTE,
    }


def build(book: Path) -> tuple[float, int]:
    """Build once; return its seconds, and the bytes of memory that it held at most."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    command = [sys.executable, "-m", "lib.book", "build"]
    with psutil.Popen(command, cwd=book, env=environment, stdout=subprocess.DEVNULL) as process:
        held = 0
        while process.poll() is None:
            held = max(held, memory_of(process))
            time.sleep(LOOK_EVERY)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - start, held


def memory_of(process: psutil.Process) -> int:
    """Add the memory of a process and all it started; what several share counts once."""
    total = 0
    for each in [process, *process.children(recursive=True)]:
        try:
            total += each.memory_full_info().pss
        except psutil.Error:  # it has ended meanwhile
            continue
    return total


def size(folder: Path) -> int:
    """Add the bytes of the files in a folder."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)
