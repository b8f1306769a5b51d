"""Print the rendered pages as one tagged PDF, which declares PDF/UA-1, with WeasyPrint."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlparse

from lxml.html import HtmlElement, HTMLParser, builder, parse, tostring

from lib.book.contents import file_names
from lib.book.project import Project
from lib.book.render import PAGES, read_configuration
from lib.book.version import Version
from lib.core.errors import BuildError
from lib.core.text_files import read_yaml

STYLE = Path(__file__).with_name("printed.css")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
DEEPER = HEADINGS[1:]
FORMULA = re.compile(r"\\[(\[](.*)\\[)\]]", re.DOTALL)
TAGS_LEFT_OUT = {"script", "link", "style", "noscript"}
LEFT_OUT = {
    *("headerlink", "code-switch", "code-fold", "parameters-fold", "cell_input", "lineage"),
    *("only-dark", "evidence", "number-explorer", "toctree-wrapper", "sd-card-hover"),
    "visually-hidden",
}
"""What only a screen can use: code, its parameters, files, evidence on hover, entries."""
ROWS = 25
POINTS = 14.0
"""The size at which formulas are drawn, in CSS pixels: that of the text (10.5 points)."""


@dataclass(frozen=True)
class Print:
    """What the PDF says of itself, and which pages it leaves out."""

    title: str
    author: str
    made_from: Version
    address: str  # where the website is; empty if it has no address
    licence: str
    left_out: tuple[str, ...]  # pages as the table of contents names them


def target(project: Project) -> str:
    """Say what the book's PDF is called; empty if the book is not to be printed."""
    return str((read_configuration(project).get("pdf") or {}).get("name", ""))


def what_is_printed(project: Project, made_from: Version, address: str) -> Print:
    """Read what the title page says, and which pages are for the screen only."""
    given = read_configuration(project)
    citation = project.root / "CITATION.cff"
    cited = read_yaml(citation) if citation.exists() else {}
    licences = cited.get("license", [])
    return Print(
        title=given["title"],
        author=given["author"],
        made_from=made_from,
        address=address,
        licence=" and ".join([licences] if isinstance(licences, str) else licences),
        left_out=tuple((given.get("pdf") or {}).get("without", ())),
    )


def write_pdf(html: Path, contents: Mapping[str, Any], told: Print) -> bytes:
    """Print the pages of the table of contents; the same pages give the same bytes."""
    try:
        from weasyprint import HTML
    except OSError as error:  # Pango is not there
        raise BuildError(f"the PDF cannot be printed: {error}") from error
    text = document(html, contents, told)
    return bytes(
        HTML(string=text, base_url=f"{html / PAGES}/").write_pdf(
            stylesheets=[STYLE],
            pdf_variant="pdf/ua-1",
            pdf_identifier=sha256(text.encode()).digest()[:16],
            finisher=_scopes,
        )
    )


def document(html: Path, contents: Mapping[str, Any], told: Print) -> str:
    """Put the title, the table of contents and the pages into one HTML document."""
    parts = _parts(contents, told.left_out)
    names = {Path(page).name for _, pages in parts for page in pages}
    chapters = {name: chapter(html, name) for name in sorted(names)}
    _link(chapters, told.address)
    body = [_title_page(told), _contents(parts, chapters)]
    for caption, pages in parts:
        body.append(f'<h1 class="part">{escape(caption)}</h1>' if caption else "")
        body.extend(_text(chapters[Path(page).name]) for page in pages)
    date = _day(told.made_from)
    return (
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(told.title)}</title>'
        f'<meta name="author" content="{escape(told.author)}">'
        f'<meta name="dcterms.created" content="{date}">'
        f'<meta name="dcterms.modified" content="{date}">'
        f"</head><body>{''.join(body)}</body></html>"
    )


def chapter(html: Path, name: str) -> HtmlElement:
    """Take the article of a page and fit it to paper: deeper headings, no controls."""
    page = parse(str(html / PAGES / f"{name}.html"), HTMLParser(encoding="utf-8")).getroot()
    articles = page.find_class("bd-article")
    if not articles:
        raise BuildError(f"the PDF cannot be printed: the page {name} has no article.")
    article = articles[0]
    for element in list(article.iter("*")):
        if element.tag in TAGS_LEFT_OUT or LEFT_OUT & set(element.get("class", "").split()):
            element.drop_tree()
    for element in list(article.iter(*HEADINGS)):
        element.tag = f"h{min(int(element.tag[1]) + 1, 6)}"
    for formula in article.find_class("math"):
        _draw(formula)
    for button in list(article.iter("button")):
        button.tag = "span"
    for table in list(article.iter("table")):
        _shorten(table)
    for element in article.iter("*"):
        if "id" in element.attrib:
            element.set("id", f"{name}--{element.get('id')}")
    article.attrib.clear()
    article.set("class", "chapter")
    next(article.iter(*DEEPER)).set("id", f"{name}--")  # where the page begins in print
    return article


