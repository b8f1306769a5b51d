"""The real book, built once from a clean copy of the files that are committed."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from conftest import Toy

from lib.paths import ROOT
from lib.published import read_printed

pytestmark = pytest.mark.xdist_group("site")  # one worker, so that one book is built

LOADING = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src"}
LOADING |= {"object": "data", "embed": "src", "audio": "src", "video": "src"}
REMOTE_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""")
REMOTE = re.compile(r"(?:https?:)?//")


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Toy:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("what is committed is known in a git repository only")
    root = tmp_path_factory.mktemp("clean") / "book"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(root)], check=True)
    changed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"], check=True, capture_output=True, text=True
    )
    for name in changed.stdout.splitlines():
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
    book = Toy(root)
    code, _, errors = book.run("build")
    assert code == 0, errors
    return book


@pytest.fixture(scope="module")
def pages(book: Toy) -> dict[str, str]:
    folder = (book.root / "_build" / "html").resolve()
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
        if "_static" not in path.parts
    }


class Resources(HTMLParser):
    """Collects what a page loads by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        loads = tag != "link" or "canonical" not in (given.get("rel") or "")
        if tag in LOADING and loads and given.get(LOADING[tag]):
            self.found.append(given[LOADING[tag]])


def test_every_printed_number_has_its_row(book: Toy):
    printed = read_printed(ROOT / "data" / "published")
    assert list(book.rows()) == list(printed["id"])


def test_no_grade_rests_on_what_was_not_found(book: Toy):
    for row in book.rows().values():
        found = row["computed"] is not None or row["low"] is not None or row["high"] is not None
        assert found == (row["chapter"] is not None)
        if not found:
            assert row["grade"] == "needs licensed data"


def test_every_chapter_is_a_page_with_its_executed_notebook(book: Toy, pages):
    site = book.root / "_build" / "html"
    shown = [name for name in pages if (book.root / name).with_suffix(".ipynb").is_file()]
    assert shown
    for name in shown:
        source = f"_sources/{name.removesuffix('.html')}.ipynb"
        assert f'href="../{source}"' in pages[name]
        executed = nbformat.read(site / source, as_version=4)
        code = [cell for cell in executed.cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in code)
        assert any(cell.outputs for cell in code)
        assert not [out for cell in code for out in cell.outputs if out.output_type == "error"]


def test_no_page_asks_another_host(book: Toy, pages):
    for name, page in pages.items():
        remote = [found for found in Resources(page).found if REMOTE.match(found)]
        assert not remote, name
    for style in (book.root / "_build" / "html").resolve().rglob("*.css"):
        loaded = re.findall(
            r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')]+)""", style.read_text()
        )
        assert not loaded, style.name


def test_what_a_page_loads_is_there(book: Toy, pages):
    site = (book.root / "_build" / "html").resolve()
    for name, page in pages.items():
        for found in Resources(page).found:
            path = re.split(r"[?#]", found)[0]
            if path and not path.startswith(("data:", "http", "//")):
                assert (site / Path(name).parent / path).exists(), f"{name}: {found}"


def test_every_page_says_its_version(pages):
    shown = [name for name in pages if name.startswith("chapters/")]
    assert shown
    assert [
        name for name in shown if not re.search(r"version [0-9a-f]{7} of \d{4}-", pages[name])
    ] == []


def test_every_figure_has_words(pages):
    for name, page in pages.items():
        for alt in re.findall(r'<img[^>]*\balt="([^"]*)"', page):
            assert not re.search(r"\.(png|svg)$|^_images", alt), f"{name}: {alt}"


def test_results_are_published_with_their_schema(book: Toy):
    results = book.root / "_build" / "results"
    names = {path.name for path in results.iterdir() if path.is_file()}
    assert {"replication.csv", "replication.json", "evidence.csv"} <= names
    assert json.loads((results / "replication.schema.json").read_text())["type"] == "array"


def test_a_second_build_runs_nothing(book: Toy):
    before = (book.root / "_build" / "current").resolve()
    code, output, errors = book.run("build")
    assert code == 0, errors
    assert re.search(r"Skipped because unchanged\s+\(100", output)
    assert (book.root / "_build" / "current").resolve() == before


def test_a_chapter_runs_alone_under_papermill(book: Toy, tmp_path: Path):
    """The first chapter that shows no results, from the project's root, as the README says."""
    names = [row["chapter"] for row in book.rows().values() if row["chapter"]]
    papermill = Path(sys.executable).with_name("papermill")
    out = tmp_path / "out.ipynb"
    done = subprocess.run(
        [papermill, f"chapters/{names[0]}.ipynb", out], cwd=book.root, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert nbformat.read(out, as_version=4).cells


@pytest.mark.parametrize(
    ("claim", "grade"),
    [
        ("h1_supported", "in doubt"),
        ("h2a_supported", "in doubt"),
        ("h2b_supported", "consistent"),
        ("h3a_supported", "consistent"),
        ("h3b_not_supported", "reproduced"),
    ],
)
def test_the_verdicts_in_words_are_those_of_the_report(book: Toy, claim: str, grade: str):
    """The hypotheses chapter says them in prose, which no code can glue."""
    assert book.rows()[f"kc2018.text.{claim}"]["grade"] == grade
