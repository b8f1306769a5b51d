"""When a list experiment comes nearer to the truth than a direct question."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError, plain
from .design import ListExperiment

Floats = NDArray[np.float64]


def direct_mean_squared_error(n: ArrayLike, prevalence: float, bias: ArrayLike) -> Floats:
    """
    Give the mean squared error of a direct question that is answered with bias.

    Parameters
    ----------
    n : array_like
        Number of respondents.
    prevalence : float
        True share with the trait.
    bias : array_like
        Sensitivity bias: expected share of direct answers less the true share.

    Returns
    -------
    numpy.ndarray
        Sum of b^2 and d(1 - d)/n, d = prevalence + b (the trade-off of Blair, Coppock & Moor 2020,
        APSR 114, 1297-1315). That of a list experiment without bias is its unit variance over n.

    Raises
    ------
    InputError
        If the share of direct answers would not lie on 0 to 1.
    """
    share = prevalence + np.asarray(bias, dtype=float)
    if ((share < 0) | (share > 1)).any():
        raise InputError(
            f"A bias of {plain(bias)} takes a prevalence of {prevalence} off 0 to 1; give a "
            "smaller one."
        )
    return np.asarray((share - prevalence) ** 2 + share * (1 - share) / np.asarray(n))


def list_beats_direct_from(bias: float, experiment: ListExperiment) -> int:
    """Give the sample size from which a list experiment beats a direct question of that size."""
    if bias == 0:
        raise InputError("Without bias a direct question is better at any n; give a bias.")
    sampling = float(direct_mean_squared_error(1, experiment.prevalence, bias)) - bias**2
    return int(np.ceil((experiment.unit_variance - sampling) / bias**2))


def break_even_bias(n: int, experiment: ListExperiment) -> tuple[float, float]:
    """
    Give the sensitivity biases beyond which a list experiment beats a direct question.

    Parameters
    ----------
    n : int
        Number of respondents of either, at least 2.
    experiment : ListExperiment
        The list experiment, taken to have no bias.

    Returns
    -------
    tuple of float
        The bias of under-reporting (negative) and that of over-reporting (positive) at which
        both have the same mean squared error: the roots of
        (1 - 1/n)b^2 + (1 - 2p)b/n + (p(1 - p) - u)/n = 0, p being the prevalence and u the unit
        variance. One that takes the prevalence off 0 to 1 cannot occur.

    Raises
    ------
    InputError
        If n is below 2.
    """
    if n < 2:
        raise InputError(f"{n} respondents make no comparison; give at least 2.")
    prevalence = experiment.prevalence
    excess = prevalence * (1 - prevalence) - experiment.unit_variance
    low, high = sorted(np.roots([1 - 1 / n, (1 - 2 * prevalence) / n, excess / n]).real)
    return float(low), float(high)
