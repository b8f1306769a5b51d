"""The table of contents: which pages the book has, in order."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lib.book.project import Project
from lib.core.errors import InputError
from lib.core.text_files import read_yaml


def pages(project: Project) -> list[Path]:
    """List the pages of the book."""
    names = list(file_names(read_yaml(project.root / "_toc.yml")))
    found = [_page(project, name) for name in names]
    repeated = {path.stem for path in found if [page.stem for page in found].count(path.stem) > 1}
    if repeated:
        raise InputError(f"_toc.yml has two pages called {min(repeated)}: rename one.")
    return found


def limited(names: list[str]) -> dict[str, Any]:
    """Write the table of contents of a partial book."""
    rest = [{"file": name} for name in names[1:]]
    return {"format": "jb-book", "root": names[0]} | ({"chapters": rest} if rest else {})


def with_page(contents: dict[str, Any], name: str) -> dict[str, Any]:
    """Add a page at the end."""
    if "parts" in contents:
        *parts, last = contents["parts"]
        return contents | {"parts": [*parts, with_page(last, name)]}
    return contents | {"chapters": [*contents.get("chapters", []), {"file": name}]}


def titled(entry: Any, titles: Mapping[str, str]) -> Any:
    """Give pages short titles for the list of chapters."""
    if isinstance(entry, list):
        return [titled(child, titles) for child in entry]
    if not isinstance(entry, dict):
        return entry
    given = {"title": titles[entry["file"]]} if entry.get("file") in titles else {}
    return {name: titled(child, titles) for name, child in entry.items()} | given


def file_names(entry: Any) -> Iterator[str]:
    """List what a table of contents names."""
    if isinstance(entry, dict):
        yield from (entry[key] for key in ("root", "file") if key in entry)
    children = entry.values() if isinstance(entry, dict) else entry
    for child in children:
        if isinstance(child, dict | list):
            yield from file_names(child)


def _page(project: Project, name: object) -> Path:
    for extension in ("", ".ipynb", ".md"):
        path = project.root / f"{name}{extension}"
        if path.is_file():
            return path
    raise InputError(f"_toc.yml names {name}, but there is no such notebook or Markdown file.")
