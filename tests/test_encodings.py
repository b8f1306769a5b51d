"""Text of survey files, in every form and encoding: as it stands, and in the right letters."""

import random
from functools import partial
from pathlib import Path

import pandas as pd
import pyreadr
import pytest

from lib.book.disclosure import FEWEST
from lib.core.encodings import choose_encoding, decode
from lib.core.errors import InputError
from lib.core.paths import DATA, ROOT
from lib.core.text_files import read_rows
from lib.respondents.profiles import read_profile
from lib.respondents.studies import read_prepared
from lib.sources.list_experiment import read_list_experiment, reading
from lib.sources.survey_files import column_names, read_survey_file
from tests.encoded_files import write_spss, write_stata
from tests.wave_files import zipped

SCHEMA = DATA / "codebook" / "list_experiment_variables.csv"
MISSING_BY_DEFAULT = ["None", "NA", "N/A", "n/a", "null", "NULL", "nan", "NaN", "<NA>", "#N/A", "-"]
CITIES = ["Алматы", "Астана", "Шымкент", "Караганда", "Усть-Каменогорск", "Тараз"]
RUSSIAN = ["мужской", "женский", "казах", "русский", "другое", "среднее", "высшее", *CITIES]
KAZAKH = ["Алматы", "Қарағанды", "Өскемен", "Шымкент", "Ақтөбе", "Қостанай", "Қызылорда", "қазақ"]


def csv(frame: pd.DataFrame, path: Path, encoding: str) -> Path:
    frame.to_csv(path, index=False, encoding=encoding)
    return path


def r(frame: pd.DataFrame, path: Path) -> Path:
    pyreadr.write_rds(str(path), frame)
    return path


FILES = {
    "csv utf-8": (".csv", partial(csv, encoding="utf-8"), "utf-8"),
    "csv utf-8-sig": (".csv", partial(csv, encoding="utf-8-sig"), "utf-8"),
    "csv cp1251": (".csv", partial(csv, encoding="cp1251"), "cp1251"),
    "csv utf-16": (".csv", partial(csv, encoding="utf-16"), "utf-16"),
    "csv utf-16, big end first": (
        ".csv",
        lambda frame, path: path.write_bytes(
            b"\xfe\xff" + frame.to_csv(index=False).encode("utf-16-be")
        ),
        "utf-16",
    ),
    "dta 114 cp1251": (".dta", partial(write_stata, release=114, encoding="cp1251"), "cp1251"),
    "dta 114 utf-8": (".dta", partial(write_stata, release=114, encoding="utf-8"), "utf-8"),
    "dta 117 cp1251": (".dta", partial(write_stata, release=117, encoding="cp1251"), "cp1251"),
    "dta 117 utf-8": (".dta", partial(write_stata, release=117, encoding="utf-8"), "utf-8"),
    "dta 118": (".dta", partial(write_stata, release=118, encoding="utf-8"), "utf-8"),
    "dta 118 cp1251": (".dta", partial(write_stata, release=118, encoding="cp1251"), "cp1251"),
    "sav utf-8": (".sav", partial(write_spss, encoding="utf-8"), "utf-8"),
    "sav cp1251": (".sav", partial(write_spss, encoding="cp1251", code=1251), "cp1251"),
    "sav unstated": (".sav", partial(write_spss, encoding="cp1251", code=2), "cp1251"),
    "sav wrongly stated": (".sav", partial(write_spss, encoding="cp1251", code=65001), "cp1251"),
    "rds": (".rds", r, "utf-8"),
}
EVERY_FILE = pytest.mark.parametrize("kind", FILES)


def write(frame: pd.DataFrame, folder: Path, kind: str) -> Path:
    suffix, writer, _ = FILES[kind]
    path = folder / f"file{suffix}"
    writer(frame, path)
    return path


@EVERY_FILE
@pytest.mark.parametrize("packed", [False, True], ids=["nonadaptive", "zip"])
def test_text_is_read_in_its_letters_and_the_encoding_told(kind, packed, tmp_path):
    frame = pd.DataFrame({"n": [1.0, 2, 3] * len(CITIES), "city": CITIES * 3})
    path = write(frame, tmp_path, kind)
    file = read_survey_file(zipped(path) if packed else path)
    pd.testing.assert_frame_equal(file.frame, frame, check_dtype=False)
    assert file.encoding.name == FILES[kind][2]
    assert file.remarks[0].startswith(f"Its text was read as {FILES[kind][2]}, ")
    assert column_names(path) == ["n", "city"]


