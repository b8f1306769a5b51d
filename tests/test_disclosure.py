"""Whether outputs repeat respondents."""

import json

import numpy as np
import pandas as pd
import pytest

from lib.book.disclosure import RespondentSearch, hide_small_counts, small_counts
from lib.core.paths import ROOT
from lib.presentation.tables import Table, to_html


@pytest.fixture(scope="module")
def respondents() -> pd.DataFrame:
    draw = np.random.default_rng(7)
    codes = {"V125_07": 4, "V39": 2, "V231": 10, "V240": 2, "V248": 9, "V238": 5, "V59": 10}
    columns = {name: draw.integers(1, top + 1, 4000) for name, top in codes.items()}
    return pd.DataFrame(columns | {"V242": draw.integers(18, 92, 4000)})


@pytest.fixture(scope="module")
def search(respondents) -> RespondentSearch:
    return RespondentSearch(respondents)


def found(search: RespondentSearch, text: str) -> bool:
    return search.in_text(text)


SHOWN = {
    "printed": lambda rows: rows.to_string(),
    "csv": lambda rows: rows.to_csv(),
    "page": lambda rows: rows.to_html(),
    "columns": lambda rows: rows.to_json(),
    "records": lambda rows: rows.to_json(orient="records"),
    "lists": lambda rows: repr(rows.to_dict(orient="list")),
    "escaped": lambda rows: json.dumps({"text/plain": rows.to_string()}),
    "semicolons": lambda rows: rows.to_csv(sep=";", index=False),
}


@pytest.mark.parametrize("form", SHOWN)
@pytest.mark.parametrize("first", [0, 1234, 3996])
def test_four_respondents_are_found_in_any_order_of_columns(search, respondents, form, first):
    order = np.random.default_rng(first).permutation(respondents.columns)
    assert found(search, SHOWN[form](respondents.iloc[first : first + 4][list(order)]))


@pytest.mark.parametrize("form", ["printed", "csv", "page"])
def test_three_respondents_are_found_with_all_their_answers(search, respondents, form):
    assert found(search, SHOWN[form](respondents.iloc[70:73]))


def test_a_long_run_of_one_variable_is_found(search, respondents):
    assert found(search, str(respondents["V242"].iloc[100:115].tolist()))
    assert found(search, respondents["V242"].iloc[100:115].to_string())


def test_a_run_of_values_that_nobody_shares_is_found(respondents):
    weights = np.random.default_rng(1).uniform(0.5, 2, len(respondents)).round(4)
    weighted = RespondentSearch(respondents.assign(V258=weights))
    assert found(weighted, str(weights[100:112].tolist()))
    assert not found(weighted, str(weights[100:1300:100].tolist()))


def test_labels_are_found_as_numbers_are():
    draw = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "count": draw.integers(0, 6, 400),
            "gender": draw.choice(["male", "female"], 400),
            "education": draw.integers(1, 7, 400),
            "city": draw.choice(["Almaty", "Nur-Sultan", "other"], 400),
            "ethnicity": draw.choice(["kazakh", "russian", "other"], 400),
        }
    )
    search = RespondentSearch(frame)
    assert found(search, frame.iloc[20:25].to_string())
    assert not found(search, frame.sample(5, random_state=1).to_string())


@pytest.fixture(scope="module")
def with_gaps() -> tuple[pd.DataFrame, RespondentSearch]:
    """Respondents of whom every second one gave no answer to some question."""
    draw = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "count": draw.integers(0, 6, 1200).astype(float),
            "gender": draw.choice(["men", "women"], 1200),
            "education": draw.choice(["secondary or less", "university", "R&D, <5 years"], 1200),
            "ethnicity": draw.choice(["Kazakh", "Russian", "other"], 1200),
            "age": draw.choice(["15-24", "25-44", "45"], 1200),
            "weight": draw.uniform(0.6, 1.5, 1200).round(3),
        }
    )
    for name in ("count", "education", "ethnicity"):
        frame.loc[draw.random(1200) < 0.2, name] = np.nan
    return frame, RespondentSearch(frame)


@pytest.mark.parametrize("form", SHOWN)
def test_labels_of_several_words_and_missing_answers_hide_nobody(with_gaps, form):
    frame, search = with_gaps
    for first in range(0, 1200, 150):
        assert found(search, SHOWN[form](frame.iloc[first : first + 3]))
        assert found(search, SHOWN[form](frame.iloc[first : first + 5, ::-1]))
        assert not found(search, SHOWN[form](frame.iloc[first : first + 50 : 11]))


