"""The negative control, other waves and countries needed, against a script without lib."""

import subprocess
import sys
from itertools import product

import pandas as pd
import pytest

from lib.consistency.aggregates import moments
from lib.consistency.unanswered import against_line, difference_slope_bounds, mean_bounds
from lib.core.paths import DATA, ROOT
from lib.estimators import negative_control
from lib.estimators.power import plan_countries
from lib.sources.countries import read_covariates
from lib.sources.published import read_table
from lib.sources.wvs import mean_confidence, read_confidence

SCRIPT = ROOT / "tests" / "reference" / "recompute_control.py"
FILE = DATA / "open" / "wvs_confidence_answers.csv"
CIS, UN = "Commonwealth of Independent States", "United Nations"
COLUMNS = ["estimate", "std_error", "p_value", "conf_low", "conf_high"]
SIMULATION_ERROR = 0.005
"""More than four Monte Carlo errors of a share in 200,000 draws."""


@pytest.fixture(scope="module")
def known():
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=True)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: float(value) for name, value in lines}


@pytest.fixture(scope="module")
def answers():
    return read_confidence(FILE)


@pytest.fixture(scope="module")
def means(answers):
    return mean_confidence(answers)


@pytest.fixture(scope="module")
def diversity():
    states = read_covariates(DATA / "open" / "fractionalization.csv").set_index("iso3")
    return states["ethnic_fractionalization"]


def assert_rows(known, prefix, rows, columns=COLUMNS):
    for name, row in rows.iterrows():
        expected = [known[f"{prefix}{name} {column}"] for column in COLUMNS]
        assert row[columns].tolist() == pytest.approx(expected, abs=1e-9)


def test_slopes_of_all_nineteen_institutions(known, means, diversity):
    for prefix, some in (("slope ", means), ("six ", means.drop("UZB"))):
        found = negative_control.outcome_slopes(some, diversity[some.index])
        assert len(found) == 19
        assert_rows(known, prefix, found.set_index("outcome"))


def test_the_difference_with_and_without_each_country(known, means, diversity):
    x = diversity[means.index]
    difference = pd.DataFrame({"difference": means[CIS] - means[UN]})
    all_seven = negative_control.outcome_slopes(difference, x).set_index("outcome")
    assert_rows(known, "", all_seven)
    without = negative_control.slopes_without_each(difference, x).set_index("left_out")
    assert len(without) == 7
    assert_rows(known, "difference without ", without)


def test_the_cis_less_and_given_every_control(known, means, diversity):
    found = negative_control.compare_controls(means, CIS, diversity[means.index])
    found = found.set_index("control")
    assert len(found) == 19
    assert_rows(known, "minus ", found)
    assert_rows(known, "given ", found, [f"{column}_given" for column in COLUMNS])


def test_the_order_of_the_countries(known, means):
    assert negative_control.order_p_value(means[CIS], means[UN]) == pytest.approx(1 / 5040)
    assert known["order"] == pytest.approx(1 / 5040)
    for name, some in (("seven", means), ("six", means.drop("UZB"))):
        share = negative_control.first_component_share(some)
        assert share == pytest.approx(known[f"component {name}"])
        assert some[CIS].corr(some[UN]) == pytest.approx(known[f"correlation {name}"])


def test_what_the_silent_could_change(known, answers, diversity):
    rows = answers.set_index("iso3").assign(mean=lambda each: 4 - moments(each)["mean"])
    both = [mean_bounds(rows[rows["institution"] == name], 0, 3) for name in (CIS, UN)]
    found = difference_slope_bounds(*both, diversity[both[0].index])
    expected = {(n, e): known[f"silent {n} {e}"] for n in found.index for e in found}
    assert found.stack().to_dict() == pytest.approx(expected)


@pytest.mark.parametrize("wave", [5, 7])
def test_the_printed_line_in_other_waves(known, diversity, wave):
    printed = read_table(DATA / "published" / "kc2018_table2.csv")
    printed = printed.query("model == '1' and quantity == 'estimate'").set_index("term")["value"]
    surveys = read_confidence(FILE, wave).set_index("iso3")
    line = printed["intercept"] + printed["ethnic_diversity"] * diversity[surveys.index]
    found = against_line(surveys, line).rename(columns={"needed_no_answer": "needed"})
    prefixes = [f"wave {code} {wave} " for code in found.index]
    for (_, row), prefix in zip(found.iterrows(), prefixes, strict=True):
        expected = {n[len(prefix) :]: v for n, v in known.items() if n.startswith(prefix)}
        assert len(expected) == 4
        assert row[list(expected)].to_dict() == pytest.approx(expected)
        assert pd.isna(row["miss"]) == ("needed" in expected)


def test_power_and_width_of_simulated_surveys(known, means, diversity):
    grid = list(product((1.603, 1.199), (0.508, 0.711, 0.13)))
    cases = pd.DataFrame(grid, columns=["slope", "variance"])
    for name, x in (("seven", diversity[means.index]), ("twelve", diversity)):
        for row in plan_countries(cases, x).itertuples():
            case = f"{name} {row.slope} {row.variance}"
            assert row.power == pytest.approx(known[f"power {case}"], abs=SIMULATION_ERROR)
            assert row.half_width == pytest.approx(known[f"width {case}"], rel=SIMULATION_ERROR)
