"""Grades: the table of evidence and verdict, its edges, and what must never happen."""

from itertools import product
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.intervals import Interval
from lib.evidence.grading import (
    FAILING,
    GRADES,
    LEGEND,
    Grade,
    Verdict,
    bound_power,
    grade,
    strongest,
)
from lib.evidence.records import Basis, Evidence, Kind
from lib.sources.published import PrintedNumber

PERCENT = PrintedNumber(value=55.9, decimals=1, lowest=0, highest=100)
STANDARD_ERROR = PrintedNumber(value=0.124, decimals=3, lowest=0, wide=True)
MAXIMUM = PrintedNumber(value=91.0, decimals=2, lowest=0, highest=120, wide=True)
LOOSE = PrintedNumber(value=55, decimals=0, lowest=0, highest=100, wording=True)


def value(low, high=None, basis=Basis.SAME_SAMPLE, **others):
    return Evidence("an.id", low, low if high is None else high, basis, **others)


def bound(low, high, basis=Basis.SAME_SAMPLE, **others):
    return Evidence("an.id", low, high, basis, Kind.BOUND, **others)


def interval(low, high, basis=Basis.SAME_SAMPLE):
    return Evidence("an.id", low, high, basis, Kind.INTERVAL)


@pytest.mark.parametrize(
    ("piece", "verdict", "expected"),
    [
        (value(55.9), Verdict.EQUAL, Grade.REPRODUCED),
        (value(55.85), Verdict.EQUAL, Grade.REPRODUCED),
        (value(55.95), Verdict.EQUAL, Grade.REPRODUCED),
        (value(55.86, 55.94), Verdict.EQUAL, Grade.REPRODUCED),
        (value(55.84), Verdict.IMPOSSIBLE, Grade.CONTRADICTED),
        (value(55.96), Verdict.IMPOSSIBLE, Grade.CONTRADICTED),
        (value(55.0, 57.0), Verdict.WITHIN, Grade.CONSISTENT),
        (value(55.9, basis=Basis.SAME_PAPER), Verdict.EQUAL, Grade.FOLLOWS),
        (value(55.9, basis=Basis.DEFINITION), Verdict.EQUAL, Grade.BY_DEFINITION),
        (value(55.9, basis=Basis.OTHER_SAMPLE), Verdict.EQUAL, Grade.CONSISTENT),
        (value(54.0, basis=Basis.OTHER_SAMPLE), Verdict.IMPOSSIBLE, Grade.IN_DOUBT),
        (value(54.0, basis=Basis.ANOTHER_CELL), Verdict.IMPOSSIBLE, Grade.IN_DOUBT),
        (value(54.0, basis=Basis.SAME_PAPER), Verdict.IMPOSSIBLE, Grade.CONTRADICTED),
        (bound(55.9, 55.9), Verdict.WITHIN, Grade.CONSISTENT),
        (bound(50, 55.85), Verdict.WITHIN, Grade.CONSISTENT),
        (bound(55.95, 60), Verdict.WITHIN, Grade.CONSISTENT),
        (bound(0, 100), Verdict.UNTESTED, Grade.OPEN),
        (bound(-inf, inf), Verdict.UNTESTED, Grade.OPEN),
        (bound(0, 85), Verdict.UNTESTED, Grade.OPEN),
        (bound(0, 75), Verdict.WITHIN, Grade.CONSISTENT),
        (bound(60, inf), Verdict.IMPOSSIBLE, Grade.CONTRADICTED),
        (bound(50, 60, Basis.OTHER_SAMPLE), Verdict.WITHIN, Grade.OPEN),
        (bound(60, 70, Basis.OTHER_SAMPLE), Verdict.IMPOSSIBLE, Grade.IN_DOUBT),
        (interval(50, 60), Verdict.WITHIN, Grade.CONSISTENT),
        (interval(60, 70), Verdict.IMPROBABLE, Grade.IN_DOUBT),
        (interval(60, 70, Basis.SAME_PAPER), Verdict.IMPROBABLE, Grade.IN_DOUBT),
        (None, Verdict.UNTESTED, Grade.OPEN),
    ],
)
def test_evidence_and_verdict_make_the_grade(piece, verdict, expected):
    assert grade(PERCENT, piece) == (verdict, expected)


