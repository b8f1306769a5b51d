"""The stand-in list experiment: what it meets of the printed table, and that it is reproducible."""

from hashlib import sha256

import pandas as pd
import pytest

from lib.consistency.consistency import partition_solutions, printed_rows
from lib.consistency.list_experiment_table import compare_table
from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.respondents.standin.list_experiment import (
    ANSWERED,
    draw_respondents,
    generate_list_experiment,
)
from lib.respondents.standin.list_experiment_margins import integer_margins
from lib.sources.list_experiment import read_schema, recode
from lib.sources.published import read_table

CONTRADICTORY = {"kazakh", "almaty", "all_others"}
SIZES = ["control_n", "treatment_n"]


@pytest.fixture(scope="module")
def printed():
    return read_table(DATA / "published" / "memo806_table1.csv")


@pytest.fixture(scope="module")
def schema():
    return read_schema(DATA / "codebook" / "list_experiment_variables.csv")


@pytest.fixture(scope="module")
def margins(printed):
    return integer_margins(printed, 400, 4, ANSWERED)


@pytest.fixture(scope="module")
def respondents():
    return generate_list_experiment(DATA)


@pytest.fixture(scope="module")
def cells(printed, respondents, schema):
    return compare_table(printed, recode(respondents, schema)).set_index(["subgroup", "quantity"])


def test_the_program_finds_the_arms_that_the_gender_rows_and_nur_sultan_demand(margins):
    sizes = margins.set_index("subgroup")[SIZES]
    assert sizes.loc["entire_sample"].tolist() == [197, 203]
    assert sizes.loc["male"].tolist() == [86, 94]
    assert sizes.loc["nur_sultan"].tolist() == [24, 28]


def test_its_education_rows_are_the_most_even_of_all_that_enumeration_finds(printed, margins):
    rows = printed_rows(printed)
    education = {name: rows[name] for name in ("secondary_or_less", "university")}
    found = partition_solutions(
        rows["entire_sample"], education, 400, 4, answered=ANSWERED["education"]
    )
    found = found[found[("whole", "control_n")] == 197]
    gaps = sum((found[(n, "control_n")] - found[(n, "treatment_n")]).abs() for n in education)
    chosen = margins.set_index("subgroup").loc[list(education)]
    gap = (chosen["control_n"] - chosen["treatment_n"]).abs().sum()
    assert gap == gaps.min()
    assert len(found) > 1


@pytest.mark.parametrize(("answered", "least_gap"), [(395, 65), (391, 67), (389, 63), (387, 47)])
def test_with_fewer_missing_answers_on_education_the_arms_are_lopsided(
    printed, answered, least_gap
):
    margins = integer_margins(printed, 400, 4, {"education": answered})
    rows = margins[margins["grouping"] == "education"].set_index("subgroup")[SIZES].iloc[:2]
    assert (rows["control_n"] - rows["treatment_n"]).abs().sum() == least_gap


@pytest.mark.parametrize("answered", [400, 399, 397, 393])
def test_education_cannot_be_met_with_most_numbers_of_answers(printed, answered):
    with pytest.raises(InputError, match=r"cannot be met together|No split of 400"):
        integer_margins(printed, 400, 4, {"education": answered})


def test_the_order_of_the_printed_rows_does_not_matter(printed, margins):
    shuffled = integer_margins(printed.sample(frac=1, random_state=1), 400, 4, ANSWERED)
    keys = ["grouping", "subgroup"]
    pd.testing.assert_frame_equal(
        shuffled.sort_values(keys, ignore_index=True), margins.sort_values(keys, ignore_index=True)
    )


def test_it_meets_every_printed_cell_but_three_percentages(cells):
    missed = cells.index[~cells["agrees"]]
    assert set(missed) == {(group, "support_percent") for group in CONTRADICTORY}
    assert cells.loc[missed, "reason"].str.contains("whoever the respondents are").all()
    assert len(cells) == 39


def test_no_respondents_could_meet_more(printed):
    rows = printed_rows(printed)
    for group in CONTRADICTORY:
        row = rows[group]
        assert not ((row.treatment - row.control) * 100.0).overlaps(row.percent)


def test_those_in_no_row_are_those_the_shares_leave(respondents):
    assert respondents["arm"].value_counts().to_dict() == {"treatment": 203, "control": 197}
    assert respondents["education"].isna().sum() == 15
    assert respondents["city"].isna().sum() == 5
    assert (respondents["ethnicity"] == "other").sum() == 38
    assert set(respondents["education"].dropna()) == {1, 2, 3, 4, 5, 6}


def test_its_counts_spread_as_counts_do(respondents):
    deviations = respondents.groupby("arm")["count"].std()
    assert deviations.between(0.9, 1.15).all()
    highest = respondents["arm"].map({"control": 4, "treatment": 5})
    assert (respondents["count"] <= highest).all()
    assert set(respondents["count"]) == set(range(6))


def test_it_is_the_one_whose_hash_is_recorded(respondents):
    text = respondents.to_csv(index=False, lineterminator="\n")
    recorded = (DATA / "standin" / "list_experiment.sha256").read_text(encoding="utf-8")
    assert recorded == f"{sha256(text.encode()).hexdigest()}  list_experiment.csv\n"


@pytest.mark.parametrize("seed", [1, 2])
def test_another_seed_draws_others_who_meet_the_same_cells(
    printed, schema, margins, respondents, cells, seed
):
    others = draw_respondents(margins, schema, 4, 0.85, seed)
    assert not others.equals(respondents)
    again = compare_table(printed, recode(others, schema)).set_index(["subgroup", "quantity"])
    pd.testing.assert_frame_equal(again, cells)


def test_sums_that_no_counts_can_meet_are_refused(margins, schema):
    impossible = margins.copy()
    impossible.loc[margins["subgroup"] == "male", "control_sum"] += 1
    with pytest.raises(InputError, match="another seed"):
        draw_respondents(impossible, schema, 4, 0.85, 1)


def test_rows_that_no_variable_makes_are_refused(margins, schema):
    with pytest.raises(InputError, match="No variable of the schema makes the rows of region"):
        draw_respondents(margins, {k: v for k, v in schema.items() if k != "city"}, 4, 0.85, 1)
