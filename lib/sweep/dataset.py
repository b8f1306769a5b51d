"""The Parquet dataset of a sweep: cells land in it as they finish, and none is half written."""

import os
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from lib.core.errors import InputError
from lib.sweep.cell import Cell, Outcome

OWN_COLUMNS = ("cell", "warning", "error", "seconds")
SECONDS_BETWEEN_PARTS = 1.0
SHARE_BETWEEN_PARTS = 0.01
UNFIT = (pa.ArrowException, ValueError, TypeError, OverflowError)


class Dataset:
    """
    A folder of Parquet files with the same columns, for one sweep at a time.

    Columns are ``cell`` (the key), the arguments that vary, ``warning``, ``error``, ``seconds`` and
    what the function returns (``returned_NAME`` where one of the others has the same name).
    A cell that failed has one row, with its error.

    Parameters
    ----------
    folder : pathlib.Path
        The folder; it is made if there is none.

    Attributes
    ----------
    keys : set of str
        Keys of the cells in the dataset.
    failed : set of str
        Keys of those that failed.

    Raises
    ------
    InputError
        If another sweep uses the folder, it cannot be written or a file in it is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys: set[str] = set()
        self.failed: set[str] = set()
        self._lock = FileLock(folder / ".lock", timeout=0)
        self._schema = self._aligned = pa.schema([])
        self._waiting: list[pa.Table] = []
        self._start = self._written = monotonic()

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise InputError(
                f"another sweep writes to {self.folder}: wait until it ends."
            ) from error
        except OSError as error:
            raise InputError(
                f"{self.folder} cannot be written ({error.strerror}): give yourself the right to."
            ) from error
        for path in self._parts():
            self._take_in(path)
        self._align()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.write()
        finally:
            self._lock.release()

    def add(self, cell: Cell, outcome: Outcome) -> None:
        """
        Take in a finished cell.

        Parameters
        ----------
        cell : Cell
            The cell.
        outcome : Outcome
            What became of it; rows that do not fit those of the other cells count as its error.
        """
        try:
            self._append(_table(cell, outcome))
        except UNFIT as problem:
            told = str(problem).splitlines()[0]
            outcome = Outcome(pd.DataFrame(), f"The rows fit no table with those of others: {told}")
            self._append(_table(cell, outcome))
        self.keys.add(cell.key)
        if outcome.error:
            self.failed.add(cell.key)

    def write_if_due(self) -> bool:
        """
        Write what has finished, every second at first, later more seldom: files stay few.

        Returns
        -------
        bool
            True if it was time to.
        """
        now = monotonic()
        pause = max(SECONDS_BETWEEN_PARTS, SHARE_BETWEEN_PARTS * (now - self._start))
        due = now - self._written >= pause
        if due:
            self.write()
        return due

    def write(self) -> None:
        """Write what has finished into a file of its own."""
        self._written = monotonic()
        if self._waiting:
            self._align()
            number = 1 + max((int(path.stem.split("-")[1]) for path in self._parts()), default=0)
            table = pa.concat_tables(self._waiting, promote_options="permissive")
            self._write(self.folder / f"part-{number:06d}.parquet", table)
            self._waiting = []

    def _parts(self) -> list[Path]:
        return sorted(self.folder.glob("part-[0-9]*.parquet"))

    def _take_in(self, path: Path) -> None:
        """Learn what a file of an earlier run holds."""
        try:
            file = pq.ParquetFile(path)
            cells = file.read(["cell", "error"]).to_pylist()
        except (pa.ArrowException, OSError) as error:
            raise InputError(
                f"{path} is damaged: remove it, and its cells are computed again."
            ) from error
        self._schema = _unified(self._schema, file.schema_arrow)
        self.keys |= {each["cell"] for each in cells}
        self.failed |= {each["cell"] for each in cells if each["error"]}

    def _append(self, table: pa.Table) -> None:
        self._schema = _unified(self._schema, table.schema)
        self._waiting.append(table)

    def _align(self) -> None:
        """Give all files the same columns and types: readers ask the first file only."""
        if self._aligned == self._schema:
            return
        for path in self._parts():
            file = pq.ParquetFile(path)
            if file.schema_arrow != self._schema:
                self._write(path, file.read())
        self._aligned = self._schema

    def _write(self, path: Path, table: pa.Table) -> None:
        """Write beside the file and rename, so that it is there whole or not at all."""
        table = pa.concat_tables([self._schema.empty_table(), table], promote_options="permissive")
        unfinished = path.with_name(f".{path.name}")
        with unfinished.open("wb") as file:
            pq.write_table(table, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)


def _unified(first: pa.Schema, second: pa.Schema) -> pa.Schema:
    return pa.unify_schemas([first, second], promote_options="permissive")


def _table(cell: Cell, outcome: Outcome) -> pa.Table:
    """Put together the rows of a cell; one empty row if there are none."""
    rows = outcome.rows if len(outcome.rows) else outcome.rows.reindex([0])
    told = (cell.key, outcome.warning, outcome.error, outcome.seconds)
    key, *others = zip(OWN_COLUMNS, told, strict=True)
    given = dict([key, *cell.labels.items(), *others])
    returned = pa.Table.from_pandas(rows, preserve_index=False)
    names = [f"returned_{each}" if each in given else each for each in returned.column_names]
    columns = {name: pa.array([value] * len(rows)) for name, value in given.items()}
    return pa.table(columns | dict(zip(names, map(_decoded, returned.columns), strict=True)))


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write categories out: their numbers differ from cell to cell."""
    is_coded = pa.types.is_dictionary(column.type)
    return column.cast(column.type.value_type) if is_coded else column
