"""What printed numbers imply of each other: rounding, counts, totals, stars and sample sizes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import ceil, floor, inf

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog
from scipy.special import expit
from scipy.stats import norm

from lib.core.errors import InputError, plain
from lib.core.intervals import TOLERANCE, Interval
from lib.sources.published import PrintedNumber

MEAN, PERCENT = r"\d\.\d{1,2}", r"[1-9]?\d\.\d|100\.0"
ROW_CELLS = ["control_mean", "treatment_mean", "support_percent"]
EVERYBODY = Interval(100.0, 100.0)
ARM_COLUMNS = ["control_n", "treatment_n", "control_sum", "treatment_sum"]


def implied_percent(control: Interval, treatment: Interval) -> Interval:
    """
    Percentage that two arm means of a list experiment imply.

    Parameters
    ----------
    control, treatment : Interval
        Rounding intervals of the printed arm means (items).

    Returns
    -------
    Interval
        A hundred times the treatment mean minus the control mean, in percent (difference in means,
        Blair & Imai 2012, Political Analysis 20, 47-77). A printed percentage agrees if its
        rounding interval overlaps this one.
    """
    return (treatment - control) * 100.0


def integer_sums(mean: Interval, n: int) -> range:
    """
    Integer totals of n integer answers that give a printed mean (GRIM).

    Parameters
    ----------
    mean : Interval
        Rounding interval of the mean, or of a share as a number between 0 and 1.
    n : int
        Number of answers.

    Returns
    -------
    range
        The totals; empty if no total gives the mean (Brown & Heathers 2017, Social Psychological
        and Personality Science 8, 363-369).

    Raises
    ------
    InputError
        If n is below 1.
    """
    if n < 1:
        raise InputError(f"A mean needs at least one answer, not {n}; give n of 1 or more.")
    return range(ceil(n * mean.low - n * TOLERANCE), floor(n * mean.high + n * TOLERANCE) + 1)


def grim_sample_sizes(mean: Interval, sizes: Iterable[int]) -> list[int]:
    """
    Numbers of answers that can give a printed mean of integers.

    Parameters
    ----------
    mean : Interval
        Rounding interval of the mean, or of a share as a number between 0 and 1.
    sizes : iterable of int
        The numbers of answers to try.

    Returns
    -------
    list of int
        Those for which some integer total gives the mean (Brown & Heathers 2017).
    """
    return [n for n in sizes if integer_sums(mean, n)]


@dataclass(frozen=True)
class PrintedRow:
    """One printed row of a list experiment: a group with its arm means, and what they imply."""

    control: Interval
    treatment: Interval
    percent: Interval
    share: Interval = EVERYBODY


def printed_rows(table: pd.DataFrame) -> dict[str, PrintedRow]:
    """
    Take the rows of a printed list experiment out of the tidy numbers.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a printed number, as `lib.sources.published.read_table` gives it: ``subgroup``,
        ``quantity`` (control_mean, treatment_mean, support_percent and, but for the whole sample,
        sample_percent), ``value`` and ``decimals``.

    Returns
    -------
    dict of str to PrintedRow
        The rows by subgroup, in the order of the table.

    Raises
    ------
    InputError
        If a row lacks a mean or its percentage, or a value has more decimals than stated.
    """
    return {
        str(group): _printed_row(str(group), rows)
        for group, rows in table.groupby("subgroup", sort=False)
    }


def _printed_row(group: str, rows: pd.DataFrame) -> PrintedRow:
    cells = {
        quantity: PrintedNumber(value, int(decimals))
        for quantity, value, decimals in zip(
            rows["quantity"], rows["value"], rows["decimals"], strict=True
        )
    }
    missing = [quantity for quantity in ROW_CELLS if quantity not in cells]
    if missing:
        raise InputError(f"The printed row {group} has no {missing[0]}; add it to the table.")
    share = cells.get("sample_percent", EVERYBODY)
    control, treatment, percent = (cells[quantity] for quantity in ROW_CELLS)
    return PrintedRow(control, treatment, percent, share)


def cuts_of_row(run: str) -> list[tuple[str, str, str]]:
    """
    Ways to cut a run of characters into the cells of a list experiment.

    Parameters
    ----------
    run : str
        Two means and a percentage, printed or copied without anything between them.

    Returns
    -------
    list of tuple of str
        Control mean, treatment mean and percentage: means of one digit and one or two decimals, a
        percentage from 0 to 100 with one decimal. More than one if the row can be read in more
        than one way, none if in no way.
    """
    found = []
    for first, second in product((3, 4), repeat=2):
        cells = run[:first], run[first : first + second], run[first + second :]
        if all(re.fullmatch(p, c) for p, c in zip((MEAN, MEAN, PERCENT), cells, strict=True)):
            found.append(cells)
    return found


def row_of_cells(
    cells: Sequence[str],
    share: Interval = EVERYBODY,
) -> PrintedRow:
    """
    Make a row of the texts of its cells.

    Parameters
    ----------
    cells : sequence of str
        Control mean, treatment mean and percentage as printed.
    share : Interval, default Interval(100.0, 100.0)
        Rounding interval of the group's share of those who answered, in percent.

    Returns
    -------
    PrintedRow
        The row, each cell with the rounding interval of its own decimals.
    """
    control, treatment, percent = (
        PrintedNumber(float(cell), len(cell.partition(".")[2])) for cell in cells
    )
    return PrintedRow(control, treatment, percent, share)


def pooled_row(rows: Sequence[PrintedRow]) -> PrintedRow:
    """
    Row of several groups taken together.

    Parameters
    ----------
    rows : sequence of PrintedRow
        Rows of groups without common members.

    Returns
    -------
    PrintedRow
        Means and percentage weighted by the printed shares (`weighted_total`), taken to be those
        in both arms; the share is their sum.
    """
    total = sum((row.share for row in rows), Interval(0.0, 0.0))
    shares = [row.share * (1 / total.middle) for row in rows]
    return PrintedRow(
        weighted_total([row.control for row in rows], shares),
        weighted_total([row.treatment for row in rows], shares),
        weighted_total([row.percent for row in rows], shares),
        total,
    )


def single_cell_repairs(row: PrintedRow) -> pd.DataFrame:
    """
    Values of a single cell, the others kept, at which a row agrees with itself.

    Parameters
    ----------
    row : PrintedRow
        The row; each cell's printed unit is the width of its interval.

    Returns
    -------
    pandas.DataFrame
        One row a cell (index ``percent``, ``control_mean``, ``treatment_mean``): ``printed``, and
        ``low`` and ``high``, the least and the greatest value that could be printed there without
        a contradiction. The printed value lies between them if the row agrees as it stands.
    """
    difference = row.percent * 0.01
    cells = {
        "percent": (row.percent, implied_percent(row.control, row.treatment)),
        "control_mean": (row.control, row.treatment - difference),
        "treatment_mean": (row.treatment, row.control + difference),
    }
    return pd.DataFrame(
        {name: _printable(cell, admitted) for name, (cell, admitted) in cells.items()}
    ).T


def _printable(printed: Interval, admitted: Interval) -> dict[str, float]:
    """Least and greatest number in the unit of a printed one whose rounding meets an interval."""
    unit = printed.width
    low = ceil((admitted.low - unit / 2) / unit - 1e-6) * unit
    high = floor((admitted.high + unit / 2) / unit + 1e-6) * unit
    return {"printed": round(printed.middle, 9), "low": round(low, 9), "high": round(high, 9)}


def arm_solutions(row: PrintedRow, n: int) -> pd.DataFrame:
    """Find the splits of a group into two arms that give its printed means and percentage."""
    return pd.DataFrame(_arm_solutions(row, n), columns=ARM_COLUMNS, dtype="int64")


def _arm_solutions(row: PrintedRow, n: int) -> Iterator[tuple[int, int, int, int]]:
    for control_n in range(1, n):
        treatment_n = n - control_n
        controls = integer_sums(row.control, control_n)
        treatments = integer_sums(row.treatment, treatment_n)
        for control_sum, treatment_sum in product(controls, treatments):
            if row.percent.contains(100 * (treatment_sum / treatment_n - control_sum / control_n)):
                yield control_n, treatment_n, control_sum, treatment_sum


def partition_solutions(
    whole: PrintedRow,
    subgroups: Mapping[str, PrintedRow],
    n: int,
    n_control_items: int,
    answered: int | None = None,
) -> pd.DataFrame:
    """
    Integer arm sizes and totals with which subgroups make up the whole sample.

    Parameters
    ----------
    whole : PrintedRow
        The printed row of the whole sample.
    subgroups : mapping of str to PrintedRow
        The rows of subgroups that divide all who answered the grouping question.
    n : int
        Number of respondents.
    n_control_items : int
        Number of items in the control list, J; the treatment list has one more.
    answered : int, optional
        Number who answered the grouping question, the base of the printed shares; the others
        belong to no subgroup and may hold any count. By default all n.

    Returns
    -------
    pandas.DataFrame
        One row a solution: for the whole sample and each subgroup, under a column level with its
        name, ``control_n``, ``treatment_n``, ``control_sum`` and ``treatment_sum``. Every printed
        mean, percentage and share of every row holds in each solution, if nothing is weighted. No
        rows if there is no solution.

    Raises
    ------
    InputError
        If more respondents answered than there are.
    """
    answered = n if answered is None else answered
    if not 0 < answered <= n:
        raise InputError(f"{answered} answers of {n} respondents cannot be; give 1 to {n}.")
    total = arm_solutions(whole, n).add_prefix("whole ")
    names = [f"{group} {column}" for group in ("whole", *subgroups) for column in ARM_COLUMNS]
    found = [pd.DataFrame(columns=names, dtype="int64")]
    for sizes in _partition_sizes(subgroups, answered):
        pairs = _complete(_combine(subgroups, sizes), total, list(subgroups), n - answered)
        found.append(pairs.loc[_possible_rest(pairs, n_control_items), names])
    solutions = pd.concat(found, ignore_index=True)
    solutions.columns = pd.MultiIndex.from_product([["whole", *subgroups], ARM_COLUMNS])
    return solutions


def _partition_sizes(
    subgroups: Mapping[str, PrintedRow], answered: int
) -> Iterator[tuple[int, ...]]:
    """Subgroup sizes that give the printed shares of those who answered and sum to them."""
    sizes = [integer_sums(row.share * 0.01, answered) for row in subgroups.values()]
    return (combination for combination in product(*sizes) if sum(combination) == answered)


def _combine(subgroups: Mapping[str, PrintedRow], sizes: tuple[int, ...]) -> pd.DataFrame:
    """Every combination of the subgroups' own solutions."""
    tables = [
        arm_solutions(row, size).add_prefix(f"{name} ")
        for (name, row), size in zip(subgroups.items(), sizes, strict=True)
    ]
    return reduce(lambda left, right: left.merge(right, how="cross"), tables)


