"""How lineage is shown: a line beneath each table and figure, and a page that lists them all."""

from collections.abc import Iterable
from html import escape

from lib.book.collect import Exhibit
from lib.book.lineage import DOWNLOADS, EXHIBITS, Input, Lineage
from lib.book.notebooks import text
from lib.evidence.records import cell_address

NAME = "lineage"
MADE_FROM = {
    "published": "Made from published numbers and open data",
    "synthetic": "Made from generated respondents, so no evidence,",
    "licensed": "Made from the respondents of a licensed file",
}
INTRODUCTION = """# Provenance: where does every table and figure come from?

**Answer.** From the cell, the parameters and the files listed here. The line beneath each table
and figure of the book leads to its code, its file and its place on this page. Files are named as
in the repository, with the SHA-256 of what was read; data can be opened from here, respondents
apart, licensed or generated. A chapter could read no other file of the repository: the build
would have stopped. The same list is in `_build/results/lineage.csv`.
"""


def line(exhibit: Exhibit) -> str:
    """Write the line beneath a table or figure."""
    code = _link(f"#cell-{exhibit.cell}", "this code", exhibit)
    data = _link(f"{NAME}.html#{_anchor(exhibit)}", "these files", exhibit)
    said = f"{MADE_FROM[exhibit.source]} by {code}, which reads {data}."
    return f'<p class="lineage">{said} Download: {_joined(_files(exhibit))}</p>'


def page(lineages: Iterable[Lineage]) -> str:
    """Write the page of lineage."""
    return "\n".join([INTRODUCTION, *(_section(each) for each in lineages)])


def _section(each: Lineage) -> str:
    title = text(each.chapter.cells[0]["source"]).partition("\n")[0].lstrip("# ")
    parameters = "; ".join(f"`{name} = {value!r}`" for name, value in each.parameters.items())
    files = [[_file(file), f'<code class="hash">{file.sha256}</code>'] for file in each.inputs]
    shown = [_row(exhibit) for exhibit in each.exhibits]
    parts = [
        f"## {title}\n",
        f"Chapter {{doc}}`{each.chapter.name}`, made from {each.source} data.\n",
        f"Parameters: {parameters}.\n" if parameters else "",
        _table(f"Input files of: {title}", ["input file", "SHA-256"], files),
        _table(f"Tables and figures of: {title}", ["what", "made from", "code", "files"], shown),
    ]
    return "\n".join(parts)


def _file(file: Input) -> str:
    name = escape(file.name)
    return f'<a href="../{escape(file.address)}" download>{name}</a>' if file.published else name


def _row(exhibit: Exhibit) -> list[str]:
    named = f'<span id="{_anchor(exhibit)}">{exhibit.kind.capitalize()}: '
    code = f'<a href="{escape(cell_address(exhibit.chapter, exhibit.cell))}">{exhibit.cell}</a>'
    return [
        f"{named}{escape(exhibit.caption)}</span>",
        exhibit.source,
        code,
        _joined(_files(exhibit)),
    ]


def _table(label: str, heads: list[str], rows: list[list[str]]) -> str:
    """Write a table whose rows are cards on a narrow page; nothing if there is no row."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(f"<tr>{_cells(row, heads)}</tr>" for row in rows)
    opening = f'<div class="book-table needs-46"><table aria-label="{escape(label)}">'
    table = f"{opening}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    return f"```{{raw}} html\n{table}\n```\n"


def _cells(row: list[str], heads: list[str]) -> str:
    pairs = zip(row, heads, strict=True)
    return "".join(f'<td data-label="{head}">{cell}</td>' for cell, head in pairs)


def _files(exhibit: Exhibit) -> list[str]:
    folder = f"../{EXHIBITS}/{exhibit.chapter}"
    return [
        _link(f"{folder}/{exhibit.name}{extension}", extension[1:].upper(), exhibit, " download")
        for extension in exhibit.extensions(DOWNLOADS)
    ]


def _link(address: str, words: str, exhibit: Exhibit, more: str = "") -> str:
    label = f"{words} of the {exhibit.kind} {exhibit.name}"
    return f'<a href="{escape(address)}" aria-label="{escape(label)}"{more}>{words}</a>'


def _joined(links: Iterable[str]) -> str:
    return " · ".join(links)


def _anchor(exhibit: Exhibit) -> str:
    return f"{exhibit.chapter}-{exhibit.kind}-{exhibit.name}"
