"""How small and how large standard errors can be, given what is printed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from math import ceil, exp, sqrt
from operator import sub
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import null_space
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from lib.consistency.consistency import (
    Interval,
    PrintedRow,
    implied_percent,
    p_value,
    rounding_interval,
)
from lib.core.errors import InputError

LOGIT_INFORMATION = 1 / 4
ORDERED_LOGIT_OBSERVED_INFORMATION = 1 / 2
INTERCEPT, CUT_POINT, VARIANCE = "intercept", "cut_point", "variance_intercept"
UNKNOWN = "clustered, individual coefficients unknown"
# What a number printed for a variance may be: the variance it stands for, and by how much it moves
# with the variance.
READINGS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "variance": (lambda printed: printed, lambda _: 1.0),
    "standard deviation": (lambda printed: printed**2, lambda variance: 0.5 / sqrt(variance)),
    "log standard deviation": (lambda printed: exp(2 * printed), lambda variance: 0.5 / variance),
    "log variance": (exp, lambda variance: 1 / variance),
}


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


def country_coefficient_floor(regressors: pd.DataFrame, variance: float) -> pd.Series:
    """
    Least model-based standard errors of country-level coefficients with a random intercept.

    Parameters
    ----------
    regressors : pandas.DataFrame, shape (countries, k)
        Country-level regressors, one row a country, without the constant.
    variance : float
        Estimated variance of the random intercept.

    Returns
    -------
    pandas.Series
        A lower bound for the model-based standard error of each coefficient (the intercept first),
        from the observed information at an inner maximum of the likelihood, the integral over the
        random intercept exact. Clustered ones: `clustered_coefficient_floor`.

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
    design = _country_design(regressors, variance)
    floor = np.sqrt(variance * np.diag(np.linalg.inv(design.T @ design)))
    return pd.Series(floor, index=["Intercept", *regressors.columns])


def _country_design(regressors: pd.DataFrame, variance: float) -> NDArray[np.float64]:
    """Constant and country-level regressors, of full rank."""
    design = np.column_stack([np.ones(len(regressors)), regressors.to_numpy(dtype=float)])
    if variance <= 0 or np.linalg.matrix_rank(design) < design.shape[1]:
        raise InputError(
            f"{len(regressors)} countries and a variance of {variance} leave no floor; give "
            "a positive variance and fewer country-level regressors than countries, none constant."
        )
    return design


