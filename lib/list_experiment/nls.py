"""The two-step nonlinear least squares estimator of Imai (2011, JASA 106:407)."""

import numpy as np
from scipy.optimize import OptimizeResult, least_squares
from scipy.special import expit

from lib.errors import ConvergenceError
from lib.list_experiment.data import ListData
from lib.list_experiment.distributions import Array
from lib.list_experiment.estimate import Estimate, runaways
from lib.list_experiment.specification import SENSITIVE

PRECISION = 1e-14


def fit_nls(data: ListData) -> Estimate:
    """
    Fit the control items in the control arm, then the sensitive item to what they leave over.

    ``E(y | t = 0) = J expit(x'd)`` and ``E(y - J expit(x'd) | t = 1) = expit(x'g)``.

    Parameters
    ----------
    data : ListData
        The rows.

    Returns
    -------
    Estimate
        With the covariance of the two moment conditions taken together (Imai 2011;
        Newey & McFadden 1994, Handbook of Econometrics IV, ch. 36).

    Raises
    ------
    ConvergenceError
        If no finite estimate exists; the sentence names the term.
    """
    parts = (SENSITIVE, "control")
    sensitive, control = (tuple(f"{part}.{name}" for name in data.design) for part in parts)
    in_control, in_treatment = data.arms
    delta = _least_squares(data, in_control, data.y, data.n_items, control)
    rest = data.y - data.n_items * expit(data.X @ delta)
    gamma = _least_squares(data, in_treatment, rest, 1, sensitive)
    params = np.concatenate([gamma, delta])
    influence = _influence(data, gamma, delta)
    covariance = influence.T @ influence
    return Estimate("nls", (*sensitive, *control), params, covariance, influence)


def _least_squares(
    data: ListData, arm: np.ndarray, outcome: Array, scale: int, terms: tuple[str, ...]
) -> Array:
    """Coefficients b that fit ``scale * expit(x'b)`` to the outcome in one arm."""
    X, y, root = data.X[arm], outcome[arm], np.sqrt(data.row_weights[arm])

    def residuals(b: Array) -> Array:
        result: Array = root * (scale * expit(X @ b) - y)
        return result

    def jacobian(b: Array) -> Array:
        share = expit(X @ b)
        result: Array = (root * scale * share * (1 - share))[:, None] * X
        return result

    def fit(start: Array) -> OptimizeResult:
        tolerances = (PRECISION, PRECISION, PRECISION)
        return least_squares(
            residuals, start, jacobian, (-np.inf, np.inf), "lm", *tolerances, "jac"
        )

    linear_start = np.linalg.lstsq(X, 4 * (y / scale - 0.5))[0]  # logit(p) is about 4 (p - 1/2)
    fits = [fit(start) for start in (np.zeros(X.shape[1]), linear_start)]
    best = min(fits, key=lambda fit: float(fit.cost))
    information = best.jac.T @ best.jac * len(y) / (2 * best.cost)
    far = runaways(best.x, X, information, terms)
    if far or not best.success:
        raise ConvergenceError(
            f"Nonlinear least squares has no finite estimate of {', '.join(far or terms)}: the "
            "means of these rows ask for a share below 0 or above 1; use method='ml' or 'linear', "
            "or fewer regressors."
        )
    estimate: Array = best.x
    return estimate


def _influence(data: ListData, gamma: Array, delta: Array) -> Array:
    """Influence of each row on both steps: the first step's error enters the second."""
    control, treated = expit(data.X @ delta), expit(data.X @ gamma)
    J, t, w = data.n_items, data.treatment, data.row_weights
    slope_control, slope_treated = J * control * (1 - control), treated * (1 - treated)
    residual = data.y - J * control - t * treated
    moments = np.hstack(
        [
            (w * t * residual * slope_treated)[:, None] * data.X,
            (w * (1 - t) * residual * slope_control)[:, None] * data.X,
        ]
    )

    def products(values: Array) -> Array:
        result: Array = data.X.T @ ((w * values)[:, None] * data.X)
        return result

    bread = np.block(
        [
            [products(t * slope_treated**2), products(t * slope_treated * slope_control)],
            [np.zeros((len(delta), len(delta))), products((1 - t) * slope_control**2)],
        ]
    )
    inverse = np.linalg.inv(bread)
    influence: Array = moments @ inverse.T
    return influence
