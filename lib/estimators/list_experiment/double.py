"""
The double list experiment: two lists, and everybody has the sensitive item on one of them.

With counts a and b of the two lists, half the difference in means of a - b between the arms is the
average of the two estimates, and the difference in means of a + b is their difference: respondents
are independent of each other, and the covariance of the two estimates is in the spread of a - b.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from scipy.special import betaln

from ..checks import check_columns
from ..errors import InputError
from . import checks
from .difference import difference_in_means
from .distributions import Array

KEPT = ["estimator", "group", "estimate", "std_error", "df", "conf_low", "conf_high"]


def double_list(
    data: pd.DataFrame, first: str, second: str, treatment: str, **options: Any
) -> pd.DataFrame:
    """
    Estimate the share with the sensitive trait from two lists.

    The average of the two differences in means (Miller 1984; Droitcour et al. 1991, in Biemer et
    al., Measurement Errors in Surveys). With equal arms its variance is ``(Va + Vb - 2 Cab + p (1
    - p)) / n``, Va, Vb and Cab being variances and covariance of the control counts and p the
    share (Glynn 2013, POQ 77:159, equation 2): at most half that of one list if the lists are
    alike, and less the more they correlate.

    Parameters
    ----------
    data : pandas.DataFrame
        One row a respondent.
    first, second : str
        Columns of the counts of the two lists.
    treatment : str
        Column of the arm: 1 if the first list had the sensitive item, 0 if the second had it.
    **options
        What `difference_in_means` takes beside: by, weights, alpha, strata, clusters.

    Returns
    -------
    pandas.DataFrame
        Rows "first", "second" and "average" (of each group): estimator, group, estimate,
        std_error, df, conf_low, conf_high.

    Raises
    ------
    InputError
        As `difference_in_means`.
    """
    counts = _numeric(data, first, second)
    arms = checks.check_treatment(data[treatment])
    parts = {
        "first": (counts[0], arms),
        "second": (counts[1], 1 - arms),
        "average": ((counts[0] - counts[1]) / 2, arms),
    }
    tables = [
        difference_in_means(data.assign(**{first: y, treatment: t}), first, treatment, **options)
        for y, t in parts.values()
    ]
    table = pd.concat(tables, keys=parts, names=["estimator", None])
    return table.reset_index("estimator")[KEPT].reset_index(drop=True)


def carryover_tests(
    data: pd.DataFrame,
    first: str,
    second: str,
    treatment: str,
    subset: int = 10,
    draws: int = 100_000,
    seed: int = 1,
) -> pd.DataFrame:
    """
    Test whether the sensitive item changed the answers to both lists.

    Who sees it in the first question can change both answers, who sees it in the second only one
    (Diaz 2024, J. of Experimental Political Science 11:162).

    Parameters
    ----------
    data : pandas.DataFrame
        One row a respondent.
    first, second : str
        Columns of the counts in the order in which the lists were asked; if the order of the
        lists was drawn, not one list but the first question.
    treatment : str
        Column of the arm: 1 if the first question had the sensitive item, 0 if the second had it.
    subset : int
        Size m of the subsets of the signed rank test; with 2 it is Wilcoxon's, the larger the more
        weight large differences have.
    draws : int
        Random assignments from which the p-value of the signed rank test is counted.
    seed : int
        Seed of these draws.

    Returns
    -------
    pandas.DataFrame
        Rows "difference in differences" (his equations 1 and 2: the estimate of the first
        question less that of the second, Welch's t test, two-sided; of a fixed order the test of
        Chuang et al. 2021) and "signed rank" (his equations 3 and 4, after Stephenson 1981, JASA
        76:960; a tie shares the subsets; ``statistic`` is the sum of signed ranks over its standard
        deviation, lower tail): test, estimate, std_error, statistic, p_value. A negative statistic
        speaks of deflation. The trait itself makes signed ranks positive, so that the second test
        finds deflation only, and only what is larger than the share with the trait.

    Raises
    ------
    InputError
        If a column is missing or not numeric, the treatment is not 0 and 1, or the size of the
        subsets is not from 2 to the number of respondents.
    """
    counts = _numeric(data, first, second)
    arms = checks.check_treatment(data[treatment])
    if not 2 <= subset <= len(data):
        raise InputError(f"Subsets of {subset} of {len(data)} respondents: give a size from 2 on.")
    both = difference_in_means(data.assign(**{first: sum(counts)}), first, treatment).iloc[0]
    ratio = both["estimate"] / both["std_error"]
    scores = signed_ranks(counts[0] - counts[1], subset)
    statistic, p_value = _lower_tail(scores, arms, draws, np.random.default_rng(seed))
    return pd.DataFrame(
        {
            "test": ["difference in differences", "signed rank"],
            "estimate": [both["estimate"], np.nan],
            "std_error": [both["std_error"], np.nan],
            "statistic": [ratio, statistic],
            "p_value": [2 * stats.t.sf(abs(ratio), both["df"]), p_value],
        }
    )


def signed_ranks(differences: Array, subset: int) -> Array:
    """
    Count the subsets of respondents in which a difference is the largest, with its sign.

    As a share of all subsets; subsets whose largest differences tie are shared among these.
    """
    _, place, numbers = np.unique(np.abs(differences), return_inverse=True, return_counts=True)
    within = _log_subsets(np.cumsum(numbers), subset) - _log_subsets(len(differences), subset)
    scores = np.diff(np.exp(within), prepend=0) / numbers
    ranks: Array = np.sign(differences) * scores[place]
    return ranks


def _log_subsets(n: ArrayLike, subset: int) -> Array:
    """Logarithm of the number of subsets of n respondents."""
    rest = np.asarray(n, dtype=float) - subset
    many = -np.log(subset + 1 + rest) - betaln(subset + 1, np.maximum(rest, 0) + 1)
    return np.where(rest < 0, -np.inf, many)


def _lower_tail(
    scores: Array, arms: Array, draws: int, generator: np.random.Generator
) -> tuple[float, float]:
    """Sum of scores, turned round in the control arm, among those of other assignments."""
    values, place, numbers = np.unique(scores, return_inverse=True, return_counts=True)
    treated = np.bincount(place, arms).astype(int)
    drawn = generator.multivariate_hypergeometric(
        numbers, int(arms.sum()), size=draws, method="marginals"
    )
    observed, others = (values @ (2 * each - numbers).T for each in (treated, drawn))
    spread = float(others.std())
    statistic = float(observed - others.mean()) / spread if spread else 0.0
    rounding = 1e-9 * spread
    return statistic, float(1 + (others <= observed + rounding).sum()) / (1 + draws)


def _numeric(data: pd.DataFrame, *columns: str) -> list[Array]:
    check_columns(data, columns)
    return [checks.check_numeric(data[column]) for column in columns]
