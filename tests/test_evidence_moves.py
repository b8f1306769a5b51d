"""What is reproduced rests on nothing that the papers print; what follows rests on it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from lib.core.paths import ROOT
from lib.evidence.grading import Grade, grade
from lib.evidence.records import Basis, Evidence, Kind
from lib.sources.published import printed_number, read_printed

CHAPTERS = ["sample", "article", "table_2", "hypotheses", "percentages"]
RUNNER = Path(__file__).with_name("chapter_evidence.py")


def evidence(root: Path, output: Path) -> dict[tuple[str, str], Evidence]:
    """Run the chapters that reproduce or follow; key the evidence by number and basis."""
    environment = os.environ | {"MPLBACKEND": "agg"}
    command = [sys.executable, RUNNER, root, output, *CHAPTERS]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    rows = [
        Evidence(**(row | {"basis": Basis(row["basis"]), "kind": Kind(row["kind"])}))
        for row in json.loads(output.read_text())
    ]
    return {(row.id, row.basis): row for row in rows}


def move(table: pd.DataFrame) -> pd.DataFrame:
    """
    Change every printed number by a unit, inwards at the ends of its range.

    A star or a claim does not move with the last digit of what it follows from. So estimates change
    sign or size, standard errors their size, and the whole sample's percentage falls below a half.
    """
    unit = 10.0 ** -table["decimals"]
    inwards = table["value"] + unit > table["highest"].fillna(float("inf"))
    moved = table["value"] + unit.mask(inwards, -unit)
    if "term" in table:
        starred = table.query("quantity == 'stars'").set_index(["model", "term"])["value"] > 0
        pairs = pd.MultiIndex.from_frame(table[["model", "term"]])
        has_star = pd.Series(starred.reindex(pairs).to_numpy(), table.index).eq(True)
        errors, stars = table["quantity"] == "std_error", table["quantity"] == "stars"
        signed = (table["quantity"] == "estimate") & (table["term"] != "variance_intercept")
        moved = moved.mask(signed, -table["value"])
        moved = moved.mask(errors & has_star, 10 * table["value"])
        moved = moved.mask(errors & ~has_star, 0.001)
        moved = moved.mask(signed & ~has_star, 1.0)
        moved = moved.mask(stars, (3 - 3 * has_star.astype(float)))
    whole = table["id"] == "memo806.table1.entire_sample.support_percent"
    # Nought and one say which variables are indicators: they stay.
    extremes = table["id"].str.contains(r"\.(?:minimum|maximum)$")
    return table.assign(value=moved.mask(whole, 40.0).mask(extremes, table["value"]))


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory):
    root = tmp_path_factory.mktemp("moved")
    ignore = shutil.ignore_patterns("__pycache__", "raw")
    for folder in ("lib", "data", "chapters"):
        shutil.copytree(ROOT / folder, root / folder, ignore=ignore)
    before = evidence(root, root / "before.json")
    for path in sorted((root / "data" / "published").glob("*_t*.csv")):
        table = pd.read_csv(path, keep_default_na=False, na_values={"highest": [""]})
        move(table).to_csv(path, index=False)
    return before, evidence(root, root / "after.json")


def graded(before: dict[tuple[str, str], Evidence], wanted: Grade) -> list[tuple[str, str]]:
    """Evidence that gives a grade, on the numbers as printed."""
    printed = read_printed(ROOT / "data" / "published").set_index("id")
    numbers = {name: printed_number(row) for name, row in printed.iterrows()}
    return [key for key, row in before.items() if grade(numbers[row.id], row)[1] == wanted]


def test_what_is_reproduced_does_not_move_with_what_is_printed(before_and_after):
    before, after = before_and_after
    reproduced = graded(before, Grade.REPRODUCED)
    assert len(reproduced) >= 25
    for key in reproduced:
        assert (after[key].low, after[key].high) == (before[key].low, before[key].high), key


def test_what_follows_moves_with_what_is_printed(before_and_after):
    before, after = before_and_after
    follows = graded(before, Grade.FOLLOWS)
    assert len(follows) >= 50
    for key in follows:
        assert (after[key].low, after[key].high) != (before[key].low, before[key].high), key


def test_what_holds_by_definition_does_not_move(before_and_after):
    before, after = before_and_after
    for key in graded(before, Grade.BY_DEFINITION):
        assert (after[key].low, after[key].high) == (before[key].low, before[key].high), key
