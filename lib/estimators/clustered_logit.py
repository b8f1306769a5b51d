"""A pooled logit of counts by group with few groups: jackknife and wild bootstrap by group."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import t

from .errors import ConvergenceError, InputError
from .few_clusters import residual_df, webb_draws

Array = NDArray[np.float64]
STEPS, TOLERANCE = 50, 1e-10


@dataclass(frozen=True)
class ClusteredSlope:
    """The slope of a pooled logit and a test that it is zero."""

    estimate: float
    std_error: float
    p_value: float


def cluster_jackknife(successes: pd.Series, n: pd.Series, regressor: pd.Series) -> ClusteredSlope:
    """
    Test the slope of a pooled logit by leaving out one group at a time.

    Parameters
    ----------
    successes, n : pandas.Series
        Respondents with the outcome, and all, by group.
    regressor : pandas.Series
        Its value in each group.

    Returns
    -------
    ClusteredSlope
        With the standard error CV3, the root of (J - 1)/J times the sum of squared deviations of
        the J estimates from that of all groups, and t on J - 1 degrees of freedom (MacKinnon,
        Nielsen & Webb, arXiv:2406.00650).

    Raises
    ------
    InputError
        If there are fewer than three groups.
    ConvergenceError
        If a logit has no maximum.
    """
    y, size, x = _columns(successes, n, regressor)
    j = len(y)
    weights = np.vstack([np.ones(j), 1 - np.eye(j)])
    slopes = _slopes(y, size, x, weights)[:, 1]
    std_error = float(np.sqrt((j - 1) / j * ((slopes[1:] - slopes[0]) ** 2).sum()))
    p_value = 2 * t.sf(abs(slopes[0]) / std_error, j - 1)
    return ClusteredSlope(float(slopes[0]), std_error, float(p_value))


def linearized_wild_bootstrap(
    successes: pd.Series, n: pd.Series, regressor: pd.Series, draws: int = 9_999, seed: int = 0
) -> ClusteredSlope:
    """
    Test the slope of a pooled logit by a wild bootstrap of the scores of groups.

    Parameters
    ----------
    successes, n : pandas.Series
        Respondents with the outcome, and all, by group.
    regressor : pandas.Series
        Its value in each group.
    draws : int, default 9999
        Number of draws of Webb's six-point weights.
    seed : int, default 0
        Seed of the draws.

    Returns
    -------
    ClusteredSlope
        With the cluster-robust standard error CV1. The logit is made linear in its scores at the
        estimate that the hypothesis of no slope allows (MacKinnon, Nielsen & Webb,
        arXiv:2406.00650, the variant WCLR-C).

    Raises
    ------
    InputError
        If there are fewer than three groups.
    ConvergenceError
        If the logit has no maximum.
    """
    y, size, x = _columns(successes, n, regressor)
    design = np.column_stack([np.ones(len(y)), x])
    free = _slopes(y, size, x, np.ones((1, len(y))))[0]
    restricted = np.array([np.log(y.sum() / (size.sum() - y.sum())), 0.0])
    std_error = _robust_error(*_parts(y, size, design, free))[0]
    scores, informations = _parts(y, size, design, restricted)
    weights = webb_draws(len(y), draws, seed)
    drawn = weights[:, :, None] * scores
    inverse = np.linalg.inv(informations.sum(axis=0))
    steps = drawn.sum(axis=1) @ inverse
    left = drawn - np.einsum("gkl,dl->dgk", informations, steps)
    errors = _robust_error(left, informations)
    p_value = (np.abs(steps[:, 1]) / errors >= abs(free[1]) / std_error).mean()
    return ClusteredSlope(float(free[1]), float(std_error), float(p_value))


def _columns(successes: pd.Series, n: pd.Series, regressor: pd.Series) -> tuple[Array, ...]:
    residual_df(len(successes), 1)
    columns = (successes, n, regressor)
    y, size, x = (each.to_numpy(dtype=float) for each in columns)
    if not 0 < y.sum() < size.sum():
        raise InputError("All or none have the outcome, so that there is no slope to test.")
    return y, size, x - x.mean()


def _slopes(y: Array, size: Array, x: Array, weights: Array) -> Array:
    """Newton's method for one logit a row of weights, all at once: shape (rows, 2)."""
    design = np.column_stack([np.ones(len(x)), x])
    beta = np.zeros((len(weights), 2))
    for _ in range(STEPS):
        share = expit(beta @ design.T)
        score = (weights * (y - size * share)) @ design
        spread = weights * size * share * (1 - share)
        information = np.einsum("rg,gk,gl->rkl", spread, design, design)
        step = np.linalg.solve(information, score[:, :, None])[:, :, 0]
        beta += step
        if np.abs(step).max() < TOLERANCE:
            return beta
    raise ConvergenceError("The pooled logit has no maximum; a group may decide it alone.")


def _parts(y: Array, size: Array, design: Array, beta: Array) -> tuple[Array, Array]:
    """Scores, shape (groups, 2), and information, shape (groups, 2, 2), of each group."""
    share = expit(design @ beta)
    information = (size * share * (1 - share))[:, None, None] * np.einsum(
        "gk,gl->gkl", design, design
    )
    return (y - size * share)[:, None] * design, information


def _robust_error(scores: Array, informations: Array) -> Array:
    """CV1 standard errors of the slope, one a draw of scores, shape (..., groups, 2)."""
    groups = len(informations)
    row = np.linalg.inv(informations.sum(axis=0))[1]
    squares = ((scores @ row) ** 2).sum(axis=-1)
    return np.atleast_1d(np.sqrt(groups / (groups - 1) * squares))
