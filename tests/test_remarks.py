"""What the book remarks on the studies: its quotations and identifiers are the printed ones."""

import pytest

from lib.core.paths import DATA
from lib.core.text_files import read_csv
from lib.sources.published import read_printed, read_table

KINDS = {"contradiction", "in doubt", "unsupported", "omission", "wording"}
COLUMNS = ["paper", "place", "about", "printed", "kind", "follows", "shown_in"]
DISCREPANCIES = read_csv(DATA / "remarks" / "discrepancies.csv", COLUMNS)
HYPOTHESES = read_csv(DATA / "remarks" / "hypotheses.csv", ["hypothesis", "terms", "verdict"])


@pytest.fixture(scope="module")
def printed():
    return read_printed(DATA / "published").set_index("id")


@pytest.mark.parametrize("row", DISCREPANCIES.to_dict("records"), ids=DISCREPANCIES["place"])
def test_a_discrepancy_quotes_the_numbers_it_is_about(row, printed):
    for name in row["about"].split():
        assert (
            printed.loc[name, "printed"] in row["printed"]
            or row["printed"] in (printed.loc[name, "printed"])
        )
        assert printed.loc[name, "paper"] == row["paper"]
    assert row["kind"] in KINDS


def test_every_hypothesis_has_its_rows_in_table_2_and_its_verdict_in_the_text(printed):
    terms = set(read_table(DATA / "published" / "kc2018_table2.csv")["term"])
    for row in HYPOTHESES.to_dict("records"):
        assert set(row["terms"].split()) <= terms
        assert row["hypothesis"].lower() in row["verdict"]
        assert row["verdict"] in printed.index


def test_every_erratum_has_a_date():
    errata = read_csv(DATA / "remarks" / "errata.csv", ["date", "page", "what", "grades_changed"])
    assert errata["date"].str.fullmatch(r"\d{4}-\d{2}-\d{2}").all()
    assert errata["date"].is_monotonic_increasing
