"""Chapters as they are written: their code, what they declare, their parameters."""

import ast
import io
import json
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lib.book.contents import pages
from lib.book.project import Project
from lib.core.errors import InputError

SOURCES = {"data/raw": "licensed"}
RESPONDENTS = "respondents"


@dataclass(frozen=True)
class Parameter:
    """A choice that a reader may change."""

    name: str  # its name in the chapter
    default: Any  # the value of the published analysis
    comment: str


@dataclass(frozen=True)
class Chapter:
    """A notebook of the book."""

    path: Path
    cells: tuple[dict[str, Any], ...]  # its cells, in nbformat's form
    # Files, and folders with a trailing slash, that it reads; relative to the root.
    data: tuple[str, ...]
    source: str  # what its evidence is computed from: "published", "synthetic", "licensed"
    # True if it shows the graded results, so that it must run after the grading.
    reads_results: bool
    parameters: tuple[Parameter, ...]  # what its cell tagged ``parameters`` sets
    # The survey whose respondents it reads: generated ones, or those of a licensed file.
    survey: str | None = None
    file: Path | None = None
    title: str = ""  # a short title for the list of chapters; empty if it declares none
    # Parameters that correct a documented fault of a file, which lib proves when they are set: they
    # make no other analysis.
    release_corrections: tuple[str, ...] = ()
    encoding: str | None = None  # encoding of the licensed file's text; None to let it be found

    @property
    def name(self) -> str:
        """The file's name without extension."""
        return self.path.stem

    @property
    def defaults(self) -> dict[str, Any]:
        """Name and published value of each parameter."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def departs(self, changed: Mapping[str, Any]) -> bool:
        """Say whether parameters make another analysis than the published one."""
        return not changed.keys() <= set(self.release_corrections)

    def code(self) -> list[str]:
        """List the chapter's code."""
        return [text(cell["source"]) for cell in self.cells if cell["cell_type"] == "code"]


def text(value: str | list[str]) -> str:
    """Join what nbformat may split into lines."""
    return value if isinstance(value, str) else "".join(value)


def read_chapters(project: Project) -> list[Chapter]:
    """Read the chapters that the table of contents names."""
    return [read_chapter(project, page) for page in pages(project) if page.suffix == ".ipynb"]


def read_chapter(project: Project, path: Path) -> Chapter:
    """Read one chapter; InputError if it cannot be read or does not declare what it must."""
    name = project.relative(path)
    notebook = _read_notebook(name, path)
    try:
        declared = notebook["metadata"]["book"]
        data, stated = tuple(declared["data"]), declared["source"]
    except TypeError as error:
        raise InputError(
            f"{name} declares book.data in its metadata as no list: list the files it may read."
        ) from error
    except KeyError as error:
        raise InputError(
            f"{name} lacks {error} in its metadata: declare book.data (files it may read) "
            "and book.source (what its evidence is computed from)."
        ) from error
    survey = declared.get(RESPONDENTS)
    source = _source(name, stated, survey)
    _require_source(name, data, source)
    cells = tuple(notebook["cells"])
    results = bool(declared.get("results", False))
    parameters, title = _parameters(name, cells), declared.get("title", "")
    corrections = _release_corrections(name, declared.get("mends", ()), parameters)
    return Chapter(path, cells, data, source, results, parameters, survey, None, title, corrections)


def use_licensed_files(
    chapters: list[Chapter], files: Mapping[str, Path], encoding: str | None = None
) -> list[Chapter]:
    """Let chapters read licensed files in place of generated respondents."""
    return [
        replace(chapter, source="licensed", file=files[chapter.survey], encoding=encoding)
        if chapter.survey is not None and chapter.survey in files
        else chapter
        for chapter in chapters
    ]


def tagged(cells: tuple[dict[str, Any], ...], tag: str) -> str:
    """Find the code of the cells that have a tag; empty if there is none."""
    found = (text(cell["source"]) for cell in cells if tag in cell["metadata"].get("tags", ()))
    return "\n".join(found)


def _read_notebook(name: str, path: Path) -> dict[str, Any]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        whole = all(
            {"cell_type", "metadata", "source"} <= cell.keys() for cell in notebook["cells"]
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{name} cannot be read as a notebook: restore it.") from error
    if not whole:
        raise InputError(f"{name} has a cell without type, metadata or source: restore it.")
    return dict(notebook)


def _source(name: str, declared: str, survey: str | None) -> str:
    """Respondents are generated ones until a licensed file is supplied."""
    if (declared == RESPONDENTS) != (survey is not None):
        raise InputError(
            f"{name} must declare both or neither: book.respondents (the survey it reads) and "
            f"book.source {RESPONDENTS!r}."
        )
    return "synthetic" if survey else declared


def _require_source(name: str, data: tuple[str, ...], source: str) -> None:
    """No chapter may read generated or licensed rows and call its evidence published."""
    for folder, kind in SOURCES.items():
        reads = any(entry.rstrip("/").startswith(folder) for entry in data)
        if reads and source == "published":
            raise InputError(
                f"{name} reads {folder} but declares its evidence as published: "
                f"set book.source to {kind}."
            )


def _parameters(name: str, cells: tuple[dict[str, Any], ...]) -> tuple[Parameter, ...]:
    code = tagged(cells, "parameters")
    try:
        assignments = [
            (node.targets[0], node) for node in ast.parse(code).body if isinstance(node, ast.Assign)
        ]
        comments = _comments(code)
        return tuple(
            Parameter(target.id, ast.literal_eval(node.value), _comment(node, comments))
            for target, node in assignments
            if isinstance(target, ast.Name)
        )
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        raise InputError(
            f"the cell tagged parameters of {name} is no list of `name = value`: "
            "give each parameter a plain value."
        ) from error


def _release_corrections(
    name: str, declared: Iterable[str], parameters: Iterable[Parameter]
) -> tuple[str, ...]:
    corrections, known = tuple(declared), [parameter.name for parameter in parameters]
    for correction in corrections:
        if correction not in known:
            raise InputError(
                f"{name} declares that {correction!r} corrects a file, but has no such parameter: "
                f"correct book.mends ({', '.join(known)})."
            )
    return corrections


def _comments(code: str) -> dict[int, tuple[str, bool]]:
    """Text of the comment on each line, and whether it stands alone there."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return {
        token.start[0]: (
            token.string.lstrip("# ").rstrip(),
            not token.line[: token.start[1]].strip(),
        )
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _comment(node: ast.Assign, comments: dict[int, tuple[str, bool]]) -> str:
    """Read the comment on the assignment's own lines, else the lines right above it."""
    lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    own = [comments[line][0] for line in lines if line in comments]
    above: list[str] = []
    line = node.lineno - 1
    while not own and comments.get(line, ("", False))[1]:
        above.insert(0, comments[line][0])
        line -= 1
    return " ".join(own or above)
