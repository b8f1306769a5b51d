"""Parameters that a reader sets: read, checked and handed to the chapters that have them."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lib.book.notebooks import Chapter
from lib.core import choices
from lib.core.errors import InputError
from lib.core.parameters import shown
from lib.core.text_files import LARGEST_INTEGER, parse_yaml, read_yaml

MOST_CHARACTERS = 90  # of a value; two of them make a sentence
Overrides = dict[str, dict[str, Any]]


def read_overrides(pairs: Iterable[str], file: Path | None) -> dict[str, Any]:
    """Read parameters from a file and from the command line, which has the last word."""
    values = {} if file is None else read_yaml(file)
    return values | dict(_pair(pair) for pair in pairs)


def select(chapters: list[Chapter], names: Iterable[str]) -> list[Chapter]:
    """Pick chapters by name."""
    known = [chapter.name for chapter in chapters]
    wanted = list(names)
    for name in wanted:
        if name not in known:
            raise InputError(f"there is no chapter {name!r}{_nearest(name, known)}")
    return [chapter for chapter in chapters if chapter.name in wanted or not wanted]


def assign(chapters: list[Chapter], values: dict[str, Any]) -> Overrides:
    """Hand each parameter to every chapter that has it."""
    known = [parameter.name for chapter in chapters for parameter in chapter.parameters]
    for name in values:
        if name not in known:
            raise InputError(f"no chapter has a parameter {name!r}{_nearest(str(name), known)}")
    changed = {chapter.name: _changed(chapter, values) for chapter in chapters}
    for chapter in chapters:
        if changed[chapter.name]:
            _check(chapter, chapter.defaults | changed[chapter.name])
    return {name: parameters for name, parameters in changed.items() if parameters}


def _pair(pair: str) -> tuple[str, Any]:
    name, equals, value = pair.partition("=")
    if not equals or not name.strip():
        raise InputError(f"{pair!r} sets no parameter: write it as NAME=VALUE.")
    try:
        return name.strip(), parse_yaml(value)
    except InputError as error:
        raise InputError(f"the value in {pair!r} cannot be read: quote it as in YAML.") from error


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.4)
    advice = "`python -m lib.book list` shows what there is."
    return f"; did you mean {near[0]!r}?" if near else f"; {advice}"


def _changed(chapter: Chapter, values: dict[str, Any]) -> dict[str, Any]:
    chosen = {
        name: _of_type(chapter.name, name, values[name], default)
        for name, default in chapter.defaults.items()
        if name in values
    }
    return {name: value for name, value in chosen.items() if value != chapter.defaults[name]}


def _of_type(chapter: str, name: str, value: Any, default: Any) -> Any:
    """Give the value the type of the published one; a whole number will do for a decimal one."""
    if isinstance(default, float) and type(value) is int and abs(value) <= LARGEST_INTEGER:
        return float(value)
    if isinstance(default, tuple) and isinstance(value, list):
        return tuple(value)
    if default is None or value is None or type(value) is type(default):
        return value
    raise InputError(
        f"{name} of {chapter} is {shown(value, MOST_CHARACTERS)} ({_kind(value)}); "
        f"it must be {_kind(default)}, as the published {shown(default, MOST_CHARACTERS)} is."
    )


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    kinds |= {list: "a list", tuple: "a list", dict: "a mapping"}
    return kinds.get(type(value), type(value).__name__)


def _check(chapter: Chapter, values: dict[str, Any]) -> None:
    try:
        choices.check({name: values[name] for name in values if name in choices.CHOICES})
    except InputError as error:
        raise InputError(f"{chapter.name}: {error}") from error
