"""What a chapter finds out about printed numbers, as rows that travel in the executed notebook."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

EVIDENCE_MIME = "application/vnd.replication.evidence+json"


@dataclass(frozen=True)
class Evidence:
    """
    What one computation says of one printed number.

    Attributes
    ----------
    id : str
        Identifier of the printed number (column ``id`` of the files in data/published).
    low, high : float
        The computed value (``low == high``) or the interval that the printed number must lie in,
        in the printed unit.
    determines : bool
        True if the computation pins the printed number (same sample, same specification),
        False if it only bounds it.
    same_analysis : bool
        True if sample and specification are the printed ones; False if real figures of another
        sample or specification speak.
    source : {"published", "standin", "licensed"}
        What the value was computed from.
    reason : str
        One sentence for the report: what was compared with what.
    """

    id: str
    low: float
    high: float
    determines: bool
    same_analysis: bool = True
    source: str = "published"
    reason: str = ""


@dataclass(frozen=True)
class EvidenceRows:
    """
    Evidence of one cell; displayed by a notebook, collected by the build.

    Attributes
    ----------
    rows : tuple of Evidence
        The evidence, one entry a printed number.
    """

    rows: tuple[Evidence, ...]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        count = len(self.rows)
        note = f"{count} piece{'s' if count != 1 else ''} of evidence recorded for the report."
        return {"text/plain": note, EVIDENCE_MIME: [_finite(asdict(row)) for row in self.rows]}


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: an open end is null."""
    return {k: None if isinstance(v, float) and not isfinite(v) else v for k, v in row.items()}


def record(rows: Iterable[Evidence]) -> EvidenceRows:
    """
    Hand evidence to the replication report.

    Parameters
    ----------
    rows : iterable of Evidence
        What was found out about printed numbers.

    Returns
    -------
    EvidenceRows
        The last expression of a notebook cell, so that it is displayed and thereby recorded.
    """
    return EvidenceRows(tuple(rows))
