"""Which contrasts of list-experiment estimates can be significant, given what is printed."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import sub

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from lib.consistency.bounds.variances import (
    independent_items_sd,
    standard_error_bounds,
    variance_bounds,
)
from lib.consistency.consistency import PrintedRow, implied_percent, p_value
from lib.core.errors import InputError, plain
from lib.core.intervals import Interval


def contrast_scale(sizes: Sequence[float]) -> float:
    """Give the standard error of a contrast of cell means at a common standard deviation of 1."""
    if min(sizes) <= 0:
        raise InputError(f"Cells of {plain(list(sizes))} respondents: each needs more than 0.")
    return float(np.sqrt(sum(1 / n for n in sizes)))


def critical_sd(contrast: float, scale: float, alpha: float = 0.05) -> float:
    """
    Give the standard deviation below which a contrast would be significant.

    Parameters
    ----------
    contrast : float
        The contrast, in the unit of the means.
    scale : float
        Its standard error at a standard deviation of 1, from `contrast_scale`.
    alpha : float, default 0.05
        Level of the two-sided z test, unadjusted.

    Returns
    -------
    float
        Size of the contrast over scale and critical value.
    """
    return abs(contrast) / (scale * float(norm.isf(alpha / 2)))


def critical_design_effects(
    contrasts: pd.Series, scales: pd.Series, sd: float, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Give the design effect at which each contrast of a family ceases to be significant.

    Parameters
    ----------
    contrasts : pandas.Series
        The contrasts of the family by name, in the unit of the means.
    scales : pandas.Series
        Their standard errors at a standard deviation of 1 under simple random sampling, from
        `contrast_scale`, with the same index.
    sd : float
        Standard deviation of the counts to assume, above 0.
    alpha : float, default 0.05
        Level of the two-sided z tests.

    Returns
    -------
    pandas.DataFrame
        One row a contrast: ``contrast``, ``unadjusted`` and ``holm``, the design effects (variance
        over that of a simple random sample of the same size; Kish 1965, Survey Sampling) at which
        its p-value, and its Holm-adjusted p-value in the family, reaches alpha. All contrasts are
        taken to have the same design effect. Below 1, not even simple random sampling makes the
        contrast significant.

    Raises
    ------
    InputError
        If contrasts and scales have different names, or the standard deviation is not above 0.

    Notes
    -----
    A design effect D divides every z by its root. Unadjusted, D = (z/c)^2 with c the critical
    value. Holm's method tests the k-th largest z of m at alpha/(m - k + 1), but only if all larger
    ones have passed: D is the least of (z/c)^2 over the contrast and those before it.
    """
    if sd <= 0:
        raise InputError(f"A standard deviation of {sd} is not above 0; give another.")
    z = _by_the_same_names(contrasts, scales).abs().div(sd).sort_values(ascending=False)
    levels = alpha / np.arange(len(z), 0, -1)
    holm = ((z / norm.isf(levels / 2)) ** 2).cummin()
    table = pd.DataFrame({"unadjusted": (z / norm.isf(alpha / 2)) ** 2, "holm": holm})
    return table.loc[contrasts.index].rename_axis("contrast").reset_index()


def _by_the_same_names(contrasts: pd.Series, scales: pd.Series) -> pd.Series:
    """Contrasts over scales: z at a standard deviation of 1."""
    if not contrasts.index.equals(scales.index):
        raise InputError("Contrasts and scales have different names; give both by the same index.")
    return contrasts / scales


def contrast_p_values(
    contrasts: pd.Series, scales: pd.Series, standard_deviations: Sequence[float]
) -> pd.DataFrame:
    """
    Test a family of contrasts at each of several common standard deviations.

    Parameters
    ----------
    contrasts : pandas.Series
        The contrasts of the family by name, in the unit of the means.
    scales : pandas.Series
        Their standard errors at a standard deviation of 1, with the same index.
    standard_deviations : sequence of float
        Standard deviations of the counts to assume.

    Returns
    -------
    pandas.DataFrame
        One row a standard deviation and contrast: ``sd``, ``contrast``, ``estimate``,
        ``std_error``, ``statistic`` (z), ``p_value`` (two-sided) and ``p_holm`` (Holm 1979,
        Scandinavian Journal of Statistics 6, over the family).

    Raises
    ------
    InputError
        If contrasts and scales have different names.
    """
    _by_the_same_names(contrasts, scales)
    tables = [_test_family(contrasts, scales, sd) for sd in standard_deviations]
    return pd.concat(tables, ignore_index=True)


