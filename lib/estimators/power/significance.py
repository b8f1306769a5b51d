"""Power, errors of sign and magnitude, and the respondents needed, of estimates about normal."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from ..errors import InputError
from .design import ListExperiment, contrast_unit_variance

Floats = NDArray[np.float64]


def power(effect: ArrayLike, std_error: ArrayLike, alpha: float = 0.05) -> Floats:
    """
    Give the power of a two-sided z test.

    Parameters
    ----------
    effect : array_like
        True effects.
    std_error : array_like
        Standard errors of the estimates, in the same unit.
    alpha : float, default 0.05
        Level of the test.

    Returns
    -------
    numpy.ndarray
        Probability that the estimate is significant, on either side of 0.
    """
    ratio, critical = _ratio(effect, std_error), norm.isf(alpha / 2)
    return np.asarray(norm.cdf(ratio - critical) + norm.cdf(-ratio - critical))


def wrong_sign_share(effect: ArrayLike, std_error: ArrayLike, alpha: float = 0.05) -> Floats:
    """Give the share of significant estimates that have the wrong sign."""
    ratio, critical = np.abs(_ratio(effect, std_error)), norm.isf(alpha / 2)
    return np.asarray(norm.cdf(-ratio - critical) / power(effect, std_error, alpha))


def exaggeration(effect: ArrayLike, std_error: ArrayLike, alpha: float = 0.05) -> Floats:
    """Give by how much an estimate exaggerates if it is significant."""
    ratio, critical = np.abs(_ratio(effect, std_error)), norm.isf(alpha / 2)
    beyond = norm.pdf(critical - ratio) + norm.pdf(critical + ratio)
    beyond += ratio * (norm.cdf(ratio - critical) - norm.cdf(-ratio - critical))
    return np.asarray(beyond / (ratio * power(effect, std_error, alpha)))


def required_n(
    effect: float, unit_variance: float, alpha: float = 0.05, target_power: float = 0.8
) -> int:
    """Give the number of respondents that finds an effect with a given power."""
    if effect == 0 or not 0 < alpha < target_power < 1:
        raise InputError(
            f"An effect of {effect} at a level of {alpha} with power {target_power} needs no "
            "finite sample; give an effect other than 0 and a power between the level and 1."
        )
    quantiles = norm.isf(alpha / 2) + norm.ppf(target_power)
    return int(np.ceil(unit_variance * (quantiles / effect) ** 2))


def detectable_effect(
    std_error: ArrayLike, alpha: float = 0.05, target_power: float = 0.8
) -> Floats:
    """Give the effect that an estimate of known precision finds with a given power."""
    if not 0 < alpha < target_power < 1:
        raise InputError(
            f"A power of {target_power} at a level of {alpha} is found by no effect; give a power "
            "between the level and 1."
        )
    return _positive(std_error) * (norm.isf(alpha / 2) + norm.ppf(target_power))


def plan_contrasts(cases: pd.DataFrame, alpha: float, target_power: float) -> pd.DataFrame:
    """
    Say of many planned differences between two groups how well they would be found.

    Parameters
    ----------
    cases : pandas.DataFrame
        One row a difference: ``control_sd``, ``prevalence`` (midway between the groups),
        ``contrast`` (true difference, not 0), ``share`` of the sample in the first group, ``n``
        in both together; optionally ``design_effect``, as in `ListExperiment`. Arms are equal,
        the trait is not correlated with the counts.
    alpha : float
        Level of the two-sided z test.
    target_power : float
        Power wanted.

    Returns
    -------
    pandas.DataFrame
        The cases with ``std_error``, ``least_significant`` (size of estimate), ``power``,
        ``exaggeration`` and ``wrong_sign`` (share of the significant), all at ``n``, and
        ``required_n``. Contrasts and shares are not in percent.
    """
    given = cases[["control_sd", "prevalence", "contrast", "share"]].to_numpy()
    units = np.array([contrast_unit_variance(ListExperiment(s, p), c, q) for s, p, c, q in given])
    units = units * cases.get("design_effect", pd.Series(1.0, cases.index)).to_numpy()
    error = np.sqrt(units / cases["n"].to_numpy())
    effects = cases["contrast"].to_numpy()
    pairs = zip(effects, units, strict=True)
    return cases.assign(
        std_error=error,
        least_significant=norm.isf(alpha / 2) * error,
        power=power(effects, error, alpha),
        exaggeration=exaggeration(effects, error, alpha),
        wrong_sign=wrong_sign_share(effects, error, alpha),
        required_n=[required_n(effect, unit, alpha, target_power) for effect, unit in pairs],
    )


def holm_power(
    effects: ArrayLike,
    std_errors: ArrayLike,
    alpha: float,
    draws: int,
    generator: np.random.Generator,
) -> Floats:
    """Simulate the power of each contrast of a family under Holm's correction."""
    ratio = _ratio(effects, std_errors)
    statistics = generator.normal(ratio, 1, size=(draws, ratio.size))
    return np.asarray((holm_adjusted(2 * norm.sf(np.abs(statistics))) <= alpha).mean(axis=0))


def holm_adjusted(p_values: Floats) -> Floats:
    """Adjust the p-values of many families at once."""
    order = np.argsort(p_values, axis=1)
    remaining = np.arange(p_values.shape[1], 0, -1)
    steps = np.take_along_axis(p_values, order, axis=1) * remaining
    adjusted = np.empty_like(p_values)
    np.put_along_axis(adjusted, order, np.maximum.accumulate(steps, axis=1), axis=1)
    return np.minimum(adjusted, 1)


def _ratio(effect: ArrayLike, std_error: ArrayLike) -> Floats:
    return np.asarray(np.asarray(effect, dtype=float) / _positive(std_error))


def _positive(std_error: ArrayLike) -> Floats:
    errors = np.asarray(std_error, dtype=float)
    if (errors <= 0).any():
        raise InputError(f"A standard error of {errors.min()} is not above 0; give another.")
    return errors
