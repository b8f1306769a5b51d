"""Grids, written in YAML: a function of lib, arguments that are fixed and arguments that vary."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import pyarrow as pa

from lib.core.errors import InputError, did_you_mean
from lib.core.parameters import whole_number
from lib.core.text_files import read_yaml
from lib.sweep.calls import LONGEST_NAME, Call, shown
from lib.sweep.cell import Cell
from lib.sweep.dataset import OWN_COLUMNS

KEYS = ("function", "fixed", "cross")
MOST_CELLS = 1_000_000
PLACE = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*", re.ASCII)
FILE_NAME = re.compile(r"\w[\w .-]*")  # names the folder of the dataset too


@dataclass(frozen=True)
class Grid:
    """A call with its fixed arguments, and the values of those that vary, by place in the call."""

    name: str
    call: Call
    crossed: dict[str, list[Any]]

    @property
    def size(self) -> int:
        """Number of combinations."""
        return prod(map(len, self.crossed.values()))

    def cells(self) -> Iterator[Cell]:
        """Combine every value with every other; the last argument varies fastest."""
        labels = [_labels(values) for values in self.crossed.values()]
        for values, told in zip(product(*self.crossed.values()), product(*labels), strict=True):
            call = self.combined(dict(zip(self.crossed, values, strict=True)))
            yield Cell(call, dict(zip(self.crossed, told, strict=True)), call.fingerprint())

    def combined(self, values: dict[str, Any]) -> Call:
        """Combine the fixed arguments with one value of each that varies."""
        call = self.call
        for place, value in values.items():
            call = call.with_argument(place, value)
        return call


def read_grid(path: Path) -> Grid:
    """Read a grid and check all of it; an InputError names the file and what is wrong."""
    try:
        return _checked(path.stem, read_yaml(path))
    except RecursionError as error:
        raise InputError(f"{path} contains itself: write out what an alias stands for.") from error
    except InputError as error:
        raise InputError(str(error) if str(path) in str(error) else f"{path}: {error}") from error


def _checked(name: str, content: dict[str, Any]) -> Grid:
    if not FILE_NAME.fullmatch(name):
        raise InputError("the file's name must start with a letter or digit: rename it.")
    for key in content:
        if key not in KEYS:
            raise InputError(f"{shown(key)} is no part of a grid: {did_you_mean(str(key), KEYS)}")
    if "function" not in content:
        raise InputError("no function is named: write function: lib.MODULE.FUNCTION.")
    call = _call(content["function"], _arguments("fixed", content.get("fixed", {})))
    crossed = _arguments("cross", content.get("cross", {}))
    grid = Grid(name, call, {place: _values(place, each) for place, each in crossed.items()})
    if not crossed:
        raise InputError("cross is missing: name at least one argument that varies.")
    for place in OWN_COLUMNS:
        if place in crossed:
            raise InputError(f"{place} cannot vary, every dataset has a column {place}: fix it.")
    if grid.size > MOST_CELLS:
        raise InputError(f"cross makes {grid.size:,} combinations: at most {MOST_CELLS:,} can be.")
    first = {place: values[0] for place, values in grid.crossed.items()}
    for place, values in grid.crossed.items():
        for value in values:  # every value once, with the first ones of the other arguments
            grid.combined({**first, place: value}).check()
    return grid


def _arguments(key: str, content: Any) -> dict[str, Any]:
    if not isinstance(content, dict) or not all(map(_is_place, content)):
        raise InputError(f"{key} is {shown(content)}; it must be arguments by name, one a line.")
    return content


def _is_place(name: Any) -> bool:
    return isinstance(name, str) and len(name) <= LONGEST_NAME and bool(PLACE.fullmatch(name))


def _values(place: str, content: Any) -> list[Any]:
    """Write out the values of an argument that varies."""
    if isinstance(content, dict) and set(content) == {"from", "to"}:
        first, last = content["from"], content["to"]
        whole_number(f"from of {place}", first)
        whole_number(f"to of {place}", last, at_least=first, at_most=first + MOST_CELLS - 1)
        return list(range(first, last + 1))
    if not isinstance(content, list) or not content:
        raise InputError(f"{place} must vary: give it a list of values, or {{from: 1, to: 100}}.")
    values = [_parsed(place, each) for each in content]
    (text, count), *_ = Counter(map(_text, values)).most_common(1)
    if count > 1:
        raise InputError(f"{place} has the value {text} twice: remove one of them.")
    return values


def _parsed(place: str, value: Any) -> Any:
    if isinstance(value, dict) and "call" in value:
        arguments = {name: each for name, each in value.items() if name != "call"}
        return _call(value["call"], _arguments(place, arguments))
    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"{place} has a value that is no number and no text: quote it.") from error
    return value


def _call(function: Any, arguments: dict[str, Any]) -> Call:
    if not isinstance(function, str):
        raise InputError(f"a function is named {shown(function)}: write lib.MODULE.FUNCTION.")
    return Call(function, {name: _parsed(name, each) for name, each in arguments.items()})


def _labels(values: list[Any]) -> list[Any]:
    """Values that fit into one column as they are, others as text."""
    try:
        pa.array(values)
    except (pa.ArrowException, OverflowError):
        return [_text(each) for each in values]
    return values


def _text(value: Any) -> str:
    return json.dumps(value, default=vars)
