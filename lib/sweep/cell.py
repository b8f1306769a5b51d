"""One cell of a grid: a call that is made, timed and turned into rows, whatever happens."""

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
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


@dataclass(frozen=True)
class Cell:
    """
    One combination of arguments.

    Attributes
    ----------
    call : Call
        What to compute.
    labels : dict of str to object
        Values of the arguments that the grid varies, as the rows show them.
    fingerprint : str
        Hash of what the result rests on, where the sweep was started.
    """

    call: Call
    labels: dict[str, Any]
    fingerprint: str

    @property
    def key(self) -> str:
        """Hash of what the result rests on and of what is shown with it."""
        text = json.dumps([self.fingerprint, self.labels], sort_keys=True)
        return sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """
    What became of a cell.

    Attributes
    ----------
    rows : pandas.DataFrame
        The result; no rows if the cell failed.
    error : str
        Why it failed; empty if it did not.
    warning : str
        What the functions warned of; empty if of nothing.
    seconds : float
        Time taken.
    """

    rows: pd.DataFrame
    error: str = ""
    warning: str = ""
    seconds: float = 0.0


def run_cell(cell: Cell) -> Outcome:
    """
    Compute a cell on one thread.

    Parameters
    ----------
    cell : Cell
        The cell.

    Returns
    -------
    Outcome
        Its rows, or its error.

    Raises
    ------
    InputError
        If code, libraries or files here are not those that the cell was made for.
    """
    with ONE_AT_A_TIME:  # warnings and threads are settings of the whole process
        if cell.call.fingerprint() != cell.fingerprint:
            raise InputError(
                "The code, the libraries or the files of a worker are not those of the sweep: "
                "start its workers anew, from this version of the book."
            )
        with _libraries(cell.call.function).limit(limits=1):
            return _computed(cell.call)


def as_rows(result: Any) -> pd.DataFrame:
    """
    Turn what a function returns into rows.

    Parameters
    ----------
    result : object
        A table, results with ``tidy()``, a dataclass, a mapping or a plain value.

    Returns
    -------
    pandas.DataFrame
        The table; the tidy table; one row of the plain values of a dataclass or a mapping; or one
        row with the column ``value``.

    Raises
    ------
    TypeError
        If there is no plain value in the result.
    """
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
