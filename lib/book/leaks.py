"""A book on licensed files is searched for respondents before it is published."""

import io
import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lib.book.collect import executed_source, outputs
from lib.book.disclosure import FEWEST, RespondentSearch, small_counts
from lib.book.notebooks import text
from lib.book.payloads import payloads
from lib.book.project import Project
from lib.core.errors import BuildError
from lib.core.text_files import read_rows

PACKAGED = "/html/_static/"
FRAME = 'class="dataframe"'
KINDS = ("<i8", "<f8", "<i4", "<f4", "<i2", "<i1")


def refuse_leaks(project: Project, rows: Iterable[Path], searched: Iterable[Path]) -> None:
    """Search outputs for the respondents of licensed files."""
    seen: set[bytes] = set()
    held = {path: list(_new_parts(path.read_bytes(), seen)) for path in _files(searched)}
    for search in (RespondentSearch(read_rows(path)) for path in rows):
        if _found([part for parts in held.values() for part in parts], search):
            path = next(path for path, parts in held.items() if _found(parts, search))
            raise BuildError(
                f"{project.name(path)} repeats the answers of respondents of a licensed file: "
                "nothing is published; take the rows out of the chapter that shows them."
            )
    for path in held:
        if path.suffix == ".ipynb" and executed_source(path) == "licensed":
            _refuse_small_counts(project, path)


def _files(searched: Iterable[Path]) -> Iterator[Path]:
    for path in searched:
        inner = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (each for each in inner if each.is_file() and PACKAGED not in each.as_posix())


def _new_parts(content: bytes, seen: set[bytes]) -> Iterator[str | bytes]:
    """Take a file apart; what an earlier file holds too, as a page does, is left out."""
    for part in payloads(content):
        key = sha256(repr(part).encode()).digest()
        if key not in seen:
            seen.add(key)
            yield part


def _found(parts: list[str | bytes], search: RespondentSearch) -> bool:
    texts = (part for part in parts if isinstance(part, str))
    numbers = (each for part in parts if isinstance(part, bytes) for each in _numbers(part))
    return any(search.in_text(text) for text in texts) or search.in_numbers(numbers)


def _numbers(content: bytes) -> Iterator[NDArray[np.float64]]:
    """Read bytes as numbers of every kind, from every start."""
    for kind in map(np.dtype, KINDS):
        for start in range(min(kind.itemsize, len(content))):
            whole = content[start : len(content) - (len(content) - start) % kind.itemsize]
            with np.errstate(invalid="ignore"):  # any bytes may stand for no number
                yield np.frombuffer(whole, kind).astype(float)


def _refuse_small_counts(project: Project, notebook: Path) -> None:
    shown = json.loads(notebook.read_text(encoding="utf-8"))
    for cell, output in outputs(shown):
        place, data = f"{project.name(notebook)}, cell {cell['id']}", output["data"]
        if "text/csv" in data:
            for column in small_counts(read_rows(io.StringIO(text(data["text/csv"]))), FEWEST):
                raise BuildError(
                    f"{place}: column {column!r} counts fewer than {FEWEST} respondents: nothing "
                    "is published; join the groups."
                )
        elif FRAME in text(data.get("text/html", "")):
            raise BuildError(
                f"{place}: nobody knows what the table counts: nothing is published; show it as a "
                "lib.presentation.tables.Table."
            )
