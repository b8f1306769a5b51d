"""Checks of a list experiment's rows; each failure is one plain sentence."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from patsy import NAAction  # type: ignore[import-untyped]
from patsy.categorical import categorical_to_int  # type: ignore[import-untyped]

from ..checks import check_columns, collinear
from ..errors import InputError, plain
from .distributions import Array


def check_treatment(treatment: pd.Series) -> Array:
    """Refuse a treatment that is not 0 and 1, or an arm without respondents."""
    others = [value for value in treatment.unique().tolist() if value not in (0, 1)]
    if others:
        raise InputError(
            f"The treatment {treatment.name!r} must be 0 (control) or 1 and holds "
            f"{plain(others[0])}; recode it first."
        )
    arms: Array = treatment.to_numpy(dtype=float)
    for value, name in ((0, "control"), (1, "treatment")):
        if not (arms == value).any():
            raise InputError(
                f"The {name} arm is empty: no respondent has {treatment.name!r} equal to {value}."
            )
    return arms


def check_items(treatment: pd.Series) -> Array:
    """Refuse a treatment that is not 0 and one number for each sensitive item."""
    known = treatment.isin(range(treatment.nunique()))
    if treatment.nunique() <= 2 or not known.all():
        return check_treatment(treatment)
    return treatment.to_numpy(dtype=float)


def check_n_items(n_items: int) -> None:
    """Refuse a number of control items that is no whole number above zero."""
    whole = isinstance(n_items, int | np.integer) and not isinstance(n_items, bool)
    if not whole or n_items < 1:
        raise InputError(
            f"The number of control items must be a whole number of at least 1, not "
            f"{plain(n_items)}."
        )


def check_counts(counts: Array, treatment: Array, n_items: int) -> None:
    """Refuse counts that the list cannot give."""
    highest = n_items + treatment
    bad = (counts != np.round(counts)) | (counts < 0) | (counts > highest)
    if bad.any():
        row = int(np.argmax(bad))
        arm = "treatment" if treatment[row] else "control"
        raise InputError(
            f"Row {row} ({arm} arm) has the count {counts[row]:g}, which must be a whole number "
            f"from 0 to {highest[row]:g}; check the row and the number of control items."
        )


def read_weights(data: pd.DataFrame, weights: str | None) -> Array:
    """Take the weights out of the rows, and refuse those that are not above zero."""
    if weights is None:
        return np.ones(len(data))
    check_columns(data, [weights])
    values = check_numeric(data[weights])
    bad = ~(np.isfinite(values) & (values > 0))
    if bad.any():
        row = int(np.argmax(bad))
        raise InputError(f"The weights must be numbers above zero; row {row} has {values[row]:g}.")
    return values


def check_design(design: pd.DataFrame, items: Array) -> None:
    """Refuse regressors that are not finite or are collinear in an arm."""
    for column in design:
        if not np.isfinite(design[column].to_numpy(dtype=float)).all():
            raise InputError(f"{column!r} has values that are not finite; recode or drop them.")
    for name, arm in _named_arms(items):
        own = design[arm].to_numpy(dtype=float)
        involved = collinear(own, design.columns.to_list())
        if len(involved) == 1:
            raise InputError(f"In the {name} arm {involved[0]} is 0 for everybody; leave it out.")
        if involved:
            raise InputError(
                f"In the {name} arm the regressors {', '.join(involved)} are collinear; leave one "
                "out or merge categories."
            )


def check_categories(information: Any, data: pd.DataFrame, items: Array) -> None:
    """Refuse a category of which an arm has nobody."""
    for factor, info in information.factor_infos.items():
        if info.type != "categorical":
            continue
        values = factor.eval(info.state, data)
        codes = categorical_to_int(values, info.categories, NAAction("raise"))
        for name, arm in _named_arms(items):
            counts = np.bincount(codes[arm], minlength=len(info.categories))
            if (counts == 0).any():
                category = int(np.argmin(counts))
                raise InputError(
                    f"Category {plain(info.categories[category])} of {factor.name()} has "
                    f"respondents ({(codes == category).sum()}) but none in the {name} arm; merge "
                    "it with another or leave those rows out."
                )


def _named_arms(items: Array) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Names and masks of the arms."""
    for value in np.unique(items):
        several = f" {value:g}" if items.max() > 1 else ""
        yield "control" if value == 0 else f"treatment{several}", items == value


def check_experiment(
    data: pd.DataFrame, outcome: str, treatment: str, n_items: int
) -> tuple[Array, Array]:
    """Refuse rows that are no list experiment."""
    check_n_items(n_items)
    check_columns(data, [outcome, treatment])
    arms = check_treatment(data[treatment])
    counts = check_numeric(data[outcome])
    check_counts(counts, arms, n_items)
    return counts, arms


def check_numeric(column: pd.Series) -> Array:
    """Refuse a column that is not numeric."""
    if not pd.api.types.is_numeric_dtype(column):
        raise InputError(f"Column {column.name!r} is not numeric; recode it first.")
    return column.to_numpy(dtype=float)
