"""The book in print: what of a chapter is printed, and the PDF of a small book."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pandas as pd
import pypdf
import pytest
from conftest import PlainRenderer, Toy, build_toy, make_toy

from lib.book.build import Built, build
from lib.book.lineage import lineage
from lib.book.notebooks import Chapter, read_chapters
from lib.book.project import Project
from lib.book.publish import tree
from lib.book.render import Renderer, stage
from lib.book.system import typesetter
from lib.book.typeset import compiled, printed, stage_print, target, typeset
from lib.book.variant import make_variant
from lib.book.version import Version
from lib.core.errors import BuildError
from lib.presentation.tables import Table, to_latex

TABLE = """import pandas as pd
from lib.presentation.tables import Table
frame = pd.DataFrame({"grade": ["reproduced", "in doubt"]})
Table(frame, "grades", "Доверие_1.", {"grade": "grade"})"""
FIGURE = """from matplotlib.figure import Figure
from lib.presentation.figures import Drawing, ShownFigure
figure = Figure(figsize=(2, 1))
figure.text(0.5, 0.5, "significant −1")
ShownFigure(Drawing(figure, "A dot."), "dot", "One dot.")"""
EVIDENCE = """from lib.evidence.records import Basis, Evidence, EvidenceRows
EvidenceRows((Evidence("toy.three", 3, 3, Basis.SAME_SAMPLE),))"""
MADE_FROM = Version("version 0.1.0, commit 0123456 of 2026-11-22", 1795305600)
PARTS = """format: jb-book
root: chapters/front
parts:
  - caption: "Part I. Letters & signs"
    numbered: 1
    chapters:
      - file: chapters/alpha
      - file: chapters/beta
  - caption: "Part II. Notes"
    chapters:
      - file: chapters/notes
