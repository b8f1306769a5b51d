"""
Test whether the sensitive item changes the answers to the control items.

Without a design effect the shares of respondents with y control items and the trait,
``pi(y, 1) = F0(y) - F1(y)``, and without it, ``pi(y, 0) = F1(y) - F0(y - 1)``, are not negative;
F0 and F1 are the distribution functions of the counts in the control and the treatment arm
(Blair & Imai 2012, Political Analysis 20:47).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import nnls

from ..errors import InputError
from . import checks
from .distributions import Array

SEED = 20


@dataclass(frozen=True)
class Arm:
    """Counts of one arm as a distribution function."""

    below: Array
    weights: Array

    @cached_property
    def cumulative(self) -> Array:
        """Shares with a count of at most -1, 0, ..., J + 1, shape (J + 3,)."""
        cumulative: Array = self.weights @ self.below
        return cumulative

    @cached_property
    def covariance(self) -> Array:
        """
        Covariance of the shares, shape (J + 3, J + 3).

        Linearized, ``sum w^2 (1(y <= a) - F(a)) (1(y <= b) - F(b))`` (Cochran 1977, Sampling
        Techniques), which is ``F(min) (1 - F(max)) / n`` for equal weights.
        """
        deviations = self.weights[:, None] * (self.below - self.cumulative)
        covariance: Array = deviations.T @ deviations
        return covariance


@dataclass(frozen=True)
class Family:
    """Inequalities ``shares >= 0`` about respondents with, or without, the trait."""

    shares: Array
    covariance: Array
    variances: Array | None = None  # what each arm adds to the diagonal, shape (2, k)
    sizes: Array | None = None  # respondents of the arms

    def subset(self, kept: np.ndarray) -> "Family":
        """Leave inequalities out."""
        variances = None if self.variances is None else self.variances[:, kept]
        return Family(self.shares[kept], self.covariance[np.ix_(kept, kept)], variances, self.sizes)

    @cached_property
    def std_errors(self) -> Array:
        """Standard errors of the shares, shape (k,)."""
        errors: Array = np.sqrt(np.diag(self.covariance))
        return errors

    def statistic(self) -> float:
        """Measure how far the shares are from not being negative."""
        if (self.shares >= 0).all():
            return 0.0
        root = np.linalg.cholesky(np.linalg.inv(self.covariance)).T
        return float(nnls(root, root @ self.shares)[1] ** 2)

    def p_value(self) -> float:
        """Probability of so large a statistic if all shares are zero."""
        statistic = self.statistic()
        if statistic == 0:
            return 1.0
        weights = chi_bar_weights(self.covariance)
        degrees = np.arange(1, len(weights))
        return float(weights[1:] @ stats.chi2.sf(statistic, degrees))

    def t_p_value(self) -> float:
        """Probability of a smaller share if it is zero, by the t test of Welch (1947)."""
        assert self.variances is not None
        assert self.sizes is not None
        parts = self.variances[:, 0] * self.sizes / (self.sizes - 1)
        df = parts.sum() ** 2 / (parts**2 / (self.sizes - 1)).sum()
        return float(stats.t.cdf(self.shares[0] / np.sqrt(parts.sum()), df))


@dataclass(frozen=True)
class DesignEffectResults:
    """
    Result of the design-effect test.

    Attributes
    ----------
    types : pandas.DataFrame
        Estimated shares of respondent types: trait (1 or 0), count (of control items), share and
        std_error.
    families : pandas.DataFrame
        The two tests: trait, n_inequalities (left by moment selection), statistic, p_value.
    p_value : float
        Twice the smaller p-value (Bonferroni), at most 1; small values speak of a design effect.
    """

    types: pd.DataFrame
    families: pd.DataFrame
    p_value: float


def design_effect_test(
    data: pd.DataFrame,
    outcome: str,
    treatment: str,
    n_items: int,
    selection: str | None = "own_errors",
    weights: str | None = None,
) -> DesignEffectResults:
    """
    Test the null hypothesis of no design effect (Blair & Imai 2012).

    Parameters
    ----------
    data : pandas.DataFrame
        One row a respondent.
    outcome : str
        Column of the item count.
    treatment : str
        Column of the arm: 1 if the list had the sensitive item, else 0.
    n_items : int
        Number of control items, J.
    selection : {"own_errors", "between_shares"} or None
        Which inequalities are left out as too far from being violated, which gives the test more
        power: those whose share exceeds ``sqrt(log n)`` of its own standard error (generalized
        moment selection, Andrews & Soares 2010, Econometrica 78:119); those whose share exceeds
        ``sqrt(log(n) / n)`` of the standard deviation between the shares of its family, as in
        ict.test of R's package list (9.2.6), with a t test if one is left; or none.
    weights : str, optional
        Column of sampling weights.

    Returns
    -------
    DesignEffectResults
        Shares of types, the two tests and the p-value of both together.

    Raises
    ------
    InputError
        If the rows are no list experiment with J control items, or the selection is unknown; the
        sentence says why.

    Notes
    -----
    The standard deviation between the shares does not shrink as n grows, as their standard errors
    do, and is no measure of them: R leaves out inequalities that are not slack, and its p-values
    are other than these, often smaller. To compare with published ones, which mostly come from R,
    choose "between_shares"; to test, the default.
    """
    if selection not in (*SLACKNESS, None):
        raise InputError(
            f"The selection {selection!r} is unknown; choose {' or '.join(map(repr, SLACKNESS))}, "
            "or None."
        )
    control, treated = _arms(data, outcome, treatment, n_items, weights)
    families = {1: _with_trait(control, treated), 0: _without_trait(control, treated)}
    tested = {
        1: families[1].subset(np.arange(n_items + 1) < n_items),
        0: families[0].subset(np.arange(n_items + 1) > 0),
    }
    rows = [_test(trait, family, len(data), selection) for trait, family in tested.items()]
    table = pd.DataFrame(rows)
    p_value = min(1.0, 2 * float(table["p_value"].min()))
    return DesignEffectResults(_types(families), table, p_value)


def _arms(
    data: pd.DataFrame, outcome: str, treatment: str, n_items: int, weights: str | None
) -> tuple[Arm, Arm]:
    """Distribution functions of the two arms."""
    counts, arms = checks.check_experiment(data, outcome, treatment, n_items)
    values = checks.read_weights(data, weights)
    below = counts[:, None] <= np.arange(-1, n_items + 2)
    samples = [arms == arm for arm in (0, 1)]
    control, treated = (
        Arm(below[sample], values[sample] / values[sample].sum()) for sample in samples
    )
    return control, treated


def _with_trait(control: Arm, treated: Arm) -> Family:
    """Shares ``F0(y) - F1(y)`` for y from 0 to J."""
    same = slice(1, -1)
    return _difference(control, same, treated, same)


def _without_trait(control: Arm, treated: Arm) -> Family:
    """Shares ``F1(y) - F0(y - 1)`` for y from 0 to J."""
    same, below = slice(1, -1), slice(0, -2)
    return _difference(treated, same, control, below)


def _difference(first: Arm, own: slice, second: Arm, other: slice) -> Family:
    """Differences of two distribution functions, which are of independent samples."""
    parts = [first.covariance[own, own], second.covariance[other, other]]
    return Family(
        first.cumulative[own] - second.cumulative[other],
        parts[0] + parts[1],
        np.array([np.diag(part) for part in parts]),
        np.array([len(first.weights), len(second.weights)]),
    )


def _types(families: dict[int, Family]) -> pd.DataFrame:
    """Shares of all types as one table."""
    tables = [
        pd.DataFrame(
            {
                "trait": trait,
                "count": np.arange(len(family.shares)),
                "share": family.shares,
                "std_error": family.std_errors,
            }
        )
        for trait, family in families.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _test(trait: int, family: Family, n: int, selection: str | None) -> dict[str, float]:
    """Test the inequalities of one family."""
    unit = np.inf if selection is None else SLACKNESS[selection](family, n)
    slack = family.shares > np.sqrt(np.log(n)) * unit
    kept = family.subset(_informative(family) & ~slack)
    as_in_r = selection == "between_shares" and len(kept.shares) == 1
    return {
        "trait": trait,
        "n_inequalities": len(kept.shares),
        "statistic": kept.statistic(),
        "p_value": kept.t_p_value() if as_in_r else kept.p_value(),
    }


SLACKNESS: dict[str, Callable[[Family, int], Array | float]] = {
    "own_errors": lambda family, _: family.std_errors,
    "between_shares": lambda family, n: float(family.shares.std(ddof=1)) / np.sqrt(n),
}


def _informative(family: Family) -> np.ndarray:
    """Leave out shares without variance, and those that repeat the share before."""
    varies = family.std_errors > 0
    repeats = np.zeros(len(varies), dtype=bool)
    repeats[1:] = np.isclose(family.covariance[1:], family.covariance[:-1], atol=0).all(axis=1)
    informative: np.ndarray = varies & ~repeats
    return informative


def chi_bar_weights(covariance: Array) -> Array:
    """Weights of the chi-squared distributions in Kudo's mixture."""
    k = len(covariance)
    weights = np.zeros(k + 1)
    for size in range(k + 1):
        weights[size] = sum(_face_probability(covariance, zero) for zero in _subsets(k, size))
    return weights


def _subsets(k: int, size: int) -> Iterator[np.ndarray]:
    """Masks of all subsets of a size."""
    for chosen in combinations(range(k), size):
        yield np.isin(np.arange(k), chosen)


def _face_probability(covariance: Array, zero: np.ndarray) -> float:
    """Probability that just these shares are zero in the nearest point."""
    inside = covariance[np.ix_(zero, zero)]
    across = covariance[np.ix_(~zero, zero)]
    multipliers = np.linalg.inv(inside)
    rest = covariance[np.ix_(~zero, ~zero)] - across @ multipliers @ across.T
    return _orthant_probability(multipliers) * _orthant_probability(rest)


def _orthant_probability(covariance: Array) -> float:
    """Probability that all of some normal variables with mean zero are positive."""
    k = len(covariance)
    if k == 0:
        return 1.0
    if k == 1:
        return 0.5
    deviations = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviations, deviations)
    if k == 2:  # Sheppard's formula
        return float(0.25 + np.arcsin(correlation[0, 1]) / (2 * np.pi))
    distribution = stats.multivariate_normal(np.zeros(k), correlation, seed=SEED)
    return float(distribution.cdf(np.zeros(k)))
