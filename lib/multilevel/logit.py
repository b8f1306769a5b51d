"""Binary logit with a normally distributed random intercept by group."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from patsy import PatsyError  # type: ignore[import-untyped]
from statsmodels.base.model import LikelihoodModel

from lib.errors import ConvergenceError, ConvergenceWarning, InputError
from lib.multilevel import checks
from lib.multilevel.families import Array, BinaryLogit
from lib.multilevel.likelihood import ClusteredData, MarginalLikelihood
from lib.multilevel.maximize import maximize
from lib.multilevel.patterns import collapse
from lib.multilevel.quadrature import gauss_hermite
from lib.multilevel.results import GROUP_VARIANCE, MixedLogitResults, MixedLogitResultsWrapper
from lib.multilevel.solution import Solution, solve, to_standard_deviation

START_STANDARD_DEVIATION = 0.5
EXTREME_PREDICTOR = 12.0
BOUNDARY_WARNING = (
    "The group variance is estimated at its boundary, zero: the estimates are those of the pooled "
    "logit, and the variance has no standard error."
)


class MixedLogit(LikelihoodModel):
    """
    Logit with a random intercept by group, fitted by maximum marginal likelihood.

    ``logit Pr(y = 1) = offset + x'b + u``, with ``u`` normal with mean 0 and the group variance.
    The parameters are the coefficients followed by the group variance. Identical rows are
    collapsed, so that grouped counts and their respondent rows are the same model.

    Parameters
    ----------
    endog : array_like, shape (n,)
        Responses, 0 or 1.
    exog : array_like, shape (n, p)
        Regressors, with a constant if one is wanted.
    groups : array_like, shape (n,)
        Group labels.
    frequency_weights : array_like, shape (n,), optional
        How many respondents each row stands for.
    sampling_weights : array_like, shape (n,), optional
        Weights of a pseudo-likelihood, used as they are (Rabe-Hesketh & Skrondal 2006, JRSS A
        169:805, discuss their scaling); the covariance is then a sandwich clustered by group.
    offset : array_like, shape (n,), optional
        Known part of the linear predictor.
    **kwargs
        What statsmodels' ``from_formula`` hands on.

    Raises
    ------
    InputError
        If the data do not admit a fit; the sentence says why.
    """

    _formula_max_endog = None

    def __init__(
        self,
        endog: Any,
        exog: Any,
        groups: Any,
        frequency_weights: Any = None,
        sampling_weights: Any = None,
        offset: Any = None,
        **kwargs: Any,
    ) -> None:
        checks.check_formula_rows(kwargs.get("missing_idx"), kwargs.get("formula", ""))
        checks.check_response(np.squeeze(np.asarray(endog)))
        checks.check_finite(pd.DataFrame(exog))
        handed_on = {key: kwargs[key] for key in ("formula", "model_spec") if key in kwargs}
        super().__init__(endog, exog, **handed_on)
        frequencies = self._weights(frequency_weights, "frequency weights", whole=True)
        weights = frequencies * self._weights(sampling_weights, "sampling weights", whole=False)
        self.nobs = int(frequencies.sum())
        self.weighted_by_design = sampling_weights is not None
        self.data.param_names = [*self.exog_names, GROUP_VARIANCE]
        self._collapse(np.asarray(groups), weights, self._offset(offset))
        self.pooled = self._pooled_start()

    @classmethod
    def from_formula(
        cls,
        formula: str,
        data: pd.DataFrame,
        groups: str,
        frequency_weights: str | None = None,
        sampling_weights: str | None = None,
        offset: str | None = None,
    ) -> "MixedLogit":
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

        Returns
        -------
        MixedLogit
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
        checks.check_columns(data, formula, list(columns.values()))
        arrays = {role: data[column].to_numpy() for role, column in columns.items()}
        try:
            model: MixedLogit = super().from_formula(formula, data, eval_env=2, **arrays)
        except PatsyError as error:
            reason = str(error).splitlines()[0]
            raise InputError(f"The formula {formula!r} cannot be read: {reason}.") from error
        return model

    def loglike(self, params: Any, quadrature: str = "adaptive", n_points: int = 25) -> float:
        """
        Marginal log-likelihood by quadrature.

        Parameters
        ----------
        params : array_like, shape (p + 1,)
            Coefficients and group variance.
        quadrature : {"adaptive", "plain"}
            Kind of Gauss-Hermite quadrature.
        n_points : int
            Number of points.

        Returns
        -------
        float
            The log-likelihood.
        """
        working = to_standard_deviation(np.asarray(params, dtype=float))
        return self.likelihood(quadrature, n_points).evaluate(working).log_likelihood

    def score(self, params: Any, quadrature: str = "adaptive", n_points: int = 25) -> Array:
        """
        Gradient of the marginal log-likelihood as it is approximated.

        Parameters
        ----------
        params : array_like, shape (p + 1,)
            Coefficients and group variance, which must be above 0.
        quadrature : {"adaptive", "plain"}
            Kind of Gauss-Hermite quadrature.
        n_points : int
            Number of points.

        Returns
        -------
        ndarray, shape (p + 1,)
            Exact derivatives of the quadrature sum (see ``Evaluation.scores``).
        """
        working = to_standard_deviation(np.asarray(params, dtype=float))
        score = self.likelihood(quadrature, n_points).evaluate(working).score
        return np.append(score[:-1], score[-1] / (2 * working[-1]))

    def fit(
        self, quadrature: str = "adaptive", n_points: int = 25, start: Any = None
    ) -> MixedLogitResultsWrapper:
        """
        Maximize the marginal likelihood.

        Parameters
        ----------
        quadrature : {"adaptive", "plain"}
            Nodes centred and scaled by group, or the same nodes for all groups.
        n_points : int
            Number of Gauss-Hermite points; one adaptive point is Laplace's approximation.
        start : array_like, shape (p + 1,), optional
            Coefficients and group variance to start from; pooled logit estimates and a standard
            deviation of 0.5 if not given (the default of gllamm).

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
            If the group variance is estimated at its boundary, zero.
        """
        likelihood = self.likelihood(quadrature, n_points)
        solution = self.solve(likelihood, self.default_start() if start is None else start)
        if solution.at_boundary:
            warnings.warn(BOUNDARY_WARNING, ConvergenceWarning, stacklevel=2)
        return MixedLogitResultsWrapper(
            MixedLogitResults(self, solution, likelihood, quadrature, n_points)
        )

    def likelihood(self, quadrature: str, n_points: int) -> MarginalLikelihood:
        """
        Likelihood of the model by one kind of quadrature.

        Parameters
        ----------
        quadrature : {"adaptive", "plain"}
            Kind of Gauss-Hermite quadrature.
        n_points : int
            Number of points.

        Returns
        -------
        MarginalLikelihood
            In coefficients and standard deviation.

        Raises
        ------
        InputError
            If the quadrature is not admissible.
        """
        checks.check_quadrature(quadrature, n_points)
        adaptive = quadrature == "adaptive"
        return MarginalLikelihood(self.patterns, BinaryLogit(), gauss_hermite(n_points), adaptive)

    def default_start(self) -> Array:
        """
        Start where gllamm does.

        Returns
        -------
        ndarray, shape (p + 1,)
            Pooled logit estimates, and the variance of a standard deviation of 0.5.
        """
        return np.append(self.pooled, START_STANDARD_DEVIATION**2)

    def start_at_nodes(self, nodes: Sequence[int], n_points: int) -> Array:
        """
        Start with each group pinned to one node of a plain quadrature.

        Parameters
        ----------
        nodes : sequence of int, length G
            Node of each group, in the order of the sorted labels; 0 is the lowest.
        n_points : int
            Number of points of the rule.

        Returns
        -------
        ndarray, shape (p + 1,)
            Pooled logit estimates with the node as one more regressor, whose squared coefficient
            is the variance.

        Raises
        ------
        InputError
            If the nodes do not fit the groups or the rule, or are collinear with the regressors.
        """
        checks.check_quadrature("plain", n_points)
        if len(nodes) != len(self.group_labels) or not set(nodes) <= set(range(n_points)):
            raise InputError(
                f"The nodes must be {len(self.group_labels)} integers from 0 to {n_points - 1}, "
                f"one a group; found {list(nodes)}."
            )
        node = gauss_hermite(n_points).nodes[np.asarray(nodes), 0][self.patterns.cluster]
        design = np.column_stack([self.patterns.design, node])
        checks.check_rank(design, [*self.exog_names, "node of the group"])
        *coefficients, deviation = self._pooled(replace(self.patterns, design=design))
        return np.append(coefficients, deviation**2)

    def solve(self, likelihood: MarginalLikelihood, start: Any) -> Solution:
        """
        Maximize one likelihood of this model.

        Parameters
        ----------
        likelihood : MarginalLikelihood
            From ``likelihood``.
        start : array_like, shape (p + 1,)
            Coefficients and group variance.

        Returns
        -------
        Solution
            The maximum that the climb reaches.

        Raises
        ------
        InputError
            If the start is not admissible.
        ConvergenceError
            If no maximum is reached.
        """
        values = np.asarray(start, dtype=float)
        length = len(self.pooled) + 1
        if values.shape != (length,) or not np.isfinite(values).all() or values[-1] <= 0:
            raise InputError(
                f"The start must be {length} finite numbers, the last (the group variance) "
                f"above 0; found {values.tolist()}."
            )
        return solve(likelihood, to_standard_deviation(values), clustered=self.weighted_by_design)

    def _collapse(self, groups: np.ndarray, weights: Array, offset: Array) -> None:
        """Distinct patterns of the rows that have weight, and the labels of their groups."""
        kept = weights > 0
        codes, self.group_labels = pd.factorize(groups[kept], sort=True)
        checks.check_groups(self.group_labels)
        self.patterns = collapse(
            self.endog[kept], self.exog[kept], offset[kept], weights[kept], codes
        )
        checks.check_rank(self.patterns.design, self.exog_names)

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

    def _pooled_start(self) -> Array:
        """Pooled estimates; if they run away, separation is looked for."""
        try:
            pooled = self._pooled(self.patterns)
        except ConvergenceError:
            checks.check_separation(self.patterns, self.exog_names)
            raise
        if np.abs(self.patterns.design @ pooled).max() > EXTREME_PREDICTOR:
            checks.check_separation(self.patterns, self.exog_names)
        return pooled

    @staticmethod
    def _pooled(data: ClusteredData) -> Array:
        """Pooled logit estimates: the same likelihood without random effects."""
        pooled = replace(data, random_design=np.ones((len(data.response), 0)))
        likelihood = MarginalLikelihood(pooled, BinaryLogit(), gauss_hermite(1, 0), adaptive=False)
        start = np.zeros(data.design.shape[1])
        return maximize(likelihood, start).evaluation.parameters
