"""Items of a wave: their names in both naming schemes, and their codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path

import pandas as pd

from lib.core.errors import InputError
from lib.core.text_files import read_csv, require_unique, to_integers, to_numbers

ITEM_COLUMNS = ("item", "time_series_item", "label", "lowest_code", "highest_code")
ROLES = ("wave", "country", "answer", "weight", "other")


@dataclass(frozen=True)
class Item:
    """A question of the survey, or what the file says beside the answers."""

    name: str
    time_series_names: tuple[str, ...]
    label: str
    lowest: float
    highest: float
    role: str
    mistaken_for: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} ({self.label})"

    @property
    def span(self) -> str:
        """The valid codes, in words."""
        if self.highest == inf:
            return f"{self.lowest:g} or more"
        return f"{self.lowest:g} to {self.highest:g}"


@dataclass(frozen=True)
class TimeSeriesCodes:
    """How the time series numbers the answers to an item."""

    wave_codes: Mapping[int, int]
    remark: str


@dataclass(frozen=True)
class Codebook:
    """What is known of the items of a wave."""

    items: Mapping[str, Item]
    missing_codes: frozenset[int]
    time_series_codes: Mapping[str, list[TimeSeriesCodes]]

    def with_role(self, *roles: str) -> list[Item]:
        """List the items that are needed for something."""
        return [item for item in self.items.values() if item.role in roles]


def read_codebook(items: Path, codes: Path, time_series_codes: Path) -> Codebook:
    """Read the codebook of a wave."""
    table = read_csv(items, [*ITEM_COLUMNS, "role", "mistaken_for"])
    require_unique(table, ["item"], items)
    lowest = to_numbers(table["lowest_code"], items, blank=0)
    highest = to_numbers(table["highest_code"], items, blank=inf)
    rows = zip(table.to_dict("records"), lowest, highest, strict=True)
    read = [_item({str(k): str(v) for k, v in row.items()}, low, high) for row, low, high in rows]
    _require_roles(read, items)
    return Codebook(
        items={item.name: item for item in read},
        missing_codes=_missing_codes(codes),
        time_series_codes=_time_series_codes(time_series_codes),
    )


def _item(row: Mapping[str, str], lowest: float, highest: float) -> Item:
    return Item(
        name=row["item"],
        time_series_names=tuple(row["time_series_item"].split()),
        label=row["label"],
        lowest=lowest,
        highest=highest,
        role=row["role"],
        mistaken_for=tuple(row["mistaken_for"].split()),
    )


def _require_roles(items: list[Item], path: Path) -> None:
    for item in items:
        if item.role not in ROLES:
            raise InputError(
                f"{path} gives {item.name} the role {item.role!r}: use one of {', '.join(ROLES)}."
            )
    for role in ("wave", "country"):
        count = sum(item.role == role for item in items)
        if count != 1:
            raise InputError(f"{path} gives {count} items the role {role!r}: give it to one.")


def _missing_codes(path: Path) -> frozenset[int]:
    table = read_csv(path, ["code", "kind"])
    return frozenset(to_integers(table.loc[table["kind"] == "missing", "code"], path))


def _time_series_codes(path: Path) -> dict[str, list[TimeSeriesCodes]]:
    numberings: dict[str, list[TimeSeriesCodes]] = {}
    for _, row in read_csv(path, ["item", "codes", "wave_codes", "remark"]).iterrows():
        numberings.setdefault(row["item"], []).append(_numbering(row, path))
    return numberings


def _numbering(row: "pd.Series[str]", path: Path) -> TimeSeriesCodes:
    try:
        pairs = zip(row["codes"].split(), row["wave_codes"].split(), strict=True)
        wave_codes = {int(code): int(wave_code) for code, wave_code in pairs}
    except ValueError as error:
        raise InputError(
            f"{path} gives {row['item']} codes and wave_codes that do not pair up as whole "
            "numbers: write as many of the one as of the other, separated by blanks."
        ) from error
    return TimeSeriesCodes(wave_codes, row["remark"])
