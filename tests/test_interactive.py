"""The page that a reader can change: its numbers are those of lib, and it works as it should."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page

from lib.core.errors import ConvergenceError, ConvergenceWarning
from lib.core.paths import DATA, ROOT
from lib.estimators.list_experiment import difference_from_summary
from lib.estimators.multilevel import MixedLogit
from lib.estimators.power import detectable_effect
from lib.presentation.interactive import Interactive
from lib.sources.countries import read_covariates
from lib.sources.wvs import grouped_responses, read_counts, resize_counts

pytestmark = pytest.mark.xdist_group("site")  # one worker, so that one book is built

STATIC = ROOT / "chapters" / "_static"
SETTINGS = 200
FAR = [(400, 2.0), (300, 1.8)]  # percent and start from which whole Newton steps lead away
AGREEMENT = 1e-8
FILES = {
    "quadrature": ["quadrature.js", "quadrature_page.js"],
    "list-experiment": ["list_experiment.js", "list_experiment_page.js"],
}


@pytest.fixture(scope="module")
def functions(browser: Browser):
    """A page that holds the functions and nothing else."""
    page = browser.new_page()
    for name in ("quadrature.js", "list_experiment.js"):
        page.add_script_tag(path=STATIC / name)
    return page


@pytest.fixture(scope="module")
def countries() -> pd.DataFrame:
    counts = read_counts(DATA / "open" / "wvs6_country_counts.csv", "V125_07")
    covariates = read_covariates(DATA / "open" / "country_covariates.csv", counts["iso3"])
    return counts.assign(x=covariates["ethnic_fractionalization"].to_numpy())


@pytest.fixture(scope="module")
def given(countries: pd.DataFrame) -> dict:
    columns = {"country": "name", "n_valid": "n", "counted": "yes", "x": "x"}
    rows = countries.rename(columns=columns)[list(columns.values())].to_dict("records")
    setting = {"points": 7, "percent": 100, "startDeviation": 0.5, "country": 0}
    return {"countries": rows, "sizes": [2, 10, 100], "setting": setting | {"drawnAt": "fixed"}}


ARMS = {"mean_control": 2.76, "sd_control": 1.0, "n_control": 197}
ARMS |= {"mean_treatment": 3.32, "sd_treatment": 1.0, "n_treatment": 203}


@pytest.fixture(scope="module")
def written(given: dict, tmp_path_factory) -> Path:
    """A page of the site as far as the scripts know it."""
    root = tmp_path_factory.mktemp("site")
    shutil.copytree(STATIC, root / "_static")
    places = [
        Interactive(name, FILES[name], starts, "Read the table.")
        for name, starts in {"quadrature": given, "list-experiment": ARMS}.items()
    ]
    body = "".join(place._repr_mimebundle_()["text/html"] for place in places)
    page = root / "chapters" / "page.html"
    page.parent.mkdir()
    page.write_text(f'<!doctype html><html lang="en"><meta charset="utf-8">{body}</html>')
    return page


@pytest.fixture
def opened(browser: Browser, written: Path):
    """The page, opened from its file; an error of a script fails the test."""
    page = browser.new_page(viewport={"width": 800, "height": 900})
    errors: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(written.as_uri())
    page.wait_for_selector("#interactive-quadrature svg circle")
    yield page
    page.close()
    assert errors == []
    assert [url for url in requests if not url.startswith("file:")] == []


def settings_to_compare() -> list[dict]:
    generator = np.random.default_rng(2018)
    at_random = [
        {
            "points": int(generator.integers(2, 51)),
            "percent": int(np.exp(generator.uniform(np.log(2), np.log(400)))),
            "startDeviation": float(generator.uniform(0.1, 2)),
            "country": int(generator.integers(7)),
            "drawnAt": ["fixed", "adaptive"][generator.integers(2)],
        }
        for _ in range(SETTINGS)
    ]
    far = {"country": 0, "drawnAt": "adaptive"}
    return at_random + [
        {"points": points, "percent": percent, "startDeviation": deviation} | far
        for points in range(2, 51)
        for percent, deviation in FAR
    ]


def fitted(model: MixedLogit, kind: str, setting: dict):
    """Fit as lib does; None where it reaches no maximum or no variance."""
    start = np.append(model.pooled, setting["startDeviation"] ** 2)
    try:
        return model.fit(quadrature=kind, n_points=setting["points"], start=start)
    except (ConvergenceError, ConvergenceWarning):
        return None


def fit_numbers(fit) -> dict[str, float] | None:
    return fit and {
        "intercept": fit.params["Intercept"],
        "slope": fit.params["x"],
        "slopeError": fit.bse["x"],
        "variance": fit.group_variance,
        "varianceError": fit.group_variance_std_error,
        "logLikelihood": fit.llf,
    }


def integral_numbers(model: MixedLogit, kind: str, points: int, parameters, country: int) -> dict:
    at = model.likelihood(kind, points).evaluate(np.array(parameters))
    mean, deviation = at.random_effect_moments()
    return {
        "logLikelihood": at.log_likelihoods[country],
        "mean": mean[country, 0],
        "deviation": deviation[country, 0],
    }


def expected(countries: pd.DataFrame, setting: dict, parameters: list[float]) -> dict:
    """What lib makes of a setting; the integrals at given parameters."""
    rows = grouped_responses(resize_counts(countries, setting["percent"]))
    rows = rows.merge(countries[["iso3", "x"]], on="iso3")
    columns = {"groups": "iso3", "frequency_weights": "n"}
    model = MixedLogit.from_formula("response ~ x", rows, **columns)
    kinds = {"fixed": "nonadaptive", "adaptive": "adaptive"}
    rules = {name: (kind, setting["points"]) for name, kind in kinds.items()}
    rules["exact"] = ("adaptive", 101)
    return {
        "fits": {name: fit_numbers(fitted(model, kind, setting)) for name, kind in kinds.items()},
        "integrals": {
            name: integral_numbers(model, *rule, parameters, setting["country"])
            for name, rule in rules.items()
        },
    }


def shared(found: dict | None, wanted: dict | None) -> dict | None:
    """The part of what the page found that lib says too."""
    return found and {name: found[name] for name in wanted or found}


def test_quadrature_agrees_with_the_library(functions: Page, countries, given):
    settings = settings_to_compare()
    script = "([countries, all]) => all.map((each) => book.quadrature.compare(countries, each))"
    found = functions.evaluate(script, [given["countries"], settings])
    for setting, page in zip(settings, found, strict=True):
        lib = expected(countries, setting, page["parameters"])
        for part, results in lib.items():
            for name, wanted in results.items():
                assert (
                    wanted is not None or (setting["percent"], setting["startDeviation"]) not in FAR
                )
                assert shared(page[part][name], wanted) == pytest.approx(
                    wanted, rel=0, abs=AGREEMENT
                ), f"{part} by {name}: {setting}"


def test_where_the_library_reaches_no_maximum_the_page_gives_no_number(functions, countries, given):
    setting = given["setting"] | {"points": 44, "percent": 10, "startDeviation": 1.0}
    script = "([countries, setting]) => book.quadrature.compare(countries, setting)"
    found = functions.evaluate(script, [given["countries"], setting])
    assert expected(countries, setting, found["parameters"])["fits"]["fixed"] is None
    assert found["fits"]["fixed"] is None
    assert found["parameters"] == found["fits"]["adaptive"]["parameters"]


def test_the_page_says_that_no_maximum_was_reached(opened: Page):
    opened.get_by_label("Cluster size").fill("1")
    opened.get_by_label("Standard deviation to start from").fill("1")
    opened.get_by_label("Quadrature points").fill("44")
    assert "no maximum was reached" in opened.locator("[role=status]").first.inner_text()
    rows = opened.locator("#interactive-quadrature tbody").first.locator("tr")
    assert rows.first.inner_text().split("\t")[:2] == ["fixed nodes", "no maximum was reached"]


def test_the_integrand_is_drawn_at_the_estimates_that_were_asked_for(functions: Page, given):
    for kind in ("fixed", "adaptive"):
        setting = given["setting"] | {"drawnAt": kind}
        script = "([countries, setting]) => book.quadrature.compare(countries, setting)"
        found = functions.evaluate(script, [given["countries"], setting])
        assert found["parameters"] == found["fits"][kind]["parameters"]


@pytest.mark.parametrize("points", [1, 2, 3, 25, 50, 60, 101])
def test_nodes_and_weights(functions: Page, points: int):
    rule = functions.evaluate(f"book.quadrature.gaussHermite({points})")
    nodes, weights = np.polynomial.hermite_e.hermegauss(points)
    np.testing.assert_allclose(rule["nodes"], nodes, atol=1e-12)
    np.testing.assert_allclose(rule["logWeights"], np.log(weights / weights.sum()), atol=1e-11)


def test_an_integrand_has_its_peak_of_one_where_the_library_finds_the_mode(functions, given):
    script = """([countries, parameters]) => {
      const curve = book.quadrature.integrand(countries[2], parameters);
      const middle = (curve.from + curve.to) / 2;
      return [0, -1e-4, 1e-4].map((shift) => curve.height(middle + shift));
    }"""
    peak, *beside = functions.evaluate(script, [given["countries"], [0.0, 1.2, 0.7]])
    assert peak == pytest.approx(1)
    assert max(beside) < 1


def random_arms() -> pd.DataFrame:
    generator = np.random.default_rng(806)
    size = {"size": SETTINGS}
    means = generator.uniform(0, 4, **size)
    return pd.DataFrame(
        {
            "mean_control": means,
            "mean_treatment": means + generator.uniform(-0.5, 1, **size),
            "sd_control": generator.uniform(0, 2, **size),
            "sd_treatment": generator.uniform(0.01, 2, **size),
            "n_control": np.exp(generator.uniform(np.log(2), np.log(1e5), **size)).astype(int),
            "n_treatment": np.exp(generator.uniform(np.log(2), np.log(1e5), **size)).astype(int),
        }
    )


def test_the_calculator_agrees_with_the_library(functions: Page):
    arms = random_arms()
    script = """(rows) => rows.map((row) => {
      const control = { mean: row.mean_control, sd: row.sd_control, n: row.n_control };
      const treatment = { mean: row.mean_treatment, sd: row.sd_treatment, n: row.n_treatment };
      return book.listExperiment.difference(control, treatment);
    })"""
    found = pd.DataFrame(functions.evaluate(script, arms.to_dict("records")))
    lib = difference_from_summary(arms)
    lib["detectable"] = detectable_effect(lib["std_error"])
    names = {"stdError": "std_error", "low": "conf_low", "high": "conf_high", "pValue": "p_value"}
    found = found.rename(columns=names)[["estimate", *names.values(), "df", "detectable"]]
    np.testing.assert_allclose(found, lib[found.columns], rtol=AGREEMENT, atol=0)


def test_without_scripts_the_page_says_what_to_read(browser: Browser, written: Path):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(written.as_uri())
    assert page.locator(".interactive").all_inner_texts() == ["Read the table."] * 2


def test_the_keyboard_moves_the_number_of_points(opened: Page):
    before = opened.locator("[role=status]").first.inner_text()
    opened.get_by_label("Quadrature points").focus()
    opened.keyboard.press("ArrowRight")
    after = opened.locator("[role=status]").first.inner_text()
    assert before.startswith("With 7 points")
    assert after.startswith("With 8 points")


def test_the_page_shows_the_estimates_of_the_chapter(opened: Page):
    """Slope and standard error that the chapter on fixed nodes gives at seven points."""
    cells = opened.locator("#interactive-quadrature tbody tr").first.locator("td")
    assert cells.all_inner_texts()[:2] == ["1.510", "0.118"]


def test_small_clusters_bring_the_two_rules_together(opened: Page):
    opened.get_by_label("Cluster size").fill("0")
    opened.get_by_label("Quadrature points").fill("30")
    rows = opened.locator("#interactive-quadrature tbody").first.locator("tr").all()
    slopes = [row.locator("td").first.inner_text() for row in rows]
    assert slopes[0] == slopes[1] == "1.404"


def test_another_country_is_looked_at(opened: Page):
    opened.get_by_label("Country to look at").select_option("Uzbekistan")
    assert "Uzbekistan" in opened.locator("#interactive-quadrature svg").get_attribute("aria-label")
    assert opened.get_by_text("Uzbekistan: what the nodes make").is_visible()


def test_every_control_has_a_label(opened: Page):
    controls = opened.locator("input, select")
    labels = controls.evaluate_all("(all) => all.map((each) => each.labels.length)")
    assert labels == [1] * 11


@pytest.mark.parametrize("name", FILES)
def test_a_place_works_alone_on_its_page(browser: Browser, written: Path, given: dict, name: str):
    place = Interactive(name, FILES[name], given | ARMS, "Read the table.")
    alone = written.with_name(f"{name}.html")
    alone.write_text(f"<!doctype html>{place._repr_mimebundle_()['text/html']}")
    page = browser.new_page()
    page.goto(alone.as_uri())
    page.wait_for_selector(f"#interactive-{name} svg line", state="attached")
    page.close()


CALCULATOR = "#interactive-list-experiment"


def calculated(page: Page) -> list[str]:
    return page.locator(f"{CALCULATOR} tbody td").all_inner_texts()


@pytest.mark.parametrize("typed", ["2,91", "2.91", " 2,910 "])
def test_a_decimal_comma_is_a_decimal_point(opened: Page, typed: str):
    opened.get_by_label("Mean count").first.fill(typed)
    assert calculated(opened)[0] == "41.0"


@pytest.mark.parametrize(
    ("label", "typed", "said"),
    [
        ("Mean count", "21", "Give a number from 0 to 20."),
        ("Mean count", "-1", "Give a number from 0 to 20."),
        ("Mean count", "1.000,5", "Give a number from 0 to 20."),
        ("Mean count", "1 2", "Give a number from 0 to 20."),
        ("Mean count", "", "Give a number from 0 to 20."),
        ("Standard deviation of the counts", "1e0", "Give a number from 0 to 20."),
        ("Respondents", "1", "Give a whole number, without commas, from 2 to 1,000,000."),
        ("Respondents", "1,000", "Give a whole number, without commas, from 2 to 1,000,000."),
        ("Respondents", "19.7", "Give a whole number, without commas, from 2 to 1,000,000."),
    ],
)
def test_a_field_says_what_it_takes_and_the_last_result_stays(
    opened: Page, label: str, typed: str, said: str
):
    before = calculated(opened)
    field = opened.get_by_label(label).first
    field.fill(typed)
    message = opened.locator(f"#{field.get_attribute('aria-describedby')}")
    assert message.inner_text() == said
    assert field.get_attribute("aria-invalid") == "true"
    assert calculated(opened) == before
    assert "last result" in opened.locator("[role=status]").last.inner_text()
    assert "#" not in opened.url
    opened.locator(CALCULATOR).get_by_role("button", name="Reset").click()
    assert message.inner_text() == ""
    assert "95 percent interval" in opened.locator("[role=status]").last.inner_text()


def test_spaces_may_group_a_whole_number(opened: Page):
    before = calculated(opened)
    for field in opened.get_by_label("Respondents").all():
        field.fill("100 000")
    assert float(calculated(opened)[1]) < float(before[1]) / 10


def test_two_arms_that_do_not_vary_are_refused(opened: Page):
    fields = opened.get_by_label("Standard deviation of the counts").all()
    for field in fields:
        field.fill("0")
    message = f"#{fields[1].get_attribute('aria-describedby')}"
    assert "must be above 0" in opened.locator(message).inner_text()
    fields[0].fill("0,5")
    assert opened.locator(message).inner_text() == ""


def test_the_address_keeps_the_settings(opened: Page, written: Path):
    opened.get_by_label("Mean count").last.fill("3,5")
    shown, kept = calculated(opened), opened.url
    assert kept.split("#")[1].startswith("list-experiment&")
    opened.goto("about:blank")
    opened.goto(kept)
    assert calculated(opened) == shown
    opened.locator(CALCULATOR).get_by_role("button", name="Reset").click()
    assert opened.url == written.as_uri()


def test_an_address_that_cannot_be_read_leaves_the_settings(opened: Page, written: Path):
    start = opened.locator("[role=status]").first.inner_text()
    opened.goto("about:blank")
    opened.goto(f"{written.as_uri()}#quadrature&country=Nowhere&nothing=1")
    assert opened.locator("[role=status]").first.inner_text() == start


def test_the_drawing_follows_the_width(opened: Page):
    line = opened.locator("#interactive-quadrature .axis line").first
    wide = float(line.get_attribute("x2"))
    opened.set_viewport_size({"width": 360, "height": 800})
    opened.wait_for_function(
        "(wide) => Number(document.querySelector('.axis line').getAttribute('x2')) < wide / 2 + 20",
        arg=wide,
    )


def test_what_the_script_starts_from_survives_the_page():
    given = {"name": 'a "quoted" <b>', "values": [1, 2.5]}
    html = Interactive("x", [], given, "A & B.")._repr_mimebundle_()["text/html"]
    attribute = html.split('data-given="')[1].split('"')[0]
    unescaped = attribute.replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
    assert json.loads(unescaped) == given
    assert "<p>A &amp; B.</p>" in html
