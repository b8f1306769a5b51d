"""Results of a logit with random effects."""

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.base.wrapper as wrap
from scipy import stats
from scipy.optimize import brentq
from statsmodels.base.model import LikelihoodModel, LikelihoodResultsWrapper
from statsmodels.iolib.summary import Summary

from ..errors import ConvergenceError, InputError
from ..tidy_results import TidyResults
from .families import Array
from .likelihood import MarginalLikelihood
from .maximize import maximize
from .quadrature import gauss_hermite
from .solution import Solution, to_working

GROUP_VARIANCE = "group variance"
LOGISTIC_VARIANCE = np.pi**2 / 3
BRACKET_DOUBLINGS = 12


class MixedLogitResults(TidyResults):
    """
    Estimates of a logit or ordered logit with random effects.

    Beside what statsmodels' results offer (``params``, ``bse``, ``pvalues``, ``conf_int``,
    ``cov_params``, ``t_test``) and ``tidy``. The parameters are the cut points (ordered logit), the
    coefficients, the group variance and, with a random slope, its covariance with the intercept
    and its variance.

    Parameters
    ----------
    model : MixedModel
        The model.
    solution : Solution
        The maximum.
    likelihood : MarginalLikelihood
        The likelihood that was maximized.
    quadrature : {"adaptive", "nonadaptive"}
        Kind of quadrature.
    n_points : int
        Number of points.

    Attributes
    ----------
    nobs : int
        Respondents: the sum of the frequency weights.
    at_boundary : bool
        True if the group variance is estimated as zero or, with a random slope, the covariance
        of the random effects as singular.
    iterations : int
        Newton steps taken.
    """

    def __init__(
        self,
        model: LikelihoodModel,
        solution: Solution,
        likelihood: MarginalLikelihood,
        quadrature: str,
        n_points: int,
    ) -> None:
        self.df_model = model.exog.shape[1] - model.k_constant
        self.df_resid = model.nobs - len(solution.params)
        super().__init__(model, solution.params, solution.covariance)
        self.nobs = model.nobs
        self.quadrature = quadrature
        self.n_points = n_points
        self.iterations = solution.iterations
        self.at_boundary = solution.at_boundary
        self._solution = solution
        self._likelihood = likelihood

    @property
    def llf(self) -> float:
        """Log-likelihood, as the quadrature approximates it."""
        return self._solution.evaluation.log_likelihood

    @property
    def converged(self) -> bool:
        """Whether an EM gradient step would raise the log-likelihood by less than 1e-8."""
        at = self._solution.evaluation
        free = self._solution.free
        step = np.linalg.solve(at.complete_information[np.ix_(free, free)], at.score[free])
        return bool(at.score[free] @ step < 2e-8)

    @cached_property
    def tvalues(self) -> Array:
        """Estimates over standard errors; not a number for a variance, as 0 is its boundary."""
        statistics: Array = self.params / self.bse
        statistics[self._variances] = np.nan
        return statistics

    @property
    def group_variance(self) -> float:
        """Variance of the random intercept."""
        return float(self._solution.params[self._variances[0]])

    @property
    def group_variance_std_error(self) -> float:
        """Standard error of the variance by the delta method; not a number at the boundary."""
        index = self._variances[0]
        return float(np.sqrt(self._solution.covariance[index, index]))

    @property
    def icc(self) -> float:
        """Intraclass correlation on the latent scale, residual variance pi squared over 3."""
        return self.group_variance / (self.group_variance + LOGISTIC_VARIANCE)

    @cached_property
    def random_effects(self) -> pd.DataFrame:
        """
        Posterior mean and sd of each group's effects, at the estimates; index: groups.

        Columns mean and std_dev for the intercept; with a random slope also those of its
        regressor's name followed by ``_mean`` and ``_std_dev``.
        """
        mean, deviation = self._solution.evaluation.random_effect_moments()
        columns = {}
        for effect, slope in enumerate(["", *(f"{name}_" for name in self.model.random_slopes)]):
            columns[f"{slope}mean"] = mean[:, effect]
            columns[f"{slope}std_dev"] = deviation[:, effect]
        return pd.DataFrame(columns, index=self._groups)

    @property
    def random_effects_covariance(self) -> pd.DataFrame:
        """Covariance of the random effects: the intercept and, if there is one, the slope."""
        factor = self._solution.evaluation.cholesky
        names = ["intercept", *self.model.random_slopes]
        return pd.DataFrame(factor @ factor.T, index=names, columns=names)

    @cached_property
    def conditional_std_errors(self) -> pd.Series:
        """Standard errors of cut points and coefficients, given the estimated random effects."""
        data = self.model.rows
        effects, _ = self._solution.evaluation.random_effect_moments()
        offset = data.offset + (data.random_design * effects[data.cluster]).sum(axis=1)
        given = replace(data, offset=offset, random_design=np.ones((len(offset), 0)))
        rule = gauss_hermite(1, 0)
        likelihood = MarginalLikelihood(given, self.model.family, rule, adaptive=False)
        n_coefficients = self.model.n_coefficients
        fit = maximize(likelihood, self._solution.params[:n_coefficients])
        names = self.model.data.param_names[:n_coefficients]
        return pd.Series(np.sqrt(np.diag(np.linalg.inv(fit.information))), index=names)

    @property
    def node_probabilities(self) -> pd.DataFrame:
        """Posterior probability of each node (columns 0, 1, ...) by group; non-adaptive only."""
        if self.quadrature != "nonadaptive":
            raise InputError(
                "Node probabilities are for non-adaptive quadrature, where all groups share the "
                "nodes; fit with quadrature='nonadaptive'."
            )
        return pd.DataFrame(self._solution.evaluation.node_probabilities, index=self._groups)

    @property
    def _groups(self) -> pd.Index:
        labels: pd.Index[Any] = pd.Index(self.model.group_labels, name="group")
        return labels

    @property
    def _variances(self) -> np.ndarray:
        """Indices of the variances among the parameters; the first is that of the intercept."""
        rows, columns = self._likelihood.data.cholesky_entries
        indices: np.ndarray = self.model.n_coefficients + np.flatnonzero(rows == columns)
        return indices

    def conf_int(self, alpha: float = 0.05) -> Array:
        """Confidence intervals by the normal distribution, those of variances on the log scale."""
        intervals = np.array(super().conf_int(alpha))
        if not self.at_boundary:
            variances = self._solution.params[self._variances]
            errors = np.sqrt(np.diag(self._solution.covariance)[self._variances])
            widths = stats.norm.ppf(1 - alpha / 2) * errors / variances
            intervals[self._variances] = variances[:, None] * np.exp(np.outer(widths, [-1, 1]))
        return intervals

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
        left = [
            ("Dep. Variable:", None),
            ("No. Observations:", [f"{self.nobs}"]),
            ("No. Groups:", [f"{len(self.model.group_labels)}"]),
        ]
        random_part = "Covariance" if self.model.random_slopes else "Group variance"
        right = [
            ("Log-Likelihood:", None),
            ("Quadrature:", [f"{self.quadrature}, {self.n_points} points"]),
            (f"{random_part}:", ["at the boundary" if self.at_boundary else "interior"]),
        ]
        summary = Summary()
        names = self.model.data.param_names
        summary.add_table_2cols(self, gleft=left, gright=right, title=self.model.title)
        summary.add_table_params(self, xname=names, alpha=alpha, use_t=self.use_t)
        return summary

    def profile_log_likelihood(self, term: str, value: float) -> float:
        """Highest log-likelihood with one parameter held at a value."""
        index = self._profiled(term)
        start = self._constrained_start(index, value)
        return maximize(self._likelihood, start, fixed=(index,)).evaluation.log_likelihood

    def profile_interval(self, term: str, alpha: float = 0.05) -> tuple[float, float]:
        """
        Profile-likelihood interval of one parameter.

        Parameters
        ----------
        term : str
            A cut point, a coefficient, or "group variance".
        alpha : float
            One minus the level.

        Returns
        -------
        tuple of float
            The values whose log-likelihood lies half a chi-squared quantile below the maximum
            (Venzon & Moolgavkar 1988, JRSS C 37:87); 0 for a variance whose likelihood at 0 is
            higher than that.

        Raises
        ------
        InputError
            If the term is unknown, the weights are sampling weights or the fit is at the boundary.
        ConvergenceError
            If a limit is not found.
        """
        if self.at_boundary or self.model.weighted_by_design:
            raise InputError(
                "A profile interval needs an interior maximum of a likelihood without sampling "
                "weights; use profile_log_likelihood at values of interest instead."
            )
        floor = self.llf - stats.chi2.ppf(1 - alpha, 1) / 2

        def excess(value: float) -> float:
            return self.profile_log_likelihood(term, value) - floor

        return self._limit(term, excess, -1), self._limit(term, excess, 1)

    def _profiled(self, term: str) -> int:
        """Index of a term that is one working parameter, or its square."""
        names = self.model.data.param_names[: self.model.n_coefficients + 1]
        if term not in names:
            raise InputError(f"The model has no term {term!r}; it has {', '.join(names)}.")
        return int(names.index(term))

    def _constrained_start(self, index: int, value: float) -> Array:
        """Coefficients moved along the normal approximation; a variance of zero is a saddle."""
        n_coefficients, n_cut_points = self.model.n_coefficients, len(self.model.cut_points)
        if index == n_coefficients and value < 0:
            raise InputError(f"A group variance cannot be negative; {value:g} was given.")
        if self.at_boundary:
            start: Array = to_working(self.model.default_start(), self.model.n_effects)
        else:
            start = self._solution.evaluation.parameters.copy()
            covariance = self._solution.covariance[:n_coefficients, index]
            shift = covariance / self._solution.covariance[index, index]
            start[:n_coefficients] += shift * (value - self._solution.params[index])
        if index < n_cut_points:  # together, so that they stay in order
            start[:n_cut_points] = self.params[:n_cut_points] + value - self.params[index]
        start[index] = np.sqrt(value) if index == n_coefficients else value
        return start

    def _limit(self, term: str, excess: Any, direction: int) -> float:
        """Walk away from the estimate until the likelihood is low enough, then find the root."""
        index = self.model.data.param_names.index(term)
        inside, error = float(self.params[index]), float(self.bse[index])
        lowest = 0.0 if term == GROUP_VARIANCE else -np.inf
        for doubling in range(BRACKET_DOUBLINGS):
            outside = max(lowest, inside + direction * error * 2**doubling)
            if excess(outside) < 0:
                return float(brentq(excess, inside, outside, xtol=1e-8 * error))
            if outside == lowest:
                return lowest
            inside = outside
        raise ConvergenceError(
            f"The likelihood of {term!r} does not fall enough to limit it; its interval is open."
        )


class MixedLogitResultsWrapper(LikelihoodResultsWrapper):
    """Results whose arrays carry the names of the parameters; see MixedLogitResults."""


wrap.populate_wrapper(MixedLogitResultsWrapper, MixedLogitResults)
