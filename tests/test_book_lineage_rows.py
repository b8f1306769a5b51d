"""Lineage of small books: what is listed, what is linked, what is kept back."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Toy

from lib.book.banners import banner
from lib.book.lineage import Lineage, dictionary, lineage, publish_files
from lib.book.lineage_page import line, page
from lib.book.notebooks import read_chapters
from lib.book.project import Project
from lib.core.hashes import file_hash


def rows(toy: Toy) -> list[dict[str, str]]:
    with (toy.root / "_build/results/lineage.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def beta(built: Toy) -> Lineage:
    """Lineage of a chapter with a table and a figure, as if it had declared a file."""
    project = Project(built.root)
    chapter = next(each for each in read_chapters(project) if each.name == "beta")
    chapter = replace(chapter, data=("data/open/extra.csv",))
    executed = project.work / "executed" / "beta" / "beta.ipynb"
    return lineage(project, chapter, {"n_points": 7}, executed, [])


def test_each_table_and_figure_is_listed_with_what_it_rests_on(built: Toy):
    table, figure = rows(built)
    assert (table["chapter"], table["cell"], table["kind"]) == ("beta", "code-2", "table")
    assert (figure["name"], figure["files"]) == ("dot", "dot.png")
    assert json.loads(table["parameters"]) == {"label": "b", "n_points": 5}
    assert json.loads(table["inputs"]) == {}


def test_the_dictionary_says_what_every_column_means(beta: Lineage):
    described = replace(beta.exhibits[0], columns={"x": ["share of all", "1"]})
    written = list(csv.reader(dictionary([replace(beta, exhibits=(described,))]).splitlines()))
    assert written[1:] == [["beta/rows.csv", "x", "share of all", "1"]]


def test_inputs_are_named_and_hashed_and_changed_parameters_told(beta: Lineage, built: Toy):
    [file] = beta.inputs
    assert file.name == "data/open/extra.csv"
    assert file.sha256 == file_hash(built.root / "data/open/extra.csv")
    assert beta.parameters == {"label": "b", "n_points": 7}


def test_the_line_leads_to_files_code_and_lineage(beta: Lineage):
    table, figure = beta.exhibits
    assert 'href="../exhibits/beta/rows.csv"' in line(table)
    assert 'href="#cell-code-2"' in line(table)
    assert 'href="lineage.html#beta-table-rows"' in line(table)
    assert 'id="beta-table-rows"' in page([beta])
    assert 'href="../exhibits/beta/dot.png"' in line(figure)
    assert 'href="beta.html#cell-code-3"' in page([beta])


def test_licensed_and_generated_files_are_named_but_not_published(beta, built: Toy, tmp_path: Path):
    project = Project(built.root)
    file = tmp_path / "mine.dta"
    file.write_text("rows")
    chapter = replace(beta.chapter, survey="wvs", file=file)
    licensed = lineage(project, chapter, {}, beta.notebook, [])
    publish_files([licensed], tmp_path / "html")
    published = {path.name for path in (tmp_path / "html").rglob("*") if path.is_file()}
    assert published == {"extra.csv", "rows.csv", "dot.png", "data_dictionary.csv"}
    assert licensed.inputs[-1].name == "mine.dta"
    assert file_hash(file) in page([licensed])
    assert str(tmp_path) not in page([licensed])


@pytest.mark.parametrize(
    ("source", "said"),
    [("published", []), ("synthetic", ["Synthetic rows, no evidence"]), ("licensed", ["mine.dta"])],
)
def test_the_banner_says_what_the_executed_chapter_was_computed_from(beta, built, source, said):
    notebook = json.loads(beta.notebook.read_text())
    notebook["metadata"]["book"]["source"] = source
    beta.notebook.write_text(json.dumps(notebook))
    own = built.root / "mine.dta"
    own.write_text("rows")
    chapter = replace(beta.chapter, survey="wvs", file=own)
    shown = banner(lineage(Project(built.root), chapter, {}, beta.notebook, []))
    assert bool(shown) == (source != "published")
    assert all(words in shown for words in said)
    assert ("ynthetic rows" in shown) == (source == "synthetic")
