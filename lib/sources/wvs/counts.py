"""What the answers of a wave add up to, country by country."""

from collections.abc import Sequence
from math import nan
from pathlib import Path

import pandas as pd

from lib.core.errors import InputError, did_you_mean
from lib.core.text_files import read_csv, require_unique, to_integers, to_numbers
from lib.sources.countries import select_countries

COUNT_COLUMNS = ("n_interviewed", "n_valid", "sum_of_codes", "sum_of_squares", "counted")


def read_counts(path: Path, item: str, countries: Sequence[str] | None = None) -> pd.DataFrame:
    """
    Read the answer counts of one item.

    Parameters
    ----------
    path : pathlib.Path
        CSV file with columns iso3, country, item, n_interviewed, n_valid, sum_of_codes,
        sum_of_squares, counted_codes and counted, one row a country and item.
    item : str
        Name of the item in the wave file, such as V125_07.
    countries : sequence of str, optional
        ISO 3166 alpha-3 codes, in the order wanted; all countries of the file by default.

    Returns
    -------
    pandas.DataFrame
        One row a country: iso3, country, n_interviewed, n_valid (int), sum_of_codes and
        sum_of_squares (float, sums of the valid codes and of their squares, NaN if not known),
        counted_codes (the codes counted, separated by blanks) and counted (float, respondents who
        gave one of them, NaN if not known).

    Raises
    ------
    InputError
        If the file is wrong, the item or a country is unknown, or counts contradict each other.
    """
    counts = read_csv(path, ["iso3", "country", "item", "counted_codes", *COUNT_COLUMNS])
    require_unique(counts, ["iso3", "item"], path)
    if item not in set(counts["item"]):
        advice = did_you_mean(item, counts["item"].unique())
        raise InputError(f"{path} has no item {item!r}: {advice}")
    counts = counts[counts["item"] == item].copy()
    for column in ("n_interviewed", "n_valid"):
        counts[column] = to_integers(counts[column], path)
    for column in ("sum_of_codes", "sum_of_squares", "counted"):
        counts[column] = to_numbers(counts[column], path, blank=nan)
    _require_nested(counts, path)
    require_possible_sums(counts, path)
    columns = ["iso3", "country", "n_interviewed", "n_valid", "sum_of_codes", "sum_of_squares"]
    counts = counts[[*columns, "counted_codes", "counted"]]
    return select_countries(counts, countries, path)


def require_possible_sums(counts: pd.DataFrame, path: Path) -> None:
    """Refuse sums of whole codes and of their squares that no answers can have."""
    n, total, squares = (counts[name] for name in ("n_valid", "sum_of_codes", "sum_of_squares"))
    wrong = (n * squares < total**2) | ((squares - total) % 2 == 1)
    if wrong.any():
        row = counts[wrong].iloc[0]
        raise InputError(
            f"{path} gives {row['country']} the sum {row['sum_of_codes']:.0f} and the sum of "
            f"squares {row['sum_of_squares']:.0f}, which no {row['n_valid']:.0f} whole codes have: "
            "restore the file."
        )


def read_country_codes(path: Path) -> dict[str, int]:
    """Read how the survey numbers its countries."""
    rows = read_csv(path, ["iso3", "country_code"]).drop_duplicates("iso3")
    numbers = to_integers(rows["country_code"], path)
    return {str(iso3): int(code) for iso3, code in zip(rows["iso3"], numbers, strict=True)}


def grouped_responses(counts: pd.DataFrame) -> pd.DataFrame:
    """
    Turn the counts of a binary outcome into grouped rows with frequency weights.

    Parameters
    ----------
    counts : pandas.DataFrame
        One row a country with columns iso3, country, n_valid and counted, from `read_counts`.

    Returns
    -------
    pandas.DataFrame
        Two rows a country: iso3, country, response (1 for those counted, else 0) and n, the
        number of respondents who gave it.

    Raises
    ------
    InputError
        If no answer of the item was counted in some country.
    """
    unknown = counts.loc[counts["counted"].isna(), "country"]
    if not unknown.empty:
        raise InputError(
            f"No answer of this item was counted in {unknown.iloc[0]}: "
            "choose an item whose column 'counted' is filled."
        )
    yes = counts[["iso3", "country"]].assign(response=1, n=counts["counted"])
    no = counts[["iso3", "country"]].assign(response=0, n=counts["n_valid"] - counts["counted"])
    rows = pd.concat([yes, no]).sort_index(kind="stable").reset_index(drop=True)
    return rows.astype({"n": "int64"})


def resize_counts(counts: pd.DataFrame, percent: float) -> pd.DataFrame:
    """Make a smaller or larger survey with the same answers."""
    resized = (counts[["n_valid", "counted"]] * percent / 100 + 0.5) // 1
    if not (resized["n_valid"] > 0).all():
        raise InputError(f"{percent} percent leave a country without respondents; give more.")
    return counts.assign(n_valid=resized["n_valid"], counted=resized["counted"])


def _require_nested(counts: pd.DataFrame, path: Path) -> None:
    """Those counted answered, and those who answered were interviewed."""
    wrong = (counts["n_valid"] > counts["n_interviewed"]) | (counts["counted"] > counts["n_valid"])
    if wrong.any():
        row = counts[wrong].iloc[0]
        raise InputError(
            f"{path} counts more answers than respondents for {row['item']} in "
            f"{row['country']}: restore the file."
        )
