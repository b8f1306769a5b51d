"""What answer counts and sums of codes by country say of a variable that was recoded from them."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog
from statsmodels.stats.weightstats import DescrStatsW

from lib.consistency import Interval
from lib.errors import InputError
from lib.recodes import Recode


def summary_bounds(counts: pd.DataFrame, values: Mapping[int, float]) -> pd.DataFrame:
    """
    Bound the summary statistics of a recoded item by its counts and sums of codes.

    In each country the unknown shares p(c) of the codes c satisfy p >= 0, sum p = 1,
    sum c p(c) = mean code where it is known, and sum of p over the counted codes = counted share
    where it is known. The mean and the mean square of the recoded variable are linear in p, so
    their extremes are linear programs; countries add up. Where the counts determine a statistic,
    the two ends agree.

    Parameters
    ----------
    counts : pandas.DataFrame
        One row a country: n_valid, sum_of_codes (may be missing), counted_codes (codes separated
        by blanks, may be missing) and counted, as read by `lib.wvs.read_counts`.
    values : mapping of int to float
        Value of the recoded variable for every code that the item can take.

    Returns
    -------
    pandas.DataFrame
        Columns statistic (observations, mean, standard_deviation, minimum, maximum), low, high.

    Raises
    ------
    InputError
        If no answers can have the counts and the sum of codes of a country.
    """
    n = int(counts["n_valid"].sum())
    codes, recoded = np.array(list(values)), np.array(list(values.values()), dtype=float)
    mean = _average(counts, codes, recoded)
    square = _average(counts, codes, recoded**2)
    bounds = {
        "observations": Interval(n, n),
        "mean": mean,
        "standard_deviation": _standard_deviation(mean, square, n),
        "minimum": _minimum(counts, codes, recoded),
        "maximum": _negative(_minimum(counts, codes, -recoded)),
    }
    rows = [(name, bound.low, bound.high) for name, bound in bounds.items()]
    return pd.DataFrame(rows, columns=["statistic", "low", "high"])


def summaries(recodes: Mapping[str, Recode], counts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    Bound the summary statistics of several recoded items.

    Parameters
    ----------
    recodes : mapping of str to Recode
        The variables.
    counts : mapping of str to pandas.DataFrame
        Counts of each item by name, as in `summary_bounds`.

    Returns
    -------
    pandas.DataFrame
        Columns variable, statistic, low, high.
    """
    bounds = {
        name: summary_bounds(counts[recode.item], recode.values) for name, recode in recodes.items()
    }
    return pd.concat(bounds, names=["variable", None]).reset_index("variable")


def country_mean_bounds(counts: pd.DataFrame, values: Mapping[int, float]) -> pd.DataFrame:
    """
    Bound the mean of a recoded item in each country by its counts and sum of codes.

    Parameters
    ----------
    counts : pandas.DataFrame
        One row a country, as in `summary_bounds`.
    values : mapping of int to float
        Value of the recoded variable for every code that the item can take.

    Returns
    -------
    pandas.DataFrame
        Columns low and high, with the index of the counts: the linear programs of
        `summary_bounds`, country by country.

    Raises
    ------
    InputError
        If no answers can have the counts and the sum of codes of a country.
    """
    codes, recoded = np.array(list(values)), np.array(list(values.values()), dtype=float)
    bounds = [_country_bounds(row, codes, recoded) for row in counts.to_dict("records")]
    ends = [(bound.low, bound.high) for bound in bounds]
    return pd.DataFrame(ends, index=counts.index, columns=["low", "high"])


def country_level_summary(values: pd.Series, n_interviewed: pd.Series) -> pd.DataFrame:
    """
    Summarise a country-level variable over respondents.

    Parameters
    ----------
    values : pandas.Series
        The variable, one value a country.
    n_interviewed : pandas.Series
        Respondents of each country, in the same order.

    Returns
    -------
    pandas.DataFrame
        Columns statistic (observations, mean, standard_deviation, minimum, maximum), low, high,
        with low equal to high.
    """
    described = DescrStatsW(values.to_numpy(), weights=n_interviewed.to_numpy(), ddof=1)
    statistics = {
        "observations": float(n_interviewed.sum()),
        "mean": float(described.mean),
        "standard_deviation": float(described.std),
        "minimum": float(values.min()),
        "maximum": float(values.max()),
    }
    rows = [(name, value, value) for name, value in statistics.items()]
    return pd.DataFrame(rows, columns=["statistic", "low", "high"])


def _average(
    counts: pd.DataFrame, codes: NDArray[np.int_], objective: NDArray[np.float64]
) -> Interval:
    """Bounds on the mean of ``objective[code]`` over all respondents."""
    ends = [_country_bounds(row, codes, objective) for row in counts.to_dict("records")]
    weights = counts["n_valid"].to_numpy() / counts["n_valid"].sum()
    low, high = weights @ np.array([[end.low, end.high] for end in ends])
    return Interval(float(low), float(max(low, high)))


def _country_bounds(
    row: Mapping[Any, Any], codes: NDArray[np.int_], objective: NDArray[np.float64]
) -> Interval:
    left, right = _constraints(row, codes)
    ends = []
    for sign in (1, -1):
        solution = linprog(sign * objective, A_eq=left, b_eq=right, bounds=(0, 1))
        if solution.fun is None:
            raise InputError(
                f"The counts of {row.get('country', 'a country')} contradict each other: none "
                f"have {row['n_valid']} as their number and {row['sum_of_codes']} as the sum of "
                "their codes; restore the file of counts."
            )
        ends.append(sign * float(solution.fun))
    return Interval(ends[0], max(ends))


def _constraints(
    row: Mapping[Any, Any], codes: NDArray[np.int_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n = float(row["n_valid"])
    left, right = [np.ones(len(codes))], [1.0]
    if pd.notna(row["sum_of_codes"]):
        left.append(codes.astype(float))
        right.append(float(row["sum_of_codes"]) / n)
    if pd.notna(row["counted"]):
        counted = [int(code) for code in str(row["counted_codes"]).split()]
        left.append(np.isin(codes, counted).astype(float))
        right.append(float(row["counted"]) / n)
    return np.array(left), np.array(right)


def _standard_deviation(mean: Interval, square: Interval, n: int) -> Interval:
    """Bound it by the ends of mean and mean square; the divisor is n - 1."""
    magnitude = abs(mean)
    low, high = square.low - magnitude.high**2, square.high - magnitude.low**2
    return Interval(sqrt(max(low, 0.0) * n / (n - 1)), sqrt(high * n / (n - 1)))


def _minimum(
    counts: pd.DataFrame, codes: NDArray[np.int_], recoded: NDArray[np.float64]
) -> Interval:
    """Take the lowest value if somebody must have given it; no country's mean lies below it."""
    lowest = float(recoded.min())
    if _average(counts, codes, (recoded == lowest).astype(float)).low > 0:
        return Interval(lowest, lowest)
    rows = counts.to_dict("records")
    return Interval(lowest, min(_country_bounds(row, codes, recoded).high for row in rows))


def _negative(interval: Interval) -> Interval:
    return Interval(-interval.high, -interval.low)
