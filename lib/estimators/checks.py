"""Checks of rows and regressors that several estimators make; each failure is one sentence."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .errors import InputError

COLLINEAR = 1e-12  # eigenvalue of a matrix of correlations: more than rounding, less than data
INVOLVED = 1e-6  # entry of a unit vector: more than rounding


def check_columns(data: pd.DataFrame, columns: Iterable[str], formula: str = "") -> None:
    """Refuse an empty table, missing columns, and missing values in what is read."""
    if len(data) == 0:
        raise InputError("The data have no rows; give one a respondent.")
    for column in columns:
        if column not in data.columns:
            raise InputError(
                f"The data have no column {column!r}; they have {', '.join(map(str, data))}."
            )
    for column in data.columns[data.isna().any()]:
        if column in {*columns, *re.findall(r"\w+", formula)}:
            raise InputError(
                f"Column {column!r} has {data[column].isna().sum()} missing values; drop or fill "
                "those rows first."
            )


def formula_data(data: pd.DataFrame) -> pd.DataFrame:
    """Leave out the categories that no row has, and write Booleans as formulas know them."""
    changed = data.copy(deep=False)
    for name, column in data.select_dtypes("category").items():
        changed[name] = column.cat.remove_unused_categories()
    for name, column in data.select_dtypes("boolean").items():
        if not column.isna().any():
            changed[name] = column.astype(bool)
    return changed


def truth_as_number(response: Any) -> Any:
    """Make 1 of true and 0 of false, which formulas take apart into two columns."""
    if isinstance(response, pd.DataFrame) and response.shape[1] == 2:
        false, true = response.columns
        if false.endswith("[False]") and true.endswith("[True]"):
            return response[true].rename(true.removesuffix("[True]"))
    kind = getattr(response, "dtype", None)
    return response if kind is None or kind.kind != "b" else response.astype(float)


def collinear(design: NDArray[np.floating[Any]], names: Sequence[str]) -> list[str]:
    """Name the regressors in a linear combination that is zero."""
    lengths = np.sqrt((design**2).sum(0))
    unit = design / np.where(lengths > 0, lengths, 1)
    eigenvalues, vectors = np.linalg.eigh(unit.T @ unit)
    parts = np.abs(vectors[:, eigenvalues < COLLINEAR]).max(axis=1, initial=0)
    return [name for name, part in zip(names, parts, strict=True) if part > INVOLVED]
