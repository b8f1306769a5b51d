"""What the logits with normally distributed random effects by group share."""

import warnings
from abc import ABC, abstractmethod
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from patsy import PatsyError  # type: ignore[import-untyped]
from statsmodels.base.model import LikelihoodModel
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from ..checks import check_columns, formula_data, truth_as_number
from ..errors import ConvergenceError, ConvergenceWarning, InputError
from . import checks
from .families import Array, ResponseFamily
from .likelihood import ClusteredData, MarginalLikelihood
from .maximize import maximize
from .patterns import collapse
from .quadrature import gauss_hermite
from .results import GROUP_VARIANCE, MixedLogitResults, MixedLogitResultsWrapper
from .solution import Solution, covariance_jacobian, solve, to_working

START_STANDARD_DEVIATION = 0.5
EXTREME_PREDICTOR = 12.0
SINGULAR_WARNING = (
    "The covariance of the random effects is estimated at its boundary: a variance is zero or the "
    "correlation is one, and no part of the covariance has a standard error."
)
BOUNDARY_WARNING = (
    "The group variance is estimated at its boundary, zero: the estimates are those of the pooled "
    "logit, and the variance has no standard error."
)


class MixedModel(LikelihoodModel, ABC):
    """
    Logit or ordered logit with random effects by group, fitted by maximum marginal likelihood.

    The parameters are the cut points (none in a binary logit), the coefficients, and the lower
    triangle of the covariance of the random effects, row by row: the group variance and, with a
    random slope, the covariance and the slope's variance. Identical rows are collapsed, so that
    grouped counts and their respondent rows are the same model.

    Parameters
    ----------
    endog : array_like, shape (n,)
        Responses.
    exog : array_like, shape (n, p)
        Regressors.
    groups : array_like, shape (n,)
        Group labels.
    frequency_weights : array_like, shape (n,), optional
        How many respondents each row stands for.
    sampling_weights : array_like, shape (n,), optional
        Weights of a pseudo-likelihood, used as they are (Rabe-Hesketh & Skrondal 2006, JRSS A
        169:805, discuss their scaling); the covariance is then a sandwich clustered by group.
    offset : array_like, shape (n,), optional
        Known part of the linear predictor.
    random_slopes : str, optional
        Regressor whose coefficient varies by group, correlated with the random intercept.
    **kwargs
        What statsmodels' ``from_formula`` hands on.

    Attributes
    ----------
    random_slopes : list of str
        The regressor with a random slope, if there is one.

    Raises
    ------
    InputError
        If the data do not admit a fit; the sentence says why.
    """

    title: ClassVar[str]
    _formula_max_endog = None

    def __init__(
        self,
        endog: Any,
        exog: Any,
        groups: Any,
        frequency_weights: Any = None,
        sampling_weights: Any = None,
        offset: Any = None,
        random_slopes: str | None = None,
        **kwargs: Any,
    ) -> None:
        checks.check_formula_rows(kwargs.get("missing_idx"), kwargs.get("formula", ""))
        endog = self._response(truth_as_number(endog))
        exog = self._regressors(exog)
        checks.check_finite(pd.DataFrame(exog))
        kept = ("formula", "model_spec")
        handed_on: dict[str, Any] = {key: kwargs[key] for key in kept if key in kwargs}
        if np.shape(exog)[1:] == (0,):
            handed_on["hasconst"] = False  # statsmodels would ask numpy, which below 2.4 fails
        super().__init__(endog, exog, **handed_on)
        frequencies = self._weights(frequency_weights, "frequency weights", whole=True)
        weights = frequencies * self._weights(sampling_weights, "sampling weights", whole=False)
        self.nobs = int(frequencies.sum())
        self.weighted_by_design = sampling_weights is not None
        self.random_slopes = [] if random_slopes is None else [random_slopes]
        checks.check_slopes(self.random_slopes, self.exog_names)
        self._collapse(np.asarray(groups), weights, self._offset(offset))
        self.data.param_names = self._parameter_names()

    @property
    def n_effects(self) -> int:
        """Number of random effects."""
        return 1 + len(self.random_slopes)

    @property
    def n_coefficients(self) -> int:
        """Number of cut points and coefficients."""
        return int(self.rows.design.shape[1])

    @cached_property
    def pooled(self) -> Array:
        """Cut points and coefficients without random effects, shape (n_coefficients,)."""
        try:
            pooled = self._pooled(self.rows)
        except ConvergenceError:
            checks.check_separation(self.rows, self._coefficient_names())
            raise
        self._check_extremes(pooled)
        return pooled

    def fit_pooled(self) -> Any:
        """
        Fit without random effects, as if every respondent were an independent witness.

        Returns
        -------
        statsmodels.genmod.generalized_linear_model.GLMResults
            The pooled logit; only of a binary response.
        """
        names = self._coefficient_names()
        design = pd.DataFrame(self.rows.design, columns=names)
        weights = {"offset": self.rows.offset, "freq_weights": self.rows.weights}
        return GLM(self.rows.response, design, family=Binomial(), **weights).fit()

    @property
    def cut_points(self) -> list[str]:
        """Names of the cut points, none in a binary logit."""
        return []

    @classmethod
    def from_formula(
        cls,
        formula: str,
        data: pd.DataFrame,
        groups: str,
        frequency_weights: str | None = None,
        sampling_weights: str | None = None,
        offset: str | None = None,
        random_slopes: str | None = None,
    ) -> Self:
        """
        Create a model from a formula and a table.

        Parameters
        ----------
        formula : str
            Response and regressors, such as ``"trust ~ age + diversity"``.
        data : pandas.DataFrame
            The rows.
        groups : str
            Column of the group labels.
        frequency_weights, sampling_weights, offset : str, optional
            Columns, as described in the class.
        random_slopes : str, optional
            Regressor with a random slope, by its name in the formula.

        Returns
        -------
        MixedModel
            The model.

        Raises
        ------
        InputError
            If the data do not admit a fit; the sentence says why.
        """
        roles = {
            "groups": groups,
            "frequency_weights": frequency_weights,
            "sampling_weights": sampling_weights,
            "offset": offset,
        }
        columns = {role: column for role, column in roles.items() if column is not None}
        check_columns(data, columns.values(), formula)
        data = formula_data(data)
        outcome = formula.partition("~")[0].strip()
        if outcome in data:
            cls._check_outcome(data[outcome])
        arrays = {role: data[column].to_numpy() for role, column in columns.items()}
        try:
            model: Self = super().from_formula(
                formula, data, eval_env=2, random_slopes=random_slopes, **arrays
            )
        except PatsyError as error:
            reason = str(error).splitlines()[0]
            raise InputError(f"The formula {formula!r} cannot be read: {reason}.") from error
        return model

    def loglike(self, params: Any, quadrature: str = "adaptive", n_points: int = 25) -> float:
        """Marginal log-likelihood by quadrature."""
        working = self._working(params)
        return self.likelihood(quadrature, n_points).evaluate(working).log_likelihood

    def score(self, params: Any, quadrature: str = "adaptive", n_points: int = 25) -> Array:
        """Gradient of the marginal log-likelihood as it is approximated."""
        evaluation = self.likelihood(quadrature, n_points).evaluate(self._working(params))
        score, n_coefficients = evaluation.score, self.n_coefficients
        jacobian = covariance_jacobian(evaluation.cholesky)
        return np.append(
            score[:n_coefficients], np.linalg.solve(jacobian.T, score[n_coefficients:])
        )

    def fit(
        self, quadrature: str = "adaptive", n_points: int = 25, start: Any = None
    ) -> MixedLogitResultsWrapper:
        """
        Maximize the marginal likelihood.

        Parameters
        ----------
        quadrature : {"adaptive", "nonadaptive"}
            Nodes centred and scaled by group, or the same nodes for all groups.
        n_points : int
            Number of Gauss-Hermite points for each random effect; one adaptive point is
            Laplace's approximation.
        start : array_like, shape (q,), optional
            Parameters to start from; pooled logit estimates and a standard deviation of 0.5 if
            not given (the default of gllamm), see ``default_start``.

        Returns
        -------
        MixedLogitResultsWrapper
            Estimates with standard errors from the observed information.

        Raises
        ------
        InputError
            If the quadrature or the start is not admissible.
        ConvergenceError
            If no maximum is reached.

        Warns
        -----
        ConvergenceWarning
            If the group variance is estimated at its boundary, zero, or the covariance of the
            random effects as singular.
        """
        likelihood = self.likelihood(quadrature, n_points)
        solution = self.solve(likelihood, self.default_start() if start is None else start)
        if solution.at_boundary:
            message = SINGULAR_WARNING if self.random_slopes else BOUNDARY_WARNING
            warnings.warn(message, ConvergenceWarning, stacklevel=2)
        return MixedLogitResultsWrapper(
            MixedLogitResults(self, solution, likelihood, quadrature, n_points)
        )

    def likelihood(self, quadrature: str, n_points: int) -> MarginalLikelihood:
        """
        Likelihood of the model by one kind of quadrature.

        Parameters
        ----------
        quadrature : {"adaptive", "nonadaptive"}
            Kind of Gauss-Hermite quadrature.
        n_points : int
            Number of points.

        Returns
        -------
        MarginalLikelihood
            In coefficients and the Cholesky factor of the random effects' covariance.

        Raises
        ------
        InputError
            If the quadrature is not admissible.
        """
        checks.check_quadrature(quadrature, n_points)
        adaptive = quadrature == "adaptive"
        rule = gauss_hermite(n_points, self.n_effects)
        return MarginalLikelihood(self.rows, self.family, rule, adaptive)

    def default_start(self) -> Array:
        """Start where gllamm does."""
        effects = self.independent_effects(np.array([START_STANDARD_DEVIATION]))
        return np.append(self.pooled, effects)

    def independent_effects(self, standard_deviations: Array) -> Array:
        """Covariance parameters of uncorrelated effects of a given size on the logit scale."""
        data = self.patterns
        mean = np.average(data.random_design, axis=0, weights=data.weights)
        spread = np.average((data.random_design - mean) ** 2, axis=0, weights=data.weights)
        rows, columns = data.cholesky_entries
        scale: Array = np.where(rows == columns, 1 / np.where(spread > 0, spread, 1)[rows], 0)
        return standard_deviations**2 * scale

    def solve(self, likelihood: MarginalLikelihood, start: Any) -> Solution:
        """Maximize one likelihood of this model."""
        values = np.asarray(start, dtype=float)
        length, n_coefficients = len(self.data.param_names), self.n_coefficients
        if (
            values.shape != (length,)
            or not np.isfinite(values).all()
            or values[n_coefficients] <= 0
            or values[-1] <= 0
        ):
            variances = "variances" if self.random_slopes else "last (the group variance)"
            raise InputError(
                f"The start must be {length} finite numbers, the {variances} "
                f"above 0; found {values.tolist()}."
            )
        solution = solve(likelihood, self._working(values), clustered=self.weighted_by_design)
        self._check_extremes(solution.params[:n_coefficients])
        return solution

    @classmethod
    def _check_outcome(cls, outcome: pd.Series) -> None:
        """Refuse a column that a formula would take for another outcome than the model's."""

    @abstractmethod
    def _response(self, response: Any) -> Any:
        """Responses as numbers; refuse those that the model is not for."""

    def _regressors(self, exog: Any) -> Any:
        """Regressors that the model takes from those of a formula."""
        return exog

    @abstractmethod
    def _code(self, response: Array) -> Array:
        """Responses of the rows that have weight as the patterns hold them."""

    @abstractmethod
    def _rows(self) -> tuple[ClusteredData, ResponseFamily]:
        """Patterns as the likelihood takes them."""

    @abstractmethod
    def _marginal_cut_points(self) -> Array:
        """Cut points of a model without regressors."""

    def _coefficient_names(self) -> list[str]:
        return [*self.cut_points, *self.exog_names]

    def _parameter_names(self) -> list[str]:
        names = [*self._coefficient_names(), GROUP_VARIANCE]
        for slope in self.random_slopes:
            names += [f"covariance with {slope}", f"variance of {slope}"]
        return names

    def _working(self, params: Any) -> Array:
        """Parameters in which the likelihood is maximized."""
        values = np.asarray(params, dtype=float)
        checks.check_increasing(values[: len(self.cut_points)])
        return to_working(values, self.n_effects)

    def _collapse(self, groups: np.ndarray, weights: Array, offset: Array) -> None:
        """Distinct patterns of the rows that have weight, and the labels of their groups."""
        kept = weights > 0
        codes, self.group_labels = pd.factorize(groups[kept], sort=True)
        checks.check_groups(self.group_labels)
        slopes = [self.exog_names.index(slope) for slope in self.random_slopes]
        self.patterns = collapse(
            self._code(self.endog[kept]),
            self.exog[kept],
            offset[kept],
            weights[kept],
            codes,
            slopes,
        )
        self.rows, self.family = self._rows()
        checks.check_rank(self.rows.design, self._coefficient_names())

    def _weights(self, weights: Any, name: str, whole: bool) -> Array:
        """Weights as numbers, ones if there are none."""
        if weights is None:
            return np.ones(len(self.endog))
        values = np.asarray(weights, dtype=float)
        checks.check_weights(values, name, whole)
        return values

    def _offset(self, offset: Any) -> Array:
        """Offset as numbers, zeros if there is none."""
        values = np.zeros(len(self.endog)) if offset is None else np.asarray(offset, dtype=float)
        checks.check_finite(pd.DataFrame({"offset": values}))
        return values

    def _check_extremes(self, coefficients: Array) -> None:
        """Look for separation where estimates run away."""
        if np.abs(self.rows.design @ coefficients).max() > EXTREME_PREDICTOR:
            checks.check_separation(self.rows, self._coefficient_names())

    def _pooled(self, rows: ClusteredData) -> Array:
        """Pooled logit estimates: the same likelihood without random effects."""
        pooled = replace(rows, random_design=np.ones((len(rows.response), 0)))
        likelihood = MarginalLikelihood(pooled, self.family, gauss_hermite(1, 0), adaptive=False)
        start = np.zeros(rows.design.shape[1])
        start[: len(self.cut_points)] = self._marginal_cut_points()
        return maximize(likelihood, start).evaluation.parameters
