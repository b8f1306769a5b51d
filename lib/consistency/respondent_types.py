"""
What the printed means of a list experiment allow, if the design's assumptions hold.

Without a design effect and without liars every respondent is of one type: the number y of control
items that apply, 0 to J, and whether the sensitive item does, z. The control arm counts y, the
treatment arm y + z (Blair & Imai 2012, Political Analysis 20:47). The shares of the types are not
negative and sum to one, so whatever is linear in them is bounded by linear programs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import null_space
from scipy.optimize import linprog

from lib.consistency.bounds import standard_error_bounds, variance_bounds
from lib.consistency.consistency import PrintedRow
from lib.core.errors import InputError
from lib.core.intervals import Interval

Floats = NDArray[np.floating[Any]]
CHAIN_LENGTH = 1_000
SMALLEST_SHARE = 1e-300
LEAST_CONCENTRATION = 0.5


@dataclass(frozen=True)
class RespondentTypes:
    """Shares of respondent types that printed means allow; made by `respondent_types`."""

    control: Interval
    treatment: Interval
    n_items: int
    pieces: tuple[Floats, ...]

    def unimodal(self) -> "RespondentTypes":
        """Suppose that the counts of each arm have one mode."""
        control, treatment = type_counts(self.n_items)
        shapes = product(_one_mode(control), _one_mode(treatment))
        return self._restricted([np.vstack(shape) for shape in shapes])

    def with_control_sd(self, sd: Interval) -> "RespondentTypes":
        """Suppose a range of the standard deviation of the control arm's counts."""
        square = (type_counts(self.n_items)[0] - self.control.middle) ** 2
        return self._restricted([np.vstack([square - sd.high**2, sd.low**2 - square])])

    def share_bounds(self, chosen: NDArray[np.bool_], among: NDArray[np.bool_]) -> Interval:
        """Bound the share of some types among some others."""
        return self._extremes((chosen & among).astype(float), among.astype(float))

    def variance_bounds(self) -> tuple[Interval, Interval]:
        """Bound the variance of the counts of each arm."""
        first, second = (self._spread_bounds(weights) for weights in ((1.0, 0.0), (0.0, 1.0)))
        return first, second

    def standard_error_bounds(self, sizes: Sequence[float]) -> Interval:
        """Bound the standard error of the difference in means."""
        variance = self._spread_bounds([1 / size for size in sizes])
        return Interval(float(np.sqrt(variance.low)), float(np.sqrt(variance.high)))

    def sample(self, draws: int, concentration: float, generator: np.random.Generator) -> Floats:
        """Draw shares of types from a Dirichlet prior, given the printed means."""
        if concentration < LEAST_CONCENTRATION:
            raise InputError(
                f"A concentration of {concentration:g} puts the shares at their ends, which the "
                f"draws do not reach; give {LEAST_CONCENTRATION} or more."
            )
        conditions = np.vstack([np.ones(2 * self.n_items + 2), *type_counts(self.n_items)])
        start = _inner_point(conditions, [1, self.control.middle, self.treatment.middle])
        shares, directions = np.tile(start, (draws, 1)), null_space(conditions).T
        for _ in range(CHAIN_LENGTH):
            shares = _hit_and_run(shares, directions, concentration, generator)
        return shares

    def _restricted(self, alternatives: Sequence[Floats]) -> "RespondentTypes":
        """Keep, of every piece, the parts that one of the alternatives leaves."""
        parts = [np.vstack(pair) for pair in product(self.pieces, alternatives)]
        left = tuple(part for part in parts if _least(np.ones(part.shape[1]), part) < np.inf)
        if not left:
            raise InputError(
                f"No counts of {self.n_items} control items with means of "
                f"{self.control.middle:g} and {self.treatment.middle:g} are like that; drop or "
                "widen the last assumption."
            )
        return replace(self, pieces=left)

    def _spread_bounds(self, weights: Sequence[float]) -> Interval:
        """Bound the weighted sum of the two variances."""
        arms = list(zip(type_counts(self.n_items), (self.control, self.treatment), strict=True))
        squares = np.array([(counts - mean.middle) ** 2 for counts, mean in arms])
        rounding = np.array([(mean.width / 2) ** 2 for _, mean in arms])
        moments = self._extremes(np.asarray(weights) @ squares)
        return Interval(max(0.0, moments.low - float(weights @ rounding)), moments.high)

    def _extremes(self, numerator: Floats, denominator: Floats | None = None) -> Interval:
        """Least and greatest ratio over all pieces."""
        low = min(_least(numerator, piece, denominator) for piece in self.pieces)
        if low == np.inf:
            raise InputError("The means allow no respondents of these types; choose others.")
        return Interval(low, -min(_least(-numerator, piece, denominator) for piece in self.pieces))


def type_counts(n_items: int) -> tuple[Floats, Floats]:
    """Give the counts of the respondent types."""
    control = np.repeat(np.arange(n_items + 1.0), 2)
    return control, control + np.tile([0.0, 1.0], n_items + 1)


