"""How the book and what it rests on are cited."""

import re
from pathlib import Path
from typing import Any

from lib.core.errors import InputError, did_you_mean
from lib.core.text_files import read_yaml

ENTRY = re.compile(r"@\w+\{([^,]+),.*?^\}", re.DOTALL | re.MULTILINE)


def bibliography_entries(path: Path, keys: list[str]) -> list[str]:
    """Read entries of a bibliography; InputError if there is no entry with a key."""
    entries = {found[1]: found[0] for found in ENTRY.finditer(path.read_text(encoding="utf-8"))}
    for key in keys:
        if key not in entries:
            raise InputError(f"{path} has no entry {key!r}: {did_you_mean(key, entries)}")
    return [entries[key] for key in keys]


def archive_entry(path: Path, key: str) -> str:
    """Write the BibTeX entry of the work that a citation file describes."""
    citation = read_yaml(path)
    fields = {
        "author": " and ".join(_author(author) for author in citation["authors"]),
        "title": f"{{{citation['title']}}}",
        "year": str(citation["date-released"])[:4],
        "version": citation["version"],
    }
    fields |= {"doi": citation["doi"]} if "doi" in citation else {}
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@software{{{key},\n{lines}\n}}"


def _author(author: dict[str, Any]) -> str:
    """Write a person's family name first; braces keep the name of a group together."""
    if "name" in author:
        return f"{{{author['name']}}}"
    return f"{author['family-names']}, {author['given-names']}"
