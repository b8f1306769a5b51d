"""
Intervals of shares that may lie at their boundary, from the profile likelihood.

A share of liars or errors that is estimated at 0 has no standard error, and near 0 the intervals of
a symmetric error on the logit scale miss the truth too often. The likelihood ratio needs neither:
the interval holds every share at which twice the drop of the log-likelihood, maximized over all
else, is within the quantile of chi-squared with one degree of freedom (Venzon & Moolgavkar 1988,
Applied Statistics 37:87). At a boundary it holds the truth more often than its level says (Self &
Liang 1987, JASA 82:605).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import chi2

from ..errors import InputError
from .data import ListData
from .distributions import Array
from .estimate import Estimate
from .maximize import BOUNDARY, maximize
from .maximum_likelihood import is_share
from .mixture import Evaluation, MixtureLikelihood

PRECISION = 1e-4


def share_intervals(
    data: ListData, estimate: Estimate, maximum: Evaluation, alpha: float
) -> pd.DataFrame:
    """Give the shares behind ceiling, floor, overdispersion and errors with their intervals."""
    shares = np.array([False])
    if estimate.specification is not None:
        shares = is_share(estimate.specification.blocks(data))
        likelihood = estimate.specification.likelihood(data)
    if not shares.any():
        raise InputError(
            "The model has no share of liars or errors without regressors and no overdispersion; "
            "fit with ceiling, floor, error or overdispersed."
        )
    rows = []
    for index in np.flatnonzero(shares):
        profile = _Profile(likelihood, maximum, int(index), estimate.terms, shares)
        low, high = profile.interval(float(chi2.isf(alpha, 1)))
        ends = {"conf_low": expit(low), "conf_high": expit(high)}
        rows.append(
            {"term": estimate.terms[index], "estimate": expit(estimate.params[index])} | ends
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class _Fixed:
    """A likelihood with one parameter held."""

    likelihood: MixtureLikelihood
    index: int
    value: float

    @property
    def weights(self) -> Array:
        return self.likelihood.weights

    @property
    def scale(self) -> Array:
        return np.delete(self.likelihood.scale, self.index)

    def evaluate(self, parameters: Array) -> Evaluation:
        """Evaluate at the other parameters, shape (q - 1,)."""
        whole = self.likelihood.evaluate(np.insert(parameters, self.index, self.value))
        others = np.delete(np.arange(len(whole.parameters)), self.index)
        return Evaluation(
            parameters,
            whole.log_likelihood,
            whole.scores[:, others],
            whole.score[others],
            whole.information[np.ix_(others, others)],
            whole.posterior,
        )


@dataclass(frozen=True)
class _Profile:
    """The drop of the log-likelihood along one parameter."""

    likelihood: MixtureLikelihood
    maximum: Evaluation
    index: int
    names: tuple[str, ...]
    shares: np.ndarray

    def drop(self, value: float) -> float:
        """Twice the drop at a value, the other parameters being free."""
        others = np.delete(self.maximum.parameters, self.index)
        fixed = _Fixed(self.likelihood, self.index, value)
        names, shares = (list(np.delete(each, self.index)) for each in (self.names, self.shares))
        found = maximize(fixed, others, names, np.array(shares))
        return 2 * (self.maximum.log_likelihood - found.log_likelihood)

    def interval(self, allowed: float) -> tuple[float, float]:
        """Give the ends, on the logit scale, of where the drop is allowed."""

        def excess(value: float) -> float:
            return self.drop(value) - allowed

        start = float(self.maximum.parameters[self.index])
        return _crossing(excess, start, -BOUNDARY), _crossing(excess, start, BOUNDARY)


def _crossing(excess: Callable[[float], float], start: float, bound: float) -> float:
    """Where a function that is negative at the start turns positive; infinite if nowhere."""
    inside, step = start, 0.5
    while abs(inside) < BOUNDARY or inside * bound < 0:
        outside = float(np.clip(inside + np.copysign(step, bound), -BOUNDARY, BOUNDARY))
        if excess(outside) > 0:
            return float(brentq(excess, inside, outside, xtol=PRECISION))
        inside, step = outside, 2 * step
    return float(np.copysign(np.inf, bound))
