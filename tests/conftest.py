"""Small books to build in the tests of the pipeline."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from lib.book.build import Built, build
from lib.book.deposit import make_deposit
from lib.book.notebooks import read_chapters
from lib.book.overrides import assign, select
from lib.book.project import Project
from lib.book.render import Renderer
from lib.book.variant import make_variant
from lib.book.version import Version
from lib.core.paths import ROOT
from lib.sources.manifest import write_manifest

settings.register_profile("mutation", deadline=None, derandomize=True)

CHROMIUM_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"]
CHROMIUM_FLAGS += ["--no-first-run", "--disable-background-networking"]
CHROMIUM_FLAGS += ["--disable-component-update", "--disable-sync"]
ROOMS = ("core", "evidence", "presentation", "book")  # of lib, those that build a book
MODULES = ("__init__", "sources/__init__", "sources/manifest", "sources/published")
MODULES += ("estimators/__init__", "estimators/errors", "respondents/__init__")
PRINTED = """id,paper,place,printed,value,decimals,lowest,highest,tag,decided_by
toy.one,toy,"Table 1, one",0.50,0.50,2,0,1,,
toy.two,toy,"Table 1, two",0.70,0.70,2,0,1,,
toy.three,toy,"Table 1, three",3,3,0,,,,wvs6
"""
PROBLEMS = """problem,title,statement,would_change
toy_problem,The toy,It does not add up.,Another toy.
"""
ALPHA = """from lib.evidence.records import Basis, Evidence, EvidenceRows, Kind
from lib.toys import half
rows = Path("data/open/extra.csv").read_text()
told = {"reason": "Half of one.", "conditions": "One is one.", "problem": "toy_problem"}
one = Evidence("toy.one", half(1), half(1), Basis.SAME_SAMPLE, **told)
EvidenceRows((one, Evidence("toy.two", 0.6, 0.8, Basis.SAME_SAMPLE, Kind.BOUND)))"""
CITATION = """cff-version: 1.2.0
title: "Toy: a book to try"
version: 0.1.0
date-released: 2026-03-04
abstract: >-
  A small
  book.
authors:
  - name: The testers
  - {given-names: Ann, family-names: Example, orcid: "https://orcid.org/0000-0000-0000-0001"}
license: [MIT, CC-BY-4.0]
references:
  - type: article
    title: On toys
    authors: [{family-names: Doe, given-names: Jane}]
    year: 2018
    doi: 10.1/toys
"""
GIT = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (
        ("NAME", "Ann Example"),
        ("EMAIL", "ann@example.org"),
        ("DATE", "2026-03-04T05:06:07Z"),
    )
}
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAA"
    "DUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ROWS = """from IPython.display import display
table = {"text/plain": "x", "text/html": "<table></table>", "text/csv": "x\\n1\\n"}
described = {"name": "rows", "kind": "table", "caption": "Rows."}
display(table, raw=True, metadata={"replication": described})"""
DOT = f"""described = {{"name": "dot", "kind": "figure", "alt": "A dot.", "caption": "One dot."}}
display({{"image/png": "{PICTURE}", "text/plain": "dot"}}, raw=True,
        metadata={{"replication": described}})"""
CHECK = "from lib.core.parameters import whole_number\nwhole_number('n_points', n_points, 2, 50)"
FRONT = """import json
from lib.core.paths import results
print(sorted({row["grade"] for row in json.loads((results() / "replication.json").read_text())}))"""

RESPONDENTS = """from pathlib import Path
import os

def synthetic_rows(survey, root):
    return "answer\\n1\\n"

def as_csv(rows):
    return rows

def licensed_texts(survey, file, root):
    from lib.core.errors import InputError
    text = file.read_text()
    if not text.startswith("answer"):
        raise InputError(f"{file.name} has no column 'answer': name the right file.")
    return {f"{survey}.csv": text, f"{survey}_recoded.csv": text, f"{survey}.txt": ""}

def read():
    path = Path(os.environ["BOOK_RESPONDENTS"])
    return int(path.read_text().split()[1]), "licensed" if "raw" in path.parts else "synthetic"
