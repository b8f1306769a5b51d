"""
The forms in which survey files are released: how each is recognised and read.

pyreadstat and pyreadr are imported where they are used: they take 8 MB, which would count when a
Stata file is read.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import Any, BinaryIO

import pandas as pd
from pandas.io.stata import StataMissingValue  # type: ignore[attr-defined]

from lib.core.errors import InputError

BYTES_AT_A_TIME = 3_000_000
LONGEST_LINE = 65_536
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")


@dataclass(frozen=True)
class SurveyFormat:
    """
    A form of a survey file.

    Attributes
    ----------
    description : str
        What a file of this form is, for messages.
    suffixes : tuple of str
        Endings of its name, in lower case.
    recognizes : callable
        Says of the first bytes of a file whether they may begin a file of this form.
    column_names : callable
        Lists the columns of a binary stream at its beginning.
    read : callable
        Reads columns, named as in the file, from a binary stream at its beginning.
    """

    description: str
    suffixes: tuple[str, ...]
    recognizes: Callable[[bytes], bool]
    column_names: Callable[[BinaryIO], list[str]]
    read: Callable[[BinaryIO, list[str]], pd.DataFrame]


def is_web_page(head: bytes) -> bool:
    """
    Say whether a file is a web page.

    Parameters
    ----------
    head : bytes
        First bytes of the file.

    Returns
    -------
    bool
        True if they begin an HTML or XML document.
    """
    start = head.removeprefix(BYTE_ORDER_MARK).lstrip().lower()
    return start.startswith((b"<!doctype", b"<html", b"<head", b"<!--", b"<?xml"))


def is_zip(head: bytes) -> bool:
    """
    Say whether a file is a zip archive.

    Parameters
    ----------
    head : bytes
        First bytes of the file.

    Returns
    -------
    bool
        True if they begin a zip archive, which may be empty.
    """
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _is_stata(head: bytes) -> bool:
    """Since release 117 a tag; before, release, byte order and file type as one byte each."""
    old = len(head) > 2 and 102 <= head[0] <= 115 and head[1] in (1, 2) and head[2] == 1
    return old or head.startswith(b"<stata_dta>")


def _stata_names(stream: BinaryIO) -> list[str]:
    with pd.read_stata(stream, iterator=True) as reader:
        return list(reader.variable_labels())


def _read_stata(stream: BinaryIO, names: list[str]) -> pd.DataFrame:
    """Read piece by piece: pandas reads all columns of a piece before it selects."""
    with pd.read_stata(
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
    rows = pd.read_stata(stream, chunksize=1, convert_dates=False, convert_categoricals=False)
    with rows as each:
        width = next(each, pd.DataFrame()).memory_usage(index=False).sum()
    stream.seek(0)
    return BYTES_AT_A_TIME // max(1, int(width)) + 1


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

    return list(pyreadstat.read_sav(stream, metadataonly=True)[1].column_names)


def _read_spss(stream: Any, names: list[str]) -> pd.DataFrame:
    import pyreadstat

    frame: pd.DataFrame = pyreadstat.read_sav(
        stream, usecols=names, user_missing=True, disable_datetime_conversion=True
    )[0]
    return frame


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
    return list(_r_table(stream)["columns"])


def _read_r(stream: BinaryIO, names: list[str]) -> pd.DataFrame:
    import pyreadr

    name = _r_table(stream)["object_name"]
    frame: pd.DataFrame = pyreadr.read_r(stream, use_objects=[name] if name else None)[name]
    return frame[names].reset_index(drop=True).apply(_r_codes)


def _r_codes(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Give a factor's labels, which its codes only number, and whole numbers beside NA."""
    factor = isinstance(column.dtype, pd.CategoricalDtype)
    return _numbers_if_all(column.astype(object)) if factor or column.dtype == object else column


def _is_text(head: bytes) -> bool:
    compiled = _is_stata(head) or _is_spss(head) or _is_r(head) or is_zip(head)
    return not (compiled or is_web_page(head) or b"\x00" in head)


def _csv_names(stream: BinaryIO) -> list[str]:
    return _csv_header(stream)[0]


def _csv_header(stream: BinaryIO) -> tuple[list[str], str]:
    """Give the columns and the separator, which is the more frequent of the two."""
    line = stream.readline().removeprefix(BYTE_ORDER_MARK)
    text = _decoded(line)
    separator = max(",;", key=text.count)
    stream.seek(0)
    return next(csv.reader([text], delimiter=separator)), separator


def _read_csv(stream: BinaryIO, names: list[str]) -> pd.DataFrame:
    header, separator = _csv_header(stream)
    try:
        texts = _csv_texts(stream, names, separator, "utf-8-sig")
    except UnicodeDecodeError:
        stream.seek(0)
        texts = _csv_texts(stream, names, separator, "latin-1")
    _require_whole(stream, len(header), separator)
    if separator == ";":
        texts = texts.apply(_with_decimal_point)
    return texts.apply(_numbers_if_all)


def _with_decimal_point(texts: "pd.Series[Any]") -> "pd.Series[Any]":
    points = texts.str.replace(",", ".", regex=False)
    return points if _numbers_if_all(points) is not points else texts


def _csv_texts(stream: BinaryIO, names: list[str], separator: str, encoding: str) -> pd.DataFrame:
    return pd.read_csv(stream, sep=separator, usecols=names, dtype=str, encoding=encoding)


def _require_whole(stream: BinaryIO, n_columns: int, separator: str) -> None:
    """Refuse a last line that is cut off, which pandas would fill up with missing values."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - LONGEST_LINE))
    line = _decoded(stream.read().rstrip(b"\r\n").splitlines()[-1])
    if len(next(csv.reader([line], delimiter=separator))) < n_columns:
        raise InputError("breaks off in its last line: download it again.")


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _numbers_if_all(column: "pd.Series[Any]") -> "pd.Series[Any]":
    try:
        return pd.to_numeric(column)
    except (ValueError, TypeError):
        return column


FORMATS = (
    SurveyFormat("a Stata file", (".dta",), _is_stata, _stata_names, _read_stata),
    SurveyFormat("an SPSS file", (".sav",), _is_spss, _spss_names, _read_spss),
    SurveyFormat("an R file", (".rds", ".rdata", ".rda"), _is_r, _r_names, _read_r),
    SurveyFormat("a CSV file", (".csv",), _is_text, _csv_names, _read_csv),
)