def test_places_where_a_word_may_break_hide_nobody():
    draw = np.random.default_rng(1)
    labels = ["university-preparatory", "self-employed/at-home", "retired.from.work.now"]
    rows = pd.DataFrame({name: draw.choice(labels, 400) for name in "abcdef"})
    rows["age"] = draw.integers(18, 90, 400)
    shown = to_html(Table(rows[40:48], "leak", "L.", {name: name for name in rows}))
    assert "<wbr>" in shown
    assert RespondentSearch(rows).in_text(shown)
    assert RespondentSearch(rows).in_text(json.dumps(shown))
    assert not RespondentSearch(rows.sample(frac=1, random_state=1)).in_text(shown)


def test_the_same_answers_of_respondents_who_do_not_follow_each_other_are_no_finding(
    search, respondents
):
    assert not found(search, respondents.iloc[[5, 900, 1700, 2600]].to_string())


def test_the_archive_itself_holds_no_finding(search):
    files = [*ROOT.glob("data/*/*.csv"), *ROOT.glob("chapters/*.ipynb"), *ROOT.glob("lib/**/*.py")]
    assert len(files) > 40
    assert [path for path in files if found(search, path.read_text(encoding="utf-8"))] == []


def test_repeated_numbers_are_no_finding(search):
    assert not found(search, "1 2 1 2 1 2 1 2\n" * 60)
    assert not found(search, "\n".join(str(number) for number in range(100)))


def test_small_counts_are_named_and_empty_groups_may_be_shown():
    table = pd.DataFrame(
        {"n": [12, 9], "n_valid": [0, 30], "mean": [3.0, 4.0], "counted_observations": [5, 50]}
    )
    assert small_counts(table, 10) == ["n", "counted_observations"]
    assert small_counts(table, 5) == []


COUNTS = ["n_control", "n_treatment", "control_n", "N", "n in treatment", "('n', 'control')"]
COUNTS += ["respondents_male", "Observations", "count_of_men", "unanswered", "missing", "cases"]


@pytest.mark.parametrize("name", COUNTS)
def test_a_count_is_known_by_its_first_or_last_word(name):
    assert small_counts(pd.DataFrame({name: [12, 9]}), 10) == [name]
    assert small_counts(pd.DataFrame({name: [12, 9.5]}), 10) == []


@pytest.mark.parametrize("name", ["n_items", "n_starts", "counted_codes", "mean_control", "nose"])
def test_what_counts_something_else_or_nothing_may_be_small(name):
    assert small_counts(pd.DataFrame({name: [12, 9]}), 10) == []


def test_small_counts_are_hidden_with_those_they_add_up_with():
    table = pd.DataFrame(
        {
            "grouping": ["all", "gender", "gender", "region", "region"],
            "n_control": [40, 20, 20, 31, 9],
            "n_treatment": [42, 21, 21, 30, 12],
            "estimate": [0.5, 0.4, 0.6, 0.5, 0.3],
        }
    )
    counts = ["n_control", "n_treatment"]
    assert small_counts(table, 10) == ["n_control"]
    shown = hide_small_counts(table, counts, "grouping")
    assert small_counts(shown, 10) == []
    assert shown[counts].isna().all(axis=1).tolist() == [False, False, False, True, True]
    assert shown.loc[:2, counts].to_numpy().tolist() == table.loc[:2, counts].to_numpy().tolist()
    assert shown["estimate"].equals(table["estimate"])
    assert hide_small_counts(table, counts)[counts].isna().all(axis=None)
    assert table["n_control"].tolist() == [40, 20, 20, 31, 9]


def test_a_column_of_true_and_false_counts_nobody():
    assert small_counts(pd.DataFrame({"fits_n": [True, False], "n": [11_119, 50]}), 10) == []


@pytest.mark.parametrize("kind", ["<i1", "<i2", "<i4", "<f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_bytes_of_respondents_among_others_are_found_from_every_start(
    search, respondents, kind, order
):
    draw = np.random.default_rng(5)
    for first in draw.integers(0, 3990, 8):
        columns = draw.permutation(respondents.columns)
        rows = respondents.iloc[first : first + 5][columns].to_numpy()
        around = [draw.integers(0, 120, draw.integers(1, 60)) for _ in range(2)]
        values = np.concatenate([around[0], rows.ravel(order=order), around[1]]).astype(kind)
        assert search.in_numbers([values.astype(float)])


def test_bytes_of_others_are_no_finding(search):
    draw = np.random.default_rng(8)
    assert not search.in_numbers([draw.integers(1, 11, 5000).astype(float)])
    assert not search.in_numbers([np.tile([1.0, 2.0, 3.0], 400), np.arange(500.0), np.empty(0)])


def test_what_held_nothing_once_is_not_mistaken_for_what_does(search, respondents):
    leak = respondents.iloc[500:505].to_string()
    assert not found(search, "1 2 3\n4 5 6")
    assert [found(search, leak) for _ in range(2)] == [True, True]
