"""What is executed again, and what is not."""

import platform

import pytest
from conftest import Toy, build_toy

from lib.sources.manifest import write_manifest

CHAPTERS = {"alpha", "beta", "front-site"}


def executed_chapters(built) -> set[str]:
    return {name for name in built.executed if not name.startswith(("grade", "render"))}


def test_a_first_build_executes_every_chapter_and_grades_every_printed_number(built: Toy):
    rows = built.rows()
    assert {name: row["grade"] for name, row in rows.items()} == {
        "toy.one": "reproduced",
        "toy.two": "consistent",
        "toy.three": "open",
    }
    assert rows["toy.one"] | {"input_sha256": ""} == {
        "id": "toy.one", "paper": "toy", "place": "Table 1, one", "printed": "0.50", "decimals": 2,
        "tag": "", "grade": "reproduced", "evidence": "external, same sample",
        "verdict": "equal as printed", "computed": 0.5, "low": None, "high": None,
        "difference": 0.0, "power": None, "reason": "Half of one.", "conditions": "One is one.",
        "problem": None, "decided_by": "", "source": "published",
        "input": "data/open/extra.csv", "input_sha256": "", "parameters": {"n_points": 5},
        "chapter": "alpha", "cell": "code-2",
    }  # fmt: skip
    files = {path.name for path in (built.root / "_build/results/beta").iterdir()}
    assert files == {"rows.csv", "dot.png"}


def test_nothing_runs_when_nothing_has_changed(built: Toy):
    assert build_toy(built).executed == ()


def test_a_changed_notebook_runs_alone_if_its_rows_stay(built: Toy):
    built.chapter("beta", "print(1)", parameters="label = 'b'  # any\nn_points = 5  # 2 to 50")
    assert executed_chapters(build_toy(built)) == {"beta"}


def test_a_changed_module_runs_the_chapters_that_import_it_and_those_that_show_the_grades(built):
    built.write("lib/toys.py", "def half(x):\n    return x / 2 + 1\n")
    assert executed_chapters(build_toy(built)) == {"alpha", "front-site"}
    assert built.rows()["toy.one"]["grade"] == "contradicted"


def test_a_module_imported_by_an_imported_module_counts(built: Toy):
    built.write("lib/toys.py", "from lib.unused import NOTHING\n\ndef half(x):\n    return x / 2\n")
    build_toy(built)
    built.write("lib/unused.py", "NOTHING = 1\n")
    assert executed_chapters(build_toy(built)) == {"alpha"}


def test_a_module_that_nothing_imports_counts_for_nothing(built: Toy):
    built.write("lib/unused.py", "NOTHING = 1\n")
    assert build_toy(built).executed == ()


def test_a_declared_data_file_counts_and_others_do_not(built: Toy):
    built.write("data/open/other.csv", "x\n3\n")
    write_manifest(built.root)
    assert build_toy(built).executed == ()
    built.write("data/open/extra.csv", "x\n3\n")
    write_manifest(built.root)
    rows = {"alpha", "front-site"}  # the report tells the hash of the input
    assert executed_chapters(build_toy(built)) == rows


def test_a_file_taken_out_of_a_declared_folder_counts(built: Toy):
    built.chapter(
        "beta", "1", book={"data": ["data/open/", "lib/"]}, parameters="n_points = 5  # points"
    )
    build_toy(built)
    built.write("lib/__pycache__/x.pyc", "")
    assert build_toy(built).executed == ()
    (built.root / "data/open/other.csv").unlink()
    write_manifest(built.root)
    assert executed_chapters(build_toy(built)) == {"beta"}


def test_a_parameter_runs_the_chapters_that_have_it_and_leaves_the_site(built: Toy):
    site = (built.root / "_build/current").resolve()
    made = build_toy(built, label="c")
    assert {name.split("-")[0] for name in executed_chapters(made)} == {"beta", "front"}
    assert made.page == built.root / "_build/runs/label-c/html/index.html"
    assert (built.root / "_build/current").resolve() == site
    assert build_toy(built).executed == ()


def test_the_published_value_of_a_parameter_is_the_published_analysis(built: Toy):
    assert build_toy(built, n_points=5).executed == ()


def test_another_analysis_is_graded_as_one(built: Toy):
    build_toy(built, n_points=6)
    rows = built.rows("_build/runs/n_points-6/results")
    assert {row["grade"] for row in rows.values()} == {"open"}
    assert rows["toy.one"]["reason"].startswith("Computed with other parameters")
    assert rows["toy.one"]["parameters"] == {"n_points": 6}


def test_one_chapter_is_a_partial_book_beside_the_site(built: Toy):
    made = build_toy(built, "alpha")
    assert executed_chapters(made) == set()
    assert made.page == built.root / "_build/runs/alpha/html/index.html"
    assert built.rows("_build/runs/alpha/results")["toy.one"]["grade"] == "reproduced"


@pytest.mark.parametrize(
    "name", ["requirements.lock", "lib/book/execute.py", "lib/book/kernel.py", "lib/core/errors.py"]
)
def test_what_every_chapter_rests_on_runs_them_all(built: Toy, name: str):
    path = built.root / name
    path.write_text(path.read_text() + "\n# changed\n")
    assert executed_chapters(build_toy(built)) == CHAPTERS


def test_another_python_runs_them_all(built: Toy, monkeypatch):
    monkeypatch.setattr(platform, "python_version", lambda: "3.99.0")
    assert executed_chapters(build_toy(built)) == CHAPTERS


def test_another_source_runs_the_chapter(built: Toy):
    built.chapter("beta", "1", parameters="n_points = 5  # points")
    build_toy(built)
    built.chapter("beta", "1", parameters="n_points = 5  # points", book={"source": "synthetic"})
    assert executed_chapters(build_toy(built)) == {"beta"}


def test_force_runs_them_all(built: Toy):
    assert executed_chapters(build_toy(built, force=True)) == CHAPTERS


def test_two_executions_of_one_chapter_are_the_same_to_the_byte(built: Toy):
    notebook = built.root / "_build/work/executed/alpha/alpha.ipynb"
    before = notebook.read_bytes()
    build_toy(built, force=True)
    assert notebook.read_bytes() == before


@pytest.mark.parametrize("kept", ["executed/beta/beta.ipynb", "books/site/results/evidence.csv"])
def test_a_damaged_result_is_made_again(built: Toy, kept: str):
    path = built.root / "_build/work" / kept
    before = path.read_bytes()
    path.write_bytes(before[: len(before) // 2])
    build_toy(built)
    assert path.read_bytes() == before


def test_a_damaged_site_is_mended(built: Toy):
    page = built.root / "_build/html/index.html"
    before = page.read_text()
    page.write_text("")
    build_toy(built)
    assert page.read_text() == before
    kept = built.root / "_build/work/books/site/release/html/index.html"
    kept.unlink()
    build_toy(built)
    assert page.read_text()
