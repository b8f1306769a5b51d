"""Files of a list experiment: every form gives the same frame, every fault one sentence."""

import re
from pathlib import Path

import pandas as pd
import pyreadr
import pyreadstat
import pytest

from lib.errors import InputError
from lib.list_experiment_data import read_list_experiment
from lib.paths import DATA

SCHEMA = DATA / "codebook" / "list_experiment_variables.csv"
TEXTS = pd.DataFrame(
    {
        "count": [0, 4, 5, 3, None, 2],
        "arm": ["control", "control", "treatment", "treatment", "control", "treatment"],
        "gender": ["male", "female", "male", "female", "male", None],
        "education": [1, 2, 5, 6, None, 4],
        "ethnicity": ["kazakh", "russian", "other", "kazakh", "kazakh", "russian"],
        "city": ["Almaty", "Nur-Sultan", "other", "other", None, "Almaty"],
        "weight": [1.0, 0.5, 2.0, 1.0, 1.0, 1.0],
    }
)
CODES = TEXTS.replace(
    {
        "arm": {"control": 0, "treatment": 1},
        "gender": {"male": 1, "female": 2},
        "ethnicity": {"kazakh": 1, "russian": 2, "other": 3},
        "city": {"Almaty": 1, "Nur-Sultan": 2, "other": 3},
    }
).astype(float)


def write(frame: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".dta":
        frame.to_stata(path, write_index=False)
    elif path.suffix == ".sav":
        pyreadstat.write_sav(frame, str(path))
    elif path.suffix == ".rds":
        pyreadr.write_rds(str(path), frame)
    else:
        frame.to_csv(path, index=False)
    return path


def read(frame: pd.DataFrame, tmp_path: Path, suffix: str = ".csv", n_items: int = 4):
    return read_list_experiment(write(frame, tmp_path / f"file{suffix}"), SCHEMA, n_items)


@pytest.mark.parametrize("suffix", [".csv", ".dta", ".sav", ".rds"])
def test_every_form_of_a_file_gives_the_same_frame(suffix, tmp_path):
    frame = read(CODES, tmp_path, suffix)
    expected = TEXTS.astype({"count": "Int64", "education": "Int64"})
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False)
    assert frame["count"].isna().tolist() == [False] * 4 + [True, False]


@pytest.mark.parametrize("suffix", [".csv", ".rds"])
def test_texts_are_read_as_codes_are(suffix, tmp_path):
    frame = read(TEXTS, tmp_path, suffix)
    pd.testing.assert_frame_equal(frame, read(CODES, tmp_path, suffix))


def test_labels_other_names_of_a_city_and_other_cities_are_known(tmp_path):
    frame = TEXTS.astype({"education": object})
    frame.loc[0, ["education", "city"]] = ["Full higher education", "Astana"]
    frame.loc[1, ["gender", "city"]] = [" FEMALE ", "Shymkent"]
    found = read(frame, tmp_path)
    assert found["education"][0] == 6
    assert found["city"].tolist()[:2] == ["Nur-Sultan", "other"]
    assert found["gender"][1] == "female"


def test_a_negative_code_is_no_answer(tmp_path):
    found = read(CODES.assign(education=-1, gender=[-2, 1, 1, 2, 2, 2]), tmp_path)
    assert found["education"].isna().all()
    assert found["gender"].isna().tolist() == [True] + [False] * 5


def test_a_file_without_weights_has_equal_ones(tmp_path):
    assert read(TEXTS.drop(columns="weight"), tmp_path)["weight"].tolist() == [1.0] * 6


def test_other_columns_and_their_order_do_not_matter(tmp_path):
    more = TEXTS.assign(interviewer=7)[[*reversed(TEXTS.columns)]]
    pd.testing.assert_frame_equal(read(more, tmp_path), read(TEXTS, tmp_path))


FAULTS = {
    "a count above the treatment list": ("count", 2, 6, "row 3, column 'count', holds 6 in the"),
    "J + 1 in the control arm": ("count", 1, 5, "holds 5 in the control arm, where a count from 0"),
    "a negative count": ("count", 0, -1, "from 0 to 4 belongs .* leave a missing answer empty"),
    "a count that is not whole": ("count", 3, 2.5, "holds 2.5 where a whole number belongs"),
    "a count in words": ("count", 3, "two", "row 4, column 'count', holds 'two' where a number"),
    "an infinite count": ("count", 3, "inf", "holds 'inf' where a number belongs"),
    "an unknown arm": ("arm", 0, "placebo", "holds 'placebo', which is no answer of the schema"),
    "no arm": ("arm", 5, None, "row 6, column 'arm', is empty: state every respondent's arm"),
    "an unknown gender": ("gender", 1, "femal", "holds 'femal'.* did you mean 'female'"),
    "an unknown education": ("education", 1, 7, "holds '7.*', which is no answer of the schema"),
    "an unknown ethnicity": ("ethnicity", 1, "uzbek", "column 'ethnicity', holds 'uzbek'"),
    "a city that looks like a slip": ("city", 1, "Almatty", "did you mean 'almaty'"),
    "a city of unknown code": ("city", 1, "9", "holds '9', which is no answer of the schema"),
    "a negative weight": ("weight", 1, -1.0, "holds -1 where a weight above zero belongs"),
    "a weight of zero": ("weight", 1, 0.0, "holds 0 where a weight above zero belongs"),
    "no weight": ("weight", 1, None, "row 2, column 'weight', holds nothing where a weight"),
}


@pytest.mark.parametrize(("column", "row", "value", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_in_one_sentence(column, row, value, sentence, tmp_path):
    frame = TEXTS.astype({column: object})
    frame.loc[row, column] = value
    with pytest.raises(InputError, match=sentence) as told:
        read(frame, tmp_path)
    assert len(re.findall(r"[.?](?=\s|$)", str(told.value))) <= 1
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("arm", ["control", "treatment"])
def test_an_empty_arm_is_refused(arm, tmp_path):
    with pytest.raises(InputError, match=f"no respondent in the {arm} arm"):
        read(TEXTS[TEXTS["arm"] != arm], tmp_path)


def test_an_arm_in_which_nobody_gave_a_count_is_refused(tmp_path):
    silent = TEXTS.assign(count=TEXTS["count"].mask(TEXTS["arm"] == "control"))
    with pytest.raises(InputError, match="an arm in which nobody gave a count"):
        read(silent, tmp_path)


@pytest.mark.parametrize("column", ["count", "arm", "gender", "education", "ethnicity", "city"])
def test_a_missing_column_is_refused(column, tmp_path):
    with pytest.raises(InputError, match=f"no column {column!r}"):
        read(TEXTS.drop(columns=column), tmp_path)


def test_another_number_of_items_is_noticed_where_it_can_be(tmp_path):
    with pytest.raises(InputError, match="with 3 control items: check the number"):
        read(TEXTS, tmp_path, n_items=3)
    with pytest.raises(InputError, match="number of control items must be a whole number"):
        read(TEXTS, tmp_path, n_items=0)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        read_list_experiment(tmp_path / "none.csv", SCHEMA, 4)
