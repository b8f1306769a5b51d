"""Answers become groups as notes 3 to 5 of the memo say; the printed table follows from them."""

import numpy as np
import pandas as pd
import pytest

from lib.consistency.list_experiment_table import compare_table, group_estimates
from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.core.text_files import read_csv
from lib.sources.list_experiment import comparisons, complete_cases, read_schema, recode
from lib.sources.list_experiment.recodes import education_level, group_of, in_treatment
from lib.sources.published import read_table

SCHEMA = DATA / "codebook" / "list_experiment_variables.csv"


@pytest.fixture
def schema():
    return read_schema(SCHEMA)


@pytest.fixture
def respondents():
    """Give four respondents or more in each arm of each printed group, and two in none."""
    rows = [("female", 2, "russian", "other"), ("male", 5, "kazakh", "Almaty")]
    rows += [("male", 6, "kazakh", "Nur-Sultan"), ("female", 4, "russian", "other")] * 2
    rows += [("male", 5, "kazakh", "Almaty"), (None, None, "other", None)]
    frame = pd.DataFrame(rows * 4, columns=["gender", "education", "ethnicity", "city"])
    arms = np.repeat(["control", "treatment"], 2 * len(rows))
    counts = [*range(1, 5)] * 8
    return frame.assign(arm=arms, count=counts, weight=1.0)


@pytest.fixture
def printed():
    return read_table(DATA / "published" / "memo806_table1.csv")


def test_education_follows_note_3_as_the_codebook_states_it():
    rows = read_csv(SCHEMA, ["variable", "code", "recoded_to"]).query("variable == 'education'")
    codes = rows["code"].astype(float)
    assert education_level(codes, 5).tolist() == rows["recoded_to"].tolist()
    assert education_level(codes, 6).tolist().count("university") == 1


@pytest.mark.parametrize("kind", ["float64", "Int64"])
def test_no_answer_on_education_is_no_group(kind):
    levels = education_level(pd.Series([1, None, 6], dtype=kind), 5)
    assert levels.isna().tolist() == [False, True, False]


def test_ethnicity_follows_note_4(schema):
    groups = group_of(pd.Series(["kazakh", "russian", "other", None]), schema["ethnicity"].groups)
    assert groups.tolist()[:3] == ["kazakh", "russian", "other"]
    assert groups.isna().tolist() == [False, False, False, True]


def test_city_follows_note_5(schema):
    cities = group_of(pd.Series(["Almaty", "Nur-Sultan", "other", None]), schema["city"].groups)
    assert cities.tolist()[:3] == ["almaty", "nur_sultan", "all_others"]
    assert cities.isna().iloc[3]


def test_arms():
    assert in_treatment(pd.Series(["treatment", "control"])).tolist() == [1, 0]


def test_every_group_of_the_printed_table_is_a_group_of_the_schema(schema, printed):
    groups = {group for variable in schema.values() for group in variable.groups.values()}
    assert set(printed["subgroup"]) - {"entire_sample"} <= groups


def test_means_and_percentages_are_those_of_the_groups(respondents, schema, printed):
    rows = recode(respondents, schema)
    cells = compare_table(printed, rows).set_index(["subgroup", "quantity"])["computed"]
    for group, column in [("male", "gender"), ("university", "education"), ("almaty", "region")]:
        means = rows[rows[column] == group].groupby("treatment")["count"].mean()
        assert cells[(group, "control_mean")] == means[0]
        assert cells[(group, "treatment_mean")] == means[1]
        assert cells[(group, "support_percent")] == pytest.approx(100 * (means[1] - means[0]))


def test_a_share_lies_between_that_of_all_and_that_of_those_who_answered(
    respondents, schema, printed
):
    cells = compare_table(printed, recode(respondents, schema))
    share = cells.set_index(["subgroup", "quantity"]).loc[("male", "sample_percent")]
    assert (share["low"], share["high"]) == (50.0, pytest.approx(100 * 16 / 28))
    assert not share["determines"]
    kazakh = cells.set_index(["subgroup", "quantity"]).loc[("kazakh", "sample_percent")]
    assert kazakh["determines"]


def test_weights_move_means_and_shares(respondents, schema, printed):
    rows = recode(respondents, schema)
    rows["weight"] = np.where(rows["gender"] == "male", 3.0, 1.0)
    cells = compare_table(printed, rows, "weight").set_index(["subgroup", "quantity"])
    male, female = (cells.loc[(g, "sample_percent"), "high"] for g in ("male", "female"))
    assert male == pytest.approx(100 * 48 / 60)
    assert female == pytest.approx(100 * 12 / 60)
    whole = rows[rows["treatment"] == 0]
    mean = np.average(whole["count"], weights=whole["weight"])
    assert cells.loc[("entire_sample", "control_mean"), "computed"] == pytest.approx(mean)


