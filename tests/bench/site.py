"""How soon a reader sees the largest part of a page, opened from its folder."""

import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from lib.core.paths import BUILD
from tests.bench.timing import spread

RUNS = 5
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PAINT = """() => new Promise(resolve => new PerformanceObserver(list =>
  resolve(list.getEntries().at(-1).startTime / 1000)
).observe({type: "largest-contentful-paint", buffered: true}))"""


def largest_contentful_paint() -> dict[str, object]:
    """Open every page of the site as last built, several times, in a browser of its own."""
    pages = sorted((BUILD / "html").resolve().glob("chapters/*.html"))
    if not pages:
        raise FileNotFoundError("there is no site yet: run `make book` first.")
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch
        browser = launch(executable_path=shutil.which("chromium"), args=FLAGS)
        times = {page.stem: [paint(browser, page) for _ in range(RUNS)] for page in pages}
        browser.close()
    medians = {name: statistics.median(found) for name, found in times.items()}
    slowest = max(medians, key=lambda name: medians[name])
    return {
        "compared": f"largest contentful paint of {len(pages)} pages, from their folder",
        "ours": spread([seconds for found in times.values() for seconds in found]),
        "slowest_page": slowest,
        "slowest_page_median": medians[slowest],
    }


def paint(browser: Browser, page: Path) -> float:
    """Open a page with nothing cached and no network; return the seconds to its largest paint."""
    with browser.new_context(offline=True, viewport={"width": 1440, "height": 900}) as context:
        opened = context.new_page()
        opened.goto(page.as_uri(), wait_until="load")
        return float(opened.evaluate(PAINT))
