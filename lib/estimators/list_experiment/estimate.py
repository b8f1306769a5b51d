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
    """What an estimator minimizes, and its first-order conditions, at some parameters."""

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
    """Estimates and their covariance."""

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

    With them go those of which nothing is known then, even if all others were: with a share of 0 or
    1 whatever the regressors, slopes move nothing.
    """
    spread = np.ptp(design, axis=0)
    reach = np.where(spread > 0, spread, 1.0)
    values, vectors = np.linalg.eigh(information / np.outer(reach, reach))
    flat = np.abs(vectors[:, values < RUNAWAY**-2]).max(axis=1, initial=0) > TAKES_PART
    far = (reach * np.abs(coefficients) > RUNAWAY) & flat
    unknown = far.any() & (np.diag(information) / reach**2 < RUNAWAY**-2)
    return [term for term, each in zip(terms, far | unknown, strict=True) if each]
