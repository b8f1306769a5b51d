"""Response families: what a multilevel likelihood needs to know of a response."""

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


class Derivatives(NamedTuple):
    """
    Log density of each response and its first two derivatives in the linear predictor.

    Attributes
    ----------
    log_density, first, second : ndarray
        Arrays of the shape of the linear predictor.
    """

    log_density: Array
    first: Array
    second: Array


class ResponseFamily(Protocol):
    """Distribution of a response given its linear predictor; log-concave in the predictor."""

    def derivatives(self, response: Array, predictor: Array) -> Derivatives:
        """
        Log density and its first two derivatives in the linear predictor.

        Parameters
        ----------
        response : ndarray
            Responses, broadcast against the predictor.
        predictor : ndarray
            Linear predictor.

        Returns
        -------
        Derivatives
            Each of the shape of the predictor.
        """

    def third_derivative(self, response: Array, predictor: Array) -> Array:
        """
        Third derivative of the log density in the linear predictor.

        Parameters
        ----------
        response : ndarray
            Responses, broadcast against the predictor.
        predictor : ndarray
            Linear predictor.

        Returns
        -------
        ndarray
            Of the shape of the predictor.
        """


class BinaryLogit:
    """Response 0 or 1 with logit Pr(1) equal to the linear predictor."""

    def derivatives(self, response: Array, predictor: Array) -> Derivatives:
        """
        Log density and its first two derivatives, without overflow for any predictor.

        Parameters
        ----------
        response : ndarray
            Responses, 0 or 1.
        predictor : ndarray
            Linear predictor.

        Returns
        -------
        Derivatives
            ``y eta - log(1 + exp(eta))``, ``y - mu`` and ``-mu (1 - mu)``.
        """
        small = np.exp(-np.abs(predictor))
        upper = 1 / (1 + small)
        probability = np.where(predictor >= 0, upper, small * upper)
        log_normalizer = np.maximum(predictor, 0) + np.log1p(small)
        return Derivatives(
            response * predictor - log_normalizer,
            response - probability,
            -small * upper * upper,
        )

    def third_derivative(self, response: Array, predictor: Array) -> Array:
        """
        Third derivative of the log density, the same for both responses.

        Parameters
        ----------
        response : ndarray
            Responses, 0 or 1.
        predictor : ndarray
            Linear predictor.

        Returns
        -------
        ndarray
            ``-mu (1 - mu) (1 - 2 mu)``.
        """
        _, residual, second = self.derivatives(response, predictor)
        return second * (1 - 2 * (response - residual))
