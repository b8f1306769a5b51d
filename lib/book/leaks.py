"""A book on licensed files is searched for respondents before it is published."""

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from lib.book.collect import outputs
from lib.book.notebooks import text
from lib.book.payloads import payloads
from lib.book.project import BuildError, Project
from lib.disclosure import FEWEST, RespondentSearch, small_counts

PACKAGED = "/html/_static/"
WIDTHS = range(3, 13)
KINDS = ("<i8", "<f8", "<i4", "<f4", "<i2", "<i1")
WINDOWS = (24, 96)


def refuse_leaks(project: Project, rows: Iterable[Path], searched: Iterable[Path]) -> None:
    """
    Search outputs for the respondents of licensed files.

    Parameters
    ----------
    project : Project
        The book.
    rows : iterable of pathlib.Path
        The prepared rows of each licensed file, as CSV.
    searched : iterable of pathlib.Path
        Files, and folders searched through; what comes with the packages (``html/_static``) is not.

    Raises
    ------
    BuildError
        If a file repeats three or more consecutive respondents, or a table counts fewer than
        `lib.disclosure.FEWEST`; the files are named, not what they hold.
    """
    searches: list[tuple[RespondentSearch, set[bytes]]] = [
        (RespondentSearch(pd.read_csv(path)), set()) for path in rows
    ]
    for path in _files(searched):
        content = path.read_bytes()
        if any(_found(content, search, seen) for search, seen in searches):
            raise BuildError(
                f"{project.name(path)} repeats the answers of respondents of a licensed file: "
                "nothing is published; take the rows out of the chapter that shows them."
            )
        if path.suffix == ".ipynb":
            _refuse_small_counts(project, path)


def _files(searched: Iterable[Path]) -> Iterator[Path]:
    for path in searched:
        inner = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (each for each in inner if each.is_file() and PACKAGED not in each.as_posix())


def _found(content: bytes, search: RespondentSearch, seen: set[bytes]) -> bool:
    """Look at each distinct table once: a page repeats what its notebook holds."""
    for part in payloads(content):
        tables = search.tables(part) if isinstance(part, str) else _arrays(part, search)
        for table in tables:
            key = repr(table.shape).encode() + table.tobytes()
            if key not in seen and search.in_table(table):
                return True
            seen.add(key)
    return False


def _arrays(content: bytes, search: RespondentSearch) -> Iterator[np.ndarray]:
    """Bytes as columns of numbers, in every width; short columns side by side."""
    for kind in KINDS:
        size = np.dtype(kind).itemsize
        for start in range(size):
            whole = (len(content) - start) // size * size
            with np.errstate(invalid="ignore"):  # any bytes may stand for no number
                values = np.frombuffer(content[start : start + whole], dtype=kind).astype(float)
            for window in WINDOWS:
                for first in range(0, len(values), window // 4):
                    part = values[first : first + window]
                    if search.possible(part):
                        yield part[:, None]
                        yield from _side_by_side(part)


def _side_by_side(values: np.ndarray) -> Iterator[np.ndarray]:
    for width in WIDTHS:
        for phase in range(width):
            part = values[phase:]
            yield part[: len(part) // width * width].reshape(-1, width)


def _refuse_small_counts(project: Project, notebook: Path) -> None:
    shown = json.loads(notebook.read_text(encoding="utf-8"))
    for cell, output in outputs(shown):
        if "text/csv" in output["data"]:
            table = pd.read_csv(io.StringIO(text(output["data"]["text/csv"])))
            for column in small_counts(table, FEWEST):
                raise BuildError(
                    f"{project.name(notebook)}, cell {cell['id']}: column {column!r} counts fewer "
                    f"than {FEWEST} respondents: nothing is published; join the groups."
                )