def _draw(formula: HtmlElement) -> None:
    """Replace a formula by its drawing, which says in words of LaTeX what it shows."""
    from ziamath.zmath import Latex

    said = FORMULA.search(formula.text_content())
    if said is None:
        raise BuildError(f"the PDF cannot be printed: {formula.text_content()!r} is no formula.")
    drawn = Latex(said[1].strip(), size=POINTS, inline=formula.tag == "span")
    width, height = (each / POINTS for each in drawn.getsize())
    source = b64encode(drawn.svg().encode()).decode()
    style = f"width:{width:.3f}em; height:{height:.3f}em; "
    style += f"vertical-align:{drawn.getyofst() / POINTS:.3f}em"
    image = builder.IMG(
        src=f"data:image/svg+xml;base64,{source}",
        alt=said[1].strip(),
        style=style,
    )
    number = formula.find_class("eqno")
    formula[:] = []
    formula.text = None
    for part in [*number, image]:
        part.tail = None
        formula.append(part)


def _shorten(table: HtmlElement) -> None:
    """Print the first rows of a long table, and say where the others are."""
    rows = table.findall("tbody/tr")
    for row in rows[ROWS:]:
        row.drop_tree()
    if len(rows) > ROWS:
        note = f"The first {ROWS} of {len(rows)} rows; the website has all."
        table.addnext(builder.P(note, builder.CLASS("more")))


def _link(chapters: Mapping[str, HtmlElement], address: str) -> None:
    """Lead each link to its place in print or, if the website has an address, to that."""
    places = {place for article in chapters.values() for place in article.xpath(".//@id")}
    for name, article in chapters.items():
        for link in article.iter("a"):
            page, _, place = link.get("href", "").partition("#")
            target = page.removesuffix(".html") if page else name
            known = f"{target}--{place}"
            if urlparse(page).scheme or urlparse(page).netloc:
                continue
            if known in places:
                link.set("href", f"#{known}")
                link.set("class", "crossing" if page and not place else "")
            elif address and page:
                link.set("href", urljoin(f"{address.rstrip('/')}/{PAGES}/", link.get("href")))
            else:
                link.tag = "span"
                link.attrib.clear()


def _parts(contents: Mapping[str, Any], left_out: Iterable[str]) -> list[tuple[str, list[str]]]:
    """List the parts of the book with the pages that are printed."""
    parts: list[tuple[str, list[str]]] = [("", [contents["root"]])]
    for part in contents.get("parts", [{"chapters": contents.get("chapters", [])}]):
        named = list(file_names(part.get("chapters", [])))
        parts.append((part.get("caption", ""), [page for page in named if page not in left_out]))
    return [(caption, pages) for caption, pages in parts if pages]


def _title_page(told: Print) -> str:
    lines = [told.author, told.made_from.name, told.address, told.licence]
    said = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    title = f'<p class="book-title">{escape(told.title)}</p>'
    return f'<section class="title-page">{title}{said}</section>'


def _contents(parts: list[tuple[str, list[str]]], chapters: Mapping[str, HtmlElement]) -> str:
    lines = []
    for caption, pages in parts:
        lines.append(f'<li class="part">{escape(caption)}</li>' if caption else "")
        for page in pages:
            name = Path(page).name
            said = next(chapters[name].iter(*DEEPER)).text_content()
            lines.append(f'<li><a href="#{name}--">{escape(said)}</a></li>')
    return f'<nav class="contents"><h1>Contents</h1><ul>{"".join(lines)}</ul></nav>'


def _text(article: HtmlElement) -> str:
    return str(tostring(article, encoding="unicode", with_tail=False))


def _day(made_from: Version) -> str:
    """Give the day of the commit; where there is none, a day that is the same in every build."""
    return f"{datetime.fromtimestamp(made_from.epoch or 0, tz=UTC):%Y-%m-%d}"


def _scopes(_: Any, pdf: Any) -> None:
    """Say of each header cell whether it heads a column or a row, as PDF/UA asks."""
    from pydyf import Dictionary

    elements = {each.reference: each for each in pdf.objects if isinstance(each, Dictionary)}
    for cell in elements.values():
        if cell.get("S") == "/TH":
            body = elements[elements[cell["P"]]["P"]]
            cell["A"]["Scope"] = "/Column" if body["S"] == "/THead" else "/Row"
