"""
The forms in which survey files are released: how each is recognised and read.

Text is handed over byte for byte (`lib.core.encodings`), names of columns too. pyreadstat and
pyreadr are imported where they are used: they take 8 MB, which would count when a Stata file is
read.
"""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import nan
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
from pandas.io.stata import StataMissingValue, StataReader  # type: ignore[attr-defined]

from lib.core.encodings import BYTEWISE, bytewise
from lib.core.errors import InputError
from lib.core.text_files import read_rows

BYTES_AT_A_TIME = 3_000_000
LONGEST_LINE = 65_536
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
FIRST_STATA_IN_UTF8 = 118
CELL_ENDS = re.compile(rb'[,;"\r\n]')
COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")


@dataclass(frozen=True)
class SurveyFormat:
    """A form of a survey file."""

    description: str
    suffixes: tuple[str, ...]
    recognizes: Callable[[bytes], bool]
    column_names: Callable[[BinaryIO], list[str]]
    read: Callable[[BinaryIO, list[str]], pd.DataFrame]
    encoding: Callable[[BinaryIO], str | None]
    texts: Callable[[BinaryIO], Iterable[object]]


def is_web_page(head: bytes) -> bool:
    """Say whether a file is a web page."""
    start = head.removeprefix(BYTE_ORDER_MARK).lstrip().lower()
    return start.startswith((b"<!doctype", b"<html", b"<head", b"<!--", b"<?xml"))


def is_zip(head: bytes) -> bool:
    """Say whether a file is a zip archive."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _is_stata(head: bytes) -> bool:
    """Since release 117 a tag; before, release, byte order and file type as one byte each."""
    old = len(head) > 2 and 102 <= head[0] <= 115 and head[1] in (1, 2) and head[2] == 1
    return old or head.startswith(b"<stata_dta>")


class _StataReader(StataReader):
    """Reads text byte for byte: pandas takes no encoding, and one of two by the release."""

    def _set_encoding(self) -> None:
        self._encoding = BYTEWISE


def _stata_names(stream: BinaryIO) -> list[str]:
    with _StataReader(stream) as reader:
        return list(reader.variable_labels())


def _read_stata(stream: BinaryIO, names: list[str]) -> pd.DataFrame:
    """Read piece by piece: pandas reads all columns of a piece before it selects."""
    with _StataReader(
        stream,
        columns=names,
        chunksize=_rows_at_a_time(stream),
        convert_categoricals=False,
        convert_dates=False,
        convert_missing=True,
    ) as reader:
        pieces = [piece.apply(_stata_codes) for piece in reader]
    return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=names)


def _rows_at_a_time(stream: BinaryIO) -> int:
    with _StataReader(stream, chunksize=1, convert_dates=False, convert_categoricals=False) as rows:
        width = next(rows, pd.DataFrame()).memory_usage(index=False).sum()
    stream.seek(0)
    return BYTES_AT_A_TIME // max(1, int(width)) + 1


def _stata_encoding(stream: BinaryIO) -> str | None:
    """Since release 118 all text is UTF-8; before, no file says what it is."""
    release = re.match(rb"<stata_dta><header><release>(\d+)", stream.read(64))
    return "utf-8" if release and int(release[1]) >= FIRST_STATA_IN_UTF8 else None


def _stata_texts(stream: BinaryIO) -> set[object]:
    with _StataReader(
        stream,
        chunksize=_rows_at_a_time(stream),
        convert_categoricals=False,
        convert_dates=False,
    ) as reader:
        found: set[object] = set(reader.variable_labels()) | {*reader.variable_labels().values()}
        for piece in reader:
            for _, column in piece.select_dtypes(exclude="number").items():
                found.update(column.unique())
        for labels in reader.value_labels().values():
            found.update(labels.values())
    return found


def _stata_codes(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return column.map(_stata_code) if column.dtype == object else column


def _stata_code(value: Any) -> Any:
    """Write .a as -1, .b as -2 and so on, which undoes the setup files of the value surveys."""
    if not isinstance(value, StataMissingValue):
        return value
    return ord("a") - 1 - ord(value.string[1]) if len(value.string) > 1 else nan


def _is_spss(head: bytes) -> bool:
    return head.startswith((b"$FL2", b"$FL3"))


def _spss_names(stream: Any) -> list[str]:
    import pyreadstat

    described = pyreadstat.read_sav(stream, metadataonly=True, encoding=BYTEWISE)[1]
    return list(described.column_names)


def _read_spss(stream: Any, names: list[str]) -> pd.DataFrame:
    import pyreadstat

    frame: pd.DataFrame = pyreadstat.read_sav(
        stream,
        usecols=names,
        user_missing=True,
        disable_datetime_conversion=True,
        encoding=BYTEWISE,
    )[0]
    return frame


def _spss_encoding(stream: Any) -> str | None:
    """Windows-1252 is what ReadStat says also of files that state no encoding."""
    import pyreadstat

    try:
        stated = pyreadstat.read_sav(stream, metadataonly=True)[1].file_encoding
    except (pyreadstat.ReadstatError, UnicodeError):  # labels are not in the encoding stated
        return None
    return None if stated == "WINDOWS-1252" else stated


def _spss_texts(stream: Any) -> set[object]:
    import pyreadstat

    described = pyreadstat.read_sav(stream, metadataonly=True, encoding=BYTEWISE)[1]
    kinds = described.readstat_variable_types
    stream.seek(0)
    frame = _read_spss(stream, [name for name, kind in kinds.items() if kind == "string"])
    found: set[object] = {*described.column_names, *described.column_labels}
    for labels in described.variable_value_labels.values():
        found.update(labels.values())
    for _, column in frame.items():
        found.update(column.unique())
    return found


def _is_r(head: bytes) -> bool:
    return head.startswith((*COMPRESSED, b"RDX", b"RDA", b"X\n", b"A\n"))


def _r_table(stream: BinaryIO) -> dict[str, Any]:
    """Find the one data frame, without reading its values."""
    import pyreadr  # type: ignore[import-untyped]

    objects = pyreadr.list_objects(stream)
    tables = [each for each in objects if each["columns"]]
    if len(tables) != 1:
        raise InputError(
            f"holds {len(tables)} data frames where one belongs: save the one with the "
            "respondents by itself (saveRDS)."
        )
    stream.seek(0)
    return dict(tables[0])


def _r_names(stream: BinaryIO) -> list[str]:
    return [bytewise(name) for name in _r_table(stream)["columns"]]


def _read_r(stream: BinaryIO, names: list[str]) -> pd.DataFrame:
    import pyreadr

    name = _r_table(stream)["object_name"]
    try:
        frame: pd.DataFrame = pyreadr.read_r(stream, use_objects=[name] if name else None)[name]
    except UnicodeError as error:
        raise InputError(
            "has text that is not in UTF-8: save it in R once more, after enc2utf8()."
        ) from error
    frame = frame.rename(columns=bytewise)[names]
    return frame.reset_index(drop=True).apply(_r_codes)


def _r_codes(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Give a factor's labels, which its codes only number, and whole numbers beside NA."""
    if isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == object:
        return _numbers_if_all(column.astype(object).map(_r_value))
    return column.map(_r_value) if isinstance(column.dtype, pd.StringDtype) else column


