"""Pack the book for a repository such as Zenodo or Dataverse: one file, nothing licensed in it."""

import json
import platform
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from textwrap import fill
from typing import Any

from lib.book.archive import MANIFEST, pack
from lib.book.attestation import ATTESTATION
from lib.book.build import build, locked
from lib.book.commit import OWN_PAGE, RAW, export, require_committed
from lib.book.crate import describe
from lib.book.leaks import refuse_leaks
from lib.book.notebooks import read_chapters
from lib.book.overrides import assign
from lib.book.project import Project
from lib.book.publish import PARTS
from lib.book.render import Renderer
from lib.book.respondent_files import prepared_files
from lib.book.software import software
from lib.book.variant import make_variant
from lib.book.version import Version, version
from lib.core.errors import InputError
from lib.core.hashes import file_hash
from lib.core.text_files import read_yaml
from lib.evidence.report import counted

README = "README.txt"
CONTAINER = "Containerfile"
TEMPLATES = {
    README: Path(__file__).with_name("deposit_readme.txt"),
    CONTAINER: Path(__file__).with_name("Containerfile"),
}
WIDTH = 118
SOFTWARE = "software.json"
CRATE = "ro-crate-metadata.json"
OPEN = ("published", "synthetic")
FOLDERS = {"html": "site", "results": "results", "notebooks": "notebooks"}
DESCRIBED = {
    "source/": "What the book is made from: chapters, library, data, tests.",
    "site/": "The book as web pages; begin with site/index.html.",
    "results/": "The graded numbers, and the tables and figures of each chapter.",
    "notebooks/": "The executed chapters.",
    README: "What is here and how to use it, for people.",
    CONTAINER: "Builds the book in a container.",
    SOFTWARE: "Machine, Python and packages of the build that made this deposit.",
    MANIFEST: "SHA-256 of every file.",
}


@dataclass(frozen=True)
class Deposit:
    """A packed book."""

    file: Path
    sha256: str
    grades: dict[str, int]  # how many printed numbers have each grade in it


def make_deposit(project: Project, renderer: Renderer, jobs: int) -> Deposit:
    """
    Build the last commit in a folder of its own and pack what it is made from and what it gives.

    Only files of the commit get in, so that nothing from data/raw can.
    """
    commit = require_committed(project.root)
    if (project.site / "results" / ATTESTATION).exists():
        raise InputError(
            "the site is built on a licensed file, and nothing licensed is deposited: "
            "run `make book` without such a file first."
        )
    with locked(project), _workshop(project.work / "deposit") as workshop:
        book = Project(workshop / "book")
        export(project.root, book.root)
        _require_nothing_raw(project, book)
        refuse_leaks(book, prepared_files(project), [book.root])
        made_from, citation = _version(book), _citation(book)
        grades = _build(book, renderer, jobs)
        folder = workshop / _name(citation, commit)
        _lay_out(book, project, folder)
        _write_descriptions(folder, citation, made_from, grades)
        file = project.build / "deposits" / f"{folder.name}.zip"
        file.parent.mkdir(exist_ok=True)
        pack(folder, file, made_from.epoch)
    return Deposit(file, file_hash(file), grades)


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """Give an empty folder that is gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _version(book: Project) -> Version:
    found = version(book.root)
    if found.epoch is None:
        raise InputError("COMMIT does not tell the version of the sources: restore .gitattributes.")
    return found


def _citation(book: Project) -> dict[str, Any]:
    citation = read_yaml(book.root / "CITATION.cff")
    for name in ("title", "authors", "license"):
        if name not in citation:
            raise InputError(f"CITATION.cff has no {name!r}: a deposit is described by it.")
    return citation


def _name(citation: dict[str, Any], commit: str) -> str:
    """Name the deposit after the short title, the release and the commit."""
    title = str(citation["title"]).partition(":")[0].lower()
    release = [str(citation["version"])] if "version" in citation else []
    return "-".join([re.sub(r"[^a-z0-9]+", "-", title).strip("-"), *release, commit[:7]])


def _build(book: Project, renderer: Renderer, jobs: int) -> dict[str, int]:
    chapters = read_chapters(book)
    for chapter in chapters:
        if chapter.source not in OPEN:
            raise InputError(f"chapter {chapter.name} is {chapter.source}: it cannot be deposited.")
    whole = make_variant(chapters, chapters, assign(chapters, {}), None, None)
    return build(book, whole, jobs, force=False, renderer=renderer).grades


def _lay_out(book: Project, project: Project, folder: Path) -> None:
    export(project.root, folder / "source")
    for part in PARTS:
        shutil.copytree(book.site / part, folder / FOLDERS[part])
    facts = software(book.root)
    (folder / SOFTWARE).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _write_descriptions(
    folder: Path, citation: dict[str, Any], made_from: Version, grades: dict[str, int]
) -> None:
    values = _values(folder, citation, made_from, grades)
    for name, template in TEMPLATES.items():
        text = Template(template.read_text(encoding="utf-8")).substitute(values)
        (folder / name).write_text(text, encoding="utf-8")
    about = {name: values[name] for name in ("version", "date", "python")}
    (folder / CRATE).write_text(describe(folder, citation, DESCRIBED, about), encoding="utf-8")


def _values(
    folder: Path, citation: dict[str, Any], made_from: Version, grades: dict[str, int]
) -> dict[str, str]:
    licences = citation["license"]
    pdfs = sorted((folder / "site").glob("*.pdf"))
    return {
        "title": citation["title"],
        "underline": "=" * len(citation["title"]),
        "abstract": fill(" ".join(str(citation.get("abstract", "")).split()), WIDTH),
        "version": made_from.name,
        "date": datetime.fromtimestamp(made_from.epoch or 0, UTC).date().isoformat(),
        "python": platform.python_version(),
        "grades": counted(grades),
        "licences": licences if isinstance(licences, str) else " and ".join(licences),
        "pdf": "".join(f"  {f'site/{path.name}':<26} the book as one PDF\n" for path in pdfs),
    }


def _require_nothing_raw(project: Project, book: Project) -> None:
    """Compare by content: a licensed file may have been committed under any name."""
    licensed = {file_hash(path): project.relative(path) for path in _raw_files(project)}
    for path in sorted(path for path in book.root.rglob("*") if path.is_file()):
        copied = licensed.get(file_hash(path))
        if copied:
            raise InputError(
                f"{book.relative(path)} is a copy of {copied}, and nothing licensed is deposited: "
                "take it out of the repository and its history."
            )


def _raw_files(project: Project) -> Iterator[Path]:
    for path in (project.root / RAW).rglob("*"):
        if path.is_file() and path.stat().st_size and project.relative(path) != OWN_PAGE:
            yield path