@EVERY_FILE
def test_words_for_missing_values_are_texts_and_only_an_empty_one_is_missing(kind, tmp_path):
    texts = [*MISSING_BY_DEFAULT, "inf", "Infinity", " Алматы", "АЛМАТЫ", "", "."]
    frame = pd.DataFrame({"n": range(len(texts)), "text": texts}).astype({"n": float})
    found = read_survey_file(write(frame, tmp_path, kind)).frame["text"]
    assert found.fillna("MISSING").tolist() == [text or "MISSING" for text in texts]


@EVERY_FILE
def test_text_that_is_not_asked_for_decides_with_the_rest(kind, tmp_path):
    """One word alone fits several code pages; the words of other columns tell."""
    frame = pd.DataFrame({"one": ["Тараз"] * len(RUSSIAN), "other": RUSSIAN})
    file = read_survey_file(write(frame, tmp_path, kind), ["one"])
    assert set(file.frame["one"]) == {"Тараз"}


@EVERY_FILE
def test_of_plain_numbers_and_ascii_no_encoding_is_told(kind, tmp_path):
    frame = pd.DataFrame({"n": [1.0, 2], "text": ["Almaty", "Astana"], "city": CITIES[:2]})
    file = read_survey_file(write(frame, tmp_path, kind), ["n", "text"])
    assert file.frame["text"].tolist() == ["Almaty", "Astana"]
    wide = FILES[kind][2] == "utf-16"
    assert [remark.split(",")[0] for remark in file.remarks] == (
        ["Its text was read as utf-16"] if wide else []
    )


@pytest.mark.parametrize(
    "kind",
    ["csv utf-8", "csv utf-8-sig", "csv cp1251", "csv utf-16", "dta 118", "sav utf-8", "rds"],
)
def test_columns_may_have_names_in_any_letters(kind, tmp_path):
    frame = pd.DataFrame({"n": [1.0] * len(RUSSIAN), "город": RUSSIAN})
    path = write(frame, tmp_path, kind)
    assert column_names(path) == ["n", "город"]
    assert read_survey_file(path, ["ГОРОД"]).frame["ГОРОД"].tolist() == RUSSIAN


@pytest.mark.parametrize("kind", ["csv", "dta 114", "dta 117", "dta 118", "sav"])
@pytest.mark.parametrize(
    ("encoding", "words"),
    [("koi8-r", RUSSIAN), ("cp866", RUSSIAN), ("kz1048", KAZAKH), ("cp1252", ["España", "São"])],
)
def test_the_encoding_that_a_user_names_is_taken(kind, encoding, words, tmp_path):
    frame = pd.DataFrame({"n": [1.0] * len(words), "city": words})
    if kind == "csv":
        path = csv(frame, tmp_path / "file.csv", encoding)
    elif kind == "sav":
        path = write_spss(frame, tmp_path / "file.sav", encoding, code=2)
    else:
        path = write_stata(frame, tmp_path / "file.dta", int(kind[-3:]), encoding)
    file = read_survey_file(path, encoding=encoding)
    assert file.frame["city"].tolist() == words
    assert file.encoding.reason == "as asked"


def test_utf_16_without_a_mark_is_read_if_it_is_named(tmp_path):
    path = csv(pd.DataFrame({"city": CITIES, "n": 1}), tmp_path / "file.csv", "utf-16-le")
    assert read_survey_file(path, encoding="utf-16-le").frame["city"].tolist() == CITIES
    with pytest.raises(InputError, match="not a CSV file as its ending says"):
        read_survey_file(path)


@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [
        ("cp1521", "'cp1521' is no encoding that Python knows: use a name such as utf-8"),
        ("base64", "'base64' is no encoding"),
        ("a\0b", "is no encoding that Python knows"),
        ("utf-8", "file.csv has text that is not in utf-8 .*: name its encoding, as ENCODING="),
    ],
)
def test_an_encoding_that_is_none_or_not_the_one_is_refused(encoding, sentence, tmp_path):
    path = csv(pd.DataFrame({"city": CITIES, "n": 1}), tmp_path / "file.csv", "cp1251")
    with pytest.raises(InputError, match=sentence):
        read_survey_file(path, encoding=encoding)


def test_text_in_two_encodings_is_refused(tmp_path):
    path = tmp_path / "file.csv"
    lines = [f"{word},1\n".encode() for word in RUSSIAN] + ["Семей,1\n".encode("cp1251")]
    path.write_bytes(b"city,n\n" + b"".join(lines))
    with pytest.raises(
        InputError, match="has text in UTF-8 and text that is not: correct"
    ) as error:
        read_survey_file(path)
    assert str(error.value).count(str(path)) == 1
    assert len(read_survey_file(path, ["n"]).frame) == len(lines)


