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


def collinear(design: NDArray[np.floating[Any]], names: Sequence[str]) -> list[str]:
    """Name the regressors in a linear combination that is zero."""
    lengths = np.sqrt((design**2).sum(0))
    unit = design / np.where(lengths > 0, lengths, 1)
    eigenvalues, vectors = np.linalg.eigh(unit.T @ unit)
    parts = np.abs(vectors[:, eigenvalues < COLLINEAR]).max(axis=1, initial=0)
    return [name for name, part in zip(names, parts, strict=True) if part > INVOLVED]
