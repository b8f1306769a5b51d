"""Identical rows collapsed to weighted patterns, and ordered responses taken apart."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .families import Array
from .likelihood import ClusteredData


def collapse(
    response: Array,
    design: Array,
    offset: Array,
    weights: Array,
    groups: np.ndarray,
    slopes: Sequence[int] = (),
) -> ClusteredData:
    """Merge identical rows of a group and add up their weights."""
    keys = np.column_stack([groups, response, offset, design])
    codes = _row_codes(keys)
    _, first = np.unique(codes, return_index=True)
    totals: Array = np.bincount(codes, weights).astype(float)
    order = np.lexsort(keys[first].T[::-1])
    keys = keys[first][order]
    design = np.ascontiguousarray(keys[:, 3:])
    return ClusteredData(
        response=keys[:, 1],
        design=design,
        random_design=np.column_stack([np.ones(len(keys)), design[:, list(slopes)]]),
        offset=keys[:, 2],
        weights=totals[order],
        first_rows=np.unique(keys[:, 0], return_index=True)[1],
    )


def compare_with_cut_points(data: ClusteredData, n_cut_points: int) -> ClusteredData:
    """Replace each ordered response by its comparisons with the cut points next to it."""
    category = data.response.astype(int)
    above = np.flatnonzero(category > 0)
    below = np.flatnonzero(category < n_cut_points)
    rows = np.concatenate([above, below])
    order = np.argsort(rows, kind="stable")
    rows = rows[order]
    response = np.repeat([1.0, 0.0], [len(above), len(below)])[order]
    cut_point = category[rows] - response.astype(int)
    return ClusteredData(
        response=response,
        design=np.hstack([-np.eye(n_cut_points)[cut_point], data.design[rows]]),
        random_design=data.random_design[rows],
        offset=data.offset[rows],
        weights=data.weights[rows],
        first_rows=np.unique(data.cluster[rows], return_index=True)[1],
    )


def middle_weights(data: ClusteredData, n_cut_points: int) -> Array:
    """Sum the weights of the categories that lie between two cut points."""
    indicators = data.response[:, None] == np.arange(1, n_cut_points)
    return data.sums(data.weights[:, None] * indicators)


def _row_codes(rows: Array) -> np.ndarray:
    """Code 0, 1, ... of each distinct row, in order of appearance."""
    codes = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        values, distinct = pd.factorize(column)
        codes, _ = pd.factorize(codes * len(distinct) + values)
    return codes
