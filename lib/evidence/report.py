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
from lib.core.text_files import read_csv
from lib.evidence.grading import FAILING, GRADES, Grade, Verdict, bound_power, grade, strongest
from lib.evidence.records import Basis, Evidence, Finding
from lib.sources.published import FILES as DECIDING_FILES
from lib.sources.published import PrintedNumber, printed_number, read_printed

SCHEMA = Path(__file__).with_name("replication.schema.json")
PUBLISHED = "data/published/"
REPORT = "replication.json"
FILES = ("replication.csv", REPORT, "evidence.csv", SCHEMA.name)
PROBLEMS = "data/remarks/problems.csv"
COLUMNS = (
    *("id", "paper", "place", "printed", "decimals", "tag", "grade", "evidence", "verdict"),
    *("computed", "low", "high", "difference", "power", "reason", "conditions", "problem"),
    *("decided_by", "source", "input", "input_sha256", "parameters", "chapter", "cell"),
)
BOUNDED = (Verdict.WITHIN, Verdict.UNTESTED)
OTHER_PARAMETERS = "Computed with other parameters than the published ones: not graded."

Row = dict[str, Any]


@dataclass(frozen=True)
class Analysis:
    """How a chapter was run, as the report tells it."""

    source: str
    published: bool
    parameters: dict[str, Any]
    input: str
    input_sha256: str


def build_report(
    root: Path, analyses: Mapping[str, Analysis], found: Iterable[Finding]
) -> dict[str, str]:
    """Grade every printed number."""
    printed = {
        row["id"]: {str(name): value for name, value in row.items()}
        for row in read_printed(root / PUBLISHED).to_dict("records")
    }
    problems = _problems(root / PROBLEMS)
    graded: dict[str, list[Row]] = {identifier: [] for identifier in printed}
    for finding in found:
        row = _graded(printed, finding, analyses[finding.chapter], problems)
        graded[finding.evidence.id] += [] if row is None else [row]
    rows = [_standing(printed[identifier], pieces) for identifier, pieces in graded.items()]
    _validate(rows)
    evidence = [row for pieces in graded.values() for row in pieces]
    texts = (_csv(rows), _json(rows), _csv(evidence), SCHEMA.read_text(encoding="utf-8"))
    return dict(zip(FILES, texts, strict=True))


def read_report(folder: Path) -> list[Row]:
    """Read a report that a build has written."""
    try:
        rows: list[Row] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("there is no report yet: run `make book` first.") from error
    return rows


def counts(rows: list[Row]) -> dict[str, int]:
    """Count the grades."""
    found = Counter(row["grade"] for row in rows)
    return {grade.value: found[grade.value] for grade in Grade if found[grade.value]}


def problem_counts(rows: list[Row]) -> dict[str, int]:
    """Count the failing numbers of each problem."""
    return dict(Counter(row["problem"] for row in rows if row["problem"]).most_common())


def counted(grades: Mapping[str, int]) -> str:
    """Write the counts of grades as a reader would say them."""
    return ", ".join(f"{count} {grade}" for grade, count in grades.items())


def headline(rows: list[Row]) -> str:
    """Say in a few sentences what a report comes to: problems first, then numbers."""
    found = Counter(row["grade"] for row in rows)
    failing = sum(found[name] for name in FAILING)
    told = [found[name] for name in (Grade.REPRODUCED, Grade.CONSISTENT, Grade.OPEN)]
    problems = problem_counts(rows)
    names = {name.value: found[name] for name in FAILING if found[name]}
    if failing:
        concern = "concerns" if len(problems) == 1 else "concern"
        first = f"{_plural(len(problems), 'problem')} {concern} {failing:,} of "
        first += f"{_plural(len(rows), 'printed number')}: {counted(names)}."
    else:
        first = f"No problem was found with {_plural(len(rows), 'printed number')}."
    sentences = [
        first,
        "{:,} are reproduced from a source outside the papers, {:,} are consistent with a bound "
        "that could have excluded them, {:,} are open.".format(*told),
    ]
    rest = len(rows) - failing - sum(told)
    if rest:
        sentences.append(
            f"The other {rest:,} tell nothing new: they follow from other printed numbers, hold by "
            "definition, or are loose wording."
        )
    return " ".join(sentences)


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _problems(path: Path) -> set[str]:
    return set(read_csv(path, ["problem", "title", "statement", "would_change"])["problem"])


