"""
Marginal likelihood of clustered responses with normally distributed random effects.

Cluster g contributes ``log E exp(sum_i w_i log f(y_i | o_i + x_i'b + z_i'T v))``, the expectation
taken over d independent standard normal effects v; T is the lower-triangular Cholesky factor of
the covariance of the random effects. A family may add a term that does not depend on v (see
``ResponseFamily.cluster_term``). All sums over nodes are taken in the log domain, so that
clusters of any size are safe.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ..errors import ConvergenceError
from .families import Array, Derivatives, ResponseFamily
from .quadrature import QuadratureRule

MODE_TOLERANCE = 1e-12
MODE_ITERATIONS = 200


@dataclass(frozen=True)
class ClusteredData:
    """Rows sorted by cluster."""

    response: Array
    design: Array
    random_design: Array
    offset: Array
    weights: Array
    first_rows: np.ndarray

    @cached_property
    def cluster(self) -> np.ndarray:
        """Cluster index of each row, shape (n,)."""
        sizes = np.diff(np.append(self.first_rows, len(self.response)))
        return np.repeat(np.arange(len(self.first_rows)), sizes)

    @cached_property
    def slices(self) -> list[slice]:
        """Rows of each cluster."""
        ends = np.append(self.first_rows[1:], len(self.response))
        return [slice(first, end) for first, end in zip(self.first_rows, ends, strict=True)]

    @cached_property
    def weighted_design(self) -> Array:
        """Regressors of the fixed part times the weights."""
        return self.weights[:, None] * self.design

    @cached_property
    def weighted_random_design(self) -> Array:
        """Regressors of the random part times the weights."""
        return self.weights[:, None] * self.random_design

    @cached_property
    def cholesky_entries(self) -> tuple[np.ndarray, np.ndarray]:
        """Row and column of each free entry of T."""
        return np.tril_indices(self.random_design.shape[1])

    @cached_property
    def loading_derivatives(self) -> Array:
        """Derivatives of the loadings ``T'z_i`` in all parameters, shape (n, d, p + entries)."""
        rows, columns = self.cholesky_entries
        n, n_effects = self.random_design.shape
        n_coefficients = self.design.shape[1]
        derivatives = np.zeros((n, n_effects, n_coefficients + len(rows)))
        for entry, (row, column) in enumerate(zip(rows, columns, strict=True)):
            derivatives[:, column, n_coefficients + entry] = self.random_design[:, row]
        return derivatives

    def sums(self, values: Array) -> Array:
        """Sum over the rows of each cluster."""
        return np.add.reduceat(values, self.first_rows, axis=0)

    def cross_products(self, left: Array, right: Array) -> Array:
        """Multiply the rows of each cluster."""
        return np.stack([left[rows].T @ right[rows] for rows in self.slices])


@dataclass(frozen=True)
class _Placement:
    """Where the nodes of each cluster lie: ``v = centre + scale @ node``."""

    centre: Array
    scale: Array
    centre_derivatives: Array
    scale_derivatives: Array


