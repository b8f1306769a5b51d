"""How texts and tables are written in LaTeX."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from lib.presentation.layout import BREAK, Layout, lay_out, with_breaks

SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    BREAK: r"\hspace{0pt}",
}
AFTER_NEWLINE = ("*", "[")  # signs that the end of a row would take for its own
ESCAPES = str.maketrans(SPECIAL)
MOST_LINES = 20
MOST_ROWS, SHOWN_ROWS = 200, 40


def escaped(text: str) -> str:
    """Write a text so that LaTeX prints it as it is."""
    return text.translate(ESCAPES)


def table(
    cells: pd.DataFrame,
    numeric: Sequence[bool],
    caption: str,
    name: str,
    colours: Mapping[str, str],
) -> str:
    """
    Write a table that fits an A4 page: longer ones break over pages, wide ones wrap or are turned.

    Needs the packages array, booktabs, longtable, xcolor and, for a turned one, afterpage and
    pdflscape: it fills the next pages, so that the text goes on beneath what is before it.
    """
    shown = cells if len(cells) <= MOST_ROWS else cells.head(SHOWN_ROWS)
    layout = lay_out(shown)
    written = _Written(
        size=layout.size,
        count=len(cells.columns),
        columns=_columns(numeric, layout.widths),
        heads=_heads(cells.columns, numeric, layout.widths),
        caption=rf"\caption{{{escaped(caption)}}}\label{{tab:{name}}}",
        body=_body(shown, colours, layout) + _note(len(shown), len(cells), len(cells.columns)),
    )
    if layout.landscape:
        return _turned(written, name)
    return _breaking(written) if layout.lines > MOST_LINES else _floating(written)


@dataclass(frozen=True)
class _Written:
    """The parts of a table in LaTeX."""

    size: str
    count: int
    columns: str
    heads: str
    caption: str
    body: str


def _body(cells: pd.DataFrame, colours: Mapping[str, str], layout: Layout) -> str:
    """Rows of several lines are told apart by a little space."""
    rows = [
        " & ".join(_cell(text, colours) for text in row) + r" \\"
        for row in cells.itertuples(index=False)
    ]
    return ("\n\\addlinespace[2pt]\n" if layout.widths else "\n").join(rows)


def _cell(text: str, colours: Mapping[str, str]) -> str:
    written = escaped(with_breaks(text))
    if written.startswith(AFTER_NEWLINE):
        written = "{}" + written
    return rf"\textcolor[HTML]{{{colours[text]}}}{{{written}}}" if text in colours else written


def _note(shown: int, total: int, columns: int) -> str:
    if shown == total:
        return ""
    words = f"The first {shown} of {total:,} rows; the CSV file of this table holds all."
    return "\n" + rf"\midrule \multicolumn{{{columns}}}{{@{{}}l@{{}}}}{{\emph{{{words}}}}} \\"


def _columns(numeric: Sequence[bool], widths: Sequence[float]) -> str:
    kinds = ["r" if number else "l" for number in numeric]
    if widths:
        kinds = [_wrapped("p", *column) for column in zip(numeric, widths, strict=True)]
    return f"@{{}}{''.join(kinds)}@{{}}"


def _heads(names: Iterable[str], numeric: Sequence[bool], widths: Sequence[float]) -> str:
    """Heads stand on the line; those of wrapped columns wrap too."""
    heads = [escaped(with_breaks(str(name))) for name in names]
    if widths:
        kinds = [_wrapped("b", *column) for column in zip(numeric, widths, strict=True)]
        kinds[0] = "@{}" + kinds[0]
        kinds[-1] += "@{}"
        heads = [
            rf"\multicolumn{{1}}{{{kind}}}{{{head}}}"
            for kind, head in zip(kinds, heads, strict=True)
        ]
    return " & ".join(heads) + r" \\"


def _wrapped(kind: str, number: bool, width: float) -> str:
    ragged = r"\raggedleft" if number else r"\raggedright"
    return rf">{{{ragged}\arraybackslash\hspace{{0pt}}}}{kind}{{{width:.4f}\linewidth}}"


def _floating(table: _Written) -> str:
    return (
        f"\\begin{{table}}[!htbp]\n\\centering\n{table.caption}\n"
        f"\\{table.size}\\setlength{{\\tabcolsep}}{{4pt}}\n"
        f"\\begin{{tabular}}{{{table.columns}}}\n\\toprule\n{table.heads}\n\\midrule\n"
        f"{table.body}\n\\bottomrule\n\\end{{tabular}}\n\\end{{table}}\n"
    )


def _turned(table: _Written, name: str) -> str:
    """Tables set before the turned page follow this one: it keeps the number it has here."""
    number, reached = rf"\csname turned:{name}\endcsname", rf"\csname reached:{name}\endcsname"
    return (
        f"\\stepcounter{{table}}\\expandafter\\xdef{number}{{\\arabic{{table}}}}\n"
        f"\\afterpage{{\\expandafter\\xdef{reached}{{\\arabic{{table}}}}%\n"
        f"\\setcounter{{table}}{{{number}}}\\addtocounter{{table}}{{-1}}%\n"
        f"\\begin{{landscape}}\n{_breaking(table)}\\end{{landscape}}%\n"
        f"\\setcounter{{table}}{{{reached}}}}}\n"
    )


def _breaking(table: _Written) -> str:
    head = f"\\toprule\n{table.heads}\n\\midrule\n"
    more = rf"\midrule \multicolumn{{{table.count}}}{{@{{}}r@{{}}}}{{\emph{{continued}}}} \\"
    return (
        f"{{\\{table.size}\\setlength{{\\tabcolsep}}{{4pt}}\n"
        f"\\begin{{longtable}}{{{table.columns}}}\n{table.caption}\\\\\n{head}\\endfirsthead\n"
        f"{head}\\endhead\n{more}\n\\endfoot\n\\bottomrule\n\\endlastfoot\n"
        f"{table.body}\n\\end{{longtable}}}}\n"
    )