@pytest.mark.parametrize(
    ("printed", "low", "high", "power"),
    [
        (PERCENT, 55.0, 57.0, 1 - 21 / 1001),
        (PERCENT, 0, 100, 0.0),
        (PERCENT, -inf, 49.94, 501 / 1001),
        (PrintedNumber(1, 0, 0, 1), 1, 1, 0.5),
        (PrintedNumber(1, 0, 0, 1), 0, 1, 0.0),
        (PrintedNumber(0.59, 2, 0, 1), 0.5849, 0.5951, 1 - 3 / 101),
        (PrintedNumber(0.59, 2, 0, 1), 0.5851, 0.5949, 1 - 1 / 101),
        (STANDARD_ERROR, 0.1, 0.2, 1.0),
        (STANDARD_ERROR, 0.1, 0.201, 0.0),
        (STANDARD_ERROR, 0.1, inf, 0.0),
        (STANDARD_ERROR, 0.0, 0.2, 0.0),
        (MAXIMUM, 47.2, inf, 0.0),
        (MAXIMUM, 60, 110, 1.0),
        (PrintedNumber(-1.0, 2), -1.5, -0.8, 1.0),
        (PrintedNumber(-1.0, 2), -1.5, 0.8, 0.0),
        (PrintedNumber(253_000, -3, 0), 200_000, 300_000, 1.0),
    ],
)
def test_the_power_of_a_bound(printed, low, high, power):
    assert bound_power(printed, Interval(low, high)) == pytest.approx(power)


@given(low=st.floats(0, 1), width=st.floats(0, 1))
def test_power_counts_the_printable_values_that_a_bound_excludes(low, width):
    printed, high = PrintedNumber(0.5, 2, 0, 1), low + width
    grid = [k / 100 for k in range(101)]
    outside = [v for v in grid if v + 0.005 < low - 1e-9 or v - 0.005 > high + 1e-9]
    assert bound_power(printed, Interval(low, high)) == pytest.approx(len(outside) / 101)


def test_the_threshold_decides_between_consistent_and_open():
    half = bound(0, 49.94)
    printed = PrintedNumber(20.0, 1, 0, 100)
    assert grade(printed, half, least_power=0.5)[1] == Grade.CONSISTENT
    assert grade(printed, half, least_power=0.51)[1] == Grade.OPEN


def test_a_licensed_file_reproduces_or_differs():
    assert grade(PERCENT, value(55.9, source="licensed"))[1] == Grade.REPRODUCED
    assert grade(PERCENT, value(42.0, source="licensed"))[1] == Grade.DIFFERS
    assert grade(PERCENT, bound(50, 60, source="licensed"))[1] == Grade.CONSISTENT


@given(
    low=st.floats(-1e6, 1e6),
    width=st.floats(0, 1e6),
    basis=st.sampled_from(Basis),
    kind=st.sampled_from(Kind),
)
def test_what_was_generated_is_never_evidence(low, width, basis, kind):
    piece = Evidence("an.id", low, low + width, basis, kind, source="synthetic")
    assert grade(PERCENT, piece) == (Verdict.UNTESTED, Grade.OPEN)


@given(low=st.floats(-1e6, 1e6), basis=st.sampled_from(Basis), kind=st.sampled_from(Kind))
def test_loose_wording_neither_fails_nor_counts(low, basis, kind):
    assert grade(LOOSE, Evidence("an.id", low, low, basis, kind))[1] == Grade.WORDING
    assert grade(LOOSE, None)[1] == Grade.WORDING


@given(number=st.floats(-1e4, 1e4), decimals=st.integers(0, 3), shift=st.floats(-2, 2))
def test_a_point_is_reproduced_exactly_within_half_a_unit(number, decimals, shift):
    printed = PrintedNumber(round(number, decimals), decimals)
    point = printed.value + shift * 10.0**-decimals
    if abs(abs(shift) - 0.5) > 1e-6:
        expected = Grade.REPRODUCED if abs(shift) < 0.5 else Grade.CONTRADICTED
        assert grade(printed, value(point))[1] == expected


@pytest.mark.parametrize("bad", [value(2, 1), value(nan), value(1, nan), value(nan, 1)])
def test_evidence_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match=r"an\.id"):
        grade(PERCENT, bad)


def test_unknown_source_is_refused():
    with pytest.raises(ValueError, match="hearsay"):
        grade(PERCENT, value(1.0, source="hearsay"))


def test_every_evidence_and_verdict_has_a_grade_and_every_grade_a_legend():
    assert {(b, v) for b in GRADES for v in GRADES[b]} == set(product(Basis, Verdict))
    assert list(LEGEND) == list(Grade)
    assert set(FAILING) == {Grade.CONTRADICTED, Grade.DIFFERS, Grade.IN_DOUBT}


def test_only_evidence_from_outside_on_the_same_sample_reproduces():
    made = {(b, v) for b in GRADES for v, name in GRADES[b].items() if name == Grade.REPRODUCED}
    assert made == {(Basis.SAME_SAMPLE, Verdict.EQUAL)}


@pytest.mark.parametrize(("first", "second"), list(product(Grade, Grade)))
def test_the_first_grade_in_the_order_stands(first, second):
    order = list(Grade)
    expected = min(order.index(first), order.index(second))
    assert strongest([first, second]) == order[expected]


def test_the_order_of_precedence_is_the_declared_one():
    assert [name.value for name in Grade] == [
        *("by definition", "contradicted", "differs", "in doubt", "reproduced"),
        *("follows", "consistent", "wording", "open"),
    ]
