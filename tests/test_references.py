"""The bibliography holds what the book cites, no more, and enough of each work to find it."""

import re

import pytest
from pybtex.database import Entry, parse_file

from lib.core.paths import ROOT

CITATION = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
ENTRIES = parse_file(str(ROOT / "chapters" / "references.bib")).entries  # a key twice is an error
PAGES = [path for kind in ("ipynb", "md") for path in (ROOT / "chapters").rglob(f"*.{kind}")]
ARTICLE = [{"journal"}, {"year"}, {"volume", "doi"}, {"pages", "eid"}]  # one of each
OTHER = [{"title"}, {"year"}, {"doi", "url", "publisher", "school"}]


def cited(text: str) -> set[str]:
    return {key.strip() for keys in CITATION.findall(text) for key in keys.split(",")}


def lacks(entry: Entry) -> list[set[str]]:
    given = {name.lower() for name, value in entry.fields.items() if value.strip()}
    needed = ARTICLE if entry.type == "article" else OTHER
    return [fields for fields in needed if not fields & given]


@pytest.fixture(scope="module")
def keys() -> set[str]:
    return set().union(*(cited(path.read_text(encoding="utf-8")) for path in PAGES))


def test_every_cited_work_is_listed(keys):
    assert {"jones2022", "chacha2018"} <= keys
    assert sorted(keys - set(ENTRIES)) == []


def test_every_listed_work_is_cited(keys):
    assert sorted(set(ENTRIES) - keys) == []


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_says_where_the_work_is_found(key):
    assert ENTRIES[key].persons["author"]
    assert lacks(ENTRIES[key]) == []


def test_no_two_works_share_a_doi():
    dois = [entry.fields["doi"].lower() for entry in ENTRIES.values() if "doi" in entry.fields]
    assert sorted(dois) == sorted(set(dois))
    assert [doi for doi in dois if not re.fullmatch(r"10\.\d{4,}/\S+", doi)] == []


def test_citations_are_read_with_several_keys_in_any_style():
    text = "As {cite:t}`a2000` and others {cite:p}`b2001, c2002` say {cite}`d2003`, not `e2004`."
    assert cited(text) == {"a2000", "b2001", "c2002", "d2003"}


@pytest.mark.parametrize("missing", ["journal", "year", "pages", "volume"])
def test_an_article_without_a_field_is_noticed(missing):
    fields = {"journal": "J", "year": "2000", "volume": "1", "pages": "1--2"}
    assert lacks(Entry("article", fields)) == []
    assert [missing in found for found in lacks(Entry("article", fields | {missing: " "}))] == [
        True
    ]
