"""Synthetic respondents: what is open holds exactly, what is built in is found, nothing printed."""

import numpy as np
import pandas as pd
import pytest

from lib.core.paths import DATA, ROOT
from lib.estimators.multilevel import MixedLogit
from lib.respondents import replicates, synthetic
from lib.sources import article
from lib.sources.wvs import read_counts


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return synthetic.synthetic_wvs(DATA)


@pytest.mark.parametrize("item", synthetic.ITEMS)
def test_interviews_and_valid_answers_are_the_open_ones(rows, item):
    counts = read_counts(article.COUNTS, item).set_index("iso3")
    of_country = rows.groupby("iso3")[item]
    assert of_country.size().to_dict() == counts["n_interviewed"].to_dict()
    valid = of_country.apply(lambda answers: int((answers > 0).sum()))
    assert valid.to_dict() == counts["n_valid"].to_dict()


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(rows):
    pd.testing.assert_frame_equal(rows, synthetic.synthetic_wvs(DATA))
    assert not rows.equals(synthetic.synthetic_wvs(DATA, seed=1))


def test_no_effect_is_the_printed_one():
    printed = article.printed_table(2).query("model == '3'")
    cells = printed.pivot(index="term", columns="quantity", values="value")
    built = pd.Series(synthetic.EFFECTS)
    cells = cells.loc[built.index]
    apart = (built - cells["estimate"]).abs() > 2 * cells["std_error"]
    assert ((np.sign(built) != np.sign(cells["estimate"])) | apart).all()


def test_a_fit_finds_what_is_built_in(rows):
    variables = synthetic.regressors(rows, DATA)
    complete = variables.dropna(subset=["trust_cis", *synthetic.EFFECTS])
    fit = MixedLogit.from_formula(replicates.FORMULA, complete, "iso3").fit()
    found = fit.tidy().set_index("term").loc[list(synthetic.EFFECTS)]
    gap = (found["estimate"] - pd.Series(synthetic.EFFECTS)).abs() / found["std_error"]
    assert gap.max() < 4


def test_regressors_are_correlated():
    items = synthetic.regressor_items(DATA, np.random.default_rng(1))
    age, income = (items[name].where(items[name] > 0) for name in ("V242", "V59"))
    assert age.corr(income) > 0.1


def test_the_list_experiment_has_its_built_in_support_by_group():
    people = synthetic.synthetic_list_experiment(n=40_000, seed=3)
    assert people["arm"].value_counts().to_dict() == {"control": 20_000, "treatment": 20_000}
    shares = synthetic.support_share(people)
    for group in ("male", "female"):
        own = people["gender"] == group
        means = people[own].groupby("arm")["count"].mean()
        assert means["treatment"] - means["control"] == pytest.approx(shares[own].mean(), abs=0.05)


def test_coverage_counts_what_intervals_hold_and_misses_as_misses():
    drawn = pd.DataFrame(
        {
            "term": "slope",
            "built_in": 1.0,
            "estimate": [1.0, 1.0 + 1.9, 1.0 + 2.1, np.nan],
            "std_error": [1.0, 1.0, 1.0, np.nan],
        }
    )
    (row,) = replicates.coverage(drawn, df=5).to_dict("records")
    assert (row["coverage"], row["coverage_t"], row["replicates"]) == (0.5, 0.75, 4)
    assert row["mean"] == pytest.approx((1.0 + 2.9 + 3.1) / 3)


def test_replicates_know_what_is_built_into_them():
    few = replicates.individual_replicates(DATA, [1, 2])
    assert len(few) == 2 * len(synthetic.EFFECTS)
    assert few.set_index("term")["built_in"].to_dict() == synthetic.EFFECTS
    slopes = replicates.country_replicates(7, [1, 2, 3])
    assert (slopes["built_in"] == -1).all()
    assert slopes["estimate"].nunique() == 3


def test_the_stored_table_was_drawn_by_the_present_code():
    table = replicates.read_machinery(DATA / "simulations")
    assert set(table["hash"]) == {replicates.code_hash(ROOT)}
    assert (table["replicates"] >= 1000).all()
    assert set(table["design"]) >= {"individuals", "7 countries", "50 countries"}
