"""What the book tells previews, search engines and reference managers, and where it says it is."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import PlainRenderer, Toy, build_toy
from PIL import Image

from lib.book.build import build
from lib.book.citation import ARCHIVE, read_works, works
from lib.book.lineage import lineage
from lib.book.notebooks import read_chapters
from lib.book.project import Project
from lib.book.redirects import write_entrance
from lib.book.render import Renderer, configuration, read_configuration, stage
from lib.book.share import book_url, citation_tags, dataset, foot, opening
from lib.book.variant import make_variant
from lib.book.version import Version
from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.core.text_files import read_yaml

CITATION = ROOT / "CITATION.cff"
URL = "https://example.org/book/"
MADE_FROM = Version("version 0.1.0, commit 0123456 of 2026-03-04", 1772582400)
LINKS = {"memo": "https://example.org/memo?a=1&b=2", "repository": "https://github.com/a/b"}


@pytest.mark.parametrize(
    ("given", "url"),
    [(None, ""), ("", ""), ("https://example.org", "https://example.org/"), (URL[:-1], URL)],
)
def test_where_the_book_is_published(monkeypatch, given, url):
    monkeypatch.delenv("BOOK_URL", raising=False)
    if given is not None:
        monkeypatch.setenv("BOOK_URL", given)
    assert book_url() == url


@pytest.mark.parametrize(
    "given", ["example.org", "ftp://x.org", 'https://x.org/"a', "https://", URL + "?a"]
)
def test_what_is_no_address_gets_one_sentence(monkeypatch, given):
    monkeypatch.setenv("BOOK_URL", given)
    with pytest.raises(InputError, match=r"^BOOK_URL is .* such as https://example.org/book/\.$"):
        book_url()


@pytest.mark.parametrize(
    ("links", "said"),
    [
        ("{mmo: https://x.org}", "_config.yml has a link 'mmo': did you mean 'memo'"),
        ("{memo: x.org}", "_config.yml has links.memo: 'x.org'; it must begin with https://."),
        ("5", "_config.yml has links: 5; it must be a mapping."),
    ],
)
def test_links_that_cannot_be_shown_are_refused(toy: Toy, links, said):
    toy.write("_config.yml", f"title: Toy\nlinks: {links}\n")
    with pytest.raises(InputError, match=re.escape(said)):
        read_configuration(Project(toy.root))


def test_links_stand_in_one_place_and_are_shown_where_set(toy: Toy):
    toy.write("_config.yml", f"title: Toy\nlinks: {json.dumps(LINKS | {'issues': None})}\n")
    settings = configuration(Project(toy.root), MADE_FROM)
    assert "links" not in settings
    assert settings["html"]["extra_footer"] == (
        "<p>Version 0.1.0, commit 0123456 of 2026-03-04 · "
        '<a href="https://example.org/memo?a=1&amp;b=2">memo</a> · '
        '<a href="https://github.com/a/b">repository</a></p>'
    )
    words = settings["parse"]["myst_substitutions"]
    assert words["repository"] == "[repository](https://github.com/a/b)"
    assert (words["article"], words["issues"]) == ("article", "issue tracker")
    assert settings["repository"]["url"] == LINKS["repository"]
    assert "mybinder.org" in settings["launch_buttons"]["binderhub_url"]


def test_without_a_repository_there_is_no_binder(toy: Toy):
    settings = configuration(Project(toy.root), MADE_FROM)
    assert {"repository", "launch_buttons"} & set(settings) == set()
    assert foot("unversioned", {}) == "<p>Unversioned</p>"


def test_the_links_are_those_of_the_citation_file():
    links, cited = read_yaml(ROOT / "_config.yml")["links"], read_works(CITATION)
    assert links["memo"] == cited["jones2022"]["URL"]
    assert links["article"] == cited["chacha2018"]["URL"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Answer. " + "Long. " * 40, "Answer. " + ("Long. " * 32).strip()),
        ("No. " + "word " * 60, "No. " + "word " * 39 + "…"),
        ("The slope is -0.20.  It fell.\nBy 0.117.", "The slope is -0.20. It fell. By 0.117."),
    ],
)
def test_a_description_is_whole_sentences_where_they_fit(text, said):
    assert opening(text) == said
    assert len(said) <= 200


def test_reference_managers_are_told_what_a_page_is_part_of():
    archive = read_works(CITATION)[ARCHIVE]
    whole = citation_tags(archive, "", "en", "")
    part = citation_tags(archive | {"DOI": "10.1/x"}, "Kazakhs & others", "ru", URL + "a.html")
    assert re.findall(r'name="(\w+)"', whole) == [
        *("citation_title", "citation_author", "citation_publication_date", "citation_language"),
    ]
    assert 'name="citation_title" content="Kazakhs &amp; others"' in part
    assert f'"citation_inbook_title" content="{archive["title"]}"' in part
    assert re.search(r'"citation_publication_date" content="\d{4}/\d\d/\d\d"', part)
    assert '"citation_doi" content="10.1/x"' in part
    assert f'"citation_public_url" content="{URL}a.html"' in part


def described(script: str) -> dict:
    return json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', script, 16)[1]
    )


def test_search_engines_are_told_the_data_set_and_the_studies_it_cites():
    citation = read_yaml(CITATION) | {"abstract": "Ends </script><b> here."}
    found = described(dataset(citation, ["inputs/results/replication.csv"], URL))
    assert (found["@type"], found["url"], found["version"]) == (
        *("Dataset", URL, citation["version"]),
    )
    assert found["description"] == "Ends </script><b> here."
    assert found["distribution"][0]["contentUrl"] == f"{URL}inputs/results/replication.csv"
    assert found["distribution"][0]["encodingFormat"] == "text/csv"
    memo, article = found["citation"][:2]
    assert (memo["@type"], article["@type"]) == ("Report", "ScholarlyArticle")
    assert article["@id"] == "https://doi.org/10.1080/13597566.2018.1480480"
    assert [author["name"] for author in memo["author"]] == ["Pauline Jones", "Regina Smyth"]
    names = [who["name"] for work in found["citation"] for who in work.get("creator", [])]
    assert "R. Inglehart" in names
    assert "others" not in names


def test_a_citation_without_a_date_gets_one_sentence():
    with pytest.raises(InputError, match="a work without title, authors or date"):
        works({"title": "A", "authors": [{"name": "B"}]})


def test_another_address_renders_again_and_executes_nothing(built: Toy):
    def executed(url: str) -> tuple[str, ...]:
        project = Project(built.root)
        chapters = read_chapters(project)
        variant = make_variant(chapters, chapters, {}, None, None)
        return build(project, variant, 2, False, PlainRenderer(url=url)).executed

    assert executed("") == ()
    assert [name for name in executed(URL) if not name.startswith("render")] == []
    assert executed(URL) == ()
    assert len(executed("")) == 1
    assert build_toy(built).executed == ()


@pytest.fixture(scope="module")
def published(template: Toy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render a small book for an address, with a citation, links and an icon."""
    import shutil

    root = tmp_path_factory.mktemp("published") / "book"
    shutil.copytree(template.root, root, symlinks=True)
    toy = Toy(root)
    icon = "chapters/_static/icon.png"
    settings = f"title: Toy\nauthor: Tester\nhtml: {{favicon: {icon}}}\n"
    toy.write("_config.yml", f"{settings}links: {json.dumps(LINKS)}\n")
    toy.write("chapters/notes.md", "# Notes\n\nOn **$-0.2$** ({{ memo }}), [2022]. *More*.\n")
    (root / icon).parent.mkdir()
    shutil.copyfile(ROOT / icon, root / icon)
    shutil.copyfile(CITATION, root / "CITATION.cff")
    project = Project(root)
    executed = {path.stem: path for path in project.work.glob("executed/*/*.ipynb")}
    lineages = [
        lineage(project, chapter, {}, executed[chapter.name], [])
        for chapter in read_chapters(project)
    ]
    stage(project, lineages, MADE_FROM, partial=False, folder=root / "staged", url=URL)
    html = Renderer().render(root / "staged", MADE_FROM, strict=True)
    write_entrance(html)
    return html


