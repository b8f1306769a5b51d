"""References in the formats that people and reference managers read, made from CITATION.cff."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lib.core.errors import InputError
from lib.core.text_files import read_yaml

FILE = "CITATION.cff"
ARCHIVE = "replication_archive"
ENDINGS = {"Text": "txt", "BibTeX": "bib", "RIS": "ris", "CSL-JSON": "json"}
# What CITATION.cff calls a kind of work, and what CSL, BibTeX and RIS call it.
KINDS = {
    "software": ("software", "software", "COMP"),
    "article": ("article-journal", "article", "JOUR"),
    "report": ("report", "techreport", "RPRT"),
    "data": ("dataset", "misc", "DATA"),
}
NAMES = {csl: (bibtex, ris) for csl, bibtex, ris in KINDS.values()}
CSL = {"volume": "volume", "issue": "issue", "number": "number", "version": "version", "doi": "DOI"}
BIBTEX = {
    "container-title": "journal",
    "volume": "volume",
    "issue": "number",
    "genre": "type",
    "number": "number",
    "publisher": "publisher",
    "publisher-place": "address",
    "version": "version",
    "DOI": "doi",
    "URL": "url",
}
RIS = {
    "title": "TI",
    "container-title": "T2",
    "genre": "M3",
    "volume": "VL",
    "issue": "IS",
    "number": "SN",
    "publisher": "PB",
    "publisher-place": "CY",
    "version": "ET",
    "DOI": "DO",
    "URL": "UR",
}

Item = Mapping[str, Any]


def read_works(path: Path) -> dict[str, dict[str, Any]]:
    """Read a citation file as CSL items by key: the work that it describes, then those it cites."""
    return works(read_yaml(path))


def works(citation: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Translate what a citation file holds, as read_works does."""
    cited = [_item(work) for work in citation.get("references", [])]
    return {item["id"]: item for item in [_item(citation, ARCHIVE), *cited]}


def references(item: Item) -> dict[str, str]:
    """Write the reference of a work in each format of ENDINGS."""
    written = (_text(item), _bibtex(item), _ris(item), _json(item))
    return dict(zip(ENDINGS, written, strict=True))


def _item(work: Mapping[str, Any], key: str = "") -> dict[str, Any]:
    """Translate a work of a citation file to a CSL item, in which absent fields are left out."""
    dated = str(work.get("date-released") or work.get("date-published") or work.get("year", ""))
    if not (dated and work.get("title") and work.get("authors")):
        raise InputError(f"{FILE} has a work without title, authors or date: {str(work)[:100]}.")
    authors = [_name(author) for author in work["authors"]]
    first = authors[0].get("family") or authors[0]["literal"].split()[0]
    issuer = work.get("institution") or work.get("publisher") or {}
    doi = f"https://doi.org/{work['doi']}" if "doi" in work else None
    item = {
        "id": key or f"{first.lower()}{dated[:4]}",
        "type": KINDS[work.get("type", "software")][0],
        "title": work["title"],
        "author": authors,
        "issued": {"date-parts": [[int(part) for part in dated.split("-")]]},
        "container-title": work.get("journal"),
        "page": f"{work['start']}-{work['end']}" if "start" in work else None,
        "genre": work.get("notes") if work.get("type") == "report" else None,
        "publisher": issuer.get("name"),
        "publisher-place": issuer.get("city"),
        "URL": doi or work.get("url") or work.get("repository-code"),
    }
    item |= {name: str(work[field]) for field, name in CSL.items() if field in work}
    return {name: value for name, value in item.items() if value}


def _name(author: Mapping[str, Any]) -> dict[str, str]:
    if "name" in author:
        return {"literal": author["name"]}
    return {"family": author["family-names"], "given": author["given-names"]}


def _text(item: Item) -> str:
    """Write a reference as a list of references has it."""
    report = item.get("number") and f"{item.get('genre', 'No.')} {item['number']}"
    within = item.get("container-title") and _volume(item)
    edition = item.get("version") and f"Version {item['version']}"
    rest = [within, report, edition, item.get("publisher"), item.get("URL")]
    told = ", ".join(part for part in rest if part)
    written = [_short(author) for author in item["author"]]
    said = " and ".join([part for part in (", ".join(written[:-1]), written[-1]) if part])
    return f"{said} ({_year(item)}). {item['title']}. {told}"


def _volume(item: Item) -> str:
    issue = f"({item['issue']})" if "issue" in item else ""
    pages = f", {item['page'].replace('-', '–')}" if "page" in item else ""
    return f"{item['container-title']} {item.get('volume', '')}{issue}{pages}"


def _short(author: Mapping[str, str]) -> str:
    """Write a family name and initials."""
    if "literal" in author:
        return author["literal"]
    initials = " ".join(re.sub(r"\w+\.?", lambda name: f"{name[0][0]}.", author["given"]).split())
    return f"{author['family']}, {initials}"


def _bibtex(item: Item) -> str:
    """Write an entry; braces keep the capitals of a title and the name of a group together."""
    authors = [_full(author, "{{{}}}") for author in item["author"]]
    authors = ["others" if author == "{others}" else author for author in authors]
    fields = {"author": " and ".join(authors), "title": f"{{{_escaped(item['title'])}}}"}
    fields["year"] = str(_year(item))
    named = BIBTEX | ({"publisher": "institution"} if item["type"] == "report" else {})
    for name, field in named.items():
        if name in item:
            fields[field] = item[name] if name in ("DOI", "URL") else _escaped(item[name])
    if "DOI" in item:
        del fields["url"]
    fields |= {"pages": item["page"].replace("-", "--")} if "page" in item else {}
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{NAMES[item['type']][0]}{{{item['id']},\n{lines}\n}}"


def _ris(item: Item) -> str:
    """Write tags and values, a line each, in the order that the format asks for."""
    day = "/".join(f"{part:02}" for part in item["issued"]["date-parts"][0])
    pages = dict(zip(("SP", "EP"), item.get("page", "").split("-"), strict=False))
    lines = [("TY", NAMES[item["type"]][1])]
    lines += [("AU", _full(author, "{}")) for author in item["author"]]
    lines += [("PY", str(_year(item))), *([("DA", day)] if "/" in day else [])]
    lines += [(tag, item[name]) for name, tag in RIS.items() if name in item]
    lines += [*((tag, page) for tag, page in pages.items() if page), ("ER", "")]
    return "\n".join(f"{tag}  - {value}" for tag, value in lines)


def _json(item: Item) -> str:
    fields = (f" {json.dumps({name: item[name]}, ensure_ascii=False)[1:-1]}" for name in item)
    return "[{\n" + ",\n".join(fields) + "\n}]"


def _full(author: Mapping[str, str], group: str) -> str:
    """Write the family name first."""
    if "literal" in author:
        return group.format(author["literal"])
    return f"{author['family']}, {author['given']}"


def _year(item: Item) -> int:
    return int(item["issued"]["date-parts"][0][0])


def _escaped(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text)
