"""One function grades; nothing else in the book says whether a printed number holds."""

from collections.abc import Iterable
from enum import StrEnum
from math import ceil, floor, inf, isfinite, isnan
from typing import NamedTuple

from lib.core.intervals import TOLERANCE, Interval
from lib.evidence.records import Basis, Evidence, Kind
from lib.sources.published import PrintedNumber

SOURCES = ("published", "synthetic", "licensed")
LEAST_POWER = 0.2
"""Declared before grading: a bound that excludes less of what could be printed is no test."""
GREATEST_RATIO = 2.0
"""Declared before grading: high over low of the widest bound on such a number that counts."""


class Verdict(StrEnum):
    """What the evidence says of the printed number."""

    EQUAL = "equal as printed"
    WITHIN = "within a bound"
    IMPROBABLE = "improbable"
    IMPOSSIBLE = "impossible"
    UNTESTED = "untested"


class Grade(StrEnum):
    """What may be said of a printed number, in the order of precedence."""

    BY_DEFINITION = "by definition"
    CONTRADICTED = "contradicted"
    DIFFERS = "differs"
    IN_DOUBT = "in doubt"
    REPRODUCED = "reproduced"
    FOLLOWS = "follows"
    CONSISTENT = "consistent"
    WORDING = "wording"
    OPEN = "open"


FAILING = (Grade.CONTRADICTED, Grade.DIFFERS, Grade.IN_DOUBT)


class Meaning(NamedTuple):
    """What a grade says, and what would change it."""

    says: str
    would_change: str


LEGEND: dict[Grade, Meaning] = {
    Grade.BY_DEFINITION: Meaning(
        "It could not be otherwise: the least value of an indicator is 0.",
        "Nothing but another definition.",
    ),
    Grade.CONTRADICTED: Meaning(
        "Impossible under the conditions that the row states. They name a problem, not the number "
        "that causes it.",
        "One of the stated conditions does not hold, or the authors correct a number of the row.",
    ),
    Grade.DIFFERS: Meaning(
        "The reader's licensed file gives another value.",
        "Another release of the file, or another coding that the study states.",
    ),
    Grade.IN_DOUBT: Meaning(
        "Improbable under a stated model; or figures of another sample or specification, or "
        "another printed number that may itself be wrong, speak against it.",
        "Figures of the printed sample and specification.",
    ),
    Grade.REPRODUCED: Meaning(
        "Computed from a named source outside the paper, on the same sample, and equal as printed.",
        "An error in that source, or a licensed file that gives another value.",
    ),
    Grade.FOLLOWS: Meaning(
        "Equal to what other numbers of the same paper give. They may be wrong together.",
        "A correction of the numbers it follows from.",
    ),
    Grade.CONSISTENT: Meaning(
        "Within a bound that could have excluded it; the bound is shown.",
        "A tighter bound, or the value itself.",
    ),
    Grade.WORDING: Meaning(
        "A text rounds or speaks loosely, and no number changes its meaning.",
        "Another wording.",
    ),
    Grade.OPEN: Meaning(
        "Nothing public tests it. The row names the file that would.",
        "The file that the row names.",
    ),
}

_AGAINST_DOUBT = {Verdict.IMPROBABLE: Grade.IN_DOUBT, Verdict.IMPOSSIBLE: Grade.IN_DOUBT}
_AGAINST = {Verdict.IMPROBABLE: Grade.IN_DOUBT, Verdict.IMPOSSIBLE: Grade.CONTRADICTED}
_CONSISTENT = {Verdict.WITHIN: Grade.CONSISTENT, Verdict.UNTESTED: Grade.OPEN}
GRADES: dict[Basis, dict[Verdict, Grade]] = {
    Basis.SAME_SAMPLE: {Verdict.EQUAL: Grade.REPRODUCED} | _CONSISTENT | _AGAINST,
    # A bound from another specification does not bind the printed one, so that it supports nothing.
    Basis.OTHER_SAMPLE: {Verdict.EQUAL: Grade.CONSISTENT, Verdict.WITHIN: Grade.OPEN}
    | {Verdict.UNTESTED: Grade.OPEN}
    | _AGAINST_DOUBT,
    Basis.SAME_PAPER: {Verdict.EQUAL: Grade.FOLLOWS} | _CONSISTENT | _AGAINST,
    Basis.ANOTHER_CELL: {Verdict.EQUAL: Grade.FOLLOWS} | _CONSISTENT | _AGAINST_DOUBT,
    Basis.DEFINITION: {Verdict.EQUAL: Grade.BY_DEFINITION} | _CONSISTENT | _AGAINST,
    Basis.NONE: dict.fromkeys(Verdict, Grade.OPEN),
}
"""The grade by evidence and verdict."""


def grade(
    printed: PrintedNumber, evidence: Evidence | None, least_power: float = LEAST_POWER
) -> tuple[Verdict, Grade]:
    """Grade one printed number by one piece of evidence."""
    if evidence is None or evidence.source == "synthetic":
        verdict, basis, licensed = Verdict.UNTESTED, Basis.NONE, False
    else:
        _check(evidence)
        verdict, basis = _verdict(printed, evidence, least_power), evidence.basis
        licensed = evidence.source == "licensed"
    if printed.wording:
        return verdict, Grade.WORDING
    given = GRADES[basis][verdict]
    return verdict, Grade.DIFFERS if licensed and given == Grade.CONTRADICTED else given


def strongest(grades: Iterable[Grade]) -> Grade:
    """Pick the grade that stands where several pieces of evidence speak of one number."""
    order = list(Grade)
    return min(grades, key=order.index)


def bound_power(printed: PrintedNumber, bound: Interval) -> float:
    """Say how much a bound could have excluded."""
    low, high = bound.low, bound.high
    if not printed.on_grid:
        ends = sorted((abs(low), abs(high)))
        same_sign = low * high > 0 and isfinite(low) and isfinite(high)
        return float(same_sign and ends[1] <= GREATEST_RATIO * ends[0])
    unit = 2 * printed.half_unit
    first, last = ceil(printed.lowest / unit - 1e-6), floor(printed.highest / unit + 1e-6)
    lowest = first if low == -inf else max(first, ceil((low - TOLERANCE) / unit - 0.5))
    highest = last if high == inf else min(last, floor((high + TOLERANCE) / unit + 0.5))
    return 1 - max(0, highest - lowest + 1) / (last - first + 1)


def _check(evidence: Evidence) -> None:
    if evidence.source not in SOURCES:
        raise ValueError(f"source {evidence.source!r} is none of {', '.join(SOURCES)}.")
    if isnan(evidence.low) or isnan(evidence.high) or evidence.low > evidence.high:
        raise ValueError(
            f"the evidence on {evidence.id} is no interval: {evidence.low} to {evidence.high}."
        )


def _verdict(printed: PrintedNumber, evidence: Evidence, least_power: float) -> Verdict:
    given = evidence.interval
    if evidence.kind == Kind.VALUE and printed.contains(given.low) and printed.contains(given.high):
        return Verdict.EQUAL
    if not printed.overlaps(given):
        return Verdict.IMPROBABLE if evidence.kind == Kind.INTERVAL else Verdict.IMPOSSIBLE
    counts = bound_power(printed, given) >= least_power
    return Verdict.WITHIN if counts else Verdict.UNTESTED
