"""Gauss-Hermite rules for integrals over normally distributed random effects."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from .families import Array


@dataclass(frozen=True)
class QuadratureRule:
    """Nodes and log weights for an expectation over independent standard normal variables."""

    nodes: Array
    log_weights: Array


@lru_cache
def gauss_hermite(n_points: int, dimension: int = 1) -> QuadratureRule:
    """Product Gauss-Hermite rule for the standard normal density."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(n_points)
    log_weights = np.log(weights) - np.log(weights.sum())
    return QuadratureRule(
        np.array(list(product(nodes, repeat=dimension))).reshape(n_points**dimension, dimension),
        np.array([sum(each) for each in product(log_weights, repeat=dimension)], dtype=float),
    )
