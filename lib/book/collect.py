"""What executed chapters hand over: evidence, tables and figures."""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from lib.book.notebooks import text
from lib.core.errors import BuildError
from lib.evidence.records import EVIDENCE_MIME, Basis, Evidence, Finding, Kind

BINARIES = {".png": "image/png"}
FORMATS = {".csv": "text/csv", ".tex": "text/latex", ".svg": "image/svg+xml"} | BINARIES


@dataclass(frozen=True)
class Exhibit:
    """A table or figure and the cell that shows it."""

    chapter: str
    cell: str
    kind: str  # what it is: "table", "figure"
    name: str  # file name and label, unique among the tables or figures of its chapter
    caption: str
    source: str  # what it is made from: "published", "synthetic", "licensed"
    data: dict[str, Any] = field(repr=False)  # its forms by MIME type
    # Of a table: meaning and shown decimals of each column of its CSV.
    columns: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def place(self) -> str:
        """Chapter and cell in words."""
        return f"chapter {self.chapter}, cell {self.cell}"

    def extensions(self, wanted: Iterable[str] = FORMATS) -> list[str]:
        """List the kinds of files that it can be written as."""
        return [extension for extension in wanted if FORMATS[extension] in self.data]


def findings(notebook: Path) -> list[Finding]:
    """Collect the evidence of an executed chapter."""
    return [
        Finding(_evidence(row), notebook.stem, cell["id"])
        for cell, output in outputs(json.loads(notebook.read_text(encoding="utf-8")))
        for row in output["data"].get(EVIDENCE_MIME, [])
    ]


def outputs(notebook: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Go through the displayed outputs of a notebook."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "data" in output:
                yield cell, output


def executed_source(notebook: Path) -> str:
    """Read what an executed chapter was computed from."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    return str(content["metadata"]["book"]["source"])


def exhibits(notebook: Path) -> list[Exhibit]:
    """Collect the tables and figures of an executed chapter."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    declared = executed_source(notebook)
    found: dict[tuple[str, str], Exhibit] = {}
    for cell, output in outputs(content):
        if "replication" in output["metadata"]:
            exhibit = _exhibit(notebook.stem, cell["id"], output)
            _require_source(exhibit, declared)
            if (exhibit.kind, exhibit.name) in found:
                raise BuildError(
                    f"{exhibit.place}: a second {exhibit.kind} is called {exhibit.name!r}; "
                    "rename one."
                )
            found[exhibit.kind, exhibit.name] = exhibit
    return list(found.values())


def write_exhibit(exhibit: Exhibit, folder: Path, extensions: Iterable[str] = FORMATS) -> None:
    """Write a table or figure as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for extension in exhibit.extensions(extensions):
        content = text(exhibit.data[FORMATS[extension]])
        binary = extension in BINARIES
        written = base64.b64decode(content) if binary else content.encode()
        (folder / f"{exhibit.name}{extension}").write_bytes(written)


def _exhibit(chapter: str, cell: str, output: dict[str, Any]) -> Exhibit:
    described = output["metadata"]["replication"]
    known = {name: described[name] for name in ("kind", "name", "caption")}
    known["columns"] = described.get("columns", {})
    source = described.get("source", "published")
    return Exhibit(chapter=chapter, cell=cell, source=source, data=output["data"], **known)


def _require_source(exhibit: Exhibit, declared: str) -> None:
    """Stop the build where a mark of synthetic data was left on, or off."""
    if exhibit.source not in {"published", declared}:
        raise BuildError(
            f"{exhibit.place}: the {exhibit.kind} {exhibit.name!r} is made from "
            f"{exhibit.source!r}, but the chapter from {declared!r}: pass on the source of "
            "the respondents."
        )


def _evidence(row: dict[str, Any]) -> Evidence:
    """Read a row, in which an open end is null."""
    low = -inf if row["low"] is None else row["low"]
    high = inf if row["high"] is None else row["high"]
    named = {"basis": Basis(row["basis"]), "kind": Kind(row["kind"])}
    return Evidence(**(row | {"low": low, "high": high} | named))
