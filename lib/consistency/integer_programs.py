"""Extremes of whole numbers of respondents of whom only totals are known."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, milp

from lib.core.errors import ConvergenceError
from lib.core.intervals import Interval

Array = NDArray[np.float64]
INFEASIBLE = 2


def count_extremes(
    objective: Array, equalities: Array, totals: Array, whole: bool = True
) -> Interval | None:
    """Give the least and the greatest value of a linear function of numbers of respondents."""
    weights = np.linalg.lstsq(equalities.T, objective, rcond=None)[0]
    determined = np.allclose(equalities.T @ weights, objective)
    integrality = np.full(len(objective), int(whole and not determined))
    ends = []
    for sign in (1, -1):
        solution = milp(
            sign * objective,
            integrality=integrality,
            constraints=LinearConstraint(equalities, totals, totals),
            options={"mip_rel_gap": 0.0},
        )
        if solution.status == INFEASIBLE:
            return None
        if solution.fun is None:
            raise ConvergenceError(f"No extreme was found: {solution.message}")
        ends.append(sign * float(solution.fun))
    return Interval(ends[0], max(ends))
