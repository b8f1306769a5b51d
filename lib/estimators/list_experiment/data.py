"""The rows of a list experiment, checked once and then taken for granted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from patsy import (  # type: ignore[import-untyped]
    NAAction,
    PatsyError,
    build_design_matrices,
    dmatrices,
    dmatrix,
)

from ..checks import check_columns, formula_data, truth_as_number
from ..errors import InputError
from ..survey_design import SurveyDesign, read_design
from . import checks
from .distributions import Array


@dataclass(frozen=True)
class ListData:
    """Respondents of a list experiment."""

    formula: str
    counts: pd.Series
    design: pd.DataFrame
    items: Array
    n_items: int
    weights: Array | None
    share_designs: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    sampling: SurveyDesign | None = None

    @cached_property
    def treatment(self) -> Array:
        """Arms: 1 if the list had a sensitive item, else 0, shape (n,)."""
        return np.minimum(self.items, 1.0)

    @cached_property
    def n_sensitive(self) -> int:
        """Number of sensitive items, one a treatment arm."""
        return int(self.items.max())

    @cached_property
    def y(self) -> Array:
        """Counts as an array, shape (n,)."""
        return self.counts.to_numpy(dtype=float)

    @cached_property
    def X(self) -> Array:  # noqa: N802 - the papers' name
        """Regressors as an array, shape (n, p)."""
        return np.ascontiguousarray(self.design.to_numpy(dtype=float))

    @cached_property
    def sensitive_design(self) -> Array:
        """Regressors of the sensitive items, shape (n, p times items)."""
        if self.n_sensitive == 1:
            return self.X
        own = [(self.items == item)[:, None] * self.X for item in range(1, self.n_sensitive + 1)]
        return np.hstack(own)

    @cached_property
    def sensitive_terms(self) -> tuple[str, ...]:
        """Names of the coefficients of the sensitive items."""
        several = self.n_sensitive > 1
        parts = [f"sensitive.{item}" for item in range(1, self.n_sensitive + 1)]
        return tuple(
            f"{part if several else 'sensitive'}.{term}" for part in parts for term in self.design
        )

    @property
    def control_terms(self) -> tuple[str, ...]:
        """Names of the coefficients of the control items."""
        return tuple(f"control.{term}" for term in self.design)

    @cached_property
    def row_weights(self) -> Array:
        """Weights, ones if there are none, shape (n,)."""
        return np.ones(len(self.y)) if self.weights is None else self.weights

    @cached_property
    def arms(self) -> tuple[np.ndarray, np.ndarray]:
        """Masks of the control and of the treatment rows."""
        return self.treatment == 0, self.treatment == 1

    @property
    def simple(self) -> bool:
        """Whether the rows are a simple random sample."""
        return self.weights is None and self.sampling is None

    def covariance(self, influence: Array) -> Array:
        """Covariance of estimates, by the influence of the rows, which may come in clusters."""
        if self.sampling is not None:
            return self.sampling.covariance(influence)
        covariance: Array = influence.T @ influence
        return covariance

    def reweighted(self, factors: Array) -> "ListData":
        """Multiply the weights, and leave out the rows whose factor is zero."""
        kept = factors > 0
        return replace(
            self,
            counts=self.counts[kept],
            design=self.design[kept],
            items=self.items[kept],
            weights=self.row_weights[kept] * factors[kept],
            share_designs={name: own[kept] for name, own in self.share_designs.items()},
            sampling=None,
        )

    def design_of(self, rows: pd.DataFrame) -> Array:
        """Regressors of other respondents."""
        check_columns(rows, [], self.formula)
        rows = formula_data(rows)
        information: Any = self.design.design_info
        try:
            (matrix,) = build_design_matrices([information], rows, NA_action=NAAction("raise"))
        except (PatsyError, NameError) as error:
            raise InputError(
                f"The new rows do not fit the formula {self.formula!r}: {_first_line(error)}."
            ) from error
        values: Array = np.asarray(matrix, dtype=float)
        return np.broadcast_to(values, (len(rows), values.shape[1]))


def read_rows(
    formula: str,
    data: pd.DataFrame,
    treatment: str,
    n_items: int,
    weights: str | None = None,
    share_formulas: Mapping[str, str] = MappingProxyType({}),
    strata: str | None = None,
    clusters: str | None = None,
) -> ListData:
    """Read a formula and check the rows."""
    checks.check_n_items(n_items)
    check_columns(data, [treatment], " ".join([formula, *share_formulas.values()]))
    data = formula_data(data)
    items = checks.check_items(data[treatment])
    counts, design = _matrices(formula, data)
    checks.check_counts(counts.to_numpy(dtype=float), np.minimum(items, 1.0), n_items)
    checks.check_categories(design.design_info, data, items)
    checks.check_design(design, items)
    values = None if weights is None else checks.read_weights(data, weights)
    shares = {name: _matrix(own, data, items > 0) for name, own in share_formulas.items()}
    sampling = read_design(data, strata, clusters)
    return ListData(formula, counts, design, items, n_items, values, shares, sampling)


def _matrices(formula: str, data: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Build the counts and regressors that a formula names."""
    left, right = _read(dmatrices, formula, data)
    counts = truth_as_number(left if left.shape[1] > 1 else left.iloc[:, 0])
    if counts.ndim > 1:
        raise InputError(
            f"The left side of {formula!r} is not one column of numbers; give the item count."
        )
    return counts, right


def _matrix(formula: str, data: pd.DataFrame, treated: np.ndarray) -> pd.DataFrame:
    """Build the regressors of a share of liars, who are in the treatment arm."""
    design: pd.DataFrame = _read(dmatrix, formula, data)
    checks.check_design(design[treated], np.ones(treated.sum()))
    return design


def _read(build: Callable[..., Any], formula: str, data: pd.DataFrame) -> Any:
    try:
        return build(formula, data, NA_action=NAAction("raise"), return_type="dataframe")
    except (PatsyError, NameError) as error:
        raise InputError(
            f"The formula {formula!r} cannot be read: {_first_line(error)}."
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
