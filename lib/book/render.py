"""Render executed chapters with Jupyter Book, from a clean folder and without executing."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import yaml

from lib.book import lineage_page
from lib.book.assets import MATHJAX, copy_mathjax, drop_unused
from lib.book.banners import banner
from lib.book.citation import ARCHIVE, works
from lib.book.citation import FILE as CITATION
from lib.book.collect import outputs
from lib.book.contents import limited, titled, with_page
from lib.book.lineage import EXHIBITS, INPUTS, Lineage
from lib.book.project import Project
from lib.book.share import LINKS, LONGEST, dataset, foot, read_links
from lib.book.version import Version
from lib.core.errors import BuildError, InputError
from lib.core.paths import ROOT
from lib.core.text_files import read_yaml
from lib.evidence.records import EVIDENCE_MIME
from lib.presentation.pictures import drawings

EXTENSION = "lib.book.exhibits"
EXTENSIONS = ["myst_nb", "jupyter_book", "sphinx_external_toc", "sphinx_comments"]
EXTENSIONS += ["sphinx_copybutton", "sphinx_design", "sphinx_book_theme"]
EXTENSIONS += ["sphinxext.opengraph", "notfound.extension"]
EXTENSIONS += ["lib.book.web", EXTENSION]
SIDEBAR = ["book-head.html", "sbt-sidebar-nav.html", "book-pdf.html"]
PAGES = "chapters"
PARTS = ("html", "links", "pdf", "sphinx")
RESULTS = f"{INPUTS}/results/"
SITEMAP = {"sitemap_excludes": ["search.html", "404.html"], "sitemap_url_scheme": "{link}"}
CARD = {"line_color": "#005a94", "description_max_length": LONGEST}
NOT_FOUND = """<h1>Page not found</h1>
<p>There is no page at this address, and none has moved from it. The list of chapters leads on, and
the search finds words and printed numbers.</p>"""
BINDER = {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab"}
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
    url: str = "",
) -> None:
    """Lay out everything that Jupyter Book reads; a book with a title of its own has no studies."""
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
    citation = project.root / CITATION
    known = read_yaml(citation) if citation.is_file() and not title else {}
    write_yaml(folder / "_config.yml", website(settings, lineages, pdf, known, url))


def pages_and_files(project: Project) -> list[Path]:
    """List what a page may need beside the notebooks."""
    return [path for path in project.files("chapters/") if path.suffix != ".ipynb"]


def read_configuration(project: Project) -> dict[str, Any]:
    """Read the book's _config.yml."""
    given = read_yaml(project.root / "_config.yml")
    for part in PARTS:
        if not isinstance(given.get(part) or {}, dict):
            raise InputError(f"_config.yml has {part}: {given[part]!r}; it must be a mapping.")
    return given | {"links": read_links(given.get("links") or {})}


def configuration(project: Project, made_from: Version) -> dict[str, Any]:
    """Complete the book's _config.yml with what every build needs."""
    given = read_configuration(project)
    links = given.pop("links")
    html = dict(given.get("html") or {})
    html["extra_footer"] = html.get("extra_footer", "") + foot(made_from.name, links)
    parse = dict(given.get("parse") or {})
    words = LINKS | {name: f"[{LINKS[name]}]({links[name]})" for name in links}
    parse["myst_substitutions"] = words | (parse.get("myst_substitutions") or {})
    sphinx = dict(given.get("sphinx") or {})
    settings = dict(sphinx.get("config") or {})
    quiet = [*settings.get("suppress_warnings", ["myst.domains"]), "mystnb.unknown_mime_type"]
    sphinx["extra_extensions"] = [*(sphinx.get("extra_extensions") or []), EXTENSION]
    sphinx["config"] = settings | {"mathjax_path": MATHJAX, "suppress_warnings": quiet}
    return given | {
        "execute": {"execute_notebooks": "off"},
        "only_build_toc_files": True,
        "html": html,
        "parse": parse,
        "sphinx": sphinx,
        **_repository(links.get("repository")),
    }


def _repository(address: str | None) -> dict[str, Any]:
    """Let pages lead to their notebook in Binder."""
    where = {"url": address, "branch": "HEAD"}
    return {"repository": where, "launch_buttons": BINDER} if address else {}


def website(
    settings: dict[str, Any],
    lineages: Iterable[Lineage],
    pdf: str,
    citation: dict[str, Any],
    url: str,
) -> dict[str, Any]:
    """
    Complete a configuration with what only the website needs.

    With banners, templates and what makes pages found, and without extensions that the book has no
    use for, since each would add its scripts to every page.
    """
    lineages = list(lineages)
    bibliography = ["sphinxcontrib.bibtex"] if "bibtex_bibfiles" in settings else []
    read = {file.address for each in lineages for file in each.inputs if file.published}
    files = [name for name in read if name.startswith(RESULTS)]
    added = {
        "book_banners": {f"{PAGES}/{each.chapter.name}": banner(each) for each in lineages},
        "book_archive": works(citation)[ARCHIVE] if citation else {},
        "book_dataset": dataset(citation, sorted(files), url) if citation else "",
        "extensions": [*EXTENSIONS, *bibliography, *(["sphinx_sitemap"] if url else [])],
        "html_baseurl": url,
        "notfound_context": {"title": "Page not found", "body": NOT_FOUND},
        "notfound_urls_prefix": urlparse(url).path or "/",
        "ogp_site_name": settings["title"],
        "ogp_site_url": url,
        "ogp_social_cards": CARD | {"image_mini": settings["html"].get("favicon")},
        **(SITEMAP if url else {}),
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

    def __init__(self, typesetter: str = "", url: str = "") -> None:
        self.typesetter = typesetter
        self.url = url  # where the pages will be published
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
