"""What the book depends on: direct dependencies with their reasons, and the locked versions."""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lib.core.errors import InputError

NAME = r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?"
REQUIREMENT = re.compile(NAME + r"(?P<versions>[^#]*?)\s+#\s*(?P<reason>.+)")
LOCKED = re.compile(NAME + r"==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+))?")


def read_requirements(path: Path) -> pd.DataFrame:
    """
    Read the direct dependencies.

    One row a dependency, in order: name (normalised as in PEP 503), versions (the specifier) and
    reason.
    """
    rows = []
    for number, line in _lines(path):
        found = REQUIREMENT.fullmatch(line)
        if not found:
            raise InputError(
                f"{path}, line {number}, is no dependency with a reason: "
                "write `name>=version  # why`."
            )
        rows.append(found.groupdict() | {"name": _normalised(found["name"])})
    return pd.DataFrame(rows, columns=["name", "versions", "reason"])


def read_lock(path: Path) -> pd.DataFrame:
    """
    Read the locked versions.

    One row a package and version, in order: name (normalised as in PEP 503), version and marker
    (the environments it is for; empty if for all).
    """
    rows = []
    for number, line in _lines(path):
        if line.startswith("--hash="):
            continue
        found = LOCKED.match(line)
        if not found:
            raise InputError(f"{path}, line {number}, locks no version: write it anew (make lock).")
        marker = (found["marker"] or "").strip()
        rows.append((_normalised(found["name"]), found["version"], marker))
    return pd.DataFrame(rows, columns=["name", "version", "marker"])


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, without comments of their own, blanks and references to files."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): restore the file.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith(("#", "-r ")):
            yield number, line.strip()


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
