"""The errors and warnings of the estimators, and how they tell of an unknown name."""

from collections.abc import Iterable
from difflib import get_close_matches

import numpy as np

MOST_LISTED = 20


class InputError(ValueError):
    """Bad input, told in one plain sentence: what was found, where, and what to do."""


class ConvergenceError(RuntimeError):
    """An optimiser did not reach a maximum; no number is returned."""


class ConvergenceWarning(UserWarning):
    """A fit is returned that a reader must not take at face value."""


def plain(value: object) -> str:
    """Write a value as a reader types it: 1 and 'a', whether Python's, numpy's or in a sequence."""
    if isinstance(value, list | tuple | np.ndarray):
        return f"[{', '.join(plain(each) for each in value)}]"
    return repr(value.item() if isinstance(value, np.generic) else value)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Advice for an unknown name."""
    known = [" ".join(str(candidate).split()) for candidate in known]
    lower = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(name.lower(), lower, n=1)
    if near:
        return f"did you mean {lower[near[0]]!r}?"
    more = f" and {len(known) - MOST_LISTED} more" if len(known) > MOST_LISTED else ""
    return f"use one of {', '.join(known[:MOST_LISTED])}{more}."
