"""The real book on a file shaped like those of the World Values Survey, and back again."""

import subprocess
from pathlib import Path

import pandas as pd
import pytest
from conftest import Toy

from lib.core.paths import ROOT
from lib.respondents.studies import synthetic_rows
from tests import wave_files

pytestmark = pytest.mark.long
MARK = "Synthetic rows, no evidence"
REVERSED = "Releases of 2022 reverse the scale in this country"


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Toy:
    if not (ROOT / ".git").exists():
        pytest.skip("what is committed is known in a git repository only")
    folder = tmp_path_factory.mktemp("licensed") / "book"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    return Toy(folder)


def build(book: Toy, *arguments: str) -> tuple[str, dict[str, str]]:
    """Build the chapter on respondents; return its page and the grades."""
    code, _, errors = book.run(
        "build", "--chapter", "respondents_and_models", "--name", "tried", *arguments
    )
    assert code == 0, errors
    run = book.root / "_build" / "runs" / "tried"
    page = (run / "html" / "chapters" / "respondents_and_models.html").read_text(encoding="utf-8")
    return page, {name: row["grade"] for name, row in book.rows(run / "results").items()}


def written(book: Toy) -> list[Path]:
    """List every file that a build has made."""
    return [path for path in (book.root / "_build").rglob("*") if path.is_file()]


def test_a_file_is_graded_leaves_no_respondent_behind_and_makes_room_again(book, tmp_path):
    wave = wave_files.wave()
    page, grades = build(book, "--wvs", str(wave_files.write(wave, tmp_path / "wave.dta")))
    assert MARK not in page
    assert "11,135 respondents of your file" in page
    assert grades["kc2018.table1.trust_cis.observations"] == "reproduced"
    assert grades["kc2018.table1.age.maximum"] == "differs"
    assert grades["kc2018.table1.ln_gdp_per_capita.mean"] == "consistent"
    assert "in doubt" not in grades.values()

    prepared = book.root / "data" / "raw" / "prepared" / "wvs.csv"
    respondent = prepared.read_bytes().splitlines()[1000]
    assert [path for path in written(book) if respondent in path.read_bytes()] == []
    status = ["git", "status", "--porcelain"]
    assert subprocess.run(status, cwd=book.root, capture_output=True, check=True).stdout == b""

    page, grades = build(book)
    assert MARK in page
    assert grades["kc2018.table1.trust_cis.observations"] == "open"
    assert "reproduced" not in grades.values()


def test_a_release_with_a_reversed_scale_is_named_mended_and_graded(book, tmp_path):
    wave = wave_files.wave()
    reverse = wave["V2"].isin([417, 860]) & (wave["V59"] >= 0)
    wave.loc[reverse, "V59"] = 11 - wave.loc[reverse, "V59"]
    file = wave_files.write(wave, tmp_path / "wave.csv")
    page, grades = build(book, "--wvs", str(file))
    assert (
        f"V59 differs from the open counts in Kyrgyzstan (KGZ), Uzbekistan (UZB): {REVERSED}"
        in page
    )
    assert grades["kc2018.table1.personal_financial_situation.mean"] == "differs"
    page, grades = build(book, "--wvs", str(file), "-p", "reversed_finances=[KGZ, UZB]")
    assert REVERSED not in page
    assert grades["kc2018.table1.personal_financial_situation.mean"] == "reproduced"
    arguments = [
        "--chapter",
        "respondents_and_models",
        "--wvs",
        str(file),
        "-p",
        "reversed_finances=[ARM]",
    ]
    code, _, errors = book.run("build", *arguments)
    assert code == 2
    assert "it is not reversed in this file" in errors


def test_rows_to_which_the_published_model_cannot_be_fitted_are_refused_in_a_sentence(
    book, tmp_path
):
    file = wave_files.write(wave_files.wave(), tmp_path / "wave.dta")
    code, _, errors = book.run("build", "--chapter", "margins_and_robustness", "--wvs", str(file))
    assert code == 1
    assert "The specification that all others depart from cannot be fitted" in errors
    assert "manual_worker, unemployed are collinear" in errors
    assert "KeyError" not in errors


def test_a_group_of_few_is_estimated_but_not_counted(book, tmp_path):
    rows = synthetic_rows("list_experiment", ROOT)
    capital = rows.index[(rows["city"] == "Nur-Sultan") & (rows["arm"] == "treatment")]
    rows.loc[capital[7:], "city"] = "other"
    rows.to_csv(tmp_path / "mine.csv", index=False)
    arguments = ["--chapter", "who_supports", "--list-experiment", str(tmp_path / "mine.csv")]
    code, _, errors = book.run("build", "--name", "few", *arguments)
    assert code == 0, errors
    written = book.root / "_build/runs/few/results/who_supports/estimates.csv"
    shown = pd.read_csv(written).set_index("grouping")
    counts = ["n_control", "n_treatment"]
    assert shown.loc["region", counts].isna().all(axis=None)
    assert shown.drop("region")[counts].notna().all(axis=None)
    assert shown["estimate"].notna().all()
