"""List experiments, double lists, placebo items and direct questions to the same respondents."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from ..errors import InputError
from .design import require_share
from .simulation import simulate_difference, simulated_mean, simulated_root_mean_square

Floats = NDArray[np.float64]
DIRECT = "direct question"


@dataclass(frozen=True)
class Respondents:
    """
    What the respondents of a planned survey would answer.

    Attributes
    ----------
    counts : numpy.ndarray, shape (J + 1,)
        Shares of the respondents with 0 to J control items, the same for either list.
    prevalence : float
        Share with the sensitive trait, between 0 and 1; it does not depend on the counts.
    list_correlation : float
        Correlation of the control counts of two lists, from 0 to 1.
    withheld : float
        Share of those with the trait who deny it when asked directly, from 0 to below 1.
    random : float
        Share who give any count of their list with the same probability, from 0 to below 1; they
        answer the direct question as others do.
    placebo : float
        Share who count the placebo item, from 0 to below 1.

    Raises
    ------
    InputError
        If one of them lies outside its range.
    """

    counts: Floats
    prevalence: float
    list_correlation: float = 0.0
    withheld: float = 0.0
    random: float = 0.0
    placebo: float = 0.0

    def __post_init__(self) -> None:
        require_share("prevalence", self.prevalence)
        others = (self.list_correlation, self.withheld, self.random, self.placebo)
        if min(others) < 0 or self.list_correlation > 1 or max(others[1:]) >= 1:
            raise InputError(
                f"Correlation and shares of {', '.join(f'{each:g}' for each in others)}: give each "
                "from 0 to below 1."
            )

    @property
    def n_items(self) -> int:
        """Number of control items, J."""
        return len(self.counts) - 1

    @property
    def admitted(self) -> float:
        """Share who say yes when asked directly."""
        return self.prevalence * (1 - self.withheld)

    def list_counts(self, added: float | None = None) -> Floats:
        """Shares of the counts of a list with an item added that applies to a share."""
        longer = self.counts if added is None else np.convolve(self.counts, [1 - added, added])
        return self._with_random(longer, np.full(len(longer), 1 / len(longer)))

    def list_differences(self) -> Floats:
        """Shares of -J to J + 1: a list with the sensitive item less another without it."""
        apart = (1 - self.list_correlation) * np.convolve(self.counts, self.counts[::-1])
        apart[self.n_items] += self.list_correlation
        honest = np.convolve(apart, [1 - self.prevalence, self.prevalence])
        any_count = np.full(self.n_items + 1, 1 / (self.n_items + 1))
        longer = np.full(self.n_items + 2, 1 / (self.n_items + 2))
        return self._with_random(honest, np.convolve(longer, any_count))

    def answers(self, treated: bool) -> Floats:
        """Shares of denials (row 0) and admissions (row 1) with each count, in one arm."""
        told = (1 - self.admitted, self.admitted)
        holding = ((self.prevalence - self.admitted) / told[0], 1.0)
        lists = [np.convolve(self.counts, [1 - s, s] if treated else [1, 0]) for s in holding]
        any_count = np.zeros(self.n_items + 2)
        any_count[: self.n_items + 1 + treated] = 1 / (self.n_items + 1 + treated)
        parts = [
            q * self._with_random(each, any_count) for q, each in zip(told, lists, strict=True)
        ]
        return np.array(parts)

    def _with_random(self, honest: Floats, any_count: Floats) -> Floats:
        mixed: Floats = (1 - self.random) * honest + self.random * any_count
        return mixed


def compare_designs(
    respondents: Respondents,
    n: int,
    draws: int,
    generator: np.random.Generator,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """
    Simulate what surveys of several designs would find, arms being equal.

    Parameters
    ----------
    respondents : Respondents
        What they would answer.
    n : int
        Number of respondents of each survey, at least 4.
    draws : int
        Number of surveys of each design.
    generator : numpy.random.Generator
        Source of random numbers.
    alpha : float
        One minus the level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row a design ("single list"; "placebo item" on the control list; "double list", the
        average of `double_list`; "direct question"; "list and direct", `combined_estimator`):
        design, items (read out to a respondent, on average), bias, std_error (standard deviation
        of the estimates), total_error (root mean squared error) and coverage (of normal intervals),
        each of the four with its Monte Carlo error (``bias_error`` and so on), and variance_ratio
        (squared std_error over that of the single list).

    Raises
    ------
    InputError
        If there are fewer than four respondents.
    """
    if n < 4:
        raise InputError(f"{n} respondents make no two arms; give at least 4.")
    arms, size = (n - n // 2, n // 2), respondents.n_items
    treated = respondents.list_counts(respondents.prevalence)
    apart = respondents.list_differences()

    def difference(control: Floats, treatment: Floats) -> pd.DataFrame:
        return simulate_difference(control, treatment, arms, draws, generator)

    both = difference(apart[::-1], apart)
    surveys = {
        "single list": (size + 0.5, difference(respondents.list_counts(), treated)),
        "placebo item": (
            size + 1,
            difference(respondents.list_counts(respondents.placebo), treated),
        ),
        "double list": (2 * size + 1, (both + {"estimate": 1, "std_error": 0}) / 2),
        DIRECT: (1, _simulate_direct(respondents.admitted, n, draws, generator)),
        "list and direct": (size + 1.5, _simulate_combined(respondents, arms, draws, generator)),
    }
    rows = [
        {"design": name, "items": items} | _quality(drawn, respondents.prevalence, alpha)
        for name, (items, drawn) in surveys.items()
    ]
    table = pd.DataFrame(rows)
    return table.assign(variance_ratio=(table["std_error"] / table["std_error"].iloc[0]) ** 2)


def _simulate_direct(
    admitted: float, n: int, draws: int, generator: np.random.Generator
) -> pd.DataFrame:
    share = generator.binomial(n, admitted, draws) / n
    return pd.DataFrame({"estimate": share, "std_error": np.sqrt(share * (1 - share) / (n - 1))})


def _simulate_combined(
    respondents: Respondents, arms: tuple[int, int], draws: int, generator: np.random.Generator
) -> pd.DataFrame:
    """Simulate `combined_estimator`, with the variance that it states."""
    values, n = np.arange(respondents.n_items + 2), sum(arms)
    denying, means, variances = 0, [], []
    for treated, size in enumerate(arms):
        cells = respondents.answers(bool(treated))
        drawn = generator.multinomial(size, cells.ravel() / cells.sum(), draws)
        counts = drawn.reshape(draws, 2, -1)[:, 0]
        number = counts.sum(axis=1)
        mean = counts @ values / number
        means.append(mean)
        variances.append((counts @ values**2 / number - mean**2) / (number - 1))
        denying = denying + number
    share, found = 1 - denying / n, means[1] - means[0]
    variance = (1 - found) ** 2 * share * (1 - share) / (n - 1)
    variance += (1 - share) ** 2 * (variances[0] + variances[1])
    estimate = share + (1 - share) * found
    return pd.DataFrame({"estimate": estimate, "std_error": np.sqrt(variance)})


def _quality(drawn: pd.DataFrame, prevalence: float, alpha: float) -> dict[str, float]:
    """Bias, spread, total error and coverage, with their Monte Carlo errors."""
    errors = drawn["estimate"] - prevalence
    covered = errors.abs() <= norm.isf(alpha / 2) * drawn["std_error"]
    measures = {
        "bias": simulated_mean(errors),
        "std_error": simulated_root_mean_square(errors - errors.mean()),
        "total_error": simulated_root_mean_square(errors),
        "coverage": simulated_mean(covered),
    }
    values = {name: value for name, (value, _) in measures.items()}
    return values | {f"{name}_error": error for name, (_, error) in measures.items()}
