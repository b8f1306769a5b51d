"""Least standard errors of what varies between countries, with a random intercept."""

from collections.abc import Callable, Iterator, Mapping
from math import ceil, exp, sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import null_space

from lib.core.errors import InputError
from lib.core.intervals import Interval
from lib.sources.published import PrintedNumber

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
    return PrintedNumber(cell["value"], int(cell["decimals"]))


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
                "possible": floor <= PrintedNumber(error, int(cell["decimals"])).high,
                "groups": (
                    ceil(n_groups * (floor / error) ** 2) if kind == "model-based" else np.nan
                ),
            }


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
    """Least clustered standard errors between countries whatever the individual coefficients."""
    floor = clustered_coefficient_floor(regressors, variance)
    design = _country_design(regressors, variance)
    rows = np.linalg.solve(design.T @ design, design.T)
    low, high = (bound[standard_errors.index].to_numpy(dtype=float) for bound in means)
    middle, half = (low + high) / 2, (high - low) / 2
    ends = np.abs(rows @ middle) + np.abs(rows) @ half
    at_most = pd.Series(ends @ standard_errors.to_numpy(dtype=float), index=floor.index)
    return floor.sub(at_most).clip(lower=0)


def clustered_variance_floor(variance: float, n_countries: int) -> float:
    """Least clustered standard error of the variance of a random intercept."""
    if n_countries % 2 == 0:
        return 0.0
    if n_countries < 7:
        raise InputError(
            f"The least clustered error of a variance is not known for {n_countries} countries; "
            "give at least 7, or an even number."
        )
    return 2 * variance / sqrt(n_countries * (n_countries**2 - 1))
