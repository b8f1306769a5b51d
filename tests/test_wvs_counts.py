"""Answer counts by country: their totals are the article's Table 1."""

import pandas as pd
import pytest

from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.core.text_files import read_csv
from lib.sources.published import printed_number, read_printed
from lib.sources.wvs import grouped_responses, read_counts, resize_counts

COUNTS = DATA / "open" / "wvs6_country_counts.csv"
HEADER = "iso3,country,item,n_interviewed,n_valid,sum_of_codes,sum_of_squares,counted_codes,counted"
ROW = "ARM,Armenia,V1,100,90,150,300,1,40"


@pytest.fixture(scope="module")
def printed():
    rows = read_printed(DATA / "published").set_index("id")
    return {name: printed_number(row) for name, row in rows.iterrows()}


@pytest.mark.parametrize(
    ("item", "valid", "counted"),
    [
        ("V125_07", 10_023, 5_905),
        ("V39", 11_128, 2_894),
        ("V245", 11_106, 692),
        ("V240", 11_135, 4_685),
    ],
)
def test_totals_of_the_counted_answers(item, valid, counted):
    counts = read_counts(COUNTS, item)
    assert counts["n_valid"].sum() == valid
    assert counts["counted"].sum() == counted
    assert counts["n_interviewed"].sum() == 11_135


@pytest.mark.parametrize(
    ("item", "valid"), [("V231", 10_313), ("V229", 11_102), ("V238", 10_819), ("V59", 11_095)]
)
def test_totals_of_the_valid_answers(item, valid):
    assert read_counts(COUNTS, item)["n_valid"].sum() == valid


@pytest.mark.parametrize(("item", "mean"), [("V242", 43.34), ("V59", 5.01)])
def test_means_of_the_codes(item, mean):
    counts = read_counts(COUNTS, item)
    assert round(counts["sum_of_codes"].sum() / counts["n_valid"].sum(), 2) == mean


@pytest.mark.parametrize(
    ("item", "variable"),
    [
        ("V125_07", "trust_cis"),
        ("V39", "xenophobia"),
        ("V245", "immigrant"),
        ("V240", "gender"),
    ],
)
def test_shares_are_those_of_table_1(printed, item, variable):
    counts = read_counts(COUNTS, item)
    share = counts["counted"].sum() / counts["n_valid"].sum()
    mean = printed[f"kc2018.table1.{variable}.mean"]
    assert mean.low <= share <= mean.high
    assert counts["n_valid"].sum() == printed[f"kc2018.table1.{variable}.observations"].value


def test_mean_trust_level_is_that_of_table_1(printed):
    counts = read_counts(COUNTS, "V125_07")
    mean = printed["kc2018.table1.trust_levels_cis.mean"]
    assert mean.low <= 4 - counts["sum_of_codes"].sum() / counts["n_valid"].sum() <= mean.high


def test_reversing_finances_in_two_countries_gives_the_mean_of_later_releases():
    counts = read_counts(COUNTS, "V59").set_index("iso3")
    sums = counts["sum_of_codes"].copy()
    for country in ("KGZ", "UZB"):
        sums[country] = 11 * counts.loc[country, "n_valid"] - sums[country]
    assert round(sums.sum() / counts["n_valid"].sum(), 2) == 5.15


def test_sums_of_codes_lie_between_the_ends_of_the_scale():
    items = read_csv(DATA / "codebook" / "wvs6_items.csv", ["item", "lowest_code", "highest_code"])
    scales = items[items["lowest_code"] != ""].set_index("item")
    for item in set(read_csv(COUNTS, ["item"])["item"]) & set(scales.index) - {"V39"}:
        counts = read_counts(COUNTS, item)
        assert (
            counts["sum_of_codes"] >= int(scales.loc[item, "lowest_code"]) * counts["n_valid"]
        ).all()
        assert (
            counts["sum_of_codes"] <= int(scales.loc[item, "highest_code"]) * counts["n_valid"]
        ).all()


def test_a_binary_item_adds_up_to_its_counts():
    for item, other in (("V240", 2), ("V245", 1)):
        counts = read_counts(COUNTS, item)
        code = int(counts["counted_codes"].iloc[0])
        total = code * counts["counted"] + other * (counts["n_valid"] - counts["counted"])
        assert (total == counts["sum_of_codes"]).all()


def test_two_codes_give_the_sum_of_squares():
    """Codes 1 and 2: S = n + m and Q = n + 3 m for m answers 2."""
    for item in ("V240", "V245"):
        counts = read_counts(COUNTS, item)
        assert (
            counts["sum_of_squares"] == 3 * counts["sum_of_codes"] - 2 * counts["n_valid"]
        ).all()


def test_armenia_on_manual_work_is_read_from_its_mean_and_deviation():
    """Of all numbers up to the interviews only 888 makes the sum and the sum of squares whole."""
    armenia = read_counts(COUNTS, "V231", ["ARM"]).iloc[0]
    mean, deviation = 5.41891891891892, 3.49523143702659
    whole = [
        n
        for n in range(2, int(armenia["n_interviewed"]) + 1)
        if (n * mean) == pytest.approx(round(n * mean), abs=1e-8)
        and (q := (n - 1) * deviation**2 + n * mean**2) == pytest.approx(round(q), abs=1e-6)
    ]
    assert whole == [armenia["n_valid"]] == [888]


