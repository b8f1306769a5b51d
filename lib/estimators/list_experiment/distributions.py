"""Log probabilities of binary traits and item counts, with derivatives in their predictors."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln

Array = NDArray[np.floating[Any]]


class Derivatives(NamedTuple):
    """Log probabilities of n rows and their derivatives in b linear predictors."""

    log_probability: Array
    first: Array
    second: Array


def bernoulli(
    predictor: Array, success: bool, where: NDArray[np.bool_] | bool = True
) -> Derivatives:
    """Log probability of a binary trait with a logit link."""
    probability = expit(predictor)
    return Derivatives(
        -1.0 * where * np.logaddexp(0, -predictor if success else predictor),
        (where * (success - probability))[:, None],
        (-1.0 * where * probability * (1 - probability))[:, None, None],
    )


def _log_choose(n: int, k: Array) -> Array:
    """Logarithm of binomial coefficients."""
    result: Array = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return result


def binomial(predictor: Array, counts: Array, n_items: int) -> Derivatives:
    """Log probability of a count of independent items with a logit link."""
    probability = expit(predictor)
    return Derivatives(
        _log_choose(n_items, counts) + counts * predictor - n_items * np.logaddexp(0, predictor),
        (counts - n_items * probability)[:, None],
        -(n_items * probability * (1 - probability))[:, None, None],
    )


def beta_binomial(predictor: Array, dispersion: Array, counts: Array, n_items: int) -> Derivatives:
    """
    Log probability of a beta-binomial count.

    With mean probability ``mu``, intra-respondent correlation ``rho`` and ``theta = rho /
    (1 - rho)`` the probability is that of Griffiths (1973, Biometrics 29:637),
    ``C(J, y) prod_{r<y} (mu + r theta) prod_{r<J-y} (1 - mu + r theta) / prod_{r<J} (1 + r
    theta)``, which has the binomial as its limit at ``theta = 0``.
    """
    mean, theta = expit(predictor), np.exp(dispersion)
    slope = mean * (1 - mean)
    log_probability = _log_choose(n_items, counts)
    first, second = np.zeros((len(mean), 2)), np.zeros((len(mean), 2, 2))
    for r in range(n_items):
        for sign, base, change, used in (
            (1, mean, slope, r < counts),
            (1, expit(-predictor), -slope, r < n_items - counts),
            (-1, np.ones_like(mean), np.zeros_like(mean), np.ones(len(mean), dtype=bool)),
        ):
            factor, use = base + r * theta, sign * used
            relative = np.column_stack([change, r * theta]) / factor[:, None]
            log_probability = log_probability + use * np.log(factor)
            first += use[:, None] * relative
            second -= use[:, None, None] * relative[:, :, None] * relative[:, None, :]
            second[:, 0, 0] += use * change * (1 - 2 * mean) / factor
            second[:, 1, 1] += use * r * theta / factor
    return Derivatives(log_probability, first, second)
