"""A build that fails or is interrupted says where and leaves the site as it was."""

import json
import signal
import time
from pathlib import Path

import pytest
from conftest import PICTURE, Toy, build_toy

from lib.book.collect import exhibits, outputs
from lib.book.lineage import lineage
from lib.book.notebooks import read_chapters
from lib.book.project import Project
from lib.book.publish import tree
from lib.book.render import Renderer, stage
from lib.book.version import Version
from lib.core.errors import BuildError
from lib.sources.manifest import write_manifest

EVIDENCE = """from lib.evidence.records import Basis, Evidence, EvidenceRows
EvidenceRows((Evidence("{id}", 1.0, {high}, Basis.SAME_SAMPLE, source="{source}"),))"""


def failure(toy: Toy) -> str:
    site = tree(toy.root / "_build/current")
    with pytest.raises(BuildError) as caught:
        build_toy(toy)
    assert tree(toy.root / "_build/current") == site != ""
    return str(caught.value)


def test_a_failing_cell_is_named_with_its_chapter_and_error(built: Toy):
    built.chapter("beta", "x = 1\nraise ValueError('no good')")
    assert failure(built) == ("chapter beta, cell 5 (id code-2): x = 1\n  ValueError: no good")


@pytest.mark.parametrize("code", ["Path('data/open/extra.csv').read_text()", "import pandas\nGOOD"])
def test_an_undeclared_file_fails_the_chapter(built: Toy, code: str):
    reading = "pandas.read_csv('data/open/extra.csv')"
    built.chapter("beta", code.replace("GOOD", reading))
    assert "reads data/open/extra.csv without saying so" in failure(built)


def test_an_undeclared_file_fails_a_chapter_that_swallows_the_error(built: Toy):
    code = "try:\n    Path('data/open/extra.csv').read_text()\nexcept Exception:\n    pass"
    built.chapter("beta", code)
    assert failure(built) == (
        "chapter beta: the chapter reads data/open/extra.csv without saying so: "
        "add it to book.data in its metadata."
    )


@pytest.mark.parametrize("name", ["data/open/extra.csv", "new.csv", "_build/x"])
def test_a_chapter_writes_nothing_into_the_project(built: Toy, name: str):
    built.chapter("beta", f"Path({name!r}).write_text('x')", book={"data": ["data/open/extra.csv"]})
    assert f"changes {name}" in failure(built)


def test_a_chapter_that_does_not_show_results_may_not_read_them(built: Toy):
    built.chapter(
        "beta", "from lib.core.paths import results\n(results() / 'evidence.csv').read_text()"
    )
    assert "evidence.csv without saying so" in failure(built)


@pytest.mark.parametrize(
    ("id", "high", "source", "said"),
    [
        ("toy.four", 1.0, "published", "'toy.four', which neither paper prints"),
        ("toy.one", 0.5, "published", "is no interval"),
        ("toy.one", 1.0, "synthetic", "but the chapter declares book.source 'published'"),
    ],
)
def test_evidence_that_cannot_be_graded_names_chapter_and_cell(built, id, high, source, said):
    built.chapter("beta", EVIDENCE.format(id=id, high=high, source=source))
    message = failure(built)
    assert message.startswith("chapter beta, cell code-2: ")
    assert said in message


def test_two_exhibits_of_one_name_are_refused(built: Toy):
    notebook = built.root / "_build/work/executed/beta/beta.ipynb"
    content = json.loads(notebook.read_text())
    notebook.write_text(json.dumps(content | {"cells": content["cells"] * 2}))
    with pytest.raises(BuildError, match="a second table is called 'rows'"):
        exhibits(notebook)


@pytest.mark.parametrize(
    ("declared", "made_from", "refused"),
    [
        ("licensed", "synthetic", True),
        ("published", "synthetic", True),
        ("synthetic", "licensed", True),
        ("synthetic", "synthetic", False),
        ("licensed", "published", False),
    ],
)
def test_a_mark_of_stand_in_data_left_on_or_off_is_refused(built, declared, made_from, refused):
    notebook = built.root / "_build/work/executed/beta/beta.ipynb"
    content = json.loads(notebook.read_text())
    content["metadata"]["book"]["source"] = declared
    for _, output in outputs(content):
        output["metadata"]["replication"]["source"] = made_from
    notebook.write_text(json.dumps(content))
    if refused:
        with pytest.raises(BuildError, match=f"'rows' is made from '{made_from}'"):
            exhibits(notebook)
    else:
        assert {exhibit.source for exhibit in exhibits(notebook)} == {made_from}


def test_a_figure_has_a_cell_of_its_own(built: Toy):
    described = {"replication": {"name": "p", "kind": "figure", "alt": "a", "caption": "c"}}
    shown = f"display({{'image/png': {PICTURE!r}}}, raw=True, metadata={described!r})"
    built.chapter("beta", f"from IPython.display import display\n{shown}\n1 + 1")
    assert "chapter beta, cell code-2 shows the figure 'p' and more" in failure(built)


def test_a_warning_of_sphinx_fails_the_rendering(built: Toy, tmp_path: Path):
    built.write("chapters/notes.md", "# Notes\n\n{doc}`nowhere`\n")
    staged, made_from = tmp_path / "staged", Version("v", None)
    project = Project(built.root)
    executed = {path.stem: path for path in project.work.glob("executed/*/*.ipynb")}
    lineages = [
        lineage(project, chapter, {}, executed[chapter.name], [])
        for chapter in read_chapters(project)
    ]
    stage(project, lineages, made_from, partial=False, folder=staged)
    with pytest.raises(BuildError, match=r"chapters/notes.md:3: WARNING: unknown document"):
        Renderer().render(staged, made_from, strict=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_leaves_the_site_and_no_process(built: Toy, number: int):
    site = tree(built.root / "_build/current")
    built.chapter("beta", "import time\ntime.sleep(300)")
    process = built.start("build")
    wait_until(lambda: process.poll() is not None or kernels_of(built))
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Interrupted; the site is as it was." in errors
    assert tree(built.root / "_build/current") == site
    wait_until(lambda: not kernels_of(built))


def test_a_failed_build_ends_with_one_message_and_exit_code_1(toy: Toy):
    toy.chapter("beta", "1 / 0")
    code, _, errors = toy.run("build")
    assert code == 1
    assert errors.splitlines() == [
        "The build failed; the site is as it was.",
        "chapter beta, cell 5 (id code-2): 1 / 0",
        "  ZeroDivisionError: division by zero",
    ]
    assert not (toy.root / "_build/html").exists()


def test_data_that_changed_unnoticed_stop_the_build(built: Toy):
    built.write("data/open/extra.csv", "x\n9\n")
    code, _, errors = built.run("build")
    assert code == 2
    assert errors.startswith("data/open/extra.csv differs from its hash")
    write_manifest(built.root)


def kernels_of(toy: Toy) -> list[Path]:
    """Processes of the system whose command line names the project's kernels."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(toy.root / "_build/work/jupyter").encode() in path.read_bytes():
                found.append(path)
        except OSError:
            continue
    return found


def wait_until(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within a minute"
        time.sleep(0.2)
