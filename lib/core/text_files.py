"""How CSV and YAML files are read: strictly, and with one plain sentence when one is wrong."""

import csv
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import IO, Any

import pandas as pd
import yaml
from yaml.constructor import ConstructorError

from lib.core.errors import InputError, did_you_mean

HEADER_LINES = 1
MERGE = "tag:yaml.org,2002:merge"
LARGEST_INTEGER = 2**53  # above it a float no longer holds every whole number


def read_csv(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read a CSV file as text."""
    header, *rows = _lines(path)
    for column in columns:
        if column not in header:
            raise InputError(f"{path} has no column {column!r}: {did_you_mean(column, header)}")
    for column in header:
        if header.count(column) > 1:
            raise InputError(f"{path} has several columns {column!r}: leave only one.")
    for number, row in enumerate(rows, start=HEADER_LINES + 1):
        if len(row) != len(header):
            raise InputError(
                f"{path}, line {number}, has {len(row)} cells where the header has "
                f"{len(header)}: restore the file or correct the line."
            )
    return pd.DataFrame(rows, columns=header, dtype=object)


def read_rows(source: Path | IO[Any], **options: Any) -> pd.DataFrame:
    """Read a table of numbers and texts, the texts as they stand."""
    frame: pd.DataFrame = pd.read_csv(source, keep_default_na=False, na_values=[""], **options)
    return frame


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file that holds a mapping."""
    try:
        content = parse_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no text in UTF-8: save it as such.") from error
    except InputError as error:
        raise InputError(f"{path} {error}") from error
    if not isinstance(content, dict):
        raise InputError(f"{path} is no mapping: write one `name: value` a line.")
    return content


def parse_yaml(text: str) -> Any:
    """Parse YAML, in which no mapping may name a key twice."""
    try:
        return yaml.load(text, Loader=_Loader)
    except Exception as error:  # PyYAML lets through what its parts stumble upon
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        if isinstance(error, _RepeatedKeyError):
            told = f"repeats {error.problem} in line {line}: keep one of them."
            raise InputError(told) from error
        place = f" (line {line})" if line else ""
        raise InputError(f"is no YAML{place}: write one `name: value` a line.") from error


def key_line(text: str, keys: Sequence[int | str]) -> int:
    """Give the line of a value in YAML, or of the last key that leads there; 0 if none does."""
    node, line = yaml.compose(text, Loader=yaml.SafeLoader), 0
    for key in keys:
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            found = [(node.value[key], node.value[key])]
        elif isinstance(node, yaml.MappingNode):
            found = [pair for pair in node.value if pair[0].value == key]
        else:
            found = []
        if not found:
            break
        name, node = found[0]
        line = name.start_mark.line + 1
    return line


class _RepeatedKeyError(ConstructorError):
    """A mapping names a key twice."""


class _Loader(yaml.SafeLoader):
    """Reads plain values; the last of two equal keys does not win in silence."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Make a mapping of a node whose keys are all different."""
        seen = []
        for key, _ in node.value:
            if key.tag == MERGE:
                continue
            name = self.construct_object(key, deep=True)
            if name in seen:
                raise _RepeatedKeyError(None, None, repr(name), key.start_mark)
            seen.append(name)
        return super().construct_mapping(node, deep)


def to_numbers(texts: pd.Series, path: Path, blank: float | None = None) -> pd.Series:
    """Turn a column of text into numbers."""
    numbers = [_number(text, blank) for text in texts]
    for position, number in enumerate(numbers):
        if number is None:
            raise InputError(
                f"{_where(path, texts, position)} holds {texts.iloc[position]!r} "
                "where a number belongs: restore the file or correct the cell."
            )
    return pd.Series(numbers, index=texts.index, dtype=float, name=texts.name)


def to_integers(texts: pd.Series, path: Path) -> pd.Series:
    """Turn a column of text into whole numbers."""
    numbers = to_numbers(texts, path)
    for position, number in enumerate(numbers):
        if not number.is_integer() or abs(number) > LARGEST_INTEGER:
            raise InputError(
                f"{_where(path, texts, position)} holds {texts.iloc[position]!r} "
                "where a whole number belongs: restore the file or correct the cell."
            )
    return numbers.astype("int64")


def require_unique(frame: pd.DataFrame, columns: list[str], path: Path) -> None:
    """Refuse a file in which two lines have the same key."""
    repeated = frame.duplicated(columns)
    if repeated.any():
        first = frame[repeated].iloc[0]
        key = ", ".join(str(first[column]) for column in columns)
        line = int(repeated.to_numpy().argmax()) + HEADER_LINES + 1
        raise InputError(f"{path}, line {line}, repeats {key}: remove one of the lines.")


def _lines(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8")
        lines = [] if "\0" in text else list(csv.reader(text.splitlines()))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): restore the file.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is no CSV file in UTF-8: restore the file.") from error
    if not lines or not lines[0]:
        raise InputError(f"{path} is empty, begins with an empty line or holds a NUL: restore it.")
    return lines


def _number(text: str, blank: float | None) -> float | None:
    if not text:
        return blank
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _where(path: Path, texts: pd.Series, position: int) -> str:
    return f"{path}, line {int(texts.index[position]) + HEADER_LINES + 1}, column {texts.name!r},"
