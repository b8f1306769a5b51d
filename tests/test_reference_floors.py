"""What lib says of precision between countries, against a script that shares nothing with it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib.consistency import bounds, consistency
from lib.core.paths import DATA
from lib.estimators import few_clusters
from lib.sources.countries import read_covariates
from lib.sources.published import PrintedNumber, read_table
from lib.sources.wvs import read_counts

SCRIPT = Path(__file__).parent / "reference" / "recompute_floors.py"
COUNTS = DATA / "open" / "wvs6_country_counts.csv"
TABLE_2 = read_table(DATA / "published" / "kc2018_table2.csv")
CELLS = TABLE_2.set_index(["model", "term", "quantity"])["value"]
COUNTRY = read_covariates(DATA / "open" / "country_covariates.csv").set_index("iso3")
REGRESSORS = pd.DataFrame(
    {
        "ethnic_diversity": COUNTRY["ethnic_fractionalization"],
        "ln_gdp_per_capita": np.log(COUNTRY["gdp_per_capita_2010_release_2015"]),
    }
)
BETWEEN = {m: REGRESSORS.iloc[:, :k] for m, k in (("1", 1), ("2", 1), ("3", 2), ("4", 2))}


def read_item(item):
    return read_counts(COUNTS, item, list(COUNTRY.index)).set_index("iso3")


@pytest.fixture(scope="module")
def recomputed():
    run = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=True)
    numbers = dict(line.rsplit(",", 1) for line in run.stdout.splitlines())
    return {name: float(value) for name, value in numbers.items()}


def assert_all(recomputed, prefix, found, rel=1e-5, abs=1e-6):
    """Every number of the script under a prefix is lib's, and lib has no other."""
    expected = {name: value for name, value in recomputed.items() if name.startswith(prefix)}
    assert expected
    assert found == pytest.approx(expected, rel=rel, abs=abs)


def country_means():
    items = {"xenophobia": "V39", "immigrant": "V245", "gender": "V240"}
    shares = {term: read_item(item) for term, item in items.items()}
    means = {term: rows["counted"] / rows["n_valid"] for term, rows in shares.items()}
    for term, item in {"age": "V242", "personal_financial_situation": "V59"}.items():
        rows = read_item(item)
        means[term] = rows["sum_of_codes"] / rows["n_valid"]
    product = means["xenophobia"] * REGRESSORS["ethnic_diversity"]
    return pd.DataFrame(means | {"xenophobia_x_ethnic_diversity": product})


@pytest.mark.parametrize("kind", ["model-based", "clustered"])
def test_floors_by_every_reading(recomputed, kind):
    table = bounds.country_floors(TABLE_2, BETWEEN)
    table = table[(table["kind"] == kind) & ~table["term"].str.startswith("cut_point")]
    names = kind + "/" + table["reading"] + "/" + table["model"] + "/" + table["term"]
    found = dict(zip(names, table["floor"], strict=True))
    assert_all(recomputed, f"{kind}/", found, rel=5e-4)


def test_floors_with_unknown_individual_coefficients(recomputed):
    means = country_means()
    table = bounds.country_floors(TABLE_2, BETWEEN, (means, means))
    table = table[(table["kind"] == bounds.UNKNOWN) & (table["reading"] == "variance")]
    table = table[table["term"].isin(["intercept", *REGRESSORS.columns])]
    found = dict(
        zip("unknown/" + table["model"] + "/" + table["term"], table["floor"], strict=True)
    )
    assert_all(recomputed, "unknown/", found, rel=5e-4)


def test_groups_needed(recomputed):
    table = bounds.country_floors(TABLE_2, BETWEEN)
    table = table[(table["kind"] == "model-based") & (table["reading"] == "variance")]
    table = table[table["term"] == "ethnic_diversity"]
    found = dict(zip("groups/" + table["model"], table["groups"], strict=True))
    assert_all(recomputed, "groups/", found)


def test_exact_two_step_intervals(recomputed):
    answers = read_item("V125_07")
    logits = few_clusters.country_logits(answers["counted"], answers["n_valid"])
    rest = REGRESSORS.index.drop("UZB")
    cases = {"diversity": (REGRESSORS.index, 1), "given gdp": (REGRESSORS.index, 2)}
    cases |= {"without Uzbekistan": (rest, 1)}
    found = {"two-step/mean sampling variance": (logits["std_error"] ** 2).mean()}
    for name, (keep, k) in cases.items():
        given = logits.loc[keep, "effect"], logits.loc[keep, "std_error"], REGRESSORS.loc[keep]
        given = *given[:2], given[2].iloc[:, :k]
        rows = few_clusters.exact_two_step(*given).set_index("term")
        for label, term in {"variance": "variance", "slope": "ethnic_diversity"}.items():
            found[f"two-step/{name}/{label}/low"] = rows.loc[term, "conf_low"]
            found[f"two-step/{name}/{label}/high"] = rows.loc[term, "conf_high"]
        found[f"two-step/{name}/p of 0.201"] = few_clusters.variance_p_value(*given, 0.201)
    assert_all(recomputed, "two-step/", found)


