"""What a deposit says of itself to machines: RO-Crate metadata."""

import json
from collections.abc import Iterable, Mapping
from mimetypes import guess_type
from pathlib import Path
from typing import Any

SPECIFICATION = "1.2"
SPDX = "https://spdx.org/licenses/"


def describe(
    folder: Path, citation: Mapping[str, Any], parts: Mapping[str, str], about: Mapping[str, str]
) -> str:
    """Describe a deposit after the RO-Crate Metadata Specification 1.2."""
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=SPECIFICATION)
    root = crate.root_dataset
    root["name"] = citation["title"]
    root["description"] = citation.get("abstract", citation["title"])
    root["keywords"] = ", ".join(citation.get("keywords", []))
    root["datePublished"] = about["date"]
    root["version"] = str(citation["version"])
    root["author"] = [_entity(crate, *each) for each in _authors(citation["authors"])]
    root["license"] = [_entity(crate, *each) for each in _licences(citation["license"])]
    root["citation"] = [_entity(crate, *each) for each in _works(citation.get("references", []))]
    added = {name: _part(crate, folder, name, text) for name, text in parts.items()}
    added["source/"]["version"] = about["version"]
    root["mentions"] = _build(crate, added, about["python"])
    return (
        json.dumps(crate.metadata.generate(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    )


def _entity(crate: Any, identifier: str, properties: dict[str, Any]) -> Any:
    from rocrate.model.contextentity import ContextEntity

    return crate.add(ContextEntity(crate, identifier, properties=properties))


def _part(crate: Any, folder: Path, name: str, description: str) -> Any:
    properties = {"name": name.rstrip("/"), "description": description}
    if name.endswith("/"):
        return crate.add_dataset(dest_path=name, properties=properties)
    path = folder / name
    if path.is_file():
        properties["contentSize"] = str(path.stat().st_size)
    properties["encodingFormat"] = guess_type(name)[0] or "text/plain"
    return crate.add_file(dest_path=name, properties=properties)


def _build(crate: Any, parts: Mapping[str, Any], python: str) -> Any:
    """Tell what was run on what, as the action that made the other parts."""
    software = {"@type": "SoftwareApplication", "name": "Python", "version": python}
    return _entity(
        crate,
        "#build",
        {
            "@type": "CreateAction",
            "name": "make book",
            "instrument": _entity(crate, "#python", software),
            "object": parts["source/"],
            "result": [part for name, part in parts.items() if name != "source/"],
        },
    )


def _authors(authors: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, dict[str, Any]]]:
    for number, author in enumerate(authors, start=1):
        name = author.get("name") or f"{author['given-names']} {author['family-names']}"
        kind = "Organization" if "name" in author else "Person"
        yield author.get("orcid", f"#author-{number}"), {"@type": kind, "name": name}


def _licences(names: str | list[str]) -> Iterable[tuple[str, dict[str, Any]]]:
    for name in [names] if isinstance(names, str) else names:
        yield SPDX + name, {"@type": "CreativeWork", "name": name}


def _works(references: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, dict[str, Any]]]:
    for number, work in enumerate(references, start=1):
        address = f"https://doi.org/{work['doi']}" if "doi" in work else work.get("url")
        described = {"@type": "CreativeWork", "name": work["title"]}
        described |= {"datePublished": str(work["year"])} if "year" in work else {}
        yield address or f"#work-{number}", described
