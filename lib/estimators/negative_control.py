"""Is a slope on countries about one outcome? The same slope on outcomes that serve as controls."""

from itertools import permutations

import numpy as np
import pandas as pd

from .errors import InputError
from .few_clusters import MOST_COUNTRIES_TO_PERMUTE, two_step

INTERVAL = ["estimate", "std_error", "p_value", "conf_low", "conf_high"]


def outcome_slopes(
    outcomes: pd.DataFrame, regressor: pd.Series, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Regress each of several country-level outcomes on one regressor.

    Parameters
    ----------
    outcomes : pandas.DataFrame, shape (countries, k)
        One outcome a column, such as mean answers.
    regressor : pandas.Series
        Country values, with the same index.
    alpha : float, default 0.05
        The intervals cover 1 - alpha.

    Returns
    -------
    pandas.DataFrame
        One row an outcome, in the order of columns: ``outcome``, ``estimate`` (the least-squares
        slope, in units of the outcome), ``std_error``, ``p_value``, ``conf_low``, ``conf_high``,
        by t with countries - 2 degrees of freedom as in `two_step`.

    Raises
    ------
    InputError
        If the countries differ, are fewer than 3 or do not vary.

    Notes
    -----
    p-values are not corrected for the number of outcomes, which are correlated.
    """
    _require_variation(regressor)
    name, frame = str(regressor.name), regressor.to_frame()
    frame.columns = [name]
    slopes = {
        outcome: two_step(values, frame).tidy(alpha).set_index("term").loc[name, INTERVAL]
        for outcome, values in outcomes.items()
    }
    return pd.DataFrame(slopes).T.infer_objects().rename_axis("outcome").reset_index()


def less_controls(outcomes: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """
    Take each control outcome from an outcome.

    The slope on such a difference is that of the outcome less that of the control. It is the effect
    on the outcome if the regressor does not affect the control and whatever confounds the two is
    worth as much on both (additive equi-confounding; Sofer et al. 2016, Statistical Science 31,
    348-361). If the regressor affects the control too, it is the difference of the effects.
    """
    if outcome not in outcomes:
        raise InputError(f"No outcome is called {outcome!r}; give one of {list(outcomes)}.")
    return -outcomes.drop(columns=outcome).sub(outcomes[outcome], axis=0)


def adjusted_slopes(
    outcome: pd.Series, controls: pd.DataFrame, regressor: pd.Series, alpha: float = 0.05
) -> pd.DataFrame:
    """Regress an outcome on a regressor and, one at a time, on each control."""
    _require_variation(regressor)
    rows = {
        name: two_step(outcome, pd.DataFrame({"regressor": regressor, "control": values}))
        .tidy(alpha)
        .set_index("term")
        .loc["regressor", INTERVAL]
        for name, values in controls.items()
    }
    return pd.DataFrame(rows).T.infer_objects().rename_axis("control").reset_index()


def compare_controls(
    outcomes: pd.DataFrame, outcome: str, regressor: pd.Series, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Give the slope of an outcome less, and given, each of the other outcomes and their mean.

    Parameters
    ----------
    outcomes : pandas.DataFrame, shape (countries, k)
        One outcome a column, all on the same scale.
    outcome : str
        Column of the outcome in question; every other is a control.
    regressor : pandas.Series
        Country values, with the same index.
    alpha : float, default 0.05
        The intervals cover 1 - alpha.

    Returns
    -------
    pandas.DataFrame
        One row a control, the last for ``mean of the others``: ``control``; ``estimate``,
        ``std_error``, ``p_value``, ``conf_low``, ``conf_high`` of the outcome less it, and the same
        with ``_given`` of the outcome given it (`adjusted_slopes`).

    Raises
    ------
    InputError
        If there is no such column, or as `adjusted_slopes`.
    """
    less = less_controls(outcomes, outcome)
    less["mean of the others"] = less.mean(axis=1)
    controls = -less.sub(outcomes[outcome], axis=0)
    given = adjusted_slopes(outcomes[outcome], controls, regressor, alpha)
    slopes = outcome_slopes(less, regressor, alpha).rename(columns={"outcome": "control"})
    return slopes.merge(given, on="control", suffixes=("", "_given"))


def slopes_without_each(
    outcomes: pd.DataFrame, regressor: pd.Series, alpha: float = 0.05
) -> pd.DataFrame:
    """
    Give the slopes of `outcome_slopes` again without each country.

    Parameters
    ----------
    outcomes : pandas.DataFrame, shape (countries, k)
        One outcome a column.
    regressor : pandas.Series
        Country values, with the same index.
    alpha : float, default 0.05
        The intervals cover 1 - alpha.

    Returns
    -------
    pandas.DataFrame
        The rows of `outcome_slopes`, once a country, with ``left_out`` first.

    Raises
    ------
    InputError
        As `outcome_slopes`, or if fewer than 4 countries are given.
    """
    parts = {
        country: outcome_slopes(outcomes.drop(index=country), regressor.drop(country), alpha)
        for country in outcomes.index
    }
    rows: pd.DataFrame = pd.concat(parts, names=["left_out", None])
    return rows.reset_index("left_out")


def order_p_value(first: pd.Series, second: pd.Series) -> float:
    """
    Test whether two outcomes order the countries alike.

    Parameters
    ----------
    first, second : pandas.Series
        Country values with the same index, none twice.

    Returns
    -------
    float
        Exact one-sided p-value of Spearman's rank correlation: the share of all orders of the
        countries in which it is at least as large. If the two agree wholly, it is 1/(countries!).

    Raises
    ------
    InputError
        If the countries differ, are more than 9, or two have the same value.
    """
    if not first.index.equals(second.index):
        raise InputError("The two outcomes are of different countries; give both in one order.")
    if len(first) > MOST_COUNTRIES_TO_PERMUTE:
        raise InputError(
            f"{len(first)} countries have too many orders to list; give at most "
            f"{MOST_COUNTRIES_TO_PERMUTE}."
        )
    if first.duplicated().any() or second.duplicated().any():
        raise InputError("Two countries have the same value, so they have no order; drop one.")
    ranks, against = first.rank().to_numpy(), second.rank().to_numpy()
    products = np.array(list(permutations(ranks))) @ against  # the correlation rises with it
    return float((products >= ranks @ against).mean())


def first_component_share(outcomes: pd.DataFrame) -> float:
    """
    Give the share of the variance between countries that lies along one line.

    Parameters
    ----------
    outcomes : pandas.DataFrame, shape (countries, k)
        One outcome a column, in common units.

    Returns
    -------
    float
        Share of the first principal component of the covariance matrix, from 0 to 1.
    """
    centred = outcomes.to_numpy() - outcomes.to_numpy().mean(axis=0)
    squares = np.linalg.svd(centred, compute_uv=False) ** 2
    return float(squares[0] / squares.sum())


def slope_weights(regressor: pd.Series) -> pd.Series:
    """Give what each country weighs in the least-squares slope."""
    _require_variation(regressor)
    centred = regressor - regressor.mean()
    return centred / (centred**2).sum()


def _require_variation(regressor: pd.Series) -> None:
    if regressor.nunique() < 2:
        raise InputError("The country values do not vary, so they have no slope; give another one.")