"""
READS = """from lib.respondents.studies import read
from lib.evidence.records import Basis, Evidence, EvidenceRows
answer, source = read()
EvidenceRows((Evidence("toy.three", answer, answer, Basis.SAME_SAMPLE, source=source),))"""


@dataclass(frozen=True)
class Toy:
    """A book in a folder of its own, with its own copy of lib."""

    root: Path

    def chapter(
        self,
        name: str,
        *code: str,
        book: dict | None = None,
        parameters: str = "n_points = 5  # from 2 to 50",
        check: str = CHECK,
    ) -> None:
        """Write a chapter: a heading, the parameters, their check, then the code."""
        title = f"# {name.title()}\n\nHere $x^2$ is seen."
        cells = [nbformat.v4.new_markdown_cell(title, id="title")]
        cells += [tagged("parameters", parameters), tagged("check", check)]
        cells += [
            nbformat.v4.new_code_cell(source, id=f"code-{number}")
            for number, source in enumerate(("from pathlib import Path", *code), start=1)
        ]
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        notebook.metadata.book = {"data": [], "source": "published"} | (book or {})
        nbformat.write(notebook, self.root / "chapters" / f"{name}.ipynb")

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def rows(self, folder: str = "_build/results") -> dict[str, dict]:
        """Read the report, by id."""
        rows = json.loads((self.root / folder / "replication.json").read_text())
        return {row["id"]: row for row in rows}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command line in the project."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.Popen(
            [sys.executable, "-m", "lib.book", *arguments],
            cwd=self.root,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def commit(self) -> None:
        """Commit the sources, as of a fixed time."""
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Sources"]):
            subprocess.run(["git", *command], cwd=self.root, env=os.environ | GIT, check=True)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run the command line; return exit code, output and errors."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=900)
        return process.returncode, output, errors


def tagged(tag: str, source: str) -> nbformat.NotebookNode:
    """Make a code cell with a tag."""
    return nbformat.v4.new_code_cell(source, id=tag, metadata={"tags": [tag]})


def make_toy(root: Path) -> Toy:
    """Write a book of three chapters: alpha gives evidence, beta exhibits, front shows grades."""
    toy = Toy(root)
    for module in MODULES:
        toy.write(f"lib/{module}.py", (ROOT / "lib" / f"{module}.py").read_text())
    for room in ROOMS:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "lib" / room, root / "lib" / room, ignore=ignore)
    toy.write("lib/toys.py", "def half(x):\n    return x / 2\n")
    toy.write("lib/unused.py", "NOTHING = 0\n")
    toy.write("data/published/toy.csv", PRINTED)
    toy.write("data/remarks/problems.csv", PROBLEMS)
    toy.write("data/open/extra.csv", "x\n1\n")
    toy.write("data/open/other.csv", "x\n2\n")
    write_manifest(root)
    toy.write("requirements.lock", "# none\n")
    toy.write("apt.txt", "texlive-xetex\n")
    toy.write("_config.yml", "title: Toy\nauthor: Tester\n")
    toy.write(
        "_toc.yml",
        "format: jb-book\nroot: chapters/front\nchapters:\n"
        "- file: chapters/alpha\n- file: chapters/beta\n- file: chapters/notes\n",
    )
    toy.write("chapters/notes.md", "# Notes\n\nNothing.\n")
    toy.chapter("front", FRONT, book={"results": True})
    toy.chapter("alpha", ALPHA, book={"data": ["data/open/extra.csv"]})
    toy.chapter(
        "beta", ROWS, DOT, parameters="label = 'b'  # any text\nn_points = 5  # from 2 to 50"
    )
    return toy


class PlainRenderer(Renderer):
    """Stands in for Jupyter Book where a test asks what is executed, not how it looks."""

    def render(self, staged: Path, made_from: Version, strict: bool) -> Path:
        html = staged / "html"
        html.mkdir()
        (html / "index.html").write_text("".join(sorted(p.name for p in staged.rglob("*.ipynb"))))
        return html


def build_toy(toy: Toy, *names: str, force: bool = False, **values: object) -> Built:
    """Build a toy without the command line: chapters by name, parameters by keyword."""
    project = Project(toy.root)
    chapters = read_chapters(project)
    selected = select(chapters, names)
    variant = make_variant(chapters, selected, assign(selected, values), None, None)
    return build(project, variant, jobs=2, force=force, renderer=PlainRenderer())


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    """Write a small book that nobody has built yet."""
    return make_toy(tmp_path / "book")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """Build a small book once; tests take copies."""
    toy = make_toy(tmp_path_factory.mktemp("template") / "book")
    build_toy(toy)
    return toy


@pytest.fixture
def built(template: Toy, tmp_path: Path) -> Toy:
    """Copy a small book that has been built."""
    shutil.copytree(template.root, tmp_path / "book", symlinks=True)
    return Toy(tmp_path / "book")


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """Build the real book once for all workers, from a copy of the committed files."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("what is committed is known in a git repository only")
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    toy = Toy(shared / "clean" / "book")
    with FileLock(shared / "clean.lock"):
        if not (toy.root / "_build" / "html").exists():
            copy_committed(toy.root)
            if (ROOT / "_build" / "work").exists():  # what has not changed is not executed again
                shutil.copytree(ROOT / "_build", toy.root / "_build", symlinks=True)
                (toy.root / "_build" / "html").unlink(missing_ok=True)
            code, _, errors = toy.run("build")
            assert code == 0, errors
    return toy