def _complete(
    combined: pd.DataFrame, total: pd.DataFrame, names: list[str], missing: int
) -> pd.DataFrame:
    """Pairs of combined subgroups and whole samples, by the control size of those missing."""
    listed = {c: combined[[f"{name} {c}" for name in names]].sum(axis=1) for c in ARM_COLUMNS}
    return pd.concat(
        combined.assign(**listed).merge(
            total.assign(control_n=total["whole control_n"] - control_missing), on="control_n"
        )
        for control_missing in range(missing + 1)
    )


def _possible_rest(pairs: pd.DataFrame, n_control_items: int) -> pd.Series:
    """Whether those in no subgroup can have counted what the subgroups leave of the whole."""
    rest = {c: pairs[f"whole {c}"] - pairs[c] for c in ARM_COLUMNS}
    most_control = n_control_items * rest["control_n"]
    most_treatment = (n_control_items + 1) * rest["treatment_n"]
    return rest["control_sum"].between(0, most_control) & rest["treatment_sum"].between(
        0, most_treatment
    )


def weighted_total(
    values: Sequence[Interval], shares: Sequence[Interval], others: Interval | None = None
) -> Interval:
    """Range of a total that is the share-weighted mean of subgroup values."""
    values, bounds = list(values), [(share.low, share.high) for share in shares]
    if others is not None:
        values, bounds = [*values, others], [*bounds, (0.0, 1.0)]
    low = _least_weighted_sum([value.low for value in values], bounds)
    high = -_least_weighted_sum([-value.high for value in values], bounds)
    return Interval(low, high)


