"""How tables look, in HTML and LaTeX, with their CSV alongside."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from lib.evidence.grading import Grade
from lib.presentation import latex
from lib.presentation.layout import BREAK, text_width, with_breaks

SENTENCE = 40
MOST_ROWS = 300
CSV_FLOATS = "%.10g"  # more digits than any input has, and none of binary rounding
ROWS_IN_VIEW = 15
ROOMS = (20, 30, 46, 62)  # rem; the style sheet's classes needs-20 to needs-62
EM, PADDING, LABEL = 1.1, 1.2, 10.0  # rem to an em of `text_width`; rem beside a cell; em
FIGURE_SPACE = "\u2007"
MINUS = "\u2212"
SYNTHETIC_MARK = "Synthetic rows, no evidence. "
SYMBOLS = {
    Grade.BY_DEFINITION: "=",
    Grade.CONTRADICTED: "✗",
    Grade.DIFFERS: "≠",
    Grade.IN_DOUBT: "?",
    Grade.REPRODUCED: "✓",
    Grade.FOLLOWS: "→",
    Grade.CONSISTENT: "≈",
    Grade.WORDING: "“",
    Grade.OPEN: "○",
}
INK = dict.fromkeys(Grade, "555555") | {
    Grade.CONTRADICTED: "A32100",
    Grade.DIFFERS: "A32100",
    Grade.IN_DOUBT: "8A5300",
    Grade.REPRODUCED: "00694B",
    Grade.CONSISTENT: "005A94",
}
NUMBER = re.compile(r"[-\u2212]?\d[\d,]*(\.\d+)?")


@dataclass(frozen=True)
class Table:
    """A table of the book; the last expression of a notebook cell shows it."""

    # The rows, with machine names as columns. The CSV holds all of them, a page the first
    # `MOST_ROWS`.
    frame: pd.DataFrame
    name: str  # file name and label, unique in its chapter
    caption: str  # one sentence that can be read without the text
    # Display name of each column to show, in order; other columns are in the CSV only.
    labels: Mapping[str, str]
    # Decimals of a column of floats; 2 unless named.
    decimals: Mapping[str, int] = field(default_factory=dict)
    # A table made from synthetic rows carries a mark in its caption: "published", "synthetic",
    # "licensed".
    source: str = "published"
    # Column whose cells lead somewhere on the website, and the column that holds the addresses;
    # no address, no link.
    links: Mapping[str, str] = field(default_factory=dict)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        data = {
            "text/html": to_html(self),
            "text/latex": to_latex(self),
            "text/csv": self.frame.to_csv(
                index=False, lineterminator="\n", float_format=CSV_FLOATS
            ),
            "text/plain": self.frame.to_string(index=False),
        }
        described: dict[str, Any] = {"name": self.name, "kind": "table"}
        described |= {"caption": _marked_caption(self), "source": self.source}
        described["columns"] = _columns(self)
        return data, {"replication": described}


def _columns(table: Table) -> dict[str, list[str]]:
    """Meaning of each column of the CSV, and to how many decimals it is shown."""
    described: dict[str, list[str]] = {}
    for column, values in table.frame.items():
        meaning = table.labels.get(str(column), str(column).replace("_", " "))
        decimals = str(table.decimals.get(str(column), 2))
        is_float = pd.api.types.is_float_dtype(values)
        described[str(column)] = [meaning, decimals if is_float else ""]
    return described


def _marked_caption(table: Table) -> str:
    """Put the mark of synthetic rows before a caption, and behind it what part is shown."""
    mark = SYNTHETIC_MARK if table.source == "synthetic" else ""
    rows = len(table.frame)
    part = f" Shown are the first {MOST_ROWS} of {rows:,} rows." if rows > MOST_ROWS else ""
    return mark + table.caption + part


def to_html(table: Table) -> str:
    """Write a table as HTML: numbers aligned at the decimal point, grades in words and colour."""
    cells = _linked(_cells(table).map(_html_cell), table)
    kinds = [" ".join(kind) for kind in _kinds(table)]
    labels = [escape(label) for label in table.labels.values()]
    heads = "".join(
        f'<th scope="col" role="columnheader"{_class(kind)}>{label}</th>'
        if label
        else f'<td role="cell"{_class(kind)}></td>'
        for label, kind in zip(labels, kinds, strict=True)
    )
    body = "".join(_row(values, labels, kinds) for values in cells.itertuples(index=False))
    name, caption = escape(table.name), escape(_marked_caption(table))
    return (
        f'<figure class="book-table needs-{_room(table)}" id="table-{name}">'
        f"<figcaption>{caption}{_row_count(table)}</figcaption>"
        f'<table role="table"><thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}</tbody></table></figure>'
    )


def _row(values: Sequence[str], labels: Sequence[str], kinds: Sequence[str]) -> str:
    """Write a row; its first cell names it. The roles stay when a style sheet makes it a card."""
    cells = [
        f'<{tag}{_class(kind)} data-label="{label}">{value}</{tag.split()[0]}>'
        for tag, value, label, kind in zip(
            ['th scope="row" role="rowheader"', *['td role="cell"'] * (len(labels) - 1)],
            values, labels, kinds, strict=True,
        )
    ]  # fmt: skip
    return f'<tr role="row">{"".join(cells)}</tr>\n'


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _room(table: Table) -> int:
    """Say which of the widths of the style sheet a table needs, in rem; an estimate."""
    cells = _cells(table)
    needed = sum(
        PADDING + EM * max(_longest_word(label), *map(_least_width, cells[label]), 0)
        for label in map(str, cells)
    )
    return next((room for room in ROOMS if needed <= room), ROOMS[-1])


def _least_width(text: str) -> float:
    """Width of a text whose lines break at words, or about a label wide if it is long."""
    return max(_longest_word(text), min(LABEL, text_width(text)))


def _longest_word(text: str) -> float:
    """Width of a head, whose lines break at every word."""
    return max(map(text_width, with_breaks(text).replace(BREAK, " ").split(" ")))


def _row_count(table: Table) -> str:
    """Say how long a table is that may not be in view as a whole."""
    rows = min(len(table.frame), MOST_ROWS)
    return f' <span class="row-count">{rows} rows.</span>' if rows > ROWS_IN_VIEW else ""


def to_latex(table: Table) -> str:
    """Write a table as LaTeX, see `lib.presentation.latex.table`."""
    return latex.table(_cells(table), _numeric(table), _marked_caption(table), table.name)


def _cells(table: Table) -> pd.DataFrame:
    """Every cell as the text a reader sees, under the display names."""
    rows = table.frame.head(MOST_ROWS)
    columns = {
        label: _texts(rows[column], table.decimals.get(column, 2))
        for column, label in table.labels.items()
    }
    return pd.DataFrame(columns, index=range(len(rows)), dtype=object)


def _texts(values: pd.Series, decimals: int) -> list[str]:
    if pd.api.types.is_float_dtype(values):
        texts = ["" if pd.isna(value) else f"{value:,.{decimals}f}" for value in values]
    else:
        texts = ["" if pd.isna(value) else _text(value) for value in values]
    return _aligned(texts) if all(NUMBER.fullmatch(text) for text in texts if text) else texts


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    text = str(value)
    known = [grade for grade in Grade if grade.value == text]
    return f"{SYMBOLS[known[0]]} {text}" if known else text


def _aligned(texts: list[str]) -> list[str]:
    """Pad with figure spaces so that right-aligned numbers meet at the decimal point."""
    tails = [len(text) - text.index(".") if "." in text else 0 for text in texts]
    longest = max(tails, default=0)
    padded = [
        text + FIGURE_SPACE * (longest - tail) if text else ""
        for text, tail in zip(texts, tails, strict=True)
    ]
    return [text.replace("-", MINUS) for text in padded]


def grade_mark(grade: str) -> str:
    """Write a grade in HTML: symbol, word and colour."""
    symbol, name = SYMBOLS[Grade(grade)], grade.replace(" ", "-")
    return f'<span class="grade grade-{name}">{symbol} {grade}</span>'


def _html_cell(text: str) -> str:
    for grade, symbol in SYMBOLS.items():
        if text == f"{symbol} {grade.value}":
            return grade_mark(grade.value)
    broken = escape(with_breaks(text)).replace(BREAK, "<wbr>")
    return broken.replace(FIGURE_SPACE, "&#8199;")  # pandas strips the character itself


def _linked(cells: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Let cells lead to the addresses beside them."""
    for column, addresses in table.links.items():
        label = table.labels[column]
        pairs = zip(cells[label], map(escape, table.frame[addresses].head(MOST_ROWS)), strict=True)
        cells[label] = [f'<a href="{to}">{cell}</a>' if to else cell for cell, to in pairs]
    return cells


def _numeric(table: Table) -> list[bool]:
    pattern = re.compile(NUMBER.pattern + FIGURE_SPACE + "*")
    cells = _cells(table)
    return [all(pattern.fullmatch(text) for text in cells[column] if text) for column in cells]


def _kinds(table: Table) -> list[list[str]]:
    """Numbers stand to the right, heads included; columns of sentences are wide enough to read."""
    cells = _cells(table)
    sentences = [cells[column].str.len().max() > SENTENCE for column in cells]
    return [
        ["number"] * number + ["sentence"] * bool(sentence)
        for number, sentence in zip(_numeric(table), sentences, strict=True)
    ]