def tag(page: str, name: str) -> str:
    return re.search(rf'<meta (?:property|name)="{name}" content="(.*?)"', page)[1]


def test_a_published_page_knows_its_address_and_its_card(published: Path):
    page = (published / "chapters" / "notes.html").read_text()
    assert f'<link rel="canonical" href="{URL}chapters/notes.html" />' in page
    assert tag(page, "og:url") == f"{URL}chapters/notes.html"
    assert (
        tag(page, "description") == tag(page, "og:description") == "On -0.2 (memo), [2022]. More."
    )
    assert tag(page, "og:title") == "Notes"
    assert tag(page, "og:site_name") == "Toy"
    card = tag(page, "og:image")
    assert card.startswith(f"{URL}_images/")
    assert Image.open(published / card.removeprefix(URL)).size == (1146, 600)
    assert "application/ld+json" not in page


def test_the_first_page_and_the_one_that_leads_to_it_say_the_same(published: Path):
    front = (published / "chapters" / "front.html").read_text()
    entrance = (published / "index.html").read_text()
    assert described(front)["url"] == URL
    for name in ("og:title", "og:image", "og:url", "description"):
        assert tag(entrance, name) == tag(front, name)
    assert '<link rel="canonical"' in entrance
    assert 'content="0; url=chapters/front.html"' in entrance


def test_the_sitemap_lists_every_page_and_no_other(published: Path):
    root = ElementTree.parse(published / "sitemap.xml").getroot()
    pages = sorted(path.name for path in (published / "chapters").glob("*.html"))
    assert sorted(found.text for found in root.iter() if found.text) == [
        f"{URL}chapters/{name}" for name in pages
    ]


def test_a_page_that_is_not_found_leads_on_from_any_depth(published: Path):
    page = (published / "404.html").read_text()
    assert "Page not found" in page
    loaded = re.findall(r'<(?:link|script)[^>]*? (?:href|src)="([^"]*_static[^"]*)"', page)
    assert loaded
    assert all(address.startswith("/book/_static/") for address in loaded)
    assert 'href="/book/chapters/front.html"' in page


def test_a_notebook_opens_in_binder_and_a_page_has_the_icon(published: Path):
    page = (published / "chapters" / "alpha.html").read_text()
    assert (
        'href="https://mybinder.org/v2/gh/a/b/HEAD?urlpath=lab/tree/chapters/alpha.ipynb"' in page
    )
    assert '<link rel="icon" href="../_static/icon.png"' in page
