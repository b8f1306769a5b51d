"""Render executed chapters with Jupyter Book, from a clean folder and without executing."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import yaml

from lib.book import lineage_page
from lib.book.assets import MATHJAX, copy_mathjax, drop_unused
from lib.book.banners import banner
from lib.book.collect import outputs
from lib.book.contents import limited, titled, with_page
from lib.book.lineage import EXHIBITS, Lineage
from lib.book.project import Project
from lib.book.version import Version
from lib.core.errors import BuildError, InputError
from lib.core.paths import ROOT
from lib.core.text_files import read_yaml
from lib.evidence.records import EVIDENCE_MIME
from lib.presentation.pictures import drawings

EXTENSION = "lib.book.exhibits"
EXTENSIONS = ["myst_nb", "jupyter_book", "sphinx_external_toc", "sphinx_comments"]
EXTENSIONS += ["sphinx_copybutton", "sphinx_design", "sphinx_book_theme"]
EXTENSIONS += ["lib.book.web", EXTENSION]
SIDEBAR = ["navbar-logo.html", "search-button-field.html", "sbt-sidebar-nav.html", "book-pdf.html"]
PAGES = "chapters"
PARTS = ("html", "pdf", "sphinx")
TEMPLATES = ROOT / "lib" / "book" / "templates"
LINES_OF_LOG = 12
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def stage(
    project: Project,
    lineages: list[Lineage],
    made_from: Version,
    partial: bool,
    folder: Path,
    pdf: str = "",
    title: str = "",
) -> None:
    """Lay out everything that Jupyter Book reads."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "chapters").mkdir(parents=True)
    for path in pages_and_files(project):
        copy = folder / project.relative(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    for each in lineages:
        write_json(folder / PAGES / f"{each.chapter.name}.ipynb", _shown(each))
    page = lineage_page.page(lineages)
    (folder / PAGES / f"{lineage_page.NAME}.md").write_text(page, encoding="utf-8")
    contents = limited([f"{PAGES}/{each.chapter.name}" for each in lineages])
    contents = contents if partial else read_yaml(project.root / "_toc.yml")
    contents = with_page(contents, f"{PAGES}/{lineage_page.NAME}")
    write_yaml(folder / "_toc.yml", titled(contents, _short_titles(lineages)))
    settings = configuration(project, made_from) | ({"title": title} if title else {})
    write_yaml(folder / "_config.yml", website(settings, lineages, pdf))


def pages_and_files(project: Project) -> list[Path]:
    """List what a page may need beside the notebooks."""
    return [path for path in project.files("chapters/") if path.suffix != ".ipynb"]


def read_configuration(project: Project) -> dict[str, Any]:
    """Read the book's _config.yml."""
    given = read_yaml(project.root / "_config.yml")
    for part in PARTS:
        if not isinstance(given.get(part) or {}, dict):
            raise InputError(f"_config.yml has {part}: {given[part]!r}; it must be a mapping.")
    return given


def configuration(project: Project, made_from: Version) -> dict[str, Any]:
    """Complete the book's _config.yml with what every build needs."""
    given = read_configuration(project)
    html = dict(given.get("html") or {})
    html["extra_footer"] = f"{html.get('extra_footer', '')}<p>{escape(made_from.name)}</p>"
    sphinx = dict(given.get("sphinx") or {})
    settings = dict(sphinx.get("config") or {})
    quiet = [*settings.get("suppress_warnings", ["myst.domains"]), "mystnb.unknown_mime_type"]
    sphinx["extra_extensions"] = [*(sphinx.get("extra_extensions") or []), EXTENSION]
    sphinx["config"] = settings | {"mathjax_path": MATHJAX, "suppress_warnings": quiet}
    return given | {
        "execute": {"execute_notebooks": "off"},
        "only_build_toc_files": True,
        "html": html,
        "sphinx": sphinx,
    }


def website(settings: dict[str, Any], lineages: Iterable[Lineage], pdf: str) -> dict[str, Any]:
    """
    Complete a configuration with what only the website needs.

    With banners and templates, and without extensions that the book has no use for, since each
    would add its scripts to every page.
    """
    bibliography = ["sphinxcontrib.bibtex"] if "bibtex_bibfiles" in settings else []
    added = {
        "book_banners": {f"{PAGES}/{each.chapter.name}": banner(each) for each in lineages},
        "extensions": EXTENSIONS + bibliography,
        "html_context": {"book_pdf": pdf},
        "html_sidebars": {"**": SIDEBAR},
        "html_use_index": False,
        "templates_path": [str(TEMPLATES)],
    }
    sphinx = settings["sphinx"]
    rendered = {name: value for name, value in settings.items() if name != "pdf"}
    return rendered | {"sphinx": sphinx | {"config": sphinx["config"] | added}}


def describe_exhibits(notebook: dict[str, Any], chapter: str) -> dict[str, Any]:
    """Hand caption, name and alternative text of figures to the renderer."""
    for cell, output in outputs(notebook):
        described = output["metadata"].get("replication", {})
        if described.get("kind") == "figure":
            if len(cell["outputs"]) > 1:
                raise BuildError(
                    f"cell {cell['id']} shows the figure {described['name']!r} and more: "
                    "give the figure a cell of its own."
                )
            shown = cell["metadata"].setdefault("mystnb", {})
            shown["image"] = {"alt": described["alt"]} | shown.get("image", {})
            name = f"{chapter}-{described['name']}"
            figure = {"caption": described["caption"], "name": name}
            shown["figure"] = figure | shown.get("figure", {})
    return notebook


def _short_titles(lineages: Iterable[Lineage]) -> dict[str, str]:
    """Titles for the list of chapters, where a chapter gives one."""
    titles = {each.chapter.name: each.chapter.title for each in lineages if each.chapter.title}
    titles[lineage_page.NAME] = "Provenance"
    return {f"{PAGES}/{name}": title for name, title in titles.items()}


def _shown(each: Lineage) -> dict[str, Any]:
    """Read an executed notebook and add what the renderer shall show."""
    notebook: dict[str, Any] = json.loads(each.notebook.read_text(encoding="utf-8"))
    lines: dict[str, str] = {}
    drawn: dict[str, str] = {}
    for exhibit in each.exhibits:
        if drawings(exhibit.data):
            drawn[exhibit.cell] = f"../{EXHIBITS}/{exhibit.chapter}/{exhibit.name}"
        lines[exhibit.cell] = lines.get(exhibit.cell, "") + lineage_page.line(exhibit)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [each for each in cell["outputs"] if not _is_record(each)]
            cell["metadata"].setdefault("tags", []).append("hide-input")
            known = {"line": lines.get(cell["id"], ""), "drawn": drawn.get(cell["id"], "")}
            cell["metadata"]["lineage"] = {"cell": cell["id"]} | known
    try:
        return describe_exhibits(notebook, each.chapter.name)
    except BuildError as error:
        raise BuildError(f"chapter {each.chapter.name}, {error}") from error


def _is_record(output: dict[str, Any]) -> bool:
    """Say whether an output is evidence for the report, which no reader needs to see."""
    return EVIDENCE_MIME in output.get("data", {})


class Renderer:
    """Runs Jupyter Book, so that an interrupted build can stop them."""

    def __init__(self, typesetter: str = "") -> None:
        self.typesetter = typesetter
        self._running: set[subprocess.Popen[str]] = set()

    def render(self, staged: Path, made_from: Version, strict: bool) -> Path:
        """Render a staged book; BuildError if Jupyter Book fails or, if strict, warns."""
        command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(staged), "-q"]
        command += ["-W", "-n", "--keep-going"] if strict else []
        code, log = self.run(command, staged, made_from)
        if code:
            raise BuildError("\n  ".join(["the pages cannot be rendered:", *telling(log, staged)]))
        html = staged / "_build" / "html"
        (html / ".buildinfo").unlink(missing_ok=True)
        copy_mathjax(html)
        drop_unused(html)
        return html

    def run(self, command: list[str], folder: Path, made_from: Version) -> tuple[int, str]:
        """Run a program that makes pages."""
        settings = {"PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT), "max_print_line": "1000"}
        if made_from.epoch is not None:
            settings |= {"SOURCE_DATE_EPOCH": str(made_from.epoch), "FORCE_SOURCE_DATE": "1"}
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=os.environ | settings,
            start_new_session=True,
        )
        self._running.add(process)
        log, _ = process.communicate()
        self._running.discard(process)
        return process.returncode, log

    def stop(self) -> None:
        """End what is running, with everything that it has started."""
        for process in self._running:
            os.killpg(process.pid, signal.SIGKILL)


def telling(log: str, staged: Path) -> list[str]:
    """Pick the lines that say what went wrong."""
    plain = COLOUR.sub("", log).replace(f"{staged}{os.sep}", "")
    lines = [line for line in plain.splitlines() if line.strip()]
    warnings = [line for line in lines if "WARNING" in line or "ERROR" in line]
    return (warnings or lines)[-LINES_OF_LOG:]


def write_json(path: Path, content: Any) -> None:
    """Write a notebook."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_yaml(path: Path, content: Any) -> None:
    """Write a configuration or a table of contents."""
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