class MarginalLikelihood:
    """Marginal log-likelihood by Gauss-Hermite quadrature."""

    def __init__(
        self, data: ClusteredData, family: ResponseFamily, rule: QuadratureRule, adaptive: bool
    ) -> None:
        self.data = data
        self.family = family
        self.rule = rule
        self.adaptive = adaptive
        self._last_centre = np.zeros((len(data.first_rows), data.random_design.shape[1]))

    def unpack(self, parameters: Array) -> tuple[Array, Array]:
        """Split parameters into coefficients and Cholesky factor."""
        n_coefficients, n_effects = self.data.design.shape[1], self.data.random_design.shape[1]
        cholesky = np.zeros((n_effects, n_effects))
        cholesky[self.data.cholesky_entries] = parameters[n_coefficients:]
        return parameters[:n_coefficients], cholesky

    def evaluate(self, parameters: Array) -> "Evaluation":
        """Evaluate the likelihood at one point of the parameter space."""
        return Evaluation(self, np.asarray(parameters, dtype=float))

    def place(self, fixed_part: Array, cholesky: Array) -> _Placement:
        """Centre and scale the nodes of each cluster."""
        if self.adaptive:
            return self._place_at_modes(fixed_part, self.data.random_design @ cholesky)
        n_clusters, n_effects = self._last_centre.shape
        n_parameters = self.data.loading_derivatives.shape[2]
        return _Placement(
            np.zeros((n_clusters, n_effects)),
            np.broadcast_to(np.eye(n_effects), (n_clusters, n_effects, n_effects)),
            np.zeros((n_clusters, n_effects, n_parameters)),
            np.zeros((n_clusters, n_effects, n_effects, n_parameters)),
        )

    def tangent(self, effects: Array) -> Array:
        """Differentiate the linear predictor in all parameters, at given effects."""
        rows, columns = self.data.cholesky_entries
        random_part = self.data.random_design[:, rows] * effects[self.data.cluster][:, columns]
        return np.hstack([self.data.design, random_part])

    def _place_at_modes(self, fixed_part: Array, loadings: Array) -> _Placement:
        """Implicit differentiation of modes and curvatures; see Evaluation.scores."""
        data = self.data
        mode = self._modes(fixed_part, loadings)
        predictor = fixed_part + (loadings * mode[data.cluster]).sum(1)
        _, first, second = self._weighted(predictor)
        third = data.weights * self.family.third_derivative(data.response, predictor)
        curvature = self._curvature(second, loadings)
        tangent, turned = self.tangent(mode), data.loading_derivatives.reshape(len(first), -1)
        mixed = data.cross_products(second[:, None] * loadings, tangent)
        mixed += data.cross_products(first[:, None], turned).reshape(mixed.shape)
        mode_derivatives = np.linalg.solve(curvature, mixed)

        squares = (loadings[:, :, None] * loadings[:, None, :]).reshape(len(third), -1)
        cubes = third[:, None] * squares
        moved = data.cross_products(cubes, tangent)
        moved += data.cross_products(cubes, loadings) @ mode_derivatives
        half = data.cross_products(second[:, None] * loadings, turned)
        half = half.reshape(*curvature.shape, -1)
        curvature_derivatives = -(moved.reshape(half.shape) + half + half.swapaxes(1, 2))
        scale = np.linalg.inv(np.linalg.cholesky(curvature)).swapaxes(1, 2)
        return _Placement(
            mode, scale, mode_derivatives, _scale_derivatives(scale, curvature_derivatives)
        )

    def _modes(self, fixed_part: Array, loadings: Array) -> Array:
        """Newton's method in all clusters at once; a step that lowers the integrand is halved."""
        data, effects = self.data, self._last_centre.copy()
        step = np.zeros_like(effects)
        height = np.full(len(effects), -np.inf)
        for _ in range(MODE_ITERATIONS):
            predictor = fixed_part + (loadings * effects[data.cluster]).sum(1)
            log_density, first, second = self._weighted(predictor)
            new_height = data.sums(log_density) - (effects**2).sum(1) / 2
            gradient = data.sums(first[:, None] * loadings) - effects
            newton = np.linalg.solve(self._curvature(second, loadings), gradient[..., None])[..., 0]
            lower = new_height < height - 1e-9 * np.abs(height)
            height = np.where(lower, height, new_height)
            step = np.where(lower[:, None], step / 2, newton)
            effects = np.where(lower[:, None], effects - step, effects + step)
            if not lower.any() and (gradient * newton).sum(1).max() < MODE_TOLERANCE:
                self._last_centre = effects
                return effects
        raise ConvergenceError(
            f"The mode of a group's integrand was not found in {MODE_ITERATIONS} Newton steps."
        )

    def _curvature(self, second: Array, loadings: Array) -> Array:
        """Negative second derivatives of the log integrands in v, shape (G, d, d)."""
        products = loadings[:, :, None] * loadings[:, None, :]
        return np.eye(loadings.shape[1]) - self.data.sums(second[:, None, None] * products)

    def _weighted(self, predictor: Array) -> Derivatives:
        """Weighted log densities and derivatives; predictor of shape (n,) or (n, points)."""
        shape = (-1,) + (1,) * (predictor.ndim - 1)
        weights = self.data.weights.reshape(shape)
        derivatives = self.family.derivatives(self.data.response.reshape(shape), predictor)
        return Derivatives(*(weights * each for each in derivatives))


