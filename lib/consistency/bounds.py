"""How small and how large standard errors can be, given what is printed."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import sub

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from lib.consistency.consistency import Interval, PrintedRow, implied_percent, p_value
from lib.core.errors import InputError

LOGIT_INFORMATION = 1 / 4
ORDERED_LOGIT_OBSERVED_INFORMATION = 1 / 2


def variance_bounds(mean: Interval, maximum: int) -> Interval:
    """
    Bound the variance of an integer variable by its mean.

    Parameters
    ----------
    mean : Interval
        Range of the mean, within 0 to `maximum`; for a printed mean its rounding interval. A
        binary variable has maximum 1.
    maximum : int
        Greatest value, J; the least is 0.

    Returns
    -------
    Interval
        From the least f(1 - f), f being the fractional part of the mean m (all answers on the two
        integers next to it), to the greatest m(J - m) (all on 0 and J; Bhatia & Davis 2000,
        American Mathematical Monthly 107, 353-357), over the range of m. With divisor n.

    Raises
    ------
    InputError
        If no mean of the interval lies between 0 and the maximum.
    """
    possible = _on_scale(mean, maximum)
    ends = np.array([possible.low, possible.high])
    crosses_integer = np.floor(possible.high) >= np.ceil(possible.low)
    fraction = ends - np.floor(ends)
    low = 0.0 if crosses_integer else float((fraction * (1 - fraction)).min())
    mode = float(np.clip(maximum / 2, *ends))
    return Interval(low, mode * (maximum - mode))


def sd_bounds(mean: Interval, maximum: int) -> Interval:
    """
    Bound the standard deviation of an integer variable by its mean.

    Parameters
    ----------
    mean : Interval
        Range of the mean.
    maximum : int
        Greatest value; the least is 0. A binary variable has 1.

    Returns
    -------
    Interval
        Square roots of the bounds of `variance_bounds`.
    """
    variance = variance_bounds(mean, maximum)
    return Interval(float(np.sqrt(variance.low)), float(np.sqrt(variance.high)))


def ceiling_share_bounds(mean: Interval, maximum: int) -> Interval:
    """
    Bound the share of answers at the greatest value of an integer variable by its mean.

    Parameters
    ----------
    mean : Interval
        Range of the mean, within 0 to `maximum`; for a printed mean its rounding interval.
    maximum : int
        Greatest value, J; the least is 0. In a list experiment, the number of control items.

    Returns
    -------
    Interval
        From the least, m - (J - 1) or 0 (all others at J - 1), to the greatest, m/J (all others
        at 0: Markov's inequality), over the range of the mean m.

    Raises
    ------
    InputError
        If no mean of the interval lies between 0 and the maximum.
    """
    possible = _on_scale(mean, maximum)
    return Interval(max(0.0, possible.low - (maximum - 1)), possible.high / maximum)


def floor_share_bounds(mean: Interval, maximum: int) -> Interval:
    """
    Bound the share of answers at 0 of an integer variable by its mean.

    Parameters
    ----------
    mean : Interval
        Range of the mean, within 0 to `maximum`.
    maximum : int
        Greatest value, J; the least is 0.

    Returns
    -------
    Interval
        The bounds of `ceiling_share_bounds` for the number of items not counted, J - m.

    Raises
    ------
    InputError
        If no mean of the interval lies between 0 and the maximum.
    """
    possible = _on_scale(mean, maximum)
    not_counted = Interval(maximum - possible.high, maximum - possible.low)
    return ceiling_share_bounds(not_counted, maximum)


def _on_scale(mean: Interval, maximum: int) -> Interval:
    """Means of the interval that integers from 0 to the maximum can have."""
    possible = mean.intersect(Interval(0.0, float(maximum)))
    if possible.is_empty:
        raise InputError(
            f"A mean from {mean.low} to {mean.high} does not lie on 0 to {maximum}; "
            "check the mean and the number of items."
        )
    return possible


def independent_items_sd(mean: float, n_items: int) -> float:
    """
    Give the largest standard deviation of a count of independent items with a given mean.

    Parameters
    ----------
    mean : float
        Mean count.
    n_items : int
        Number of items, J.

    Returns
    -------
    float
        Root of m(1 - m/J), that of the binomial: among independent items with mean count m the
        variance is greatest when all are equally likely (Hoeffding 1956, Annals of Mathematical
        Statistics 27, 713-721).

    Raises
    ------
    InputError
        If the mean does not lie between 0 and the number of items.
    """
    if not 0 <= mean <= n_items:
        raise InputError(f"A mean of {mean} is no count of {n_items} items; check both.")
    return float(np.sqrt(mean * (1 - mean / n_items)))


def standard_error_bounds(variances: Sequence[Interval], sizes: Sequence[float]) -> Interval:
    """
    Bound the standard error of a difference (or any sum or difference) of independent means.

    Parameters
    ----------
    variances : sequence of Interval
        Range of the variance in each cell, from `variance_bounds` or, if the standard deviation is
        given, a single point.
    sizes : sequence of float
        Number of respondents in each cell.

    Returns
    -------
    Interval
        Root of the sum of variance over size (Imai 2011, JASA 106, 407-416), in the unit of the
        means: 0.1 is 10 percentage points.
    """
    ends = [sum(v.low / n for v, n in zip(variances, sizes, strict=True))]
    ends.append(sum(v.high / n for v, n in zip(variances, sizes, strict=True)))
    return Interval(float(np.sqrt(ends[0])), float(np.sqrt(ends[1])))


def contrast_scale(sizes: Sequence[float]) -> float:
    """
    Give the standard error of a contrast of cell means at a common standard deviation of 1.

    Parameters
    ----------
    sizes : sequence of float
        Number of respondents in each cell: both arms of both subgroups for a difference between
        two list-experiment estimates.

    Returns
    -------
    float
        Root of the sum of 1/n.

    Raises
    ------
    InputError
        If a cell has no respondents.
    """
    if min(sizes) <= 0:
        raise InputError(f"Cells of {list(sizes)} respondents: each needs more than 0.")
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
    if not contrasts.index.equals(scales.index):
        raise InputError("Contrasts and scales have different names; give both by the same index.")
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


def country_coefficient_floor(regressors: pd.DataFrame, variance: float) -> pd.Series:
    """
    Least standard errors of country-level coefficients in a random-intercept model.

    Parameters
    ----------
    regressors : pandas.DataFrame, shape (countries, k)
        Country-level regressors, one row a country, without the constant.
    variance : float
        Estimated variance of the random intercept.

    Returns
    -------
    pandas.Series
        A lower bound for the standard error of each coefficient (the intercept first), from the
        observed information at an inner maximum of the likelihood.

    Raises
    ------
    InputError
        If the variance is not positive, or the countries are too few or do not vary.

    Notes
    -----
    Centre the model: country j has the intercept a_j = z_j'g + u_j with u_j normal of variance s2,
    and given a_j the answers do not depend on g or s2. Were the a_j known, the information on g
    would be Z'Z/s2, on s2 J/(2 s2^2), and that on the other coefficients would not mix with
    either; the term between g and s2, the sum of z_j E(u_j | y)/s2^2, is 0 at the maximum, where
    the score of g vanishes. The observed information is this complete-data information less the
    conditional variance of the complete-data score (Louis 1982, JRSS B 44, 226-233), so its
    inverse is at least the inverse of the complete-data information: the standard errors are at
    least the root of s2 diag((Z'Z)^-1), and that of s2 at least s2 times the root of 2/J. It holds
    for any response (binary, ordered, with the first cut point for the intercept), any
    individual-level regressors, products with country-level ones among them, and any number of
    respondents.
    """
    design = np.column_stack([np.ones(len(regressors)), regressors.to_numpy(dtype=float)])
    if variance <= 0 or np.linalg.matrix_rank(design) < design.shape[1]:
        raise InputError(
            f"{len(regressors)} countries and a variance of {variance} leave no floor; give "
            "a positive variance and fewer country-level regressors than countries, none constant."
        )
    floor = np.sqrt(variance * np.diag(np.linalg.inv(design.T @ design)))
    return pd.Series(floor, index=["Intercept", *regressors.columns])


def variance_floor(variance: float, n_countries: int) -> float:
    """
    Least standard error of the variance of a random intercept.

    Parameters
    ----------
    variance : float
        Estimated variance.
    n_countries : int
        Number of countries, J.

    Returns
    -------
    float
        The variance times the root of 2/J; derivation in `country_coefficient_floor`.
    """
    return variance * float(np.sqrt(2 / n_countries))


def binary_sum_of_squares(n: int, most_ones: float) -> float:
    """
    Bound the sum of squares about the mean of a binary regressor.

    Parameters
    ----------
    n : int
        Number of respondents.
    most_ones : float
        Greatest possible number of ones, k.

    Returns
    -------
    float
        k(1 - k/n) if at most half can be ones, else n/4.
    """
    ones = min(most_ones, n / 2)
    return ones * (1 - ones / n)


def logit_coefficient_floor(sum_of_squares: float, information: float = LOGIT_INFORMATION) -> float:
    """
    Least standard error of an individual-level coefficient in a logit or ordered logit.

    Parameters
    ----------
    sum_of_squares : float
        Upper bound of the regressor's sum of squares about its mean.
    information : float, default LOGIT_INFORMATION
        Greatest information of one answer on its linear predictor. Binary logit, p(1 - p): 1/4,
        observed or expected. Ordered logit, any number of categories: expected at most 1/3, that of
        the logistic location, of which the categories are a grouping; observed, f(a) + f(b) with f
        the logistic density at the two cut points, at most 1/2
        (ORDERED_LOGIT_OBSERVED_INFORMATION), the bound that always holds for standard errors from
        the observed information.

    Returns
    -------
    float
        1 over the root of information times sum of squares.

    Raises
    ------
    InputError
        If the regressor does not vary.

    Notes
    -----
    With respondent i's information w_i, what the likelihood tells of the coefficient of x, given
    the other regressors v (a constant or cut points among them), is the least sum of
    w_i (x_i - c'v_i)^2 over c. Taking c'v to be the mean of x shows that it is at most
    the greatest w times the sum of squares about the mean; further regressors only widen the
    choice of c. Random intercepts only lower it: by Louis (1982) the observed information is at
    most the expectation, given the answers, of that with the intercepts known.
    """
    if sum_of_squares <= 0:
        raise InputError("The regressor does not vary: its sum of squares must be above 0.")
    return float(1 / np.sqrt(information * sum_of_squares))


def inferred_correlation(average_effect_error: float, main_effect_error: float) -> float:
    """
    Correlation of main effect and interaction that follows from two printed models.

    Parameters
    ----------
    average_effect_error : float
        Standard error of the effect in the model without the interaction.
    main_effect_error : float
        Standard error of the main effect (the effect at a moderator of 0) in the model with it,
        on the same sample.

    Returns
    -------
    float
        The root of 1 - (first/second)^2, negative: for a moderator that is positive.

    Raises
    ------
    InputError
        If the error with the interaction is smaller than without.

    Notes
    -----
    Assumption: the effect of the model without the interaction is as precise as the effect of the
    model with it at the value of the moderator where that is known best. The variance there is
    var(b1) - cov^2/var(b3) = var(b1)(1 - r^2), whence r.
    """
    if not 0 < average_effect_error <= main_effect_error:
        raise InputError(
            f"An effect with standard error {average_effect_error} without and "
            f"{main_effect_error} with the interaction cannot be; check the two."
        )
    return -float(np.sqrt(1 - (average_effect_error / main_effect_error) ** 2))


def effect_along_moderator(
    coefficients: tuple[float, float],
    standard_errors: tuple[float, float],
    correlation: float,
    moderator: ArrayLike,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """
    Effect b1 + b3 d of a regressor along its moderator d.

    Parameters
    ----------
    coefficients : tuple of float
        Main effect b1 and interaction b3.
    standard_errors : tuple of float
        Their standard errors.
    correlation : float
        Correlation of the two estimates, printed or from `inferred_correlation`.
    moderator : array_like, shape (m,)
        Values of the moderator, 0 or above.
    alpha : float, default 0.05
        The intervals cover 1 - alpha.

    Returns
    -------
    pandas.DataFrame, shape (m, 10)
        ``moderator``, ``estimate``, ``std_error``, ``statistic`` (z), ``p_value``, ``conf_low``,
        ``conf_high`` (Brambor, Clark & Golder 2006, Political Analysis 14, 63-82), and
        over every correlation from -1 to 1 ``least_std_error``, ``greatest_std_error`` and
        ``least_abs_statistic``.

    Raises
    ------
    InputError
        If the correlation does not lie between -1 and 1.
    """
    if not -1 < correlation < 1:
        raise InputError(f"A correlation of {correlation} is not between -1 and 1; give another.")
    d = np.asarray(moderator, dtype=float)
    estimate = coefficients[0] + coefficients[1] * d
    first, second = standard_errors[0], standard_errors[1] * d
    std_error = np.sqrt(first**2 + second**2 + 2 * correlation * first * second)
    z, critical = estimate / std_error, float(norm.isf(alpha / 2))
    return pd.DataFrame(
        {
            "moderator": d,
            "estimate": estimate,
            "std_error": std_error,
            "statistic": z,
            "p_value": 2 * norm.sf(np.abs(z)),
            "conf_low": estimate - critical * std_error,
            "conf_high": estimate + critical * std_error,
            "least_std_error": np.abs(first - np.abs(second)),
            "greatest_std_error": first + np.abs(second),
            "least_abs_statistic": np.abs(estimate) / (first + np.abs(second)),
        }
    )


def significance_limits(
    coefficients: tuple[float, float],
    standard_errors: tuple[float, float],
    correlation: float,
    alpha: float = 0.05,
) -> tuple[float, ...]:
    """
    Values of the moderator at which an effect passes the limit of significance.

    Parameters
    ----------
    coefficients, standard_errors : tuple of float
        Main effect and interaction, and their standard errors.
    correlation : float
        Correlation of the two estimates.
    alpha : float, default 0.05
        Level of the two-sided z test.

    Returns
    -------
    tuple of float
        The roots, in order, of (b1 + b3 d)^2 = z^2 (var b1 + 2 d cov + d^2 var b3) (Johnson &
        Neyman 1936; Bauer & Curran 2005, Multivariate Behavioral Research 40, 373-400); none if
        the effect never changes between significant and not. If the interaction is significant,
        the effect is not significant between the two and is beyond them.
    """
    square = float(norm.isf(alpha / 2)) ** 2
    (b1, b3), (s1, s3) = coefficients, standard_errors
    roots = np.roots(
        [
            b3**2 - square * s3**2,
            2 * (b1 * b3 - square * correlation * s1 * s3),
            b1**2 - square * s1**2,
        ]
    )
    return tuple(sorted(float(root.real) for root in roots if abs(root.imag) < 1e-12))
