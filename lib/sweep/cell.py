"""One cell of a grid: a call that is made, timed and turned into rows, whatever happens."""

import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, is_dataclass
from functools import cache
from hashlib import sha256
from threading import Lock
from time import perf_counter
from typing import Any

import pandas as pd
from threadpoolctl import ThreadpoolController

from lib.core.errors import InputError
from lib.sweep.calls import Call

ONE_AT_A_TIME = Lock()
SECONDS_TOGETHER = 0.25


@dataclass(frozen=True)
class Outcome:
    """What became of a cell: its rows, or none and an error; what was warned of; seconds taken."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    error: str = ""
    warning: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Cell:
    """A call, the arguments that vary as its rows show them, and the hash where it was made."""

    call: Call
    labels: dict[str, Any]
    fingerprint: str

    @property
    def key(self) -> str:
        """Hash of what the result rests on and of what is shown with it."""
        text = json.dumps([self.fingerprint, self.labels], sort_keys=True)
        return sha256(text.encode()).hexdigest()

    def run(self) -> Outcome:
        """Compute the cell on one thread, if code, libraries and files here are the same."""
        with ONE_AT_A_TIME:  # warnings and threads are settings of the whole process
            if self.call.fingerprint() != self.fingerprint:
                raise InputError(
                    "The code, the libraries or the files of a worker are not those of the sweep: "
                    "start its workers anew, from this version of the book."
                )
            with _libraries(self.call.function).limit(limits=1):
                return _computed(self.call)


@dataclass(frozen=True)
class Packed:
    """Cells that unpickling computes: Dask's scheduler does not unpickle them and needs no lib."""

    cells: list[Cell]

    def __reduce__(self) -> tuple[Callable[[list[Cell]], list[Outcome]], tuple[list[Cell]]]:
        return run_cells, (self.cells,)


def run_cells(cells: list[Cell]) -> list[Outcome]:
    """Compute the first cells, as many as are begun within a moment."""
    outcomes, start = [], perf_counter()
    for cell in cells:
        outcomes.append(cell.run())
        if perf_counter() - start > SECONDS_TOGETHER:
            break
    return outcomes


def as_rows(result: Any) -> pd.DataFrame:
    """Turn a table, results with ``tidy()``, a dataclass, a mapping or a plain value into rows."""
    if hasattr(result, "tidy"):
        result = result.tidy()
    if isinstance(result, pd.DataFrame):
        return result.reset_index(drop=result.index.names == [None])
    if is_dataclass(result):
        result = vars(result)
    values = result if isinstance(result, Mapping) else {"value": result}
    plain = {str(name): value for name, value in values.items() if pd.api.types.is_scalar(value)}
    if not plain:
        raise TypeError(f"a result of type {type(result).__name__} has no rows and no plain value")
    return pd.DataFrame([plain])


def _computed(call: Call) -> Outcome:
    rows, error, start = pd.DataFrame(), "", perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        warnings.simplefilter("always", RuntimeWarning)
        try:
            rows = as_rows(call.evaluate())
        except Exception as problem:  # whatever it is, the other cells go on
            error = f"{type(problem).__name__}: {problem}"
    told = " ".join(dict.fromkeys(str(each.message) for each in caught))
    return Outcome(rows, error, told, perf_counter() - start)


@cache
def _libraries(function: str) -> ThreadpoolController:  # noqa: ARG001
    """Find the libraries that a function has loaded and whose sums depend on their threads."""
    return ThreadpoolController()