def variance_floor(variance: float, n_countries: int) -> float:
    """
    Least model-based standard error of the variance of a random intercept.

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


def clustered_coefficient_floor(
    regressors: pd.DataFrame, variance: float, posterior_variances: pd.Series | None = None
) -> pd.Series:
    """
    Least clustered standard errors of country-level coefficients in a random-intercept model.

    Parameters
    ----------
    regressors : pandas.DataFrame, shape (countries, k)
        Country-level regressors, one row a country, without the constant.
    variance : float
        Estimated variance of the random intercept, by maximum likelihood.
    posterior_variances : pandas.Series, shape (countries,), optional
        Variance of each country's random intercept given its answers. By default 0: country
        effects known.

    Returns
    -------
    pandas.Series
        A lower bound for the standard error of each coefficient (the intercept first), clustered
        by country without a finite-sample factor (CR0; Liang & Zeger 1986, Biometrika 73, 13-22).
        Finite-sample factors such as J/(J - 1), CR2 and CR3 only raise standard errors.

    Raises
    ------
    InputError
        If the variance is not positive, the countries are too few or do not vary, or a posterior
        variance does not lie between 0 and the variance.

    Notes
    -----
    Write country j's intercept as z_j'g + u_j, u_j normal of variance s2, and m_j, V_j for the
    mean and variance of u_j given the answers, at the estimates. By Fisher's identity the score of
    g is the sum of z_j m_j/s2 and that of s2 the sum of (m_j^2 + V_j - s2)/(2 s2^2); both are 0 at
    an inner maximum. Hence Z'm = 0 and the sum of m_j^2 is J s2 - sum V_j. It is not the mean of
    the squared effects that equals the printed variance but that of m_j^2 + V_j, and with effects
    known, V = 0, the two are the same. The observed information on g is Z'WZ/s2, W = diag(1 -
    V_j/s2) (Louis 1982), so the sandwich, information on both sides of the sum of the squared
    scores of the countries, is the sum of (c_j m_j)^2, c the coefficient's row of (Z'WZ)^-1 Z'.
    With N an orthonormal basis of the vectors that Z' takes to 0, its least value over all m is
    the sum of squares times the least eigenvalue of N'diag(c^2)N, and some m attains it.

    Conditional on: maximum likelihood with the integral exact, not fixed nodes (by restricted
    likelihood of a linear model J - k - 1 takes the place of J); a normal random intercept and no
    random slope; the other parameters known, as they are in the limit of many respondents unless
    they vary between countries (`clustered_floor_with_unknown_coefficients`). Neither the normal
    distribution of the true effects nor any number of respondents is assumed.
    """
    design = _country_design(regressors, variance)
    posterior = np.zeros(len(design))
    if posterior_variances is not None:
        posterior = posterior_variances.to_numpy(dtype=float)
    if not ((posterior >= 0) & (posterior < variance)).all():
        raise InputError(
            f"Posterior variances of {posterior.tolist()} do not lie between 0 and the variance of "
            f"the random intercept, {variance}; check both."
        )
    weighted = (1 - posterior / variance)[:, None] * design
    rows = np.linalg.solve(weighted.T @ design, design.T)
    orthogonal = null_space(design.T)
    squares = len(design) * variance - posterior.sum()
    least = [np.linalg.eigvalsh(orthogonal.T * row**2 @ orthogonal)[0] for row in rows]
    floor = np.sqrt(squares * np.clip(least, 0, None))
    return pd.Series(floor, index=["Intercept", *regressors.columns])


def clustered_floor_with_unknown_coefficients(
    regressors: pd.DataFrame,
    variance: float,
    means: tuple[pd.DataFrame, pd.DataFrame],
    standard_errors: pd.Series,
) -> pd.Series:
    """
    Least clustered standard errors between countries if individual coefficients are not known.

    Parameters
    ----------
    regressors : pandas.DataFrame, shape (countries, k)
        Country-level regressors, one row a country, without the constant.
    variance : float
        Estimated variance of the random intercept, by maximum likelihood.
    means : tuple of pandas.DataFrame, each of shape (countries, p)
        Least and greatest means by country of the individual-level regressors whose coefficients
        are not known, products with country-level regressors among them. Twice the same where the
        means are known. What is left out counts as known.
    standard_errors : pandas.Series, shape (p,)
        Their standard errors, clustered in the same way, at the upper end of rounding.

    Returns
    -------
    pandas.Series
        A lower bound for the clustered standard error of each coefficient (the intercept first):
        that of `clustered_coefficient_floor` less, for every individual-level regressor, its
        standard error times the size of the coefficient in the regression of its country means on
        the country-level regressors (the greatest size that the means allow); at least 0.

    Raises
    ------
    InputError
        As `clustered_coefficient_floor`.

    Notes
    -----
    With many respondents a country, the estimate of g is that with the individual-level
    coefficients b known plus D(b - estimate), D the coefficients of the country means (weighted
    by the information of each answer, p(1 - p) in a logit) on Z: the blocks of the observed
    information give it. A clustered standard error is the length of the vector of the countries'
    influences, so the triangle inequality bounds it. Nothing is assumed of the covariance of the
    estimates of b, and some influences attain the bound unless it is 0. Distances between the cut
    points of an ordered logit count as known.
    """
    floor = clustered_coefficient_floor(regressors, variance)
    design = _country_design(regressors, variance)
    rows = np.linalg.solve(design.T @ design, design.T)
    low, high = (bound[standard_errors.index].to_numpy(dtype=float) for bound in means)
    middle, half = (low + high) / 2, (high - low) / 2
    ends = np.abs(rows @ middle) + np.abs(rows) @ half
    at_most = pd.Series(ends @ standard_errors.to_numpy(dtype=float), index=floor.index)
    return floor.sub(at_most).clip(lower=0)


def clustered_variance_floor(variance: float, n_countries: int) -> float:
    """
    Least clustered standard error of the variance of a random intercept.

    Parameters
    ----------
    variance : float
        Estimated variance, by maximum likelihood.
    n_countries : int
        Number of countries, J, at least 7 if odd.

    Returns
    -------
    float
        2s2/root(J(J^2 - 1)) for an odd number of countries, 0 for an even one: a lower bound for
        the standard error clustered by country without a finite-sample factor (CR0), country
        effects and individual-level coefficients known.

    Raises
    ------
    InputError
        If the countries are fewer than 7 and odd in number: the proof does not cover them.

    Notes
    -----
    In the notation of `clustered_coefficient_floor` with V = 0, the countries' influences on the
    estimate of s2 are (m_j^2 - s2)/J, and only sum m = 0 and sum m^2 = J s2 are used here. Let p
    of the m_j be positive and q the others, P and Q their sums of squares, S the sum of the
    positive ones. By Hoelder's inequality sum m^4 >= (P^3 + Q^3)/S^2, by that of Cauchy and
    Schwarz S^2 <= pP and S^2 <= qQ. The least of this over P + Q = J s2 and p + q = J has p and q
    next to J/2, P = qs2 and Q = ps2 (from J = 7 on), where sum m^4 = J s2^2 (1 + 4/(J^2 - 1)); a
    sample of two values attains it. An even number splits into equal halves, m_j^2 = s2.
    """
    if n_countries % 2 == 0:
        return 0.0
    if n_countries < 7:
        raise InputError(
            f"The least clustered error of a variance is not known for {n_countries} countries; "
            "give at least 7, or an even number."
        )
    return 2 * variance / sqrt(n_countries * (n_countries**2 - 1))


def country_floors(
    printed: pd.DataFrame,
    regressors: Mapping[str, pd.DataFrame],
    means: tuple[pd.DataFrame, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """
    Hold printed country-level standard errors against floors, by every reading of the variance.

    Parameters
    ----------
    printed : pandas.DataFrame
        Rows of a printed table of regressions, as `lib.sources.published.read_table` gives them:
        ``id``, ``model``, ``term``, ``quantity`` (estimate, std_error), ``value`` and ``decimals``.
        The variance is the term variance_intercept; cut points take the floor of the intercept.
    regressors : mapping of str to pandas.DataFrame
        Country-level regressors of each model, columns named as the terms, one row a country.
    means : tuple of pandas.DataFrame, optional
        Least and greatest country means of individual-level regressors, columns named as the
        terms, for the floors with unknown coefficients; without it these are left out.

    Returns
    -------
    pandas.DataFrame
        One row a printed standard error, ``reading`` of the number printed as variance (variance,
        standard deviation, log standard deviation, log variance) and ``kind`` of standard error
        (model-based; clustered: individual coefficients known; clustered, individual coefficients
        unknown). ``id``, ``model``, ``term``; ``variance`` that the printed number stands for;
        ``floor`` at the lower end of its rounding; ``printed``; ``possible``, whether the floor
        lies below the upper end of rounding of the printed standard error; ``groups``, how many
        such groups a model-based standard error as small as the printed one takes. The standard
        error of the variance is in the unit of the reading (delta method); for unknown
        coefficients it has no floor but 0.

    Raises
    ------
    InputError
        If the floors of a model cannot be had from its variance and regressors.
    """
    rows = [
        {"model": model, "reading": reading, "kind": kind} | row
        for model, between in regressors.items()
        for reading in READINGS
        for kind, floors in _floors(printed[printed["model"] == model], between, reading, means)
        for row in _held(printed[printed["model"] == model], floors, reading, kind, len(between))
    ]
    columns = ["id", "model", "term", "reading", "kind", "variance", "floor", "printed"]
    return pd.DataFrame(rows)[[*columns, "possible", "groups"]]


def _floors(
    printed: pd.DataFrame,
    regressors: pd.DataFrame,
    reading: str,
    means: tuple[pd.DataFrame, pd.DataFrame] | None,
) -> Iterator[tuple[str, pd.Series]]:
    """Floors of one model by kind of standard error, at the least rounded variance."""
    to_variance, slope = READINGS[reading]
    variance = to_variance(_cell(printed, VARIANCE, "estimate").low)
    spread = pd.Series({VARIANCE: slope(variance) * variance_floor(variance, len(regressors))})
    yield "model-based", pd.concat([country_coefficient_floor(regressors, variance), spread])
    clustered = slope(variance) * clustered_variance_floor(variance, len(regressors))
    coefficients = clustered_coefficient_floor(regressors, variance)
    yield "clustered", pd.concat([coefficients, pd.Series({VARIANCE: clustered})])
    if means is not None:
        terms = [term for term in means[0].columns if term in set(printed["term"])]
        errors = pd.Series({term: _cell(printed, term, "std_error").high for term in terms})
        unknown = clustered_floor_with_unknown_coefficients(regressors, variance, means, errors)
        yield UNKNOWN, pd.concat([unknown, pd.Series({VARIANCE: 0.0})])


def _cell(printed: pd.DataFrame, term: str, quantity: str) -> Interval:
    """Take the rounding interval of a printed cell of one model."""
    cell = printed[(printed["term"] == term) & (printed["quantity"] == quantity)].iloc[0]
    return rounding_interval(cell["value"], int(cell["decimals"]))


def _held(
    printed: pd.DataFrame, floors: pd.Series, reading: str, kind: str, n_groups: int
) -> Iterator[dict[str, Any]]:
    """Each printed standard error of a model that has a floor, beside it."""
    to_variance, _ = READINGS[reading]
    variance = to_variance(_cell(printed, VARIANCE, "estimate").middle)
    for cell in printed[printed["quantity"] == "std_error"].to_dict("records"):
        term, error = cell["term"], cell["value"]
        of_intercept = term == INTERCEPT or term.startswith(CUT_POINT)
        floor = floors.get("Intercept" if of_intercept else term)
        if floor is not None:
            yield {
                "id": cell["id"],
                "term": term,
                "variance": variance,
                "floor": float(floor),
                "printed": error,
                "possible": floor <= rounding_interval(error, int(cell["decimals"])).high,
                "groups": (
                    ceil(n_groups * (floor / error) ** 2) if kind == "model-based" else np.nan
                ),
            }


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


def inferred_correlation_range(
    average_effect_error: Interval, main_effect_error: Interval
) -> Interval:
    """
    Range of the inferred correlation that rounding of the two standard errors leaves.

    Parameters
    ----------
    average_effect_error, main_effect_error : Interval
        Rounding intervals of the standard errors without and with the interaction.

    Returns
    -------
    Interval
        `inferred_correlation`, which rises with the first and falls with the second.
    """
    return Interval(
        inferred_correlation(average_effect_error.low, main_effect_error.high),
        inferred_correlation(average_effect_error.high, main_effect_error.low),
    )


def significance_within_rounding(
    coefficients: tuple[Interval, Interval],
    standard_errors: tuple[Interval, Interval],
    correlation: Interval,
    moderator: pd.Series,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """
    Tell where the effect b1 + b3 d is significant whatever was rounded, and where it may be.

    Parameters
    ----------
    coefficients, standard_errors : tuple of Interval
        Rounding intervals of main effect and interaction, and of their standard errors.
    correlation : Interval
        Range of the correlation of the two estimates, within -1 to 1, as from
        `inferred_correlation_range`.
    moderator : pandas.Series
        Values of the moderator d, 0 or above, by place.
    alpha : float, default 0.05
        Level of the two-sided z test.

    Returns
    -------
    pandas.DataFrame
        One row a place, with the index of the moderator: ``moderator``; ``estimate``, of the
        printed coefficients; ``least_p`` and ``greatest_p`` over the rounding intervals;
        ``certain``, significant throughout, and ``possible``, significant somewhere in them. The
        places with a significant effect number at least ``certain`` and at most ``possible``.
    """
    rows = []
    for d in moderator:
        effect = coefficients[0] + coefficients[1] * d
        error = _combined_error(standard_errors[0], standard_errors[1] * d, correlation)
        p = p_value(effect, error)
        rows.append((d, effect.middle, p.low, p.high, p.high < alpha, p.low < alpha))
    columns = ["moderator", "estimate", "least_p", "greatest_p", "certain", "possible"]
    return pd.DataFrame(rows, index=moderator.index, columns=columns)


def _combined_error(first: Interval, second: Interval, correlation: Interval) -> Interval:
    """
    Range of the root of a^2 + b^2 + 2rab, a and b 0 or above.

    It rises with r. For a given r it is convex: greatest at a corner, least on an edge, where one
    of the two is at an end and the other as near to -r times it as it can be.
    """

    def root(a: float, b: float, r: float) -> float:
        return sqrt(max(a**2 + b**2 + 2 * r * a * b, 0.0))

    ends = [(a, b) for a in (first.low, first.high) for b in (second.low, second.high)]
    edges = [(a, min(max(-correlation.low * a, second.low), second.high)) for a, _ in ends]
    edges += [(min(max(-correlation.low * b, first.low), first.high), b) for _, b in ends]
    return Interval(
        min(root(a, b, correlation.low) for a, b in edges),
        max(root(a, b, correlation.high) for a, b in ends),
    )


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
