"""Hausman's specification test for list-experiment regressions."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..errors import InputError
from .distributions import Array
from .results import ListExperimentResultsWrapper

ROUNDING = 1e-10
INDEFINITE = (
    "The covariance of nonlinear least squares minus that of maximum likelihood has negative "
    "eigenvalues: in these data maximum likelihood does not look efficient, which Hausman's "
    "statistic takes for granted, so that it has no p-value (and would mean nothing if negative); "
    "the robust statistic does not need this."
)
WEIGHTED = (
    "With weights, strata or clusters maximum likelihood is not efficient, which Hausman's "
    "statistic takes for granted, so that it has no p-value; the robust statistic does not need "
    "this."
)
DEFINITE = (
    "The covariance of nonlinear least squares exceeds that of maximum likelihood, as it must "
    "where the likelihood is specified correctly."
)


@dataclass(frozen=True)
class HausmanResults:
    """
    Result of Hausman's test.

    Attributes
    ----------
    statistic : float
        The quadratic form; may be negative if the difference of covariances is indefinite.
    df : int
        Degrees of freedom of both statistics.
    p_value : float
        Small values speak against the likelihood; not a number if the difference is indefinite or
        the rows have weights, strata or clusters.
    robust_statistic, robust_p_value : float
        The same with the covariance of the difference from the rows' influence on both estimates;
        the test rejects a true model less often than its level in samples of a few thousand.
    explanation : str
        What the difference of covariances means for the test.
    """

    statistic: float
    df: int
    p_value: float
    robust_statistic: float
    robust_p_value: float
    explanation: str


def hausman_test(
    maximum_likelihood: ListExperimentResultsWrapper, nls: ListExperimentResultsWrapper
) -> HausmanResults:
    """
    Compare maximum likelihood with nonlinear least squares (Hausman 1978, Econometrica 46:1251).

    Both are consistent if counts are binomial and the trait follows the regression; only
    nonlinear least squares is if counts are not (Blair, Chou & Imai 2019, Political Analysis
    27:455).

    Parameters
    ----------
    maximum_likelihood : ListExperimentResultsWrapper
        Fit with method "ml", constrained and without extras.
    nls : ListExperimentResultsWrapper
        Fit with method "nls" to the same rows.

    Returns
    -------
    HausmanResults
        ``d' (V_nls - V_ml)^-1 d`` for the difference d of all coefficients, and ``d' V_d^-1 d``
        with the covariance of d itself, which exists whether or not maximum likelihood is
        efficient (White 1982, Econometrica 50:1).

    Raises
    ------
    InputError
        If the fits are not by these methods or have other parameters.
    """
    if (maximum_likelihood.method, nls.method) != ("ml", "nls"):
        raise InputError(
            f"The test compares method='ml' with method='nls', not {maximum_likelihood.method!r} "
            f"with {nls.method!r}."
        )
    terms = list(maximum_likelihood.params.index)
    if terms != list(nls.params.index) or maximum_likelihood.nobs != nls.nobs:
        raise InputError(
            "The two fits have other rows or parameters; fit one formula to the same rows, with "
            "the constrained model and no extras."
        )
    difference = (maximum_likelihood.params - nls.params).to_numpy()
    excess = (nls.cov_params() - maximum_likelihood.cov_params()).to_numpy()
    influence = (maximum_likelihood.influence - nls.influence).to_numpy()
    statistic = _quadratic_form(difference, excess)
    rows = maximum_likelihood.model.rows
    robust = _quadratic_form(difference, rows.covariance(influence))
    p_value, robust_p_value = (float(stats.chi2.sf(s, len(terms))) for s in (statistic, robust))
    explanation = _explain(excess, weighted=not rows.simple)
    return HausmanResults(
        statistic,
        len(terms),
        p_value if explanation == DEFINITE else np.nan,
        robust,
        robust_p_value,
        explanation,
    )


def _explain(excess: Array, weighted: bool) -> str:
    """Say whether the statistic can be taken for one."""
    if weighted:
        return WEIGHTED
    eigenvalues = np.linalg.eigvalsh(excess)
    return DEFINITE if eigenvalues[0] > -ROUNDING * eigenvalues[-1] else INDEFINITE


def _quadratic_form(difference: Array, covariance: Array) -> float:
    return float(difference @ np.linalg.pinv(covariance, hermitian=True) @ difference)
