"""Profiles: each fault in one sentence, and rows of the form that they describe."""

import re
from copy import deepcopy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from lib import list_experiment as le
from lib.errors import InputError
from lib.list_experiment_data.recodes import in_treatment
from lib.paths import ROOT
from lib.profiles import is_generated, profile_texts, read_profile
from lib.profiles.generated import write_standin_file
from lib.profiles.survey import read_item_map

PARAMS = ROOT / "params"
LIST, SURVEY = "csto_second_wave", "trust_eu"
GONE = object()
COMMON_FAULTS = [
    ("kind", "census", "kind is 'census'; it must be one of 'list_experiment', 'wvs'."),
    ("kind", GONE, "lacks 'kind': add it."),
    ("title", GONE, "lacks 'title': add it."),
    ("title", 7, "title is 7; it must be a text."),
    ("title", "A \0", "title is 'A \\x00'; it must be a text."),
    ("titel", "A title", "has 'titel', which no profile knows: did you mean 'title'?"),
    ("file", 7, "file is 7; it must be a text."),
    ("alpha", 5, "alpha is 5; it must be a number from 0.001 to 0.2."),
    ("standin", GONE, "lacks 'standin': add it."),
    ("standin", 1000, "standin is 1000; it must be a mapping."),
    ("standin.n", 10, "standin.n is 10; it must be a whole number from 100 to 100000."),
    ("standin.n", GONE, "standin lacks 'n': add it."),
    ("standin.seed", -1, "standin.seed is -1; it must be a whole number of at least 0."),
    ("standin.size", 5, "standin has 'size', which no profile knows: use one of n, seed."),
]
LIST_FAULTS = [
    ("items", ["One"], "items is ['One']; it must be a list with a length of at least 2."),
    ("items", "One", "items is 'One'; it must be a list with a length of at least 2."),
    ("items", ["One", 2], "item 2 of {file}: items is 2; it must be a text."),
    ("sensitive", "", "sensitive is ''; it must be a text."),
    ("count", GONE, "lacks 'count': add it."),
    ("arm", "version", "arm is 'version'; it must be a mapping."),
    ("arm.control", GONE, "arm lacks 'control': add it."),
    ("arm.treatment", [], "arm.treatment is []; it must be a list with a length of at least 1."),
    ("arm.treatment", [0], "arm uses '0' twice: give it one meaning."),
    ("arm.placebo", [2], "arm has 'placebo', which no profile knows"),
    ("groups", {}, "groups names 0: name 1 or more."),
    ("groups.gender", "sex", "groups.gender is 'sex'; it must be a mapping."),
    ("groups.gender.column", GONE, "groups.gender lacks 'column': add it."),
    ("groups.gender.labels", {"men": [1]}, "labels has fewer than two groups: give two or more."),
    ("groups.gender.labels", {True: [1], False: [2]}, "has the label True: it must be a text"),
    ("groups.gender.labels.men", [2], "groups.gender uses '2' twice: give it one meaning."),
    ("groups.gender.labels.men", [1.5], "labels.men is 1.5; it must be a code or a text"),
    ("groups.gender.left_out", 3, "left_out is 3; it must be a list with a length of at least 0."),
    ("groups.ethnicity.left_out", [2], "groups.ethnicity uses '2' twice"),
    ("groups.class", {}, "has the name 'class': use letters, digits and underscores"),
    ("groups.two words", {}, "has the name 'two words': use letters, digits and underscores"),
    ("groups.count", {"column": "x", "labels": {"a": [1], "b": [2]}}, "has 'count', which names"),
]
SURVEY_FAULTS = [
    ("items", "data/codebook/wvs9_items.csv", "wvs9_items.csv cannot be read"),
    ("outcome.item", "V125_17", "asks for 'V125_17', which data/codebook/wvs6_items.csv does not"),
    ("outcome.item", "V2", "asks for V2 (Country (ISO 3166 numeric)), which is no answer"),
    ("outcome.ones", GONE, "outcome lacks 'ones': list the codes that count as 1."),
    ("outcome.ones", [5], "ones is 5; it must be a whole number from 1 to 4."),
    ("outcome.ones", [1, 2, 3, 4], "lists every code of V125_00 (Confidence: the European Union)"),
    ("outcome.name", "trust in EU", "has the name 'trust in EU': use letters, digits"),
    ("outcome.name", "age", "has two variables named 'age': rename one."),
    ("regressors", {}, "regressors names 0: name 1 or more."),
    ("regressors.male.ones", 1, "male.ones is 1; it must be a list"),
    ("regressors.male.one", [1], "regressors.male has 'one', which no profile knows: did you mean"),
    ("regressors.iso3", {"item": "V240"}, "named 'iso3', which the tables use themselves"),
    ("outcome.name", "percent", "named 'percent', which the tables use themselves: rename it."),
    ("moderated", "xenofobia", "is 'xenofobia', no regressor: did you mean 'xenophobia'?"),
    ("moderated", "trust_eu", "is 'trust_eu', no regressor"),
    ("moderated", "age", "is 'age', which is no variable of 0 and 1"),
    ("country_level", "male", "has two variables named 'male': rename one."),
    ("countries", {"DEU": {"code": 276, "value": 1}}, "countries names 1: name 4 or more."),
    ("countries.Germany", {"code": 1, "value": 1}, "has 'Germany': use three capital letters"),
    ("countries.DEU.code", "DE", "DEU.code is 'DE'; it must be a whole number from 1 to 999."),
    ("countries.DEU.code", 724, "countries uses the code 724 twice: mend one."),
    ("countries.DEU.value", GONE, "DEU.value is nan; it must be a number."),
    ("countries.DEU.value", "high", "DEU.value is 'high'; it must be a number."),
    ("n_points", 3, "n_points is 3; it must be a whole number from 7 to 100."),
]
FAULTS = [(LIST, *fault) for fault in [*COMMON_FAULTS, *LIST_FAULTS]]
FAULTS += [(SURVEY, *fault) for fault in [*COMMON_FAULTS, *SURVEY_FAULTS]]


