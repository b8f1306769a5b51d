"""Profiles: each fault in one sentence, and rows of the form that they describe."""

import re
from functools import reduce
from itertools import pairwise
from operator import getitem
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args, get_origin

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.core.text_files import read_yaml
from lib.estimators import list_experiment as le
from lib.respondents.profiles import is_generated, profile_texts, read_profile
from lib.respondents.profiles.generated import write_synthetic_file
from lib.respondents.profiles.reading import KINDS
from lib.respondents.profiles.survey import read_item_map
from lib.sources.list_experiment.recodes import in_treatment
from tests.bad_inputs.profiles import changed

PARAMS = ROOT / "params"
LIST, SURVEY = "csto_second_wave", "trust_eu"


def example(name: str):
    return read_profile(PARAMS / f"{name}.yml", ROOT)


@pytest.mark.parametrize("suffix", [".csv", ".dta"])
@pytest.mark.parametrize("name", [LIST, SURVEY])
def test_a_generated_file_is_read_back_marked_and_the_same_every_time(name, suffix, tmp_path):
    profile = example(name)
    write_synthetic_file(profile, tmp_path / f"one{suffix}")
    assert is_generated(tmp_path / f"one{suffix}")
    texts = profile_texts(profile, tmp_path / f"one{suffix}", "rows")
    assert texts == profile_texts(profile, None, "rows")
    with pytest.raises(InputError, match="exists and is not overwritten"):
        write_synthetic_file(profile, tmp_path / f"one{suffix}")


def test_a_generated_file_has_a_form_that_is_known(tmp_path):
    with pytest.raises(InputError, match=r"another ending than \.dta and \.csv"):
        write_synthetic_file(example(LIST), tmp_path / "one.sav")


def list_rows(tmp_path: Path) -> tuple[pd.DataFrame, list[str]]:
    write_synthetic_file(example(LIST), tmp_path / "one.csv")
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


def test_strata_and_clusters_of_a_profile_reach_the_estimators(tmp_path):
    chosen = example(LIST).model_copy(update={"strata": "oblast", "clusters": "precinct"})
    assert chosen.sampling == {"weights": "weight", "strata": "stratum", "clusters": "cluster"}
    write_synthetic_file(chosen, tmp_path / "one.csv")
    frame, _ = chosen.read(tmp_path / "one.csv")
    assert frame.groupby("cluster")["stratum"].nunique().eq(1).all()
    rows = frame.dropna(subset="count").assign(treatment=in_treatment(frame["arm"]))
    whole = le.difference_in_means(rows, "count", "treatment", **chosen.sampling).iloc[0]
    assert whole["df"] == 120 - 4
    raw = pd.read_csv(tmp_path / "one.csv")
    raw.assign(precinct=raw["precinct"].where(raw.index != 2)).to_csv(tmp_path / "two.csv")
    with pytest.raises(InputError, match="row 3, column 'precinct', is empty: every respondent"):
        chosen.read(tmp_path / "two.csv")


def test_items_become_the_variables_of_the_profile(tmp_path):
    write_synthetic_file(example(SURVEY), tmp_path / "wave.csv")
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
    write_synthetic_file(example(SURVEY), tmp_path / "wave.csv")
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
    write_synthetic_file(profile, tmp_path / "wave7.dta")
    columns = pd.read_stata(tmp_path / "wave7.dta").columns
    assert [*columns] == ["A_WAVE", "B_COUNTRY", "Q82_EU", "Q21", "Q262", "synthetic"]
    frame, _ = profile.read(tmp_path / "wave7.dta")
    assert np.isclose(frame["xenophobia"].mean(), 0.5, atol=0.03)


FILLED = {
    "list_experiment": {
        "title": "A list",
        "items": ["One", "Two"],
        "sensitive": "Three",
        "count": "n",
        "arm": {"column": "arm", "control": [0], "treatment": [1]},
        "groups": {"gender": {"column": "sex", "labels": {"men": [1], "women": [2]}}},
    },
    "wvs": {
        "title": "A question",
        "outcome": {"name": "trust_eu", "item": "V125_00", "ones": [1, 2]},
        "regressors": {"male": {"item": "V240", "ones": [1]}, "age": {"item": "V242"}},
        "moderated": "male",
        "country_level": "membership",
        "countries": {iso3: {"value": v} for v, iso3 in enumerate(("ARM", "KAZ", "KGZ", "RUS"))},
    },
}


