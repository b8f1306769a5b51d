"""
Estimators whose mean share of the sensitive trait is the difference in means.

A wrong distribution of the counts biases maximum likelihood, but not the difference in means.
Blair, Chou & Imai (2019, Political Analysis 27:455) therefore add to the moment conditions of an
estimator that the model's mean share equals it. Here the condition is met exactly: the likelihood
is maximized, or the sum of squares of the second step minimized, subject to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from ..errors import ConvergenceError
from .data import ListData
from .distributions import Array
from .estimate import Estimate, Objective

PRECISION = 1e-10
MET = 1e-6
FLAT = 1e-2


def fit_robust(
    data: ListData, fit: Callable[[], Estimate], objective: Callable[[Array], Objective]
) -> Estimate:
    """
    Fit again, such that the mean share of the trait is the difference in means.

    With the multiplier l of the condition c the estimate solves ``m(b) = C(b)' l`` and ``c(b) =
    0``, m being the estimator's own first-order conditions and C the slopes of c. Generalized
    method of moments with a weight of its own for c (Hansen 1982, Econometrica 50:1029) comes to
    the same as that weight grows; if the model is right, its efficient weight is none.
    """
    condition = _Condition(data)
    condition.check()
    estimate = fit()
    if not np.isfinite(estimate.covariance).all():
        raise ConvergenceError(
            "The fit without the difference in means has an estimate at its boundary; use fewer "
            "regressors or fit without robust=True."
        )
    params = _constrained_minimum(estimate, objective, condition)
    influence = condition.influence(params, objective(params))
    return replace(
        estimate,
        method=f"robust {estimate.method}",
        params=params,
        covariance=data.covariance(influence),
        influence=influence,
        evaluation=None,
    )


def _constrained_minimum(
    estimate: Estimate, objective: Callable[[Array], Objective], condition: "_Condition"
) -> Array:
    """Minimize subject to the condition, in units of the estimate's own standard errors."""
    unit = float(condition.data.row_weights.mean())
    free = objective(estimate.params).free
    scale = np.zeros((len(free), int(free.sum())))
    scale[free] = np.linalg.cholesky(estimate.covariance[np.ix_(free, free)])

    def at(z: Array) -> Array:
        params: Array = estimate.params + scale @ z
        return params

    def value(z: Array) -> float:
        return objective(at(z)).value / unit

    def gradient(z: Array) -> Array:
        slope: Array = -scale.T @ objective(at(z)).rows.sum(axis=0) / unit
        return slope

    constraint: Any = {
        "type": "eq",
        "fun": lambda z: condition.gap(at(z)),
        "jac": lambda z: condition.slopes(at(z)) @ scale,
    }
    options: Any = {"ftol": PRECISION, "maxiter": 1_000}
    start = np.zeros(scale.shape[1])
    found = minimize(
        value, start, jac=gradient, method="SLSQP", constraints=constraint, options=options
    )
    slopes = condition.slopes(at(found.x)) @ scale
    remainder = gradient(found.x) - slopes.T @ np.linalg.lstsq(slopes.T, gradient(found.x))[0]
    if np.abs(condition.gap(at(found.x))).max() > MET or np.abs(remainder).max() > FLAT:
        raise ConvergenceError(
            "No estimate was found that has the difference in means as its mean share; fit without "
            "robust=True and compare, or use method='linear'."
        )
    return at(found.x)


@dataclass(frozen=True)
class _Condition:
    """Mean shares of the sensitive items less their differences in means."""

    data: ListData

    def check(self) -> None:
        """Refuse differences in means that are no shares."""
        for item, difference in enumerate(self._differences(), start=1):
            if not 0 < difference < 1:
                raise ConvergenceError(
                    f"The difference in means of sensitive item {item} is {difference:.3f}, which "
                    "no share between 0 and 1 can equal; fit without robust=True."
                )

    def gap(self, params: Array) -> Array:
        """Mean share less difference in means, one an item."""
        gap: Array = self._weights @ self._shares(params) - self._differences()
        return gap

    def slopes(self, params: Array) -> Array:
        """Give the derivatives of the gaps, shape (items, q)."""
        slopes: Array = self._row_slopes(params).sum(axis=0)
        return slopes

    def influence(self, params: Array, objective: Objective) -> Array:
        """Influence of the rows on the solution of all conditions, shape (n, q)."""
        slopes, row_slopes = self.slopes(params), self._row_slopes(params)
        multipliers = np.linalg.lstsq(slopes.T, objective.rows.sum(axis=0))[0]
        gaps = self._weights[:, None] * self._shares(params) - self._difference_influence()
        rows = np.hstack([objective.rows - np.einsum("niq,i->nq", row_slopes, multipliers), gaps])
        curvature = objective.slopes - self._curvature(params, multipliers)
        nothing = np.zeros((len(slopes), len(slopes)))
        system = np.block([[curvature, -slopes.T], [slopes, nothing]])
        centred = rows - rows.mean(axis=0)
        moved: Array = np.linalg.solve(-system, centred.T).T[:, : len(params)]
        return moved

    def _row_slopes(self, params: Array) -> Array:
        """Give what each row adds to the slopes, shape (n, items, q)."""
        X, shares = self.data.X, self._shares(params)
        slopes = np.zeros((*shares.shape, len(params)))
        for item, share in enumerate(shares.T):
            slopes[:, item, self._own(item)] = (self._weights * share * (1 - share))[:, None] * X
        return slopes

    def _curvature(self, params: Array, multipliers: Array) -> Array:
        """Second derivatives of the gaps, weighted by the multipliers, shape (q, q)."""
        curvature = np.zeros((len(params), len(params)))
        for item, share in enumerate(self._shares(params).T):
            bend = multipliers[item] * self._weights * share * (1 - share) * (1 - 2 * share)
            own = self._own(item)
            curvature[own, own] = self.data.X.T @ (bend[:, None] * self.data.X)
        return curvature

    def _own(self, item: int) -> slice:
        """Where the coefficients of an item stand, the first being 0."""
        n_terms = self.data.X.shape[1]
        return slice(item * n_terms, (item + 1) * n_terms)

    @property
    def _weights(self) -> Array:
        """Row weights that sum to one."""
        weights: Array = self.data.row_weights / self.data.row_weights.sum()
        return weights

    def _shares(self, params: Array) -> Array:
        """Shares of all rows, shape (n, items)."""
        items = range(self.data.n_sensitive)
        shares: Array = expit(
            np.column_stack([self.data.X @ params[self._own(item)] for item in items])
        )
        return shares

    def _differences(self) -> Array:
        """Differences in means of the items."""
        control, *treated = (weights @ self.data.y for weights in self._arm_weights())
        return np.array(treated) - control

    def _difference_influence(self) -> Array:
        """Influence of the rows on the differences in means, shape (n, items)."""
        y = self.data.y
        control, *treated = (weights * (y - weights @ y) for weights in self._arm_weights())
        return np.column_stack(treated) - control[:, None]

    def _arm_weights(self) -> list[Array]:
        """Row weights of each arm, which sum to one there and are zero elsewhere."""
        arms = range(self.data.n_sensitive + 1)
        weights = [np.where(self.data.items == arm, self.data.row_weights, 0.0) for arm in arms]
        return [each / each.sum() for each in weights]
