"""The book in print: what of the pages is printed, and the PDF of a small book."""

import re
from pathlib import Path

import pypdf
import pytest
from conftest import PlainRenderer, Toy

from lib.book.build import Built, build
from lib.book.notebooks import read_chapters
from lib.book.printed import Print, document, target, what_is_printed, write_pdf
from lib.book.project import Project
from lib.book.publish import tree
from lib.book.system import typesetter
from lib.book.variant import make_variant
from lib.book.version import Version
from lib.core.errors import BuildError

MADE_FROM = Version("version 0123456 of 2026-11-22", 1795305600)
TOLD = Print("Toys", "A. Tester", MADE_FROM, "", "MIT", ("chapters/run_it",))
CONTENTS = {
    "root": "chapters/front",
    "parts": [
        {"caption": "Part I & more", "chapters": [{"file": "chapters/alpha"}]},
        {"caption": "Rest", "chapters": [{"file": "chapters/run_it"}]},
    ],
}
NAMED = "title: Toys\nauthor: A. Tester\npdf:\n  name: toys.pdf\n"
PAGE = """<html><body><nav>menu</nav><article class="bd-article"><section id="top"><h1>{title}
<a class="headerlink" href="#top">#</a></h1>{body}</section></article></body></html>"""
ALPHA = """<p>See <a href="front.html">the front</a>, <a href="front.html#top">its top</a>,
<a href="run_it.html">how to run it</a>, <a href="https://example.org/">elsewhere</a>,
<a href="#t">the table</a>.</p>
<details class="code-fold">secret_code = 1</details><p class="lineage">Made from data.</p>
<span class="math">\\(x^2\\)</span>
<div class="math"><span class="eqno">(1.1)</span>\\[\\frac{a}{b}\\]</div>
<h2>Table</h2><figure id="t"><figcaption>Доверие, қазақ.</figcaption><table><thead><tr>
<th scope="col">a</th></tr></thead><tbody>ROWS</tbody></table></figure>
<picture class="only-dark"><img src="dark.svg" alt="dark"></picture>"""


@pytest.fixture
def html(tmp_path: Path) -> Path:
    """Two pages as Sphinx writes them."""
    (tmp_path / "chapters").mkdir()
    rows = "".join(f'<tr><th scope="row">row {number}.</th></tr>' for number in range(30))
    pages = {"front": "<p>Front.</p>", "alpha": ALPHA.replace("ROWS", rows)}
    for name, body in pages.items():
        text = PAGE.format(title=name.title(), body=body)
        (tmp_path / "chapters" / f"{name}.html").write_text(text, encoding="utf-8")
    return tmp_path


def test_print_has_what_is_read_and_nothing_for_screens(html: Path):
    text = document(html, CONTENTS, TOLD)
    for gone in ("menu", "secret_code", "Made from data", "dark.svg", "Rest", ">#<"):
        assert gone not in text
    assert "Part I &amp; more" in text
    assert "Доверие, қазақ." in text


def test_links_lead_to_their_place_in_print_or_to_the_website(html: Path):
    text = document(html, CONTENTS, TOLD)
    assert '<a href="#front--" class="crossing">the front</a>' in text
    assert '<a href="#front--top" class="">its top</a>' in text
    assert '<a href="#alpha--t" class="">the table</a>' in text
    assert "<span>how to run it</span>" in text
    assert '<a href="https://example.org/">elsewhere</a>' in text
    there = Print("Toys", "A", MADE_FROM, "https://example.org/book", "", TOLD.left_out)
    address = "https://example.org/book/chapters/run_it.html"
    assert f'<a href="{address}">how to run it</a>' in document(html, CONTENTS, there)


def test_headings_are_a_level_deeper_than_on_the_page(html: Path):
    text = document(html, CONTENTS, TOLD)
    assert re.search(r'<h2 id="alpha--">Alpha\s*</h2>', text)
    assert "<h3>Table</h3>" in text