def example(name: str):
    return read_profile(PARAMS / f"{name}.yml", ROOT)


def changed(name: str, place: str, value: object) -> dict:
    """Change one value of a worked example."""
    whole = yaml.safe_load((PARAMS / f"{name}.yml").read_text(encoding="utf-8"))
    holder = whole
    *parents, last = place.split(".")
    for parent in parents:
        holder = holder[parent]
    if value is GONE:
        del holder[last]
    else:
        holder[last] = deepcopy(value)
    return whole


@pytest.mark.parametrize(("name", "place", "value", "sentence"), FAULTS)
def test_a_fault_gets_one_sentence_that_says_where(name, place, value, sentence, tmp_path):
    file = tmp_path / "mine.yml"
    file.write_text(yaml.safe_dump(changed(name, place, value), sort_keys=False), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(sentence.format(file=file))) as raised:
        read_profile(file, ROOT)
    assert str(raised.value).count("\n") == 0


@pytest.mark.parametrize("name", ["Mine.yml", "my-profile.yml", "mine.yaml", "2nd.yml"])
def test_a_profile_has_a_name_that_can_be_typed(name, tmp_path):
    with pytest.raises(InputError, match="cannot name a profile"):
        read_profile(tmp_path / name, ROOT)


@pytest.mark.parametrize(("text", "sentence"), [("- a", "is no mapping"), ("a: [", "is no YAML")])
def test_a_file_that_is_no_profile_is_refused(text, sentence, tmp_path):
    (tmp_path / "mine.yml").write_text(text)
    with pytest.raises(InputError, match=sentence):
        read_profile(tmp_path / "mine.yml", ROOT)


