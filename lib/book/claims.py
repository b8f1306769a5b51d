"""Attestations that others send: checked, and counted as unsigned claims."""

import json
from collections import Counter
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import pandas as pd

from lib.book.version import CHANGED, UNVERSIONED, Version
from lib.core.errors import InputError
from lib.evidence.grading import Grade, Verdict, grade
from lib.evidence.records import Basis, Evidence, Kind
from lib.evidence.report import counted
from lib.sources.published import PrintedNumber, printed_number

SCHEMA = Path(__file__).with_name("attestation.schema.json")
SENDERS = ["sender", "survey", "sha256", "release", "respondents", "archive", "agrees"]

Attestation = dict[str, Any]


def read_attestation(file: Path) -> Attestation:
    """Read an attestation; InputError if it cannot be read or breaks the schema."""
    from jsonschema import ValidationError, validate

    advice = "send the attestation.json that a build on a licensed file writes."
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        validate(content, json.loads(SCHEMA.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}): check the path.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} is no JSON: {advice}") from error
    except ValidationError as error:
        message = error.message[:100]
        raise InputError(
            f"{file} breaks its schema at {error.json_path} ({message}): {advice}"
        ) from error
    return dict(content)


def summary(attestation: Attestation) -> list[str]:
    """Say what an attestation claims."""
    sender = attestation["sender"].strip() or "nobody named yet"
    files = [
        f"{given['survey']}: {given['release'] or 'release not told'}, {given['bytes']:,} bytes, "
        f"{given['respondents']:,} respondents read, SHA-256 {given['sha256']}{_corrected(given)}."
        for given in attestation["inputs"]
    ]
    grades = counted(Counter(name for _, name in _claims(attestation)))
    return [f"An unsigned claim of {sender}.", *files, f"From these: {grades or 'no grade'}."]


def other_version(attestation: Attestation, here: Version) -> list[str]:
    """Say whether an attestation was made with another version of the archive."""
    there = attestation["archive"]
    if there == here.name and there != UNVERSIONED and not there.endswith(CHANGED):
        return []
    return [f"It was built from {there}; this archive is {here.name}."]


def disagreements(attestation: Attestation, printed: pd.DataFrame) -> list[str]:
    """Hold an attestation against the printed numbers, and its grades against its own values."""
    rows = printed.set_index("id", drop=False)
    told = {number["id"]: number for number in attestation["numbers"]}
    names = [number["id"] for number in attestation["numbers"]]
    found = [f"{name} is given twice." for name in told if names.count(name) > 1]
    for name in sorted(rows.index.symmetric_difference(list(told))):
        where = "the attestation" if name in rows.index else "this archive"
        found.append(f"{name} is missing in {where}.")
    for name in rows.index.intersection(list(told)):
        found += _disagreement(told[name], rows.loc[name])
    return found


def read_attestations(folder: Path, printed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the attestations that were collected."""
    senders, claims = [], []
    for file in sorted(folder.glob("*.json")):
        attestation = read_attestation(file)
        agrees = not disagreements(attestation, printed)
        senders += list(_senders(attestation, file, agrees))
        claims += list(_claims(attestation)) if agrees else []
    _require_once(senders, folder)
    counts = pd.DataFrame(claims, columns=["id", "grade"]).value_counts().sort_index()
    return pd.DataFrame(senders, columns=SENDERS), counts.rename("claims").reset_index()


def _corrected(given: dict[str, Any]) -> str:
    corrections = [
        f"{name} {', '.join(values)}" for name, values in given["release_corrections"].items()
    ]
    return f", corrected by {'; '.join(corrections)}" if corrections else ""


def _disagreement(told: dict[str, Any], row: "pd.Series[Any]") -> Iterator[str]:
    if told["printed"] != row["printed"]:
        yield f"{told['id']} is printed {told['printed']!r} there and {row['printed']!r} here."
    try:
        demanded = _demanded(printed_number(row), told)
    except ValueError as error:
        yield str(error)
        return
    if demanded.value != told["grade"]:
        yield f"{told['id']} is graded {told['grade']!r}; its values give {demanded.value!r}."


def _demanded(number: PrintedNumber, told: dict[str, Any]) -> Grade:
    """Grade that the values of an attestation demand; the verdict must be one they can give."""
    if told["chapter"] is None:
        return grade(number, None)[1]
    low, high = told["low"], told["high"]
    ends = _first(told["computed"], low, -inf), _first(told["computed"], high, inf)
    source, basis = told["source"] or "published", Basis(told["evidence"])
    kinds = [Evidence(told["id"], *ends, basis, kind, source=source) for kind in Kind]
    given = dict(grade(number, piece) for piece in kinds)
    return given.get(Verdict(told["verdict"]), next(iter(given.values())))


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def _senders(attestation: Attestation, file: Path, agrees: bool) -> Iterator[dict[str, Any]]:
    if not attestation["sender"].strip():
        raise InputError(f"{file} names no sender: write one into it.")
    common = {name: attestation[name] for name in ("sender", "archive")} | {"agrees": agrees}
    for given in attestation["inputs"]:
        yield {name: given[name] for name in SENDERS if name in given} | common


def _claims(attestation: Attestation) -> Iterator[tuple[str, str]]:
    for number in attestation["numbers"]:
        if number["source"] == "licensed":
            yield number["id"], number["grade"]


def _require_once(senders: list[dict[str, Any]], folder: Path) -> None:
    seen = set()
    for row in senders:
        key = (row["sender"].strip().casefold(), row["sha256"])
        if key in seen:
            raise InputError(
                f"{folder} holds two attestations of {key[0]} on the file {key[1]}: keep one."
            )
        seen.add(key)
