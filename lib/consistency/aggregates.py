"""What answer counts and sums of codes by country say of a variable that was recoded from them."""

from collections.abc import Collection, Mapping
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.stats.weightstats import DescrStatsW

from lib.consistency.bounds import variance_bounds
from lib.consistency.integer_programs import count_extremes
from lib.core.errors import InputError
from lib.core.intervals import Interval
from lib.sources.wvs.recodes import Recode

TOLERANCE = 1e-6


def summary_bounds(counts: pd.DataFrame, values: Mapping[int, float]) -> pd.DataFrame:
    """
    Bound the summary statistics of a recoded item by its counts and sums of codes.

    In each country the unknown numbers n(c) of respondents with code c are whole and satisfy
    n(c) >= 0, sum n(c) = n_valid and, where they are known, sum c n(c) = sum_of_codes,
    sum c^2 n(c) = sum_of_squares and sum of n(c) over the counted codes = counted. The sum and the
    sum of squares of the recoded variable are linear in n(c), so their extremes are integer
    programs; countries add up. Where the counts determine a statistic, the two ends agree.

    Parameters
    ----------
    counts : pandas.DataFrame
        One row a country: n_valid, sum_of_codes, sum_of_squares (may be missing), counted_codes
        (codes separated by blanks, may be missing) and counted, as read by
        `lib.sources.wvs.read_counts`.
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
    rows = counts.to_dict("records")
    mean = _average(rows, codes, recoded)
    if np.isin(recoded, (0, 1)).all():
        variance = variance_bounds(mean, maximum=1)
    else:
        variance = _variance(mean, _average(rows, codes, recoded**2))
    bounds = {
        "observations": Interval(n, n),
        "mean": mean,
        "standard_deviation": _standard_deviation(variance, n),
        "minimum": _minimum(rows, codes, recoded),
        "maximum": _minimum(rows, codes, -recoded) * -1.0,
    }
    ends = [(name, bound.low, bound.high) for name, bound in bounds.items()]
    return pd.DataFrame(ends, columns=["statistic", "low", "high"])


def count_bounds(
    counts: pd.DataFrame, codes: Collection[int], chosen: Collection[int]
) -> pd.DataFrame:
    """Bound how many respondents of each country gave one of some codes."""
    every = np.array(list(codes))
    objective = np.isin(every, list(chosen)).astype(float)
    bounds = [_country_bounds(row, every, objective) for row in counts.to_dict("records")]
    ends = np.rint([(bound.low, bound.high) for bound in bounds]).astype(int)
    return counts.assign(low=ends[:, 0], high=ends[:, 1])


def moments(counts: pd.DataFrame, ddof: int = 1) -> pd.DataFrame:
    """
    Give mean and standard deviation that follow from sums.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns n_valid (n), sum_of_codes (S) and sum_of_squares (Q), one row a country; or one row
        of their totals.
    ddof : int, default 1
        1 for the divisor n - 1, 0 for n.

    Returns
    -------
    pandas.DataFrame
        With the index of the counts: mean, S/n, and standard_deviation, the root of
        (Q - S^2/n)/(n - ddof), NaN where a sum is.
    """
    n, mean = counts["n_valid"], counts["sum_of_codes"] / counts["n_valid"]
    variance = (counts["sum_of_squares"] - n * mean**2) / (n - ddof)
    return pd.DataFrame({"mean": mean, "standard_deviation": np.sqrt(variance.clip(lower=0))})


def no_answer_bounds(counts: pd.DataFrame) -> pd.DataFrame:
    """Bound the shares that would be found if everybody interviewed had answered."""
    interviewed, without = counts["n_interviewed"], counts["n_interviewed"] - counts["n_valid"]
    return counts.assign(
        no_answer=without / interviewed,
        share=counts["counted"] / counts["n_valid"],
        low=counts["counted"] / interviewed,
        high=(counts["counted"] + without) / interviewed,
    )


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
    rows: Collection[Mapping[Any, Any]], codes: NDArray[np.int_], objective: NDArray[np.float64]
) -> Interval:
    """Bounds on the mean of ``objective[code]`` over all respondents."""
    n = sum(int(row["n_valid"]) for row in rows)
    totals = [_country_bounds(row, codes, objective) for row in rows]
    ends = sum(total.low for total in totals) / n, sum(total.high for total in totals) / n
    return Interval(ends[0], max(ends))


def _country_bounds(
    row: Mapping[Any, Any], codes: NDArray[np.int_], objective: NDArray[np.float64]
) -> Interval:
    bounds = count_extremes(objective, *_totals(row, codes))
    if bounds is None:
        raise InputError(
            f"The counts of {row.get('country', 'a country')} contradict each other: none "
            f"have {row['n_valid']} as their number and {row['sum_of_codes']} as the sum of "
            "their codes; restore the file of counts."
        )
    return bounds


def _totals(
    row: Mapping[Any, Any], codes: NDArray[np.int_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give what each code adds to the totals that are known of a country, and the totals."""
    adds, totals = [np.ones(len(codes))], [float(row["n_valid"])]
    for power, name in ((1, "sum_of_codes"), (2, "sum_of_squares")):
        if pd.notna(row.get(name)):
            adds.append(codes.astype(float) ** power)
            totals.append(float(row[name]))
    if pd.notna(row["counted"]):
        counted = [int(code) for code in str(row["counted_codes"]).split()]
        adds.append(np.isin(codes, counted).astype(float))
        totals.append(float(row["counted"]))
    return np.array(adds), np.array(totals)


def _variance(mean: Interval, square: Interval) -> Interval:
    """Bound it by the ends of mean and mean square."""
    magnitude = abs(mean)
    low, high = square.low - magnitude.high**2, square.high - magnitude.low**2
    return Interval(max(low, 0.0), max(high, 0.0))


def _standard_deviation(variance: Interval, n: int) -> Interval:
    """Take the root; the divisor is n - 1."""
    return Interval(sqrt(variance.low * n / (n - 1)), sqrt(variance.high * n / (n - 1)))


def _minimum(
    rows: Collection[Mapping[Any, Any]], codes: NDArray[np.int_], recoded: NDArray[np.float64]
) -> Interval:
    """From the lowest value that somebody can have given to the highest below which nobody must."""
    values = np.unique(recoded)
    lowest = (v for v in values if any(_can_be_given(row, codes, recoded == v) for row in rows))
    highest = (
        v for v in values[::-1] if all(_can_give_all(row, codes[recoded >= v]) for row in rows)
    )
    return Interval(float(next(lowest)), float(next(highest)))


def _can_be_given(
    row: Mapping[Any, Any], codes: NDArray[np.int_], chosen: NDArray[np.bool_]
) -> bool:
    bounds = count_extremes(chosen.astype(float), *_totals(row, codes), whole=False)
    return bounds is not None and bounds.high > 1 - TOLERANCE


def _can_give_all(row: Mapping[Any, Any], codes: NDArray[np.int_]) -> bool:
    nothing = np.zeros(len(codes))
    return count_extremes(nothing, *_totals(row, codes), whole=False) is not None
