"""
Bounds of the share with the sensitive trait if some who have it deny it.

Counts by arm tell, of those with k control items, how many have the trait and admit it, ``t_k =
F0(k) - F1(k)``, and how many either deny it or do not have it, ``s_k = F1(k) - F0(k - 1)``; F0 and
F1 are the distribution functions of the arms. Without a design effect nothing more is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq

from ..errors import InputError, plain
from .distributions import Array

ROUNDING = 1e-12  # shares of fewer than one respondent


@dataclass(frozen=True)
class LiarBounds:
    """
    What the counts say of the share with the trait, if some deny it.

    Attributes
    ----------
    low, high : float
        Bounds of the share. The lower is the difference in means: nobody lies.
    conf_low, conf_high : float
        Interval that holds the share with the chosen probability, wherever between the bounds it is
        (Imbens & Manski 2004, Econometrica 72:1845), within 0 to 1.
    types : pandas.DataFrame
        One row a number of control items: count, truthful (share who have the trait and admit it),
        silent (who deny it or do not have it) and most_liars (who can be liars).
    """

    low: float
    high: float
    conf_low: float
    conf_high: float
    types: pd.DataFrame


def liar_bounds(
    control: Sequence[int],
    treatment: Sequence[int],
    pooled: int = 1,
    alpha: float = 0.05,
    draws: int = 1_000,
    seed: int = 0,
) -> LiarBounds:
    """
    Bound the share with the sensitive trait without the assumption of no liars.

    What replaces it: among those with the trait, nobody lies more often than those to whom all
    control items apply, whose true answer would give them away (Li 2019, Political Analysis
    27:540). At most all of the silent among these are liars, so that of those with k items
    ``min(s_k, t_k s_J / t_J)`` can be; the upper bound adds them up.

    Parameters
    ----------
    control, treatment : sequence of int
        Respondents by count: of 0 to J in the control arm, of 0 to J + 1 in the treatment arm. If
        not to have the trait is what is hidden, give both in reverse, and read the bounds as those
        of the share without it.
    pooled : int
        How many of the highest numbers of control items are taken together as those who lie most:
        2 if few have all J (Li 2019, section 2.5.2).
    alpha : float
        One minus the level of the interval.
    draws : int
        Draws of the counts for the standard deviations of the bounds.
    seed : int
        Seed of the draws.

    Returns
    -------
    LiarBounds
        Bounds, interval and types.

    Raises
    ------
    InputError
        If the counts are not of J and J + 1 items, an arm is empty, or not 1 to J + 1 numbers are
        pooled.
    """
    arms = [np.asarray(arm, dtype=float) for arm in (control, treatment)]
    if len(arms[0]) < 2 or len(arms[1]) != len(arms[0]) + 1 or any(a.min() < 0 for a in arms):
        raise InputError(
            f"Counts of {len(arms[0])} and {len(arms[1])} numbers of items: give respondents with "
            "0 to J items of the control arm and with 0 to J + 1 of the treatment arm."
        )
    if not all(arm.sum() > 0 for arm in arms) or not 1 <= pooled <= len(arms[0]):
        raise InputError(
            f"Both arms need respondents, and {plain(pooled)} pooled numbers of items must be from "
            f"1 to {len(arms[0])}."
        )
    truthful, silent, most = _types(arms, pooled)
    low, high = float(truthful.sum()), float(truthful.sum() + most.sum())
    generator = np.random.default_rng(seed)
    drawn = [generator.multinomial(int(arm.sum()), arm / arm.sum(), draws) for arm in arms]
    each = [_types(pair, pooled) for pair in zip(*drawn, strict=True)]
    ends = np.array([[t.sum(), t.sum() + m.sum()] for t, _, m in each])
    errors = ends.std(axis=0, ddof=1)
    width = _critical_value((high - low) / errors.max(), alpha) * errors if errors.any() else errors
    table = {"truthful": truthful, "silent": silent, "most_liars": most}
    types = pd.DataFrame({"count": np.arange(len(truthful))} | table)
    limits = max(0.0, low - float(width[0])), min(1.0, high + float(width[1]))
    return LiarBounds(low, high, *limits, types)


def _types(arms: Sequence[Array], pooled: int) -> tuple[Array, Array, Array]:
    """Shares of the truthful, the silent and the most liars by number of control items."""
    control, treated = (np.cumsum(arm / arm.sum())[: len(arms[0])] for arm in arms)
    truthful, silent = control - treated, treated - np.append(0, control[:-1])
    admitted, hidden = np.maximum(truthful, 0), np.maximum(silent, 0)
    exposed = float(admitted[-pooled:].sum())
    most = hidden.copy()
    if exposed > ROUNDING:  # else all or none of them lie, and nothing is known of the others
        odds = hidden[-pooled:].sum() / exposed
        most[:-pooled] = np.minimum(odds * admitted, hidden)[:-pooled]
    return truthful, silent, most


def _critical_value(length: float, alpha: float) -> float:
    """Give the critical value of Imbens & Manski for bounds so many standard errors apart."""

    def excess(value: float) -> float:
        return float(stats.norm.cdf(value + length) - stats.norm.cdf(-value)) - (1 - alpha)

    return float(brentq(excess, 0.0, stats.norm.ppf(1 - alpha / 2) + 1e-9))