def test_text_of_no_code_page_is_refused(tmp_path):
    path = csv(pd.DataFrame({"city": ["Шымкент"], "n": 1}), tmp_path / "file.csv", "koi8-r")
    with pytest.raises(InputError, match="has text that fits no code page of Windows: name its"):
        read_survey_file(path)


def test_r_text_in_an_old_encoding_is_refused(tmp_path):
    path = tmp_path / "file.rds"
    pyreadr.write_rds(str(path), pd.DataFrame({"city": ["Almaty", "Astana"]}))
    path.write_bytes(path.read_bytes().replace(b"Almaty", "Алматы".encode("cp1251")))
    with pytest.raises(InputError, match=r"file.rds has text that is not in UTF-8: save it in R"):
        read_survey_file(path)


def test_six_words_of_russian_are_enough():
    for seed in range(60):
        some = random.Random(seed).sample(RUSSIAN, 6)
        held = [word.encode("cp1251").decode("latin-1") for word in some]
        found = choose_encoding(held)
        assert found.name == "cp1251"
        assert [decode(word, found) for word in held] == some


def test_the_page_of_kazakh_is_taken_or_named():
    held = [word.encode("kz1048").decode("latin-1") for word in KAZAKH]
    found = choose_encoding(held)
    assert found.name == "kz1048" or "kz1048 might as well" in found.reason


def test_what_fits_several_code_pages_alike_is_said_to():
    held = [word.encode("cp1252").decode("latin-1") for word in ("São Paulo", "España")]
    found = choose_encoding(held)
    assert found.name == "cp1252"
    assert "(cp1250, " in found.reason
    assert " might as well): if words look wrong, name another one (ENCODING=)" in found.reason


def experiment(**changes: list) -> pd.DataFrame:
    """Make sixty respondents of the list experiment, whose cities are in Russian."""
    columns = {
        "count": [1.0, 2.0, 3.0, 2.0, 4.0, 0.0],
        "arm": ["control", "treatment"] * 3,
        "gender": ["male", "female", "female", "male", "male", "female"],
        "education": [1.0, 5.0, 6.0, 2.0, 5.0, 3.0],
        "ethnicity": ["kazakh", "russian", "kazakh", "russian", "other", "kazakh"],
        "city": ["Almaty", "Astana", "Шымкент", "Тараз", "Караганда", "Шымкент"],
    }
    return pd.DataFrame({name: each * 10 for name, each in (columns | changes).items()})


@EVERY_FILE
def test_texts_that_became_any_other_answer_are_counted_and_shown(kind, tmp_path):
    file = read_list_experiment(write(experiment(), tmp_path, kind), SCHEMA, 4)
    assert file.frame["city"].value_counts().to_dict() == {
        "other": 40,
        "Almaty": 10,
        "Nur-Sultan": 10,
    }
    encoding, others = file.remarks
    assert encoding.startswith(f"Its text was read as {FILES[kind][2]}, ")
    assert others.startswith(
        "40 answers on city that are not listed became 'other': 'Шымкент' (20), "
    )


def test_no_text_is_shown_of_fewer_respondents_than_a_table_may_count():
    assert reading.FEWEST == FEWEST


def test_texts_of_few_respondents_are_counted_and_not_shown(tmp_path):
    frame = experiment()
    frame.loc[[2, 3], "city"] = ["Семей", "Актау"]
    frame.loc[frame["city"] == "Караганда", "city"] = "other"
    (_, told) = read_list_experiment(csv(frame, tmp_path / "file.csv", "utf-8"), SCHEMA, 4).remarks
    assert told == (
        "30 answers on city that are not listed became 'other': 'Шымкент' (19), 3 more texts."
    )
    frame["city"] = frame["city"].replace({"Шымкент": "other", "Тараз": "other"})
    (_, told) = read_list_experiment(csv(frame, tmp_path / "file.csv", "utf-8"), SCHEMA, 4).remarks
    assert told == (
        "Fewer than 10 answers on city that are not listed became 'other': 2 rare texts."
    )


@EVERY_FILE
def test_blanks_and_case_of_an_answer_are_shown(kind, tmp_path):
    frame = experiment(gender=[" male", "FEMALE", "female", "male", "male", "female"])
    frame["city"] = frame["city"].replace({"Almaty": " алматы", "Тараз": "Almaty"})
    file = read_list_experiment(write(frame, tmp_path, kind), SCHEMA, 4)
    assert file.frame["gender"].value_counts().to_dict() == {"male": 30, "female": 30}
    assert file.remarks[1] == (
        "Read without regard to case and blanks (gender): ' male', 'FEMALE'."
    )
    assert "' алматы' (10)" in file.remarks[2]


