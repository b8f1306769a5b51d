"""Exchange of answers between respondents of a stratum, which leaves every margin as it is."""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
CANDIDATES = 1024  # pairs that are compared before one is exchanged
PATIENCE = 20  # comparisons without a better pair after which the search ends


def exchange(
    values: Integers,
    strata: Integers,
    influence: Integers,
    deviation: Integers,
    tolerance: int,
    generator: np.random.Generator,
) -> Integers:
    """
    Exchange values within strata until the deviations from the targets are near zero.

    Deviations are linear in the values: a unit more of respondent i's value adds its influence. The
    best of `CANDIDATES` random pairs is exchanged as long as the sum of squared deviations falls.
    All is done in integers, so that every machine makes the same choices.
    """
    values, origin = values.copy(), np.arange(len(values))
    loss, failures = int(deviation @ deviation), 0
    members = _Members(strata)
    while failures < PATIENCE and np.abs(deviation).max() > tolerance:
        one, other = members.pairs(generator)
        difference = (values[other] - values[one])[:, None]
        reached = deviation + difference * (influence[one] - influence[other])
        losses = (reached**2).sum(axis=1)
        best = int(losses.argmin())
        failures += 1
        if losses[best] < loss:
            pair, reverse = [one[best], other[best]], [other[best], one[best]]
            values[pair], origin[pair] = values[reverse], origin[reverse]
            deviation, loss, failures = reached[best], int(losses[best]), 0
    return origin


class _Members:
    """Respondents in the order of their strata, to draw pairs of one stratum."""

    def __init__(self, strata: Integers) -> None:
        self._ordered = np.argsort(strata, kind="stable")
        sizes = np.bincount(strata)
        self._size = sizes[strata]
        self._first = (sizes.cumsum() - sizes)[strata]

    def pairs(self, generator: np.random.Generator) -> tuple[Integers, Integers]:
        """Draw respondents, and for each another of the stratum, at times the same."""
        one = generator.integers(len(self._ordered), size=CANDIDATES)
        place = self._first[one] + generator.integers(self._size[one])
        return one, self._ordered[place]
