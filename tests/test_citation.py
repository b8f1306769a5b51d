"""The citation file is valid, and says of a work what the bibliography says."""

import json
import re

import pytest
from jsonschema import Draft7Validator, FormatChecker

from lib.book.citation import archive_entry, bibliography_entries
from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.core.text_files import read_yaml

CITATION = ROOT / "CITATION.cff"
BIBLIOGRAPHY = ROOT / "chapters" / "references.bib"
SCHEMA = ROOT / "tests" / "reference" / "cff-1.2.0.schema.json"
KEYS = ["jones2022", "chacha2018", "inglehart2014", "alesina2003"]
SOFTWARE = """cff-version: 1.2.0
authors:
  - {family-names: Doe, given-names: Jane}
  - name: The Group
title: A tool
version: 1.2.3
date-released: 2026-01-02
doi: 10.1/x
"""


def valid(citation: dict) -> bool:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft7Validator(schema, format_checker=FormatChecker()).is_valid(citation)


def field(entry: str, name: str) -> str | None:
    found = re.search(rf"^  {name} = {{(.*)}},?$", entry, re.MULTILINE)
    return found and re.sub(r"[{}\\]", "", found[1])


def test_the_citation_file_is_valid():
    assert valid(read_yaml(CITATION))


@pytest.mark.parametrize("change", [{"title": 3}, {"authors": []}, {"license": "CC-BY"}])
def test_an_invalid_citation_file_is_not(change):
    assert not valid(read_yaml(CITATION) | change)


def test_the_citation_file_names_the_studies_first():
    titles = [reference["title"] for reference in read_yaml(CITATION)["references"]]
    assert titles[0].startswith("The Future of Kazakhstani-Russian Relations")
    assert titles[1].startswith("Migration and public trust")


@pytest.mark.parametrize(("position", "key"), list(enumerate(KEYS)))
def test_citation_file_and_bibliography_agree(position, key):
    reference = read_yaml(CITATION)["references"][position]
    (entry,) = bibliography_entries(BIBLIOGRAPHY, [key])
    families = [author.get("family-names", author.get("name")) for author in reference["authors"]]
    assert families == [name.split(",")[0] for name in field(entry, "author").split(" and ")]
    assert str(reference["year"]) == field(entry, "year")
    assert reference.get("doi") == field(entry, "doi")
    words = re.findall(r"\w+", reference["title"])
    assert words == re.findall(r"\w+", field(entry, "title"))


def test_an_unknown_key_gets_one_sentence():
    with pytest.raises(InputError, match="no entry 'jones2020': did you mean 'jones2022'"):
        bibliography_entries(BIBLIOGRAPHY, ["jones2020"])


def test_a_person_and_a_group_as_authors(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text(SOFTWARE, encoding="utf-8")
    entry = archive_entry(path, "tool")
    assert entry == (
        "@software{tool,\n"
        "  author = {Doe, Jane and {The Group}},\n"
        "  title = {{A tool}},\n"
        "  year = {2026},\n"
        "  version = {1.2.3},\n"
        "  doi = {10.1/x}\n"
        "}"
    )


def test_the_licence_of_the_text_is_the_whole_licence():
    text = (ROOT / "LICENSE-TEXT").read_text(encoding="utf-8")
    assert "Creative Commons Attribution 4.0 International Public License" in text
    assert [number for number in range(1, 9) if f"Section {number} " not in text] == []
