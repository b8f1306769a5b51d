"""Profiles: each fault in one sentence, and rows of the form that they describe."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.estimators import list_experiment as le
from lib.respondents.profiles import is_generated, profile_texts, read_profile
from lib.respondents.profiles.generated import write_standin_file
from lib.respondents.profiles.survey import read_item_map
from lib.sources.list_experiment.recodes import in_treatment

PARAMS = ROOT / "params"
LIST, SURVEY = "csto_second_wave", "trust_eu"


def example(name: str):
    return read_profile(PARAMS / f"{name}.yml", ROOT)


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
        r"Answers on ethnicity that make no group, as the profile says: \d+\.", remarks[-1]
    )
    rows = frame.dropna(subset="count").assign(treatment=in_treatment(frame["arm"]))
    whole = le.difference_in_means(rows, "count", "treatment", weights="weight").iloc[0]
    assert whole["conf_low"] < 0.5 < whole["conf_high"]


def test_answers_of_a_file_become_the_groups_of_the_profile(tmp_path):
    columns = "items_approved,version,sex,education,ethnicity,city,weight\n"
    rows = ["2,A,1,4,1,Astana,1", "5,1,2,5,3,Nur-Sultan,2", ",B,,6,2,Kostanay,1", "0,0,-1,1,1,,1"]
    rows += ["1,A,1,4,1,Almaty,1"]
    (tmp_path / "file.csv").write_text(columns + "\n".join(rows))
    frame, remarks = example(LIST).read(tmp_path / "file.csv")
    assert frame["arm"].tolist() == ["control", "treatment", "treatment", "control", "control"]
    assert frame["education"].tolist()[:2] == ["secondary or less", "university"]
    assert frame["region"].fillna("").tolist() == ["Astana", "Astana", "elsewhere", "", "Almaty"]
    assert frame["ethnicity"].isna().tolist() == [False, True, False, False, False]
    assert frame["gender"].isna().tolist() == [False, False, True, True, False]
    assert remarks == [
        "Fewer than 10 answers on region that are not listed became 'elsewhere': 1 rare text.",
        "Answers on ethnicity that make no group, as the profile says: 1.",
    ]


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