def copy_committed(root: Path) -> None:
    """Copy what is committed, as it is now."""
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["git", "clone", "-q", str(ROOT), str(root)], check=True)
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"], check=True, capture_output=True, text=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)


@pytest.fixture(scope="session")
def site(book: Toy) -> Path:
    """Name the folder of the real book's pages."""
    return (book.root / "_build" / "html").resolve()


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, str]:
    """Read every page of the real book but those that only say where another has moved."""
    found = {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(site.rglob("*.html"))
        if "_static" not in path.parts and path.name != "404.html"  # it needs a server
    }
    moved = '<meta http-equiv="refresh"'
    return {name: page for name, page in found.items() if moved not in page or name == "index.html"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium without a network; where there is none, skip or, if it is required, fail."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        assert not os.environ.get("REQUIRE_CHROMIUM"), "there is no Chromium"
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def surveyed(built: Toy) -> Toy:
    """Let a chapter read respondents."""
    built.write("lib/respondents/studies.py", RESPONDENTS)
    built.write("data/codebook/items.csv", "item\n")
    write_manifest(built.root)
    built.chapter(
        "beta",
        READS,
        book={"source": "respondents", "respondents": "wvs"},
        parameters="label = 'b'  # any text\nn_points = 5  # from 2 to 50",
    )
    return built


def deposit(toy: Toy) -> Path:
    """Make a deposit without the command line."""
    return make_deposit(Project(toy.root), PlainRenderer(), jobs=2).file


@pytest.fixture(scope="session")
def packed(template: Toy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the deposit of a small book once."""
    root = tmp_path_factory.mktemp("packed") / "book"
    shutil.copytree(template.root, root, symlinks=True)
    return deposit(make_depositable(Toy(root)))


@pytest.fixture
def committed(built: Toy) -> Toy:
    """Make a small book one that can be deposited."""
    return make_depositable(built)


def make_depositable(toy: Toy) -> Toy:
    """Give a small book a citation, the packages of this environment and a commit."""
    toy.write("CITATION.cff", CITATION)
    toy.write("COMMIT", "$Format:%H %cs$\n")
    for name in (".gitattributes", ".gitignore", "data/raw/README.md"):
        toy.write(name, (ROOT / name).read_text())
    lock = Path(sys.prefix) / "requirements.lock"
    if not lock.is_file():
        pytest.skip("the packages of this environment are known if make has installed them")
    toy.write("requirements.lock", lock.read_text())
    toy.write("run", "#!/bin/sh\n")
    (toy.root / "run").chmod(0o700)
    toy.commit()
    return toy
