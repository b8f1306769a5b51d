"""Typeset the executed chapters as one PDF, with Sphinx's LaTeX builder and XeLaTeX."""

import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lib.book.banners import SYNTHETIC, licensed_sentence
from lib.book.contents import file_names
from lib.book.notebooks import Chapter, Parameter, text
from lib.book.project import Project
from lib.book.render import (
    Renderer,
    configuration,
    describe_exhibits,
    pages_and_files,
    telling,
    write_json,
    write_yaml,
)
from lib.book.version import Version
from lib.core.errors import BuildError
from lib.core.text_files import read_yaml
from lib.evidence.records import EVIDENCE_MIME
from lib.presentation.latex import escaped
from lib.presentation.tables import SYNTHETIC_MARK

PREAMBLE = Path(__file__).with_name("preamble.tex")
FORMS = {"table": "text/latex", "figure": "application/pdf"}
LOST = re.compile(r"^(Missing character: .*|LaTeX Warning: (?:Reference|Citation) .*undefined.*)$")
FAILED = "the book cannot be typeset (`make book ARGS=--no-pdf` leaves the PDF out):"
LINES_OF_LOG = 12
STANDARD = (
    r"\ifdefined\DocumentMetadata"
    r"\DocumentMetadata{pdfstandard=A-2b, pdfversion=1.7, lang=en}\fi" + "\n"
)


def target(project: Project) -> str | None:
    """Say what the book's PDF is called; None if the book is not to be typeset."""
    latex = read_yaml(project.root / "_config.yml").get("latex") or {}
    name = (latex.get("latex_documents") or {}).get("targetname")
    return None if name is None else Path(name).stem


def stage_print(
    project: Project, executed: Mapping[Path, Chapter], made_from: Version, folder: Path
) -> None:
    """Lay out everything that is typeset."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "chapters").mkdir(parents=True)
    for path in pages_and_files(project):
        copy = folder / project.relative(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    for notebook, chapter in executed.items():
        content = json.loads(notebook.read_text(encoding="utf-8"))
        write_json(folder / "chapters" / notebook.name, printed(content, chapter))
    write_yaml(folder / "_toc.yml", _contents(read_yaml(project.root / "_toc.yml"), folder))
    write_yaml(folder / "_config.yml", _configuration(project, made_from))


def printed(notebook: dict[str, Any], chapter: Chapter) -> dict[str, Any]:
    """Turn an executed chapter into what is printed of it."""
    describe_exhibits(notebook, chapter.name)
    notebook["cells"] = [_printed_cell(cell, chapter) for cell in notebook["cells"]]
    opening = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    title, _, rest = text(opening["source"]).partition("\n")
    head = _head(title.lstrip("# "), chapter, notebook["metadata"]["book"]["source"])
    opening["source"] = f"{title}\n\n{_raw(head)}\n{rest}"
    return notebook


def typeset(staged: Path, name: str, made_from: Version, renderer: Renderer) -> bytes:
    """Make the PDF."""
    book = str(Path(sys.executable).with_name("jupyter-book"))
    command = [book, "build", str(staged), "--builder", "latex", "-q", "-W", "-n", "--keep-going"]
    code, log = renderer.run(command, staged, made_from)
    if code:
        raise BuildError("\n  ".join([FAILED, *telling(log, staged)]))
    folder = staged / "_build" / "latex"
    source = folder / f"{name}.tex"
    source.write_text(STANDARD + source.read_text(encoding="utf-8"), encoding="utf-8")
    return compiled(source, made_from, renderer)


def compiled(source: Path, made_from: Version, renderer: Renderer) -> bytes:
    """Run XeLaTeX as often as it takes."""
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", source.name]
    code, said = renderer.run(command, source.parent, made_from)
    log = source.with_suffix(".log")
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    if code:
        problems = _error(lines or said.splitlines())
    else:
        problems = sorted({line for line in lines if LOST.match(line)})[:LINES_OF_LOG]
    if problems:
        raise BuildError("\n  ".join([FAILED, *problems]))
    return source.with_suffix(".pdf").read_bytes()


def _printed_cell(cell: dict[str, Any], chapter: Chapter) -> dict[str, Any]:
    """Folded code is left out; the parameters become a list."""
    tags = cell["metadata"].get("tags", [])
    if cell["cell_type"] != "code":
        return cell
    if "parameters" in tags and "hide-input" not in tags:
        return {
            "cell_type": "markdown",
            "id": cell["id"],
            "metadata": {},
            "source": _raw(_choices(chapter.parameters)),
        }
    tags = [*tags, "remove-input"] if "hide-input" in tags else tags
    outputs = list(_printed_outputs(cell["outputs"]))
    return cell | {"metadata": cell["metadata"] | {"tags": tags}, "outputs": outputs}


def _choices(parameters: Iterable[Parameter]) -> str:
    lines = [
        rf"\BookChoice{{{escaped(parameter.name)}}}{{{escaped(repr(parameter.default))}}}"
        rf"{{{escaped(parameter.comment)}}}"
        for parameter in parameters
    ]
    return "\n".join([r"\begin{BookChoices}", *lines, r"\end{BookChoices}"])


def _printed_outputs(outputs: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Of a table or figure the form for print; no note on evidence, nothing for screens only."""
    for output in outputs:
        data = output.get("data", {})
        form = FORMS.get(output.get("metadata", {}).get("replication", {}).get("kind"))
        if form in data:
            yield output | {"data": {form: data[form]}}
        elif EVIDENCE_MIME not in data:
            yield output


