"""Restricted likelihood: mixed logits with few groups."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.stats import t
from statsmodels.iolib.table import SimpleTable

from ..errors import InputError
from .families import Array
from .maximize import Maximum, maximize
from .model import MixedModel
from .results import GROUP_VARIANCE

TIMES, ADDED = 2.0, 0.5  # the search ends at so many maximum-likelihood deviations, and more
PRECISION = 1e-6


@dataclass(frozen=True)
class RestrictedResults:
    """
    Estimates by restricted likelihood; made by `fit_restricted`.

    Attributes
    ----------
    params : pandas.Series
        Cut points and coefficients, and the group variance.
    covariance : pandas.DataFrame
        Of the cut points and coefficients, at that variance.
    df : pandas.Series
        Degrees of freedom of each cut point and coefficient.
    """

    params: pd.Series
    covariance: pd.DataFrame
    df: pd.Series

    @property
    def bse(self) -> pd.Series:
        """Standard errors of the cut points and coefficients."""
        return pd.Series(np.sqrt(np.diag(self.covariance)), self.covariance.index)

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Confidence intervals by t."""
        half = self.bse * t.isf(alpha / 2, self.df)
        middle = self.params[half.index]
        return pd.DataFrame({"conf_low": middle - half, "conf_high": middle + half})

    def tidy(self, alpha: float = 0.05) -> pd.DataFrame:
        """One row a parameter; the variance has an estimate only."""
        ratio = (self.params / self.bse).abs()
        p_values = pd.Series(2 * t.sf(ratio[self.df.index], self.df), self.df.index)
        columns = {"estimate": self.params, "std_error": self.bse, "df": self.df}
        table = pd.DataFrame(columns | {"p_value": p_values}).join(self.conf_int(alpha))
        return table.loc[self.params.index].rename_axis("term").reset_index()

    def summary(self, alpha: float = 0.05) -> SimpleTable:
        """Lay the estimates out as a table of texts."""
        rows = self.tidy(alpha).round(4)
        return SimpleTable(rows.to_numpy(), list(rows.columns), title="Restricted likelihood")


def fit_restricted(model: MixedModel, n_points: int = 25) -> RestrictedResults:
    """
    Fit a mixed logit or ordered logit with a random intercept by restricted likelihood.

    Parameters
    ----------
    model : MixedLogit or MixedOrderedLogit
        A model without random slopes.
    n_points : int, default 25
        Adaptive Gauss-Hermite points.

    Returns
    -------
    RestrictedResults
        Coefficients with t: on groups less coefficients between groups for those that do not vary
        within groups, without limit for the others (Elff et al. 2021, British Journal of
        Political Science 51, 412-426).

    Raises
    ------
    InputError
        If the model has random slopes or sampling weights.
    ConvergenceError
        If no maximum is reached.

    Notes
    -----
    Generalized models have no unique restricted likelihood (Maestrini, Hui & Welsh,
    arXiv:2402.12719). This one integrates the coefficients b out of the marginal likelihood L by
    Laplace's method: the group variance v maximizes log L(b(v), v) - log det I(v) / 2, where b(v)
    maximizes L at v and I(v) is the observed information of b there. In a linear model it is the
    restricted likelihood of Patterson & Thompson (1971, Biometrika 58, 545-554). Its height depends
    on the units of the regressors: never compare it between models with different ones.
    """
    if model.n_effects > 1 or model.weighted_by_design:
        raise InputError(
            "A restricted fit takes a random intercept and no sampling weights: "
            "leave out the random slopes or the weights."
        )
    k, likelihood = model.n_coefficients, model.likelihood("adaptive", n_points)
    solution = model.solve(likelihood, model.default_start())
    start = solution.evaluation.parameters.copy()
    largest = TIMES * abs(float(start[k])) + ADDED

    def profiled(sd: float) -> Maximum:
        start[k] = sd
        maximum = maximize(likelihood, start.copy(), fixed=(k,))
        start[:k] = maximum.evaluation.parameters[:k]
        return maximum

    def height(sd: float) -> float:
        maximum = profiled(sd)
        information = maximum.information[:k, :k]
        return maximum.evaluation.log_likelihood - 0.5 * float(np.linalg.slogdet(information)[1])

    found = minimize_scalar(
        lambda sd: -height(sd),
        bounds=(0, largest),
        method="bounded",
        options={"xatol": PRECISION},
    )
    sd = float(found.x)
    best = profiled(sd)
    names = model.data.param_names[:k]
    params = pd.Series(
        [*best.evaluation.parameters[:k], sd**2], [*names, GROUP_VARIANCE], name="estimate"
    )
    covariance = np.linalg.inv(best.information[:k, :k])
    return RestrictedResults(
        params, pd.DataFrame(covariance, names, names), pd.Series(_df(model), names, dtype=float)
    )


def _df(model: MixedModel) -> Array:
    """Count groups less coefficients between groups, for these; the others have no limit."""
    patterns = model.patterns
    groups = pd.DataFrame(patterns.design).groupby(patterns.cluster)
    constant = (groups.max() == groups.min()).all().to_numpy()
    cut_points = len(model.cut_points)
    between = np.append(np.ones(cut_points, dtype=bool), constant)
    count = int(constant.sum()) + (cut_points > 0)  # cut points stand for one constant
    return np.where(between, groups.ngroups - count, np.inf)