def test_permutation_given_gdp(recomputed):
    answers = read_item("V125_07")
    logits = few_clusters.country_logits(answers["counted"], answers["n_valid"])
    outcomes = {"log odds": logits["effect"], "shares": answers["counted"] / answers["n_valid"]}
    found = {}
    for name, effects in outcomes.items():
        regressor, given = REGRESSORS["ethnic_diversity"], REGRESSORS[["ln_gdp_per_capita"]]
        row = few_clusters.permutation_test_given(effects, regressor, given).iloc[0]
        found[f"permutation given gdp/{name}/t"] = row["observed"]
        found[f"permutation given gdp/{name}/p"] = row["p_value"]
    assert_all(recomputed, "permutation given gdp/", found)


def printed(model, term, quantity):
    return PrintedNumber(CELLS[model, term, quantity], 3)


def test_countries_with_a_significant_effect_of_xenophobia(recomputed):
    terms = ["xenophobia", "xenophobia_x_ethnic_diversity"]
    coefficients = tuple(printed("3", term, "estimate") for term in terms)
    errors = tuple(printed("3", term, "std_error") for term in terms)
    correlation = bounds.inferred_correlation_range(
        printed("1", "xenophobia", "std_error"), printed("2", "xenophobia", "std_error")
    )
    table = bounds.significance_within_rounding(
        coefficients, errors, correlation, REGRESSORS["ethnic_diversity"]
    )
    at_middle = bounds.effect_along_moderator(
        tuple(c.middle for c in coefficients),
        tuple(e.middle for e in errors),
        bounds.inferred_correlation(
            CELLS["1", terms[0], "std_error"], CELLS["2", terms[0], "std_error"]
        ),
        REGRESSORS["ethnic_diversity"],
    )
    positive = table[table["estimate"] > 0]
    kazakhstan = {
        "Kazakhstan/p": at_middle["p_value"][list(REGRESSORS.index).index("KAZ")],
        "Kazakhstan/least p": table.loc["KAZ", "least_p"],
        "Kazakhstan/greatest p": table.loc["KAZ", "greatest_p"],
    }
    assert_all(recomputed, "Kazakhstan/", kazakhstan)
    range_of = {"least": positive["certain"].sum(), "most": positive["possible"].sum()}
    found = {f"positive countries/{end}": count for end, count in range_of.items()}
    assert_all(recomputed, "positive countries/", found)


@pytest.mark.parametrize("cut", ["as read", "other cut"])
def test_design_effects_of_the_contrasts_of_the_memo(recomputed, cut):
    table = read_table(DATA / "published" / "memo806_table1.csv")
    rows = consistency.printed_rows(table)
    texts = table[table["subgroup"] == "nur_sultan"].set_index("quantity")["printed"]
    as_read, other = consistency.cuts_of_row("".join(texts[consistency.ROW_CELLS]))
    cells = {"as read": as_read, "other cut": other}[cut]
    rows["nur_sultan"] = consistency.row_of_cells(cells, rows["nur_sultan"].share)
    rows["capitals"] = consistency.pooled_row([rows["almaty"], rows["nur_sultan"]])
    pairs = {"gender": ("male", "female"), "education": ("secondary_or_less", "university")}
    pairs |= {"ethnicity": ("russian", "kazakh")}
    pairs |= {name: ("all_others", name) for name in ("capitals", "almaty", "nur_sultan")}
    comparisons = {name: [rows[group] for group in pair] for name, pair in pairs.items()}
    contrasts = bounds.support_bounds(comparisons, (197, 203), 4)
    contrasts = contrasts[contrasts["basis"] == "percentages"].set_index("name")
    effects = bounds.critical_design_effects(contrasts["estimate"], contrasts["scale"], 1.0)
    found = {}
    for name, row in effects.set_index("contrast").iterrows():
        found[f"memo/{cut}/{name}/gap"] = 100 * contrasts.loc[name, "estimate"]
        for kind in ("unadjusted", "holm"):
            found[f"memo/{cut}/{name}/{kind}/sd"] = np.sqrt(row[kind])
            found[f"memo/{cut}/{name}/{kind}/design effect at 1"] = row[kind]
    assert_all(recomputed, f"memo/{cut}/", found)
