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
    mean : float
        Mean count.
    sd : float
        Standard deviation of the counts.
    n_items : int
        Number of control items, J.

    Returns
    -------
    numpy.ndarray, shape (J + 1,)
        Probabilities of 0 to J, proportional to exp(ak + bk^2) (Jaynes 1957, Physical Review 106,
        620-630): what assumes nothing beyond the two moments.

    Raises
    ------
    InputError
        If no distribution that gives every count a share has these moments.
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
    """
    Give the shares of the types that a list experiment assumes.

    Parameters
    ----------
    counts : numpy.ndarray, shape (J + 1,)
        Probabilities of the control counts, from `count_distribution`.
    prevalence : float
        Share with the sensitive trait.
    correlation : float, default 0
        Correlation of trait and control count.

    Returns
    -------
    numpy.ndarray, shape (J + 1, 2)
        Share of each control count without and with the trait (pi(y, z) of Blair & Imai 2012,
        Political Analysis 20, 47-77), the share with it being linear in the count.

    Raises
    ------
    InputError
        If the prevalence is not between 0 and 1, or the correlation is too large for it.
    """
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
