"""Survey files in every form they are released in, whole and damaged."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from pandas.testing import assert_frame_equal

from lib.core.errors import InputError
from lib.sources.survey_files import column_names, read_survey_file
from tests.wave_files import write, zipped

REFERENCE = Path(__file__).parent / "reference"
COLUMNS = ["V2", "V125_07", "V258", "name"]
ENDINGS = [".dta", ".sav", ".csv", ".rds", ".rdata"]


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    """Make respondents: codes, a weight, a text, and columns that nobody asks for."""
    generator, n = np.random.default_rng(6), 6_000
    codes = {f"V{number}": generator.integers(-5, 11, n) for number in (1, 59, 229, 238)}
    return pd.DataFrame(
        {"V2": generator.choice([51, 112, 643], n), "V125_07": generator.integers(-5, 5, n)}
        | codes
        | {"V258": generator.random(n), "name": generator.choice(["Orsha", "Gyumri"], n)}
    )


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert_frame_equal(found, expected.reset_index(drop=True), check_dtype=False)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "zip"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_written_is_read(survey, tmp_path, ending, packed):
    path = write(survey, tmp_path / f"wave{ending}")
    path = zipped(path) if packed else path
    same(read_survey_file(path, COLUMNS).frame, survey[COLUMNS])
    assert column_names(path) == list(survey.columns)


@pytest.mark.parametrize("ending", ENDINGS)
def test_columns_come_in_the_order_and_spelling_asked_for(survey, tmp_path, ending):
    path = write(survey, tmp_path / f"wave{ending}")
    found = read_survey_file(path, ["v258", "V2", "v125_07"]).frame
    same(found, survey[["V258", "V2", "V125_07"]].set_axis(["v258", "V2", "v125_07"], axis=1))


@pytest.mark.parametrize("ending", ENDINGS)
def test_without_a_wish_all_columns_come(survey, tmp_path, ending):
    same(read_survey_file(write(survey, tmp_path / f"wave{ending}")).frame, survey)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_never_asked_is_missing(tmp_path, ending):
    frame = pd.DataFrame({"V1": [1.0, np.nan, -1.0], "V258": [0.5, 1.0, np.nan]})
    same(read_survey_file(write(frame, tmp_path / f"wave{ending}")).frame, frame)


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_stata_releases(survey, tmp_path, version):
    path = write(survey, tmp_path / "wave.dta", version=version)
    same(read_survey_file(path, COLUMNS).frame, survey[COLUMNS])


def test_codes_are_read_and_not_their_labels(tmp_path):
    frame = pd.DataFrame({"V125_07": [1, 2, -1]})
    labels = {"V125_07": {1: "A great deal", 2: "Quite a lot", -1: "Don't know"}}
    stata = write(frame, tmp_path / "wave.dta", value_labels=labels)
    spss = write(frame, tmp_path / "wave.sav", variable_value_labels=labels)
    for path in (stata, spss):
        assert list(read_survey_file(path).frame["V125_07"]) == [1, 2, -1]


def test_codes_declared_missing_in_spss_stay(tmp_path):
    ranges = {"V125_07": [{"lo": -5, "hi": -1}]}
    frame = pd.DataFrame({"V125_07": [1.0, -1.0, -5.0, np.nan]})
    found = read_survey_file(write(frame, tmp_path / "wave.sav", missing_ranges=ranges)).frame
    same(found, frame)


def test_extended_missing_values_of_stata_become_negative_codes(tmp_path):
    frame = pd.DataFrame({"V125_07": [1.0, "a", "e", np.nan, 4.0]}, dtype=object)
    path = tmp_path / "wave.dta"
    pyreadstat.write_dta(frame, path, missing_user_values={"V125_07": ["a", "e"]})
    same(read_survey_file(path).frame, pd.DataFrame({"V125_07": [1.0, -1.0, -5.0, np.nan, 4.0]}))


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz", "none"])
def test_r_files_written_by_r(compression):
    found = read_survey_file(REFERENCE / f"survey_{compression}.rds").frame
    assert list(found["labelled"]) == [1, 2, -1, -2, 4]
    assert list(found["whole"].fillna(-9)) == [51, 112, -9, 643, 51]
    assert list(found["factor"].fillna("NA")) == ["Yes", "No", "Yes", "NA", "No"]
    assert list(found["numbered"].fillna(-9)) == [10, 2, 2, -9, 10]


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_csv_files_of_every_kind(tmp_path, separator, encoding):
    frame = pd.DataFrame(
        {"V2": [51, -1], "region": ["Québec; Nord", "Łódź, ul."], "V258": [0.5, 1]}
    )
    if encoding == "latin-1":
        frame["region"] = ["Québec; Nord", "Málaga, x"]
    path = write(frame, tmp_path / "wave.csv", sep=separator, encoding=encoding)
    same(read_survey_file(path).frame, frame)


def test_a_decimal_comma_goes_with_semicolons(tmp_path):
    path = tmp_path / "wave.csv"
    path.write_text('V2;V258;note\n51;"0,5";1,5 or so\n112;1,25;2\n', encoding="utf-8")
    found = read_survey_file(path).frame
    assert list(found["V258"]) == [0.5, 1.25]
    assert list(found["note"]) == ["1,5 or so", "2"]


def test_the_one_survey_file_of_an_archive_is_found(survey, tmp_path):
    path = write(survey, tmp_path / "wave.dta")
    archive = zipped(path, "Codebook.pdf", "__MACOSX/._wave.dta", "wave.DTA", folder="WV6/")
    same(read_survey_file(archive, COLUMNS).frame, survey[COLUMNS])


def refused(path: Path, sentence: str, columns: list[str] | None = None) -> None:
    with pytest.raises(InputError, match=sentence) as error:
        read_survey_file(path, columns)
    assert path.name in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_damaged_file_is_refused(survey, tmp_path, ending):
    path = write(survey, tmp_path / f"wave{ending}")
    content = path.read_bytes()
    middle = content.rindex(b"-", 0, len(content) // 2)
    for kept in (20, middle, content.rindex(b"-", 0, len(content) - 200)):
        path.write_bytes(content[:kept])
        refused(path, "wave", ["name"])
    path.write_bytes(content[:20])
    refused(zipped(path), "wave")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_damaged_archive_is_refused(survey, tmp_path, ending):
    archive = zipped(write(survey, tmp_path / f"wave{ending}"))
    content = bytearray(archive.read_bytes())
    archive.write_bytes(content[: len(content) // 2])
    refused(archive, "damaged or cut off")
    content[len(content) // 2 : len(content) // 2 + 200] = bytes(200)
    archive.write_bytes(content)
    refused(archive, "damaged or cut off")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    refused(tmp_path / "wave.dta", "There is no file .*check the path")


def test_a_folder_is_refused(tmp_path):
    refused(tmp_path, "is a folder: name the survey file in it")


def test_a_file_that_may_not_be_opened_is_refused(tmp_path, monkeypatch):
    def forbid(*_, **__):
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "wave.dta"
    path.write_bytes(b"x")
    monkeypatch.setattr(Path, "open", forbid)
    refused(path, r"cannot be opened \(Permission denied\)")


def test_a_file_is_opened_once_where_python_sees_it(survey, tmp_path):
    opened: list[str] | None = None

    def watch(event, arguments):
        if event == "open" and opened is not None:
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    for ending in ENDINGS:
        path = write(survey, tmp_path / f"wave{ending}")
        opened = []
        read_survey_file(path, COLUMNS)
        seen, opened = opened, None
        assert seen.count(str(path)) == 1


@pytest.mark.parametrize(
    ("column", "sentence"),
    [("V125_7", r"no column 'V125_7': did you mean 'V125_07'\?"), ("x", "use one of V2, V125_07")],
)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_missing_column_gets_one_sentence(survey, tmp_path, ending, column, sentence):
    refused(write(survey, tmp_path / f"wave{ending}"), sentence, [column])


def test_a_column_in_two_spellings_is_ambiguous_unless_spelt(tmp_path):
    path = tmp_path / "wave.csv"
    path.write_text("s003,S003\n1,2\n", encoding="utf-8")
    assert read_survey_file(path, ["S003"]).frame.iloc[0, 0] == 2
    path.write_text("s003,s003\n1,2\n", encoding="utf-8")
    refused(path, "several columns 'S003'", ["S003"])


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["Codebook.pdf"], "holds no survey file"),
        (["wave.sav", "wave.dta"], r"several survey files \(wave.sav, wave.dta\)"),
        (["wave.sav"], "wave.sav in .* looks like a Stata file"),
    ],
)
def test_an_archive_without_the_one_survey_file_is_refused(survey, tmp_path, names, sentence):
    refused(zipped(write(survey, tmp_path / "wave.dta"), *names), sentence)


def test_an_encrypted_archive_is_refused(survey, tmp_path):
    archive = zipped(write(survey, tmp_path / "wave.csv"))
    content = bytearray(archive.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rindex(signature) + offset] |= 1
    archive.write_bytes(content)
    refused(archive, "is encrypted: unpack it with its password")


@pytest.mark.parametrize("name", ["two", "none"])
def test_an_r_file_without_the_one_data_frame_is_refused(name):
    refused(REFERENCE / f"survey_{name}.rdata", "data frames where one belongs")