def respondent_types(control: Interval, treatment: Interval, n_items: int) -> RespondentTypes:
    """
    Find the shares of respondent types that two means allow.

    Parameters
    ----------
    control, treatment : Interval
        Means of the arms; for printed means their rounding intervals.
    n_items : int
        Number of control items, J.

    Returns
    -------
    RespondentTypes
        Without any further assumption. The means are taken as those of one population: the bounds
        ignore that the two arms are different samples of it.

    Raises
    ------
    InputError
        If no such shares give these means.
    """
    counts = type_counts(n_items)
    conditions = [
        side
        for mean, count in zip((control, treatment), counts, strict=True)
        for side in (count - mean.high, mean.low - count)
    ]
    everything = RespondentTypes(control, treatment, n_items, (np.zeros((1, 2 * n_items + 2)),))
    return everything._restricted([np.array(conditions)])


def standard_errors(shares: Floats, n_items: int, sizes: Sequence[float]) -> Floats:
    """Compute standard errors of the difference in means for given shares of types."""
    counts = np.array(type_counts(n_items))
    variances = shares @ counts.T**2 - (shares @ counts.T) ** 2
    errors: Floats = np.sqrt(variances @ (1 / np.asarray(sizes)))
    return errors


def _one_mode(counts: Floats) -> Iterator[Floats]:
    """Inequalities, for each mode in turn: shares of counts rise up to it and fall after it."""
    values = np.unique(counts)
    rises = np.array([1.0 * (counts == v) - (counts == v + 1) for v in values[:-1]])
    for mode in values:
        yield np.where(values[:-1] < mode, 1, -1)[:, None] * rises


def _least(numerator: Floats, piece: Floats, denominator: Floats | None = None) -> float:
    """Least ratio of two sums of shares in one piece; infinite if there is none."""
    base = np.ones(len(numerator)) if denominator is None else denominator
    found: Any = linprog(numerator, piece, np.zeros(len(piece)), base[None], [1.0], method="highs")
    return float(found.fun) if found.success else np.inf


def _inner_point(conditions: Floats, values: Sequence[float]) -> Floats:
    """Shares that meet linear equations, the smallest as large as can be."""
    n_types = conditions.shape[1]
    objective = np.append(np.zeros(n_types), -1.0)
    above = np.column_stack([-np.eye(n_types), np.ones(n_types)])
    equations = np.column_stack([conditions, np.zeros(len(conditions))])
    found: Any = linprog(objective, above, np.zeros(n_types), equations, values, method="highs")
    if not found.success or found.x[-1] <= 0:
        raise InputError(
            "The printed means leave some types without respondents, so that a prior of all types "
            "has nothing to say; use the bounds."
        )
    point: Floats = found.x[:-1]
    return point


def _hit_and_run(
    shares: Floats, directions: Floats, concentration: float, generator: np.random.Generator
) -> Floats:
    """Move every row to a random point of a random line through it, within positive shares."""
    step = generator.normal(size=(len(shares), len(directions))) @ directions
    ends = -shares / step
    ahead = np.where(step < 0, ends, np.inf).min(axis=1)
    behind = np.where(step > 0, ends, -np.inf).max(axis=1)
    moved = shares + generator.uniform(behind, ahead)[:, None] * step
    proposal = np.maximum(moved, SMALLEST_SHARE)
    log_ratio = (concentration - 1) * np.log(proposal / shares).sum(axis=1)
    accepted = np.log(generator.random(len(shares))) < log_ratio
    return np.where(accepted[:, None], proposal, shares)


def standard_error_table(
    row: PrintedRow,
    sizes: Sequence[float],
    n_items: int,
    control_sd: Interval,
    draws: Floats,
) -> pd.DataFrame:
    """
    Say what each assumption leaves of the standard error of one printed row.

    Parameters
    ----------
    row : PrintedRow
        The printed means.
    sizes : sequence of float
        Respondents of the row in the control and in the treatment arm.
    n_items : int
        Number of control items, J.
    control_sd : Interval
        Assumed standard deviation of the control counts, items.
    draws : ndarray, shape (draws, 2 J + 2)
        Shares of types given the means, from `RespondentTypes.sample`.

    Returns
    -------
    pandas.DataFrame
        One row an assumption, each but the last two added to those before: "any counts"
        (`lib.consistency.bounds.variance_bounds`), "types", "one mode"; then, with types alone,
        "control deviation" and "prior" (2.5 and 97.5 percent of the draws). Columns assumption,
        low and high, in the unit of the means.
    """
    types = respondent_types(row.control, row.treatment, n_items)
    maxima = ((row.control, n_items), (row.treatment, n_items + 1))
    anything = [variance_bounds(mean, maximum) for mean, maximum in maxima]
    low, high = np.quantile(standard_errors(draws, n_items, sizes), [0.025, 0.975])
    found = {
        "any counts": standard_error_bounds(anything, sizes),
        "types": types.standard_error_bounds(sizes),
        "one mode": types.unimodal().standard_error_bounds(sizes),
        "control deviation": types.with_control_sd(control_sd).standard_error_bounds(sizes),
        "prior": Interval(float(low), float(high)),
    }
    ends = [(name, bounds.low, bounds.high) for name, bounds in found.items()]
    return pd.DataFrame(ends, columns=["assumption", "low", "high"])
