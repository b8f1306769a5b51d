"""From a maximum in working parameters to estimates and their covariance."""

from dataclasses import dataclass

import numpy as np

from lib.errors import ConvergenceError, InputError
from lib.multilevel.families import Array
from lib.multilevel.likelihood import Evaluation, MarginalLikelihood
from lib.multilevel.maximize import Maximum, maximize, observed_information

BOUNDARY = 1e-3
SAME_LOG_LIKELIHOOD = 1e-6

FLAT = 1e3
"""Standard error of the random intercept's deviation, in deviations, that tells nothing of it."""

_FLAT_VARIANCE = (
    "The log-likelihood is flat in the group variance, which is not identified there: it grows "
    "without limit, or every group sits on the node at zero; try another start."
)


@dataclass(frozen=True)
class Solution:
    """
    Estimates of a random-intercept model and where they came from.

    Attributes
    ----------
    params : ndarray, shape (p + 1,)
        Coefficients and group variance.
    covariance : ndarray, shape (p + 1, p + 1)
        Covariance of the estimates; not a number for a variance at the boundary.
    evaluation : Evaluation
        The likelihood at the estimates.
    iterations : int
        Newton steps taken.
    at_boundary : bool
        True if the group variance is estimated as zero.
    """

    params: Array
    covariance: Array
    evaluation: Evaluation
    iterations: int
    at_boundary: bool


def to_standard_deviation(params: Array) -> Array:
    """
    Replace the group variance by the standard deviation in which the likelihood is maximized.

    Parameters
    ----------
    params : ndarray, shape (p + 1,)
        Coefficients and group variance.

    Returns
    -------
    ndarray, shape (p + 1,)
        Coefficients and standard deviation.

    Raises
    ------
    InputError
        If the variance is negative.
    """
    if params[-1] < 0:
        raise InputError(f"A group variance cannot be negative; {params[-1]:g} was given.")
    return np.append(params[:-1], np.sqrt(params[-1]))


def solve(likelihood: MarginalLikelihood, start: Array, clustered: bool) -> Solution:
    """
    Maximize, and express the maximum in the group variance.

    Parameters
    ----------
    likelihood : MarginalLikelihood
        Likelihood with one random effect.
    start : ndarray, shape (p + 1,)
        Coefficients and standard deviation.
    clustered : bool
        True for a covariance clustered by group.

    Returns
    -------
    Solution
        With the standard deviation's sign, which the likelihood does not know, made positive.

    Raises
    ------
    ConvergenceError
        If no maximum is reached, or the variance is not identified there.
    """
    maximum = maximize(likelihood, start)
    if maximum.evaluation.parameters[-1] < 0:
        positive = maximum.evaluation.parameters.copy()
        positive[-1] *= -1
        maximum = maximize(likelihood, positive)
    deviation = maximum.evaluation.parameters[-1]
    if deviation < BOUNDARY / np.sqrt(maximum.information[-1, -1]):
        return _at_boundary(likelihood, maximum, clustered)
    covariance = _covariance(maximum.evaluation.scores, maximum.information, clustered)
    if covariance[-1, -1] > (FLAT * deviation) ** 2:
        raise ConvergenceError(_FLAT_VARIANCE)
    jacobian = np.append(np.ones(len(start) - 1), 2 * deviation)
    return Solution(
        np.append(maximum.evaluation.parameters[:-1], deviation**2),
        jacobian[:, None] * covariance * jacobian,
        maximum.evaluation,
        maximum.iterations,
        at_boundary=False,
    )


def _at_boundary(likelihood: MarginalLikelihood, maximum: Maximum, clustered: bool) -> Solution:
    """Estimates with a variance of exactly zero, where coefficients and variance part."""
    params = np.append(maximum.evaluation.parameters[:-1], 0.0)
    evaluation = likelihood.evaluate(params)
    if abs(evaluation.log_likelihood - maximum.evaluation.log_likelihood) > SAME_LOG_LIKELIHOOD:
        raise ConvergenceError(_FLAT_VARIANCE)
    information = observed_information(likelihood, evaluation)[:-1, :-1]
    covariance = np.full((len(params), len(params)), np.nan)
    covariance[:-1, :-1] = _covariance(evaluation.scores[:, :-1], information, clustered)
    return Solution(params, covariance, evaluation, maximum.iterations, at_boundary=True)


def _covariance(scores: Array, information: Array, clustered: bool) -> Array:
    """
    Inverse information, or the sandwich clustered by group with the factor G / (G - 1).

    The sandwich is that of Rabe-Hesketh & Skrondal (2006, JRSS A 169:805, section 3.3).
    """
    try:
        inverse = np.linalg.inv(information)
    except np.linalg.LinAlgError as error:
        raise ConvergenceError(
            "The observed information is singular: some parameter is not identified at the point "
            "that was reached; try another start."
        ) from error
    if not clustered:
        return inverse
    n_clusters = len(scores)
    return inverse @ (scores.T @ scores) @ inverse * n_clusters / (n_clusters - 1)
