"""What a chapter finds out about printed numbers, as rows that travel in the executed notebook."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from math import isfinite
from typing import Any

import pandas as pd
from IPython.display import display
from myst_nb import glue

from lib.core.intervals import Interval

EVIDENCE_MIME = "application/vnd.replication.evidence+json"
NEEDED = ("id", "low", "high")
TOLD = ("reason", "conditions", "problem")


class Basis(StrEnum):
    """Where evidence comes from."""

    SAME_SAMPLE = "external, same sample"
    OTHER_SAMPLE = "external, another sample or specification"
    SAME_PAPER = "same paper"
    ANOTHER_CELL = "another printed number"
    DEFINITION = "definition"
    NONE = "none"


class Kind(StrEnum):
    """What a computation gives: a value, an exact bound, or an interval that chance can leave."""

    VALUE = "value"
    BOUND = "bound"
    INTERVAL = "interval"


@dataclass(frozen=True)
class Evidence:
    """What one computation says of one printed number."""

    id: str
    low: float
    high: float
    basis: Basis
    kind: Kind = Kind.VALUE
    reason: str = ""
    conditions: str = ""
    problem: str = ""
    source: str = "published"

    @property
    def interval(self) -> Interval:
        """What the printed number may be."""
        return Interval(self.low, self.high)


@dataclass(frozen=True)
class EvidenceRows:
    """Evidence of one cell; displayed by a notebook, collected by the build."""

    rows: tuple[Evidence, ...]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        count = len(self.rows)
        note = f"{count} piece{'s' if count != 1 else ''} of evidence recorded for the report."
        return {"text/plain": note, EVIDENCE_MIME: [_finite(asdict(row)) for row in self.rows]}


@dataclass(frozen=True)
class Finding:
    """A piece of evidence and the cell that recorded it."""

    evidence: Evidence
    chapter: str
    cell: str


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: an open end is null."""
    return {k: None if isinstance(v, float) and not isfinite(v) else v for k, v in row.items()}


def _show(rows: EvidenceRows) -> None:
    display(rows)  # type: ignore[no-untyped-call]


def determined(frame: pd.DataFrame, basis: str, source: str = "published", **same: str) -> None:
    """Record values that a computation gives for printed numbers."""
    _show(evidence_rows(frame, basis, Kind.VALUE, source, **same))


def bounded(frame: pd.DataFrame, basis: str, source: str = "published", **same: str) -> None:
    """Record bounds outside of which printed numbers are impossible."""
    _show(evidence_rows(frame, basis, Kind.BOUND, source, **same))


def probable(frame: pd.DataFrame, basis: str, source: str = "published", **same: str) -> None:
    """Record intervals outside of which printed numbers are improbable under a model."""
    _show(evidence_rows(frame, basis, Kind.INTERVAL, source, **same))


def evidence_rows(
    frame: pd.DataFrame, basis: str, kind: Kind, source: str = "published", **same: str
) -> EvidenceRows:
    """Make evidence of a table."""
    missing = frame.loc[frame[["low", "high"]].isna().any(axis=1), "id"]
    if not missing.empty:
        raise ValueError(f"the evidence on {missing.iloc[0]} has an end that is not a number.")
    if basis.upper() not in Basis.__members__:
        raise ValueError(f"{basis!r} is no basis; name one of {', '.join(Basis.__members__)}.")
    told = frame.assign(**same)
    columns = [name for name in (*NEEDED, *TOLD) if name in told]
    rows: list[Any] = told[columns].to_dict("records")
    common: dict[str, Any] = {"basis": Basis[basis.upper()], "kind": kind, "source": source}
    return EvidenceRows(tuple(Evidence(**row, **common) for row in rows))


def cell_address(chapter: str, cell: str) -> str:
    """Say where the code of a cell is found, seen from a page of the book."""
    return f"{chapter}.html#cell-{cell}"


def evidence_text(report: pd.DataFrame) -> list[str]:
    """Write what was computed as a reader would say it."""
    rows = zip(*(report[name] for name in ("computed", "low", "high", "decimals")), strict=True)
    return [_evidence_text(computed, low, high, int(d)) for computed, low, high, d in rows]


def _evidence_text(computed: float, low: float, high: float, decimals: int) -> str:
    ends = [value for value in (computed, low, high) if pd.notna(value)]
    whole = decimals <= 0 and all(float(value).is_integer() for value in ends)
    first, *last = [f"{value:,.{0 if whole else max(decimals, 0) + 1}f}" for value in ends] or [""]
    if last:
        return f"{first} to {last[0]}"
    if not ends or pd.notna(computed):
        return first
    return f"{first} or more" if pd.notna(low) else f"{first} or less"


def glue_numbers(**numbers: float | str) -> None:
    """Make numbers available to the prose of the book."""
    for name, value in numbers.items():
        glue(name, value if isinstance(value, str | int) else float(value), display=False)
