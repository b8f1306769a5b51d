"""Climb a log-likelihood by uphill steps, halved until it rises enough."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from .errors import ConvergenceError

Array = NDArray[np.floating[Any]]

MAXIMUM_ITERATIONS = 200  # Newton's method takes about ten; what takes more runs to infinity
HALVINGS = 40  # 2^-40 of a step changes no digit that counts
SUFFICIENT = 1e-4  # the usual share of the gain to be expected (Nocedal & Wright 2006, 3.1)
ROUNDING = 1e-13  # relative error of a log-likelihood that adds up many terms


class Point(Protocol):
    """A log-likelihood and its score at some parameters."""

    @property
    def parameters(self) -> Array:
        """The parameters, shape (q,)."""

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood."""

    @property
    def score(self) -> Array:
        """Its derivatives, shape (q,)."""


P = TypeVar("P", bound=Point)


class NoMaximumError(ConvergenceError):
    """A climb ended without a maximum."""

    def __init__(self, message: str, reached: Any, step: Array) -> None:
        super().__init__(message)
        self.reached = reached
        self.step = step


class StillRisingError(NoMaximumError):
    """The log-likelihood was still rising when the steps were used up."""


def climb(
    evaluate: Callable[[Array], P],
    start: Array,
    find_step: Callable[[P], Array],
    tolerance: float,
    limit: float | Array = np.inf,
) -> tuple[P, int]:
    """Climb until the slope along the next step is as good as zero."""
    current = evaluate(start)
    for n_steps in range(MAXIMUM_ITERATIONS):
        step = find_step(current)
        if float(current.score @ step) < tolerance:
            return current, n_steps
        current = _search(evaluate, current, step, limit)
    raise StillRisingError(
        f"The log-likelihood was still rising after {MAXIMUM_ITERATIONS} Newton steps.",
        current,
        step,
    )


def _search(evaluate: Callable[[Array], P], current: P, step: Array, limit: float | Array) -> P:
    """Halve a step until the log-likelihood rises enough (Armijo's rule)."""
    rounding = ROUNDING * abs(current.log_likelihood)
    for halving in range(HALVINGS):
        target = np.clip(current.parameters + 0.5**halving * step, -limit, limit)
        try:
            proposal = evaluate(target)
        except ConvergenceError:  # so long a step that the modes there are out of reach
            continue
        expected = current.score @ (target - current.parameters)
        if proposal.log_likelihood - current.log_likelihood >= SUFFICIENT * expected - rounding:
            return proposal
    raise NoMaximumError(
        "No step raises the log-likelihood, though its gradient is not zero.", current, step
    )
