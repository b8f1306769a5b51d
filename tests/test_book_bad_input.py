"""Bad input on the command line: one sentence, exit code 2, and nothing is changed."""

import ast
import sys

import pytest
from conftest import Toy
from filelock import FileLock

from lib.book import cli
from lib.book.interpreter import old_python
from lib.book.publish import tree
from lib.core.paths import ROOT


@pytest.fixture
def told(toy: Toy, monkeypatch, capsys):
    """Run the command line in the toy; return the sentence it ends with."""
    monkeypatch.setattr(cli, "ROOT", toy.root)

    def run(*arguments: str) -> str:
        before = tree(toy.root)
        monkeypatch.setattr(sys, "argv", ["book", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
        output, errors = capsys.readouterr()
        assert left.value.code == 2
        assert output == ""
        assert "Traceback" not in errors
        assert len(errors.splitlines()) == 1
        assert without_lock(tree(toy.root)) == without_lock(before)
        return errors.strip()

    return run


def without_lock(listing: str) -> list[str]:
    return [line for line in listing.splitlines() if not line.endswith("_build/.lock")]


@pytest.mark.parametrize("missing", ["data/open/nothing.csv", "data/nothing/"])
def test_declared_data_that_do_not_exist(told, toy: Toy, missing):
    toy.chapter("beta", "1", book={"data": [missing]})
    assert told("build") == (
        f"{missing} does not exist: restore it, or declare the file that is meant."
    )


def test_evidence_from_licensed_rows_cannot_be_declared_published(told, toy: Toy):
    toy.chapter("beta", "1", book={"data": ["data/raw/rows.csv"]})
    assert told("list") == (
        "chapters/beta.ipynb reads data/raw but declares its evidence as published: "
        "set book.source to licensed."
    )


def test_parameters_that_are_no_plain_values(told, toy: Toy):
    toy.chapter("beta", "1", parameters="n_points = range(5)")
    assert told("list").startswith("the cell tagged parameters of chapters/beta.ipynb is no list")


def test_a_folder_that_cannot_be_written(told, toy: Toy, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("lib.book.build.tempfile.TemporaryFile", refuse)
    assert "_build cannot be written (Permission denied): give yourself" in told("build")


def test_a_second_build(told, toy: Toy):
    (toy.root / "_build").mkdir()
    with FileLock(toy.root / "_build" / ".lock"):
        sentence = told("build")
        assert sentence == f"another build of {toy.root} is running: wait until it ends."
        assert told("clean") == sentence


def test_an_old_python():
    assert old_python((3, 11, 0)) == old_python((4, 0)) == ""
    assert old_python((3, 10, 13)) == (
        "This is Python 3.10.13; the book needs Python 3.11 or newer: "
        "install one and run `make book`."
    )


@pytest.mark.parametrize("name", ["__init__", "book/__init__", "book/__main__", "book/interpreter"])
def test_what_an_old_python_reads_first_has_no_new_syntax(name: str):
    source = (ROOT / "lib" / f"{name}.py").read_text()
    ast.parse(source, feature_version=(3, 6))
    assert "__future__" not in source
