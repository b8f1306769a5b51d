"""From files of a wave or of the time series to answers, and against the published counts."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from lib.core.errors import InputError
from lib.core.text_files import read_csv
from lib.sources.wvs import (
    compare_with_counts,
    difference_sentences,
    read_codebook,
    read_country_codes,
    read_counts,
    read_known_differences,
    read_wave_file,
    restore_scale,
    reverse_scale,
)
from tests import wave_files
from tests.wave_files import CODEBOOK, COUNTS, time_series, write, zipped

ANSWERS = ["V125_07", "V39", "V245", "V231", "V229", "V240", "V242", "V248", "V238", "V59"]
CODES = read_country_codes(COUNTS)
BOOK = wave_files.codebook()
KNOWN = read_known_differences(CODEBOOK / "wvs6_known_differences.csv")
ENDINGS = [".dta", ".sav", ".csv", ".rds", ".rdata"]


@pytest.fixture(scope="module")
def wave():
    return wave_files.wave()


@pytest.fixture(scope="module")
def answers(wave):
    """Give what reading the wave must return."""
    iso3 = wave["V2"].map({code: iso3 for iso3, code in CODES.items()})
    known = wave.assign(iso3=iso3)[iso3.notna()]
    return known[["iso3", *ANSWERS, "V258"]].reset_index(drop=True)


@pytest.fixture(scope="module")
def counts():
    items = sorted(set(read_csv(COUNTS, ["item"])["item"]))
    return {item: read_counts(COUNTS, item) for item in items}


def read(frame, path, countries=CODES):
    return read_wave_file(write(frame, path), BOOK, countries)


def same(found, expected):
    assert_frame_equal(found, expected, check_dtype=False)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_wave_file(wave, answers, tmp_path, ending):
    found = read(wave, tmp_path / f"wave{ending}")
    same(found.frame, answers)
    assert found.naming == "wave file"
    assert found.remarks == ()
    assert all(pd.api.types.is_integer_dtype(found.frame[item]) for item in ANSWERS)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_time_series(wave, answers, tmp_path, ending):
    found = read(time_series(wave), tmp_path / f"series{ending}")
    same(found.frame, answers.assign(V248=answers["V248"].replace({1: -3})))
    assert found.naming == "time series"
    assert [remark[:4] for remark in found.remarks] == ["X025"]


@pytest.mark.parametrize("rename", [str.lower, lambda name: name.replace("S002VS", "S002")])
def test_names_of_older_and_newer_releases(wave, answers, tmp_path, rename):
    found = read(time_series(wave).rename(columns=rename), tmp_path / "series.csv")
    same(found.frame.drop(columns="V248"), answers.drop(columns="V248"))


def test_a_time_series_that_numbers_education_as_the_wave_does(wave, answers, tmp_path):
    series = time_series(wave.assign(V248=0)).assign(X025=[*wave["V248"].head(500), *wave["V248"]])
    found = read(series, tmp_path / "series.csv")
    same(found.frame, answers)
    assert "as V248 does" in found.remarks[0]


def test_a_wave_file_need_not_name_its_wave_and_may_be_zipped(wave, answers, tmp_path):
    path = zipped(write(wave.drop(columns="V1"), tmp_path / "wave.dta"), "WV6_Data.dta")
    same(read_wave_file(path, BOOK, CODES).frame, answers)


def test_countries_wanted(wave, answers, tmp_path):
    found = read(wave, tmp_path / "wave.csv", {"UZB": 860, "ARM": 51})
    expected = answers[answers["iso3"].isin(["UZB", "ARM"])]
    same(found.frame, expected.reset_index(drop=True))


def test_no_code_at_all_is_missing(wave, tmp_path):
    frame = wave.assign(V59=wave["V59"].astype(float).where(wave["V59"] > 0))
    found = read(frame, tmp_path / "wave.dta").frame["V59"]
    assert set(found[found < 0]) == {-5}


WRONG = {
    "another survey": (lambda w: w.rename(columns=lambda c: f"q{c}"), "has neither V2 nor S003"),
    "another wave": (lambda w: w.assign(V1=5), "holds wave 5 where wave 6 is wanted"),
    "no wave": (lambda w: time_series(w).drop(columns="S002VS"), "no column 'S002VS', which tells"),
    "waves": (lambda w: time_series(w).assign(S002VS=7), "holds wave 7 where wave 6"),
    "no item": (lambda w: w.drop(columns="V59"), "no column 'V59', Satisfaction with household"),
    "no weight": (lambda w: w.drop(columns="V258"), "no column 'V258', Weight"),
    "not the CIS": (
        lambda w: time_series(w).drop(columns="E069_43"),
        r"no column 'E069_43', Confidence: the CIS \(E069_18A, which it has, is another item\)",
    ),
    "no country": (lambda w: w[w["V2"] != 51], r"holds no respondent of ARM \(V2 51\)"),
    "unknown code": (
        lambda w: w.assign(V59=w["V59"].replace(5, 11)),
        r"the code 11 in V59 .*know \(1 to 10; missing -1, -2, -3, -4, -5\)",
    ),
    "unknown missing": (lambda w: w.assign(V39=w["V39"].replace(2, -9)), "the code -9 in V39"),
    "broken code": (lambda w: w.assign(V242=w["V242"] + 0.5), r"in V242 .*no whole code"),
    "label": (
        lambda w: w.assign(V240=w["V240"].map({1: "Male", 2: "Female"})),
        r"'(Male|Female)' in V240 .*numeric codes instead of labels",
    ),
    "not asked": (
        lambda w: w.assign(V125_07=w["V125_07"].where(w["V2"] != 860, -4)),
        "no valid answer of UZB to V125_07 .*not asked there",
    ),
    "weight": (lambda w: w.assign(V258=-w["V258"]), "in V258 .*no weight"),
}


@pytest.mark.parametrize(("change", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_gets_one_sentence(wave, tmp_path, change, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        read(change(wave), tmp_path / "wave.csv")
    assert "wave.csv" in str(error.value)
    assert "\n" not in str(error.value)


def compared(frame, counts):
    return compare_with_counts(frame, counts, BOOK, KNOWN)


def test_a_file_with_the_published_counts_agrees_in_every_figure(answers, counts):
    table = compared(answers, counts)
    assert (table["difference"] == 0).all()
    assert (table["cause"] == "").all()
    figures = read_csv(COUNTS, [])[["n_interviewed", "n_valid", "sum_of_codes", "counted"]]
    assert len(table) == (figures != "").sum().sum()
    trust = table.query("item == 'V125_07'").groupby("quantity")["found"].sum()
    assert (trust["n_valid"], trust["counted"]) == (10_023, 5_905)


def test_a_difference_is_told_by_item_and_country(answers, counts):
    first = answers.query("iso3 == 'RUS' and V39 == 1").index[0]
    frame = answers.copy()
    frame.loc[first, "V39"] = -1
    table = compared(frame, counts).query("difference != 0").set_index("quantity")
    assert set(table["iso3"]) == {"RUS"}
    assert set(table["item"]) == {"V39"}
    assert dict(table["difference"]) == {"n_valid": -1, "counted": -1}
    assert dict(table["published"]) == {"n_valid": 2493, "counted": 821}
    assert (table["cause"] == "").all()


def test_a_missing_country_differs_in_all(answers, counts):
    table = compared(answers[answers["iso3"] != "UZB"], counts).query("difference != 0")
    assert set(table["iso3"]) == {"UZB"}
    assert (table["found"] == 0).all()


def test_releases_of_2022_are_recognised_and_can_be_reversed_back(answers, counts):
    scale = BOOK.items["V59"]
    released = reverse_scale(answers, scale, ["KGZ", "UZB"])
    table = compared(released, counts).query("difference != 0")
    assert sorted(table["iso3"]) == ["KGZ", "UZB"]
    assert table["cause"].str.startswith("Releases of 2022 reverse the scale").all()
    same(reverse_scale(released, scale, ["KGZ", "UZB"]), answers)


def test_only_a_reversed_scale_is_called_one(answers, counts):
    frame = answers.copy()
    frame.loc[frame.query("iso3 == 'KGZ' and V59 > 1").index[0], "V59"] -= 1
    table = compared(frame, counts).query("difference != 0")
    assert list(table["difference"]) == [-1]
    assert list(table["cause"]) == [""]


def test_missing_codes_stay_when_a_scale_is_reversed(answers):
    reversed_ = reverse_scale(answers, BOOK.items["V59"], ["UZB"])
    missing = answers["V59"] < 0
    assert (reversed_["V59"][missing] == answers["V59"][missing]).all()
    changed = ~missing & (answers["iso3"] == "UZB")
    assert (reversed_["V59"][changed] == 11 - answers["V59"][changed]).all()
    assert (reversed_["V59"][~changed] == answers["V59"][~changed]).all()


def test_a_country_that_is_not_there_cannot_be_reversed(answers):
    with pytest.raises(InputError, match=r"No respondent is of 'UZ', .* did you mean 'UZB'\?"):
        reverse_scale(answers, BOOK.items["V59"], ["UZ"])


def test_a_release_of_2022_is_named_in_one_sentence_and_mended(answers, counts):
    scale = BOOK.items["V59"]
    released = reverse_scale(answers, scale, ["KGZ", "UZB"])
    sentences = difference_sentences(compared(released, counts))
    assert sentences == [
        "V59 differs from the open counts in Kyrgyzstan (KGZ), Uzbekistan (UZB): Releases of 2022 "
        "reverse the scale in this country; the parameter reversed_finances, a list of such codes, "
        "reverses it back."
    ]
    mended = restore_scale(released, scale, ["KGZ", "UZB"], counts["V59"])
    same(mended, answers)
    assert difference_sentences(compared(mended, counts)) == []


def test_differences_without_a_known_cause_are_told_too(answers, counts):
    frame = answers.copy()
    frame.loc[answers.query("iso3 == 'RUS' and V39 == 1").index[0], "V39"] = -1
    assert difference_sentences(compared(frame, counts)) == [
        "V39 differs from the open counts in Russia (RUS): the cause is not known."
    ]


@pytest.mark.parametrize("countries", [["UZB"], ["KGZ", "UZB", "RUS"]])
def test_what_is_not_reversed_cannot_be_reversed_back(answers, counts, countries):
    scale = BOOK.items["V59"]
    released = reverse_scale(answers, scale, ["KGZ"])
    with pytest.raises(InputError, match=r"V59 .* of (UZB|RUS) adds up to .* leave the country"):
        restore_scale(released, scale, countries, counts["V59"])


def test_known_differences_are_of_known_items_countries_and_kinds():
    assert set(KNOWN["item"]) <= set(BOOK.items)
    assert set(KNOWN["iso3"]) <= set(CODES)
    assert set(KNOWN["kind"]) == {"reversed"}


def test_numberings_of_the_time_series_lead_to_codes_of_the_wave():
    for name, numberings in BOOK.time_series_codes.items():
        item = BOOK.items[name]
        codes = [code for each in numberings for code in each.wave_codes.values()]
        assert np.all((np.array(codes) >= item.lowest) & (np.array(codes) <= item.highest))


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("wvs6_items.csv", ",wave,wave,", ",wave,weave,", "role 'weave': use one of wave"),
        ("wvs6_items.csv", ",country,country,", ",country,other,", "0 items the role 'country'"),
        ("wvs6_time_series_codes.csv", "0 1 2,2 1 2", "0 1 2,2 1", "V39 codes and wave_codes that"),
        ("wvs6_time_series_codes.csv", "0 1 2,2 1 2", "0 1 2,2 1 x", "V39 codes and wave_codes"),
        ("wvs6_items.csv", "Wave,6,6", "Wave,six,6", "holds 'six' where a number belongs"),
    ],
)
def test_a_wrong_codebook_gets_one_sentence(tmp_path, name, old, new, sentence):
    files = ["wvs6_items.csv", "wvs6_codes.csv", "wvs6_time_series_codes.csv"]
    for file in files:
        text = (CODEBOOK / file).read_text(encoding="utf-8")
        assert old in text or file != name
        changed = text.replace(old, new) if file == name else text
        (tmp_path / file).write_text(changed, encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        read_codebook(*(tmp_path / file for file in files))
