"""How many countries a slope on a country-level regressor needs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln
from scipy.stats import nct, t

from ..errors import InputError
from ..few_clusters import residual_df

Floats = NDArray[np.float64]


def slope_power(
    slope: ArrayLike, std_error: ArrayLike, df: ArrayLike, alpha: float = 0.05
) -> Floats:
    """Give the power of the two-sided t test of a slope."""
    errors, freedom = np.asarray(std_error, dtype=float), np.asarray(df, dtype=float)
    if (errors <= 0).any() or (freedom < 1).any():
        raise InputError(
            f"A standard error of {errors.min()} with {freedom.min():g} degrees of freedom has no "
            "t test; give an error above 0 and 3 countries or more."
        )
    ratio, critical = np.abs(slope) / errors, t.isf(alpha / 2, freedom)
    return np.asarray(nct.sf(critical, freedom, ratio) + nct.cdf(-critical, freedom, ratio))


def slope_half_width(std_error: ArrayLike, df: ArrayLike, alpha: float = 0.05) -> Floats:
    """Give the expected distance from a slope to the end of its interval."""
    freedom = np.asarray(df, dtype=float)
    mean = np.sqrt(2 / freedom) * np.exp(gammaln((freedom + 1) / 2) - gammaln(freedom / 2))
    return np.asarray(t.isf(alpha / 2, freedom) * mean * np.asarray(std_error, dtype=float))


def required_countries(
    slope: float, variance: float, spread: float, alpha: float = 0.05, target_power: float = 0.8
) -> int:
    """Give the number of countries that finds a slope with a given power."""
    possible = slope != 0 and variance > 0 and spread > 0 and 0 < alpha < target_power < 1
    if not possible:
        raise InputError(
            f"A slope of {slope:.3g}, variance {variance:.3g}, spread {spread:.3g} and power "
            f"{target_power:.3g} need no finite number of countries; give a slope other than 0, "
            "variance and spread above 0, and a power between the level and 1."
        )

    def reaches(n: int) -> bool:
        error = np.sqrt(variance / (n * spread))
        return bool(slope_power(slope, error, residual_df(n, 1), alpha) >= target_power)

    fewer, enough = 2, 3
    while not reaches(enough):
        fewer, enough = enough, 2 * enough
    while enough - fewer > 1:
        middle = (fewer + enough) // 2
        fewer, enough = (fewer, middle) if reaches(middle) else (middle, enough)
    return enough


def plan_countries(
    cases: pd.DataFrame, regressor: pd.Series, alpha: float = 0.05, target_power: float = 0.8
) -> pd.DataFrame:
    """
    Say of several slopes and variances how well given countries would find them.

    Parameters
    ----------
    cases : pandas.DataFrame
        Columns ``slope`` (not 0) and ``variance`` (of country effects about the line, above 0).
    regressor : pandas.Series
        Values of the countries.
    alpha : float, default 0.05
        Level of the two-sided t test; the interval covers 1 - alpha.
    target_power : float, default 0.8
        Power wanted, between alpha and 1.

    Returns
    -------
    pandas.DataFrame
        The cases with ``std_error``, ``power``, ``half_width`` (`slope_half_width`), all with these
        countries, and ``required``, how many countries spread as these are needed.

    Raises
    ------
    InputError
        As `slope_power` and `required_countries`.
    """
    squares, n = float(((regressor - regressor.mean()) ** 2).sum()), len(regressor)
    error = np.sqrt(cases["variance"] / squares)
    df = residual_df(n, 1)
    pairs = zip(cases["slope"], cases["variance"], strict=True)
    return cases.assign(
        std_error=error,
        power=slope_power(cases["slope"], error, df, alpha),
        half_width=slope_half_width(error, df, alpha),
        required=[required_countries(b, v, squares / n, alpha, target_power) for b, v in pairs],
    )


def along_countries(
    cases: pd.DataFrame, numbers: Sequence[int], spread: float, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Say how power and precision grow with the number of countries.

    Parameters
    ----------
    cases : pandas.DataFrame
        Columns ``slope`` and ``variance``; others are kept.
    numbers : sequence of int
        Numbers of countries, from 3.
    spread : float
        As in `required_countries`.
    alpha : float, default 0.05
        Level of the two-sided t test; the interval covers 1 - alpha.

    Returns
    -------
    pandas.DataFrame
        One row a case and number: the cases with ``countries``, ``power`` and ``half_width``.

    Raises
    ------
    InputError
        As `slope_power`.
    """
    rows = cases.merge(pd.DataFrame({"countries": numbers}), how="cross")
    error, df = np.sqrt(rows["variance"] / (rows["countries"] * spread)), rows["countries"] - 2
    return rows.assign(
        power=slope_power(rows["slope"], error, df, alpha),
        half_width=slope_half_width(error, df, alpha),
    )
