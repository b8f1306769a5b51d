"""A call of a function of lib: checked before it is made, and known by what it rests on."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import pandas as pd

from lib.core.closure import closure
from lib.core.errors import InputError, did_you_mean
from lib.core.hashes import file_hash
from lib.core.paths import DATA, RAW, ROOT
from lib.sweep.functions import as_list, check_kind, find_function, is_path, parameters_of

RUNNER = "lib.sweep.cell"
LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels", "patsy")
TABLES_KEPT = 4


@dataclass(frozen=True)
class Call:
    """
    A function of lib and its arguments.

    Attributes
    ----------
    function : str
        Dotted name, such as ``lib.estimators.multilevel.MixedLogit.fit``; the first argument of a
        method is ``self``.
    arguments : dict of str to object
        Values by name. A value may be a call, whose result is handed over; files and folders are
        texts, relative to the project.
    """

    function: str
    arguments: dict[str, Any]

    def __hash__(self) -> int:
        return hash(json.dumps(asdict(self), sort_keys=True))

    def with_argument(self, place: str, value: Any) -> "Call":
        """
        Add an argument.

        Parameters
        ----------
        place : str
            Name of the argument; with dots, of an argument of a call among the arguments.
        value : object
            Its value.

        Returns
        -------
        Call
            The call with that argument.

        Raises
        ------
        InputError
            If the argument has a value already, or there is no call at the place.
        """
        name, _, rest = place.partition(".")
        given = self.arguments.get(name)
        if rest and not isinstance(given, Call):
            raise InputError(f"{name} is no call that {rest} could vary: write one under fixed.")
        if not rest and name in self.arguments:
            raise InputError(f"{name} of {self.function} is fixed and crossed: remove one of them.")
        inner = given.with_argument(rest, value) if isinstance(given, Call) else value
        return Call(self.function, {**self.arguments, name: inner})

    def check(self) -> None:
        """
        Check names and values against what the function takes.

        Raises
        ------
        InputError
            If the function is not one of lib, an argument is unknown, missing or of another kind,
            or a file does not exist.
        """
        parameters = parameters_of(self.function)
        for name, value in self.arguments.items():
            if name not in parameters:
                advice = did_you_mean(name, parameters)
                raise InputError(f"{self.function} has no argument {name!r}: {advice}")
            if isinstance(value, Call):
                value.check()
            else:
                check_kind(parameters[name], value)
        for name, parameter in parameters.items():
            if parameter.default is Parameter.empty and name not in self.arguments:
                raise InputError(f"{self.function} needs the argument {name!r}: give it a value.")
        for path in self._files():
            _contents(path)

    def evaluate(self) -> Any:
        """
        Make the call, the calls among its arguments first.

        Returns
        -------
        object
            What the function returns.
        """
        parameters = parameters_of(self.function)
        values = {
            name: _evaluated(value, parameters[name]) for name, value in self.arguments.items()
        }
        return find_function(self.function)(**values)

    def fingerprint(self) -> str:
        """
        Hash what the result rests on.

        Returns
        -------
        str
            SHA-256 of the arguments, the files they name, the modules of lib that the functions
            import and the versions of the numerical libraries.
        """
        code = _code(tuple(sorted({call.function for call in self._calls()})))
        files = {path: _contents(path) for path in self._files()}
        text = json.dumps([asdict(self), files, code], sort_keys=True)
        return sha256(text.encode()).hexdigest()

    def _calls(self) -> "Iterator[Call]":
        yield self
        for value in self.arguments.values():
            if isinstance(value, Call):
                yield from value._calls()

    def _files(self) -> Iterator[str]:
        for call in self._calls():
            parameters = parameters_of(call.function)
            for name, value in call.arguments.items():
                if is_path(parameters[name]):
                    yield from (each for each in as_list(value) if isinstance(each, str))


def _evaluated(value: Any, parameter: Parameter) -> Any:
    if isinstance(value, Call):
        return _table(value) if _makes_table(value) else value.evaluate()
    if is_path(parameter):
        return [ROOT / each for each in value] if isinstance(value, list) else ROOT / value
    return value


def _makes_table(call: Call) -> bool:
    return signature(find_function(call.function)).return_annotation is pd.DataFrame


def _table(call: Call) -> pd.DataFrame:
    """Make a table once for many cells; pandas copies it when a function changes it."""
    return _kept_table(call, call.fingerprint()).copy(deep=False)


@lru_cache(maxsize=TABLES_KEPT)
def _kept_table(call: Call, fingerprint: str) -> pd.DataFrame:  # noqa: ARG001
    table: pd.DataFrame = call.evaluate()
    return table


@cache
def _code(functions: tuple[str, ...]) -> dict[str, str]:
    """
    Hash the modules and name the versions that functions rest on, once a process.

    What a process has imported stays the same when the file changes.
    """
    modules = closure(ROOT, [f"import {name}" for name in (RUNNER, *functions)])
    hashes = {path.relative_to(ROOT).as_posix(): _module_hash(path) for path in modules}
    return hashes | {name: version(name) for name in LIBRARIES}


_module_hash = cache(file_hash)


def _contents(name: str) -> dict[str, str]:
    """Hash a file, or the files of a folder of the data, by their places in it."""
    path = ROOT / name
    if _is_data(path.resolve()) and path.is_dir():
        files = sorted(each for each in path.rglob("*") if _is_data(each) and each.is_file())
    elif path.is_file():
        files = [path]
    else:
        raise InputError(f"{name} is no file, and no folder of data/: check the path.")
    hashes = {each: _hash(each, each.stat().st_mtime_ns) for each in files}
    return {each.relative_to(path).as_posix(): found for each, found in hashes.items()}


def _is_data(path: Path) -> bool:
    """Tell what every copy of the book has: licensed files lie on one machine only."""
    return path.is_relative_to(DATA) and not path.is_relative_to(RAW)


@cache
def _hash(path: Path, changed: int) -> str:  # noqa: ARG001
    """Hash a file anew only if it was changed."""
    return file_hash(path)
