"""The printed numbers: what the two studies print, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from lib.core.errors import InputError
from lib.core.intervals import TOLERANCE, Interval
from lib.core.text_files import read_csv, require_unique, to_integers, to_numbers

COMMON_COLUMNS = (
    *("id", "paper", "place", "printed", "value", "decimals", "lowest", "highest"),
    *("tag", "decided_by"),
)
EXCLUSIONS_FILE = "exclusions.csv"
TAGS = ("", "wording", "as read")
FILES = {
    "wvs6": "World Values Survey, wave 6",
    "list_experiment": "the list experiment's respondents",
    "cis_stat": "CIS-Stat's table of immigrants",
}
"""Files that would decide what nothing public does, by their names in the column decided_by."""
WIDE_QUANTITIES = ("std_error", "n", "observations", "minimum", "maximum")
"""Quantities that the end of an id names and that have no fixed grid of values."""


@dataclass(frozen=True)
class PrintedNumber(Interval):
    """
    A number as a paper prints it: the interval of what rounds to it.

    Both ends are included, since rules for halves differ.

    Attributes
    ----------
    value : float
        The number.
    decimals : int
        Digits printed after the point; negative if rounded to tens or more.
    lowest, highest : float
        The range in which it could lie at all.
    wide : bool
        Whether what could be printed is no finite list of values.
    wording : bool
        Whether it is a word of the text, such as "half", and no numeral.
    low, high : float
        Half a printed unit either side of the value.
    """

    low: float = field(init=False)
    high: float = field(init=False)
    value: float
    decimals: int
    lowest: float = -inf
    highest: float = inf
    wide: bool = False
    wording: bool = False

    def __post_init__(self) -> None:
        if abs(round(self.value, self.decimals) - self.value) > TOLERANCE:
            raise InputError(
                f"The printed value {self.value} has more than {self.decimals} decimals; state "
                "its decimals."
            )
        object.__setattr__(self, "low", self.value - self.half_unit)
        object.__setattr__(self, "high", self.value + self.half_unit)

    @property
    def half_unit(self) -> float:
        """Half a unit of the last printed digit."""
        return float(0.5 * 10.0**-self.decimals)

    @property
    def on_grid(self) -> bool:
        """Whether what could be printed is a finite list of values."""
        return not self.wide and isfinite(self.lowest) and isfinite(self.highest)


def prints_as(value: Any, printed: Any, decimals: Any) -> Any:
    """
    Say whether values print as printed numbers: the one rule of the book.

    Parameters
    ----------
    value, printed : float or array_like of float
        Computed values and printed numbers, in the printed unit.
    decimals : int or array_like of int
        Digits printed after the point; negative if rounded to tens or more.

    Returns
    -------
    bool or array_like of bool
        True where they differ by at most half a printed unit, ends included.
    """
    half_unit = 0.5 * 10.0 ** -(decimals * 1.0)
    return abs(value - printed) <= half_unit + TOLERANCE


def printed_number(row: Mapping[str, Any] | pd.Series) -> PrintedNumber:
    """
    Take the printed number out of a row.

    Parameters
    ----------
    row : mapping or pandas.Series
        A row of `read_printed` or `read_table`.

    Returns
    -------
    PrintedNumber
        Value, decimals and admissible range.
    """
    return PrintedNumber(
        value=float(row["value"]),
        decimals=int(row["decimals"]),
        lowest=float(row["lowest"]),
        highest=float(row["highest"]),
        wide=bool(row["wide"]),
        wording=row["tag"] == "wording",
    )


def read_table(path: Path) -> pd.DataFrame:
    """Read the printed numbers of one table or text, with their descriptive columns."""
    table = read_csv(path, COMMON_COLUMNS)
    require_unique(table, ["id"], path)
    table["value"] = to_numbers(table["value"], path)
    table["decimals"] = to_integers(table["decimals"], path)
    table["lowest"] = to_numbers(table["lowest"], path, blank=-inf)
    table["highest"] = to_numbers(table["highest"], path, blank=inf)
    table["wide"] = table["id"].str.rsplit(".", n=1).str[-1].isin(WIDE_QUANTITIES)
    _require_known(table, "tag", TAGS, path)
    _require_known(table, "decided_by", ("", *FILES), path)
    _require_admissible(table, path)
    return table


def read_printed(folder: Path) -> pd.DataFrame:
    """
    Read every printed number of both papers.

    Parameters
    ----------
    folder : pathlib.Path
        The folder data/published.

    Returns
    -------
    pandas.DataFrame
        One row a printed number, columns id, paper, place, printed, value, decimals, lowest,
        highest, tag, decided_by and wide as in `read_table`; files in alphabetical order.

    Raises
    ------
    InputError
        If the folder has no table, a table is wrong, or two tables share an id.
    """
    paths = sorted(path for path in folder.glob("*.csv") if path.name != EXCLUSIONS_FILE)
    if not paths:
        raise InputError(f"{folder} holds no table of printed numbers: restore the folder.")
    tables = [read_table(path)[[*COMMON_COLUMNS, "wide"]] for path in paths]
    printed = pd.concat(tables, ignore_index=True)
    repeated = printed.loc[printed["id"].duplicated(), "id"]
    if not repeated.empty:
        raise InputError(f"{folder} has the id {repeated.iloc[0]} in two files: rename one.")
    return printed


def read_exclusions(path: Path) -> pd.DataFrame:
    """
    Read the numerals of the papers that are not graded.

    Parameters
    ----------
    path : pathlib.Path
        The file exclusions.csv of data/published.

    Returns
    -------
    pandas.DataFrame
        Columns paper, place, numeral (text; ``*`` for every numeral of the place), occurrences
        (int) and reason.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column or holds a count that is no whole number.
    """
    exclusions = read_csv(path, ["paper", "place", "numeral", "occurrences", "reason"])
    exclusions["occurrences"] = to_integers(exclusions["occurrences"], path)
    return exclusions


def _require_admissible(table: pd.DataFrame, path: Path) -> None:
    outside = table[(table["value"] < table["lowest"]) | (table["value"] > table["highest"])]
    if not outside.empty:
        row = outside.iloc[0]
        raise InputError(
            f"{path} gives {row['id']} the value {row['value']:g}, outside its range from "
            f"{row['lowest']:g} to {row['highest']:g}: correct the value or the range."
        )


def _require_known(table: pd.DataFrame, column: str, known: tuple[str, ...], path: Path) -> None:
    others = sorted(set(table[column]) - set(known))
    if others:
        named = ", ".join(repr(name) for name in known)
        raise InputError(f"{path} has {others[0]!r} in the column {column}; write one of {named}.")