def test_a_long_table_says_how_much_is_left_out(html: Path):
    text = document(html, CONTENTS, TOLD)
    assert "row 24." in text
    assert "row 25." not in text
    assert "The first 25 of 30 rows; the website has all." in text


def test_formulas_are_drawn_with_their_source_as_words(html: Path):
    text = document(html, CONTENTS, TOLD)
    assert text.count('src="data:image/svg+xml;base64,') == 2
    assert 'alt="x^2"' in text
    assert 'alt="\\frac{a}{b}"' in text
    assert '<span class="eqno">(1.1)</span>' in text


@pytest.mark.skipif(not typesetter(), reason="Pango is not installed")
def test_the_same_pages_give_the_same_tagged_pdf(html: Path, tmp_path: Path):
    content = write_pdf(html, CONTENTS, TOLD)
    assert content == write_pdf(html, CONTENTS, TOLD)
    file = tmp_path / "toys.pdf"
    file.write_bytes(content)
    reader = pypdf.PdfReader(file)
    assert reader.metadata.title == "Toys"
    assert reader.metadata.author == "A. Tester"
    assert reader.metadata.creation_date.year == 2026
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    marks = [each.title for each in reader.outline if not isinstance(each, list)]
    assert marks == ["Front", "Part I & more"]
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "Доверие, қазақ." in text


def test_a_book_that_names_no_pdf_has_none(built: Toy):
    assert target(Project(built.root)) == ""


def test_the_title_page_says_who_and_under_which_licence(built: Toy):
    built.write("_config.yml", NAMED)
    built.write("CITATION.cff", "license: [MIT, CC-BY-4.0]\n")
    told = what_is_printed(Project(built.root), MADE_FROM, "https://example.org")
    assert told == Print(
        "Toys", "A. Tester", MADE_FROM, "https://example.org", "MIT and CC-BY-4.0", ()
    )


def test_a_pdf_that_cannot_be_made_is_refused_in_a_sentence(built: Toy, monkeypatch, tmp_path):
    built.write("_config.yml", NAMED)
    (tmp_path / "fc-match").write_text("#!/bin/sh\necho Arial\n")
    (tmp_path / "fc-match").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    code, _, errors = built.run("build", "--pdf")
    assert code == 2, errors
    assert errors.startswith("Pango, or a font, is not there. On Debian or Ubuntu")


def test_a_pdf_that_nobody_named_is_refused_in_a_sentence(built: Toy):
    code, _, errors = built.run("build", "--pdf")
    assert code == 2
    assert "pdf.name" in errors


class Typesetting(PlainRenderer):
    """Pretends that Pango is there."""

    def __init__(self) -> None:
        super().__init__("WeasyPrint of a test")


def built_with_pdf(toy: Toy) -> Built:
    project = Project(toy.root)
    variant = make_variant(read_chapters(project), read_chapters(project), {}, None, None)
    return build(project, variant, jobs=1, force=False, renderer=Typesetting())


def test_the_pdf_is_published_with_the_site_and_made_once(built: Toy, monkeypatch):
    built.write("_config.yml", NAMED)
    monkeypatch.setattr("lib.book.tasks.write_pdf", lambda *_: b"%PDF-1")
    first = built_with_pdf(built)
    assert first.pdf == built.root / "_build" / "html" / "toys.pdf"
    assert first.pdf.read_bytes() == b"%PDF-1"
    monkeypatch.setattr("lib.book.tasks.write_pdf", lambda *_: 1 / 0)
    assert built_with_pdf(built).executed == ()


def test_a_failing_pdf_leaves_the_site_as_it_was(built: Toy, monkeypatch):
    before = tree(built.root / "_build" / "current")

    def fails(*_):
        raise BuildError("the PDF cannot be printed: no paper")

    monkeypatch.setattr("lib.book.tasks.write_pdf", fails)
    built.write("_config.yml", NAMED)
    with pytest.raises(BuildError, match="no paper"):
        built_with_pdf(built)
    assert tree(built.root / "_build" / "current") == before
