"""Render executed chapters with Jupyter Book, from a clean folder and without executing."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from lib.book.collect import outputs
from lib.book.contents import limited
from lib.book.project import BuildError, Project, read_yaml
from lib.book.version import Version
from lib.paths import ROOT

MATHJAX = "mathjax/tex-chtml.js"
EXTENSION = "lib.book.exhibits"
LINES_OF_LOG = 12
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def stage(
    project: Project, executed: Mapping[str, Path], made_from: Version, partial: bool, folder: Path
) -> None:
    """
    Lay out everything that Jupyter Book reads.

    Parameters
    ----------
    project : Project
        The book.
    executed : mapping of str to pathlib.Path
        The executed notebook of each chapter, by name, in reading order.
    made_from : Version
        Version of the sources, for the footer.
    partial : bool
        True if the book has only these chapters and no other page.
    folder : pathlib.Path
        Where to; emptied first.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "chapters").mkdir(parents=True)
    for path in pages_and_files(project):
        copy = folder / project.relative(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    for name, notebook in executed.items():
        try:
            shown = describe_exhibits(json.loads(notebook.read_text(encoding="utf-8")))
        except BuildError as error:
            raise BuildError(f"chapter {name}, {error}") from error
        write_json(folder / "chapters" / f"{name}.ipynb", shown)
    contents = limited([f"chapters/{name}" for name in executed])
    contents = contents if partial else read_yaml(project.root / "_toc.yml")
    write_yaml(folder / "_toc.yml", contents)
    write_yaml(folder / "_config.yml", configuration(project, made_from))


def pages_and_files(project: Project) -> list[Path]:
    """
    List what a page may need beside the notebooks.

    Parameters
    ----------
    project : Project
        The book.

    Returns
    -------
    list of pathlib.Path
        Markdown pages, the bibliography, style sheets, pictures: all in chapters/ that is no
        notebook.
    """
    return [path for path in project.files("chapters/") if path.suffix != ".ipynb"]


def configuration(project: Project, made_from: Version) -> dict[str, Any]:
    """
    Complete the book's _config.yml with what every build needs.

    Parameters
    ----------
    project : Project
        The book.
    made_from : Version
        Version of the sources, for the footer.

    Returns
    -------
    dict
        Nothing is executed, no page asks another host, the footer says the version.
    """
    given = read_yaml(project.root / "_config.yml")
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


def describe_exhibits(notebook: dict[str, Any]) -> dict[str, Any]:
    """
    Hand caption, name and alternative text of figures to the renderer.

    Parameters
    ----------
    notebook : dict
        An executed notebook; its cells' metadata are changed in place.

    Returns
    -------
    dict
        The same notebook.

    Raises
    ------
    BuildError
        If the cell of a figure shows something else too: MyST-NB would caption both.
    """
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
            figure = {"caption": described["caption"], "name": described["name"]}
            shown["figure"] = figure | shown.get("figure", {})
    return notebook


class Renderer:
    """
    Runs Jupyter Book and LaTeX, so that an interrupted build can stop them.

    Parameters
    ----------
    typesetter : str
        Version of XeLaTeX, see `lib.book.system.typesetter`; empty if nothing is to be typeset.
    """

    def __init__(self, typesetter: str = "") -> None:
        self.typesetter = typesetter
        self._running: set[subprocess.Popen[str]] = set()

    def render(self, staged: Path, made_from: Version, strict: bool) -> Path:
        """
        Render a staged book.

        Parameters
        ----------
        staged : pathlib.Path
            The folder that `stage` laid out.
        made_from : Version
            Version of the sources; its date stands for the time of the build.
        strict : bool
            True if a warning is an error.

        Returns
        -------
        pathlib.Path
            Folder of the pages.

        Raises
        ------
        BuildError
            If Jupyter Book fails or, if strict, warns.
        """
        command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(staged), "-q"]
        command += ["-W", "-n", "--keep-going"] if strict else []
        code, log = self.run(command, staged, made_from)
        if code:
            raise BuildError("\n  ".join(["the pages cannot be rendered:", *telling(log, staged)]))
        html = staged / "_build" / "html"
        (html / ".buildinfo").unlink(missing_ok=True)
        copy_mathjax(html / "_static" / "mathjax")
        return html

    def run(self, command: list[str], folder: Path, made_from: Version) -> tuple[int, str]:
        """
        Run a program that makes pages.

        Parameters
        ----------
        command : list of str
            Program and arguments.
        folder : pathlib.Path
            Where it runs.
        made_from : Version
            Version of the sources; its date stands for the time of the build.

        Returns
        -------
        tuple of int and str
            Its exit code, and what it said.
        """
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


def copy_mathjax(folder: Path) -> None:
    """
    Copy of MathJax what the pages load: one script and its fonts.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; emptied first.
    """
    package = find_spec("sphinx-mathjax-offline")
    assert package is not None
    assert package.origin is not None
    source = Path(package.origin).parent / "static" / "mathjax"
    shutil.rmtree(folder, ignore_errors=True)
    fonts = Path("output") / "chtml" / "fonts" / "woff-v2"
    shutil.copytree(source / fonts, folder / fonts)
    shutil.copyfile(source / Path(MATHJAX).name, folder / Path(MATHJAX).name)


def telling(log: str, staged: Path) -> list[str]:
    """
    Pick the lines that say what went wrong.

    Parameters
    ----------
    log : str
        What Sphinx said.
    staged : pathlib.Path
        The folder it read, which the lines shall not name.

    Returns
    -------
    list of str
        Warnings and errors, or the last lines if there is none.
    """
    plain = COLOUR.sub("", log).replace(f"{staged}{os.sep}", "")
    lines = [line for line in plain.splitlines() if line.strip()]
    warnings = [line for line in lines if "WARNING" in line or "ERROR" in line]
    return (warnings or lines)[-LINES_OF_LOG:]


def write_json(path: Path, content: Any) -> None:
    """
    Write a notebook.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    content : dict
        A notebook in nbformat's form.
    """
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_yaml(path: Path, content: Any) -> None:
    """
    Write a configuration or a table of contents.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    content : dict
        What it shall hold.
    """
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
