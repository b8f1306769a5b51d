"""What a chapter finds out about printed numbers, as rows that travel in the executed notebook."""

from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import pandas as pd
from myst_nb import glue

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
    reason : str
        One sentence for the report: what was compared with what.
    source : {"published", "standin", "licensed"}
        What the value was computed from.
    """

    id: str
    low: float
    high: float
    determines: bool
    same_analysis: bool = True
    reason: str = ""
    source: str = "published"


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


@dataclass(frozen=True)
class Finding:
    """
    A piece of evidence and the cell that recorded it.

    Attributes
    ----------
    evidence : Evidence
        What was found.
    chapter, cell : str
        Name of the chapter and id of the cell.
    """

    evidence: Evidence
    chapter: str
    cell: str


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: an open end is null."""
    return {k: None if isinstance(v, float) and not isfinite(v) else v for k, v in row.items()}


def record(frame: pd.DataFrame, source: str = "published", **constants: Any) -> EvidenceRows:
    """
    Hand evidence to the replication report.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a printed number: columns id, low and high, and those of determines,
        same_analysis and reason that differ from row to row, as in `Evidence`; other columns are
        ignored.
    source : {"published", "standin", "licensed"}
        What the values were computed from.
    **constants : bool or str
        Those of determines, same_analysis and reason that are the same for every row.

    Returns
    -------
    EvidenceRows
        The last expression of a notebook cell, so that it is displayed and thereby recorded.

    Raises
    ------
    ValueError
        If an end is not a number; an open end is infinite.
    """
    missing = frame.loc[frame[["low", "high"]].isna().any(axis=1), "id"]
    if not missing.empty:
        raise ValueError(f"the evidence on {missing.iloc[0]} has an end that is not a number.")
    columns = ["id", "low", "high", "determines", "same_analysis", "reason"]
    rows: list[Any] = frame.assign(**constants)[columns].to_dict("records")
    return EvidenceRows(tuple(Evidence(**row, source=source) for row in rows))


def cell_address(chapter: str, cell: str) -> str:
    """
    Say where the code of a cell is found, seen from a page of the book.

    Parameters
    ----------
    chapter, cell : str
        Name of the chapter and id of the cell.

    Returns
    -------
    str
        A relative address; a browser that goes there unfolds the code.
    """
    return f"{chapter}.html#cell-{cell}"


def evidence_text(report: pd.DataFrame) -> list[str]:
    """
    Write what was computed as a reader would say it.

    Parameters
    ----------
    report : pandas.DataFrame
        Rows of the replication report: computed, low, high and decimals.

    Returns
    -------
    list of str
        A number, "a to b", "a or more", "b or less", or nothing, one text a row; with one decimal
        more than the printed number has, unless both are whole numbers.
    """
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
    """
    Make numbers available to the prose of the book.

    Parameters
    ----------
    **numbers : float or str
        Values by the name that ``{glue:text}`` uses; NumPy scalars become plain numbers.
    """
    for name, value in numbers.items():
        glue(name, value if isinstance(value, str | int) else float(value), display=False)