@pytest.mark.parametrize("suffix", [".csv", ".dta"])
@pytest.mark.parametrize("name", [LIST, SURVEY])
def test_a_generated_file_is_read_back_marked_and_the_same_every_time(name, suffix, tmp_path):
    profile = example(name)
    write_standin_file(profile, tmp_path / f"one{suffix}")
    assert is_generated(tmp_path / f"one{suffix}")
    texts = profile_texts(profile, tmp_path / f"one{suffix}", "rows")
    assert texts == profile_texts(profile, None, "rows")
    with pytest.raises(InputError, match="exists and is not overwritten"):
        write_standin_file(profile, tmp_path / f"one{suffix}")


def test_a_generated_file_has_a_form_that_is_known(tmp_path):
    with pytest.raises(InputError, match=r"another ending than \.dta and \.csv"):
        write_standin_file(example(LIST), tmp_path / "one.sav")


def list_rows(tmp_path: Path) -> tuple[pd.DataFrame, list[str]]:
    write_standin_file(example(LIST), tmp_path / "one.csv")
    return example(LIST).read(tmp_path / "one.csv")


def test_a_generated_list_experiment_has_its_size_its_groups_and_a_half_that_holds_the_view(
    tmp_path,
):
    frame, remarks = list_rows(tmp_path)
    assert len(frame) == 1200
    assert frame["arm"].value_counts().to_dict() == {"control": 600, "treatment": 600}
    assert set(frame["region"].dropna()) == {"Almaty", "Astana", "elsewhere"}
    assert re.fullmatch(
        r"Answers on ethnicity that make no group, as the profile says: \d+\.", remarks[0]
    )
    rows = frame.dropna(subset="count").assign(treatment=in_treatment(frame["arm"]))
    whole = le.difference_in_means(rows, "count", "treatment", weights="weight").iloc[0]
    assert whole["conf_low"] < 0.5 < whole["conf_high"]


def test_answers_of_a_file_become_the_groups_of_the_profile(tmp_path):
    columns = "items_approved,version,sex,education,ethnicity,city,weight\n"
    rows = ["2,A,1,4,1,Astana,1", "5,1,2,5,3,Nur-Sultan,2", ",B,,6,2,Kostanay,1", "0,0,-1,1,1,,1"]
    (tmp_path / "file.csv").write_text(columns + "\n".join(rows))
    frame, remarks = example(LIST).read(tmp_path / "file.csv")
    assert frame["arm"].tolist() == ["control", "treatment", "treatment", "control"]
    assert frame["education"].tolist()[:2] == ["secondary or less", "university"]
    assert frame["region"].fillna("").tolist() == ["Astana", "Astana", "elsewhere", ""]
    assert frame["ethnicity"].isna().tolist() == [False, True, False, False]
    assert frame["gender"].isna().tolist() == [False, False, True, True]
    assert remarks == ["Answers on ethnicity that make no group, as the profile says: 1."]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("5,A,1,4,1,Astana,1", "row 3, column 'items_approved', holds 5 in the control arm"),
        ("2,C,1,4,1,Astana,1", "row 3, column 'version', holds 'C', which is no answer"),
        ("2,A,3,4,1,Astana,1", "row 3, column 'sex', holds '3', which is no answer"),
        ("2,A,1,4,1,Astan,1", "row 3, column 'city', holds 'Astan', which is no answer"),
        ("2,A,1,4,1,Astana,0", "row 3, column 'weight', holds 0 where a weight above zero"),
        ("2,,1,4,1,Astana,1", "row 3, column 'version', is empty"),
    ],
)
def test_a_file_that_does_not_fit_the_profile_is_refused(row, sentence, tmp_path):
    columns = "items_approved,version,sex,education,ethnicity,city,weight\n"
    rows = ["2,A,1,4,1,Astana,1", "5,1,2,5,3,Almaty,2", row]
    (tmp_path / "file.csv").write_text(columns + "\n".join(rows))
    with pytest.raises(InputError, match=re.escape(sentence)):
        example(LIST).read(tmp_path / "file.csv")


