"""Newton's method for the likelihood of a list experiment."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from scipy.special import expit

from ..ascent import MAXIMUM_ITERATIONS, NoMaximumError, StillRisingError, climb
from ..errors import ConvergenceError
from .distributions import Array
from .mixture import Evaluation

TOLERANCE = 1e-11  # Newton decrement for rows of weight one: steps below 1e-5 standard errors
LONGEST_STEP = 5.0  # logits: a share crosses nearly all of 0 to 1, and is not thrown beyond
FLATTEST = 1e-13  # an eigenvalue that is rounding, relative to the largest, divides no step
BOUNDARY = 20.0  # the logit of 2e-9, a share that no sample tells from zero
FLAT = 0.1 * float(expit(-BOUNDARY))  # a slope of 0.1 in the share itself
RUNNING = 8.0  # the logit of 0.0003; the leap from here halves the time of fits that run on
SINGULAR = 1e-11  # of a correlation matrix: above its rounding, below what data identify
STILL_MOVING = 0.1  # a tenth of the longest move: those that run, not those drawn along


class Likelihood(Protocol):
    """What can be maximized: the likelihood of a mixture, or one with a parameter held."""

    @property
    def weights(self) -> Array:
        """Multipliers of the rows' log probabilities, shape (n,)."""

    @property
    def scale(self) -> Array:
        """Root mean square of the regressor of each parameter, shape (q,)."""

    def evaluate(self, parameters: Array) -> Evaluation:
        """Log-likelihood, scores and information."""


def maximize(
    likelihood: Likelihood, start: Array, names: Sequence[str], shares: np.ndarray
) -> Evaluation:
    """
    Climb to a local maximum.

    Newton steps with the observed information, its eigenvalues made positive where they are not
    (Nocedal & Wright 2006, Numerical Optimization, section 3.4), in regressors scaled to length
    one (`lib.estimators.ascent`). The logit of a share that
    runs to its boundary, 0 or 1, stops at ``BOUNDARY`` (2e-9 from 0 or 1) and stays there as long
    as the log-likelihood rises beyond.
    """
    bounds = np.where(shares, BOUNDARY, np.inf)
    scale = likelihood.scale

    def find_step(current: Evaluation) -> Array:
        free = ~at_boundary(current, bounds)
        step: Array = np.zeros(len(start))
        step[free] = _step(current, scale, free)
        return _leap(current.parameters, step, bounds)

    tolerance = TOLERANCE * float(likelihood.weights.mean())
    try:
        return climb(likelihood.evaluate, start, find_step, tolerance, bounds)[0]
    except StillRisingError as error:
        moves = np.abs(error.step * scale)
        moving = moves > STILL_MOVING * moves.max()
        concerned = ", ".join(np.array(names)[moving])
        raise NoMaximumError(
            f"The log-likelihood was still rising after {MAXIMUM_ITERATIONS} Newton steps: "
            f"estimates of {concerned} run to infinity, as these data fit best where a share is 0 "
            "or 1; use fewer regressors or method='linear'.",
            error.reached,
            error.step,
        ) from error


def at_boundary(current: Evaluation, bounds: Array | float = BOUNDARY) -> np.ndarray:
    """Tell which parameters stand at their bound."""
    at_bound: np.ndarray = np.abs(current.parameters) >= bounds
    rising: np.ndarray = at_bound & (current.score * np.sign(current.parameters) >= -FLAT)
    return rising


def _step(current: Evaluation, scale: Array, free: np.ndarray) -> Array:
    """Newton step with a positive definite information, no longer than the longest allowed."""
    lengths = scale[free]
    information = current.information[np.ix_(free, free)] / np.outer(lengths, lengths)
    values, vectors = np.linalg.eigh(information)
    floor = FLATTEST * np.abs(values).max()
    in_directions = vectors.T @ (current.score[free] / lengths)
    step = vectors @ (in_directions / np.maximum(np.abs(values), floor))
    longest = np.abs(step).max()
    limited = step * (LONGEST_STEP / longest if longest > LONGEST_STEP else 1.0)
    scaled: Array = limited / lengths
    return scaled


def _leap(parameters: Array, step: Array, bounds: Array) -> Array:
    """Go all the way where a share runs to its boundary, as Newton steps there have length one."""
    outward = (np.abs(parameters) > RUNNING) & (step * parameters > 0) & np.isfinite(bounds)
    return np.where(outward, np.copysign(bounds, parameters) - parameters, step)


def invert_information(information: Array, names: Sequence[str]) -> Array:
    """Invert an information matrix, or say what it does not identify."""
    lengths = np.sqrt(np.maximum(np.diag(information), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(information / np.outer(lengths, lengths))
    flat = values < SINGULAR
    if flat.any():
        involved = np.abs(vectors[:, flat]).max(axis=1) > 0.3
        guilty = ", ".join(name for name, each in zip(names, involved, strict=True) if each)
        raise ConvergenceError(
            f"These data do not identify {guilty}: the log-likelihood is flat there; use a simpler "
            "model or leave the regressor out."
        )
    inverse: Array = (vectors / values) @ vectors.T / np.outer(lengths, lengths)
    return inverse
