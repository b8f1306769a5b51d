"""Checks of a model's input; each failure is one plain sentence."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from ..checks import collinear
from ..errors import InputError, plain
from .families import Array
from .likelihood import ClusteredData


def check_formula_rows(missing_rows: np.ndarray | None, formula: str) -> None:
    """Refuse a formula that makes missing values out of complete columns."""
    if missing_rows is not None and np.any(missing_rows):
        raise InputError(
            f"The formula {formula!r} gives missing values in {int(np.sum(missing_rows))} rows; "
            "change the transformation or drop those rows first."
        )


def check_response(response: Array) -> None:
    """Refuse a response that is not 0 or 1."""
    if response.ndim != 1:
        raise InputError("The response is not one column of numbers; code it 0 and 1.")
    others = np.setdiff1d(response, [0.0, 1.0])
    if len(others):
        raise InputError(
            f"The response must be 0 or 1 and holds {others[0]:g}; recode it before fitting."
        )


def check_order(outcome: pd.Series) -> None:
    """Refuse an ordered response of text, or of categories without an order."""
    kind = outcome.dtype
    ordered = isinstance(kind, pd.CategoricalDtype) and kind.ordered
    if not ordered and not pd.api.types.is_numeric_dtype(kind):
        raise InputError(
            f"The response {outcome.name!r} has no order; make it an ordered Categorical, or code "
            "its categories 1, 2, ..."
        )


def check_ordered_response(response: Array) -> None:
    """Refuse an ordered response that is not one column of finite numbers."""
    if response.ndim != 1 or not np.issubdtype(response.dtype, np.number):
        raise InputError("The response is not one column of numbers; code its categories 1, 2, ...")
    if not np.isfinite(response).all():
        raise InputError("The response has values that are not finite; drop those rows first.")


def check_categories(categories: Array) -> None:
    """Refuse a response with a single category."""
    if len(categories) < 2:
        raise InputError(
            "All responses are the same; an ordered logit needs two categories or more."
        )


def check_increasing(cut_points: Array) -> None:
    """Refuse cut points that are out of order."""
    if (np.diff(cut_points) <= 0).any():
        raise InputError(f"The cut points must increase; found {cut_points.tolist()}.")


def check_slopes(slopes: Sequence[str], names: Sequence[str]) -> None:
    """Refuse a random slope of what is no regressor."""
    for slope in slopes:
        if slope not in names or slope == "Intercept":
            known = ", ".join(name for name in names if name != "Intercept")
            raise InputError(f"A random slope needs a regressor, not {slope!r}; there are {known}.")


def check_groups(labels: np.ndarray) -> None:
    """Refuse a single group."""
    if len(labels) < 2:
        raise InputError(
            f"All rows belong to one group ({plain(labels[0])}); "
            "a group variance needs two groups or more."
        )


def check_finite(values: pd.DataFrame) -> None:
    """Refuse values that are not finite."""
    for column in values:
        if not np.isfinite(values[column].to_numpy(dtype=float)).all():
            raise InputError(f"{column!r} has values that are not finite; recode or drop them.")


def check_weights(weights: Array, name: str, whole: bool) -> None:
    """Refuse weights that are negative, not finite or (frequencies) not whole."""
    bad = ~np.isfinite(weights) | (weights < 0) | (whole & (weights != np.round(weights)))
    if bad.any():
        kind = "whole numbers, zero or more" if whole else "numbers, zero or more"
        row = int(np.argmax(bad))
        raise InputError(f"The {name} must be {kind}; row {row} has {weights[row]:g}.")
    if not weights.any():
        raise InputError(f"The {name} are all zero; no row is left to fit.")


def check_rank(design: Array, names: Sequence[str]) -> None:
    """Refuse regressors that are linear combinations of others."""
    involved = collinear(design, names)
    if involved:
        raise InputError(
            f"The regressors {', '.join(involved)} are collinear in these rows (a country-level "
            "regressor has only as many values as there are groups); leave one out."
        )


def check_separation(data: ClusteredData, names: Sequence[str]) -> None:
    """Refuse data that a linear combination of the regressors separates."""
    signed = (2 * data.response - 1)[:, None] * data.design / np.abs(data.design).max(0)
    program = linprog(-signed.sum(0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1))
    weights = np.zeros(len(names)) if program.x is None else program.x
    if (signed @ weights).sum() > 1e-7:
        guilty = ", ".join(
            name for name, weight in zip(names, weights, strict=True) if abs(weight) > 1e-7
        )
        raise InputError(
            f"The response is separated perfectly by {guilty}, so that no finite estimate exists; "
            "leave the regressor out or merge its categories."
        )


def check_quadrature(quadrature: str, n_points: int) -> None:
    """Refuse an unknown quadrature or number of points."""
    if quadrature not in ("adaptive", "nonadaptive"):
        raise InputError(
            f"Quadrature {quadrature!r} is unknown; choose 'adaptive' or 'nonadaptive'."
        )
    if not isinstance(n_points, int | np.integer) or n_points < 1:
        raise InputError(
            f"The number of points must be an integer of at least 1, not {plain(n_points)}."
        )