def _least_weighted_sum(values: list[float], bounds: list[tuple[float, float]]) -> float:
    program = linprog(values, A_eq=np.ones((1, len(values))), b_eq=[1.0], bounds=bounds)
    if program.fun is None:
        raise InputError(
            f"Shares within {plain(bounds)} cannot sum to 1; list every subgroup's share."
        )
    return float(program.fun)


def absolute_z(estimate: Interval, standard_error: Interval) -> Interval:
    """
    Range of the size of z that a printed estimate and standard error allow.

    Parameters
    ----------
    estimate, standard_error : Interval
        Rounding intervals of the estimate and of its standard error, in the same unit.

    Returns
    -------
    Interval
        Absolute value of the estimate over its standard error; infinite at the high end if the
        standard error may be 0.

    Raises
    ------
    InputError
        If the standard error cannot be positive.
    """
    if standard_error.high <= 0:
        raise InputError(f"A standard error of {standard_error.high} or less cannot be; check it.")
    size = abs(estimate)
    high = size.high / standard_error.low if standard_error.low > 0 else inf
    return Interval(size.low / standard_error.high, high)


def p_value(estimate: Interval, standard_error: Interval) -> Interval:
    """Range of the two-sided p-value that a printed estimate and standard error allow."""
    z = absolute_z(estimate, standard_error)
    return Interval(float(2 * norm.sf(z.high)), float(2 * norm.sf(z.low)))


