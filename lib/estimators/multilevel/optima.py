"""The many optima of non-adaptive quadrature."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.linalg import block_diag

from ..errors import ConvergenceError, InputError
from .families import Array
from .model import MixedModel
from .solution import SAME_LOG_LIKELIHOOD, Solution


def random_starts(
    model: MixedModel,
    n_starts: int,
    seed: int,
    spread: float = 1.0,
    standard_deviations: tuple[float, float] = (0.1, 2.0),
) -> Array:
    """
    Random starting values around the pooled estimates.

    Parameters
    ----------
    model : MixedModel
        The model.
    n_starts : int
        Number of starts.
    seed : int
        Seed of the generator.
    spread : float
        Standard deviation, on the logit scale, of the noise in each coefficient: it is divided by
        the standard deviation of the regressor (by 1 for a constant) over respondents. Cut
        points get the same noise, so that they stay in order.
    standard_deviations : tuple of float
        Ends of the uniform distribution of the random intercept's standard deviation. That of a
        random slope is the same over the standard deviation of its regressor, uncorrelated.

    Returns
    -------
    ndarray, shape (n_starts, k)
        Parameters in the order of the results.
    """
    generator = np.random.default_rng(seed)
    directions = _directions(model, spread)
    noise = generator.standard_normal((n_starts, len(directions))) @ directions
    coefficients = model.pooled + noise
    deviations = generator.uniform(*standard_deviations, size=(n_starts, 1))
    starts = [
        np.append(each, random_part)
        for each, random_part in zip(
            coefficients, model.independent_effects(deviations), strict=True
        )
    ]
    return np.array(starts)


def _directions(model: MixedModel, spread: float) -> Array:
    """Noise of standard size by coefficient; the cut points move together."""
    data = model.patterns
    means = np.average(data.design, axis=0, weights=data.weights)
    variances = np.average((data.design - means) ** 2, axis=0, weights=data.weights)
    scale = spread / np.where(variances > 0, np.sqrt(variances), 1)
    n_cut_points = len(model.cut_points)
    together = np.full((min(n_cut_points, 1), n_cut_points), spread)
    directions: Array = block_diag(together, np.diag(scale))
    return directions


def nonadaptive_optima(model: MixedModel, n_points: int, starts: Array) -> pd.DataFrame:
    """
    Distinct optima of the likelihood in non-adaptive quadrature that a set of starts ends at.

    Parameters
    ----------
    model : MixedModel
        The model.
    n_points : int
        Number of points.
    starts : ndarray, shape (n_starts, k)
        Parameters to start from.

    Returns
    -------
    pandas.DataFrame
        One row an optimum, the highest first: log_likelihood; n_starts that ended there; nodes,
        the most probable node of each group; converged; and for each term its name (estimate)
        and its name followed by ``_std_error``. Starts that reached no maximum share a last row
        with converged False.

    Raises
    ------
    InputError
        If the starts are not an array of admissible ones.
    """
    if np.ndim(starts) != 2:
        raise InputError("The starts must be an array with one row a start.")
    likelihood = model.likelihood("nonadaptive", n_points)
    rows, n_failed = [], 0
    for start in starts:
        try:
            rows.append(_row(model, model.solve(likelihood, start)))
        except ConvergenceError:
            n_failed += 1
    optima = _distinct(pd.DataFrame(rows)) if rows else pd.DataFrame()
    if not n_failed:
        return optima
    failed = pd.DataFrame([{"n_starts": n_failed, "nodes": (), "converged": False}])
    return pd.concat([optima, failed], ignore_index=True)


def fit_if_possible(model: MixedModel, quadrature: str, n_points: int) -> Any:
    """
    Fit from the default start, or say that no maximum was reached.

    Parameters
    ----------
    model : MixedModel
        The model.
    quadrature : {"adaptive", "nonadaptive"}
        Kind of quadrature.
    n_points : int
        Number of points.

    Returns
    -------
    MixedLogitResultsWrapper or None
        The results of ``model.fit``; None where it raises `ConvergenceError`.
    """
    try:
        return model.fit(quadrature, n_points)
    except ConvergenceError:
        return None


def _row(model: MixedModel, solution: Solution) -> dict[str, object]:
    """One solution as a row."""
    names = model.data.param_names
    errors = np.sqrt(np.diag(solution.covariance))
    return {
        "log_likelihood": solution.evaluation.log_likelihood,
        "n_starts": 1,
        "nodes": tuple(solution.evaluation.node_probabilities.argmax(1).tolist()),
        "converged": True,
        **dict(zip(names, solution.params, strict=True)),
        **{f"{name}_std_error": error for name, error in zip(names, errors, strict=True)},
    }


def _distinct(rows: pd.DataFrame) -> pd.DataFrame:
    """Merge rows with the same nodes and log-likelihood."""
    rows = rows.sort_values(["nodes", "log_likelihood"])
    new = rows["nodes"].ne(rows["nodes"].shift()) | rows["log_likelihood"].diff().gt(
        SAME_LOG_LIKELIHOOD
    )
    grouped = rows.groupby(new.cumsum())
    distinct = grouped.first().assign(n_starts=grouped["n_starts"].sum())
    return distinct.sort_values("log_likelihood", ascending=False, ignore_index=True)