@pytest.mark.parametrize("unanswered", [False, True])
def test_no_weights_turn_the_ends_of_a_share_round(respondents, schema, printed, unanswered):
    rows = recode(respondents, schema)
    if not unanswered:
        rows = rows.fillna({"gender": "male", "education": "university", "region": "all_others"})
    generator = np.random.default_rng(40)
    for _ in range(200):
        rows["weight"] = generator.gamma(
            generator.uniform(0.2, 5), generator.uniform(0.1, 10), len(rows)
        )
        cells = compare_table(printed, rows, "weight")
        assert (cells["low"] <= cells["high"]).all()
        shares = cells[cells["quantity"] == "sample_percent"].set_index("subgroup")
        whole = shares.loc[["kazakh", "russian"]]
        assert whole["determines"].all()
        assert shares["determines"].all() == (not unanswered)
        everybody = rows["weight"].sum()
        known = rows.groupby("gender")["weight"].sum()
        low = pd.Series({group: 100 * known[group] / everybody for group in known.index})
        np.testing.assert_allclose(shares.loc[low.index, "low"], low, rtol=1e-12)


def test_regressions_are_on_those_who_answered_everything(respondents, schema):
    complete = complete_cases(recode(respondents, schema))
    assert len(complete) == 28
    assert complete["male"].tolist() == (complete["gender"] == "male").astype(int).tolist()
    assert (complete["capital"] == complete["almaty"] + complete["nur_sultan"]).all()


@pytest.mark.parametrize(
    ("column", "group"), [("region", "almaty"), ("gender", "male"), ("ethnicity", "russian")]
)
def test_a_group_that_answered_nothing_else_is_refused(respondents, schema, column, group):
    rows = recode(respondents, schema)
    rows.loc[rows[column] == group, "education"] = np.nan
    with pytest.raises(InputError, match=f"Nobody who answered on .* is in the group '{group}'"):
        complete_cases(rows)


def test_respondents_without_a_count_stay_in_the_shares(respondents, schema, printed):
    rows = recode(respondents, schema)
    before = compare_table(printed, rows).set_index(["subgroup", "quantity"])
    rows["count"] = rows["count"].astype(float)
    rows.loc[1, "count"] = np.nan
    after = compare_table(printed, rows).set_index(["subgroup", "quantity"])
    share, mean = ("male", "sample_percent"), ("male", "control_mean")
    assert after.loc[share, "high"] == before.loc[share, "high"]
    assert after.loc[mean, "computed"] != before.loc[mean, "computed"]


def test_a_group_with_one_respondent_in_an_arm_is_refused(respondents, schema, printed):
    rows = recode(respondents, schema)
    rows = rows[(rows["region"] != "nur_sultan") | (rows["treatment"] == 0)]
    with pytest.raises(InputError, match="'nur_sultan' has 0 respondents in the treatment arm"):
        compare_table(printed, rows)


def test_a_printed_group_without_respondents_is_refused(respondents, schema, printed):
    rows = recode(respondents, schema)
    with pytest.raises(InputError, match="No respondent is in the group 'nur_sultan' of region"):
        compare_table(printed, rows[rows["region"] != "nur_sultan"])


def test_comparisons_are_of_two_groups_each(respondents, schema):
    pairs = comparisons(recode(respondents, schema))
    groups = {name: sorted(pair["group"].unique()) for name, pair in pairs.items()}
    assert groups == {
        "gender": ["female", "male"],
        "education": ["secondary_or_less", "university"],
        "ethnicity": ["kazakh", "russian"],
        "capitals": ["all_others", "both_capitals"],
        "almaty": ["all_others", "almaty"],
        "nur_sultan": ["all_others", "nur_sultan"],
    }
    sizes = {name: len(pair) for name, pair in pairs.items()}
    assert sizes["capitals"] == 28
    assert sizes["almaty"] + sizes["nur_sultan"] - 12 == sizes["capitals"]


def test_estimates_of_groups_are_percentages_with_their_intervals(respondents, schema, printed):
    rows = recode(respondents, schema)
    table = group_estimates(printed, rows).set_index("subgroup")
    cells = compare_table(printed, rows).set_index(["subgroup", "quantity"])["computed"]
    assert table.index.tolist() == list(dict.fromkeys(printed["subgroup"]))
    for group, row in table.iterrows():
        assert row["estimate"] == pytest.approx(cells[(group, "support_percent")])
        assert row["conf_low"] < row["estimate"] < row["conf_high"]
    narrow = group_estimates(printed, rows, alpha=0.5).set_index("subgroup")
    assert (narrow["conf_high"] < table["conf_high"]).all()
