"""The object that chapters show, glue and record by."""

from dataclasses import dataclass

import pandas as pd
import pytest

from lib.core.closure import closure
from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.evidence import records
from lib.presentation import notebook
from lib.presentation.notebook import Notebook


@dataclass
class Rows:
    frame: pd.DataFrame
    source: str = "licensed"


@pytest.fixture
def shown(monkeypatch) -> list:
    outputs: list = []
    monkeypatch.setattr(notebook, "display", outputs.append)
    monkeypatch.setattr(records, "display", outputs.append)
    return outputs


def test_a_parameter_outside_its_range_is_refused_by_name():
    with pytest.raises(InputError, match=r"alpha is 0.5; it must be a number from 0.001 to 0.2"):
        Notebook(alpha=0.5)


def test_a_parameter_that_no_choice_names_is_refused():
    with pytest.raises(InputError, match=r"colour is no parameter of the book"):
        Notebook(colour="red")


def test_a_table_takes_labels_and_decimals_by_column(shown):
    frame = pd.DataFrame({"estimate": [1.0], "p_value": [0.5]}, index=pd.Index(["a"], name="term"))
    Notebook().table("fits", frame, "Fits.", {"term": "row", "estimate": "b", "p_value": "p"})
    html = shown[0]._repr_mimebundle_()[0]["text/html"]
    assert "0.500" in html
    assert shown[0].labels == {"term": "row", "estimate": "b", "p_value": "p"}


def test_a_printed_number_leads_to_its_entry(shown):
    frame = pd.DataFrame({"id": ["memo806.n", None], "printed": ["400", "5"]})
    Notebook().table("numbers", frame, "Numbers.", ["printed"])
    html = shown[0]._repr_mimebundle_()[0]["text/html"]
    assert html.count("<a ") == 1
    assert '<a href="report.html#memo806.n">400</a>' in html


def test_what_no_chapter_names_is_called_by_the_books_labels(shown):
    Notebook().table("fits", pd.DataFrame({"std_error": [0.12345], "own_name": [1]}), "Fits.")
    assert dict(shown[0].labels) == {"std_error": "SE", "own_name": "own name"}


def test_what_follows_the_respondents_is_marked_by_where_they_come_from(shown):
    nb = Notebook()
    frame = pd.DataFrame({"id": ["x"], "low": [1.0], "high": [1.0]})
    assert nb.rows(Rows(frame)) is frame
    nb.determined(frame, "same_sample")
    nb.bounded(frame, "same_paper")
    nb.probable(frame, "other_sample")
    nb.table("rows", frame, "Rows.")
    recorded = [output.rows[0] for output in shown[:3]]
    assert [each.kind for each in recorded] == ["value", "bound", "interval"]
    assert {each.source for each in recorded} == {shown[3].source} == {"licensed"}


def test_a_chapter_without_figures_does_not_depend_on_plotting():
    names = {
        path.name for path in closure(ROOT, ["from lib.presentation.notebook import Notebook"])
    }
    assert "notebook.py" in names
    assert {"plots.py", "figures.py"} & names == set()