class Evaluation:
    """The marginal likelihood at one point of the parameter space."""

    def __init__(self, likelihood: MarginalLikelihood, parameters: Array) -> None:
        self.parameters = parameters
        self._likelihood = likelihood
        data, rule = likelihood.data, likelihood.rule
        coefficients, self.cholesky = likelihood.unpack(parameters)
        self._cluster_term = likelihood.family.cluster_term(parameters)
        fixed_part = data.offset + data.design @ coefficients
        self._placement = likelihood.place(fixed_part, self.cholesky)
        self._effects = self._placement.centre[:, None] + np.einsum(
            "gab,kb->gka", self._placement.scale, rule.nodes
        )
        integrals = [
            self._integrate(rows, fixed_part[rows], *at_nodes)
            for rows, *at_nodes in zip(
                data.slices, self._effects, self._log_node_weights(), strict=True
            )
        ]
        self.node_probabilities: Array = np.stack([each.probabilities for each in integrals])
        self.log_likelihoods: Array = np.array([each.log_likelihood for each in integrals])
        self.log_likelihoods += self._cluster_term.log_likelihoods
        self._fixed_scores = np.stack([each.fixed_scores for each in integrals])
        self._residual_sums = np.stack([each.residual_sums for each in integrals])
        self._complete_information = np.sum([each.information for each in integrals], axis=0)

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood of all clusters."""
        return float(self.log_likelihoods.sum())

    @cached_property
    def scores(self) -> Array:
        """Derivatives of each cluster's approximated log-likelihood, shape (G, q)."""
        fixed_nodes: Array = np.einsum("gk,gkq->gq", self.node_probabilities, self._node_scores)
        fixed_nodes += self._cluster_term.scores
        return fixed_nodes + self._movement_scores() if self._likelihood.adaptive else fixed_nodes

    @property
    def score(self) -> Array:
        """Gradient of the log-likelihood, shape (q,)."""
        score: Array = self.scores.sum(0)
        return score

    @cached_property
    def complete_information(self) -> Array:
        """Posterior mean of the complete-data information, shape (q, q); positive semidefinite."""
        information: Array = self._complete_information + self._cluster_term.information
        return information

    @cached_property
    def information(self) -> Array:
        """Observed information by Louis' identity (1982, JRSS B 44:226), shape (q, q)."""
        scores = self._node_scores
        mean = np.einsum("gk,gkq->gq", self.node_probabilities, scores)
        deviations = np.sqrt(self.node_probabilities)[..., None] * (scores - mean[:, None])
        deviations = deviations.reshape(-1, scores.shape[2])
        information: Array = self.complete_information - deviations.T @ deviations
        return information

    def random_effect_moments(self) -> tuple[Array, Array]:
        """Posterior moments of the random effects ``T v``."""
        effects = self._effects @ self.cholesky.T
        mean = np.einsum("gk,gkd->gd", self.node_probabilities, effects)
        squares = (effects - mean[:, None]) ** 2
        return mean, np.sqrt(np.einsum("gk,gkd->gd", self.node_probabilities, squares))

    def _integrate(
        self, rows: slice, fixed_part: Array, effects: Array, log_weights: Array
    ) -> "_Integral":
        """Sum over the rows of one cluster, small enough a block for the processor's cache."""
        data = self._likelihood.data
        random_part = data.random_design[rows] @ (effects @ self.cholesky.T).T
        log_density, first, second = self._likelihood.family.derivatives(
            data.response[rows, None], fixed_part[:, None] + random_part
        )
        joint = data.weights[rows] @ log_density + log_weights
        log_likelihood = np.logaddexp.reduce(joint)
        probabilities = np.exp(joint - log_likelihood)
        augmented = np.insert(effects, 0, 1.0, axis=1).T
        moments = -(probabilities * augmented[:, None] * augmented) @ second.T
        return _Integral(
            log_likelihood,
            probabilities,
            first.T @ data.weighted_design[rows],
            first.T @ data.weighted_random_design[rows],
            self._information(rows, moments),
        )

    def _information(self, rows: slice, moments: Array) -> Array:
        """Complete-data information of one cluster, given each row's moments of (1, v)."""
        data = self._likelihood.data
        entry_rows, columns = data.cholesky_entries
        design, random = data.weighted_design[rows], data.random_design[rows, entry_rows].T
        cross = design.T @ (moments[0, 1 + columns] * random).T
        squared = moments[1 + columns[:, None], 1 + columns] * random[:, None] * random
        fixed = design.T @ (moments[0, 0][:, None] * data.design[rows])
        beside = np.vstack([cross, squared @ data.weights[rows]])
        return np.hstack([np.vstack([fixed, cross.T]), beside])

    @cached_property
    def _node_scores(self) -> Array:
        """Complete-data scores at each node, the nodes held fixed, shape (G, points, q)."""
        rows, columns = self._likelihood.data.cholesky_entries
        random = self._residual_sums[..., rows] * self._effects[..., columns]
        return np.concatenate([self._fixed_scores, random], axis=2)

    def _log_node_weights(self) -> Array:
        """Log weights: those of the rule, times the ratio of normal densities after placing."""
        rule = self._likelihood.rule
        if not self._likelihood.adaptive:
            return np.broadcast_to(rule.log_weights, self._effects.shape[:2])
        _, log_determinants = np.linalg.slogdet(self._placement.scale)
        exponents = ((rule.nodes**2).sum(1) - (self._effects**2).sum(2)) / 2
        log_weights: Array = rule.log_weights + exponents + log_determinants[:, None]
        return log_weights

    def _movement_scores(self) -> Array:
        """Part of the scores that is due to the nodes moving with the parameters, (G, q)."""
        placement, nodes = self._placement, self._likelihood.rule.nodes
        slopes = self._residual_sums @ self.cholesky - self._effects
        weighted = self.node_probabilities[..., None] * slopes
        inverse = np.linalg.inv(placement.scale)
        by_scale = np.einsum("gka,kb->gab", weighted, nodes) + inverse.swapaxes(1, 2)
        moved: Array = np.einsum("gka,gaq->gq", weighted, placement.centre_derivatives)
        turned: Array = np.einsum("gab,gabq->gq", by_scale, placement.scale_derivatives)
        return moved + turned


class _Integral(NamedTuple):
    """The integral of one cluster with n rows and k nodes."""

    log_likelihood: float
    probabilities: Array
    fixed_scores: Array
    residual_sums: Array
    information: Array


def _scale_derivatives(scale: Array, curvature_derivatives: Array) -> Array:
    """
    Differentiate ``S = inv(chol(A))'``, given the derivatives of A, shape (G, d, d, q).

    With ``A = L L'`` and ``S = inv(L)'``, ``dL = L phi(inv(L) dA inv(L)')`` where phi takes the
    lower triangle and halves its diagonal (Smith 1995, JCGS 4:134), so ``dS = -S phi(S' dA S)'``.
    """
    turned = np.einsum("gba,gbcq,gcd->gadq", scale, curvature_derivatives, scale)
    n_effects = scale.shape[1]
    phi = np.tril(np.ones((n_effects, n_effects))) - np.eye(n_effects) / 2
    derivatives: Array = -np.einsum("gab,gcbq->gacq", scale, phi[..., None] * turned)
    return derivatives
