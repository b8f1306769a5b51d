"""
What three levels of education and two moments say of the codes behind them.

The time series gives highest education as X025, codes 1 to 8 (V248 of the wave less 1, without
those who have no formal education), and, recoded, as X025R: lower, middle, upper. How the recode
was made was not found in the survey's public documentation. It is assumed to cut X025 at the same
two places in every country: lower up to one code, upper above another.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.consistency.integer_programs import count_extremes
from lib.core.errors import InputError

CODES = np.arange(1, 9)
CODES_LEFT_OUT = 1  # V248 has one code below those of X025

Array = NDArray[np.float64]


def possible_cuts(education: pd.DataFrame) -> pd.DataFrame:
    """
    Find where X025 may be cut into the three levels, country by country.

    For every pair of cuts an integer program asks whether some whole numbers of respondents with
    the codes 1 to 8 have the country's three levels, its sum of codes and its sum of squares.

    Parameters
    ----------
    education : pandas.DataFrame
        One row a country, from `lib.sources.wvs.read_education`.

    Returns
    -------
    pandas.DataFrame
        One row a country and pair of cuts that is possible: iso3, lower_to and middle_to, the
        highest codes of the two levels.
    """
    rows = [
        (row["iso3"], *cuts)
        for row in education.to_dict("records")
        for cuts in combinations(CODES[:-1].tolist(), 2)
        if count_extremes(np.zeros(len(CODES)), *_totals(row, *cuts)) is not None
    ]
    return pd.DataFrame(rows, columns=["iso3", "lower_to", "middle_to"])


def common_cuts(possible: pd.DataFrame) -> list[tuple[int, int]]:
    """
    Keep the cuts that are possible everywhere.

    Parameters
    ----------
    possible : pandas.DataFrame
        From `possible_cuts`.

    Returns
    -------
    list of tuple of int
        Pairs of highest codes, of the lower and of the middle level, in ascending order.
    """
    countries = possible.groupby(["lower_to", "middle_to"])["iso3"].nunique()
    everywhere = countries[countries == possible["iso3"].nunique()]
    return sorted((int(lower), int(middle)) for lower, middle in everywhere.index)


def share_bounds(
    education: pd.DataFrame, codes: Collection[int], cuts: tuple[int, int], n: int
) -> tuple[float, float]:
    """
    Bound the share of some codes of V248, given where X025 is cut.

    Parameters
    ----------
    education : pandas.DataFrame
        One row a country, from `lib.sources.wvs.read_education`.
    codes : collection of int
        Codes of V248, from 2 to 9, such as 9 for a university degree.
    cuts : tuple of int
        Highest codes of X025 of the lower and of the middle level.
    n : int
        Respondents of all countries that the share is of, with or without those of no formal
        education.

    Returns
    -------
    tuple of float
        The least and the greatest share, 0 to 1, that some whole numbers of respondents with the
        countries' levels and sums have; countries add up.

    Raises
    ------
    InputError
        If a code is not one of 2 to 9, or the cuts are not possible in some country.
    """
    chosen = np.isin(CODES + CODES_LEFT_OUT, list(codes))
    if chosen.sum() != len(set(codes)):
        raise InputError(f"The codes {sorted(codes)} are not all from 2 to 9: choose others.")
    bounds = list(_bounds(education, chosen.astype(float), cuts))
    return sum(low for low, _ in bounds) / n, sum(high for _, high in bounds) / n


def _bounds(
    education: pd.DataFrame, objective: Array, cuts: tuple[int, int]
) -> Iterator[tuple[float, float]]:
    for row in education.to_dict("records"):
        bounds = count_extremes(objective, *_totals(row, *cuts))
        if bounds is None:
            raise InputError(
                f"{row['country']} has other levels of education than a lower one up to code "
                f"{cuts[0]} and a middle one up to {cuts[1]} can give: use cuts of `possible_cuts`."
            )
        yield bounds.low, bounds.high


def _totals(row: Mapping[Any, Any], lower_to: int, middle_to: int) -> tuple[Array, Array]:
    """Give what each code adds to the levels and to the sums of codes and of squares, and these."""
    lower, upper = lower_to >= CODES, middle_to < CODES
    adds = np.array([lower, ~lower & ~upper, upper, CODES, CODES**2], dtype=float)
    names = ["lower", "middle", "upper", "sum_of_codes", "sum_of_squares"]
    return adds, np.array([row[name] for name in names], dtype=float)
