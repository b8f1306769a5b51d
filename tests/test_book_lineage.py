"""From every table and figure of the real book to its code, its data and its file."""

import csv
import json
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from conftest import Toy

pytestmark = pytest.mark.xdist_group("site")  # one worker, so that one book is built

LINE = re.compile(r'<p class="lineage">.*?</p>')
ADDRESS = re.compile(r'href="([^"]+)"')
FORMATS = {"table": {".csv"}, "figure": {".png", ".svg"}}


class Targets(HTMLParser):
    """Collects the ids of a page, and those that are inside a fold of code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.depth = 0
        self.ids: set[str] = set()
        self.folded: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.depth += tag == "details"
        name = dict(attributes).get("id")
        if name:
            self.ids.add(name)
            if self.depth:
                self.folded.add(name)

    def handle_endtag(self, tag):
        self.depth -= tag == "details"


@pytest.fixture(scope="module")
def rows(book: Toy) -> list[dict]:
    with (book.root / "_build" / "results" / "lineage.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def targets(pages) -> dict[str, Targets]:
    return {name: Targets(page) for name, page in pages.items()}


def address(row: dict) -> str:
    return f"{row['chapter']}-{row['kind']}-{row['name']}"


def test_every_table_and_figure_of_every_page_has_its_lineage(pages, rows):
    listed = {address(row) for row in rows}
    assert len(listed) == len(rows) > 30
    for name, page in pages.items():
        shown = page.count('<figure class="book-table') + len(
            re.findall('<figure class="align', page)
        )
        assert len(LINE.findall(page)) == shown, name
        linked = set(re.findall(r'href="lineage\.html#([^"]+)"', page))
        assert linked == {each for each in listed if name == f"chapters/{each.split('-')[0]}.html"}


def test_two_clicks_lead_to_code_data_and_file(site: Path, pages, targets):
    """The first click is on a link of the line; what it leads to exists."""
    for name, page in pages.items():
        for line in LINE.findall(page):
            found = [link for link in ADDRESS.findall(line) if not link.startswith("#")]
            files = [link for link in found if "#" not in link]
            assert files
            assert all((site / name).parent.joinpath(file).resolve().is_file() for file in files)
            [data] = [link.split("#")[1] for link in found if "#" in link]
            assert data in targets["chapters/lineage.html"].ids
            [code] = [link[1:] for link in ADDRESS.findall(line) if link.startswith("#")]
            hidden = "code-fold" not in page  # it shows no code; its notebook has it
            assert code in (targets[name].ids if hidden else targets[name].folded)


def test_the_page_of_lineage_leads_to_the_code_and_to_inputs_with_the_hash_it_says(pages, site):
    page = pages["chapters/lineage.html"]
    listed = re.findall(
        r'<a href="\.\./([^"]+)" download>[^<]+</a></t[dh]>\s*<td[^>]*><code[^>]+>(\w+)<', page
    )
    assert len(listed) > 30
    for name, said in listed:
        assert sha256((site / name).read_bytes()).hexdigest() == said
    names = {Path(name).name for name, _ in listed}
    assert {"memo806_table1.csv", "wvs6_country_counts.csv", "replication.json"} <= names


def test_every_link_to_a_cell_leads_into_a_page(pages, targets):
    count = 0
    for name, page in pages.items():
        for chapter, cell in re.findall(r'href="(\w*)(?:\.html)?#(cell-[^"]+)"', page):
            count += 1
            target = f"chapters/{chapter}.html" if chapter else name
            assert cell in targets[target].ids, f"{name}: {chapter} {cell}"
    assert count > 300


def test_a_row_of_the_report_leads_to_the_cell_that_gave_its_evidence(book: Toy, pages):
    page = pages["chapters/report.html"]
    graded = [row for row in book.rows().values() if row["chapter"]]
    for row in graded:
        assert f'href="{row["chapter"]}.html#cell-{row["cell"]}"' in page


def test_files_hold_what_the_page_shows(site: Path, rows):
    for row in rows:
        folder = site / "exhibits" / row["chapter"]
        for extension in FORMATS[row["kind"]]:
            file = folder / f"{row['name']}{extension}"
            assert file.is_file(), file
            assert extension != ".csv" or len(pd.read_csv(file).columns) > 0


def test_no_respondents_are_beside_the_pages(rows, site: Path):
    inputs = [pair for row in rows for pair in json.loads(row["inputs"]).items()]
    generated = {digest for name, digest in inputs if name.startswith("_build/")}
    assert generated
    files = [path for path in site.rglob("*") if path.is_file()]
    assert not [path for path in files if sha256(path.read_bytes()).hexdigest() in generated]
    assert not (site / "inputs" / "data" / "raw").exists()
