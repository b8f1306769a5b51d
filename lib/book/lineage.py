"""Where every table and figure comes from: chapter, cell, parameters, input files and hashes."""

import csv
import io
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib.book.collect import Exhibit, executed_source, exhibits, write_exhibit
from lib.book.notebooks import Chapter
from lib.book.project import Project
from lib.book.respondent_files import respondents_file
from lib.core.hashes import file_hash
from lib.evidence.report import SCHEMA
from lib.presentation.pictures import drawings

LISTING = "lineage.csv"
DICTIONARY = "data_dictionary.csv"
COLUMNS = ("chapter", "cell", "kind", "name", "caption", "source", "files", "parameters", "inputs")
INPUTS, EXHIBITS = "inputs", "exhibits"
DOWNLOADS = (".csv", ".png", ".svg")
KEPT_BACK = ("data/raw/", "lib/")


@dataclass(frozen=True)
class Input:
    """A file that a chapter read."""

    name: str  # path from the project's root; of a user's own file the bare name
    path: Path
    sha256: str
    # True if the site holds a copy: it has none of respondents, licensed or generated, nor of the
    # library.
    published: bool

    @property
    def address(self) -> str:
        """Place of the copy in the folder of the pages."""
        return f"{INPUTS}/{self.name}"


@dataclass(frozen=True)
class Lineage:
    """An executed chapter and what its tables and figures rest on."""

    chapter: Chapter
    notebook: Path
    source: str  # what it was computed from: "published", "synthetic", "licensed"
    parameters: dict[str, Any]  # name and value of each parameter
    inputs: tuple[Input, ...]  # every file that it may have read
    exhibits: tuple[Exhibit, ...]


def lineage(
    project: Project,
    chapter: Chapter,
    changed: Mapping[str, Any],
    notebook: Path,
    results: Iterable[Path],
) -> Lineage:
    """Find out what the tables and figures of a chapter rest on."""
    graded = [_input(path, f"results/{path.name}") for path in results]
    declared = [path for name in chapter.data for path in project.files(name)]
    inputs = [_input(path, project.relative(path)) for path in declared]
    inputs += [*(graded if chapter.reads_results else []), *_respondents(project, chapter)]
    return Lineage(
        chapter=chapter,
        notebook=notebook,
        source=executed_source(notebook),
        parameters=chapter.defaults | dict(changed),
        inputs=tuple(inputs),
        exhibits=tuple(exhibits(notebook)),
    )


def listing(lineages: Iterable[Lineage]) -> str:
    """List every table and figure with its lineage."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for each in lineages for row in _rows(each))
    return buffer.getvalue()


def dictionary(lineages: Iterable[Lineage]) -> str:
    """List every column of the downloads, with its meaning and the decimals it is shown to."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["file", "column", "meaning", "decimals_shown"])
    report = json.loads(SCHEMA.read_text(encoding="utf-8"))["items"]["properties"]
    lineages = list(lineages)
    read = {file.name for each in lineages for file in each.inputs}
    for name in sorted(read & {"results/replication.csv", "results/evidence.csv"}):
        for column, told in report.items():
            writer.writerow([name, column, told["description"], ""])
    for each in lineages:
        for exhibit in each.exhibits:
            for column, told in exhibit.columns.items():
                writer.writerow([f"{exhibit.chapter}/{exhibit.name}.csv", column, *told])
    return buffer.getvalue()


def publish_files(lineages: Iterable[Lineage], html: Path) -> None:
    """Put beside the pages what they offer to download: tables, figures and open input files."""
    lineages = list(lineages)
    (html / EXHIBITS).mkdir(parents=True, exist_ok=True)
    (html / EXHIBITS / DICTIONARY).write_text(dictionary(lineages), encoding="utf-8")
    for each in lineages:
        for exhibit in each.exhibits:
            folder = html / EXHIBITS / exhibit.chapter
            write_exhibit(exhibit, folder, DOWNLOADS)
            for ending, drawing in drawings(exhibit.data).items():
                (folder / f"{exhibit.name}{ending}").write_text(drawing, encoding="utf-8")
        for file in each.inputs:
            if file.published:
                copy = html / file.address
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.path, copy)


def _input(path: Path, name: str) -> Input:
    return Input(name, path, file_hash(path), published=not name.startswith(KEPT_BACK))


def _respondents(project: Project, chapter: Chapter) -> list[Input]:
    """Name the user's own file as it was given, or the generated rows."""
    path = chapter.file or respondents_file(project, chapter)
    if path is None:
        return []
    name = path.name if chapter.file else project.relative(path)
    return [Input(name, path, file_hash(path), published=False)]


def _rows(each: Lineage) -> Iterator[dict[str, Any]]:
    inputs = {file.name: file.sha256 for file in each.inputs}
    for exhibit in each.exhibits:
        files = " ".join(exhibit.name + extension for extension in exhibit.extensions())
        yield {name: getattr(exhibit, name) for name in COLUMNS[:6]} | {
            "files": files,
            "parameters": json.dumps(each.parameters, ensure_ascii=False),
            "inputs": json.dumps(inputs, ensure_ascii=False),
        }
