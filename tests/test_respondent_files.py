"""Chapters on generated respondents, and the same chapters on a licensed file."""

import json

import pytest
from conftest import READS, Toy

from lib.book.claims import read_attestation

SHIFTED = "n_points = 5  # from 2 to 50\nshifted = []  # any words"


def shown_source(toy: Toy, label: str) -> str:
    executed = toy.root / "_build" / "work" / "executed" / label / "beta.ipynb"
    return json.loads(executed.read_text())["metadata"]["book"]["source"]


def page(toy: Toy) -> str:
    return (toy.root / "_build" / "html" / "chapters" / "beta.html").read_text()


def test_without_a_file_the_chapter_runs_on_generated_rows_that_are_no_evidence(surveyed: Toy):
    assert surveyed.run("build")[0] == 0
    assert surveyed.rows()["toy.three"]["grade"] == "open"
    assert shown_source(surveyed, "beta") == "synthetic"
    assert page(surveyed).count("Synthetic rows, no evidence.</strong>") == 1
    assert not (surveyed.root / "data" / "raw").exists()


def test_a_licensed_file_takes_their_place_and_is_graded(surveyed: Toy, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("answer\n3\n")
    code, _, errors = surveyed.run("build", "--wvs", str(file))
    assert code == 0, errors
    row = surveyed.rows()["toy.three"]
    assert (row["grade"], row["input"]) == ("reproduced", "mine.csv")
    assert len(row["input_sha256"]) == 64
    assert shown_source(surveyed, "beta-licensed") == "licensed"
    assert "tand-in" not in page(surveyed)
    assert "licensed file, mine.csv" in page(surveyed)
    prepared = surveyed.root / "data" / "raw" / "prepared"
    assert {path.name for path in prepared.iterdir()} == {"wvs.csv", "wvs_recoded.csv", "wvs.txt"}
    file.write_text("answer\n4\n")
    surveyed.run("build", "--wvs", str(file))
    assert surveyed.rows()["toy.three"]["grade"] == "differs"
    surveyed.run("build")
    assert surveyed.rows()["toy.three"]["grade"] == "open"
    assert "synthetic-banner" in page(surveyed)


def test_a_parameter_that_corrects_the_file_makes_no_other_analysis(surveyed: Toy, tmp_path):
    book = {"source": "respondents", "respondents": "wvs", "mends": ["shifted"]}
    surveyed.chapter("beta", READS, book=book, parameters=SHIFTED)
    text = (surveyed.root / "lib" / "respondents" / "studies.py").read_text()
    text = text.replace("file, root)", "file, root, shifted=())")
    recoded = 'f"{survey}_recoded.csv": text'
    surveyed.write(
        "lib/respondents/studies.py", text.replace(recoded, f"{recoded} + str(shifted[0])")
    )
    file = tmp_path / "mine.csv"
    file.write_text("answer\n3\n")
    code, _, errors = surveyed.run("build", "--wvs", str(file), "-p", "shifted=[once]")
    assert code == 0, errors
    row = surveyed.rows()["toy.three"]
    assert (row["grade"], row["parameters"]) == ("reproduced", {"n_points": 5, "shifted": ["once"]})
    prepared = surveyed.root / "data" / "raw" / "prepared" / "wvs_recoded.csv"
    assert prepared.read_text() == "answer\n3\nonce"
    (given,) = read_attestation(surveyed.root / "_build/results/attestation.json")["inputs"]
    assert given["release_corrections"] == {"shifted": ["once"]}


def test_only_a_parameter_can_correct(surveyed: Toy):
    book = {"source": "respondents", "respondents": "wvs", "mends": ["points"]}
    surveyed.chapter("beta", READS, book=book)
    code, _, errors = surveyed.run("list")
    assert code == 2
    assert "beta.ipynb declares that 'points' corrects a file, but has no such parameter" in errors


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("other\n1\n", "mine.csv has no column 'answer': name the right file."),
        (None, "does not exist: name the survey file itself."),
    ],
)
def test_a_wrong_file_ends_with_a_sentence_before_anything_runs(surveyed, tmp_path, content, said):
    if content:
        (tmp_path / "mine.csv").write_text(content)
    before = surveyed.rows()
    code, output, errors = surveyed.run("build", "--wvs", str(tmp_path / "mine.csv"))
    assert (code, output) == (2, "")
    assert errors.strip().endswith(said)
    assert len(errors.strip().splitlines()) == 1
    assert surveyed.rows() == before


@pytest.mark.parametrize("declared", [{"source": "respondents"}, {"respondents": "wvs"}])
def test_a_survey_and_its_source_are_declared_together(built: Toy, declared):
    built.chapter("beta", book=declared)
    code, _, errors = built.run("build")
    assert code == 2
    assert "chapters/beta.ipynb must declare both or neither" in errors
