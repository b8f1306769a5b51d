"""Four answers by country and institution, and levels of education: read, checked, grouped."""

import pytest

from lib.consistency.aggregates import moments
from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.core.text_files import read_csv
from lib.sources.countries import read_covariates
from lib.sources.wvs import (
    grouped_answers,
    mean_confidence,
    read_confidence,
    read_counts,
    read_education,
)

OPEN = DATA / "open"
CONFIDENCE, EDUCATION = OPEN / "wvs_confidence_answers.csv", OPEN / "wvs6_education.csv"
COUNTS = OPEN / "wvs6_country_counts.csv"
SEVEN = ["ARM", "BLR", "KAZ", "KGZ", "RUS", "UKR", "UZB"]
CIS = "E069_43"
HEADER = (
    "iso3,country,wave,item,institution,n_interviewed,n_valid,counted,"
    "a_great_deal,quite_a_lot,not_very_much,none_at_all"
)
ROW = "ARM,Armenia,6,E069_20,United Nations,100,90,50,20,30,25,15"
LEVELS = "iso3,country,n_interviewed,n_valid,lower,middle,upper,sum_of_codes,sum_of_squares"
LEVEL_ROW = "ARM,Armenia,100,90,10,50,30,500,3000"


@pytest.fixture(scope="module")
def answers():
    return read_confidence(CONFIDENCE)


def test_every_country_was_asked_about_nineteen_institutions(answers):
    assert answers.groupby("item")["iso3"].agg(list).map(lambda found: found == SEVEN).all()
    assert answers["institution"].nunique() == answers["item"].nunique() == 19


def test_the_two_files_agree_on_the_cis(answers):
    cis = answers[answers["item"] == CIS].reset_index(drop=True)
    counts = read_counts(COUNTS, "V125_07", SEVEN)
    for column in ("n_interviewed", "n_valid", "sum_of_codes", "sum_of_squares", "counted"):
        assert (cis[column] == counts[column]).all()
    assert (cis["counted_codes"] == counts["counted_codes"]).all()


@pytest.mark.parametrize(
    ("item", "country", "mean", "deviation"),
    [
        ("E069_06", "UKR", 2.93666666666667, 0.843680480627091),
        ("E069_20", "ARM", 2.57432432432432, 0.920206948560373),
        ("E069_40", "BLR", 2.31749174917492, 0.8201098891502),
        ("E069_41", "RUS", 2.76513525118076, 0.865660510584758),
        ("E069_43", "KGZ", 2.26403743315508, 0.883405244128468),
        ("E069_54", "UZB", 1.55091937765205, 0.75142412788248),
    ],
)
def test_answers_have_the_published_mean_and_deviation(answers, item, country, mean, deviation):
    """As the file of means by country (data/open/sources.csv) prints them, with 15 digits."""
    row = answers[(answers["item"] == item) & (answers["iso3"] == country)]
    assert moments(row).iloc[0].tolist() == pytest.approx([mean, deviation], rel=1e-14)


def test_two_countries_have_no_missing_answer(answers):
    missing = (answers["n_interviewed"] - answers["n_valid"]).groupby(answers["iso3"]).sum()
    assert list(missing[missing == 0].index) == ["KAZ", "UKR"]


def test_waves_5_and_7_are_known_in_part():
    fifth, seventh = (read_confidence(CONFIDENCE, wave) for wave in (5, 7))
    assert fifth.set_index("iso3")["counted"].to_dict() == {"MDA": 327, "RUS": 582}
    assert fifth["n_valid"].sum() == 2539
    known = seventh.set_index("iso3")["n_valid"].notna()
    assert known.to_dict() == {"ARM": False, "KAZ": False, "KGZ": False, "RUS": False, "TJK": True}
    assert seventh["sum_of_codes"].isna().tolist() == [True] * 4 + [False]


def test_countries_come_in_the_order_asked_for():
    rows = read_confidence(CONFIDENCE, countries=["UZB", "ARM"])
    assert list(rows["iso3"].iloc[:4]) == ["UZB", "ARM", "UZB", "ARM"]
    assert list(read_education(EDUCATION, ["GHA", "ARM"])["upper"]) == [178, 336]


