"""
A table as a paper prints it, each number marked by its grade, with its evidence at hand.

In a notebook, for a table of data/published and the replication report::

    cells = graded_cells(read_table(path), report, row="label", column="model", part="quantity")
    GradedTable(cells, "article_table_2", "Table 2 of the article.", heads={"1": "Model 1"})

Columns and rows come in the order of the cells. The parts of a cell, such as an estimate, its stars
and its standard error beneath, are numbers of their own, each with its mark. `regression_cells`
gives computed results the same form, without marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from lib.core.errors import InputError
from lib.evidence.grading import FAILING, Grade
from lib.presentation.tables import MINUS, SYMBOLS, SYNTHETIC_MARK, Table, to_latex

ENTRIES = "report.html"
COLUMNS = {
    "row": "row of the printed table",
    "column": "column of the printed table",
    "part": "which of the numbers of the cell",
    "group": "group of rows",
    "id": "identifier of the printed number, as in the report",
    "printed": "the number as printed",
    "grade": "its grade",
    "reason": "what was compared with what",
}
SHOWN_LAST = "std_error"
DECIMALS = 3


@dataclass(frozen=True)
class GradedTable:
    """A printed table with its grades; the last expression of a notebook cell shows it."""

    cells: pd.DataFrame  # one row a number, with the columns `COLUMNS`
    name: str  # file name and label, unique in its chapter
    caption: str  # one sentence that can be read without the text
    heads: Mapping[str, str] = field(default_factory=dict)  # words for columns
    groups: Mapping[str, str] = field(default_factory=dict)  # words for groups of rows
    entries: str = ENTRIES  # the page on which every number has an entry, under its id
    source: str = "published"  # "published", "synthetic", "licensed", as in `Table`

    def __post_init__(self) -> None:
        missing = [name for name in COLUMNS if name not in self.cells]
        if missing:
            raise InputError(f"The cells of {self.name} have no column {missing[0]}: add it.")

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        plain = self._plain()
        caption = (SYNTHETIC_MARK if self.source == "synthetic" else "") + self.caption
        labels = {name: self.heads.get(name, name) for name in map(str, plain)}
        printed = Table(plain, self.name, self.caption, labels, source=self.source)
        data = {
            "text/html": to_html(self, caption),
            "text/latex": to_latex(printed),
            "text/csv": self.cells.to_csv(index=False, lineterminator="\n"),
            "text/plain": plain.to_string(index=False),
        }
        columns = {name: [meaning, ""] for name, meaning in COLUMNS.items()}
        described: dict[str, Any] = {"name": self.name, "kind": "table", "caption": caption}
        described |= {"source": self.source, "columns": columns}
        return data, {"replication": described}

    def _plain(self) -> pd.DataFrame:
        """One row a row of the table, a text in each cell."""
        texts = self.cells.assign(text=[_text(cell) for cell in _records(self.cells)])
        texts = texts.sort_values("part", key=lambda part: part == SHOWN_LAST, kind="stable")
        joined = texts.groupby(["group", "row", "column"], sort=False)["text"].agg("".join)
        order = list(dict.fromkeys(zip(self.cells["group"], self.cells["row"], strict=True)))
        columns = list(dict.fromkeys(self.cells["column"]))
        rows = joined.unstack("column").reindex(index=order, columns=columns).fillna("")
        return rows.reset_index("group", drop=True).rename_axis(columns=None).reset_index(names=" ")


def graded_cells(
    printed: pd.DataFrame, report: pd.DataFrame, row: str, column: str, part: str, group: str = ""
) -> pd.DataFrame:
    """Join a table of data/published and its grades."""
    grades = report.set_index("id")[["grade", "reason"]]
    lost = printed.loc[~printed["id"].isin(grades.index), "id"]
    if not lost.empty:
        raise InputError(f"{lost.iloc[0]} is not in the report: build the report of this table.")
    places = {"row": row, "column": column, "part": part}
    cells = {name: printed[source].astype(str) for name, source in places.items()}
    groups = printed[group].astype(str) if group else ""
    found = printed.assign(**cells, group=groups).join(grades, on="id")[list(COLUMNS)]
    return found.fillna("").astype(str)


def regression_cells(fitted: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Put results of `lib.estimators.regression_table.fitted_cells` into the cells of a table."""
    shown = fitted[fitted["term"].isin(labels)].copy()
    shown["order"] = shown["term"].map(list(labels).index)
    shown = shown.sort_values("order", kind="stable")
    texts = [_number(part, value) for part, value in shown[["quantity", "value"]].to_numpy()]
    return pd.DataFrame(
        {"row": shown["term"].map(labels), "column": shown["model"].astype(str)}
        | {"part": shown["quantity"], "group": "", "id": "", "printed": texts}
        | {"grade": "", "reason": ""}
    )


