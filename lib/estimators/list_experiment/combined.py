"""List experiment and direct question together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..checks import check_columns
from ..errors import InputError, plain
from . import checks
from .difference import difference_in_means
from .distributions import Array


@dataclass(frozen=True)
class CombinedResults:
    """
    Estimates from list and direct question.

    Attributes
    ----------
    estimates : pandas.DataFrame
        Rows "direct", "list", "combined" and "list - direct" (the sensitivity bias): estimator,
        estimate, std_error, conf_low, conf_high.
    placebo_tests : pandas.DataFrame
        Rows "I" and "II": test, null (what is tested), estimate, expected (under the null),
        std_error, p_value.
    """

    estimates: pd.DataFrame
    placebo_tests: pd.DataFrame


def combined_estimator(
    data: pd.DataFrame,
    outcome: str,
    treatment: str,
    direct: str,
    n_items: int,
    alpha: float = 0.05,
) -> CombinedResults:
    """
    Combine a list experiment with a direct question asked of the same respondents.

    The share that admits the trait, plus what the list finds among those who do not (Aronow,
    Coppock, Crawford & Green 2015, J. of Survey Statistics and Methodology 3:43):
    ``p + (1 - p) d0``. It needs fewer respondents than the list alone, if nobody admits a trait he
    does not have and the treatment does not change the direct answer; the placebo tests are of
    these assumptions.

    Parameters
    ----------
    data : pandas.DataFrame
        One row a respondent.
    outcome : str
        Column of the item count.
    treatment : str
        Column of the arm: 1 if the list had the sensitive item, else 0.
    direct : str
        Column of the direct answer: 1 if the trait is admitted, else 0.
    n_items : int
        Number of control items, J.
    alpha : float
        One minus the level of the intervals.

    Returns
    -------
    CombinedResults
        Estimates and placebo tests. The variance of the combined estimate is ``(1 - d0)^2 p (1 -
        p) / (n - 1) + (1 - p)^2 Var(d0)``, as d0 has the same mean whatever p is; that of "list -
        direct" comes from the same parts and d1, what the list finds among those who admit it.
        Placebo test I: the list finds the trait among all who admit it, d1 = 1. Placebo test II:
        as many admit it in either arm.

    Raises
    ------
    InputError
        If the rows are no list experiment with J control items, the direct answer is not 0 and 1,
        or fewer than two respondents of an arm gave one of the answers.
    """
    checks.check_experiment(data, outcome, treatment, n_items)
    _check_direct(data, direct)
    denying, admitting = _differences(data, outcome, treatment, by=direct)
    parts = _Parts(data[direct].to_numpy(dtype=float), denying, admitting)
    (whole,) = _differences(data, outcome, treatment)
    (arms,) = _differences(data, direct, treatment)
    rows = [parts.direct(), whole, parts.combined(), parts.bias()]
    return CombinedResults(_estimates(rows, alpha), _placebo_tests(parts.admitting, arms))


@dataclass(frozen=True)
class _Difference:
    """An estimate and its variance."""

    estimate: float
    variance: float


def _differences(
    data: pd.DataFrame, outcome: str, treatment: str, by: str | None = None
) -> list[_Difference]:
    """Differences in means with their variances."""
    table = difference_in_means(data, outcome, treatment, by)
    pairs = zip(table["estimate"], table["std_error"], strict=True)
    return [_Difference(estimate, error**2) for estimate, error in pairs]


@dataclass(frozen=True)
class _Parts:
    """Direct answers, and what the list finds among those who deny and who admit the trait."""

    admitted: Array
    denying: _Difference
    admitting: _Difference

    def direct(self) -> _Difference:
        """Share that admits the trait."""
        return _Difference(self.admitted.mean(), self.admitted.var() / (len(self.admitted) - 1))

    def combined(self) -> _Difference:
        """Share that admits it, plus what the list finds among the others."""
        share = self.direct()
        rest = 1 - share.estimate
        variance = (1 - self.denying.estimate) ** 2 * share.variance
        return _Difference(
            share.estimate + rest * self.denying.estimate,
            variance + rest**2 * self.denying.variance,
        )

    def bias(self) -> _Difference:
        """Share that the list finds beyond the direct answers, in both groups."""
        share = self.direct()
        rest, beyond = 1 - share.estimate, self.admitting.estimate - 1
        variance = (beyond - self.denying.estimate) ** 2 * share.variance
        variance += share.estimate**2 * self.admitting.variance + rest**2 * self.denying.variance
        return _Difference(share.estimate * beyond + rest * self.denying.estimate, variance)


def _estimates(rows: list[_Difference], alpha: float) -> pd.DataFrame:
    """Table of the estimates."""
    table = pd.DataFrame(
        {
            "estimator": ["direct", "list", "combined", "list - direct"],
            "estimate": [row.estimate for row in rows],
            "std_error": [np.sqrt(row.variance) for row in rows],
        }
    )
    width = stats.norm.ppf(1 - alpha / 2) * table["std_error"]
    return table.assign(conf_low=table["estimate"] - width, conf_high=table["estimate"] + width)


def _check_direct(data: pd.DataFrame, direct: str) -> None:
    """Refuse a direct answer that is not 0 and 1."""
    check_columns(data, [direct])
    values = set(data[direct].unique().tolist())
    if values != {0, 1}:
        found = ", ".join(plain(value) for value in sorted(values, key=str))
        raise InputError(
            f"The direct answer {direct!r} must hold both 0 and 1 and nothing else; it holds "
            f"{found}."
        )


def _placebo_tests(admitting: _Difference, arms: _Difference) -> pd.DataFrame:
    """Two-sided z-tests."""
    table = pd.DataFrame(
        {
            "test": ["I", "II"],
            "null": ["all who admit the trait have it", "the arms admit it alike"],
            "estimate": [admitting.estimate, arms.estimate],
            "expected": [1.0, 0.0],
            "std_error": np.sqrt([admitting.variance, arms.variance]),
        }
    )
    statistic = (table["estimate"] - table["expected"]).abs() / table["std_error"]
    return table.assign(p_value=2 * stats.norm.sf(statistic))