def allowed_stars(
    estimate: Interval,
    standard_error: Interval,
    thresholds: Sequence[float] = (0.1, 0.05, 0.01),
) -> set[int]:
    """
    Numbers of stars that a printed estimate and standard error allow.

    Parameters
    ----------
    estimate, standard_error : Interval
        Rounding intervals of the estimate and of its standard error, in the same unit.
    thresholds : sequence of float, default (0.1, 0.05, 0.01)
        A star is due for each threshold that the p-value lies below.

    Returns
    -------
    set of int
        The numbers of stars that some pair of values in the intervals earns.
    """
    p = p_value(estimate, standard_error)
    fewest, most = (sum(end < t for t in thresholds) for end in (p.high, p.low))
    return set(range(fewest, most + 1))


def implied_shares(
    cut_points: ArrayLike, linear_predictor: float, variance: float = 0.0
) -> NDArray[np.float64]:
    """
    Shares of the answers 0 to J that an ordered logit implies.

    Parameters
    ----------
    cut_points : array_like, shape (J,)
        The cut points, increasing.
    linear_predictor : float
        Mean of the linear predictor.
    variance : float, default 0.0
        Variance of the random intercept (or of all that varies normally about the mean).

    Returns
    -------
    numpy.ndarray, shape (J + 1,)
        The shares: differences of the mean over the normal of the logistic distribution at cut
        point minus linear predictor (McCullagh 1980, JRSS B 42), by 60-point Gauss-Hermite
        quadrature.

    Raises
    ------
    InputError
        If the cut points do not increase or the variance is negative.
    """
    cuts = np.asarray(cut_points, dtype=float)
    if np.any(np.diff(cuts) <= 0) or variance < 0:
        raise InputError(
            f"Cut points {cuts.tolist()} with variance {variance} make no ordered logit; give "
            "increasing cut points and a variance of 0 or more."
        )
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    deviations = linear_predictor + np.sqrt(variance) * nodes
    cumulative = expit(cuts[:, None] - deviations) @ (weights / weights.sum())
    return np.diff(np.concatenate([[0.0], cumulative, [1.0]]))


def mean_and_sd(shares: ArrayLike) -> tuple[float, float]:
    """
    Mean and standard deviation of codes 0 to J with given shares.

    Parameters
    ----------
    shares : array_like, shape (J + 1,)
        Shares of the codes, in order, summing to 1.

    Returns
    -------
    tuple of float
        Mean and standard deviation.
    """
    weights = np.asarray(shares, dtype=float)
    codes = np.arange(len(weights))
    mean = float(weights @ codes)
    return mean, float(np.sqrt(weights @ (codes - mean) ** 2))


def complete_cases(valid: pd.DataFrame, interviewed: pd.Series) -> pd.DataFrame:
    """
    Bound the number of respondents with every variable valid.

    Parameters
    ----------
    valid : pandas.DataFrame, shape (groups, variables)
        Number of valid answers to each variable in each group.
    interviewed : pandas.Series, shape (groups,)
        Number of respondents in each group, with the same index.

    Returns
    -------
    pandas.DataFrame, shape (groups, 3)
        ``least`` (no respondent lacks two variables: Bonferroni's inequality), ``independent``
        (expected if what is missing is independent across variables within a group) and ``most``
        (those who lack one variable lack all: Frechet's bound). The bounds add up over groups.

    Raises
    ------
    InputError
        If the groups differ or a variable has more valid answers than respondents.
    """
    if not valid.index.equals(interviewed.index):
        raise InputError("Valid answers and interviews are of different groups; match them.")
    missing = -valid.sub(interviewed, axis=0)
    if missing.lt(0).any(axis=None):
        raise InputError("A variable has more valid answers than respondents; check its count.")
    return pd.DataFrame(
        {
            "least": (interviewed - missing.sum(axis=1)).clip(lower=0),
            "independent": valid.div(interviewed, axis=0).prod(axis=1) * interviewed,
            "most": valid.min(axis=1),
        }
    )