def filled(value: object, answers: object) -> object:
    """Put answers where a template is empty, and nowhere else."""
    if isinstance(value, dict) and isinstance(answers, dict):
        return {key: filled(each, answers.get(key)) for key, each in value.items()}
    assert answers is None or value is None, f"{value} is filled in already"
    return value if answers is None else answers


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_a_profile_once_it_is_filled_in_and_no_sooner(kind, tmp_path):
    template = PARAMS / "templates" / f"{kind}.yml"
    with pytest.raises(InputError, match="title is empty: fill it in"):
        read_profile(template, ROOT)
    whole = filled(read_yaml(template), FILLED[kind])
    (tmp_path / "mine.yml").write_text(yaml.safe_dump(whole, sort_keys=False))
    profile = read_profile(tmp_path / "mine.yml", ROOT)
    frame, _ = profile.read(written(profile, tmp_path / "rows.csv"))
    assert len(frame) == 1000 * len(getattr(profile, "countries", [1]))


def written(profile, path: Path) -> Path:
    write_synthetic_file(profile, path)
    return path


def model_keys(model: type[BaseModel], place: str = "") -> set[str]:
    """Name the keys of a profile by where they stand; names that a user gives are stars."""
    keys = set()
    for name, field in model.model_fields.items():
        keys.add(f"{place}{name}")
        inner, star = field.annotation, ""
        if get_origin(inner) is dict:
            inner, star = get_args(inner)[1], "*."
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            keys |= model_keys(inner, f"{place}{name}.{star}")
    return keys


STARS = r"^(groups|regressors|countries)\.\w+"


@pytest.mark.parametrize("kind", KINDS)
def test_a_comment_explains_each_key_of_a_template(kind):
    lines = (PARAMS / "templates" / f"{kind}.yml").read_text(encoding="utf-8").splitlines()
    explained, above = set(), []
    for before, line in pairwise(lines):
        if not (key := re.match(r"( *)(\w+):", line)):
            continue
        above = [*above[: len(key[1]) // 2], key[2]]
        if before.strip().startswith("# ") and len(before) - len(before.lstrip()) == len(key[1]):
            explained.add(re.sub(STARS, r"\1.*", ".".join(above)))
    assert explained == model_keys(KINDS[kind])


PLACES = {
    LIST: "items count arm arm.column arm.control weight strata clusters groups groups.gender "
    "groups.gender.column groups.gender.labels groups.region.left_out synthetic.n",
    SURVEY: "outcome outcome.name outcome.ones regressors regressors.male regressors.male.ones "
    "moderated country_level countries countries.DEU.value",
}
WORDS = [
    "",
    " ",
    "*",
    "1",
    "01",
    "1.0",
    "²",
    "-1",
    "sex",
    "version ",
    "Almaty",
    "age",
    "count",
    "C",
]
SCALARS = st.sampled_from([None, True, -1, 0, 1, 2, 2.5, float("nan"), 10**400, *WORDS]) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SCALARS, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([(n, p) for n in PLACES for p in PLACES[n].split()]), VALUES)
def test_a_changed_profile_is_read_and_generates_rows_or_gets_one_sentence(case, value):
    name, place = case
    whole = changed(name, "synthetic.n", 100)
    *parents, last = place.split(".")
    reduce(getitem, parents, whole)[last] = value
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mine.yml"
        path.write_text(yaml.safe_dump(whole, sort_keys=False))
        try:
            profile = read_profile(path, ROOT)
        except InputError as error:
            told = str(error)
        else:
            told = ""
            write_synthetic_file(profile, path.with_suffix(".csv"))
            assert len(pd.read_csv(path.with_suffix(".csv"))) >= 100
        assert len(told) <= 300
        assert "\n" not in told
