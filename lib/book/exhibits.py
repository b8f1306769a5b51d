"""A Sphinx extension: numbers the book's tables, and writes numbers as each language does."""

import re
from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

LABEL = re.compile(r'<figure class="book-table[^>]* id="table-([^"]+)"')
CAPTION = "<figcaption>"


class _NumberedTable(nodes.General, nodes.Element):
    """A table as HTML (``html``), which Sphinx numbers."""


class _NumberTables(SphinxTransform):
    """Make tables that a cell shows known to Sphinx: ``{numref}`CHAPTER-NAME``` refers to one."""

    default_priority = 210

    def apply(self, **_: Any) -> None:
        """Replace each output that is a table of `lib.presentation.tables`."""
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") == "mime_bundle":
                forms = {form["mime_type"]: form.astext() for form in bundle.children}
                found = LABEL.search(forms.get("text/html", ""))
                if found:
                    table = _NumberedTable(
                        html=forms["text/html"],
                        names=[f"{PurePosixPath(self.env.docname).name}-{found[1]}"],
                    )
                    self.document.note_explicit_target(table, table)
                    bundle.replace_self(table)


class _LocalNumbers(SphinxPostTransform):
    """Write computed numbers of a page in Russian or Kazakh as these languages do."""

    default_priority = 700  # after numbers of other pages have come in

    def run(self, **_: Any) -> None:
        """Put a comma before decimals and a space between thousands."""
        if language(self.env.docname):
            for number in self.document.findall(nodes.inline):
                if "pasted-text" in number["classes"]:
                    said = number.astext().translate(str.maketrans(",.", "\u00a0,"))
                    number.children = [nodes.Text(said)]


def language(page: str) -> str:
    """Say in which language a page is, by the end of its name; empty for English."""
    found = re.search(r"_(ru|kk)$", page)
    return found[1] if found else ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.add_enumerable_node(
        _NumberedTable,
        "table",
        _title,
        html=(_visit_html, _depart),
    )
    app.add_transform(_NumberTables)
    app.add_post_transform(_LocalNumbers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _title(table: nodes.Node) -> str:
    assert isinstance(table, _NumberedTable)
    return str(table["names"][0])


def _visit_html(translator: HTML5Translator, table: _NumberedTable) -> None:
    before, caption, after = table["html"].partition(CAPTION)
    translator.body.append(translator.starttag(table, "div") + before + caption)
    translator.add_fignumber(table)
    translator.body.append(after + "</div>")


def _depart(translator: HTML5Translator, table: _NumberedTable) -> None:
    """Nothing follows a table."""
