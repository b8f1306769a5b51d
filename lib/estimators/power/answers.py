"""How counts of items, and with them the sensitive trait, are distributed."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import root
from scipy.special import softmax

from ..errors import InputError
from .design import require_share

Floats = NDArray[np.float64]


def count_distribution(mean: float, sd: float, n_items: int) -> Floats:
    """
    Give counts of a given mean and standard deviation the distribution of maximum entropy.

    Parameters
    ----------
    mean, sd : float
        Mean and standard deviation of the counts, in items.
    n_items : int
        Highest count, J.

    Returns
    -------
    numpy.ndarray, shape (J + 1,)
        Shares with a count of 0 to J, proportional to ``exp(a y + b y^2)``.

    Raises
    ------
    InputError
        If no such distribution has these moments.
    """
    counts = np.arange(n_items + 1)
    centred = counts - mean
    features = np.column_stack([centred, centred**2])
    target = np.array([0.0, sd**2])
    found = root(_moment_gap, np.zeros(2), args=(features, target))
    probabilities = np.asarray(softmax(features @ found.x))
    if not np.allclose(probabilities @ features, target, atol=1e-6):
        raise InputError(
            f"No distribution with all counts from 0 to {n_items} has mean {mean} and standard "
            f"deviation {sd}; give moments further within their bounds."
        )
    return probabilities


def _moment_gap(tilt: Floats, features: Floats, target: Floats) -> Floats:
    return np.asarray(softmax(features @ tilt) @ features - target)


def joint_distribution(counts: Floats, prevalence: float, correlation: float = 0.0) -> Floats:
    """Give the shares of the types that a list experiment assumes."""
    require_share("prevalence", prevalence)
    values = np.arange(len(counts))
    centred = values - counts @ values
    slope = correlation * np.sqrt(prevalence * (1 - prevalence) / (counts @ centred**2))
    with_trait = prevalence + slope * centred
    if with_trait.min() < 0 or with_trait.max() > 1:
        raise InputError(
            f"A correlation of {correlation} takes the share with the trait off 0 to 1; "
            "give one nearer to 0."
        )
    return np.column_stack([counts * (1 - with_trait), counts * with_trait])
