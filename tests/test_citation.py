"""The citation file is valid, and says of a work what the bibliography says."""

import json
import re

import pytest
from jsonschema import Draft7Validator, FormatChecker
from pybtex.database import Entry, parse_file, parse_string

from lib.book.citation import ARCHIVE, read_works, references
from lib.core.paths import ROOT
from lib.core.text_files import read_yaml
from lib.presentation.references import References

CITATION = ROOT / "CITATION.cff"
BIBLIOGRAPHY = ROOT / "chapters" / "references.bib"
SCHEMA = ROOT / "tests" / "reference" / "cff-1.2.0.schema.json"
KEYS = ["jones2022", "chacha2018", "inglehart2014", "alesina2003"]
SOFTWARE = """cff-version: 1.2.0
authors:
  - {family-names: Doe, given-names: Jane B.}
  - name: The Group
title: A tool & more
version: 1.2.3
date-released: 2026-01-02
doi: 10.1/x_y
"""


def valid(citation: dict) -> bool:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft7Validator(schema, format_checker=FormatChecker()).is_valid(citation)


def plain(entry: Entry) -> dict:
    """What a bibliography says, but for braces, escapes and the title's punctuation."""
    fields = {name: re.sub(r"[{}\\]", "", text) for name, text in entry.fields.items()}
    fields["title"] = re.findall(r"\w+", fields["title"])
    authors = [(name.last_names, name.first_names) for name in entry.persons["author"]]
    return {"type": entry.type, "author": authors} | fields


def test_the_citation_file_is_valid():
    assert valid(read_yaml(CITATION))


@pytest.mark.parametrize("change", [{"title": 3}, {"authors": []}, {"license": "CC-BY"}])
def test_an_invalid_citation_file_is_not(change):
    assert not valid(read_yaml(CITATION) | change)


def test_the_citation_file_names_the_studies_first():
    titles = [reference["title"] for reference in read_yaml(CITATION)["references"]]
    assert titles[0].startswith("The Future of Kazakhstani-Russian Relations")
    assert titles[1].startswith("Migration and public trust")


@pytest.mark.parametrize("key", KEYS)
def test_citation_file_and_bibliography_agree(key):
    written = references(read_works(CITATION)[key])["BibTeX"]
    ours = plain(parse_string(written, "bibtex").entries[key])
    theirs = plain(parse_file(BIBLIOGRAPHY).entries[key])
    both = ours.keys() & theirs.keys()
    assert {name: ours[name] for name in both} == {name: theirs[name] for name in both}
    assert both >= {"type", "author", "title", "year"}
    assert ours.get("doi") == theirs.get("doi")


def test_a_person_and_a_group_as_authors(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text(SOFTWARE, encoding="utf-8")
    written = references(read_works(path)[ARCHIVE])
    assert written["Text"] == (
        "Doe, J. B. and The Group (2026). A tool & more. Version 1.2.3, https://doi.org/10.1/x_y"
    )
    assert written["BibTeX"] == (
        "@software{replication_archive,\n"
        "  author = {Doe, Jane B. and {The Group}},\n"
        "  title = {{A tool \\& more}},\n"
        "  year = {2026},\n"
        "  version = {1.2.3},\n"
        "  doi = {10.1/x_y}\n"
        "}"
    )
    assert written["RIS"].splitlines() == [
        *("TY  - COMP", "AU  - Doe, Jane B.", "AU  - The Group", "PY  - 2026", "DA  - 2026/01/02"),
        *("TI  - A tool & more", "ET  - 1.2.3", "DO  - 10.1/x_y", "UR  - https://doi.org/10.1/x_y"),
        "ER  - ",
    ]
    (item,) = json.loads(written["CSL-JSON"])
    assert item["author"] == [{"family": "Doe", "given": "Jane B."}, {"literal": "The Group"}]
    assert item["issued"] == {"date-parts": [[2026, 1, 2]]}
    assert (item["type"], item["DOI"], item["version"]) == ("software", "10.1/x_y", "1.2.3")


def test_a_report_and_an_article_as_text_and_for_reference_managers():
    works = read_works(CITATION)
    report, article = references(works["jones2022"]), references(works["chacha2018"])
    assert report["Text"].startswith(
        "Jones, P. and Smyth, R. (2022). The Future of Kazakhstani-Russian Relations: Public "
        "Opinion and the CSTO. PONARS Eurasia Policy Memo 806, PONARS Eurasia, https://"
    )
    assert article["Text"].endswith(
        "Regional & Federal Studies 28(4), 523–541, https://doi.org/10.1080/13597566.2018.1480480"
    )
    assert {"TY  - RPRT", "DA  - 2022/10/30", "SN  - 806"} <= set(report["RIS"].splitlines())
    assert {"TY  - JOUR", "SP  - 523", "EP  - 541"} <= set(article["RIS"].splitlines())
    assert json.loads(article["CSL-JSON"])[0]["page"] == "523-541"


def test_the_licence_of_the_text_is_the_whole_licence():
    text = (ROOT / "LICENSE-TEXT").read_text(encoding="utf-8")
    assert "Creative Commons Attribution 4.0 International Public License" in text
    assert [number for number in range(1, 9) if f"Section {number} " not in text] == []


def test_a_reference_is_shown_in_every_format_text_first():
    formats = {"Text": "A_b & Sons (2026). *C*, https://example.org/a_b", "BibTeX": "@misc{a}"}
    shown = References([formats])._repr_mimebundle_()["text/markdown"]
    assert "```text\nA_b & Sons (2026). *C*, https://example.org/a_b\n```" in shown
    assert ":::{tab-item} BibTeX\n:sync: BibTeX\n\n```bibtex\n@misc{a}\n```" in shown
    assert shown.index("tab-item} Text") < shown.index("tab-item} BibTeX")
