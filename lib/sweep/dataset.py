"""The Parquet dataset of a sweep: cells land in it as they finish, and none is half written."""

import os
from pathlib import Path
from time import monotonic
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from lib.core.errors import InputError
from lib.sweep.cell import Cell, Outcome

OWN_COLUMNS = ("cell", "warning", "error", "seconds")
SECONDS_BETWEEN_WRITES = 1.0
SHARE_BETWEEN_WRITES = 0.01  # of the time taken: each write is of all cells so far
UNFIT = (pa.ArrowException, ValueError, TypeError, OverflowError)


class Dataset:
    """A folder with the rows of all cells in one file; one sweep at a time may add to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys: set[str] = set()
        self.failed: set[str] = set()
        self._lock = FileLock(folder / ".lock", timeout=0)
        self._tables: list[pa.Table] = []
        self._schema = pa.schema([])
        self._is_written = True
        self._start = self._written = monotonic()

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise InputError(f"another sweep writes to {self.folder}: wait for its end.") from error
        except OSError as error:
            raise InputError(f"{self.folder} cannot be written ({error.strerror}).") from error
        for path in self.folder.glob("*.parquet"):
            try:
                self._append(pq.read_table(path, partitioning=None))
                cells = self._tables[-1].select(["cell", "error"]).to_pylist()
            except (OSError, *UNFIT) as error:
                raise InputError(f"{path} is damaged: remove it to compute anew.") from error
            self.keys.update(each["cell"] for each in cells)
            self.failed.update(each["cell"] for each in cells if each["error"])
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.write()
        finally:
            self._lock.release()

    def add(self, cell: Cell, outcome: Outcome) -> None:
        """Take in a finished cell; rows that do not fit those of other cells are its error."""
        try:
            self._append(_table(cell, outcome))
        except UNFIT as problem:
            told = str(problem).splitlines()[0]
            outcome = Outcome(error=f"The rows fit no table with those of others: {told}")
            self._append(_table(cell, outcome))
        self._is_written = False
        self.keys.add(cell.key)
        if outcome.error:
            self.failed.add(cell.key)

    def write_if_due(self) -> bool:
        """Write every second at first, later more seldom."""
        pause = max(SECONDS_BETWEEN_WRITES, SHARE_BETWEEN_WRITES * (monotonic() - self._start))
        due = monotonic() - self._written >= pause
        if due:
            self.write()
        return due

    def write(self) -> None:
        """Write beside the file and rename, so that it is there whole or not at all."""
        if not self._is_written:
            table = pa.concat_tables(self._tables, promote_options="permissive").combine_chunks()
            with (self.folder / ".unfinished").open("wb") as file:
                pq.write_table(table, file)
                file.flush()
                os.fsync(file.fileno())
            (self.folder / ".unfinished").replace(self.folder / "cells.parquet")
            self._tables, self._is_written = [table], True
        self._written = monotonic()

    def _append(self, table: pa.Table) -> None:
        schemas = [self._schema, table.schema]
        self._schema = pa.unify_schemas(schemas, promote_options="permissive")
        self._tables.append(table)


def _table(cell: Cell, outcome: Outcome) -> pa.Table:
    """Put together the rows of a cell; one empty row if there are none."""
    rows = outcome.rows if len(outcome.rows) else outcome.rows.reindex([0])
    told = {"warning": outcome.warning, "error": outcome.error, "seconds": outcome.seconds}
    given = {"cell": cell.key, **cell.labels, **told}
    columns = {name: pa.array([value] * len(rows)) for name, value in given.items()}
    returned = pa.Table.from_pandas(rows, preserve_index=False)
    for name, column in zip(returned.column_names, returned.columns, strict=True):
        if pa.types.is_dictionary(column.type):  # categories have other numbers in other cells
            column = column.cast(column.type.value_type)
        columns[f"returned_{name}" if name in given else name] = column
    return pa.table(columns)
