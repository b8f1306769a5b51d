"""The table of contents: which pages the book has, in order."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lib.book.project import Project
from lib.core.errors import InputError
from lib.core.text_files import read_yaml


def pages(project: Project) -> list[Path]:
    """
    List the pages of the book.

    Parameters
    ----------
    project : Project
        The book.

    Returns
    -------
    list of pathlib.Path
        Notebooks and Markdown files in reading order.

    Raises
    ------
    InputError
        If the table of contents cannot be read, or names a page that does not exist or twice.
    """
    names = list(file_names(read_yaml(project.root / "_toc.yml")))
    found = [_page(project, name) for name in names]
    repeated = {path.stem for path in found if [page.stem for page in found].count(path.stem) > 1}
    if repeated:
        raise InputError(f"_toc.yml has two pages called {min(repeated)}: rename one.")
    return found


def limited(names: list[str]) -> dict[str, Any]:
    """
    Write the table of contents of a partial book.

    Parameters
    ----------
    names : list of str
        Its pages relative to the root, without extension; the first one becomes the front page.

    Returns
    -------
    dict
        Content of its _toc.yml.
    """
    rest = [{"file": name} for name in names[1:]]
    return {"format": "jb-book", "root": names[0]} | ({"chapters": rest} if rest else {})


def with_page(contents: dict[str, Any], name: str) -> dict[str, Any]:
    """
    Add a page at the end.

    Parameters
    ----------
    contents : dict
        A table of contents, as `limited` or a file ``_toc.yml`` gives it.
    name : str
        The page relative to the root, without extension.

    Returns
    -------
    dict
        The table of contents with the page, in the last part if there are parts.
    """
    if "parts" in contents:
        *parts, last = contents["parts"]
        return contents | {"parts": [*parts, with_page(last, name)]}
    return contents | {"chapters": [*contents.get("chapters", []), {"file": name}]}


def titled(entry: Any, titles: Mapping[str, str]) -> Any:
    """
    Give pages short titles for the list of chapters.

    Parameters
    ----------
    entry : dict or list
        A table of contents, or a part of one.
    titles : mapping of str to str
        Short title by page, relative to the root and without extension.

    Returns
    -------
    dict or list
        A copy in which these pages have these titles.
    """
    if isinstance(entry, list):
        return [titled(child, titles) for child in entry]
    if not isinstance(entry, dict):
        return entry
    given = {"title": titles[entry["file"]]} if entry.get("file") in titles else {}
    return {name: titled(child, titles) for name, child in entry.items()} | given


def file_names(entry: Any) -> Iterator[str]:
    """
    List what a table of contents names.

    Parameters
    ----------
    entry : dict or list
        A table of contents or a part of one.

    Yields
    ------
    str
        Pages relative to the root, in reading order.
    """
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
