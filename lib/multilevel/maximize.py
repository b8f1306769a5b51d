"""Newton's method for marginal likelihoods."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from lib.errors import ConvergenceError
from lib.multilevel.families import Array
from lib.multilevel.likelihood import Evaluation, MarginalLikelihood
from lib.multilevel.quadrature import gauss_hermite

TOLERANCE = 1e-13
MAXIMUM_ITERATIONS = 200
HALVINGS = 40
INFORMATION_POINTS = 25


@dataclass(frozen=True)
class Maximum:
    """
    A maximum of a marginal likelihood.

    Attributes
    ----------
    evaluation : Evaluation
        The likelihood there.
    information : ndarray, shape (q, q)
        Observed information there, positive definite in the free parameters.
    iterations : int
        Newton steps taken.
    """

    evaluation: Evaluation
    information: Array
    iterations: int


def maximize(likelihood: MarginalLikelihood, start: Array, fixed: tuple[int, ...] = ()) -> Maximum:
    """
    Climb to a local maximum by Newton's method with the observed information.

    Where the observed information is not positive definite, the step is that of the EM gradient
    algorithm (Lange 1995, JRSS B 57:425), which is always uphill. A step that does not raise the
    log-likelihood enough is halved. Both steps are invariant to rescaled regressors.

    Parameters
    ----------
    likelihood : MarginalLikelihood
        The likelihood.
    start : ndarray, shape (q,)
        Where to start.
    fixed : tuple of int
        Indices of parameters that keep their starting value.

    Returns
    -------
    Maximum
        The maximum; the Newton decrement there is below ``TOLERANCE``.

    Raises
    ------
    ConvergenceError
        If no maximum is reached.
    """
    free = np.setdiff1d(np.arange(len(start)), fixed)
    current = likelihood.evaluate(start)
    for iteration in range(MAXIMUM_ITERATIONS):
        information = observed_information(likelihood, current)
        step, is_newton = _step(current, information, free)
        slope = float(current.score @ step)
        if slope < TOLERANCE:
            if is_newton:
                return Maximum(current, information, iteration)
            raise ConvergenceError("The climb ended at a stationary point that is no maximum.")
        current = _line_search(likelihood, current, step, slope)
    raise ConvergenceError(
        f"The log-likelihood was still rising after {MAXIMUM_ITERATIONS} Newton steps."
    )


def observed_information(likelihood: MarginalLikelihood, at: Evaluation) -> Array:
    """
    Observed information, never from fewer than 25 adaptive points.

    Parameters
    ----------
    likelihood : MarginalLikelihood
        The likelihood.
    at : Evaluation
        Where.

    Returns
    -------
    ndarray, shape (q, q)
        Louis' identity at the nodes of the likelihood; for adaptive quadrature with fewer than
        25 points at 25 points a dimension, as fewer do not resolve the posterior variances.
    """
    dimension = likelihood.data.random_design.shape[1]
    finer = gauss_hermite(INFORMATION_POINTS, dimension)
    if not likelihood.adaptive or len(likelihood.rule.nodes) >= len(finer.nodes):
        return at.information
    resolved = MarginalLikelihood(likelihood.data, likelihood.family, finer, adaptive=True)
    return resolved.evaluate(at.parameters).information


def _step(current: Evaluation, information: Array, free: np.ndarray) -> tuple[Array, bool]:
    """Newton step, or EM gradient step where the information is not positive definite."""
    step = np.zeros_like(current.parameters)
    block = np.ix_(free, free)
    try:
        step[free] = cho_solve(cho_factor(information[block]), current.score[free])
    except LinAlgError:
        # All groups at one node make even the complete-data information singular.
        inverse = np.linalg.pinv(current.complete_information[block], hermitian=True)
        step[free] = inverse @ current.score[free]
        return step, False
    return step, True


def _line_search(
    likelihood: MarginalLikelihood, current: Evaluation, step: Array, slope: float
) -> Evaluation:
    """Halve the step until the log-likelihood rises enough (Armijo's rule)."""
    rounding = 1e-13 * abs(current.log_likelihood)
    for halving in range(HALVINGS):
        fraction = 0.5**halving
        try:
            proposal = likelihood.evaluate(current.parameters + fraction * step)
        except ConvergenceError:  # so long a step that the modes there are out of reach
            continue
        gain = proposal.log_likelihood - current.log_likelihood
        if gain >= 1e-4 * fraction * slope - rounding:
            return proposal
    raise ConvergenceError("No step raises the log-likelihood, though its gradient is not zero.")