"""
needs_xelatex = pytest.mark.skipif(not typesetter(), reason="XeLaTeX is not installed")


def chapter(toy: Toy, name: str) -> tuple[Path, Chapter]:
    notebook = next((toy.root / "_build/work/executed").glob(f"*/{name}.ipynb"))
    found = {each.name: each for each in read_chapters(Project(toy.root))}
    return notebook, found[name]


def staged(toy: Toy, folder: Path) -> Path:
    executed = dict(chapter(toy, name) for name in ("front", "alpha", "beta"))
    stage_print(Project(toy.root), executed, MADE_FROM, folder)
    return folder


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Toy:
    """Execute a small book with parts, a table, a figure and references to both."""
    toy = make_toy(tmp_path_factory.mktemp("print") / "book")
    toy.write("_config.yml", "title: Toys_50%\nauthor: A. Tester\n" + LATEX)
    toy.write("_toc.yml", PARTS)
    toy.write("chapters/notes.md", "# Notes\n\nSee {numref}`beta-grades` and {doc}`beta`.\n")
    toy.chapter("beta", TABLE, EVIDENCE, FIGURE)
    hide(toy, "beta")
    build_toy(toy)
    return toy


LATEX = "latex:\n  latex_documents:\n    targetname: toys.tex\n"


def hide(toy: Toy, name: str) -> None:
    """Fold the code of every cell but the parameters."""
    path = toy.root / "chapters" / f"{name}.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        tags = cell["metadata"].setdefault("tags", [])
        if cell["cell_type"] == "code" and "parameters" not in tags:
            tags.append("hide-input")
    path.write_text(json.dumps(notebook))


def test_print_shows_results_and_choices_but_no_folded_code(book: Toy):
    path, read = chapter(book, "beta")
    notebook = printed(json.loads(path.read_text()), read)
    forms = [
        set(output["data"]) for cell in notebook["cells"] for output in cell.get("outputs", ())
    ]
    assert forms == [{"text/latex"}, {"application/pdf"}]
    shown = [
        cell["id"]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "remove-input" not in cell["metadata"]["tags"]
    ]
    assert shown == []
    choices = next(cell for cell in notebook["cells"] if cell["id"] == "parameters")
    assert choices["source"].startswith("```{raw} latex\n\\begin{BookChoices}")
    assert r"\BookChoice{n\_points}{5}{from 2 to 50}" in choices["source"]


def test_code_that_a_chapter_shows_is_printed(built: Toy):
    path, read = chapter(built, "alpha")
    notebook = printed(json.loads(path.read_text()), read)
    code = next(cell for cell in notebook["cells"] if cell["id"] == "code-2")
    assert "remove-input" not in code["metadata"]["tags"]


@pytest.mark.parametrize(
    ("source", "head"),
    [
        ("published", "\\BookChapter{50\\% sure}\n"),
        ("synthetic", "\\BookSynthetic{50\\% sure}{Synthetic rows, no evidence}{This "),
        (
            "licensed",
            "\\BookLicensed{50\\% sure}{This chapter runs on the respondents of a licensed file, "
            "my\\_wave.dta.}\n",
        ),
    ],
)
def test_a_chapter_on_respondents_has_a_banner(book: Toy, source: str, head: str):
    path, read = chapter(book, "beta")
    content = json.loads(path.read_text())
    content["metadata"]["book"]["source"] = source
    own = replace(read, title="50% sure", file=Path("data/my_wave.dta"))
    opening = printed(content, own)["cells"][0]["source"]
    assert opening.startswith(f"# Beta\n\n```{{raw}} latex\n{head}")


def test_pages_are_laid_out_by_part(book: Toy, tmp_path: Path):
    folder = staged(book, tmp_path / "staged")
    contents = (folder / "_toc.yml").read_text()
    assert re.findall(r"file: (\S+)", contents) == [
        "opening", "chapters/front", "part-0", "chapters/alpha", "chapters/beta", "part-1",
        "chapters/notes",
    ]  # fmt: skip
    assert r"\BookPart{Part I. Letters \& signs}" in (folder / "part-0.md").read_text()


def test_a_book_that_names_no_pdf_has_none(built: Toy, book: Toy):
    assert target(Project(built.root)) is None
    assert target(Project(book.root)) == "toys"


def test_a_pdf_that_cannot_be_made_is_refused_in_a_sentence(book: Toy, monkeypatch):
    monkeypatch.setenv("PATH", "")
    code, _, errors = book.run("build", "--pdf")
    assert code == 2, errors
    assert errors.startswith("XeLaTeX, or a package or font, is not there. On Debian or Ubuntu")


def test_a_pdf_that_nobody_named_is_refused_in_a_sentence(built: Toy):
    code, _, errors = built.run("build", "--pdf")
    assert code == 2
    assert "latex.latex_documents.targetname" in errors


@pytest.fixture(scope="module")
def pdf(book: Toy, tmp_path_factory) -> Path:
    """Typeset the small book."""
    folder = staged(book, tmp_path_factory.mktemp("typeset") / "print")
    path = folder / "toys.pdf"
    path.write_bytes(typeset(folder, "toys", MADE_FROM, Renderer()))
    return path


def text(path: Path) -> str:
    pages = (page.extract_text() for page in pypdf.PdfReader(path).pages)
    return re.sub(r"\s+", " ", " ".join(pages))


@needs_xelatex
def test_the_pdf_holds_every_chapter_its_exhibits_and_their_numbers(pdf: Path):
    shown = text(pdf)
    for words in ("Toys_50%", "A. Tester", MADE_FROM.name, "22 November 2026", "Part II. Notes"):
        assert words in shown
    for words in ("Chapter 2 Beta", "Table 2.1 Доверие_1.", "Fig. 2.1 One dot.", "✓ reproduced"):
        assert words in shown
    assert "See Table 2.1 and chapter 2." in shown
    assert "Choices that a reader may change" in shown
    assert "import pandas" not in shown
    assert "piece of evidence" not in shown


@needs_xelatex
def test_the_pdf_says_what_it_is(pdf: Path):
    reader = pypdf.PdfReader(pdf)
    known = reader.metadata
    assert (known.title, known.author, known.subject) == (
        "Toys_50%", "A. Tester", MADE_FROM.name,
    )  # fmt: skip
    assert known.creation_date.date().isoformat() == "2026-11-22"
    assert [entry["/Title"] for entry in reader.outline if isinstance(entry, dict)][:2] == [
        "Front", "Part I. Letters & signs",
    ]  # fmt: skip
    if reader.xmp_metadata is not None:
        assert UUID(reader.xmp_metadata.xmpmm_instance_id.removeprefix("uuid:"))


@needs_xelatex
def test_the_same_book_elsewhere_is_the_same_file(book: Toy, pdf: Path, tmp_path: Path):
    again = typeset(staged(book, tmp_path / "else" / "where"), "toys", MADE_FROM, Renderer())
    assert again == pdf.read_bytes()


def test_the_site_numbers_tables_like_print_and_leads_to_the_pdf(book: Toy, tmp_path: Path):
    project = Project(book.root)
    found = [reversed(chapter(book, name)) for name in ("front", "alpha", "beta")]
    lineages = [lineage(project, read, {}, path, []) for read, path in found]
    stage(project, lineages, MADE_FROM, partial=False, folder=tmp_path / "site", pdf="toys.pdf")
    html = Renderer().render(tmp_path / "site", MADE_FROM, strict=True)
    page = (html / "chapters" / "beta.html").read_text()
    assert re.search(r'<figcaption><span class="caption-number">Table 2\.1 </span>Доверие', page)
    assert 'id="beta-grades"' in page
    assert 'href="beta.html#beta-grades"' in (html / "chapters" / "notes.html").read_text()
    assert '<a href="../toys.pdf">' in page


@needs_xelatex
@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("\\nonsense", "! Undefined control sequence"),
        ("中", "Missing character: There is no 中"),
        ("\\ref{nowhere}", "Reference `nowhere' on page"),
    ],
)
def test_latex_that_fails_or_loses_something_says_what(pdf: Path, tmp_path: Path, added, said):
    folder = tmp_path / "latex"
    shutil.copytree(pdf.parent / "_build" / "latex", folder)
    source = folder / "toys.tex"
    content = source.read_text(encoding="utf-8")
    source.write_text(content.replace("\\end{document}", f"{added}\n\\end{{document}}"))
    with pytest.raises(BuildError, match="cannot be typeset") as raised:
        compiled(source, MADE_FROM, Renderer())
    assert said in str(raised.value)


@needs_xelatex
def test_no_float_is_lost_where_a_page_ends_before_a_turned_table(pdf: Path, tmp_path: Path):
    """One of these pages ends just where the table is placed that follows its lines."""
    frame = pd.DataFrame({f"column {number}": ["a long cell"] for number in range(14)})
    wide = Table(frame, "wide", "W.", {name: name for name in frame})
    small = Table(pd.DataFrame({"a": [1]}), "small", "S.", {"a": "a"})
    assert "afterpage" in to_latex(wide)
    folder = tmp_path / "latex"
    shutil.copytree(pdf.parent / "_build" / "latex", folder)
    pages = [
        "\\clearpage\n" + to_latex(wide) + "A line.\\par\n" * lines + to_latex(small)
        for lines in range(28, 44)
    ]
    source = folder / "toys.tex"
    content = source.read_text(encoding="utf-8")
    source.write_text(content.replace("\\end{document}", "\n".join([*pages, "\\end{document}"])))
    (folder / "toys.pdf").write_bytes(compiled(source, MADE_FROM, Renderer()))
    assert text(folder / "toys.pdf").count(" S. ") == len(pages)


class Typesetting(PlainRenderer):
    """Pretends that XeLaTeX is there."""

    def __init__(self) -> None:
        super().__init__("XeTeX 1.0")


def built_with_pdf(toy: Toy) -> Built:
    project = Project(toy.root)
    variant = make_variant(read_chapters(project), read_chapters(project), {}, None, None)
    return build(project, variant, jobs=1, force=False, renderer=Typesetting())


def test_the_pdf_is_published_with_the_site_and_made_once(built: Toy, monkeypatch):
    built.write("_config.yml", "title: Toys\nauthor: A. Tester\n" + LATEX)
    monkeypatch.setattr("lib.book.tasks.typeset", lambda *_: b"%PDF-1")
    first = built_with_pdf(built)
    assert first.pdf == built.root / "_build" / "html" / "toys.pdf"
    assert first.pdf.read_bytes() == b"%PDF-1"
    assert "typeset site" in first.executed
    assert built_with_pdf(built).executed == ()


def test_a_failing_pdf_leaves_the_site_as_it_was(built: Toy, monkeypatch):
    def fail(*_):
        raise BuildError("the book cannot be typeset: ! Undefined")

    site = tree(built.root / "_build" / "current")
    built.write("_config.yml", "title: Toys\nauthor: A. Tester\n" + LATEX)
    monkeypatch.setattr("lib.book.tasks.typeset", fail)
    with pytest.raises(BuildError, match="! Undefined"):
        built_with_pdf(built)
    assert tree(built.root / "_build" / "current") == site
