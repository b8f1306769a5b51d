"""A call of a function of lib: checked before it is made, and hashed with what it rests on."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from inspect import Parameter, signature
from pathlib import Path
from pkgutil import resolve_name
from types import NoneType, UnionType
from typing import Any, get_args

import pandas as pd

from lib.core.closure import closure
from lib.core.errors import InputError, did_you_mean
from lib.core.hashes import file_hash
from lib.core.paths import DATA, RAW, ROOT

DOTTED_NAME = re.compile(r"lib(\.[A-Za-z]\w*){1,9}", re.ASCII)
LONGEST_NAME = 100
LONGEST_SHOWN = 80  # characters of a value in a sentence
BARRED = (
    "lib.book.",
    "lib.sweep.",
    "lib.sources.manifest.",
    "lib.evidence.releases.",
    "lib.respondents.profiles.reading.copy_template",
)  # change files
KINDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels", "patsy")
TABLES_KEPT = 4

# patsy evaluates the terms of a formula as Python: no other formula may reach it.
TRANSFORMS = ("C", "center", "scale", "standardize")
_NAME = r"[^\W\d]\w*"
_TERM = rf"(?:{_NAME}|[01]|(?:{'|'.join(TRANSFORMS)})\({_NAME}\))"
FORMULA = re.compile(rf" *(?:{_TERM} *~ *)?-? *{_TERM}(?: *[-+:*] *{_TERM})* *")
CODE = re.compile(r"[()\[\]{}'\"`\\;@=]")  # what a text that is not a formula never needs


@dataclass(frozen=True)
class Call:
    """A function of lib by its dotted name, and its arguments; these may be calls themselves."""

    function: str
    arguments: dict[str, Any]

    def __hash__(self) -> int:
        return hash(self.fingerprint())

    def with_argument(self, place: str, value: Any) -> "Call":
        """Add an argument; with dots in its place, to a call among the arguments."""
        name, _, rest = place.partition(".")
        given = self.arguments.get(name)
        if rest and not isinstance(given, Call):
            raise InputError(f"{name} is no call that {rest} could vary: write one under fixed.")
        if not rest and name in self.arguments:
            raise InputError(f"{name} of {self.function} is fixed and crossed: remove one of them.")
        inner = given.with_argument(rest, value) if isinstance(given, Call) else value
        return Call(self.function, {**self.arguments, name: inner})

    def check(self) -> None:
        """Check function, names, values and files without computing anything."""
        parameters = parameters_of(self.function)
        for name, value in self.arguments.items():
            if name not in parameters:
                advice = did_you_mean(name, parameters)
                raise InputError(f"{self.function} has no argument {name!r}: {advice}")
            if isinstance(value, Call) and not is_path(parameters[name]):
                value.check()
            else:
                check_value(parameters[name], value)
        for name, parameter in parameters.items():
            if parameter.default is Parameter.empty and name not in self.arguments:
                raise InputError(f"{self.function} needs the argument {name!r}: give it a value.")
        for path in self._files():
            _contents(path)

    def evaluate(self) -> Any:
        """Make the call, the calls among its arguments first."""
        parameters = parameters_of(self.function)
        values = {name: _evaluated(parameters[name], each) for name, each in self.arguments.items()}
        return find_function(self.function)(**values)

    def fingerprint(self) -> str:
        """Hash arguments, the files they name, the modules of lib and the versions of libraries."""
        code = _code(tuple(sorted({call.function for call in self._calls()})))
        files = {path: _contents(path) for path in self._files()}
        text = json.dumps([self, files, code], default=vars, sort_keys=True)
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
                    yield from (each for each in _as_list(value) if each is not None)


@cache
def find_function(name: str) -> Callable[..., Any]:
    """Find a public function, class or method that lib wrote and that gives something back."""
    if not DOTTED_NAME.fullmatch(name) or len(name) > LONGEST_NAME or name.startswith(BARRED):
        raise InputError(
            f"{shown(name)} is no function of lib for analyses: write lib.MODULE.FUNCTION."
        )
    where, _, last = name.rpartition(".")
    try:
        owner = resolve_name(where)
    except (ImportError, AttributeError):
        owner = None
    public = {each: getattr(owner, each) for each in dir(owner) if not each.startswith("_")}
    own: dict[str, Callable[..., Any]] = {each: f for each, f in public.items() if _is_own(f)}
    if not own:
        raise InputError(f"{where} has no function of lib: write lib.MODULE.FUNCTION.")
    if last not in own:
        raise InputError(f"{where} has no function {last!r}: {did_you_mean(last, own)}")
    if getattr(own[last], "__annotations__", {}).get("return", Any) is None:
        raise InputError(f"{name} gives nothing back: name a function that returns a result.")
    return own[last]


@cache
def parameters_of(name: str) -> Mapping[str, Parameter]:
    """List what a function of lib takes by name."""
    function = find_function(name)
    try:
        parameters = signature(function).parameters
    except ValueError as error:
        raise InputError(f"{name} takes no arguments by name: name another function.") from error
    variadic = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    return {name: each for name, each in parameters.items() if each.kind not in variadic}


def is_path(parameter: Parameter) -> bool:
    """Tell by its annotation whether a parameter is a file, a folder or several of them."""
    return Path in (parameter.annotation, *get_args(parameter.annotation))


def check_value(parameter: Parameter, value: Any) -> None:
    """Check that a value is of the kind that a parameter takes, and no text in it is code."""
    kinds = _kinds(parameter)
    if is_path(parameter):
        wanted = "the name of a file"
        fits = value is None or all(isinstance(each, str) for each in _as_list(value))
    elif parameter.annotation is pd.DataFrame:
        wanted, fits = "the result of a call: write {call: FUNCTION, ARGUMENT: VALUE}", False
    else:
        named = [KINDS.get(kind, "") for kind in kinds if kind is not NoneType]
        wanted = " or ".join(named)
        is_number = type(value) is int and float in kinds
        fits = not all(named) or type(value) in kinds or is_number
        check_texts(parameter, value)
    if not fits:
        raise InputError(f"{parameter.name} is {shown(value)}; it must be {wanted}.")


def check_texts(parameter: Parameter, value: Any) -> None:
    """Refuse a text that a formula could run as code, wherever it stands in a value."""
    is_formula = parameter.name == "formula"
    for text in _texts(value):
        if (is_formula or CODE.search(text)) and not FORMULA.fullmatch(text):
            raise InputError(
                f"{parameter.name} is {shown(text)}; a formula may hold names of columns, "
                f"+ - : * ~ and {', '.join(TRANSFORMS)} of a column, another text no brackets, "
                "quotes, =, @ or semicolons."
            )


def shown(value: Any) -> str:
    """Show a value in a sentence: on one line, and not too long."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _evaluated(parameter: Parameter, value: Any) -> Any:
    if isinstance(value, Call):
        makes_table = signature(find_function(value.function)).return_annotation is pd.DataFrame
        # pandas copies what a function changes in a shallow copy
        result = _table(value).copy(deep=False) if makes_table else value.evaluate()
        if isinstance(result, str):
            check_texts(parameter, result)
        return result
    if is_path(parameter) and value is not None:
        return [ROOT / each for each in value] if isinstance(value, list) else ROOT / value
    return value


