"""A file held against the published counts of its wave, country by country and item by item."""

from collections.abc import Mapping, Sequence
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lib.core.errors import InputError, did_you_mean
from lib.core.text_files import read_csv
from lib.sources.wvs.codebook import Codebook, Item

QUANTITIES = ["n_interviewed", "n_valid", "sum_of_codes", "counted"]
COLUMNS = ["iso3", "country", "item", "quantity", "published", "found", "difference", "cause"]


def read_known_differences(path: Path) -> pd.DataFrame:
    """Read why releases differ from the published counts."""
    table = read_csv(path, ["item", "countries", "kind", "cause"])
    table["iso3"] = table["countries"].str.split()
    return table.explode("iso3", ignore_index=True)[["item", "iso3", "kind", "cause"]]


def compare_with_counts(
    frame: pd.DataFrame, counts: Mapping[str, pd.DataFrame], codebook: Codebook, known: pd.DataFrame
) -> pd.DataFrame:
    """Compare answers with published counts."""
    tables = [
        _compared(frame.loc[frame["iso3"] == row["iso3"], item], item, row, codebook, known)
        for item, published in counts.items()
        for _, row in published.iterrows()
    ]
    return pd.concat(tables, ignore_index=True)


def reverse_scale(frame: pd.DataFrame, item: Item, countries: Sequence[str]) -> pd.DataFrame:
    """Read the scale of an item from its other end in some countries."""
    for country in countries:
        if country not in set(frame["iso3"]):
            advice = did_you_mean(country, sorted(set(frame["iso3"])))
            raise InputError(f"No respondent is of {country!r}, whose scale is reversed: {advice}")
    codes = frame[item.name]
    reverse = frame["iso3"].isin(countries) & (codes >= 0)
    reversed_codes = (item.lowest + item.highest - codes).astype(codes.dtype)
    return frame.assign(**{item.name: codes.mask(reverse, reversed_codes)})


def restore_scale(
    frame: pd.DataFrame, item: Item, countries: Sequence[str], published: pd.DataFrame
) -> pd.DataFrame:
    """Mend a release that has the scale of an item reversed in some countries."""
    restored = reverse_scale(frame, item, countries)
    for _, row in published[published["iso3"].isin(countries)].iterrows():
        found = _counted(restored.loc[restored["iso3"] == row["iso3"], item.name], "")
        if found["n_valid"] != row["n_valid"] or found["sum_of_codes"] != row["sum_of_codes"]:
            raise InputError(
                f"{item} of {row['iso3']} adds up to {found['sum_of_codes']:.0f} if its scale is "
                f"reversed, and to {row['sum_of_codes']:.0f} in the open counts: it is not "
                "reversed in this file, so leave the country out."
            )
    return restored


def difference_sentences(compared: pd.DataFrame) -> list[str]:
    """
    Say where answers differ from published counts.

    Parameters
    ----------
    compared : pandas.DataFrame
        From `compare_with_counts`.

    Returns
    -------
    list of str
        One sentence an item and cause, with the countries and their codes; none if all agree.
    """
    differing = compared[compared["difference"] != 0]
    return [
        f"{item} differs from the open counts in {_named(rows)}: "
        f"{cause or 'the cause is not known.'}"
        for (item, cause), rows in differing.groupby(["item", "cause"], sort=False)
    ]


def _named(rows: pd.DataFrame) -> str:
    countries = rows.drop_duplicates("iso3")
    pairs = zip(countries["country"], countries["iso3"], strict=True)
    return ", ".join(f"{country} ({iso3})" for country, iso3 in pairs)


def _compared(
    codes: "pd.Series[int]",
    item: str,
    row: "pd.Series[Any]",
    codebook: Codebook,
    known: pd.DataFrame,
) -> pd.DataFrame:
    """Compare the answers of one country to one item."""
    published = row[list(QUANTITIES)].dropna().astype(float)
    found = _counted(codes, row["counted_codes"])[published.index]
    here = known[(known["item"] == item) & (known["iso3"] == row["iso3"])]
    scale = codebook.items[item]
    causes = here["cause"] if _is_reversed(published, found, scale) else []
    differs = (found != published).to_numpy()
    columns = {"published": published, "found": found, "difference": found - published}
    table = pd.DataFrame(columns).rename_axis("quantity").reset_index()
    table["cause"] = np.where(differs, " ".join(causes), "")
    return table.assign(iso3=row["iso3"], country=row["country"], item=item)[COLUMNS]


def _counted(codes: "pd.Series[int]", counted_codes: str) -> "pd.Series[float]":
    valid = codes[codes >= 0]
    counted = valid.isin([int(code) for code in counted_codes.split()])
    numbers = [len(codes), len(valid), valid.sum(), counted.sum()]
    return pd.Series(numbers, index=QUANTITIES, dtype=float)


def _is_reversed(published: "pd.Series[float]", found: "pd.Series[float]", item: Item) -> bool:
    total = (item.lowest + item.highest) * published["n_valid"]
    expected = total - published.get("sum_of_codes", nan)
    return bool(found["n_valid"] == published["n_valid"] and found.get("sum_of_codes") == expected)
