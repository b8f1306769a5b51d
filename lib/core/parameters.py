"""Checks of a chapter's parameters: a bad value gets one plain sentence."""

from collections.abc import Callable, Collection
from functools import partial
from math import inf, isfinite
from pathlib import Path
from typing import Any

from lib.core.errors import InputError

MOST_CHARACTERS = 200
Check = Callable[[str, Any], None]


def number(
    name: str, value: object, at_least: float = -inf, at_most: float = inf, *, whole: bool = False
) -> None:
    """Check that a parameter is a finite number within a range."""
    kinds = int if whole else int | float
    fits = isinstance(value, kinds) and not isinstance(value, bool) and abs(value) != inf
    wanted = f"a {'whole ' if whole else ''}number{_range(at_least, at_most)}"
    _require(fits and at_least <= value <= at_most, name, value, wanted)  # type: ignore[operator]


whole_number = partial(number, whole=True)


def one_of(name: str, value: object, allowed: Collection[object]) -> None:
    """Check that a parameter is one of a few values."""
    fits = any(type(value) is type(item) and value == item for item in allowed)
    _require(fits, name, value, "one of " + ", ".join(repr(item) for item in allowed))


def optional_file(name: str, value: object) -> None:
    """Check that a parameter is empty or the path of a file."""
    fits = isinstance(value, str) and (not value or _is_file(value))
    _require(fits, name, value, "empty or the path of a file")


def list_of(
    name: str, value: object, check: Check, at_least: float = 1, at_most: float = inf
) -> None:
    """Check that a parameter is a list whose items all pass a check."""
    fits = isinstance(value, list | tuple) and at_least <= len(value) <= at_most
    length = _range(at_least, at_most)
    _require(fits, name, value, "a list" + (f" with a length{length}" if length else ""))
    assert isinstance(value, list | tuple)
    for position, item in enumerate(value, start=1):
        check(f"item {position} of {name}", item)


def shown(value: object, most: int) -> str:
    """Show a value in at most so many characters."""
    try:
        return shortened(repr(value), most)
    except ValueError:  # Python does not write an integer of thousands of digits
        return "a number of thousands of digits"


def shortened(text: str, most: int) -> str:
    """Cut a text off after so many characters."""
    return text if len(text) <= most else f"{text[:most]}…"


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _require(fits: bool, name: str, value: object, wanted: str) -> None:
    if not fits:
        raise InputError(f"{name} is {shown(value, MOST_CHARACTERS)}; it must be {wanted}.")


def _range(at_least: float, at_most: float) -> str:
    if isfinite(at_least) and isfinite(at_most):
        return f" from {at_least:g} to {at_most:g}"
    if isfinite(at_least):
        return f" of at least {at_least:g}"
    return f" of at most {at_most:g}" if isfinite(at_most) else ""
