"""Grids, written in YAML: a function of lib, arguments that are fixed and arguments that vary."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import pyarrow as pa

from lib.core.errors import InputError, did_you_mean
from lib.core.parameters import whole_number
from lib.core.text_files import read_yaml
from lib.sweep.calls import Call
from lib.sweep.cell import Cell
from lib.sweep.dataset import OWN_COLUMNS

KEYS = ("function", "fixed", "cross")
MOST_CELLS = 1_000_000


@dataclass(frozen=True)
class Grid:
    """
    Combinations of arguments of a function.

    Attributes
    ----------
    name : str
        Name of the sweep.
    call : Call
        The function and its fixed arguments.
    crossed : dict of str to list
        Values of each argument that varies, by its place in the call.
    """

    name: str
    call: Call
    crossed: dict[str, list[Any]]

    @property
    def size(self) -> int:
        """Number of combinations."""
        return prod(map(len, self.crossed.values()))

    def cells(self) -> Iterator[Cell]:
        """
        Combine every value with every other; the last argument varies fastest.

        Yields
        ------
        Cell
            One combination.
        """
        labels = [_labels(values) for values in self.crossed.values()]
        for values, shown in zip(product(*self.crossed.values()), product(*labels), strict=True):
            call = self.combined(dict(zip(self.crossed, values, strict=True)))
            yield Cell(call, dict(zip(self.crossed, shown, strict=True)), call.fingerprint())

    def combined(self, values: dict[str, Any]) -> Call:
        """
        Combine the fixed arguments with one value of each that varies.

        Parameters
        ----------
        values : dict of str to object
            Value of each argument, by its place in the call.

        Returns
        -------
        Call
            The call.

        Raises
        ------
        InputError
            If an argument is fixed too, or a place is not there.
        """
        call = self.call
        for place, value in values.items():
            call = call.with_argument(place, value)
        return call


def read_grid(path: Path) -> Grid:
    """
    Read a grid and check all of it.

    Parameters
    ----------
    path : pathlib.Path
        YAML file with ``function`` (dotted name of a function of lib), ``fixed`` (arguments by
        name) and ``cross`` (a list of values for each argument that varies, or ``{from: 1, to:
        100}`` for whole numbers). ``{call: FUNCTION, ARGUMENT: VALUE}`` stands for what a function
        of lib returns; ``data.seed`` under cross varies the argument ``seed`` of such a call in
        the place of ``data``.

    Returns
    -------
    Grid
        The grid, named as the file.

    Raises
    ------
    InputError
        If the file cannot be read or is no grid; the sentence names what is wrong.
    """
    try:
        return _checked(path.stem, read_yaml(path))
    except RecursionError as error:
        raise InputError(f"{path} contains itself: write out what an alias stands for.") from error
    except InputError as error:
        raise InputError(str(error) if str(path) in str(error) else f"{path}: {error}") from error


def _checked(name: str, content: dict[str, Any]) -> Grid:
    for key in content:
        if key not in KEYS:
            raise InputError(f"{key!r} is no part of a grid: {did_you_mean(str(key), KEYS)}")
    if "function" not in content:
        raise InputError("no function is named: write function: lib.MODULE.FUNCTION.")
    call = _call({"call": content["function"], **_arguments(content, "fixed")})
    crossed = {place: _values(place, each) for place, each in _arguments(content, "cross").items()}
    grid = Grid(name, call, crossed)
    if not crossed:
        raise InputError("cross is missing: name at least one argument that varies.")
    for place in OWN_COLUMNS:
        if place in crossed:
            raise InputError(f"{place} cannot vary, every dataset has a column {place}: fix it.")
    if grid.size > MOST_CELLS:
        raise InputError(f"cross makes {grid.size:,} combinations: at most {MOST_CELLS:,} can be.")
    _check_calls(grid)
    return grid


def _arguments(content: dict[str, Any], key: str) -> dict[str, Any]:
    arguments = content.get(key, {})
    if not isinstance(arguments, dict) or not all(isinstance(name, str) for name in arguments):
        raise InputError(f"{key} is {arguments!r}; it must be arguments by name, one a line.")
    return arguments


def _values(place: str, content: Any) -> list[Any]:
    """Write out the values of an argument that varies."""
    if isinstance(content, dict) and set(content) == {"from", "to"}:
        return _whole_numbers(place, content["from"], content["to"])
    if not isinstance(content, list) or not content:
        raise InputError(f"{place} must vary: give it a list of values, or {{from: 1, to: 100}}.")
    values = [_parsed(place, each) for each in content]
    (text, count), *_ = Counter(map(_text, values)).most_common(1)
    if count > 1:
        raise InputError(f"{place} has the value {text} twice: remove one of them.")
    return values


def _whole_numbers(place: str, first: Any, last: Any) -> list[int]:
    whole_number(f"from of {place}", first)
    whole_number(f"to of {place}", last, at_least=first, at_most=first + MOST_CELLS - 1)
    return list(range(first, last + 1))


def _parsed(place: str, value: Any) -> Any:
    if isinstance(value, dict) and "call" in value:
        return _call(value)
    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"{place} has a value that is no number and no text: quote it.") from error
    return value


def _call(content: dict[str, Any]) -> Call:
    function = content["call"]
    if not isinstance(function, str):
        raise InputError(f"a function is named {function!r}: write lib.MODULE.FUNCTION.")
    arguments = {name: each for name, each in content.items() if name != "call"}
    return Call(function, {name: _parsed(name, each) for name, each in arguments.items()})


def _check_calls(grid: Grid) -> None:
    """Check every value once, together with the first values of the other arguments."""
    first = {place: values[0] for place, values in grid.crossed.items()}
    for place, values in grid.crossed.items():
        for value in values:
            grid.combined({**first, place: value}).check()


def _labels(values: list[Any]) -> list[Any]:
    """Values that fit into one column as they are, others as text."""
    try:
        pa.array(values)
    except (pa.ArrowException, OverflowError):
        return [_text(each) for each in values]
    return values


def _text(value: Any) -> str:
    return json.dumps(value, default=asdict)
