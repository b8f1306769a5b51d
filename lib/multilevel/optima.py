"""The many optima of plain quadrature."""

import numpy as np
import pandas as pd

from lib.errors import ConvergenceError, InputError
from lib.multilevel.families import Array
from lib.multilevel.logit import MixedLogit
from lib.multilevel.solution import SAME_LOG_LIKELIHOOD, Solution


def random_starts(
    model: MixedLogit,
    n_starts: int,
    seed: int,
    spread: float = 1.0,
    standard_deviations: tuple[float, float] = (0.1, 2.0),
) -> Array:
    """
    Random starting values around the pooled estimates.

    Parameters
    ----------
    model : MixedLogit
        The model.
    n_starts : int
        Number of starts.
    seed : int
        Seed of the generator.
    spread : float
        Standard deviation, on the logit scale, of the noise in each coefficient: it is divided by
        the standard deviation of the regressor (by 1 for a constant) over respondents.
    standard_deviations : tuple of float
        Ends of the uniform distribution of the random intercept's standard deviation.

    Returns
    -------
    ndarray, shape (n_starts, p + 1)
        Coefficients and group variances.
    """
    generator = np.random.default_rng(seed)
    data = model.patterns
    means = np.average(data.design, axis=0, weights=data.weights)
    variances = np.average((data.design - means) ** 2, axis=0, weights=data.weights)
    scale = spread / np.where(variances > 0, np.sqrt(variances), 1)
    coefficients = model.pooled + scale * generator.standard_normal((n_starts, len(means)))
    deviations = generator.uniform(*standard_deviations, size=(n_starts, 1))
    return np.hstack([coefficients, deviations**2])


def plain_quadrature_optima(model: MixedLogit, n_points: int, starts: Array) -> pd.DataFrame:
    """
    Distinct optima of the plain-quadrature likelihood that a set of starts ends at.

    Parameters
    ----------
    model : MixedLogit
        The model.
    n_points : int
        Number of points.
    starts : ndarray, shape (n_starts, p + 1)
        Coefficients and group variance to start from.

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
    likelihood = model.likelihood("plain", n_points)
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


def _row(model: MixedLogit, solution: Solution) -> dict[str, object]:
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
