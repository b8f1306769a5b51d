"""The report in words, and its entries on the page."""

import re

import pandas as pd
import pytest

from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.estimators.multilevel import MixedLogit, logit_from_counts
from lib.evidence.listing import listed, read_problems
from lib.evidence.report import COLUMNS
from lib.presentation.number_explorer import NumberExplorer, to_html
from lib.sources import article, memo
from lib.sources.wvs import grouped_responses

OPEN = {"grade": "open", "decided_by": "wvs6", "decimals": 3, "tag": ""}
ROW = dict.fromkeys(COLUMNS) | OPEN | {"paper": "kc2018", "printed": "0.124"}
BOUND = ROW | {"id": "a.b", "place": "Table 2, Model 1, <SE>", "low": 0.5, "reason": "A bound."}
CLAIM = ROW | {"id": "kc2018.text.h1_supported", "place": "Results", "computed": 1.0, "decimals": 0}
CLAIM |= {"problem": "row_kazakh", "grade": "contradicted"}


def listing() -> pd.DataFrame:
    history = pd.DataFrame({"0.1.0": ["open"], "0.2.0": [None]}, index=["a.b"])
    return listed([BOUND, CLAIM], ROOT, history).set_index("id", drop=False)


def test_a_row_says_where_what_was_allowed_and_what_would_decide():
    row = listing().loc["a.b"]
    assert (row["table"], row["study"]) == ("Table 2", "Chacha & Kobayashi")
    assert row["evidence"] == "0.5000 or more"
    assert row["reason"].startswith("A bound. Would decide it: World Values Survey")
    assert row["history"] == "0.1.0: open"


def test_a_claim_holds_or_not_and_a_problem_has_its_title():
    row = listing().loc["kc2018.text.h1_supported"]
    assert (row["evidence"], row["table"]) == ("holds", "text")
    assert row["problem"] == read_problems(ROOT).loc["row_kazakh", "title"]


def test_every_number_has_an_entry_under_its_id_with_its_text_escaped():
    html = to_html(NumberExplorer(listing(), "An archive, version 1"))
    assert re.findall(r'<section class="number-entry" id="([^"]+)"', html) == list(listing()["id"])
    assert "&lt;SE&gt;" in html
    assert "<SE>" not in html
    assert html.count("An archive, version 1") == 2


def test_a_logit_from_counts_is_that_of_the_grouped_rows():
    country = article.countries()
    ours = logit_from_counts("trust ~ diversity", country).fit()
    rows = grouped_responses(country.reset_index())
    rows["diversity"] = rows["country"].map(country["diversity"])
    other = MixedLogit.from_formula("response ~ diversity", rows, "iso3", "n").fit()
    assert ours.llf == pytest.approx(other.llf, abs=1e-9)
    assert ours.params.tolist() == pytest.approx(other.params.tolist(), abs=1e-9)


def test_the_pooled_fit_knows_no_countries():
    pooled = logit_from_counts("trust ~ diversity", article.countries()).fit_pooled()
    assert pooled.params["diversity"] == pytest.approx(1.442, abs=5e-4)
    assert pooled.bse["diversity"] == pytest.approx(0.117, abs=5e-4)


def test_readers_of_the_two_papers():
    assert len(memo.printed_table()) == 39
    assert len(article.printed_table(1)) == 65
    with pytest.raises(InputError, match="ZZZ"):
        article.countries(["ZZZ"])
    means = article.country_means(article.countries(["ARM", "RUS"]))
    assert means["age"].round(1).tolist() == [46.6, 46.1]
    assert set(article.country_regressors(article.countries())["4"]) == {
        "ethnic_diversity",
        "ln_gdp_per_capita",
    }
