"""Difference in means with regressors: ordinary least squares with interactions."""

import numpy as np
import statsmodels.api as sm

from .data import ListData
from .estimate import Estimate


def fit_linear(data: ListData) -> Estimate:
    """
    Regress the count on the regressors and their products with the treatment.

    ``E(y) = x'd + t x'g`` (Imai 2011, JASA 106:407): g is about the sensitive item, d about
    the control items. Without regressors g is the difference in means. Several sensitive items
    have a product each.
    """
    design = np.hstack([data.treatment[:, None] * data.sensitive_design, data.X])
    fit = sm.WLS(data.y, design, weights=data.row_weights).fit(cov_type="HC3")
    influence = (fit.resid * data.row_weights)[:, None] * design @ fit.normalized_cov_params
    terms = (*data.sensitive_terms, *data.control_terms)
    covariance = fit.cov_params() if data.sampling is None else data.covariance(influence)
    return Estimate("linear", terms, fit.params, covariance, influence)
