"""Average effects of a binary regressor on a probability, with and without random effects."""

from collections.abc import Sequence
from math import inf
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from patsy import build_design_matrices  # type: ignore[import-untyped]
from scipy.special import expit
from scipy.stats import t
from statsmodels.discrete.discrete_model import Logit

from .errors import InputError, did_you_mean
from .multilevel import MixedLogit
from .multilevel.quadrature import gauss_hermite

Array = NDArray[np.float64]
RandomEffects = Literal["averaged", "zero"]

RULE = gauss_hermite(25)


def average_effect_along(
    results: Any,
    rows: pd.DataFrame,
    regressor: str,
    moderator: str,
    values: Sequence[float],
    random_effects: RandomEffects = "averaged",
    df: float = inf,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """
    Average effect of a binary regressor along a moderator.

    At each value d, ``mean_i [Pr(y = 1 | x = 1, d, z_i) - Pr(y = 1 | x = 0, d, z_i)]``: every
    respondent gets the moderator d and both values of the regressor, and keeps all else.

    Parameters
    ----------
    results : MixedLogitResults or statsmodels' LogitResults
        A fit from a formula to rows of one respondent each, without offset.
    rows : pandas.DataFrame
        One row a respondent of the fit, without missing values.
    regressor : str
        Column of 0 and 1.
    moderator : str
        Column of the moderator.
    values : sequence of float, length m
        Its values.
    random_effects : {"averaged", "zero"}
        Probabilities averaged over the distribution of the random effects (for a country drawn
        at random), or those of a country whose effects are zero (Skrondal & Rabe-Hesketh 2009,
        JRSS A 172:659). No difference in a logit without random effects.
    df : float
        Degrees of freedom of t; the normal distribution by default.
    alpha : float
        The intervals cover 1 - alpha.

    Returns
    -------
    pandas.DataFrame
        One row a value: moderator, estimate (difference of probabilities), std_error (delta
        method in all parameters, the respondents held fixed), statistic, p_value, conf_low and
        conf_high.

    Raises
    ------
    InputError
        If the fit or the rows do not admit it; the sentence says why.
    """
    _check(results, rows, [regressor, moderator], random_effects)
    _check_binary(rows, regressor)
    there = [rows.assign(**{moderator: float(value)}) for value in values]
    effects = [_average_change(results, each, regressor, random_effects) for each in there]
    estimate, std_error = np.array(effects).reshape(-1, 2).T
    half = float(t.isf(alpha / 2, df)) * std_error
    return pd.DataFrame(
        {
            "moderator": np.asarray(values, dtype=float),
            "estimate": estimate,
            "std_error": std_error,
            "statistic": estimate / std_error,
            "p_value": 2 * t.sf(np.abs(estimate / std_error), df),
            "conf_low": estimate - half,
            "conf_high": estimate + half,
        }
    )


def average_effect_by_group(
    results: Any,
    rows: pd.DataFrame,
    regressor: str,
    groups: str,
    random_effects: RandomEffects = "averaged",
) -> pd.DataFrame:
    """
    Average effect of a binary regressor among the respondents of each group.

    Parameters
    ----------
    results : MixedLogitResults or statsmodels' LogitResults
        A fit from a formula to rows of one respondent each, without offset.
    rows : pandas.DataFrame
        One row a respondent of the fit, without missing values.
    regressor : str
        Column of 0 and 1.
    groups : str
        Column of the groups.
    random_effects : {"averaged", "zero"}
        As in `average_effect_along`.

    Returns
    -------
    pandas.DataFrame
        Index: groups, in alphabetical order. Columns effect (difference of probabilities) and
        std_error, by the delta method.

    Raises
    ------
    InputError
        If the fit or the rows do not admit it; the sentence says why.
    """
    _check(results, rows, [regressor, groups], random_effects)
    _check_binary(rows, regressor)
    effects = {
        group: _average_change(results, each, regressor, random_effects)
        for group, each in rows.groupby(groups)
    }
    return pd.DataFrame.from_dict(effects, orient="index", columns=["effect", "std_error"])


def significance_limits(curve: pd.DataFrame) -> tuple[float, float]:
    """
    Where an effect that rises along a moderator passes the limits of significance.

    Parameters
    ----------
    curve : pandas.DataFrame
        Columns moderator (ascending), conf_low and conf_high, from `average_effect_along`.

    Returns
    -------
    loses : float
        Where the upper limit first reaches zero from below: the effect is no longer negative and
        significant. Not a number if it never does.
    turns : float
        Where the lower limit first reaches zero from below: the effect becomes positive and
        significant. Not a number if it never does.
    """
    x = curve["moderator"].to_numpy()
    return _rises_to_zero(x, curve["conf_high"]), _rises_to_zero(x, curve["conf_low"])


def _rises_to_zero(x: Array, heights: pd.Series) -> float:
    """Linear interpolation where the heights first pass zero upwards."""
    y = heights.to_numpy()
    before = np.flatnonzero((y[:-1] < 0) & (y[1:] >= 0))
    if not len(before):
        return float("nan")
    pair = slice(before[0], before[0] + 2)
    return float(np.interp(0.0, y[pair], x[pair]))


def _average_change(
    results: Any, rows: pd.DataFrame, regressor: str, random_effects: str
) -> tuple[float, float]:
    """Difference of two average probabilities, and its standard error by the delta method."""
    ones, ones_gradient = _average(results, rows.assign(**{regressor: 1.0}), random_effects)
    zeros, zeros_gradient = _average(results, rows.assign(**{regressor: 0.0}), random_effects)
    gradient = ones_gradient - zeros_gradient
    known = len(gradient)  # without the variances if the random effects are held at zero
    covariance = np.asarray(results.cov_params())[:known, :known]
    return ones - zeros, float(np.sqrt(gradient @ covariance @ gradient))


def _average(results: Any, rows: pd.DataFrame, random_effects: str) -> tuple[float, Array]:
    """Average probability and its gradient in the parameters."""
    design = np.asarray(build_design_matrices([results.model.data.model_spec], rows)[0])
    params = np.asarray(results.params)
    predictor = design @ params[: design.shape[1]]
    if random_effects == "zero" or not isinstance(results.model, MixedLogit):
        probability = expit(predictor)
        return float(probability.mean()), (probability * (1 - probability)) @ design / len(rows)
    spread = _variance_design(results.model, design)
    deviation = np.sqrt(np.maximum(spread @ params[design.shape[1] :], 0))
    probability = expit(predictor[:, None] + deviation[:, None] * RULE.nodes[:, 0])
    weights = np.exp(RULE.log_weights)
    slope = probability * (1 - probability)
    bend = slope * (1 - 2 * probability) / 2  # d/ds2 of E F(eta + s v) is E F''(eta + s v) / 2
    gradient = np.append((slope @ weights) @ design, (bend @ weights) @ spread) / len(rows)
    return float((probability @ weights).mean()), gradient


def _variance_design(model: MixedLogit, design: Array) -> Array:
    """Coefficients of the random part's variance in the entries of its covariance, (n, m)."""
    slopes = [design[:, model.exog_names.index(name)] for name in model.random_slopes]
    loadings = np.column_stack([np.ones(len(design)), *slopes])
    rows, columns = np.tril_indices(loadings.shape[1])
    variances: Array = loadings[:, rows] * loadings[:, columns] * np.where(rows == columns, 1, 2)
    return variances


def _check(results: Any, rows: pd.DataFrame, columns: Sequence[str], random_effects: str) -> None:
    model = results.model
    if not isinstance(model, MixedLogit | Logit):
        kind = type(model).__name__
        raise InputError(f"The effect on a probability is that of a binary logit, not of {kind}.")
    if getattr(model.data, "model_spec", None) is None:
        raise InputError("The model was not made from a formula; make it with from_formula.")
    if isinstance(model, MixedLogit) and model.patterns.offset.any():
        raise InputError("The model has an offset; put what it holds into the formula.")
    if random_effects not in ("averaged", "zero"):
        raise InputError(f"random_effects is {random_effects!r}; choose 'averaged' or 'zero'.")
    for column in columns:
        if column not in rows:
            raise InputError(
                f"The rows have no column {column!r}: {did_you_mean(column, map(str, rows))}"
            )
    if len(rows) != results.nobs:
        raise InputError(
            f"There are {len(rows)} rows and {results.nobs:g} respondents in the fit; give the "
            "rows that were fitted, one a respondent."
        )
    if random_effects == "averaged" and getattr(results, "at_boundary", False):
        raise InputError(
            "The covariance of the random effects is at its boundary and has no standard error; "
            "choose random_effects='zero'."
        )


def _check_binary(rows: pd.DataFrame, regressor: str) -> None:
    others = np.setdiff1d(rows[regressor], [0.0, 1.0])
    if len(others):
        raise InputError(
            f"The effect of {regressor!r} is a change from 0 to 1 and it holds {others[0]:g}; "
            "recode it."
        )