def _r_value(value: Any) -> Any:
    return bytewise(value) if isinstance(value, str) else value


def _r_encoding(_: BinaryIO) -> str:
    return "utf-8"


def _no_texts(_: BinaryIO) -> tuple[()]:
    return ()


def _is_text(head: bytes) -> bool:
    compiled = _is_stata(head) or _is_spss(head) or _is_r(head) or is_zip(head)
    return not (compiled or is_web_page(head) or b"\x00" in head)


def _csv_names(stream: BinaryIO) -> list[str]:
    return _csv_header(stream)[0]


def _csv_header(stream: BinaryIO) -> tuple[list[str], str]:
    """Give the columns and the separator, which is the more frequent of the two."""
    text = stream.readline().removeprefix(BYTE_ORDER_MARK).decode(BYTEWISE)
    separator = max(",;", key=text.count)
    stream.seek(0)
    return next(csv.reader([text], delimiter=separator)), separator


def _read_csv(stream: BinaryIO, names: list[str]) -> pd.DataFrame:
    header, separator = _csv_header(stream)
    _skip_mark(stream)
    texts = read_rows(stream, sep=separator, usecols=names, dtype=str, encoding=BYTEWISE)
    _require_whole(stream, len(header), separator)
    if separator == ";":
        texts = texts.apply(_with_decimal_point)
    return texts.apply(_numbers_if_all)


def _skip_mark(stream: BinaryIO) -> bool:
    """Go to the first character; say whether a byte order mark stands before it."""
    marked = stream.read(len(BYTE_ORDER_MARK)) == BYTE_ORDER_MARK
    stream.seek(len(BYTE_ORDER_MARK) if marked else 0)
    return marked


def _csv_encoding(stream: BinaryIO) -> str | None:
    return "utf-8" if _skip_mark(stream) else None


def _csv_texts(stream: BinaryIO) -> set[object]:
    _skip_mark(stream)
    lines = (line for line in stream if not line.isascii())
    return {cell.decode(BYTEWISE) for line in lines for cell in CELL_ENDS.split(line)}


def _with_decimal_point(texts: "pd.Series[Any]") -> "pd.Series[Any]":
    points = texts.str.replace(",", ".", regex=False)
    return points if _numbers_if_all(points) is not points else texts


def _require_whole(stream: BinaryIO, n_columns: int, separator: str) -> None:
    """Refuse a last line that is cut off, which pandas would fill up with missing values."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - LONGEST_LINE))
    line = stream.read().rstrip(b"\r\n").splitlines()[-1].decode(BYTEWISE)
    if len(next(csv.reader([line], delimiter=separator))) < n_columns:
        raise InputError("breaks off in its last line: download it again.")


def _numbers_if_all(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Turn text into numbers if every cell is one; the words inf and infinity are text."""
    try:
        numbers: pd.Series[Any] = pd.to_numeric(column)
    except (ValueError, TypeError):
        return column
    return numbers if np.isfinite(numbers[numbers.notna()]).all() else column


FORMATS = (
    SurveyFormat(
        "a Stata file",
        (".dta",),
        _is_stata,
        _stata_names,
        _read_stata,
        _stata_encoding,
        _stata_texts,
    ),
    SurveyFormat(
        "an SPSS file", (".sav",), _is_spss, _spss_names, _read_spss, _spss_encoding, _spss_texts
    ),
    SurveyFormat(
        "an R file", (".rds", ".rdata", ".rda"), _is_r, _r_names, _read_r, _r_encoding, _no_texts
    ),
    SurveyFormat(
        "a CSV file", (".csv",), _is_text, _csv_names, _read_csv, _csv_encoding, _csv_texts
    ),
)