def _head(title: str, chapter: Chapter, source: str) -> str:
    short = escaped(chapter.title or title)
    if source == "synthetic":
        mark = escaped(SYNTHETIC_MARK.strip(" ."))
        return rf"\BookSynthetic{{{short}}}{{{mark}}}{{{SYNTHETIC}}}"
    if source == "licensed":
        return rf"\BookLicensed{{{short}}}{{{escaped(licensed_sentence(chapter))}}}"
    return rf"\BookChapter{{{short}}}"


def _raw(latex: str) -> str:
    return f"```{{raw}} latex\n{latex}\n```\n"


def _contents(contents: dict[str, Any], folder: Path) -> dict[str, Any]:
    """One level of chapters after an empty root; each part begins with a page of its own."""
    (folder / "index.md").write_text("# Contents\n", encoding="utf-8")
    (folder / "opening.md").write_text(_raw(r"\BookOpening"), encoding="utf-8")
    pages = ["opening", contents["root"]]
    for number, part in enumerate(contents.get("parts", [contents])):
        if "caption" in part:
            page = folder / f"part-{number}.md"
            page.write_text(_raw(rf"\BookPart{{{escaped(part['caption'])}}}"), encoding="utf-8")
            pages.append(page.stem)
        pages.extend(file_names(part.get("chapters", [])))
    return {
        "format": "jb-book",
        "root": "index",
        "chapters": [{"file": page} for page in pages],
    }


def _configuration(project: Project, made_from: Version) -> dict[str, Any]:
    """Complete the site's configuration with what LaTeX needs."""
    given = configuration(project, made_from)
    known = {name: escaped(str(given[name])) for name in ("title", "author")}
    latex = given["latex"] | {
        "latex_engine": "xelatex",
        "use_jupyterbook_latex": False,
        "latex_documents": given["latex"]["latex_documents"] | known,
    }
    sphinx = given["sphinx"]
    sphinx["config"] = sphinx["config"] | {
        "latex_elements": _elements(given, made_from),
        "latex_table_style": ["booktabs"],
        "latex_show_urls": "footnote",
        "math_number_all": True,
        "latex_use_xindy": False,
        "latex_domain_indices": False,
    }
    return given | {"latex": latex, "sphinx": sphinx}


def _elements(given: dict[str, Any], made_from: Version) -> dict[str, str]:
    day = None if made_from.epoch is None else datetime.fromtimestamp(made_from.epoch, tz=UTC)
    values = {
        "Title": given["title"],
        "Author": given["author"],
        "Version": made_from.name,
        "Date": f"{day.day} {day:%B %Y}" if day else "",
        "Time": f"D:{day:%Y%m%d%H%M%S}+00'00'" if day else "",
        "Identifier": f"uuid:{uuid5(NAMESPACE_URL, made_from.name)}",
    }
    defined = "\n".join(
        rf"\newcommand{{\Book{name}}}{{{escaped(str(value))}}}" for name, value in values.items()
    )
    return {
        "papersize": "a4paper",
        "pointsize": "11pt",
        "extraclassoptions": "oneside,openany",
        "fncychap": "",
        "fontpkg": "",
        "preamble": defined + "\n" + PREAMBLE.read_text(encoding="utf-8"),
        "maketitle": r"\BookTitlePage",
        "tableofcontents": r"\BookContents",
        "printindex": "",
        "makeindex": "",
        "figure_align": "!htbp",
    }


def _error(lines: list[str]) -> list[str]:
    """Find LaTeX's first error and the lines that say where it is."""
    first = next((number for number, line in enumerate(lines) if line.startswith("!")), None)
    return lines[-LINES_OF_LOG:] if first is None else lines[first : first + LINES_OF_LOG]
