"""The functions of lib by their names, and what they take."""

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from inspect import Parameter, ismodule, signature
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Any, get_args

import pandas as pd

from lib.core.errors import InputError, did_you_mean
from lib.core.paths import ROOT

DOTTED_NAME = re.compile(r"lib(\.[A-Za-z]\w{0,99}){1,9}", re.ASCII)  # names that a file may have
CHANGE_FILES = ("lib.book.", "lib.sources.manifest.", "lib.evidence.releases.")
KINDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
VARIADIC = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


@cache
def find_function(name: str) -> Callable[..., Any]:
    """
    Find a function of lib.

    Parameters
    ----------
    name : str
        Dotted name of a public function, class or method; not of a module that changes files.

    Returns
    -------
    callable
        The function.

    Raises
    ------
    InputError
        If lib has no such function.
    """
    if not DOTTED_NAME.fullmatch(name) or f"{name}.".startswith(CHANGE_FILES):
        raise InputError(f"{name!r} is no function of lib for analyses: write lib.MODULE.FUNCTION.")
    parts = name.split(".")
    n_modules = sum(_is_module(parts[:length]) for length in range(1, len(parts) + 1))
    found: Any = import_module(".".join(parts[:n_modules]))
    for number, part in enumerate(parts[n_modules:], start=n_modules):
        if part not in _callables(found):
            where, advice = ".".join(parts[:number]), did_you_mean(part, _callables(found))
            raise InputError(f"{where} has no function {part!r}: {advice}")
        found = getattr(found, part)
    if ismodule(found):
        raise InputError(f"{name} is a module: name one of its functions.")
    return found  # type: ignore[no-any-return]


@cache
def parameters_of(name: str) -> dict[str, Parameter]:
    """
    List what a function takes by name.

    Parameters
    ----------
    name : str
        Dotted name of a function of lib.

    Returns
    -------
    dict of str to inspect.Parameter
        The parameters in order.

    Raises
    ------
    InputError
        If lib has no such function, or it takes no arguments by name.
    """
    function = find_function(name)
    try:
        parameters = signature(function).parameters
    except ValueError as error:
        raise InputError(f"{name} takes no arguments by name: name another function.") from error
    return {name: each for name, each in parameters.items() if each.kind not in VARIADIC}


def is_path(parameter: Parameter) -> bool:
    """
    Tell whether a parameter is a file, a folder or several of them.

    Parameters
    ----------
    parameter : inspect.Parameter
        A parameter of a function of lib.

    Returns
    -------
    bool
        True if its annotation says so.
    """
    return Path in (parameter.annotation, *get_args(parameter.annotation))


def check_kind(parameter: Parameter, value: Any) -> None:
    """
    Check that a value is of the kind that a parameter takes, where its annotation is a plain one.

    Parameters
    ----------
    parameter : inspect.Parameter
        A parameter of a function of lib.
    value : object
        Value found, not itself the result of a call.

    Raises
    ------
    InputError
        If the value is of another kind.
    """
    wanted = _wanted(parameter)
    if wanted and not _fits(parameter, value):
        raise InputError(f"{parameter.name} is {value!r}; it must be {wanted}.")


def as_list(value: Any) -> list[Any]:
    """
    Treat one value as a list of one.

    Parameters
    ----------
    value : object
        A value or a list of values.

    Returns
    -------
    list
        The values.
    """
    return value if isinstance(value, list) else [value]


def _wanted(parameter: Parameter) -> str:
    """Describe a plain kind; the empty text for any other."""
    if is_path(parameter):
        return "the name of a file"
    if parameter.annotation is pd.DataFrame:
        return "the result of a call: write {call: FUNCTION, ARGUMENT: VALUE}"
    named = [KINDS.get(kind, "") for kind in _kinds(parameter) if kind is not NoneType]
    return " or ".join(named) if all(named) else ""


def _fits(parameter: Parameter, value: Any) -> bool:
    kinds = _kinds(parameter)
    if is_path(parameter):
        return value is None or all(isinstance(each, str) for each in as_list(value))
    return type(value) in kinds or (type(value) is int and float in kinds)


def _kinds(parameter: Parameter) -> tuple[Any, ...]:
    union = isinstance(parameter.annotation, UnionType)
    return get_args(parameter.annotation) if union else (parameter.annotation,)


def _is_module(parts: list[str]) -> bool:
    path = ROOT.joinpath(*parts)
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _callables(owner: Any) -> list[str]:
    """Name what a grid may call: of a module only what lib has written."""
    public = ((name, getattr(owner, name)) for name in dir(owner) if not name.startswith("_"))
    return [name for name, each in public if callable(each) and _is_own(owner, each)]


def _is_own(owner: Any, function: Any) -> bool:
    module = str(getattr(function, "__module__", ""))
    return not isinstance(owner, ModuleType) or module.startswith("lib.")