def _graded(
    printed: dict[str, Row], finding: Finding, run: Analysis, problems: set[str]
) -> Row | None:
    """Grade a piece of evidence; what was computed from generated rows is none."""
    evidence = finding.evidence
    place = f"chapter {finding.chapter}, cell {finding.cell}"
    if evidence.id not in printed:
        raise BuildError(f"{place}: evidence on {evidence.id!r}, which neither paper prints.")
    if evidence.source != run.source:
        raise BuildError(
            f"{place}: evidence on {evidence.id!r} from {evidence.source!r}, but the chapter "
            f"declares book.source {run.source!r}."
        )
    if evidence.source == "synthetic":
        return None
    number = printed_number(printed[evidence.id])
    try:
        verdict, given = grade(number, evidence)
    except ValueError as error:
        raise BuildError(f"{place}: {error}") from error
    if not run.published:
        row = _row(printed[evidence.id], Basis.NONE, Verdict.UNTESTED, Grade.OPEN)
        return row | _computed(number, finding) | _provenance(finding, run, OTHER_PARAMETERS)
    problem = _problem(evidence, given, problems, place)
    row = _row(printed[evidence.id], evidence.basis, verdict, given) | {"problem": problem}
    if GRADES[evidence.basis][Verdict.WITHIN] == Grade.CONSISTENT and verdict in BOUNDED:
        row["power"] = bound_power(number, evidence.interval)
    return row | _computed(number, finding) | _provenance(finding, run, evidence.reason)


def _problem(evidence: Evidence, given: Grade, problems: set[str], place: str) -> str | None:
    """Name the registered problem of a failing number."""
    if given not in FAILING:
        return None
    if evidence.source == "licensed":
        return evidence.problem or "licensed_file"
    if evidence.problem not in problems or not evidence.conditions:
        raise BuildError(
            f"{place}: {evidence.id} is {given}, but its evidence names no problem of {PROBLEMS} "
            "or states no conditions: give both."
        )
    return evidence.problem


def _standing(printed: Row, pieces: list[Row]) -> Row:
    """Take the piece of evidence whose grade stands, the first of several."""
    if not pieces:
        verdict, given = grade(printed_number(printed), None)
        reason = ""
        if given == Grade.OPEN and printed["decided_by"]:
            reason = f"Only {DECIDING_FILES[printed['decided_by']]} can tell."
        return _row(printed, Basis.NONE, verdict, given) | {"reason": reason}
    given = strongest(Grade(row["grade"]) for row in pieces)
    return next(row for row in pieces if row["grade"] == given.value)


def _row(printed: Row, basis: Basis, verdict: Verdict, given: Grade) -> Row:
    known = {name: printed[name] for name in ("id", "paper", "place", "printed", "tag")}
    graded = {"grade": given.value, "evidence": basis.value, "verdict": verdict.value}
    decided_by = {"decided_by": printed["decided_by"] if given == Grade.OPEN else ""}
    decimals = {"decimals": int(printed["decimals"])}
    return dict.fromkeys(COLUMNS) | known | decimals | graded | decided_by


def _computed(number: PrintedNumber, finding: Finding) -> Row:
    low, high = finding.evidence.low, finding.evidence.high
    if low == high:
        return {"computed": low, "low": None, "high": None, "difference": low - number.value}
    ends = {name: end if isfinite(end) else None for name, end in (("low", low), ("high", high))}
    return {"computed": None, "difference": None} | ends


def _provenance(finding: Finding, run: Analysis, reason: str) -> Row:
    described = asdict(run)
    return {name: described[name] for name in ("input", "input_sha256", "parameters")} | {
        "reason": reason,
        "conditions": finding.evidence.conditions,
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
