"""Ordered logit with normally distributed random effects by group."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit

from . import checks
from .families import Array, OrderedLogit
from .likelihood import ClusteredData
from .model import MixedModel
from .patterns import compare_with_cut_points, middle_weights


class MixedOrderedLogit(MixedModel):  # numpydoc ignore=PR02
    """
    Ordered logit with a random intercept by group, fitted by maximum marginal likelihood.

    ``logit Pr(y > k) = offset + x'b + u - c_k`` (proportional odds; McCullagh 1980, JRSS B
    42:109), with ``u`` normal with mean 0 and the group variance, and the cut points ``c_k``
    increasing. The parameters are the cut points, named by the categories on their two sides
    (``1|2``), then as in `MixedLogit`. The cut points stand for the constant: the ``Intercept``
    of a formula is left out. See ``families.OrderedLogit`` for how they are kept in order.

    Parameters
    ----------
    endog : array_like, shape (n,)
        Responses: an ordered Categorical, or numbers, of which only the order counts; each distinct
        one is a category.
    exog : array_like, shape (n, p)
        Regressors, without a constant.
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

    Raises
    ------
    InputError
        If the data do not admit a fit; the sentence says why.
    """

    title = "Mixed ordered logit"

    @property
    def cut_points(self) -> list[str]:
        """Names of the cut points."""
        names = [
            self._labels[int(category)] if self._labels else f"{category:g}"
            for category in self.categories
        ]
        return [f"{low}|{high}" for low, high in pairwise(names)]

    def _regressors(self, exog: Any) -> Any:
        if isinstance(exog, pd.DataFrame):
            return exog.drop(columns="Intercept", errors="ignore")
        return exog

    @classmethod
    def _check_outcome(cls, outcome: pd.Series) -> None:
        checks.check_order(outcome)

    def _response(self, response: Any) -> Any:
        self._labels: list[str] = []
        if isinstance(response, pd.Series) and isinstance(response.dtype, pd.CategoricalDtype):
            checks.check_order(response)
            self._labels = [str(label) for label in response.cat.categories]
            response = response.cat.codes
        elif isinstance(response, pd.DataFrame) and response.shape[1] > 1:  # a formula's indicators
            self._labels = [str(name).partition("[")[2][:-1] for name in response]
            response = pd.Series(response.to_numpy().argmax(axis=1), index=response.index)
        checks.check_ordered_response(np.squeeze(np.asarray(response)))
        return response

    def _code(self, response: Array) -> Array:
        self.categories, codes = np.unique(response, return_inverse=True)
        checks.check_categories(self.categories)
        return codes.astype(float)

    def _rows(self) -> tuple[ClusteredData, OrderedLogit]:
        n_cut_points = len(self.cut_points)
        rows = compare_with_cut_points(self.patterns, n_cut_points)
        return rows, OrderedLogit(middle_weights(self.patterns, n_cut_points))

    def _marginal_cut_points(self) -> Array:
        totals = np.bincount(self.patterns.response.astype(int), self.patterns.weights)
        cut_points: Array = logit(totals.cumsum()[:-1] / totals.sum())
        return cut_points