def _number(part: str, value: float) -> str:
    if pd.isna(value):
        return ""
    if part == "stars":
        return "*" * int(value)
    return f"{value:,.0f}" if part == "n" else f"{value:.{DECIMALS}f}"


def to_html(table: GradedTable, caption: str) -> str:
    """Write the table: a mark and a button a number, whose evidence shows on hover, focus, tap."""
    columns = list(dict.fromkeys(table.cells["column"]))
    heads = "".join(f'<th scope="col">{escape(table.heads.get(x, x))}</th>' for x in columns)
    body, last = "", ""
    span = len(columns) + 1
    for place, cells in table.cells.groupby(["group", "row"], sort=False):
        group, row = map(str, place)
        if group != last and group in table.groups:
            words = escape(table.groups[group])
            body += f'<tr class="group"><th scope="rowgroup" colspan="{span}">{words}</th></tr>\n'
        last = group
        values = "".join(_cell(table, cells[cells["column"] == each], each) for each in columns)
        body += f'<tr><th scope="row">{escape(row)}</th>{values}</tr>\n'
    name = escape(table.name)
    return (
        f'<figure class="book-table graded-table needs-30" id="table-{name}">'
        f"<figcaption>{escape(caption)}</figcaption>"
        f"<table><thead><tr><td></td>{heads}</tr></thead>\n"
        f"<tbody>\n{body}</tbody></table>{_legend(table)}</figure>"
    )


def _cell(table: GradedTable, numbers: pd.DataFrame, column: str) -> str:
    label = escape(table.heads.get(column, column))
    lines: dict[bool, str] = {False: "", True: ""}
    for number in _records(numbers):
        lines[number["part"] == SHOWN_LAST] += _marked(table, number)
    shown = "".join(f"<div>{line}</div>" for line in lines.values() if line)
    return f'<td data-label="{label}">{shown}</td>'


def _marked(table: GradedTable, number: Mapping[str, str]) -> str:
    text, grade = _text(number), number["grade"]
    if not grade:
        return escape(text)
    if not text and Grade(grade) not in FAILING:
        return ""
    evidence = f"evidence-{table.name}-{number['id']}"
    kind, symbol = grade.replace(" ", "-"), SYMBOLS[Grade(grade)]
    return (
        f'<span class="graded"><button type="button" class="grade-{kind}" '
        f'aria-describedby="{escape(evidence)}">{escape(text or "no star")}'
        f'<span class="sign" aria-hidden="true">{symbol}</span>'
        f'<span class="visually-hidden">, {grade}</span></button>'
        f'<span class="evidence" id="{escape(evidence)}">'
        f'<b class="grade-{kind}">{symbol} {grade}.</b> '
        f"{escape(number['reason'])} "
        f'<a href="{escape(table.entries)}#{escape(number["id"])}">Entry</a></span></span>'
    )


def _text(number: Mapping[Any, Any]) -> str:
    text = str(number["printed"]).replace("-", MINUS)
    return f"({text})" if number["part"] == SHOWN_LAST and text else text


def _legend(table: GradedTable) -> str:
    """Say in words what the marks that occur mean."""
    used = set(table.cells["grade"])
    said = [
        f'<span class="grade-{grade.value.replace(" ", "-")}">{SYMBOLS[grade]} {grade.value}</span>'
        for grade in Grade
        if grade.value in used
    ]
    return f'<p class="legend">{" · ".join(said)}</p>' if said else ""


def _records(cells: pd.DataFrame) -> list[dict[Any, Any]]:
    return cells.to_dict("records")
