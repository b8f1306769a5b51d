"""The way of a printed percentage through lib, from its file to its grade, is short and written."""

import json
import re
import sys

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from lib.book.collect import findings
from lib.consistency import consistency
from lib.core.paths import ROOT
from lib.evidence.report import Analysis, build_report
from lib.presentation.notebook import Notebook
from lib.sources import memo

ID = "memo806.table1.gender.male.support_percent"
WRITTEN = (ROOT / "CONTRIBUTING.md").read_text().partition("The way of a number")[2]
FILES = re.findall(r"`(lib/[\w/]+\.py)`", WRITTEN.split("\n- ")[0])


@pytest.fixture
def nb():
    InteractiveShell.instance()
    return Notebook()


@pytest.fixture
def visited(nb):
    """Files of lib whose functions are called while a test runs."""
    files = set()

    def note(frame, event, _):
        path = frame.f_code.co_filename
        if event == "call" and path.startswith(str(ROOT / "lib")):
            files.add(path.removeprefix(f"{ROOT}/"))

    before = sys.getprofile()
    sys.setprofile(note)
    yield files
    sys.setprofile(before)


def test_a_percentage_of_the_memo_passes_ten_files_and_no_other(tmp_path, nb, visited):
    table = memo.printed_table()
    row = consistency.printed_rows(table)["male"]
    allowed = consistency.implied_percent(row.control, row.treatment)
    bound = pd.DataFrame({"id": [ID], "low": allowed.low, "high": allowed.high})
    with capture_output() as captured:
        nb.bounded(bound, "same_paper", reason="The difference of the two means.")
    cell = {"id": "percent", "outputs": [{"data": captured.outputs[0].data}]}
    notebook = tmp_path / "percentages.ipynb"
    notebook.write_text(json.dumps({"cells": [cell]}))
    run = Analysis("published", True, {}, "data/published/memo806_table1.csv", "0" * 64)
    report = build_report(ROOT, {"percentages": run}, findings(notebook))
    (graded,) = (row for row in json.loads(report["replication.json"]) if row["id"] == ID)
    assert (graded["printed"], graded["grade"]) == ("87.3", "consistent")
    assert visited == set(FILES)
    assert len(FILES) <= 10
