"""Identical rows collapsed to weighted patterns."""

import numpy as np
import pandas as pd

from lib.multilevel.families import Array
from lib.multilevel.likelihood import ClusteredData


def collapse(
    response: Array, design: Array, offset: Array, weights: Array, groups: np.ndarray
) -> ClusteredData:
    """
    Merge identical rows of a group and add up their weights.

    Parameters
    ----------
    response : ndarray, shape (n,)
        Responses.
    design : ndarray, shape (n, p)
        Regressors.
    offset : ndarray, shape (n,)
        Known part of the linear predictor.
    weights : ndarray, shape (n,)
        Weights above zero.
    groups : ndarray of int, shape (n,)
        Group codes 0, 1, ....

    Returns
    -------
    ClusteredData
        Distinct patterns with a random intercept, in an order that does not depend on that of
        the rows, so that results do not either, to the last bit.
    """
    keys = np.column_stack([groups, response, offset, design])
    codes = _row_codes(keys)
    _, first = np.unique(codes, return_index=True)
    totals: Array = np.bincount(codes, weights).astype(float)
    order = np.lexsort(keys[first].T[::-1])
    keys = keys[first][order]
    return ClusteredData(
        response=keys[:, 1],
        design=np.ascontiguousarray(keys[:, 3:]),
        random_design=np.ones((len(keys), 1)),
        offset=keys[:, 2],
        weights=totals[order],
        first_rows=np.unique(keys[:, 0], return_index=True)[1],
    )


def _row_codes(rows: Array) -> np.ndarray:
    """Code 0, 1, ... of each distinct row, in order of appearance."""
    codes = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        values, distinct = pd.factorize(column)
        codes, _ = pd.factorize(codes * len(distinct) + values)
    return codes