@lru_cache(maxsize=TABLES_KEPT)
def _table(call: Call) -> pd.DataFrame:
    """Make a table once for many cells."""
    table: pd.DataFrame = call.evaluate()
    return table


@cache
def _code(functions: tuple[str, ...]) -> dict[str, str]:
    """Hash modules and name versions once a process, which keeps what it has imported."""
    modules = closure(ROOT, [f"import {name}" for name in ("lib.sweep.cell", *functions)])
    hashes = {path.relative_to(ROOT).as_posix(): file_hash(path) for path in modules}
    return hashes | {name: version(name) for name in LIBRARIES}


def _contents(name: str) -> dict[str, str]:
    """Hash a file of the project, or the files of a folder of its data, by their places in it."""
    path = (ROOT / name).resolve()
    if not path.is_relative_to(ROOT):
        raise InputError(f"{shown(name)} lies outside the project: name a file below its root.")
    if _is_data(path) and path.is_dir():
        files = sorted(each for each in path.rglob("*") if _is_data(each) and each.is_file())
    elif path.is_file():
        files = [path]
    else:
        raise InputError(f"{shown(name)} is no file, and no folder of data/: check the path.")
    return {
        each.relative_to(path).as_posix(): _hash(each, each.stat().st_mtime_ns) for each in files
    }


def _is_data(path: Path) -> bool:
    """Tell what every copy of the book has: licensed files lie on one machine only."""
    return path.is_relative_to(DATA) and not path.is_relative_to(RAW)


@cache
def _hash(path: Path, changed: int) -> str:  # noqa: ARG001
    """Hash a file anew only if it was changed."""
    return file_hash(path)


def _kinds(parameter: Parameter) -> tuple[Any, ...]:
    union = isinstance(parameter.annotation, UnionType)
    return get_args(parameter.annotation) if union else (parameter.annotation,)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in [*value, *(value.values() if isinstance(value, dict) else [])]:
            yield from _texts(each)


def _is_own(function: Any) -> bool:
    """Tell what lib has written from what it has imported or inherited."""
    module = f"{getattr(function, '__module__', '')}."
    return callable(function) and module.startswith("lib.") and not module.startswith(BARRED)
