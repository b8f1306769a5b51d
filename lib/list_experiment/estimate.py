"""What every estimator of a list experiment hands to its results."""

from dataclasses import dataclass

import numpy as np

from lib.list_experiment.distributions import Array
from lib.list_experiment.mixture import Evaluation

RUNAWAY = 10.0
TAKES_PART = 0.1


@dataclass(frozen=True)
class Estimate:
    """
    Estimates and their covariance.

    Attributes
    ----------
    method : {"linear", "nls", "ml"}
        The estimator.
    terms : tuple of str, length q
        Names of the parameters, those of the sensitive item first.
    params : ndarray, shape (q,)
        Estimates.
    covariance : ndarray, shape (q, q)
        Their covariance; not a number for a share at its boundary.
    influence : ndarray, shape (n, q)
        How much each row moves the estimates: their error is the sum over rows, to first order.
    evaluation : Evaluation or None
        The likelihood at the estimates, if there is one.
    """

    method: str
    terms: tuple[str, ...]
    params: Array
    covariance: Array
    influence: Array
    evaluation: Evaluation | None = None


def runaways(
    coefficients: Array, design: Array, information: Array, terms: tuple[str, ...]
) -> list[str]:
    """
    Find coefficients on the logit scale that ran to infinity.

    Parameters
    ----------
    coefficients : ndarray, shape (p,)
        Estimates.
    design : ndarray, shape (n, p)
        Regressors.
    information : ndarray, shape (p, p)
        Information on the coefficients.
    terms : tuple of str
        Names of the coefficients.

    Returns
    -------
    list of str
        Those that move the linear predictor by more than ten over the range of their regressor
        (a constant: by itself) and take part in a combination with a standard error as large.
    """
    spread = np.ptp(design, axis=0)
    reach = np.where(spread > 0, spread, 1.0)
    values, vectors = np.linalg.eigh(information / np.outer(reach, reach))
    flat = np.abs(vectors[:, values < RUNAWAY**-2]).max(axis=1, initial=0) > TAKES_PART
    far = (reach * np.abs(coefficients) > RUNAWAY) & flat
    return [term for term, each in zip(terms, far, strict=True) if each]
