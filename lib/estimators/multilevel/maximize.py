"""Newton's method for marginal likelihoods."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

from ..ascent import climb
from ..errors import ConvergenceError
from .families import Array
from .likelihood import Evaluation, MarginalLikelihood
from .quadrature import gauss_hermite

TOLERANCE = 1e-13  # Newton decrement: steps below 1e-6 standard errors
INFORMATION_POINTS = 25
CLIMBING_POINTS = 5
SMALLEST_CURVATURE = 0.01


@dataclass(frozen=True)
class Maximum:
    """A maximum of a marginal likelihood."""

    evaluation: Evaluation
    information: Array
    iterations: int


def maximize(likelihood: MarginalLikelihood, start: Array, fixed: tuple[int, ...] = ()) -> Maximum:
    """
    Climb to a local maximum by Newton's method with the observed information.

    Where the observed information is not positive definite, the step is in non-adaptive quadrature
    that of the EM gradient algorithm (Lange 1995, JRSS B 57:425); in adaptive quadrature, Newton's
    with the absolute eigenvalues of the information relative to the complete-data information
    (Nocedal & Wright 2006, Numerical Optimization), which does not crawl past saddles. Both
    are uphill, and halved as `lib.estimators.ascent` says; all are invariant to rescaled
    regressors.
    """
    free = np.setdiff1d(np.arange(len(start)), fixed)
    last, n_steps = climb(
        likelihood.evaluate, start, lambda point: _step(likelihood, point, free), TOLERANCE
    )
    if not _is_positive_definite(_climbing_information(likelihood, last, free)):
        raise ConvergenceError("The climb ended at a stationary point that is no maximum.")
    return _polished(likelihood, last, free, n_steps)


def _observed_information(
    likelihood: MarginalLikelihood, at: Evaluation, n_points: int = INFORMATION_POINTS
) -> Array:
    """Observed information, in adaptive quadrature from no fewer than so many points."""
    finer = gauss_hermite(n_points, likelihood.data.random_design.shape[1])
    if not likelihood.adaptive or len(likelihood.rule.nodes) >= len(finer.nodes):
        return at.information
    resolved = MarginalLikelihood(likelihood.data, likelihood.family, finer, adaptive=True)
    return resolved.evaluate(at.parameters).information


def _polished(
    likelihood: MarginalLikelihood, current: Evaluation, free: np.ndarray, iteration: int
) -> Maximum:
    """Take a last Newton step with all points: the climb uses few, and stops a little short."""
    block = np.ix_(free, free)
    information = _observed_information(likelihood, current)[block]
    if not _is_positive_definite(information):
        raise ConvergenceError("The climb ended at a stationary point that is no maximum.")
    parameters = current.parameters.copy()
    parameters[free] += cho_solve(cho_factor(information), current.score[free])
    last = likelihood.evaluate(parameters)
    return Maximum(last, _observed_information(likelihood, last), iteration + 1)


def _climbing_information(
    likelihood: MarginalLikelihood, at: Evaluation, free: np.ndarray
) -> Array:
    information: Array = _observed_information(likelihood, at, CLIMBING_POINTS)[np.ix_(free, free)]
    return information


def _step(likelihood: MarginalLikelihood, current: Evaluation, free: np.ndarray) -> Array:
    """Newton step, or another that is uphill where the information is not positive definite."""
    information = _climbing_information(likelihood, current, free)
    complete, score = current.complete_information[np.ix_(free, free)], current.score[free]
    step = np.zeros_like(current.parameters)
    if _is_positive_definite(information):
        step[free] = cho_solve(cho_factor(information), score)
    elif likelihood.adaptive and _is_positive_definite(complete):
        step[free] = _turned_step(information, complete, score)
    else:  # all groups at one node make even the complete-data information singular
        step[free] = np.linalg.pinv(complete, hermitian=True) @ score
    return step


def _turned_step(information: Array, complete: Array, score: Array) -> Array:
    """Newton step with the curvatures relative to complete data, in size, so that it is uphill."""
    curvatures, directions = eigh(information, complete)
    sizes = np.maximum(np.abs(curvatures), SMALLEST_CURVATURE)
    step: Array = directions @ (directions.T @ score / sizes)
    return step


def _is_positive_definite(matrix: Array) -> bool:
    try:
        cho_factor(matrix)
    except LinAlgError:
        return False
    return True
