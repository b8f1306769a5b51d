"""What executed chapters hand over: evidence, tables and figures."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

from lib.book.notebooks import text
from lib.book.project import BuildError
from lib.results import EVIDENCE_MIME, Evidence

TEXTS = {"text/csv": ".csv", "text/latex": ".tex", "image/svg+xml": ".svg"}
BINARIES = {"image/png": ".png", "application/pdf": ".pdf"}


@dataclass(frozen=True)
class Finding:
    """
    A piece of evidence and the cell that recorded it.

    Attributes
    ----------
    evidence : Evidence
        What was found.
    chapter, cell : str
        Name of the chapter and id of the cell.
    """

    evidence: Evidence
    chapter: str
    cell: str


def findings(notebook: Path) -> list[Finding]:
    """
    Collect the evidence of an executed chapter.

    Parameters
    ----------
    notebook : pathlib.Path
        The executed notebook.

    Returns
    -------
    list of Finding
        In the order of the cells.
    """
    return [
        Finding(_evidence(row), notebook.stem, cell["id"])
        for cell, output in outputs(json.loads(notebook.read_text(encoding="utf-8")))
        for row in output["data"].get(EVIDENCE_MIME, [])
    ]


def outputs(notebook: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """
    Go through the displayed outputs of a notebook.

    Parameters
    ----------
    notebook : dict
        A notebook in nbformat's form.

    Yields
    ------
    tuple of dict
        The cell and one of its outputs that has data.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "data" in output:
                yield cell, output


def write_exhibits(notebook: Path, folder: Path) -> None:
    """
    Write the tables and figures of an executed chapter as files.

    Parameters
    ----------
    notebook : pathlib.Path
        The executed notebook.
    folder : pathlib.Path
        Receives NAME.csv and NAME.tex of each table, NAME.png, .svg and .pdf of each figure.

    Raises
    ------
    BuildError
        If two tables or two figures of the chapter have one name.
    """
    seen: set[tuple[str, str]] = set()
    for cell, output in outputs(json.loads(notebook.read_text(encoding="utf-8"))):
        described = output["metadata"].get("replication")
        if not described:
            continue
        name = described["name"]
        kind = described["kind"]
        if (kind, name) in seen:
            raise BuildError(
                f"chapter {notebook.stem}, cell {cell['id']}: a second {kind} is called {name!r}; "
                "rename one."
            )
        seen.add((kind, name))
        folder.mkdir(parents=True, exist_ok=True)
        _write(output["data"], folder / name)


def _write(data: dict[str, Any], stem: Path) -> None:
    for mime, extension in TEXTS.items():
        if mime in data:
            path = stem.with_name(stem.name + extension)
            path.write_text(text(data[mime]), encoding="utf-8", newline="")
    for mime, extension in BINARIES.items():
        if mime in data:
            path = stem.with_name(stem.name + extension)
            path.write_bytes(base64.b64decode(text(data[mime])))


def _evidence(row: dict[str, Any]) -> Evidence:
    """Read a row, in which an open end is null."""
    low = -inf if row["low"] is None else row["low"]
    high = inf if row["high"] is None else row["high"]
    return Evidence(**(row | {"low": low, "high": high}))
