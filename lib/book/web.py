"""A Sphinx extension: banners, lineage of tables and figures, pages without barriers."""

import re
from html import escape
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from lib.book.exhibits import language
from lib.book.share import citation_tags, opening
from lib.presentation.pictures import picture

LINEAGE = "lineage"
PARAMETERS = "parameters"
SWITCH = '<button type="button" class="code-switch" aria-pressed="false" hidden>Code</button>'


class _ShowLineage(SphinxPostTransform):
    """Give code cells addresses, inside their folds, and exhibits their drawings and lineage."""

    default_priority = 198  # before the folds are made
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Change the cells of the page; what they need is in their metadata."""
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") == "cell_code" and LINEAGE in cell["cell_metadata"]:
                known = cell["cell_metadata"][LINEAGE]
                cell["prompt_show"] = known["cell"]
                shows_code = cell.children and cell[0].get("nb_element") == "cell_code_source"
                (cell[0] if shows_code else cell)["ids"].append(f"cell-{known['cell']}")
                for image in list(cell.findall(nodes.image)) if known["drawn"] else []:
                    shown = picture(known["drawn"], image.get("alt", ""))
                    image.replace_self(nodes.raw("", shown, format="html"))
                cell.append(nodes.raw("", known["line"], format="html"))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.add_config_value("book_banners", {}, "html", dict)
    app.add_config_value("book_archive", {}, "html", dict)
    app.add_config_value("book_dataset", "", "html", str)
    app.add_post_transform(_ShowLineage)
    app.add_node(HideCodeCellNode, override=True, html=(_open_fold, _close_fold))
    app.add_node(nodes.citation, override=True, html=(_open_citation, _close_citation))
    app.connect("html-page-context", _add_banner)
    app.connect("html-page-context", _read_opening, priority=499)  # before opengraph describes it
    app.connect("html-page-context", _describe, priority=900)  # after what other extensions add
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _add_banner(app: Sphinx, page: str, _: str, context: dict[str, Any], *__: Any) -> None:
    """Put the banner above the title, so that it stands first in reading order too."""
    body = context.get("body", "").replace('<th class="head', '<th scope="col" class="head')
    if language(page):
        body = f'<div lang="{language(page)}">{body}</div>'
    switch = SWITCH if '<details class="code-fold">' in body else ""
    context["body"] = switch + app.config.book_banners.get(page, "") + body


def _read_opening(_: Sphinx, __: str, ___: str, ____: Any, doctree: nodes.document | None) -> None:
    """Let a page be described by its first paragraph as it reads, not as it is marked up."""
    first = next(doctree.findall(nodes.paragraph), None) if doctree is not None else None
    if doctree is not None and first is not None:
        doctree.children = [nodes.paragraph("", opening(first.astext()))]


def _describe(
    app: Sphinx, page: str, _: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add what search engines and reference managers read; without an address pictures are near."""
    if doctree is None:
        return
    if not app.config.html_baseurl:
        tags = re.sub(r'<meta property="og:url".*\n', "", context["metatags"])
        near = f'content="{context["content_root"]}_images/'
        context["metatags"] = tags.replace('content="_images/', near)
    if app.config.book_archive:
        entrance = page == app.config.root_doc
        title = "" if entrance else app.env.titles[page].astext()
        spoken, url = language(page) or app.config.language, context.get("pageurl") or ""
        context["metatags"] += citation_tags(app.config.book_archive, title, spoken, url)
        context["metatags"] += app.config.book_dataset if entrance else ""


def _open_fold(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    """Name the cell; the fold with the parameters is always in view, the others by the switch."""
    if node["prompt_show"] == PARAMETERS:
        opening = '<details class="parameters-fold"><summary>Change this analysis</summary>'
    else:
        name = f"<span>{escape(node['prompt_show'])}</span>"
        opening = f'<details class="code-fold"><summary>Code: {name}</summary>'
    translator.body.append(f"{opening}\n")


def _close_fold(translator: HTML5Translator, _: HideCodeCellNode) -> None:
    translator.body.append("</details>\n")


def _open_citation(translator: HTML5Translator, node: nodes.citation) -> None:
    """Write an item of a list: the stock role of an entry is deprecated."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        translator.body.append('<div role="list" class="citation-list">\n')
    translator.body.append(translator.starttag(node, "div", role="listitem"))


def _close_citation(translator: HTML5Translator, node: nodes.citation) -> None:
    following = node.next_node(descend=False, siblings=True)
    last = not isinstance(following, nodes.citation)
    translator.body.append("</div></div>\n" if last else "</div>\n")
