"""The errors and warnings that a reader of the book may meet."""

from lib.estimators.errors import (
    ConvergenceError,
    ConvergenceWarning,
    InputError,
    did_you_mean,
    plain,
)

__all__ = [
    "BuildError",
    "ConvergenceError",
    "ConvergenceWarning",
    "InputError",
    "SweepError",
    "did_you_mean",
    "plain",
]


class BuildError(RuntimeError):
    """A build that failed: where, and why, in a few lines."""


class SweepError(RuntimeError):
    """A sweep that could not go on: why; what had finished is kept."""
