"""A licensed file becomes what chapters and users of other software analyse."""

import io

import pandas as pd
import pytest

from lib.core import paths
from lib.core.errors import InputError
from lib.core.paths import DATA, ROOT
from lib.respondents.studies import (
    WVS,
    licensed_texts,
    read_prepared,
    wvs_college_codes,
    wvs_college_codings,
    wvs_respondents,
)
from lib.sources.published import read_table
from tests import wave_files


@pytest.fixture(scope="module")
def wave():
    """Give 2,891 of 11,119 respondents a university degree, which is 0.26, and 16 no answer."""
    frame = wave_files.wave()
    seven = frame["V2"] != 76
    education = pd.Series([9] * 2_891 + [8] * 900 + [5] * 7_328 + [-2] * 16)
    return frame.assign(V248=pd.Series(education.to_numpy(), index=frame.index[seven])).fillna(
        {"V248": 5}
    )


def test_the_coding_that_fits_table_1_is_found(wave):
    fitting = wvs_college_codings(wave.loc[wave["V2"] != 76, "V248"], DATA).query("fits")
    assert set(fitting["codes"]) == {"9", "7 9"}
    assert "every negative code" in set(fitting["missing"])


def test_a_coding_that_is_not_stated_is_searched(wave):
    answers = wave.loc[wave["V2"] != 76, "V248"]
    assert wvs_college_codes(answers, [], DATA) == [9]
    assert wvs_college_codes(answers, [8, 9], DATA) == [8, 9]


def test_the_recoded_variables_of_a_mended_release_are_those_of_the_article(wave, tmp_path):
    reverse = wave["V2"].isin([417, 860]) & (wave["V59"] >= 0)
    released = wave.assign(V59=wave["V59"].mask(reverse, 11 - wave["V59"]))
    path = wave_files.write(released, tmp_path / "wave.dta")
    mended = licensed_texts(WVS, path, ROOT, reversed_finances=["KGZ", "UZB"])
    original = licensed_texts(WVS, wave_files.write(wave, tmp_path / "original.dta"), ROOT)
    assert mended["wvs_recoded.csv"] == original["wvs_recoded.csv"]
    assert mended["wvs_differences.txt"] == ""
    assert mended["wvs.csv"] != original["wvs.csv"]
    assert "reversed_finances" in licensed_texts(WVS, path, ROOT)["wvs_differences.txt"]


def test_a_licensed_file_gives_items_and_recoded_variables_and_remarks(wave, tmp_path):
    path = wave_files.write(wave, tmp_path / "wave.dta")
    texts = licensed_texts(WVS, path, ROOT)
    assert set(texts) == {"wvs.csv", "wvs_recoded.csv", "wvs.txt", "wvs_differences.txt"}
    items, recoded = (
        pd.read_csv(io.StringIO(texts[name])) for name in ("wvs.csv", "wvs_recoded.csv")
    )
    assert len(items) == len(recoded) == 11_135
    printed = read_table(DATA / "published" / "kc2018_table1.csv")
    printed = printed[printed["statistic"] == "observations"].set_index("variable")["value"]
    assert dict(recoded.drop(columns="iso3").count()) == dict(printed)
    assert round(recoded["college_educated"].mean(), 2) == 0.26
    assert texts["wvs.txt"] == "Its items are named as in the wave file."
    assert texts["wvs_differences.txt"] == ""


def test_what_a_reader_should_know_of_a_file_reaches_the_chapter(wave, tmp_path, monkeypatch):
    path = wave_files.write(wave_files.time_series(wave), tmp_path / "series.csv")
    prepared = tmp_path / "prepared"
    prepared.mkdir()
    for name, text in licensed_texts(WVS, path, ROOT).items():
        (prepared / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("BOOK_RESPONDENTS", str(prepared / "wvs.csv"))
    monkeypatch.setattr(paths, "RAW", tmp_path)
    respondents = wvs_respondents()
    named, education = respondents.remarks
    assert named == "Its items are named as in the time series."
    assert education.startswith("X025 numbers education from 1 to 8")
    assert (respondents.source, len(respondents.frame)) == ("licensed", 11_135)


@pytest.mark.parametrize("content", [None, b"", b"a\n1\n1,2,3\n", b"\xff\xfe"])
def test_prepared_respondents_that_cannot_be_read_are_named(tmp_path, content):
    path = tmp_path / "wvs.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"wvs\.csv cannot be read: build once on the licensed"):
        read_prepared(path)
