"""What the book depends on: direct dependencies with their reasons, and the locked versions."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from lib.core.errors import InputError


def read_requirements(path: Path) -> pd.DataFrame:
    """Read the direct dependencies."""
    rows = []
    for number, line in _lines(path):
        text, _, reason = line.partition(" #")
        found = _requirement(text)
        if not found or not reason.strip():
            raise InputError(
                f"{path}, line {number}, is no dependency with a reason: "
                "write `name>=version  # why`."
            )
        versions = ",".join(sorted(map(str, found.specifier), reverse=True))  # >=1,<2
        rows.append((canonicalize_name(found.name), versions, reason.strip()))
    return pd.DataFrame(rows, columns=["name", "versions", "reason"])


def read_lock(path: Path) -> pd.DataFrame:
    """Read the locked versions."""
    rows = []
    for number, line in _lines(path):
        if line.startswith("--hash="):
            continue
        text = line.rstrip("\\ ")
        found = _requirement(text)
        if not found or not str(found.specifier).startswith("=="):
            raise InputError(f"{path}, line {number}, locks no version: write it anew (make lock).")
        marker = text.partition(";")[2].strip()
        rows.append((canonicalize_name(found.name), str(found.specifier)[2:], marker))
    return pd.DataFrame(rows, columns=["name", "version", "marker"])


def _requirement(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, without comments of their own, blanks and references to files."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): restore the file.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith(("#", "-r ")):
            yield number, line.strip()
