"""The errors and warnings that a reader of the book may meet."""


class InputError(ValueError):
    """Bad input, told in one plain sentence: what was found, where, and what to do."""


class ConvergenceError(RuntimeError):
    """An optimiser did not reach a maximum; no number is returned."""


class ConvergenceWarning(UserWarning):
    """A fit is returned that a reader must not take at face value."""


class SweepError(RuntimeError):
    """A sweep that could not go on: why; what had finished is kept."""
