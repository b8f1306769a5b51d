"""Printed tables with their grades: form, marks, evidence and links."""

import re

import pandas as pd
import pytest

from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.presentation.graded_table import GradedTable, graded_cells, regression_cells
from lib.sources.published import read_table

PRINTED = read_table(DATA / "published" / "kc2018_table2.csv")
REPORT = pd.DataFrame({"id": PRINTED["id"], "grade": "open", "reason": "No <file>."})
FAILED = "kc2018.table2.model1.xenophobia.std_error"
REPORT.loc[REPORT["id"] == FAILED, "grade"] = "contradicted"


def article():
    cells = graded_cells(PRINTED, REPORT, row="label", column="model", part="quantity")
    heads = {str(k): f"Model {k}" for k in range(1, 5)}
    return GradedTable(cells, "article", "Table 2.", heads)._repr_mimebundle_()[0]


def test_it_stands_as_printed():
    text = article()["text/html"]
    assert re.findall(r'<th scope="col">(.*?)</th>', text) == [f"Model {k}" for k in range(1, 5)]
    plain = article()["text/plain"]
    assert re.search(r"Xenophobia +−0\.064\(0\.049\)", plain)
    rows = re.findall(r'<th scope="row">(.*?)</th>', text)
    assert rows == list(dict.fromkeys(PRINTED["label"]))


def test_each_number_says_its_grade_in_words_and_leads_to_its_entry():
    text = article()["text/html"]
    number = text[text.index(f'aria-describedby="evidence-article-{FAILED}"') :]
    assert number.startswith(f'aria-describedby="evidence-article-{FAILED}">(0.049)<')
    assert "✗</span>" in number[:140]
    assert ", contradicted</span>" in number[:190]
    assert f'href="report.html#{FAILED}"' in number
    assert "No &lt;file&gt;." in number
    assert "✗ contradicted</span> · " in text


def test_ids_are_those_of_the_numbers_shown():
    shown = set(re.findall(r'href="report\.html#([^"]+)"', article()["text/html"]))
    absent = PRINTED.loc[(PRINTED["quantity"] == "stars") & (PRINTED["value"] == 0), "id"]
    assert shown == set(PRINTED["id"]) - set(absent)


def test_the_memo_keeps_its_groups():
    memo = read_table(DATA / "published" / "memo806_table1.csv")
    report = pd.DataFrame({"id": memo["id"], "grade": "follows", "reason": ""})
    cells = graded_cells(memo, report, "label", "quantity", "quantity", group="grouping")
    text = GradedTable(cells, "memo", "Table 1.", groups={"gender": "Gender"})._repr_mimebundle_()
    assert text[0]["text/html"].count('scope="rowgroup"') == 1
    assert text[0]["text/html"].count("<tr>") == 1 + memo["label"].nunique()


def test_computed_results_have_the_same_form_without_marks():
    fitted = pd.DataFrame(
        {
            "model": "1",
            "term": ["x", "x", "x", "n", "y"],
            "quantity": ["estimate", "std_error", "stars", "n", "estimate"],
            "value": [-0.5, 0.125, 3, 9345, 1.0],
        }
    )
    cells = regression_cells(fitted, {"n": "N", "x": "Slope"})
    text = GradedTable(cells, "fit", "A fit.")._repr_mimebundle_()[0]["text/html"]
    assert "<div>−0.500***</div><div>(0.125)</div>" in text
    assert "<div>9,345</div>" in text
    assert re.findall(r'scope="row">(\w+)', text) == ["N", "Slope"]
    assert "button" not in text


def test_a_number_that_the_report_lacks_is_named():
    with pytest.raises(InputError, match=r"model1\.xenophobia\.estimate is not in"):
        graded_cells(PRINTED, REPORT.iloc[:0], "label", "model", "quantity")
