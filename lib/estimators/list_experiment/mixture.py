"""
The observed-data likelihood of a list experiment as a finite mixture.

A count can come about in a few ways (components): with or without the sensitive trait, honestly
or not. Row i contributes ``w_i log sum_k prod_f Pr_kf(eta_i)``, each factor a probability that
depends on one or two linear predictors ``eta``. Score and information follow from Louis (1982,
JRSS B 44:226), so that no EM iterations and no numerical derivatives are needed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from .distributions import Array, Derivatives


@dataclass(frozen=True)
class Factor:
    """One probability in a product."""

    blocks: tuple[int, ...]
    derivatives: Callable[..., Derivatives]


@dataclass(frozen=True)
class Component:
    """One way in which a count can come about."""

    trait: bool
    possible: np.ndarray
    factors: tuple[Factor, ...]
    log_constant: Array


@dataclass(frozen=True)
class Evaluation:
    """A log-likelihood and its derivatives at one point."""

    parameters: Array
    log_likelihood: float
    scores: Array
    score: Array
    information: Array
    posterior: Array
    log_prior: float = 0.0  # part of the log-likelihood, relative to its value at zeros


@dataclass(frozen=True)
class MixtureLikelihood:
    """Likelihood of a mixture in the coefficients of several linear predictors."""

    designs: tuple[Array, ...]
    components: tuple[Component, ...]
    weights: Array
    priors: Array  # scales of the parameters' Cauchy priors, infinite for none

    @cached_property
    def slices(self) -> list[slice]:
        """Where the coefficients of each predictor stand among the parameters."""
        ends = np.cumsum([design.shape[1] for design in self.designs])
        return [slice(e - d.shape[1], e) for e, d in zip(ends, self.designs, strict=True)]

    @property
    def scale(self) -> Array:
        """Root mean square of the regressor of each parameter, shape (q,)."""
        scale: Array = np.concatenate([np.sqrt((X**2).mean(0)) for X in self.designs])
        return scale

    def evaluate(self, parameters: Array) -> Evaluation:
        """Log-likelihood, scores and information."""
        predictors = [X @ parameters[s] for X, s in zip(self.designs, self.slices, strict=True)]
        parts = [self._component(component, predictors) for component in self.components]
        log_terms = np.array([part.log_probability for part in parts])
        log_rows = logsumexp(log_terms, axis=0)
        shares = np.exp(log_terms - log_rows)
        first = np.array([part.first for part in parts])
        second = np.array([part.second for part in parts])
        slopes = np.einsum("kn,knb->nb", shares, first)
        curvature = np.einsum("kn,knbc->nbc", shares, second)
        curvature += np.einsum("kn,knb,knc->nbc", shares, first, first)
        curvature -= slopes[:, :, None] * slopes[:, None, :]
        scores = np.hstack([slopes[:, [b]] * X for b, X in enumerate(self.designs)])
        ratio = parameters / self.priors
        log_prior = -float(np.log1p(ratio**2).sum())
        bend = 2 * (1 - ratio**2) / (self.priors * (1 + ratio**2)) ** 2
        return Evaluation(
            parameters,
            float(self.weights @ log_rows) + log_prior,
            scores,
            self.weights @ scores - 2 * ratio / (self.priors * (1 + ratio**2)),
            self._information(curvature) + np.diag(bend),
            shares[[component.trait for component in self.components]].sum(0),
            log_prior,
        )

    def _component(self, component: Component, predictors: Sequence[Array]) -> Derivatives:
        """Sum of the log probabilities of one component and its derivatives."""
        n, b = len(self.weights), len(predictors)
        log_probability = np.where(component.possible, component.log_constant, -np.inf)
        first, second = np.zeros((n, b)), np.zeros((n, b, b))
        for factor in component.factors:
            part = factor.derivatives(*(predictors[block] for block in factor.blocks))
            log_probability = log_probability + part.log_probability
            first[:, factor.blocks] += part.first
            rows, columns = np.ix_(factor.blocks, factor.blocks)
            second[:, rows, columns] += part.second
        return Derivatives(log_probability, first, second)

    def _information(self, curvature: Array) -> Array:
        """Minus the second derivatives in the parameters from those in the predictors."""
        weighted = -self.weights[:, None, None] * curvature
        return np.block(
            [
                [X.T @ (weighted[:, b, [c]] * Z) for c, Z in enumerate(self.designs)]
                for b, X in enumerate(self.designs)
            ]
        )
