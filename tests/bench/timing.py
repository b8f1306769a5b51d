"""Seconds, and the machine they were measured on."""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels")


def seconds(function: Callable[[], object], runs: int) -> list[float]:
    """Time several runs after one that is not counted."""
    function()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return times


def spread(times: list[float]) -> dict[str, float | int]:
    """Summarize times: lowest, median, highest."""
    return {
        "runs": len(times),
        "min": min(times),
        "median": statistics.median(times),
        "max": max(times),
    }


def machine() -> dict[str, object]:
    """Describe the machine and the libraries."""
    return {
        "cpu": processor(),
        "cores": os.cpu_count(),
        "blas_threads": os.environ.get("OMP_NUM_THREADS", "default"),
        "load_average": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "r": r_version("lme4"),
    }


def processor() -> str:
    """Name the processor."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def r_version(package: str) -> str | None:
    """Name the versions of R and one of its packages; None where either is missing."""
    command = (
        f'cat(R.version.string, ", {package} ", format(packageVersion("{package}")), sep = "")'
    )
    try:
        return subprocess.run(
            ["Rscript", "-e", command], capture_output=True, text=True, check=True
        ).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
