"""The two-step nonlinear least squares estimator of Imai (2011, JASA 106:407)."""

import numpy as np
from scipy.optimize import OptimizeResult, least_squares
from scipy.special import expit

from ..errors import ConvergenceError
from .data import ListData
from .distributions import Array
from .estimate import Estimate, Objective, runaways

PRECISION = 1e-14


def fit_nls(data: ListData) -> Estimate:
    """Fit the control items in the control arm, then the sensitive item to what they leave over."""
    in_control, in_treatment = data.arms
    regressors, treated_regressors = data.X[in_control], data.sensitive_design[in_treatment]
    root = np.sqrt(data.row_weights)
    delta = _least_squares(
        regressors, data.y[in_control], root[in_control], data.n_items, data.control_terms
    )
    rest = data.y - data.n_items * expit(data.X @ delta)
    gamma = _least_squares(
        treated_regressors, rest[in_treatment], root[in_treatment], 1, data.sensitive_terms
    )
    params = np.concatenate([gamma, delta])
    influence = nls_objective(data, params).influence
    covariance = data.covariance(influence)
    terms = (*data.sensitive_terms, *data.control_terms)
    return Estimate("nls", terms, params, covariance, influence)


def _least_squares(X: Array, y: Array, root: Array, scale: int, terms: tuple[str, ...]) -> Array:
    """Coefficients b that fit ``scale * expit(x'b)`` to the outcome, with roots of weights."""

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


def nls_objective(data: ListData, params: Array) -> Objective:
    """Half the sum of squares of the second step, with the conditions of both steps."""
    Z, X, J = data.sensitive_design, data.X, data.n_items
    gamma, delta = np.split(params, [Z.shape[1]])
    control, treated = expit(X @ delta), expit(Z @ gamma)
    t, w = data.treatment, data.row_weights
    slope_control, slope_treated = J * control * (1 - control), treated * (1 - treated)
    residual = data.y - J * control - t * treated
    rows = [
        (w * t * residual * slope_treated)[:, None] * Z,
        (w * (1 - t) * residual * slope_control)[:, None] * X,
    ]
    own = Z.T @ ((w * t * slope_treated**2)[:, None] * Z)
    first_step = Z.T @ ((w * t * slope_treated * slope_control)[:, None] * X)
    other = X.T @ ((w * (1 - t) * slope_control**2)[:, None] * X)
    slopes = np.block([[own, first_step], [np.zeros(first_step.T.shape), other]])
    free = np.arange(len(params)) < len(gamma)
    return Objective(float(w * t @ residual**2) / 2, np.hstack(rows), -slopes, free)
