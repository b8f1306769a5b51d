"""One function grades; nothing else in the book says whether a printed number holds."""

from collections.abc import Iterable
from enum import StrEnum
from math import isnan

from lib.evidence.records import Evidence
from lib.sources.published import PrintedNumber

SOURCES = ("published", "standin", "licensed")
TOLERANCE = 1e-9


class Grade(StrEnum):
    """What may be said of a printed number; `LEGEND` tells each in a sentence."""

    CONTRADICTED = "contradicted"
    DIFFERS = "differs"
    IN_DOUBT = "in doubt"
    REPRODUCED = "reproduced"
    CONSISTENT = "consistent"
    STANDIN = "stand-in"
    NEEDS_LICENSED_DATA = "needs licensed data"
    OTHER_ANALYSIS = "other analysis"


LEGEND: dict[Grade, str] = {
    Grade.CONTRADICTED: (
        "Determined by the same sample and specification and not matched, "
        "or impossible given the other printed numbers and open figures."
    ),
    Grade.DIFFERS: "The licensed file gives another value.",
    Grade.IN_DOUBT: (
        "Real figures speak against it, but their sample or specification is not the printed one; "
        "the reason is given."
    ),
    Grade.REPRODUCED: (
        "Determined by the paper's own source or by open figures, and matched "
        "within half a printed unit."
    ),
    Grade.CONSISTENT: "Only bounded; the printed number lies in the interval shown.",
    Grade.STANDIN: (
        "Computed on generated respondents: it shows that the machinery works and is no evidence."
    ),
    Grade.NEEDS_LICENSED_DATA: "Nothing that is published or open determines or bounds it.",
    Grade.OTHER_ANALYSIS: "Computed with other parameters than the published ones.",
}
"""Legend, gravest first: where several pieces of evidence speak, the first in this order stands."""


def grade(
    printed: PrintedNumber,
    evidence: Evidence | None,
    source: str,
    published_analysis: bool,
) -> Grade:
    """
    Grade one printed number by one piece of evidence.

    Parameters
    ----------
    printed : PrintedNumber
        The number as printed, with its decimals and its admissible range.
    evidence : Evidence or None
        The computed point or interval, in the printed unit; None if nothing was computed.
    source : {"published", "standin", "licensed"}
        What the evidence was computed from.
    published_analysis : bool
        True if every parameter had its published value.

    Returns
    -------
    Grade
        Reproduced only if every value in determining evidence prints as the number does; a value
        computed on stand-in rows is a stand-in whatever it is.

    Raises
    ------
    ValueError
        If the source is unknown, the interval is empty or not a number, or evidence of another
        analysis claims to determine the number.
    """
    _check(evidence, source)
    if not published_analysis:
        return Grade.OTHER_ANALYSIS
    if evidence is None:
        return Grade.NEEDS_LICENSED_DATA
    if source == "standin":
        return Grade.STANDIN
    if evidence.determines and _within(evidence.low, printed) and _within(evidence.high, printed):
        return Grade.REPRODUCED
    if not _overlaps(printed, evidence):
        return _against(evidence, source)
    if evidence.low <= printed.lowest and evidence.high >= printed.highest:
        return Grade.NEEDS_LICENSED_DATA
    return Grade.CONSISTENT


def gravest(grades: Iterable[Grade]) -> Grade:
    """
    Pick the grade that stands where several pieces of evidence speak of one number.

    Parameters
    ----------
    grades : iterable of Grade
        At least one grade.

    Returns
    -------
    Grade
        The first of them in the order of `LEGEND`.
    """
    order = list(LEGEND)
    return min(grades, key=order.index)


def _check(evidence: Evidence | None, source: str) -> None:
    if source not in SOURCES:
        raise ValueError(f"source {source!r} is none of {', '.join(SOURCES)}.")
    if evidence is None:
        return
    if isnan(evidence.low) or isnan(evidence.high) or evidence.low > evidence.high:
        raise ValueError(
            f"the evidence on {evidence.id} is no interval: {evidence.low} to {evidence.high}."
        )
    if evidence.determines and not evidence.same_analysis:
        raise ValueError(f"another analysis cannot determine {evidence.id}; it can only bound it.")


def _against(evidence: Evidence, source: str) -> Grade:
    if not evidence.same_analysis:
        return Grade.IN_DOUBT
    return Grade.DIFFERS if source == "licensed" else Grade.CONTRADICTED


def _within(value: float, printed: PrintedNumber) -> bool:
    return abs(value - printed.value) <= printed.half_unit + TOLERANCE


def _overlaps(printed: PrintedNumber, evidence: Evidence) -> bool:
    return printed.low - TOLERANCE <= evidence.high and evidence.low <= printed.high + TOLERANCE
