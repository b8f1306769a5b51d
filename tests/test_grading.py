"""Grades: every rule of the legend, its edges, and what must never happen."""

from itertools import product
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.evidence.grading import LEGEND, Grade, grade, gravest
from lib.evidence.records import Evidence
from lib.sources.published import PrintedNumber

PERCENT = PrintedNumber(value=55.9, decimals=1, lowest=0, highest=100)


def evidence(low, high=None, determines=True, same_analysis=True):
    high = low if high is None else high
    return Evidence("an.id", low, high, determines, same_analysis)


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (evidence(55.9), Grade.REPRODUCED),
        (evidence(55.85), Grade.REPRODUCED),
        (evidence(55.95), Grade.REPRODUCED),
        (evidence(55.86, 55.94), Grade.REPRODUCED),
        (evidence(55.84), Grade.CONTRADICTED),
        (evidence(55.96), Grade.CONTRADICTED),
        (evidence(55.0, 57.0), Grade.CONSISTENT),
        (evidence(54.0, 55.8), Grade.CONTRADICTED),
        (evidence(55.9, determines=False), Grade.CONSISTENT),
        (evidence(50, 60, determines=False), Grade.CONSISTENT),
        (evidence(50, 55.85, determines=False), Grade.CONSISTENT),
        (evidence(55.95, 60, determines=False), Grade.CONSISTENT),
        (evidence(0, 100, determines=False), Grade.NEEDS_LICENSED_DATA),
        (evidence(-inf, inf, determines=False), Grade.NEEDS_LICENSED_DATA),
        (evidence(-inf, 60, determines=False), Grade.CONSISTENT),
        (evidence(60, inf, determines=False), Grade.CONTRADICTED),
        (evidence(60, inf, determines=False, same_analysis=False), Grade.IN_DOUBT),
        (evidence(50, 60, determines=False, same_analysis=False), Grade.CONSISTENT),
        (None, Grade.NEEDS_LICENSED_DATA),
    ],
)
def test_published_evidence(piece, expected):
    assert grade(PERCENT, piece, "published", True) == expected


def test_licensed_evidence_reproduces_or_differs():
    assert grade(PERCENT, evidence(55.9), "licensed", True) == Grade.REPRODUCED
    assert grade(PERCENT, evidence(42.0), "licensed", True) == Grade.DIFFERS


@given(
    low=st.floats(-1e6, 1e6),
    width=st.floats(0, 1e6),
    determines=st.booleans(),
)
def test_a_stand_in_is_never_evidence(low, width, determines):
    piece = evidence(low, low + width, determines)
    assert grade(PERCENT, piece, "standin", True) == Grade.STANDIN


@given(low=st.floats(-1e6, 1e6), source=st.sampled_from(["published", "standin", "licensed"]))
def test_other_parameters_are_another_analysis(low, source):
    assert grade(PERCENT, evidence(low), source, False) == Grade.OTHER_ANALYSIS


@given(value=st.floats(-1e4, 1e4), decimals=st.integers(0, 3), shift=st.floats(-2, 2))
def test_a_point_is_reproduced_exactly_within_half_a_unit(value, decimals, shift):
    printed = PrintedNumber(round(value, decimals), decimals)
    unit = 10.0**-decimals
    point = printed.value + shift * unit
    got = grade(printed, evidence(point), "published", True)
    if abs(abs(shift) - 0.5) > 1e-6:
        assert got == (Grade.REPRODUCED if abs(shift) < 0.5 else Grade.CONTRADICTED)


@pytest.mark.parametrize(
    "bad",
    [
        evidence(2, 1),
        evidence(nan),
        evidence(1, nan),
        evidence(nan, 1),
        evidence(1, same_analysis=False, determines=True),
    ],
)
def test_evidence_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match=r"an\.id"):
        grade(PERCENT, bad, "published", True)


def test_unknown_source_is_refused():
    with pytest.raises(ValueError, match="hearsay"):
        grade(PERCENT, evidence(1.0), "hearsay", True)


def test_every_grade_has_a_legend():
    assert set(LEGEND) == set(Grade)


@pytest.mark.parametrize(("first", "second"), list(product(Grade, Grade)))
def test_the_gravest_grade_stands(first, second):
    order = list(LEGEND)
    expected = min(order.index(first), order.index(second))
    assert gravest([first, second]) == order[expected]


def test_a_contradiction_outweighs_everything():
    assert gravest(Grade) == Grade.CONTRADICTED