@EVERY_FILE
@pytest.mark.parametrize(
    ("column", "values", "sentence"),
    [
        (
            "city",
            ["Алматы", "Астана", "Шымкент", "Тараз", "Караганда", "Шымкент"],
            r"nobody in the group 'almaty': column 'city' holds 'Шымкент', .*name the encoding\.",
        ),
        ("ethnicity", ["kazakh"] * 6, "nobody in the group 'russian': column 'ethnicity' holds 'k"),
        ("education", [1.0] * 6, "nobody in the group 'university': column 'education' holds '1'"),
        ("ethnicity", ["kazakh", "None", *["russian"] * 4], "column 'ethnicity', holds 'None', wh"),
        ("ethnicity", ["kazakh", "n/a", *["russian"] * 4], "column 'ethnicity', holds 'n/a', wh"),
        (
            "count",
            ["1", "NA", "2", "2", "3", "3"],
            "holds 'NA' where a number belongs: .* leave it",
        ),
    ],
)
def test_a_group_with_nobody_and_an_unknown_answer_are_refused(
    kind, column, values, sentence, tmp_path
):
    path = write(experiment(**{column: values}), tmp_path, kind)
    with pytest.raises(InputError, match=sentence) as error:
        read_list_experiment(path, SCHEMA, 4)
    assert len(str(error.value)) <= 300


PROFILE = """
kind: list_experiment
title: Cities
items: [one, two]
sensitive: three
count: n
arm: {column: arm, control: [0], treatment: [1]}
groups:
  religion:
    column: faith
    labels: {none: [None], Islam: [Ислам], "1": [Иное]}
synthetic: {n: 100, seed: 1}
"""


@EVERY_FILE
def test_a_group_of_a_profile_may_be_called_none_or_by_a_number(kind, tmp_path):
    (tmp_path / "faith.yml").write_text(PROFILE, encoding="utf-8")
    profile = read_profile(tmp_path / "faith.yml", ROOT)
    faith = ["None", "Ислам", "Иное"] * 20
    frame = pd.DataFrame({"n": 1.0, "arm": [0.0, 1.0] * 30, "faith": faith})
    respondents, remarks = profile.read(write(frame, tmp_path, kind))
    labels = {"None": "none", "Ислам": "Islam", "Иное": "1"}
    assert respondents["religion"].tolist() == [labels[each] for each in faith]
    respondents.to_csv(tmp_path / "prepared.csv", index=False)
    prepared = read_prepared(tmp_path / "prepared.csv", profile.texts)
    assert prepared["religion"].tolist() == respondents["religion"].tolist()
    assert len(remarks) == 1


def test_a_group_of_a_profile_with_nobody_in_it_is_refused(tmp_path):
    (tmp_path / "faith.yml").write_text(PROFILE, encoding="utf-8")
    frame = pd.DataFrame({"n": 1, "arm": [0, 1] * 3, "faith": ["None", "Ислам"] * 3})
    path = csv(frame, tmp_path / "file.csv", "utf-8")
    with pytest.raises(InputError, match="nobody in the group '1': column 'faith' holds 'None', "):
        read_profile(tmp_path / "faith.yml", ROOT).read(path)


def test_a_profile_names_the_encoding_of_its_file(tmp_path):
    (tmp_path / "faith.yml").write_text(PROFILE + "encoding: KOI8-R\n", encoding="utf-8")
    profile = read_profile(tmp_path / "faith.yml", ROOT)
    frame = pd.DataFrame({"n": 1, "arm": [0, 1] * 3, "faith": ["None", "Ислам", "Иное"] * 2})
    respondents, remarks = profile.read(csv(frame, tmp_path / "file.csv", "koi8-r"))
    assert set(respondents["religion"]) == {"none", "Islam", "1"}
    assert remarks == ["Its text was read as koi8-r, as asked."]
    (tmp_path / "faith.yml").write_text(PROFILE + "encoding: cp1521\n", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"faith\.yml, line 13: encoding: 'cp1521' is no encoding that"
    ):
        read_profile(tmp_path / "faith.yml", ROOT)


def test_rows_of_numbers_and_texts_come_back_as_they_were(tmp_path):
    frame = pd.DataFrame({"text": ["None", "NA", "null", "nan", "x"], "n": [1.5, 2, 3, 4, None]})
    frame.to_csv(tmp_path / "rows.csv", index=False)
    pd.testing.assert_frame_equal(read_rows(tmp_path / "rows.csv"), frame, check_dtype=False)


def test_one_function_alone_asks_pandas_to_read_csv():
    asking = [p for p in (ROOT / "lib").rglob("*.py") if "pd.read_csv(" in p.read_text("utf-8")]
    assert asking == [ROOT / "lib" / "core" / "text_files.py"]
