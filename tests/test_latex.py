"""Tables in LaTeX: every sign survives, every row has its cells."""

import re

import pandas as pd
import pytest

from lib.presentation.latex import NEEDS, escaped, table


def written(cells: pd.DataFrame) -> str:
    return table(cells, [False] * len(cells.columns), "A caption", "name")


def test_special_signs_are_escaped():
    assert escaped(r"100% of $5 & a_b #1 {x} ~ ^ \n") == (
        r"100\% of \$5 \& a\_b \#1 \{x\} \textasciitilde{} \textasciicircum{} \textbackslash{}n"
    )
    assert escaped("Nur-Sultan, −0.5, ✓ reproduced") == "Nur-Sultan, $-$0.5,  reproduced"


def test_the_first_line_names_what_the_table_needs():
    assert written(pd.DataFrame({"a": ["x"]})).splitlines()[0] == NEEDS


@pytest.mark.parametrize("first", ["***", "[sic]"])
def test_a_row_does_not_swallow_what_the_next_one_begins_with(first: str):
    text = written(pd.DataFrame({"a": ["x", first]}))
    assert f"\n{{}}{first} \\\\" in text


def test_braces_and_cells_are_balanced():
    cells = pd.DataFrame({"a": ["{", "}"], "b": ["A sentence.", "\\"], "c": ["&", "50%"]})
    text = written(cells)
    bare = re.sub(r"\\[{}\\]", "", text)
    assert bare.count("{") == bare.count("}")
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {2}
