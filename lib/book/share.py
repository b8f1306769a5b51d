"""What the book tells of itself where others list it, link to it or cite it."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from mimetypes import guess_type
from textwrap import shorten
from typing import Any
from urllib.parse import urljoin

from lib.book.citation import Item, works
from lib.core.errors import InputError, did_you_mean

ADDRESS = "BOOK_URL"
LINKS = {
    "memo": "memo",
    "article": "article",
    "repository": "repository",
    "issues": "issue tracker",
}
LEAST, LONGEST = 60, 200  # characters of a description
WEB = re.compile(r"https?://[^\s/\"<>][^\s\"<>]*")
KINDS = {
    "article-journal": "ScholarlyArticle",
    "report": "Report",
    "dataset": "Dataset",
    "software": "Dataset",
}


def book_url() -> str:
    """Read where the book will be published; empty if that is not known."""
    given = os.environ.get(ADDRESS, "")
    if given and (not WEB.fullmatch(given) or re.search(r"[?#]", given)):
        raise InputError(
            f"{ADDRESS} is {given!r}; it must be the address of the book's folder on the web, such "
            "as https://example.org/book/."
        )
    return f"{given.rstrip('/')}/" if given else ""


def read_links(given: Mapping[str, Any]) -> dict[str, str]:
    """Check the addresses that _config.yml gives; those left empty are left out."""
    links = {name: address for name, address in given.items() if address}
    for name, address in links.items():
        if name not in LINKS:
            raise InputError(f"_config.yml has a link {name!r}: {did_you_mean(name, LINKS)}")
        if not WEB.fullmatch(str(address)):
            raise InputError(
                f"_config.yml has links.{name}: {address!r}; it must begin with https://."
            )
    return links


def foot(version: str, links: Mapping[str, str]) -> str:
    """Write the line at the foot of each page."""
    said = escape(version[:1].upper() + version[1:])
    given = {LINKS[name]: escape(links[name]) for name in LINKS if name in links}
    shown = [f'<a href="{address}">{name}</a>' for name, address in given.items()]
    return f"<p>{' · '.join([said, *shown])}</p>"


def opening(text: str) -> str:
    """Take as many whole sentences as a preview shows, or the words of the first that fit."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    fitting = (" ".join(sentences[:count]) for count in range(len(sentences), 0, -1))
    whole = next((said for said in fitting if len(said) <= LONGEST), "")
    return whole if len(whole) > LEAST else shorten(text, LONGEST, placeholder=" …")


def citation_tags(archive: Item, title: str, language: str, url: str) -> str:
    """
    Write what Google Scholar and Zotero read of a page.

    A page with a title of its own is a part of the archive.
    """
    whole = {"citation_title": archive["title"]}
    part = {"citation_title": title, "citation_inbook_title": archive["title"]}
    authors = [_name(author) for author in archive["author"]]
    day = "/".join(f"{part:02}" for part in archive["issued"]["date-parts"][0])
    told = [*(part if title else whole).items(), *(("citation_author", name) for name in authors)]
    told += [("citation_publication_date", day), ("citation_language", language)]
    told += [("citation_doi", archive["DOI"])] if "DOI" in archive else []
    told += [("citation_public_url", url)] if url else []
    return "".join(f'<meta name="{name}" content="{escape(text)}" />\n' for name, text in told)


def dataset(citation: Mapping[str, Any], files: Iterable[str], url: str) -> str:
    """Describe the archive in the vocabulary of schema.org: a data set, and the works it cites."""
    archive, *cited = works(citation).values()
    licences = citation["license"]
    licences = [licences] if isinstance(licences, str) else licences
    described = {
        "@context": "https://schema.org",
        **_work(archive),
        "description": " ".join(citation.get("abstract", archive["title"]).split()),
        "keywords": citation.get("keywords", []),
        "license": [f"https://spdx.org/licenses/{name}" for name in licences],
        "isAccessibleForFree": True,
        "distribution": [_download(name, url) for name in files],
        "citation": [_work(item) for item in cited],
    }
    described |= {"url": url} if url else {}
    text = json.dumps(described, indent=1, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">\n{text}\n</script>\n'


def _work(item: Item) -> dict[str, Any]:
    """Translate a CSL item."""
    known: dict[str, Any] = {"@type": KINDS[item["type"]]}
    known |= {"@id": item["URL"], "url": item["URL"]} if "URL" in item else {}
    known["name"] = item["title"]
    known["creator" if known["@type"] == "Dataset" else "author"] = [
        {"@type": "Organization" if "literal" in author else "Person", "name": _name(author)}
        for author in item["author"]
        if author != {"literal": "others"}
    ]
    known["datePublished"] = "-".join(f"{part:02}" for part in item["issued"]["date-parts"][0])
    return known | dict(_details(item))


def _details(item: Item) -> Iterator[tuple[str, Any]]:
    if "version" in item:
        yield "version", item["version"]
    if "container-title" in item:
        yield "isPartOf", {"@type": "Periodical", "name": item["container-title"]}
    if "number" in item:
        yield "reportNumber", item["number"]
    if "publisher" in item:
        yield "publisher", {"@type": "Organization", "name": item["publisher"]}


def _download(name: str, url: str) -> dict[str, str]:
    kind = guess_type(name)[0] or "text/plain"
    address = urljoin(url, name)
    return {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": address}


def _name(author: Mapping[str, str]) -> str:
    return author.get("literal") or f"{author['given']} {author['family']}"
