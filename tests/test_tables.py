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


def kinds(text):
    """The classes of the heads, column by column."""
    return re.findall(r'role="columnheader"(?: class="(\w+)")?', text)


def test_only_columns_of_numbers_are_right_aligned():
    assert kinds(bundle()[0]["text/html"]) == ["", "number", "number", "number", ""]


def test_a_column_of_sentences_keeps_a_width_that_can_be_read():
    frame = FRAME.assign(group="a sentence that is certainly longer than forty signs")
    assert kinds(bundle(frame)[0]["text/html"])[0] == "sentence"


def test_each_cell_names_its_column_and_the_first_names_its_row():
    text = bundle(labels={"group": "a <group>", "n": "n"})[0]["text/html"]
    assert text.count('<th scope="row"') == text.count('data-label="a &lt;group&gt;"') == 3
    assert text.count('<td role="cell" class="number" data-label="n">') == 3


def test_a_table_says_how_much_room_it_needs():
    def room(columns):
        frame = pd.DataFrame({str(k): ["incomprehensible"] for k in range(columns)})
        text = bundle(frame, {name: name for name in frame})[0]["text/html"]
        return int(re.search(r'class="book-table needs-(\d+)"', text).group(1))

    rooms = [room(columns) for columns in range(1, 9)]
    assert rooms == sorted(rooms)
    assert (rooms[0], rooms[-1]) == (20, 62)


def test_csv_holds_every_column_under_its_machine_name():
    labels = {"mean": "mean"}
    rows = list(csv.reader(io.StringIO(bundle(labels=labels)[0]["text/csv"])))
    assert rows[0] == list(FRAME.columns)
    assert rows[2][1] == "-13.25"


def test_csv_has_no_digits_of_binary_rounding():
    data, metadata = bundle(pd.DataFrame({"share": [0.1 + 0.2]}), {"share": "percent"})
    assert data["text/csv"] == "share\n0.3\n"
    assert metadata["columns"] == {"share": ["percent", "2"]}


def test_latex_escapes_and_labels():
    text = bundle()[0]["text/latex"]
    assert r"men \& women" in text
    assert r"100\%\_" in text
    assert r"\label{tab:a_table}" in text
    assert r"A caption \& more." in text


@pytest.mark.parametrize(("source", "marked"), [("published", False), ("synthetic", True)])
def test_stand_in_tables_are_marked_in_every_form(source, marked):
    data, described = bundle(source=source)
    for text in (data["text/html"], data["text/latex"], described["caption"]):
        assert ("Synthetic rows, no evidence" in text) == marked


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
