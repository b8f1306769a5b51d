"""The real book in a real browser, opened from its folder with the network off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

pytestmark = pytest.mark.xdist_group("site")  # one worker, so that one book is built

UNFOLD = "document.querySelectorAll('details').forEach(fold => { fold.open = true })"
REACHABLE = """() => {
  window.reached = new Set();
  document.addEventListener('focusin', event => window.reached.add(event.target));
  const can = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  window.wanted = [...document.querySelectorAll(can)].filter(each =>
    each.checkVisibility({visibilityProperty: true}) && !each.disabled && each.tabIndex >= 0
    && !(each.type === 'radio' && !each.checked));  // arrows lead from the checked one to these
  return window.wanted.length;
}"""
FEW = """() => [...document.querySelectorAll('.number-entry')].slice(9)
  .forEach(each => each.remove())"""
"""The entries of the report are all of one form: nine stand for three hundred."""
MISSED = """() => window.wanted.filter(each => !window.reached.has(each))
  .map(each => each.outerHTML.slice(0, 120))"""
UNSEEN_FOCUS = """() => [...document.querySelectorAll('[onclick]')]
  .filter(each => each.tabIndex < 0).map(each => each.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def names(pages) -> list[str]:
    return [name for name in pages if name != "index.html"]  # it only leads to the front page


@pytest.fixture
def page(request, browser: Browser) -> Iterator[Page]:
    given = getattr(request, "param", {})
    settings = {"offline": True, "viewport": {"width": 1440, "height": 900}} | given
    with browser.new_context(**settings) as own:
        yield own.new_page()


def test_no_request_leaves_the_folder_and_none_fails(site: Path, names, page: Page):
    asked: list[str] = []
    failed: list[tuple[str, str | None]] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
    for name in names:
        page.goto((site / name).as_uri(), wait_until="load")
    leaving = [url for url in asked if not url.startswith((site.as_uri(), "data:", "blob:"))]
    assert len(asked) > len(names)
    assert leaving == []
    left = "net::ERR_ABORTED"  # the icon, when the next page is asked for before it is there
    assert [url for url, why in failed if why != left] == []


def test_maths_is_typeset_with_fonts_of_the_folder(site: Path, page: Page, pages):
    name = next(name for name, text in pages.items() if 'class="math ' in text)
    fonts: list[str] = []

    def note(request: Request) -> None:
        if "woff" in request.url and "mathjax" in request.url:
            fonts.append(request.url)

    page.on("request", note)
    page.goto((site / name).as_uri())
    page.locator("mjx-container").first.wait_for()
    page.evaluate("document.fonts.ready")
    assert fonts
    assert all(url.startswith(site.as_uri()) for url in fonts)


def test_search_finds_pages_without_a_server(site: Path, page: Page):
    page.goto((site / "search.html").as_uri() + "?q=quadrature")
    found = page.locator("#search-results ul.search li a")
    found.first.wait_for()
    linked = [link.get_attribute("href") or "" for link in found.all()]
    assert any("fixed_nodes.html" in link for link in linked)


@pytest.mark.parametrize("typed", ["0.124", "0,124"])
def test_search_leads_from_a_printed_value_to_its_entry(site: Path, page: Page, typed: str):
    page.goto((site / "search.html").as_uri() + f"?q={typed}")
    name = "kc2018.table2.model1.ethnic_diversity.std_error"
    page.locator(f"a[href$='{name}']").click()
    assert page.locator(f"[id='{name}']").bounding_box()["y"] < 900


PHONE = {"viewport": {"width": 360, "height": 800}}
TOUCH = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
VIEWS = [
    pytest.param({"color_scheme": "light"}, id="light"),
    pytest.param({"color_scheme": "dark"}, id="dark"),
    pytest.param({"color_scheme": "light"} | PHONE, id="phone", marks=pytest.mark.long),
]


@pytest.mark.parametrize("page", VIEWS, indirect=True)
def test_axe_finds_no_violation(site: Path, names, page: Page):
    """All its rules, best practice too; with every fold open, so that the code is seen too."""
    axe = Axe()
    for name in names:
        page.goto((site / name).as_uri())
        page.evaluate(UNFOLD)
        page.evaluate(FEW)
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        told = [(rule["id"], rule["nodes"][0]["html"], len(rule["nodes"])) for rule in found]
        assert told == [], name


def test_the_keyboard_alone_reaches_everything(site: Path, names, page: Page):
    for name in names:
        page.goto((site / name).as_uri())
        page.evaluate(FEW)
        wanted = page.evaluate(REACHABLE)
        for press in range(2 * wanted + 2):  # a number in focus shows a further link, to its entry
            page.keyboard.press("Tab")
            if press > wanted and press % 25 == 0 and page.evaluate(MISSED) == []:
                break
        assert page.evaluate(MISSED) == [], name
        assert page.evaluate(UNSEEN_FOCUS) == [], name


def test_a_link_to_code_opens_its_fold(site: Path, page: Page, pages):
    name, cell = next(
        (name, found[1])
        for name, text in pages.items()
        if (found := re.search(r'<p class="lineage">.*?href="#(cell-[^"]+)"', text))
    )
    page.goto((site / name).as_uri())
    code = page.locator(f"[id='{cell}']")
    assert not code.is_visible()
    page.locator(f"p.lineage a[href='#{cell}']").first.click()
    code.wait_for(state="visible")


WIDTHS = [360, 1440, *(pytest.param(w, marks=pytest.mark.long) for w in (390, 768, 1920))]
CUT = """() => {
  const kinds = 'figure, table, img, svg, pre, div.math, mjx-container, math';
  const cut = each => {
    const box = each.getBoundingClientRect();
    let right = document.documentElement.clientWidth, bottom = Infinity;
    for (let up = each; up && up.id !== 'main-content'; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== 'visible') {
        if (up.clientWidth && up.scrollWidth > up.clientWidth + 1) return true;
        right = Math.min(right, up.getBoundingClientRect().right);
        bottom = Math.min(bottom, up.getBoundingClientRect().bottom);
      }
    }
    return box.left < -1 || box.right > right + 1 || box.bottom > bottom + 1;
  };
  return [...document.querySelectorAll(`article :is(${kinds})`)]
    .filter(each => each.checkVisibility() && !each.closest('mjx-assistive-mml') && cut(each))
    .map(each => each.outerHTML.slice(0, 120));
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_and_no_page_scrolls_sideways(site: Path, names, page: Page, width: int):
    """Every table, figure, formula and code block, with the folds open."""
    page.set_viewport_size({"width": width, "height": 900})
    cut = {}
    for name in names:
        page.goto((site / name).as_uri())
        page.evaluate(UNFOLD)
        page.evaluate("window.MathJax?.startup?.promise")
        cut[name] = page.evaluate(CUT)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert {name: found for name, found in cut.items() if found} == {}


def test_one_switch_shows_the_code_of_all_pages(site: Path, names, page: Page, pages):
    first, second = [name for name in names if 'class="code-switch"' in pages[name]][:2]
    page.goto((site / first).as_uri())
    code = page.locator(".code-fold pre").first
    assert not code.is_visible()
    page.locator(".code-switch").click()
    code.wait_for(state="visible")
    page.goto((site / second).as_uri())
    page.locator(".code-fold pre").first.wait_for(state="visible")


@pytest.mark.parametrize("page", [TOUCH], indirect=True)
def test_a_reference_is_copied_in_the_format_chosen_by_touch(site: Path, page: Page):
    page.goto((site / "chapters" / "citing.html").as_uri())
    page.evaluate("""() => document.addEventListener('copy', () => {
        window.copied = document.activeElement.value; }, true)""")
    works = page.locator(".sd-tab-set")
    works.nth(1).locator("label", has_text="RIS").tap()
    shown = works.nth(1).locator(".sd-tab-content:visible")
    button = shown.locator("button.copybtn")
    assert button.evaluate("each => getComputedStyle(each).opacity") == "1"
    button.tap()
    assert page.evaluate("window.copied").startswith("TY  - JOUR\nAU  - Chacha, Mwita\n")
    assert works.first.locator(".sd-tab-content:visible").inner_text().startswith("TY  - RPRT")


@pytest.mark.parametrize("page", [{}, TOUCH], indirect=True)
def test_what_is_searched_for_is_typed_beside_the_glass(site: Path, page: Page):
    page.goto((site / "search.html").as_uri())
    field = page.locator("main .bd-search input")
    glass = page.locator("main .bd-search .fa-magnifying-glass").bounding_box()
    typed = field.evaluate("each => parseFloat(getComputedStyle(each).paddingLeft)")
    assert field.bounding_box()["x"] + typed > glass["x"] + glass["width"]


def test_the_first_stop_of_the_keyboard_skips_to_the_text(site: Path, names, page: Page):
    for name in names:
        page.goto((site / name).as_uri())
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.hash") == "#main-content", name


def test_no_page_shows_what_is_recorded_for_the_report(pages):
    assert [name for name, text in pages.items() if "of evidence recorded" in text] == []


def test_the_front_page_shows_both_studies_and_the_finding_in_one_screen(site: Path, page: Page):
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/front_page.html")
    for words in ("Do people in Kazakhstan support", "What moves trust", "problems concern"):
        found = page.locator("main :is(.sd-card, p)", has_text=words).first.bounding_box()
        assert found is not None
        assert found["y"] + found["height"] <= 900, words


def test_an_old_address_leads_to_where_its_contents_are_now(site: Path, page: Page):
    page.goto((site / "chapters" / "types.html").as_uri())
    page.wait_for_url("**/uncertainty.html#do-the-design-s-assumptions-narrow-it")
    assert page.locator("#do-the-design-s-assumptions-narrow-it").count() == 1


def test_a_number_is_found_in_the_report_by_its_value(site: Path, page: Page):
    page.goto((site / "chapters" / "report.html").as_uri())
    everything = page.locator(".number-entry:visible").count()
    page.get_by_label("Find a number or word").fill("0,124")
    found = page.locator(".number-entry:visible")
    assert 0 < found.count() < everything
    assert "0.124" in found.first.inner_text()
    page.get_by_role("button", name="Show all").click()
    assert page.locator(".number-entry:visible").count() == everything
    name = "kc2018.table2.model1.ethnic_diversity.std_error"
    page.goto((site / "chapters" / "report.html").as_uri() + f"#{name}")
    assert page.locator(f"[id='{name}']").bounding_box()["y"] < 900