def test_grouped_answers_give_the_answers_back(answers):
    cis = answers[answers["item"] == CIS]
    rows = grouped_answers(cis)
    assert list(rows.columns) == ["iso3", "country", "response", "n"]
    wide = rows.pivot(index="iso3", columns="response", values="n").loc[SEVEN]
    names = ["none_at_all", "not_very_much", "quite_a_lot", "a_great_deal"]
    assert (wide.to_numpy() == cis[names].to_numpy()).all()
    with pytest.raises(InputError, match="four answers of Armenia are not known"):
        grouped_answers(read_confidence(CONFIDENCE, 7))


def test_education_adds_up_to_the_answers_of_the_article_but_29():
    seven = read_education(EDUCATION, SEVEN)
    assert seven[["lower", "middle", "upper"]].sum().tolist() == [734, 6743, 3613]
    assert seven["n_valid"].sum() == 11_119 - 29


def test_the_twelve_states_include_the_seven():
    twelve = read_covariates(OPEN / "fractionalization.csv")
    seven = read_covariates(OPEN / "country_covariates.csv")
    both = seven.merge(twelve, on="iso3", suffixes=("", "_twelve"))
    assert (len(twelve), len(both)) == (12, 7)
    for kind in ("ethnic_fractionalization", "linguistic_fractionalization"):
        assert (both[kind] == both[f"{kind}_twelve"]).all()


def test_every_open_file_has_a_source_with_repository_and_commit():
    columns = ["file", "source", "repository", "commit", "sha256", "derivation"]
    sources = read_csv(OPEN / "sources.csv", columns)
    assert set(sources["file"]) == {path.name for path in OPEN.glob("*.csv")} - {"sources.csv"}
    pinned = sources[sources["file"] != "country_covariates.csv"]
    assert pinned["commit"].str.fullmatch("[0-9a-f]{40}").all()
    assert pinned["sha256"].str.fullmatch("([0-9a-f]{64})?").all()
    assert (pinned[["repository", "derivation"]] != "").all(axis=None)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([HEADER, ROW, ROW], "line 3, repeats ARM, 6, E069_20"),
        ([HEADER, ROW.replace(",15", ",16")], "Armenia answers that do not add up to n_valid"),
        ([HEADER, ROW.replace(",50,", ",51,")], "Armenia answers that do not add up to n_valid"),
        ([HEADER, ROW.replace(",25,15", ",,")], "Armenia answers that do not add up to n_valid"),
        ([HEADER, ROW.replace(",25,15", ",45,-5")], "Armenia answers that do not add up"),
        ([HEADER, ROW.replace(",100,", ",80,")], "Armenia more answers than respondents"),
        ([HEADER, "ARM,Armenia,6,E069_20,UN,100,,101,,,,"], "Armenia more answers than resp"),
        ([HEADER, ROW.replace(",6,", ",5,")], r"no wave 6: use one of \[5\]"),
        ([HEADER, ROW.replace(",20,", ",few,")], "column 'a_great_deal', holds 'few'"),
        ([HEADER.replace("counted", "count"), ROW], "no column 'counted'"),
    ],
)
def test_wrong_answers_get_one_sentence(tmp_path, lines, sentence):
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        read_confidence(path)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (LEVEL_ROW.replace(",50,", ",51,"), "Armenia levels that do not add up to its answers"),
        (LEVEL_ROW.replace(",100,", ",89,"), "Armenia levels that do not add up .* too many"),
        (LEVEL_ROW.replace(",10,50,30", ",-10,50,50"), "Armenia levels that do not add up"),
        (LEVEL_ROW.replace(",3000", ",3001"), "sum of squares 3001, which no 90 whole codes have"),
        (LEVEL_ROW.replace(",3000", ",2776"), "sum of squares 2776, which no 90 whole codes have"),
        (LEVEL_ROW.replace(",30,", ",x,"), "column 'upper', holds 'x'"),
    ],
)
def test_wrong_levels_get_one_sentence(tmp_path, row, sentence):
    path = tmp_path / "education.csv"
    path.write_text(f"{LEVELS}\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        read_education(path)


def test_mean_confidence_runs_from_0_to_3(answers):
    """By hand for churches in Armenia: 494, 392, 128 and 67 gave 3, 2, 1 and 0."""
    means = mean_confidence(answers)
    assert means.shape == (7, 19)
    assert means.loc["ARM", "churches"] == pytest.approx((3 * 494 + 2 * 392 + 128) / 1081)
