"""Response families: what a multilevel likelihood needs to know of a response."""

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import ConvergenceError

Array = NDArray[np.floating[Any]]


class Derivatives(NamedTuple):
    """Log density of each response and its first two derivatives in the linear predictor."""

    log_density: Array
    first: Array
    second: Array


class ClusterTerm(NamedTuple):
    """Part of the clusters' log-likelihoods that does not depend on the random effects."""

    log_likelihoods: Array
    scores: Array
    information: Array


class ResponseFamily(Protocol):
    """Distribution of a response given its linear predictor; log-concave in the predictor."""

    def derivatives(self, response: Array, predictor: Array) -> Derivatives:
        """Log density and its first two derivatives in the linear predictor."""

    def third_derivative(self, response: Array, predictor: Array) -> Array:
        """Third derivative of the log density in the linear predictor."""

    def cluster_term(self, parameters: Array) -> ClusterTerm:
        """Part of the log-likelihood that does not depend on the random effects."""


class BinaryLogit:
    """Response 0 or 1 with logit Pr(1) equal to the linear predictor."""

    def derivatives(self, response: Array, predictor: Array) -> Derivatives:
        """Log density and its first two derivatives, without overflow for any predictor."""
        small = np.abs(predictor)
        np.exp(np.negative(small, out=small), out=small)
        upper = np.reciprocal(1 + small)
        log_density = np.log(upper)
        log_density += np.minimum(predictor, 0)
        log_density -= (1 - response) * predictor
        probability = np.maximum(small, predictor >= 0)
        probability *= upper
        small *= upper
        small *= upper
        return Derivatives(log_density, response - probability, np.negative(small, out=small))

    def third_derivative(self, response: Array, predictor: Array) -> Array:
        """Third derivative of the log density, the same for both responses."""
        _, residual, second = self.derivatives(response, predictor)
        return second * (1 - 2 * (response - residual))

    def cluster_term(self, parameters: Array) -> ClusterTerm:  # noqa: ARG002
        """Nothing: all of a binary response's log density depends on the predictor."""
        return ClusterTerm(np.zeros(()), np.zeros(()), np.zeros(()))


class OrderedLogit(BinaryLogit):
    """
    Ordered response as binary ones: is it above the cut point below it, and above that above it.

    With cut points ``c_1 < ... < c_m`` and ``F`` the logistic distribution function, ``Pr(y > k) =
    F(eta - c_k)`` (McCullagh 1980, JRSS B 42:109), and for a category between two cut points ::

    The parameters are the cut points themselves (an identity transformation, with Jacobian one).
    They stay in order because the third factor takes the log-likelihood to minus infinity as two
    of them meet, and the log-likelihood given the random effects is concave inside that barrier.
    """

    def __init__(self, middle_weights: Array) -> None:
        self.middle_weights = middle_weights

    def cluster_term(self, parameters: Array) -> ClusterTerm:
        """Logarithm of the factor that depends on the distances of the cut points alone."""
        n_distances = self.middle_weights.shape[1]
        contrasts = np.eye(n_distances, len(parameters), k=1) - np.eye(n_distances, len(parameters))
        distances = contrasts @ parameters
        if (distances <= 0).any():
            raise ConvergenceError("The cut points are not in increasing order.")
        with np.errstate(over="ignore"):  # a cut point out of reach: its limit is a slope of 0
            slopes = 1 / np.expm1(distances)
        curvatures = self.middle_weights.sum(0) * slopes * (1 + slopes)
        return ClusterTerm(
            self.middle_weights @ np.log(-np.expm1(-distances)),
            (self.middle_weights * slopes) @ contrasts,
            (contrasts.T * curvatures) @ contrasts,
        )
