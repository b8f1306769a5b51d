"""Every graded number as an entry with an address of its own; a script filters and sorts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from lib.evidence.records import cell_address
from lib.presentation.interactive import STATIC
from lib.presentation.tables import grade_mark

SCRIPT = "numbers.js"
FILTERS = {"paper": "Study", "table": "Place", "grade": "Grade", "problem": "Problem"}


@dataclass(frozen=True)
class NumberExplorer:
    """The entries of a report; the last expression of a notebook cell shows them."""

    # One row a printed number: id, paper, study, table, place, printed, grade, evidence (what was
    # computed or allowed, as text), and reason, conditions, problem, claimed, input, chapter, cell,
    # history, texts that may be empty.
    report: pd.DataFrame
    version: str  # of the archive, for the line that says how to cite a number

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        instead = f"{len(self.report)} printed numbers: their entries are on the website."
        return {"text/html": to_html(self), "text/plain": instead}


def to_html(numbers: NumberExplorer) -> str:
    """Write the entries; without the script they stand one below the other."""
    rows: list[Any] = numbers.report.to_dict("records")
    entries = "".join(_entry(row, numbers.version) for row in rows)
    return (
        f'<div class="number-explorer screen-only" id="numbers" data-filters="{_filters()}">'
        f'{entries}</div><script src="{STATIC}/{SCRIPT}" defer></script>'
    )


def _filters() -> str:
    return escape(",".join(f"{name}:{label}" for name, label in FILTERS.items()))


def _entry(row: Mapping[str, Any], version: str) -> str:
    data = " ".join(f'data-{name}="{escape(str(row[name]))}"' for name in FILTERS)
    name = escape(row["id"])
    facts = "".join(f"<dt>{term}</dt><dd>{told}</dd>" for term, told in _facts(row, version))
    return (
        f'<section class="number-entry" id="{name}" {data} aria-labelledby="{name}-name">'
        f'<h3 id="{name}-name"><a href="#{name}"><b class="printed">{escape(row["printed"])}</b> '
        f"{escape(row['study'])}, {escape(row['place'])}</a> {grade_mark(row['grade'])}</h3>"
        f"<dl>{facts}</dl></section>"
    )


def _facts(row: Mapping[str, Any], version: str) -> Iterator[tuple[str, str]]:
    """Say what is known of a number, term by term."""
    told = {
        "Computed or allowed": row["evidence"],
        "Why": row["reason"],
        "If": row["conditions"],
        "Problem": row["problem"],
        "Unsigned claims": row["claimed"],
        "Grades before": row["history"],
    }
    yield from ((term, escape(text)) for term, text in told.items() if text)
    if row["chapter"]:
        address = escape(cell_address(row["chapter"], row["cell"]))
        yield "Code", f'<a href="{address}">{escape(row["chapter"])}, {escape(row["cell"])}</a>'
        yield "Data", ", ".join(_file(name) for name in row["input"].split())
    yield "Cite as", f"<code>{escape(row['id'])}</code>, {escape(version)}"


def _file(name: str) -> str:
    return f"<code>{escape(name.removeprefix('data/'))}</code>"
