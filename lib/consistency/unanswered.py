"""What answers that nobody gave could change: means, slopes, and whether a line predicts a wave."""

import pandas as pd
from scipy.special import expit, logit

from lib.core.errors import InputError
from lib.estimators.negative_control import slope_weights


def mean_bounds(counts: pd.DataFrame, lowest: float, highest: float) -> pd.DataFrame:
    """
    Bound the means that would be found if everybody interviewed had answered.

    Parameters
    ----------
    counts : pandas.DataFrame
        One row a country: n_interviewed (N), n_valid (n) and mean (m, of the answers given).
    lowest, highest : float
        Ends of the scale, a and b.

    Returns
    -------
    pandas.DataFrame
        With the index of the counts: low, (n m + (N - n) a)/N, and high, (n m + (N - n) b)/N
        (Manski 1989, Journal of Human Resources 24, 343-360).

    Raises
    ------
    InputError
        If a mean lies outside the scale.
    """
    if not counts["mean"].between(lowest, highest).all():
        raise InputError(f"A mean lies outside {lowest} to {highest}; check the ends of the scale.")
    given, missing = counts["n_valid"], counts["n_interviewed"] - counts["n_valid"]
    low = (given * counts["mean"] + missing * lowest) / counts["n_interviewed"]
    high = (given * counts["mean"] + missing * highest) / counts["n_interviewed"]
    return pd.DataFrame({"low": low, "high": high})


def slope_bounds(means: pd.DataFrame, regressor: pd.Series) -> tuple[float, float]:
    """Bound a least-squares slope whose outcomes are known only within bounds."""
    weights = slope_weights(regressor)
    ends = means.mul(weights, axis=0)
    return float(ends.min(axis=1).sum()), float(ends.max(axis=1).sum())


def difference_slope_bounds(
    first: pd.DataFrame, second: pd.DataFrame, regressor: pd.Series
) -> pd.DataFrame:
    """
    Bound the slopes of one mean answer, and of its difference from another, had all answered.

    Parameters
    ----------
    first, second : pandas.DataFrame
        Low and high of the two means, from `mean_bounds`, on one scale.
    regressor : pandas.Series
        Country values, with the same index.

    Returns
    -------
    pandas.DataFrame
        Columns low and high, by `slope_bounds`; rows ``first``; ``alike``, the difference if in
        each country those silent on either item would on average have answered both alike;
        ``any``, the difference whatever they would have said.
    """
    crossed = second.rename(columns={"low": "high", "high": "low"})
    cases = {"first": first, "alike": first - second, "any": first - crossed}
    ends = {name: slope_bounds(means, regressor) for name, means in cases.items()}
    return pd.DataFrame(ends, index=["low", "high"]).T


def against_line(
    counts: pd.DataFrame, line: pd.Series, shift: tuple[float, float] = (0.0, 0.0)
) -> pd.DataFrame:
    """
    Compare the share of an answer with the share that a line of log odds predicts.

    Parameters
    ----------
    counts : pandas.DataFrame
        One row a survey: n_interviewed (N), n_valid (n, NaN if not known) and counted (T above 0).
    line : pandas.Series
        Log odds that are predicted, with the same index.
    shift : tuple of float, default (0, 0)
        Least and greatest that may be added to them, such as what regressors left out can be worth.

    Returns
    -------
    pandas.DataFrame
        The counts with ``predicted`` (share), ``predicted_low`` and ``predicted_high`` (with the
        shift), ``low`` and ``high``, the share found: T/n, or from T/N to 1 over all possible n;
        ``miss``, log odds found less predicted (NaN where n is not known), ``fits``, whether the
        two intervals meet, and, where n is not known, ``needed_no_answer``, the share of N without
        an answer at which the share found is the one predicted, 1 - T/(N predicted) (negative: none
        can).

    Raises
    ------
    InputError
        If the surveys differ or nobody gave the answer.
    """
    if not counts.index.equals(line.index):
        raise InputError("Counts and line are of different surveys; give both in one order.")
    if (counts["counted"] <= 0).any():
        raise InputError("Nobody of a survey gave the answer; leave the survey out.")
    low = counts["counted"] / counts["n_valid"].fillna(counts["n_interviewed"])
    high = (counts["counted"] / counts["n_valid"]).fillna(1.0)
    predicted = line.map(expit)
    ends = [(line + end).map(expit) for end in shift]
    exact = low.where(counts["n_valid"].notna())
    needed = 1 - counts["counted"] / (counts["n_interviewed"] * predicted)
    return counts.assign(
        predicted=predicted,
        predicted_low=ends[0],
        predicted_high=ends[1],
        low=low,
        high=high,
        miss=exact.map(logit) - line,
        fits=(low <= ends[1]) & (ends[0] <= high),
        needed_no_answer=needed.where(counts["n_valid"].isna()),
    )


def composition_shift(coefficients: pd.Series) -> tuple[float, float]:
    """
    Bound what indicators of respondents can add to the log odds of a country.

    Parameters
    ----------
    coefficients : pandas.Series
        Coefficients of indicators, each 0 or 1 for every respondent.

    Returns
    -------
    tuple of float
        Sum of the negative ones and sum of the positive ones. Each respondent's log odds are
        shifted by something between, so those of a share averaged over respondents are too.
    """
    return float(coefficients.clip(upper=0).sum()), float(coefficients.clip(lower=0).sum())
