"""What lib makes of the open counts, against a script that shares no formula with it."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from lib.consistency.aggregates import count_bounds, moments, no_answer_bounds
from lib.consistency.education import common_cuts, possible_cuts, share_bounds
from lib.core.paths import DATA, ROOT
from lib.estimators.multilevel import MixedOrderedLogit
from lib.sources.countries import read_covariates
from lib.sources.wvs import grouped_answers, read_confidence, read_counts, read_education

SCRIPT = ROOT / "tests" / "reference" / "recompute_open.py"
OPEN = DATA / "open"
COUNTS = OPEN / "wvs6_country_counts.csv"
SEVEN = ["ARM", "BLR", "KAZ", "KGZ", "RUS", "UKR", "UZB"]


@pytest.fixture(scope="module")
def known():
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=True)
    return dict(line.split("\t") for line in done.stdout.splitlines())


@pytest.fixture(scope="module")
def answers():
    return read_confidence(OPEN / "wvs_confidence_answers.csv")


def number(known, name):
    return pytest.approx(float(known[name]), abs=1e-9)


@pytest.mark.parametrize("item", ["V242", "V59"])
def test_standard_deviations_of_the_codes(known, item):
    sums = read_counts(COUNTS, item)[["n_valid", "sum_of_codes", "sum_of_squares"]].sum()
    pooled = pd.DataFrame([sums])
    assert moments(pooled)["mean"].item() == number(known, f"{item} mean")
    found = [moments(pooled, ddof)["standard_deviation"].item() for ddof in (1, 0)]
    assert found[0] == number(known, f"{item} standard deviation")
    assert found[1] == number(known, f"{item} standard deviation, divisor n")


def test_trust_levels_respondent_by_respondent(known, answers):
    cis = answers.query("item == 'E069_43'")
    sums = cis[["n_valid", "sum_of_codes", "sum_of_squares"]].sum()
    found = moments(pd.DataFrame([sums])).iloc[0]
    assert 4 - found["mean"] == number(known, "trust_levels mean")
    assert found["standard_deviation"] == number(known, "trust_levels standard deviation")
    assert (known["trust_levels minimum"], known["trust_levels maximum"]) == ("0", "3")


@pytest.mark.parametrize(
    ("item", "highest", "chosen"), [("V231", 10, [1, 2, 3]), ("V229", 8, [7]), ("V238", 5, [1])]
)
def test_extremes_of_whole_numbers(known, item, highest, chosen):
    bounds = count_bounds(read_counts(COUNTS, item), range(1, highest + 1), chosen)
    for row in bounds.to_dict("records"):
        assert row["low"] == int(known[f"{item} {row['iso3']} low"])
        assert row["high"] == int(known[f"{item} {row['iso3']} high"])
    assert bounds["low"].sum() == int(known[f"{item} low"])
    assert bounds["high"].sum() == int(known[f"{item} high"])


@pytest.mark.parametrize("item", ["E069_43", "E069_20", "E069_06"])
def test_shares_had_everybody_answered(known, answers, item):
    for row in no_answer_bounds(answers[answers["item"] == item]).to_dict("records"):
        name = f"{item} {row['iso3']}"
        assert row["no_answer"] == number(known, f"{name} no answer")
        assert (row["low"], row["high"]) == (
            number(known, f"{name} low"),
            number(known, f"{name} high"),
        )


def test_education_by_exact_fractions(known):
    education = read_education(OPEN / "wvs6_education.csv")
    seven = education[education["iso3"].isin(SEVEN)]
    for name, rows in (("seven", seven), ("nine", education)):
        found = " ".join(f"{a},{b}" for a, b in common_cuts(possible_cuts(rows)))
        assert found == known[f"common cuts {name}"]
    assert share_bounds(seven, [8, 9], (3, 6), 11_119)[0] == number(known, "upper")
    for a, b in common_cuts(possible_cuts(seven)):
        low, high = share_bounds(seven, [9], (a, b), 11_119)
        assert low == number(known, f"degree {a},{b} low")
        assert high == number(known, f"degree {a},{b} high")


@pytest.mark.parametrize(
    ("model", "formula"),
    [("alone", "response ~ diversity"), ("with income", "response ~ diversity + ln_gdp")],
)
def test_ordered_logit_on_four_answers(known, answers, model, formula):
    """Model 4 without its individual-level regressors: cut points, slopes, variance and errors."""
    covariates = read_covariates(OPEN / "country_covariates.csv")
    covariates["diversity"] = covariates["ethnic_fractionalization"]
    covariates["ln_gdp"] = np.log(covariates["gdp_per_capita_2010_release_2015"])
    rows = grouped_answers(answers.query("item == 'E069_43'")).merge(covariates, on="iso3")
    fit = MixedOrderedLogit.from_formula(formula, rows, groups="iso3", frequency_weights="n").fit(
        n_points=25
    )
    names = {"0|1": "cut 1", "1|2": "cut 2", "2|3": "cut 3", "group variance": "variance"}
    for term in fit.params.index:
        name = f"ordered {model} {names.get(term, term)}"
        assert fit.params[term] == pytest.approx(float(known[name]), abs=2e-5)
        assert fit.bse[term] == pytest.approx(float(known[f"{name} SE"]), rel=2e-5)
    assert fit.llf == pytest.approx(float(known[f"ordered {model} log-likelihood"]), abs=1e-6)
