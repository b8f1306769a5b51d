"""Immigration by country and year, from a table of the CIS statistical committee or another."""

from pathlib import Path

import pandas as pd

from lib.core.errors import InputError, did_you_mean
from lib.core.text_files import read_csv, require_unique, to_integers, to_numbers

ORIGINS = ("cis", "other")


def read_immigration(path: Path) -> pd.DataFrame:
    """
    Read how many people immigrated.

    Parameters
    ----------
    path : pathlib.Path
        CSV file with columns year, country (of arrival), origin (``cis`` for those who came from
        another CIS country, ``other`` for the rest of the world) and immigrants (persons).

    Returns
    -------
    pandas.DataFrame
        One row a year, country and origin: year (int), country, origin, immigrants (float).

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, a row stands twice, an origin is unknown
        or a number is negative.
    """
    columns = ["year", "country", "origin", "immigrants"]
    table = read_csv(path, columns)
    require_unique(table, columns[:3], path)
    unknown = table.loc[~table["origin"].isin(ORIGINS), "origin"]
    if not unknown.empty:
        advice = did_you_mean(unknown.iloc[0], ORIGINS)
        raise InputError(f"{path} has the origin {unknown.iloc[0]!r}: {advice}")
    table["year"] = to_integers(table["year"], path)
    table["immigrants"] = to_numbers(table["immigrants"], path)
    if (table["immigrants"] < 0).any():
        raise InputError(f"{path} has a negative number of immigrants: correct the cell.")
    return table[columns]


def yearly_totals(immigration: pd.DataFrame) -> pd.DataFrame:
    """
    Add up countries and origins.

    Parameters
    ----------
    immigration : pandas.DataFrame
        From `read_immigration`.

    Returns
    -------
    pandas.DataFrame
        Index: year, ascending. Columns immigrants (persons, all origins), from_cis (percent of
        them; 0 where none is listed), countries (number of those listed) and growth (percent
        a year since the year before that is listed).
    """
    by_year = immigration.groupby("year")
    totals = by_year["immigrants"].sum().to_frame()
    cis = immigration[immigration["origin"] == "cis"].groupby("year")["immigrants"].sum()
    share = cis.reindex(totals.index, fill_value=0.0) / totals["immigrants"]
    years = totals.index.to_series().diff()
    factor = (1 + totals["immigrants"].pct_change()) ** (1 / years)
    return totals.assign(
        from_cis=100 * share,
        countries=by_year["country"].nunique(),
        growth=100 * (factor - 1),
    )
