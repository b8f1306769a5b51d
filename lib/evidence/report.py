"""The replication report: one row for every printed number."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from lib.core.errors import BuildError, InputError
from lib.evidence.grading import Grade, grade, gravest
from lib.evidence.records import Finding
from lib.sources.published import PrintedNumber, printed_number, read_printed

SCHEMA = Path(__file__).with_name("replication.schema.json")
PUBLISHED = "data/published/"
REPORT = "replication.json"
FILES = ("replication.csv", REPORT, "evidence.csv", SCHEMA.name)
COLUMNS = (
    *("id", "paper", "place", "printed", "decimals", "computed", "low", "high", "difference"),
    *("grade", "determines", "same_analysis", "reason", "source"),
    *("input", "input_sha256", "parameters", "chapter", "cell"),
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Analysis:
    """
    How a chapter was run, as the report tells it.

    Attributes
    ----------
    source : str
        What the chapter declares its evidence to be computed from.
    published : bool
        True if every parameter had its published value or mends the file.
    parameters : dict
        Name and value of each parameter.
    input : str
        The files it declares, separated by blanks.
    input_sha256 : str
        Hash of the file; of several, the hash of their ``sha256sum`` listing.
    """

    source: str
    published: bool
    parameters: dict[str, Any]
    input: str
    input_sha256: str


def build_report(
    root: Path, analyses: Mapping[str, Analysis], found: Iterable[Finding]
) -> dict[str, str]:
    """
    Grade every printed number.

    Parameters
    ----------
    root : pathlib.Path
        Holds data/published with the printed numbers.
    analyses : mapping of str to Analysis
        How each chapter was run, by name.
    found : iterable of Finding
        The evidence.

    Returns
    -------
    dict of str to str
        The text of each file in `FILES`, by name.

    Raises
    ------
    BuildError
        If evidence names a number that is not printed, cannot be graded, or claims another source
        than its chapter declares.
    """
    printed = {
        row["id"]: {str(name): value for name, value in row.items()}
        for row in read_printed(root / PUBLISHED).to_dict("records")
    }
    graded: dict[str, list[Row]] = {identifier: [] for identifier in printed}
    for finding in found:
        row = _graded(printed, finding, analyses[finding.chapter])
        graded[row["id"]].append(row)
    rows = [_gravest_row(printed[identifier], pieces) for identifier, pieces in graded.items()]
    _validate(rows)
    evidence = [row for pieces in graded.values() for row in pieces]
    texts = (_csv(rows), _json(rows), _csv(evidence), SCHEMA.read_text(encoding="utf-8"))
    return dict(zip(FILES, texts, strict=True))


def read_report(folder: Path) -> list[Row]:
    """
    Read a report that a build has written.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the graded results.

    Returns
    -------
    list of dict
        One row a printed number.

    Raises
    ------
    InputError
        If there is none.
    """
    try:
        rows: list[Row] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("there is no report yet: run `make book` first.") from error
    return rows


def counts(rows: list[Row]) -> dict[str, int]:
    """
    Count the grades.

    Parameters
    ----------
    rows : list of dict
        A report.

    Returns
    -------
    dict of str to int
        How many printed numbers have each grade that occurs, gravest first.
    """
    found = Counter(row["grade"] for row in rows)
    return {grade.value: found[grade.value] for grade in Grade if found[grade.value]}


def counted(grades: Mapping[str, int]) -> str:
    """
    Write the counts of grades as a reader would say them.

    Parameters
    ----------
    grades : mapping of str to int
        From `counts`.

    Returns
    -------
    str
        Such as "3 reproduced, 1 consistent".
    """
    return ", ".join(f"{count} {grade}" for grade, count in grades.items())


def _graded(printed: dict[str, Row], finding: Finding, run: Analysis) -> Row:
    evidence = finding.evidence
    place = f"chapter {finding.chapter}, cell {finding.cell}"
    if evidence.id not in printed:
        raise BuildError(f"{place}: evidence on {evidence.id!r}, which neither paper prints.")
    if evidence.source != run.source:
        raise BuildError(
            f"{place}: evidence on {evidence.id!r} from {evidence.source!r}, but the chapter "
            f"declares book.source {run.source!r}."
        )
    number = printed_number(printed[evidence.id])
    try:
        verdict = grade(number, evidence, evidence.source, run.published)
    except ValueError as error:
        raise BuildError(f"{place}: {error}") from error
    return (
        _row(printed[evidence.id], verdict) | _computed(number, finding) | _provenance(finding, run)
    )


def _gravest_row(printed: Row, pieces: list[Row]) -> Row:
    if not pieces:
        return _row(printed, grade(printed_number(printed), None, "published", True))
    worst = gravest(Grade(row["grade"]) for row in pieces)
    return next(row for row in pieces if row["grade"] == worst.value)


def _row(printed: Row, verdict: Grade) -> Row:
    known = {name: printed[name] for name in ("id", "paper", "place", "printed")}
    decimals = {"decimals": int(printed["decimals"])}
    return dict.fromkeys(COLUMNS) | known | decimals | {"grade": verdict.value}


def _computed(number: PrintedNumber, finding: Finding) -> Row:
    low, high = finding.evidence.low, finding.evidence.high
    if low == high:
        return {"computed": low, "low": None, "high": None, "difference": low - number.value}
    ends = {name: end if isfinite(end) else None for name, end in (("low", low), ("high", high))}
    return {"computed": None, "difference": None} | ends


def _provenance(finding: Finding, run: Analysis) -> Row:
    described = asdict(run)
    return {name: described[name] for name in ("input", "input_sha256", "parameters")} | {
        "determines": finding.evidence.determines,
        "same_analysis": finding.evidence.same_analysis,
        "reason": finding.evidence.reason,
        "source": finding.evidence.source,
        "chapter": finding.chapter,
        "cell": finding.cell,
    }


def _validate(rows: list[Row]) -> None:
    from jsonschema import ValidationError, validate

    try:
        validate(rows, json.loads(SCHEMA.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise BuildError(
            f"the report breaks its schema at {error.json_path}: {error.message}"
        ) from error


def _json(rows: list[Row]) -> str:
    return json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _csv(rows: list[Row]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        parameters = row["parameters"]
        written = None if parameters is None else json.dumps(parameters, ensure_ascii=False)
        writer.writerow(row | {"parameters": written})
    return buffer.getvalue()
