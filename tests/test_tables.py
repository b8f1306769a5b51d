"""Tables: what a reader sees, in HTML, LaTeX and CSV."""

import csv
import io
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from lib.evidence.grading import LEGEND, Grade
from lib.presentation.tables import SYMBOLS, Table

FRAME = pd.DataFrame(
    {
        "group": ["men & women", "<b>", "100%_"],
        "mean": [2.5, -13.25, float("nan")],
        "n": [1200, 3, 45],
        "printed": ["2.71", "3.0", "29"],
        "grade": ["contradicted", "in doubt", "reproduced"],
    }
)
LABELS = {"group": "group", "mean": "mean", "n": "n", "printed": "printed", "grade": "grade"}


def bundle(frame=FRAME, labels=LABELS, **options):
    data, metadata = Table(
        frame, "a_table", "A caption & more.", labels, **options
    )._repr_mimebundle_()
    return data, metadata["replication"]


class Cells(HTMLParser):
    """The texts of the cells of a table, row by row."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def test_html_shows_every_cell_as_text():
    rows = Cells(bundle()[0]["text/html"]).rows
    assert rows[0] == list(LABELS.values())
    assert [row[0] for row in rows[1:]] == ["men & women", "<b>", "100%_"]


def test_numbers_meet_at_the_decimal_point():
    rows = Cells(bundle()[0]["text/html"]).rows
    assert [row[1] for row in rows[1:]] == ["2.50", "−13.25", ""]
    assert [row[2] for row in rows[1:]] == ["1,200", "3", "45"]
    assert [row[3] for row in rows[1:]] == ["2.71", "3.0\u2007", "29\u2007\u2007\u2007"]


def test_grades_are_words_with_a_sign_and_a_class():
    text = bundle()[0]["text/html"]
    assert '<span class="grade grade-in-doubt">? in doubt</span>' in text
    assert set(SYMBOLS) == set(Grade) == set(LEGEND)
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)


def test_only_columns_of_numbers_are_right_aligned():
    style = re.search(r"<style>(.*?)</style>", bundle()[0]["text/html"]).group(1)
    assert re.findall(r"nth-child\((\d)\)", style) == ["2", "3", "4"]
    assert "min-width" not in style


def test_a_column_of_sentences_keeps_a_width_that_can_be_read():
    frame = FRAME.assign(group="a sentence that is certainly longer than forty signs")
    style = re.search(r"<style>(.*?)</style>", bundle(frame)[0]["text/html"]).group(1)
    assert re.search(r"nth-child\(1\) \{ min-width", style)


def test_csv_holds_every_column_under_its_machine_name():
    labels = {"mean": "mean"}
    rows = list(csv.reader(io.StringIO(bundle(labels=labels)[0]["text/csv"])))
    assert rows[0] == list(FRAME.columns)
    assert rows[2][1] == "-13.25"


def test_latex_escapes_and_labels():
    text = bundle()[0]["text/latex"]
    assert r"men \& women" in text
    assert r"100\%\_" in text
    assert r"\label{tab:a_table}" in text
    assert r"A caption \& more." in text


def test_a_long_table_may_break_over_pages():
    long = pd.concat([FRAME] * 20, ignore_index=True)
    assert r"\begin{longtable}" in bundle(long)[0]["text/latex"]
    assert r"\begin{longtable}" not in bundle()[0]["text/latex"]


@pytest.mark.parametrize(("source", "marked"), [("published", False), ("synthetic", True)])
def test_stand_in_tables_are_marked_in_every_form(source, marked):
    data, described = bundle(source=source)
    for text in (data["text/html"], data["text/latex"], described["caption"]):
        assert ("Synthetic data" in text) == marked


def test_long_texts_are_not_cut():
    frame = pd.DataFrame({"text": ["word " * 60]})
    assert "…" not in bundle(frame, {"text": "text"})[0]["text/html"]
    assert ("word " * 60).strip() in bundle(frame, {"text": "text"})[0]["text/html"]


def test_cells_lead_where_the_frame_says_and_the_words_stay_escaped():
    frame = FRAME.assign(code=["a.html#cell-b", "", 'c.html"'])
    table = Table(frame, "a_table", "A caption.", LABELS, links={"group": "code"})
    text = table._repr_mimebundle_()[0]["text/html"]
    assert '<a href="a.html#cell-b">men &amp; women</a>' in text
    assert 'href="c.html&quot;"' in text
    assert text.count("<a ") == 2


def test_a_very_long_table_shows_its_head_and_says_so():
    long = pd.concat([FRAME] * 110, ignore_index=True)
    table = Table(long, "a_table", "A caption.", LABELS, links={"group": "group"})
    data, described = table._repr_mimebundle_()
    assert described["replication"]["caption"].endswith("the first 300 of 330 rows.")
    assert len(Cells(data["text/html"]).rows) == 301
    assert data["text/csv"].count("\n") == 331
