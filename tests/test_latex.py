"""Tables in LaTeX: every sign survives, every row has its cells, long ones break."""

import re

import pandas as pd
import pytest

from lib.presentation.latex import MOST_ROWS, SHOWN_ROWS, escaped, table

GREEN = {"✓ reproduced": "00694B"}
SENTENCE = "A sentence that is rather long and must wrap in any table of two columns. " * 3


def written(cells: pd.DataFrame, **colours: str) -> str:
    return table(cells, [False] * len(cells.columns), "A caption", "name", GREEN | colours)


def test_special_signs_are_escaped():
    assert escaped(r"100% of $5 & a_b #1 {x} ~ ^ \n") == (
        r"100\% of \$5 \& a\_b \#1 \{x\} \textasciitilde{} \textasciicircum{} \textbackslash{}n"
    )
    assert escaped("Доверие, Nur-Sultan, −0.5") == "Доверие, Nur-Sultan, −0.5"


def test_a_short_table_floats_and_a_long_one_breaks():
    short, long = (pd.DataFrame({"n": ["1"] * rows}) for rows in (5, 60))
    assert written(short).startswith(r"\begin{table}[!htbp]")
    text = written(long)
    assert r"\begin{longtable}" in text
    assert r"\begin{table}" not in text
    assert text.count("\\toprule\nn \\\\") == 2  # the heads stand on every page


def test_a_very_long_table_says_how_much_is_left_out():
    text = written(pd.DataFrame({"n": [str(number) for number in range(MOST_ROWS + 1)]}))
    assert f"The first {SHOWN_ROWS} of {MOST_ROWS + 1} rows" in text
    assert f"\n{SHOWN_ROWS - 1} \\\\" in text
    assert f"\n{SHOWN_ROWS} \\\\" not in text
    whole = written(pd.DataFrame({"n": [str(number) for number in range(MOST_ROWS)]}))
    assert "The first" not in whole


def test_grades_keep_word_and_colour():
    text = written(pd.DataFrame({"grade": ["✓ reproduced", "other"]}))
    assert r"\textcolor[HTML]{00694B}{✓ reproduced} \\" in text
    assert "\nother \\\\" in text


@pytest.mark.parametrize("first", ["***", "[sic]"])
def test_a_row_does_not_swallow_what_the_next_one_begins_with(first: str):
    text = written(pd.DataFrame({"a": ["x", first]}))
    assert f"\n{{}}{first} \\\\" in text


def test_wrapped_columns_have_heads_of_their_width():
    text = written(pd.DataFrame({"label": ["a", "b"], "why": [SENTENCE, SENTENCE]}))
    columns, heads = (re.findall(rf"{kind}{{(0\.\d+)\\linewidth}}", text) for kind in "pb")
    assert columns == heads
    assert 0.9 < sum(map(float, columns)) < 1
    assert text.count(r"\addlinespace") == 1


def test_a_turned_table_lets_the_text_go_on():
    text = written(pd.DataFrame({f"head {number}": [SENTENCE] for number in range(8)}))
    before, turned = text.split("\\afterpage{")
    assert "tabular" not in before
    assert "\\begin{landscape}\n" in turned
    assert turned.endswith("}\n")


def test_a_turned_table_takes_its_number_where_it_stands():
    text = written(pd.DataFrame({f"head {number}": [SENTENCE] for number in range(8)}))
    before, turned = text.split("\\afterpage{")
    assert "\\stepcounter{table}" in before
    assert turned.index("\\setcounter{table}") < turned.index("\\caption{")


def test_braces_and_cells_are_balanced():
    cells = pd.DataFrame({"a": ["{", "}"], "b": [SENTENCE, "\\"], "c": ["&", "50%"]})
    text = written(cells)
    bare = re.sub(r"\\[{}\\]", "", text)
    assert bare.count("{") == bare.count("}")
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {2}
