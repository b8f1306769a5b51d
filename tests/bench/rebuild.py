"""A rebuild with nothing changed against a cold build of the whole book."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lib.paths import ROOT
from tests.bench.timing import spread

COLD_RUNS = 2
UNCHANGED_RUNS = 5


def rebuild() -> dict[str, object]:
    """Build a clean clone of the last commit, cold and then unchanged; the sides take turns."""
    cold, unchanged = [], []
    for _ in range(COLD_RUNS):
        with tempfile.TemporaryDirectory() as folder:
            book = Path(folder) / "book"
            subprocess.run(["git", "clone", "-q", str(ROOT), str(book)], check=True)
            cold.append(build(book))
            unchanged += [build(book) for _ in range(UNCHANGED_RUNS)]
    sides = {"ours": spread(unchanged), "theirs": spread(cold)}
    return {
        "compared": "a rebuild with nothing changed (ours) with a cold build (theirs)",
        "target_ratio": 10,
        **sides,
        "ratio": sides["theirs"]["median"] / sides["ours"]["median"],
    }


def build(book: Path) -> float:
    """Build once, in a process of its own; return its seconds."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    command = [sys.executable, "-m", "lib.book", "build"]
    subprocess.run(command, cwd=book, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start
