"""Runs of values are found where they are, and nowhere else."""

import numpy as np
import pytest

from lib.book.disclosure.runs import RunIndex
from lib.book.disclosure.windows import WINDOWS, layouts, pieces, telling_widths, variety, windows

COLUMNS = [np.array([1.0, 2, 1, 2, 3, np.nan, 1, 2, 1]), np.array([5.0, 5, 5, 5, 5, 5, 5, 6, 7])]


@pytest.fixture
def index() -> RunIndex:
    return RunIndex(COLUMNS, (3, 5, 12))


def found(index: RunIndex, values: list[float], left: list[int]) -> dict:
    codes = index.codes(np.array(values))
    matches = index.matches(codes, np.array(left))
    return {
        (length, column): {
            int(start): [rows.tolist() for rows, _ in each.among(np.array([start]))]
            for start in each.starts
        }
        for length, both in matches
        for column, each in enumerate(both)
    }


def test_runs_are_found_with_the_rows_where_they_start(index):
    where = found(index, [1, 2, 1, 2, 3], [5, 4, 3, 2, 1])
    assert where == {
        (3, 0): {0: [[0, 6]], 1: [[1]], 2: [[2]]},
        (3, 1): {},
        (5, 0): {0: [[0]]},
        (5, 1): {},
    }


def test_no_run_crosses_the_end_of_a_column_or_a_missing_value(index):
    assert found(index, [1, 2, 1, 2, 3], [2, 1, 3, 2, 1])[3, 0] == {2: [[2]]}
    assert found(index, [2, 3, np.nan, 1, 2], [5, 4, 3, 2, 1])[3, 0] == {}


def test_rare_values_are_worth_more_bits_and_none_less_than_nothing(index):
    codes = index.codes(np.array([5.0, 5, 5, 6, 7]))
    _, (_, second) = next(iter(index.matches(codes, np.arange(5, 0, -1))))
    assert second.starts.tolist() == [0, 1, 2]
    assert second.bits[0] == 0
    assert (second.bits[1:] > 2).all()


def test_known_values_stand_in_some_column(index):
    assert index.known(np.array([1.0, 4, 7, np.nan])).tolist() == [True, False, True, False]


def test_pieces_and_windows_leave_nothing_out():
    values = np.arange(250.0)
    assert np.concatenate(list(pieces(values))).tolist() == values.tolist()
    for length in WINDOWS:
        cut = windows(values, length, np.ones(250, dtype=bool), 0.5)
        assert set(cut[~np.isnan(cut)]) == set(values)
        assert cut[0].tolist() == values[:length].tolist()
        assert windows(values, length, np.zeros(250, dtype=bool), 0.5).shape == (0, length)


def test_a_window_is_laid_out_from_every_start():
    tables = list(layouts(np.array([1.0, 2, 3, 4, 5, 6, 7, np.nan]), [3]))
    assert [table.tolist() for table in tables] == [
        [[1, 2, 3], [4, 5, 6]],
        [[2, 3, 4], [5, 6, 7]],
        [[3, 4, 5]],
    ]


def test_only_widths_that_may_tell_are_named():
    draw = np.random.default_rng(2)
    columns = [draw.integers(0, 1000, 400).astype(float) for _ in range(5)]
    index = RunIndex(columns, (3,))
    rows = np.column_stack(columns)[100:104].ravel()
    window = np.concatenate([rows, np.full(4, -1.0)])[None, :]
    assert np.flatnonzero(telling_widths(window, index, 25, 0.5)[0]).tolist() == [5]
    assert not telling_widths(window[:, ::-1].copy(), index, 25, 0.5).any()


def test_the_variety_of_a_window_counts_known_values_only():
    window = np.array([[1.0, 2, 1, 2, np.nan, 9], [3.0, 3, 3, 3, 3, 3]])
    known = np.array([[True, True, True, True, False, False], [True] * 6])
    np.testing.assert_allclose(variety(window, known), [4, 0], atol=1e-12)