def _test_family(contrasts: pd.Series, scales: pd.Series, sd: float) -> pd.DataFrame:
    z = contrasts / (sd * scales)
    p_values = 2 * norm.sf(z.abs())
    return pd.DataFrame(
        {
            "sd": sd,
            "contrast": contrasts.index,
            "estimate": contrasts.to_numpy(),
            "std_error": (sd * scales).to_numpy(),
            "statistic": z.to_numpy(),
            "p_value": p_values,
            "p_holm": multipletests(p_values, method="holm")[1],
        }
    )


def support_bounds(
    comparisons: Mapping[str, Sequence[PrintedRow]], arms: Sequence[float], n_control_items: int
) -> pd.DataFrame:
    """
    Bound the uncertainty of printed list-experiment estimates and of their differences.

    Parameters
    ----------
    comparisons : mapping of str to sequence of PrintedRow
        By name, one row for the support in a group, two for that in the first group less that in
        the second.
    arms : sequence of float
        Respondents in the control and in the treatment group; a printed row has its printed share
        of each.
    n_control_items : int
        Number of items of the control list, J; the treatment list has one more.

    Returns
    -------
    pandas.DataFrame
        Two rows a comparison, ``name`` and ``basis``: by the printed percentages and by the
        printed means. ``estimate`` and ``scale`` (its standard error at a common standard
        deviation of 1) are in the unit of the means. The standard error over the scale is the
        standard deviation averaged over the cells (root mean square, weights 1/n): ``least_sd``
        and ``greatest_sd`` (`variance_bounds`), and the most that independent items give,
        ``independent_sd``. ``least_p`` and ``greatest_p`` are the range of the two-sided p-value,
        rounding included.
    """
    tables = []
    for name, rows in comparisons.items():
        cells = [cell for row in rows for cell in _arm_cells(row, arms, n_control_items)]
        for basis, estimate in _estimates(rows).items():
            found = {"name": name, "basis": basis, "estimate": estimate.middle}
            tables.append(found | _spread(cells) | _p_range(estimate, cells))
    return pd.DataFrame(tables)


def _arm_cells(
    row: PrintedRow, arms: Sequence[float], n_control_items: int
) -> list[tuple[Interval, int, float]]:
    """Mean, greatest count and number of respondents in each arm."""
    control_n, treatment_n = (row.share.middle / 100 * arm for arm in arms)
    return [
        (row.control, n_control_items, control_n),
        (row.treatment, n_control_items + 1, treatment_n),
    ]


def _estimates(rows: Sequence[PrintedRow]) -> dict[str, Interval]:
    by_means = [implied_percent(row.control, row.treatment) for row in rows]
    bases = {"percentages": [row.percent for row in rows], "means": by_means}
    return {basis: reduce(sub, percents) * 0.01 for basis, percents in bases.items()}


def _possible_error(cells: Sequence[tuple[Interval, int, float]]) -> Interval:
    variances = [variance_bounds(mean, maximum) for mean, maximum, _ in cells]
    return standard_error_bounds(variances, [n for _, _, n in cells])


def _spread(cells: Sequence[tuple[Interval, int, float]]) -> dict[str, float]:
    scale = contrast_scale([n for _, _, n in cells])
    possible = _possible_error(cells)
    independent = sum(independent_items_sd(mean.middle, j) ** 2 / n for mean, j, n in cells)
    return {
        "scale": scale,
        "least_sd": possible.low / scale,
        "independent_sd": float(np.sqrt(independent)) / scale,
        "greatest_sd": possible.high / scale,
    }


def _p_range(estimate: Interval, cells: Sequence[tuple[Interval, int, float]]) -> dict[str, float]:
    p = p_value(estimate, _possible_error(cells))
    return {"least_p": p.low, "greatest_p": p.high}
