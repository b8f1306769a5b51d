"""Evidence travels in the notebook; what was computed is said in words."""

import json

import numpy as np
import pandas as pd
import pytest

from lib.evidence import records
from lib.evidence.records import (
    EVIDENCE_MIME,
    Basis,
    Kind,
    bounded,
    determined,
    evidence_rows,
    evidence_text,
    probable,
)

ROWS = pd.DataFrame({"id": ["a", "b"], "low": [1, -np.inf], "high": [2.5, np.inf]})


def bundle(rows=ROWS, **told):
    made = evidence_rows(rows, "same_paper", Kind.BOUND, **({"reason": "why"} | told))
    return made._repr_mimebundle_()


def test_evidence_is_json_with_open_ends_as_null():
    rows = json.loads(json.dumps(bundle()[EVIDENCE_MIME], allow_nan=False))
    assert rows[1]["low"] is None
    assert rows[1]["high"] is None
    assert rows[0] == {
        "id": "a",
        "low": 1.0,
        "high": 2.5,
        "basis": "same paper",
        "kind": "bound",
        "reason": "why",
        "conditions": "",
        "problem": "",
        "source": "published",
    }


def test_a_notebook_shows_how_much_was_recorded():
    assert "2 pieces of evidence" in bundle()["text/plain"]
    assert "1 piece of evidence" in bundle(ROWS.head(1))["text/plain"]


@pytest.mark.parametrize(
    ("record", "kind"),
    [(determined, Kind.VALUE), (bounded, Kind.BOUND), (probable, Kind.INTERVAL)],
)
def test_evidence_is_recorded_when_the_verb_is_called(monkeypatch, record, kind):
    shown = []
    monkeypatch.setattr(records, "display", shown.append)
    assert record(ROWS, "another_cell", problem="one") is None
    assert [row.kind for row in shown[0].rows] == [kind, kind]
    assert {(row.basis, row.problem) for row in shown[0].rows} == {(Basis.ANOTHER_CELL, "one")}


def test_an_end_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="evidence on b has an end"):
        bundle(ROWS.assign(high=[1.0, np.nan]))


def test_a_basis_that_is_none_is_refused():
    with pytest.raises(ValueError, match="'hearsay' is no basis; name one of SAME_SAMPLE"):
        evidence_rows(ROWS, "hearsay", Kind.VALUE)


def test_the_source_stays_with_the_evidence():
    rows = bundle(source="synthetic")[EVIDENCE_MIME]
    assert {row["source"] for row in rows} == {"synthetic"}


@pytest.mark.parametrize(
    ("computed", "low", "high", "decimals", "expected"),
    [
        (55.9, None, None, 1, "55.90"),
        (253000.0, None, None, -3, "253,000"),
        (None, 0.93, 1.5, 2, "0.930 to 1.500"),
        (None, 0.93, None, 3, "0.9300 or more"),
        (None, None, 7.0, 0, "7 or less"),
        (None, 0.0, 7.5, 0, "0.0 to 7.5"),
        (None, None, None, 2, ""),
    ],
)
def test_what_was_computed_is_said_in_words(computed, low, high, decimals, expected):
    row = {"computed": [computed], "low": [low], "high": [high], "decimals": [decimals]}
    assert evidence_text(pd.DataFrame(row)) == [expected]
