"""Releases of the book: what each changed, and the grade of every printed number in it."""

import re
from pathlib import Path
from typing import Any

import pandas as pd

from lib.core.errors import InputError
from lib.core.text_files import read_csv

SECTION = re.compile(r"^## (\S+), (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
GRADES = "Grades changed: "


def read_changelog(path: Path) -> pd.DataFrame:
    """Read what each release changed."""
    _, *parts = SECTION.split(path.read_text(encoding="utf-8"))
    if not parts:
        raise InputError(f"{path} names no release: head each with '## VERSION, YYYY-MM-DD'.")
    versions = pd.DataFrame({"version": parts[0::3], "date": parts[1::3]})
    return versions.join(pd.DataFrame([_items(text) for text in parts[2::3]]))


def _items(text: str) -> dict[str, str]:
    """Join the items of a list, those on grades by themselves."""
    items = [" ".join(item.split()) for item in text.split("\n- ")[1:]]
    grades = [item for item in items if item.startswith(GRADES)]
    others = [item for item in items if item not in grades]
    return {"changes": " ".join(others), "grades": " ".join(grades)}


def read_releases(folder: Path) -> pd.DataFrame:
    """Read the grades of all releases."""
    paths = sorted(folder.glob("*.csv"), key=lambda path: _order(path.stem))
    grades = [read_csv(path, ["id", "grade"]).set_index("id")["grade"] for path in paths]
    return pd.concat(grades, axis=1, keys=[path.stem for path in paths])


def grade_changes(grades: pd.DataFrame) -> pd.DataFrame:
    """Find the grades that each release changed."""
    known = grades.fillna("")
    pairs = zip(known.columns[:-1], known.columns[1:], strict=True)
    changes = [_changes(known[before], known[after]) for before, after in pairs]
    columns = ["version", "id", "before", "after"]
    return pd.concat([pd.DataFrame(columns=columns), *changes], ignore_index=True)


def write_release(folder: Path, version: str, report: list[dict[str, Any]]) -> Path:
    """Write down the grades of a release."""
    path = folder / f"{version}.csv"
    if not re.fullmatch(r"\d+\.\d+\.\d+", version) or path.exists():
        raise InputError(
            f"{version!r} is no version of three numbers, or {path} is there already: "
            "give the next version."
        )
    folder.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(report)[["id", "grade"]].to_csv(path, index=False, lineterminator="\n")
    return path


def _order(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def _changes(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    changed = before.ne(after)
    return pd.DataFrame(
        {
            "version": after.name,
            "id": before.index[changed],
            "before": before[changed].to_numpy(),
            "after": after[changed].to_numpy(),
        }
    )
