"""Results of a list-experiment regression."""

import numpy as np
import pandas as pd
import statsmodels.base.wrapper as wrap
from scipy import stats
from scipy.special import expit
from statsmodels.base.model import LikelihoodModel, LikelihoodResultsWrapper
from statsmodels.iolib.summary import Summary

from ..errors import InputError, plain
from ..survey_design import SurveyDesign
from ..tidy_results import TidyResults
from .data import ListData
from .distributions import Array
from .estimate import Estimate
from .mixture import Evaluation
from .profile import share_intervals
from .specification import Specification

TITLES = {"linear": "linear", "nls": "nonlinear least squares", "ml": "maximum likelihood"}
TITLES |= {f"robust {name}": f"robust {TITLES[name]}" for name in ("nls", "ml")}


class ListExperiment(LikelihoodModel):
    """Rows of a list experiment as statsmodels' results want them."""

    def __init__(self, rows: ListData, terms: tuple[str, ...]) -> None:
        super().__init__(rows.counts, rows.design)
        self.rows = rows
        self.data.param_names = list(terms)


class ListExperimentResults(TidyResults):
    """
    Estimates of a list-experiment regression.

    Beside what statsmodels' results offer (``params``, ``bse``, ``pvalues``, ``conf_int``,
    ``cov_params``, ``t_test``) and ``tidy``. The coefficients of the sensitive item come first.

    Parameters
    ----------
    model : ListExperiment
        The rows.
    estimate : Estimate
        Estimates and covariance.

    Attributes
    ----------
    method : {"linear", "nls", "ml", "robust nls", "robust ml"}
        The estimator.
    nobs : int
        Respondents.
    """

    def __init__(self, model: ListExperiment, estimate: Estimate) -> None:
        self.df_model = len(estimate.params)
        self.df_resid = len(model.endog) - self.df_model
        sampling: SurveyDesign | None = model.rows.sampling
        super().__init__(model, estimate.params, estimate.covariance, use_t=sampling is not None)
        self.df_resid_inference = self.df_resid if sampling is None else sampling.df
        self.method = estimate.method
        self.nobs = len(model.endog)
        self._estimate = estimate

    @property
    def llf(self) -> float:
        """Log-likelihood of the counts; for maximum likelihood only."""
        return self._evaluation.log_likelihood - self._evaluation.log_prior

    @property
    def influence(self) -> pd.DataFrame:
        """First-order influence of each row (index) on each estimate (columns)."""
        index, names = self.model.rows.counts.index, self.model.data.param_names
        return pd.DataFrame(self._estimate.influence, index=index, columns=names)

    @property
    def posterior(self) -> pd.Series:
        """
        Posterior probability of the sensitive trait by respondent; for maximum likelihood only.

        Given count, arm and regressors, at the estimates (Imai 2011, JASA 106:407); those
        who lie about the trait have it. In the control arm the count tells nothing of the trait
        if the control items do not depend on it; with several sensitive items it is not a number
        there.
        """
        rows: ListData = self.model.rows
        posterior = self._evaluation.posterior
        if rows.n_sensitive > 1:
            posterior = np.where(rows.treatment == 1, posterior, np.nan)
        return pd.Series(posterior, index=rows.counts.index, name="posterior")

    @property
    def _evaluation(self) -> Evaluation:
        if self._estimate.evaluation is None:
            raise InputError(
                f"The {TITLES[self.method]} estimator does not maximize a likelihood of the "
                "counts; fit with method='ml'."
            )
        return self._estimate.evaluation

    @property
    def specification(self) -> Specification | None:
        """What maximum likelihood assumes."""
        return self._estimate.specification

    @property
    def extras(self) -> tuple[str, ...]:
        """What maximum likelihood estimates beside trait and control items, such as "ceiling"."""
        return () if self.specification is None else self.specification.extras

    def share_intervals(self, alpha: float = 0.05) -> pd.DataFrame:
        """Shares of liars and errors, and the correlation of items, with likelihood intervals."""
        rows: ListData = self.model.rows
        if not rows.simple:
            raise InputError(
                "Likelihood intervals are not defined with weights, strata or clusters; use "
                "conf_int()."
            )
        return share_intervals(rows, self._estimate, self._evaluation, alpha)

    def summary(self, alpha: float = 0.05) -> Summary:
        """
        Summary table in the manner of statsmodels.

        Parameters
        ----------
        alpha : float
            One minus the level of the intervals.

        Returns
        -------
        statsmodels.iolib.summary.Summary
            The table.
        """
        rows = self.model.rows
        likelihood = f"{self.llf:.4f}" if self.method == "ml" else "none"
        left = [
            ("Dep. Variable:", [str(rows.counts.name)]),
            ("No. Observations:", [f"{self.nobs}"]),
            ("Treatment arm:", [f"{int(rows.treatment.sum())}"]),
        ]
        right = [
            ("Method:", [TITLES[self.method]]),
            ("Control items:", [f"{rows.n_items}"]),
            ("Log-Likelihood:", [likelihood]),
        ]
        summary = Summary()
        names = self.model.data.param_names
        summary.add_table_2cols(self, gleft=left, gright=right, title="List experiment")
        summary.add_table_params(self, xname=names, alpha=alpha, use_t=self.use_t)
        return summary

    def predict(
        self,
        newdata: pd.DataFrame | None = None,
        average: bool = True,
        contrast: pd.DataFrame | None = None,
        alpha: float = 0.05,
        item: int = 1,
    ) -> pd.DataFrame:
        """Shares of respondents with the sensitive trait."""
        own = self._own(item)
        shares, slopes = self._shares(newdata, average, own)
        if contrast is not None:
            other_shares, other_slopes = self._shares(contrast, average, own)
            if len(other_shares) != len(shares):
                raise InputError(
                    f"The contrast has {len(other_shares)} rows and the rows predicted are "
                    f"{len(shares)}; give as many, or average=True."
                )
            shares, slopes = shares - other_shares, slopes - other_slopes
        covariance = self._estimate.covariance[own, own]
        errors = np.sqrt(np.einsum("np,pq,nq->n", slopes, covariance, slopes))
        reference = stats.t(self.df_resid_inference) if self.use_t else stats.norm
        width = reference.ppf(1 - alpha / 2) * errors
        columns = {"estimate": shares, "std_error": errors}
        limits = {"conf_low": shares - width, "conf_high": shares + width}
        index = None if average else (self.model.rows.counts if newdata is None else newdata).index
        return pd.DataFrame(columns | limits, index=index)

    def _own(self, item: int) -> slice:
        """Where the coefficients of a sensitive item stand."""
        rows: ListData = self.model.rows
        if item not in range(1, rows.n_sensitive + 1):
            raise InputError(
                f"There is no sensitive item {plain(item)}; the treatment runs to "
                f"{rows.n_sensitive}."
            )
        n_terms = rows.X.shape[1]
        return slice((item - 1) * n_terms, item * n_terms)

    def _shares(self, rows: pd.DataFrame | None, average: bool, own: slice) -> tuple[Array, Array]:
        """Shares (m,) and their derivatives in the coefficients (m, p); m is 1 for an average."""
        fitted: ListData = self.model.rows
        X = fitted.X if rows is None else fitted.design_of(rows)
        coefficients = self._estimate.params[own]
        shares, slopes = X @ coefficients, X
        if self.method != "linear":
            shares = expit(shares)
            slopes = (shares * (1 - shares))[:, None] * X
        if not average:
            return shares, slopes
        weights = fitted.row_weights if rows is None else np.ones(len(X))
        means = [np.average(values, axis=0, weights=weights) for values in (shares, slopes)]
        return np.atleast_1d(means[0]), np.atleast_2d(means[1])


class ListExperimentResultsWrapper(LikelihoodResultsWrapper):
    """Results whose arrays carry the names of the parameters; see ListExperimentResults."""


wrap.populate_wrapper(ListExperimentResultsWrapper, ListExperimentResults)


def named_results(rows: ListData, estimate: Estimate) -> ListExperimentResultsWrapper:
    """Wrap an estimate."""
    model = ListExperiment(rows, estimate.terms)
    return ListExperimentResultsWrapper(ListExperimentResults(model, estimate))
