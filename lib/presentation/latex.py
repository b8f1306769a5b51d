"""Tables as LaTeX for a reader's own paper; pdfLaTeX sets them."""

from collections.abc import Sequence

import pandas as pd

SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\u2212": "$-$",
    "\u2007": r"\phantom{0}",
    "\u2264": r"$\le$",
    "\u2265": r"$\ge$",
    "\u2248": r"$\approx$",
    "\u2192": r"$\to$",
    "\u00d7": r"$\times$",
    "\u2260": r"$\ne$",
}
SIGNS_OF_GRADES = dict.fromkeys("\u2713\u2717\u25cb")  # words stand beside them
ESCAPES = str.maketrans(SPECIAL | SIGNS_OF_GRADES)
AFTER_NEWLINE = ("*", "[")  # signs that the end of a row would take for its own
NEEDS = r"% needs \usepackage{booktabs}"


def escaped(text: str) -> str:
    """Write a text so that LaTeX prints it as it is."""
    return text.translate(ESCAPES).strip()


def table(cells: pd.DataFrame, numeric: Sequence[bool], caption: str, name: str) -> str:
    """Write a table with rules of booktabs; what it needs stands in the first line."""
    rows = [" & ".join(map(_cell, row)) + r" \\" for row in cells.itertuples(index=False)]
    heads = " & ".join(escaped(str(head)) for head in cells.columns) + r" \\"
    kinds = "".join("r" if number else "l" for number in numeric)
    lines = [
        NEEDS,
        r"\begin{table}[!htbp]",
        r"\centering",
        rf"\caption{{{escaped(caption)}}}\label{{tab:{name}}}",
        rf"\begin{{tabular}}{{@{{}}{kinds}@{{}}}}",
        r"\toprule",
        heads,
        r"\midrule",
        *rows,
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    written = escaped(text)
    return "{}" + written if written.startswith(AFTER_NEWLINE) else written
