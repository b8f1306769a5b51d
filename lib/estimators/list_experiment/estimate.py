"""What every estimator of a list experiment hands to its results."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .distributions import Array
from .mixture import Evaluation
from .specification import Specification

RUNAWAY = 10.0
TAKES_PART = 0.1


class Objective(NamedTuple):
    """
    What an estimator minimizes, and its first-order conditions, at some parameters.

    Attributes
    ----------
    value : float
        The objective.
    rows : ndarray, shape (n, q)
        What each row contributes to the conditions, with its weight; for the free parameters their
        sum is minus the gradient of the objective.
    slopes : ndarray, shape (q, q)
        Derivatives of the sums (rows) in the parameters (columns).
    free : ndarray of bool, shape (q,)
        Parameters over which it is minimized; the others are settled by a step before.
    """

    value: float
    rows: Array
    slopes: Array
    free: NDArray[np.bool_]

    @property
    def influence(self) -> Array:
        """How much each row moves the parameters that meet the conditions, shape (n, q)."""
        moved: Array = np.linalg.solve(-self.slopes, self.rows.T).T
        return moved


@dataclass(frozen=True)
class Estimate:
    """
    Estimates and their covariance.

    Attributes
    ----------
    method : {"linear", "nls", "ml", "robust nls", "robust ml"}
        The estimator.
    terms : tuple of str, length q
        Names of the parameters, those of the sensitive item first.
    params : ndarray, shape (q,)
        Estimates.
    covariance : ndarray, shape (q, q)
        Their covariance; not a number for a share at its boundary.
    influence : ndarray, shape (n, q)
        How much each row moves the estimates: their error is the sum over rows, to first order.
    specification : Specification or None
        Assumptions of the likelihood, if there is one.
    evaluation : Evaluation or None
        The likelihood at its maximum, if the estimates are there.
    """

    method: str
    terms: tuple[str, ...]
    params: Array
    covariance: Array
    influence: Array
    specification: Specification | None = None
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
