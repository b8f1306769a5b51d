"""A Sphinx extension: numbers the book's tables; print names chapters by their numbers."""

import re
from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.latex import LaTeXTranslator

LABEL = re.compile(r"\\label\{tab:([^}]+)\}")
CAPTION = "<figcaption>"


class _NumberedTable(nodes.General, nodes.Element):
    """A table as HTML (``html``) and LaTeX (``latex``), which Sphinx numbers."""


class _NumberTables(SphinxTransform):
    """Make tables that a cell shows known to Sphinx: ``{numref}`CHAPTER-NAME``` refers to one."""

    default_priority = 210

    def apply(self, **_: Any) -> None:
        """Replace each output that is a table of `lib.presentation.tables`."""
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") == "mime_bundle":
                forms = {form["mime_type"]: form.astext() for form in bundle.children}
                found = LABEL.search(forms.get("text/latex", ""))
                if found:
                    table = _NumberedTable(
                        html=forms.get("text/html", ""),
                        latex=forms["text/latex"],
                        names=[f"{PurePosixPath(self.env.docname).name}-{found[1]}"],
                    )
                    self.document.note_explicit_target(table, table)
                    bundle.replace_self(table)


class _ChapterNumbers(SphinxPostTransform):
    """In print a reference to a chapter says its number."""

    default_priority = 50
    builders = ("latex",)

    def run(self, **_: Any) -> None:
        """Replace the title by the number, and put the number after other words."""
        for reference in list(self.document.findall(nodes.reference)):
            name = reference.get("refuri", "").removeprefix("%")
            if name in self.env.all_docs:
                number = nodes.raw("", rf"\ref*{{\detokenize{{{name}::doc}}}}", format="latex")
                told = reference.astext() != self.env.titles[name].astext()
                words = [*reference.children, nodes.Text(" (chapter ")] if told else []
                ending = [nodes.Text(")")] if told else []
                words = words or [nodes.Text("chapter ")]
                reference.children = []
                reference.extend([*words, number, *ending])


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
        latex=(_visit_latex, _depart),
    )
    app.add_transform(_NumberTables)
    app.add_post_transform(_ChapterNumbers)
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


def _visit_latex(translator: LaTeXTranslator, table: _NumberedTable) -> None:
    label = translator.hypertarget(table["ids"][0], anchor=False)
    translator.body.append(LABEL.sub(lambda _: label, table["latex"]))


def _depart(translator: HTML5Translator | LaTeXTranslator, table: _NumberedTable) -> None:
    """Nothing follows a table."""
