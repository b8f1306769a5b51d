"""Two builds of one book side by side: their files, their grades, their numbers."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Any

from lib.book.collect import outputs
from lib.book.notebooks import text
from lib.book.publish import tree
from lib.evidence.report import read_report

TOLERANCE = 1e-8
GLUED = "application/papermill.record/text/plain"


@dataclass(frozen=True)
class Agreement:
    """How far two builds agree."""

    compared: str  # what was compared, in the plural
    total: int  # how many there are in either build
    # Names of those that differ or are missing in one of the builds, sorted.
    differing: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether there is something to compare and all of it agrees."""
        return self.total > 0 and not self.differing

    def __str__(self) -> str:
        return f"{self.total - len(self.differing):,} of {self.total:,} {self.compared}"


def compare_files(one: Mapping[str, Path], other: Mapping[str, Path]) -> Agreement:
    """Compare the files of two builds byte for byte."""
    return _compared("files", _hashes(one), _hashes(other), lambda a, b: a == b)


def compare_grades(one: Mapping[str, Path], other: Mapping[str, Path]) -> Agreement:
    """Compare the grade of every printed number in two builds."""
    return _compared("grades", _grades(one), _grades(other), lambda a, b: a == b)


def compare_numbers(one: Mapping[str, Path], other: Mapping[str, Path]) -> Agreement:
    """Compare the numbers of two builds: those in the CSV files and those in the prose."""
    return _compared("numbers", _numbers(one), _numbers(other), _close)


def _compared(
    what: str, one: Mapping[str, Any], other: Mapping[str, Any], same: Callable[[Any, Any], bool]
) -> Agreement:
    names = one.keys() | other.keys()
    both = one.keys() & other.keys()
    differing = {name for name in names if name not in both or not same(one[name], other[name])}
    return Agreement(what, len(names), tuple(sorted(differing)))


def _close(one: float, other: float) -> bool:
    if one != one or other != other:
        return one != one and other != other
    return isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _hashes(parts: Mapping[str, Path]) -> dict[str, str]:
    lines = (
        (part, *line.split("  ", 1)) for part in parts for line in tree(parts[part]).splitlines()
    )
    return {f"{part}/{name}": digest for part, digest, name in lines}


def _grades(parts: Mapping[str, Path]) -> dict[str, str]:
    return {row["id"]: row["grade"] for row in read_report(parts["results"])}


def _numbers(parts: Mapping[str, Path]) -> dict[str, float]:
    tables = sorted(parts["results"].rglob("*.csv"))
    notebooks = sorted(parts["notebooks"].glob("*.ipynb"))
    cells = [each for path in tables for each in _cells(path, parts["results"])]
    glued = [each for path in notebooks for each in _glued(path)]
    return dict(_as_numbers([*cells, *glued]))


def _as_numbers(texts: list[tuple[str, str]]) -> Iterator[tuple[str, float]]:
    for name, written in texts:
        try:
            yield name, float(written)
        except ValueError:
            continue


def _cells(path: Path, folder: Path) -> Iterator[tuple[str, str]]:
    name = path.relative_to(folder).as_posix()
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            for column, value in row.items():
                yield f"results/{name}, line {number}, {column}", str(value)


def _glued(path: Path) -> Iterator[tuple[str, str]]:
    for _, output in outputs(json.loads(path.read_text(encoding="utf-8"))):
        if GLUED in output["data"]:
            name = output["metadata"]["scrapbook"]["name"]
            yield f"notebooks/{path.name}, {name}", text(output["data"][GLUED])
