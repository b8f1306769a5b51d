"""The real book, built once from a clean copy of the files that are committed."""

import json
import re
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pypdf
import pypdfium2
import pytest
from conftest import Toy

from lib.book.notebooks import read_chapters
from lib.book.project import Project
from lib.book.system import typesetter
from lib.core.paths import ROOT
from lib.core.text_files import read_csv, read_yaml
from lib.sources.published import read_printed

pytestmark = pytest.mark.xdist_group("site")  # one worker, so that one book is built

LOADING = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src"}
LOADING |= {"object": "data", "embed": "src", "audio": "src", "video": "src"}
REMOTE_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""")
SHARED_LIMIT, PAGE_LIMIT = 4_000_000, 1_000_000
FOOT = r"<p>Version \d+\.\d+\.\d+, commit [0-9a-f]{7} of \d{4}-\d\d-\d\d"
REMOTE = re.compile(r"(?:https?:)?//")
SCREEN_ONLY = read_yaml(ROOT / "_config.yml")["pdf"]["without"]


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
            assert row["grade"] in {"open", "wording"}


def test_every_old_address_leads_to_a_heading_that_is_there(site: Path, pages):
    moved = read_csv(ROOT / "data" / "codebook" / "redirects.csv", ["old", "new"])
    assert len(moved) >= 20
    for old, new in moved[["old", "new"]].itertuples(index=False):
        page, _, heading = new.partition("#")
        assert f'url={new}"' in (site / "chapters" / old).read_text(encoding="utf-8")
        assert not heading or f'id="{heading}"' in pages[f"chapters/{page}"], new


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
        outputs = [out for cell in code for out in cell.outputs]
        assert not [out for out in outputs if out.output_type == "error"]
        assert not [out.text for out in outputs if out.get("name") == "stderr"], name


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


def test_every_page_says_release_commit_and_date_in_one_line(pages):
    shown = [name for name in pages if name != "index.html"]
    assert shown
    assert [name for name in shown if not re.search(FOOT, pages[name])] == []


def test_every_page_has_a_description_and_a_card_of_its_own(site: Path, pages):
    told = {}
    for name, page in pages.items():
        if name.startswith("chapters/"):
            description, card = (
                re.search(rf'<meta (?:name|property)="{tag}" content="(.+?)"', page)[1]
                for tag in ("description", "og:image")
            )
            assert (site / Path(name).parent / card).read_bytes().startswith(b"\x89PNG")
            assert 30 < len(unescape(description)) <= 200, name
            told[name] = description
    assert len(set(told.values())) == len(told) > 20


def test_heads_of_tables_have_a_scope(pages):
    found = {name: re.findall(r"<th(?: [^>]*)?>", page) for name, page in pages.items()}
    assert sum(map(len, found.values())) > 100
    assert {
        name for name, heads in found.items() if any("scope=" not in th for th in heads)
    } == set()


def test_every_figure_has_words(pages):
    for name, page in pages.items():
        for alt in re.findall(r'<img[^>]*\balt="([^"]*)"', page):
            assert not re.search(r"\.(png|svg)$|^_images", alt), f"{name}: {alt}"


def test_every_chapter_opens_with_its_answer(book: Toy, pages):
    opening = re.compile(
        r"</h1>\s*<p><strong>(Answer|In short|Коротко|Қысқасы|Перевод|Аударма)\.</strong>"
    )
    for name, page in pages.items():
        if name.startswith("chapters/") and Path(name).stem not in ("front_page", "references"):
            assert opening.search(page), name


def test_shared_files_and_pages_are_light(site: Path, pages):
    shared = [*(site / "_static").rglob("*"), site / "searchindex.js"]
    assert sum(path.stat().st_size for path in shared if path.is_file()) < SHARED_LIMIT
    for name, page in pages.items():
        figures = {site / "_images" / found for found in re.findall(r'_images/([^"]+)"', page)}
        size = (site / name).stat().st_size + sum(figure.stat().st_size for figure in figures)
        assert size < PAGE_LIMIT, name


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
        ("h1_supported", "consistent"),
        ("h2a_supported", "in doubt"),
        ("h2b_supported", "consistent"),
        ("h3a_supported", "consistent"),
        ("h3b_not_supported", "follows"),
    ],
)
def test_the_verdicts_in_words_are_those_of_the_report(book: Toy, claim: str, grade: str):
    """The hypotheses chapter says them in prose, which no code can glue."""
    assert book.rows()[f"kc2018.text.{claim}"]["grade"] == grade


@pytest.fixture(scope="module")
def pdf(book: Toy) -> pypdf.PdfReader:
    if not typesetter():
        pytest.skip("Pango is not installed")
    return pypdf.PdfReader(book.root / "_build" / "html" / "book.pdf")


@pytest.fixture(scope="module")
def in_print(book: Toy, pages) -> dict[str, str]:
    """Pages of the site that the PDF has, in part."""
    return {
        name: page
        for name, page in pages.items()
        if name.startswith("chapters/") and name.removesuffix(".html") not in SCREEN_ONLY
    }


@pytest.fixture(scope="module")
def printed(pdf: pypdf.PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))


def bare(words: str) -> str:
    """Letters and digits only: print breaks words and sets its own quotation marks."""
    return re.sub(r"\W+", "", words).casefold()


def test_the_pdf_has_every_chapter_and_section(pdf, printed: str, book: Toy):
    shown = bare(printed)
    for chapter in read_chapters(Project(book.root)):
        if f"chapters/{chapter.name}" in SCREEN_ONLY:
            continue
        text = "\n".join("".join(cell["source"]) for cell in chapter.cells if not is_code(cell))
        headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
        assert [words for words in headings if bare(words) not in shown] == []
    assert not [page for page in pdf.pages if not page.extract_text().strip()]


def is_code(cell: dict) -> bool:
    return cell["cell_type"] == "code"


def test_the_pdf_holds_no_raw_markup_and_no_lost_reference(printed: str):
    leftovers = re.findall(r"\{(?:glue|doc|cite|numref|eq)|</?[A-Za-z]\w*[ >]|\?\?", printed)
    assert leftovers == []
    assert not re.findall(r"\\(?:begin|end|textcolor|hspace|sphinx\w+)", printed)


def test_nothing_in_print_sticks_out(book: Toy, pdf):
    """Ink of every page stays within its margins."""
    drawn = pypdfium2.PdfDocument(book.root / "_build" / "html" / "book.pdf")
    for number, page in enumerate(drawn, start=1):
        ink = np.asarray(page.render(scale=0.5).to_pil().convert("L")) < 200
        columns = np.flatnonzero(ink.any(axis=0)) / ink.shape[1]
        assert columns.min() > 0.09, number
        assert columns.max() < 0.91, number
        assert np.flatnonzero(ink.any(axis=1)).max() < 0.97 * ink.shape[0], number


def test_the_pdf_is_tagged_and_as_short_as_promised(book: Toy, pdf):
    checker, file = Path(sys.executable).with_name("pdfua"), book.root / "_build/html/book.pdf"
    done = subprocess.run([checker, "check", "-f", "json", file], capture_output=True, check=False)
    said = json.loads(done.stdout)
    assert said["findings"] == []
    assert said["summary"]["rules_run"] >= 10
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert len(pdf.pages) <= 100


def test_header_cells_say_what_they_head_and_pictures_what_they_show(pdf):
    elements = list(structure(pdf.trailer["/Root"]["/StructTreeRoot"]))
    heads = [each for each in elements if each.get("/S") == "/TH"]
    assert {each["/A"]["/Scope"] for each in heads} == {"/Row", "/Column"}
    pictures = [each for each in elements if each.get("/S") == "/Figure"]
    assert len(pictures) > 40
    assert all(each.get("/Alt") for each in pictures)


def test_headings_in_print_are_nested(pdf):
    levels = [
        int(each["/S"][2])
        for each in structure(pdf.trailer["/Root"]["/StructTreeRoot"])
        if re.fullmatch(r"/H[1-6]", str(each.get("/S")))
    ]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_the_contents_name_the_page_on_which_a_chapter_begins(pdf):
    lines = re.findall(r"^(.+?)[ .]+(\d+)$", pdf.pages[1].extract_text(), re.MULTILINE)
    listed = {bare(title): int(number) for title, number in lines}
    marks = [each for part in pdf.outline for each in (part if isinstance(part, list) else [part])]
    begins = {
        bare(each.title): pdf.get_destination_page_number(each) + 1
        for each in marks
        if not isinstance(each, list)
    }
    assert len(listed) > 20
    assert listed == {title: begins.get(title) for title in listed}


def structure(element):
    """Walk the structure tree in reading order."""
    element = element.get_object()
    if not isinstance(element, dict):
        return
    yield element
    kids = element.get("/K", [])
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    for kid in kids if isinstance(kids, list) else [kids]:
        if (
            not isinstance(kid, int)
            and hasattr(kid.get_object(), "get")
            and "/S" in kid.get_object()
        ):
            yield from structure(kid)


def test_every_font_of_the_pdf_is_embedded(pdf):
    fonts = {font["/BaseFont"]: font for page in pdf.pages for font in fonts_of(page)}
    assert fonts
    for name, font in fonts.items():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), name


def fonts_of(part) -> list:
    """Fonts of a page, those of its figures included."""
    resources = part["/Resources"].get_object()
    own = [font.get_object() for font in resources.get("/Font", {}).values()]
    inner = [form.get_object() for form in resources.get("/XObject", {}).values()]
    return own + [font for form in inner if "/Resources" in form for font in fonts_of(form)]


def test_site_and_print_give_equations_the_same_numbers(printed: str, in_print):
    numbers = [n for page in in_print.values() for n in re.findall(r'class="eqno">([^<]*)', page)]
    assert len(set(numbers)) == len(numbers) > 10
    assert [number for number in numbers if number not in printed] == []


def test_site_and_print_give_tables_and_figures_the_same_numbers(printed: str, in_print):
    captions = re.compile(
        r'caption-number">((?:Table|Fig\.) [\d.]+) </span>(.*?)(?: <span|</)', re.DOTALL
    )
    numbered = [found for page in in_print.values() for found in captions.findall(page)]
    shown = bare(printed)
    assert len(numbered) > 40
    missing = [
        (number, caption)
        for number, caption in numbered
        if bare(number + re.sub(r"<[^>]*>", "", unescape(caption))[:40]) not in shown
    ]
    assert missing == []


def test_the_marks_of_generated_respondents_are_in_print(pdf, book: Toy):
    synthetic = [each for each in read_chapters(Project(book.root)) if each.source == "synthetic"]
    texts = [bare(page.extract_text()) for page in pdf.pages]
    marked = [text for text in texts if bare("Synthetic rows, no evidence") in text]
    assert len(marked) >= len(synthetic)
    banners = [text for text in marked if bare("runs on generated respondents") in text]
    assert len(banners) == len(synthetic)
