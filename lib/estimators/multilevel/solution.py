"""From a maximum in working parameters to estimates and their covariance."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import block_diag

from ..errors import ConvergenceError, InputError
from .families import Array
from .likelihood import Evaluation, MarginalLikelihood
from .maximize import Maximum, maximize

BOUNDARY = 1e-3
SAME_LOG_LIKELIHOOD = 1e-6

FLAT = 1e3
"""Standard error of a diagonal entry of T, in its own units, that tells nothing of it."""

_FLAT_VARIANCE = (
    "The log-likelihood is flat in the group variance, which is not identified there: it grows "
    "without limit, or every group sits on the node at zero; try another start."
)


@dataclass(frozen=True)
class Solution:
    """Estimates of a model with random effects and where they came from."""

    params: Array
    covariance: Array
    evaluation: Evaluation
    iterations: int
    free: np.ndarray

    @property
    def at_boundary(self) -> bool:
        """Whether the covariance of the random effects is estimated as singular."""
        return len(self.free) < len(self.params)


def to_working(params: Array, n_effects: int) -> Array:
    """Replace the covariance of the random effects by its Cholesky factor T."""
    rows, columns = np.tril_indices(n_effects)
    entries = params[-len(rows) :]
    variances = entries[rows == columns]
    if (variances < 0).any():
        raise InputError(f"A group variance cannot be negative; {variances.min():g} was given.")
    matrix = np.zeros((n_effects, n_effects))
    matrix[rows, columns] = matrix[columns, rows] = entries
    factor = _cholesky(matrix)
    if not np.allclose(factor @ factor.T, matrix):
        raise InputError(
            f"No random effects have the variances and covariance {entries.tolist()}: "
            "the correlation would be beyond one."
        )
    return np.append(params[: -len(rows)], factor[rows, columns])


def covariance_jacobian(cholesky: Array) -> Array:
    """Differentiate the lower triangle of ``T T'`` in the entries of T."""
    rows, columns = np.tril_indices(len(cholesky))
    jacobian = np.zeros((len(rows), len(rows)))
    for entry, (row, column) in enumerate(zip(rows, columns, strict=True)):
        change = np.zeros_like(cholesky)
        change[row] = cholesky[:, column]
        jacobian[:, entry] = (change + change.T)[rows, columns]
    return jacobian


def solve(likelihood: MarginalLikelihood, start: Array, clustered: bool) -> Solution:
    """Maximize, and express the maximum in the covariance of the random effects."""
    maximum = _with_positive_diagonal(likelihood, _climb(likelihood, start))
    maximum, held = _at_boundary(likelihood, maximum)
    free = np.setdiff1d(np.arange(len(start)), held)
    scores, information = maximum.evaluation.scores, maximum.information
    working = np.zeros((len(start), len(start)))
    working[np.ix_(free, free)] = _covariance(
        scores[:, free], information[np.ix_(free, free)], clustered
    )
    diagonal = np.intersect1d(_diagonal(likelihood), free)
    values = maximum.evaluation.parameters[diagonal]
    if (np.diag(working)[diagonal] > (FLAT * values) ** 2).any():
        raise ConvergenceError(_FLAT_VARIANCE)
    return _in_covariances(likelihood, maximum, working, free)


def _climb(likelihood: MarginalLikelihood, start: Array) -> Maximum:
    """Maximize; where that crawls along the ridge of singular covariances, by way of its top."""
    try:
        return maximize(likelihood, start)
    except ConvergenceError:
        last_pivot = len(start) - 1
        if _diagonal(likelihood)[0] == last_pivot:
            raise
        start = start.copy()
        start[last_pivot] = 0.0
        on_ridge = maximize(likelihood, start, fixed=(last_pivot,))
        return _climb_on(likelihood, on_ridge, on_ridge.evaluation.parameters)


def _cholesky(matrix: Array) -> Array:
    """Lower-triangular factor; a column whose pivot is not positive is zero."""
    factor = np.zeros_like(matrix)
    for column in range(len(matrix)):
        rest = matrix[column:, column] - factor[column:] @ factor[column]
        if rest[0] > 0:
            factor[column:, column] = rest / np.sqrt(rest[0])
    return factor


def _diagonal(likelihood: MarginalLikelihood) -> np.ndarray:
    """Find the diagonal entries of T among the parameters."""
    rows, columns = likelihood.data.cholesky_entries
    diagonal: np.ndarray = likelihood.data.design.shape[1] + np.flatnonzero(rows == columns)
    return diagonal


def _with_positive_diagonal(likelihood: MarginalLikelihood, maximum: Maximum) -> Maximum:
    """Turn the signs of the columns of T, and climb from there."""
    coefficients, factor = likelihood.unpack(maximum.evaluation.parameters)
    if (np.diag(factor) >= 0).all():
        return maximum
    signs = np.where(np.diag(factor) < 0, -1, 1)
    entries = (factor * signs)[likelihood.data.cholesky_entries]
    return _climb_on(likelihood, maximum, np.append(coefficients, entries))


def _at_boundary(likelihood: MarginalLikelihood, maximum: Maximum) -> tuple[Maximum, np.ndarray]:
    """Move small pivots to zero, one after the other; indices of the entries that are held."""
    _, columns = likelihood.data.cholesky_entries
    held = np.array([], dtype=int)
    for effect, index in enumerate(_diagonal(likelihood)):
        error = 1 / np.sqrt(maximum.information[index, index])
        if maximum.evaluation.parameters[index] < BOUNDARY * error:
            below = likelihood.data.design.shape[1] + np.flatnonzero(columns == effect)
            held = np.append(held, below)
            maximum = _without_pivot(likelihood, maximum, effect, held)
    return maximum, held


def _without_pivot(
    likelihood: MarginalLikelihood, maximum: Maximum, effect: int, held: np.ndarray
) -> Maximum:
    """Climb with the entries held at exactly zero, which must not be lower."""
    coefficients, factor = likelihood.unpack(maximum.evaluation.parameters)
    factor[effect, effect] = 0.0
    entries = _cholesky(factor @ factor.T)[likelihood.data.cholesky_entries]
    start = np.append(coefficients, entries)
    start[held] = 0.0
    constrained = _climb_on(likelihood, maximum, start, fixed=tuple(held))
    higher = maximum.evaluation.log_likelihood
    if abs(constrained.evaluation.log_likelihood - higher) > SAME_LOG_LIKELIHOOD:
        raise ConvergenceError(_FLAT_VARIANCE)
    return constrained


def _climb_on(
    likelihood: MarginalLikelihood, reached: Maximum, start: Array, fixed: tuple[int, ...] = ()
) -> Maximum:
    """Maximize from a point near a maximum that was reached before, and add up the steps."""
    maximum = maximize(likelihood, start, fixed)
    return replace(maximum, iterations=reached.iterations + maximum.iterations)


def _in_covariances(
    likelihood: MarginalLikelihood, maximum: Maximum, working: Array, free: np.ndarray
) -> Solution:
    """Delta method from T to the covariance of the random effects."""
    coefficients, factor = likelihood.unpack(maximum.evaluation.parameters)
    jacobian = block_diag(np.eye(len(coefficients)), covariance_jacobian(factor))
    covariance = jacobian @ working @ jacobian.T
    if len(free) < len(working):
        covariance[len(coefficients) :] = covariance[:, len(coefficients) :] = np.nan
    entries = (factor @ factor.T)[likelihood.data.cholesky_entries]
    return Solution(
        np.append(coefficients, entries),
        covariance,
        maximum.evaluation,
        maximum.iterations,
        free,
    )


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
