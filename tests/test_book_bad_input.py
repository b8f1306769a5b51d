"""Bad input on the command line: one sentence, exit code 2, and nothing is changed."""

import ast
import sys

import pytest
from conftest import Toy
from filelock import FileLock

from lib.book import cli
from lib.book.interpreter import old_python
from lib.book.publish import tree
from lib.paths import ROOT


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


def write_params(toy: Toy, text: str) -> str:
    toy.write("choice.yml", text)
    return str(toy.root / "choice.yml")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--chapter", "alfa"], "there is no chapter 'alfa'; did you mean 'alpha'?"),
        (["-p", "n_pionts=7"], "no chapter has a parameter 'n_pionts'; did you mean 'n_points'?"),
        (["-p", "n_points"], "'n_points' sets no parameter: write it as NAME=VALUE."),
        (["-p", "n_points=[1"], "the value in 'n_points=[1' cannot be read: quote it as in YAML."),
        (
            ["-p", "n_points=many"],
            "n_points of front is 'many' (a text); it must be a whole number, "
            "as the published 5 is.",
        ),
        (
            ["-p", "n_points=true"],
            "n_points of front is True (true or false); it must be a whole number, "
            "as the published 5 is.",
        ),
        (
            ["-p", "n_points=51"],
            "front: n_points is 51; it must be a whole number from 2 to 50.",
        ),
        (
            ["--chapter", "alpha", "-p", "label=c"],
            "no chapter has a parameter 'label'; `python -m lib.book list` shows what there is.",
        ),
        (
            ["--name", "../x", "-p", "n_points=6"],
            "'../x' cannot name a run: use letters, digits, dots, underscores and hyphens, "
            "and not 'site', which is the published book.",
        ),
    ],
)
def test_chapters_and_parameters(told, arguments, sentence):
    assert told("build", *arguments) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("n_points: [", "is no YAML (line 1): write one `name: value` a line."),
        ("- n_points", "is no mapping: write one `name: value` a line."),
        ("7: 7", "no chapter has a parameter 7; `python -m lib.book list` shows what there is."),
    ],
)
def test_params_files(told, toy: Toy, text, sentence):
    assert told("build", "--params", write_params(toy, text)).endswith(sentence)


def test_a_params_file_that_is_missing(told):
    sentence = told("build", "--params", "nowhere.yml")
    assert sentence == "nowhere.yml cannot be read (No such file or directory): check the path."


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("data/open/extra.csv", "x\n9\n", "data/open/extra.csv differs from its hash"),
        ("data/open/extra.csv", None, "data/open/extra.csv is listed in data/MANIFEST.sha256 but"),
        ("data/open/new.csv", "x", "data/open/new.csv is not listed in"),
        ("data/MANIFEST.sha256", None, "data/MANIFEST.sha256 cannot be read"),
        ("chapters/beta.ipynb", None, "_toc.yml names chapters/beta, but there is no such"),
        ("chapters/beta.ipynb", "{", "chapters/beta.ipynb cannot be read as a notebook"),
        ("chapters/beta.ipynb", '{"metadata": {}}', "chapters/beta.ipynb lacks 'book' in its"),
        ("_toc.yml", None, "_toc.yml cannot be read"),
        ("_toc.yml", "root: chapters/alpha\nfile: chapters/alpha", "_toc.yml has two pages called"),
        ("_build", "a file where a folder belongs", "_build cannot be written (File exists)"),
    ],
)
def test_files_of_the_project(told, toy: Toy, name, text, sentence):
    if text is None:
        (toy.root / name).unlink()
    else:
        toy.write(name, text)
    assert sentence in told("build")


@pytest.mark.parametrize("missing", ["data/open/nothing.csv", "data/nothing/"])
def test_declared_data_that_do_not_exist(told, toy: Toy, missing):
    toy.chapter("beta", "1", book={"data": [missing]})
    assert told("build") == (
        f"{missing} does not exist: restore it, or declare the file that is meant."
    )


def test_evidence_from_generated_rows_cannot_be_declared_published(told, toy: Toy):
    toy.chapter("beta", "1", book={"data": ["data/standin/rows.csv"]})
    assert told("list") == (
        "chapters/beta.ipynb reads data/standin but declares its evidence as published: "
        "set book.source to standin."
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


def test_a_report_before_the_first_build(told):
    assert told("report") == "there is no report yet: run `make book` first."


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