def test_a_file_without_a_column_of_the_profile_is_refused(tmp_path):
    (tmp_path / "file.csv").write_text("items_approved,version,sexe\n1,A,1\n")
    with pytest.raises(InputError, match="has no column 'sex': did you mean 'sexe'"):
        example(LIST).read(tmp_path / "file.csv")


def test_items_become_the_variables_of_the_profile(tmp_path):
    write_standin_file(example(SURVEY), tmp_path / "wave.csv")
    raw = pd.read_csv(tmp_path / "wave.csv")
    frame, remarks = example(SURVEY).read(tmp_path / "wave.csv")
    assert len(raw) == 8200
    assert remarks[0].startswith("The file holds 8,200 respondents, 8,000 of them of this wave")
    assert frame.groupby("iso3").size().eq(1000).all()
    kept = raw[raw["V2"].isin([each.code for each in example(SURVEY).countries.values()])]
    trusting = kept["V125_00"].isin([1, 2]).sum()
    assert frame["trust_eu"].sum() == trusting
    assert frame["trust_eu"].isna().sum() == (kept["V125_00"] < 0).sum()
    assert frame["age"].max() == kept["V242"].max()
    assert frame.groupby("membership")["iso3"].unique().map(sorted).loc[0.8] == [
        "EST",
        "POL",
        "SVN",
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"V2": 276}, "holds no respondent of ESP"),
        ({"V125_00": -4}, "holds no valid answer of"),
        ({"V39": 2}, "has but one value of xenophobia: check its item and ones in the profile."),
        ({"V1": 5}, "holds wave 5 where wave 6 is wanted"),
        ({"V240": 3}, "holds the code 3 in V240 (Sex), which the codebook does not know"),
    ],
)
def test_a_survey_file_that_does_not_fit_the_profile_is_refused(change, sentence, tmp_path):
    write_standin_file(example(SURVEY), tmp_path / "wave.csv")
    frame = pd.read_csv(tmp_path / "wave.csv").assign(**change)
    frame.to_csv(tmp_path / "other.csv", index=False)
    with pytest.raises(InputError, match=re.escape(sentence)):
        example(SURVEY).read(tmp_path / "other.csv")


def test_the_lists_of_items_name_the_same_questions_in_the_time_series():
    six, seven = (read_item_map(ROOT, f"data/codebook/wvs{wave}_items.csv") for wave in (6, 7))
    old = {item.time_series_names: item for item in six.items.values()}
    shared = [item for item in seven.items.values() if item.time_series_names in old]
    assert len(shared) == len(seven.items) - 1  # education is coded anew in wave 7
    for item in shared:
        before = old[item.time_series_names]
        if item.role != "wave":
            assert (item.label, item.lowest, item.highest) == (
                before.label,
                before.lowest,
                before.highest,
            )


def test_another_wave_is_read_by_its_list_of_items(tmp_path):
    whole = yaml.safe_load((PARAMS / f"{SURVEY}.yml").read_text(encoding="utf-8"))
    whole["items"] = "data/codebook/wvs7_items.csv"
    whole["outcome"]["item"] = "Q82_EU"
    whole["regressors"] = {"xenophobia": {"item": "Q21", "ones": [1]}, "age": {"item": "Q262"}}
    (tmp_path / "seven.yml").write_text(yaml.safe_dump(whole, sort_keys=False))
    profile = read_profile(tmp_path / "seven.yml", ROOT)
    write_standin_file(profile, tmp_path / "wave7.dta")
    columns = pd.read_stata(tmp_path / "wave7.dta").columns
    assert [*columns] == ["A_WAVE", "B_COUNTRY", "Q82_EU", "Q21", "Q262", "standin"]
    frame, _ = profile.read(tmp_path / "wave7.dta")
    assert np.isclose(frame["xenophobia"].mean(), 0.5, atol=0.03)
