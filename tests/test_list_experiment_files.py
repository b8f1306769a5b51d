"""Files of a list experiment: every form gives the same frame, every fault one sentence."""

from pathlib import Path

import pandas as pd
import pyreadr
import pyreadstat
import pytest

from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.sources.list_experiment import read_list_experiment

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
    return read_list_experiment(write(frame, tmp_path / f"file{suffix}"), SCHEMA, n_items).frame


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
    changed = CODES.assign(education=[-1, 2, 5, -2, -1, 4], gender=[-2, 1, 1, 2, 2, 2])
    found = read(changed, tmp_path)
    assert found["education"].isna().tolist() == [True, False, False, True, True, False]
    assert found["gender"].isna().tolist() == [True] + [False] * 5


def test_a_file_without_weights_has_equal_ones(tmp_path):
    assert read(TEXTS.drop(columns="weight"), tmp_path)["weight"].tolist() == [1.0] * 6


def test_other_columns_and_their_order_do_not_matter(tmp_path):
    more = TEXTS.assign(interviewer=7)[[*reversed(TEXTS.columns)]]
    pd.testing.assert_frame_equal(read(more, tmp_path), read(TEXTS, tmp_path))


def test_another_number_of_items_is_noticed_where_it_can_be(tmp_path):
    with pytest.raises(InputError, match="with 3 control items: check the number"):
        read(TEXTS, tmp_path, n_items=3)
    with pytest.raises(InputError, match=r"n_items is .*it must be a whole number of at least 1"):
        read(TEXTS, tmp_path, n_items=0)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        read_list_experiment(tmp_path / "none.csv", SCHEMA, 4)
