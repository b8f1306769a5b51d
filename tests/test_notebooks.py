"""Committed chapters are clean, thin and say what they read."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lib.book.notebooks import Chapter, read_chapter
from lib.book.project import Project
from lib.core.choices import check
from lib.core.errors import InputError
from lib.core.paths import ROOT

NOTEBOOKS = sorted((ROOT / "chapters").glob("*.ipynb"))
PROFILE_NOTEBOOKS = sorted((ROOT / "chapters" / "profile").glob("*.ipynb"))
MOST_LINES = 40
"""Of a cell: what a screen shows beside its output."""
LONGEST_LINE = 79
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
STABLE_ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")


@pytest.fixture(params=[*NOTEBOOKS, *PROFILE_NOTEBOOKS], ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


@pytest.fixture
def chapter(path: Path) -> Chapter:
    return read_chapter(Project(ROOT), path)


def test_the_table_of_contents_lists_every_chapter():
    listed = (ROOT / "_toc.yml").read_text(encoding="utf-8").split()
    assert NOTEBOOKS
    assert [path.stem for path in NOTEBOOKS if f"chapters/{path.stem}" not in listed] == []


def test_it_is_committed_without_outputs_counts_or_traces_of_editors(path: Path):
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    assert traces(notebook) == [], "run `make clean-notebooks`"
    written = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    assert text == written, "run `make clean-notebooks`"


def traces(notebook: dict) -> list[str]:
    """Say what a notebook holds beside its source."""
    metadata = notebook["metadata"]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    kept = {"book": metadata.get("book"), "kernelspec": kernel, "language_info": {"name": "python"}}
    found = [] if metadata == kept else ["metadata"]
    for cell in notebook["cells"]:
        bare = cell["metadata"].keys() <= {"tags", "mystnb"}
        if not bare or cell.get("outputs") or cell.get("execution_count"):
            found.append(cell["id"])
    return found


def test_editors_traces_are_found_and_removed_by_the_command_of_the_makefile(tmp_path: Path):
    notebook = json.loads(NOTEBOOKS[0].read_text(encoding="utf-8"))
    notebook["metadata"] |= {"language_info": {"name": "python", "version": "3.11"}, "widgets": {}}
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["metadata"] |= {"papermill": {"duration": 1}, "collapsed": True}
    code |= {"execution_count": 3, "outputs": [{"output_type": "stream", "name": "", "text": "1"}]}
    assert traces(notebook) == ["metadata", code["id"]]
    (tmp_path / "chapters" / "profile").mkdir(parents=True)
    for name in ("one.ipynb", "profile/two.ipynb"):
        (tmp_path / "chapters" / name).write_text(json.dumps(notebook))
    command = ["make", "-f", ROOT / "Makefile", "-o", "environment", "clean-notebooks"]
    subprocess.run([*command, f"RUN={sys.executable}"], cwd=tmp_path, check=True)
    cleaned = (tmp_path / "chapters" / "profile" / "two.ipynb").read_text(encoding="utf-8")
    assert cleaned == NOTEBOOKS[0].read_text(encoding="utf-8")


def test_its_cells_have_names_that_stay(chapter: Chapter):
    names = [cell["id"] for cell in chapter.cells]
    assert len(set(names)) == len(names)
    assert [name for name in names if not STABLE_ID.fullmatch(name) or name.isdigit()] == []


def test_its_parameters_come_first_and_go_to_the_notebook_object(chapter: Chapter):
    tags = [cell["metadata"].get("tags", []) for cell in chapter.cells]
    code = [cell["cell_type"] == "code" for cell in chapter.cells]
    assert sum("parameters" in each for each in tags) == 1
    assert "parameters" in tags[code.index(True)]
    trees = [ast.parse(text) for text in chapter.code()]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [call for call in calls if getattr(call.func, "id", "") == "Notebook"]
    assert len(given) == 1
    assert [(each.arg, each.value.id) for each in given[0].keywords] == [
        (name, name) for name in chapter.defaults
    ]


def test_each_parameter_says_what_it_is(chapter: Chapter):
    assert [each.name for each in chapter.parameters if len(each.comment) < 10] == []


def test_every_parameter_is_checked(chapter: Chapter):
    check(chapter.defaults)
    for name in chapter.defaults:
        with pytest.raises(InputError, match=name):
            check({name: object()})


def test_a_name_means_the_same_everywhere():
    project = Project(ROOT)
    chapters = [read_chapter(project, path) for path in NOTEBOOKS]
    listed = [each for chapter in chapters for each in chapter.parameters]
    values = {(each.name, repr(each.default)) for each in listed}
    several = {name for name, _ in values if sum(name == other for other, _ in values) > 1}
    assert several == set()


def nested(code: str) -> int:
    """Count the comprehensions that loop over more than one thing or hold another."""
    found = [node for node in ast.walk(ast.parse(code)) if isinstance(node, COMPREHENSIONS)]
    inner = [sum(isinstance(each, COMPREHENSIONS) for each in ast.walk(node)) > 1 for node in found]
    looped = [len(node.generators) > 1 for node in found]
    return sum(map(max, inner, looped))


def test_it_can_be_read(chapter: Chapter):
    code = chapter.code()
    assert max(len(text.splitlines()) for text in code) <= MOST_LINES
    assert max(len(line) for text in code for line in text.splitlines()) <= LONGEST_LINE
    assert sum(map(nested, code)) == 0


def test_it_defines_no_function_or_class(chapter: Chapter):
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    trees = [ast.parse(text) for text in chapter.code()]
    assert not [node for tree in trees for node in ast.walk(tree) if isinstance(node, kinds)]


def test_what_it_declares_exists(chapter: Chapter):
    project = Project(ROOT)
    assert all(project.files(name) for name in chapter.data)