def test_countries_come_in_the_order_asked_for():
    counts = read_counts(COUNTS, "V125_07", ["UZB", "RUS"])
    assert list(counts["counted"]) == [1121, 752]


def test_grouped_responses_give_the_counts_back():
    counts = read_counts(COUNTS, "V125_07")
    rows = grouped_responses(counts)
    assert list(rows.columns) == ["iso3", "country", "response", "n"]
    wide = rows.pivot(index="iso3", columns="response", values="n").loc[list(counts["iso3"])]
    assert (wide[1].to_numpy() == counts["counted"].to_numpy()).all()
    assert (wide.sum(axis=1).to_numpy() == counts["n_valid"].to_numpy()).all()
    assert rows["n"].dtype == "int64"


def test_an_item_without_counted_answers_cannot_be_grouped():
    with pytest.raises(InputError, match=r"No answer of this item was counted in Armenia"):
        grouped_responses(read_counts(COUNTS, "V231"))


def test_unknown_sums_are_missing_not_zero():
    assert read_counts(COUNTS, "V39")[["sum_of_codes", "sum_of_squares"]].isna().all(axis=None)
    assert read_counts(COUNTS, "V231")["counted"].isna().all()


def test_items_and_codes_of_the_codebook_agree():
    items = read_csv(DATA / "codebook" / "wvs6_items.csv", ["item", "time_series_item"])
    codes = read_csv(DATA / "codebook" / "wvs6_codes.csv", ["item", "code", "label", "kind"])
    assert items["item"].is_unique
    assert items["time_series_item"].is_unique
    assert set(codes["item"]) - set(items["item"]) == {"every item"}
    missing = codes[codes["kind"] == "missing"]
    assert (missing["code"].astype(int) < 0).all()
    assert set(read_csv(COUNTS, ["item"])["item"]) <= set(items["item"])


@pytest.mark.parametrize(
    ("item", "countries", "sentence"),
    [
        ("V125_7", None, r"no item 'V125_7': did you mean 'V125_07'\?"),
        ("V125_07", ["AZE"], r"no country 'AZE': "),
        ("V125_07", ["UKR", "UKR"], r"UKR is asked for twice"),
    ],
)
def test_an_unknown_name_gets_one_sentence(item, countries, sentence):
    with pytest.raises(InputError, match=sentence):
        read_counts(COUNTS, item, countries)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([HEADER.replace("n_valid", "valid"), ROW], r"no column 'n_valid': did you mean 'valid'"),
        ([HEADER, ROW, ROW], r"line 3, repeats ARM, V1"),
        ([HEADER, ROW.replace(",90,", ",ninety,")], r"line 2, column 'n_valid', holds 'ninety'"),
        ([HEADER, ROW.replace(",90,", ",90.5,")], r"line 2, column 'n_valid', holds '90.5'"),
        ([HEADER, ROW.replace(",40", ",91")], r"more answers than respondents for V1 in Armenia"),
        ([HEADER, ROW.replace(",90,", ",101,")], r"more answers than respondents for V1"),
        ([HEADER, ROW.replace(",300,", ",248,")], r"of squares 248, which no 90 whole codes have"),
        (
            [HEADER, ROW.replace(",300,", ",301,")],
            r"Armenia the sum 150 and the sum of squares 301",
        ),
    ],
)
def test_a_wrong_file_gets_one_sentence(tmp_path, lines, sentence):
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=sentence) as error:
        read_counts(path, "V1")
    assert "counts.csv" in str(error.value)


def test_a_resized_survey_has_the_same_answers():
    counts = pd.DataFrame({"country": ["A", "B"], "n_valid": [901, 50], "counted": [510.0, 25.0]})
    half, double = resize_counts(counts, 50), resize_counts(counts, 200)
    assert half[["n_valid", "counted"]].to_numpy().tolist() == [[451, 255], [25, 13]]
    assert double[["n_valid", "counted"]].to_numpy().tolist() == [[1802, 1020], [100, 50]]
    assert half["country"].tolist() == ["A", "B"]


def test_a_survey_resized_to_nobody_is_refused():
    counts = pd.DataFrame({"n_valid": [900, 40], "counted": [500.0, 20.0]})
    with pytest.raises(InputError, match="1 percent leave a country without respondents"):
        resize_counts(counts, 1)


def test_the_line_named_is_that_of_the_file_not_of_the_selection(tmp_path):
    path = tmp_path / "counts.csv"
    other = ROW.replace("V1", "V2")
    path.write_text("\n".join([HEADER, other, ROW.replace(",90,", ",x,")]), encoding="utf-8")
    with pytest.raises(InputError, match=r"line 3, column 'n_valid'"):
        read_counts(path, "V1")
    assert isinstance(read_counts(path, "V2"), pd.DataFrame)
