"""The printed numbers: nothing is missing, nothing is mistyped, and a wrong file is refused."""

import importlib.util
import re
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.errors import InputError
from lib.core.paths import DATA
from lib.sources.published import (
    PrintedNumber,
    printed_number,
    read_exclusions,
    read_printed,
    read_table,
)

PUBLISHED = DATA / "published"
HEADER = "id,paper,place,printed,value,decimals,lowest,highest,tag,decided_by"
ROW = "memo806.text.n,memo806,Table 1,400,400,0,0,,,list_experiment"


@pytest.fixture(scope="module")
def printed():
    return read_printed(PUBLISHED)


def load_second_reading():
    path = Path(__file__).parent / "reference" / "read_the_papers.py"
    specification = importlib.util.spec_from_file_location("read_the_papers", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


reading = load_second_reading()


def write(folder, *lines, name="table.csv"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# What is printed


@pytest.mark.parametrize(("file", "count"), [("memo806_table1", 39), ("kc2018_table1", 65)])
def test_every_cell_of_table_1_is_a_row(file, count):
    assert len(read_table(PUBLISHED / f"{file}.csv")) == count


def test_every_cell_of_table_2_is_a_row():
    quantities = read_table(PUBLISHED / "kc2018_table2.csv")["quantity"].value_counts().to_dict()
    assert quantities == {"estimate": 45, "std_error": 45, "stars": 45, "n": 4}


def test_ids_begin_with_their_paper_and_are_readable(printed):
    pattern = re.compile(r"(memo806|kc2018)\.(table1|table2|text)(\.[a-z0-9_]+){1,3}")
    for row in printed.itertuples():
        assert pattern.fullmatch(row.id)
        assert row.id.startswith(f"{row.paper}.")


def test_ids_others_rely_on_are_there(printed):
    assert {
        "memo806.table1.gender.male.support_percent",
        "memo806.table1.entire_sample.control_mean",
        "kc2018.table1.trust_cis.mean",
        "kc2018.table2.model1.ethnic_diversity.std_error",
        "kc2018.table2.model3.n",
        "kc2018.text.unemployed_percent",
    } <= set(printed["id"])


def test_printed_numerals_are_their_values(printed):
    numerals = printed[printed["printed"].str.fullmatch(r"-?[\d,]+(\.\d+)?")]
    assert len(numerals) == 39 + 65 + 45 + 45 + 4 + 6 + 9
    for row in numerals.itertuples():
        assert float(row.printed.replace(",", "")) == row.value
        if row.decimals >= 0:
            assert f"{row.value:.{row.decimals}f}" == row.printed
        else:
            assert row.value % 10**-row.decimals == 0


def test_a_star_mark_counts_its_stars(printed):
    marks = printed[printed["id"].str.endswith(".stars")]
    assert (marks["printed"].str.len() == marks["value"]).all()
    assert marks["printed"].str.fullmatch(r"\**").all()


@pytest.mark.parametrize("file", ["memo806_text", "kc2018_text"])
def test_a_claim_is_a_short_quotation(file):
    texts = read_table(PUBLISHED / f"{file}.csv")
    claims = texts[texts["kind"] == "claim"]
    assert (claims[["value", "decimals", "lowest", "highest"]] == [1, 0, 0, 1]).all(axis=None)
    assert claims["printed"].str.split().str.len().between(2, 12).all()
    assert set(texts["kind"]) == {"number", "claim"}


def test_every_exclusion_has_a_count_and_a_reason():
    exclusions = read_exclusions(PUBLISHED / "exclusions.csv")
    assert (exclusions["occurrences"] > 0).all()
    assert (exclusions["reason"].str.len() > 0).all()
    assert set(exclusions["paper"]) == {"memo806", "kc2018"}
    assert not exclusions.duplicated(["paper", "place", "numeral", "reason"]).any()


# A printed number


@pytest.mark.parametrize(
    ("decimals", "half_unit"), [(0, 0.5), (2, 0.005), (3, 0.0005), (-3, 500.0)]
)
def test_half_unit_of_the_last_digit(decimals, half_unit):
    assert PrintedNumber(0.0, decimals).half_unit == pytest.approx(half_unit, rel=1e-12)


@given(st.floats(-1000, 1000), st.integers(-3, 6))
def test_rounding_a_value_of_the_interval_gives_the_printed_number(value, decimals):
    printed = PrintedNumber(round(value, decimals), decimals)
    rounding_error = 1e-5 * printed.half_unit
    assert printed.low - rounding_error <= value <= printed.high + rounding_error
    assert printed.high - printed.low == pytest.approx(10.0**-decimals)


def test_printed_number_of_a_row(printed):
    rows = printed.set_index("id")
    share = printed_number(rows.loc["memo806.table1.gender.male.support_percent"])
    assert share == PrintedNumber(87.3, 1, 0, 100)
    slope = printed_number(rows.loc["kc2018.table2.model1.xenophobia.estimate"])
    assert slope == PrintedNumber(-0.064, 3, -inf, inf)


# Wrong files


def test_a_right_file_is_read(tmp_path):
    table = read_table(write(tmp_path, HEADER + ",label", ROW + ",whole sample"))
    assert table.loc[0, "value"] == 400
    assert table.loc[0, "highest"] == inf
    assert table.loc[0, "label"] == "whole sample"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([HEADER.replace("value", "valeu"), ROW], r"no column 'value': did you mean 'valeu'\?"),
        ([HEADER, ROW, ROW], r"line 3, repeats memo806\.text\.n"),
        ([HEADER, ROW.replace(",400,0", ",4OO,0")], r"line 2, column 'value', holds '4OO'"),
        ([HEADER, ROW.replace(",400,0", ",nan,0")], r"line 2, column 'value', holds 'nan'"),
        ([HEADER, ROW.replace(",400,0", ",,0")], r"line 2, column 'value', holds ''"),
        (
            [HEADER, ROW.replace(",400,0,", ",400,0.5,")],
            r"column 'decimals', holds '0.5' where a whole",
        ),
        ([HEADER, ROW.replace("0,0,,,", "0,500,,,")], r"the value 400, outside its range from 500"),
        ([HEADER, ROW, ROW + ",7"], r"line 3, has 11 cells where the header has 10"),
        ([HEADER, ""], r"line 2, has 0 cells where the header has 10"),
    ],
)
def test_a_wrong_file_gets_one_sentence(tmp_path, lines, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        read_table(write(tmp_path, *lines))
    assert "table.csv" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00id", b'"' + 200_000 * b"x"])
def test_a_damaged_file_gets_one_sentence(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"table\.csv .*restore"):
        read_table(path)


def test_a_missing_file_gets_one_sentence(tmp_path):
    with pytest.raises(InputError, match=r"table\.csv cannot be read .*restore the file"):
        read_table(tmp_path / "table.csv")


def test_an_id_in_two_files_is_refused(tmp_path):
    write(tmp_path, HEADER, ROW, name="one.csv")
    write(tmp_path, HEADER, ROW, name="two.csv")
    with pytest.raises(InputError, match=r"the id memo806\.text\.n in two files"):
        read_printed(tmp_path)


def test_a_folder_without_tables_is_refused(tmp_path):
    write(tmp_path, "paper,place,numeral,occurrences,reason", name="exclusions.csv")
    with pytest.raises(InputError, match="holds no table of printed numbers"):
        read_printed(tmp_path)


# The second reading


def test_run_together_cells_can_be_cut_in_one_way_but_for_one_row():
    assert reading.splits_of_run_together_cells("2.623.4987.3") == [("2.62", "3.49", "87.3")]
    assert reading.splits_of_run_together_cells("2.833.2042.3") == [("2.83", "3.20", "42.3")]
    assert reading.splits_of_run_together_cells("2.713.029.2") == [
        ("2.71", "3.0", "29.2"),
        ("2.71", "3.02", "9.2"),
    ]


def test_memo_rows_are_read_with_and_without_a_share():
    text = "\n".join(
        ["Entire Sample\xa0 2.76 (mean)3.32 (mean)55.9", "RegionAlmaty (21.8)2.813.3627.0"]
    )
    cells, remarks = reading.read_memo_table(text)
    assert cells == {
        ("Entire Sample", "control_mean"): "2.76",
        ("Entire Sample", "treatment_mean"): "3.32",
        ("Entire Sample", "support_percent"): "55.9",
        ("Almaty", "control_mean"): "2.81",
        ("Almaty", "treatment_mean"): "3.36",
        ("Almaty", "support_percent"): "27.0",
        ("Almaty", "sample_percent"): "21.8",
    }
    assert remarks == []


def test_the_ambiguous_row_is_cut_by_its_means_and_remarked():
    cells, remarks = reading.read_memo_table("\xa0 Nur-Sultan (13.0)2.713.029.2")
    assert cells["Nur-Sultan", "support_percent"] == "29.2"
    assert len(remarks) == 1


def test_table_2_is_read_by_column():
    cut_point = "Cut point 1\t\t\t\t-1.036*** (0.256)"
    text = f"\t(1)\t(2)\t(3)\t(4)\n{cut_point}\n<i>N</i>\t9345\t9345\t9184\t9184"
    cells = reading.read_table2(text)
    assert cells["4", "Cut point 1", "estimate"] == "-1.036"
    assert cells["4", "Cut point 1", "stars"] == "***"
    assert cells["4", "Cut point 1", "std_error"] == "0.256"
    assert cells["3", "N", "n"] == "9184"
    assert len(cells) == 7


def test_table_1_is_read_by_statistic():
    cells = reading.read_table1(
        "\tObs.\tMean\tS.D\tMin.\tMax.\nXenophobia\t11128\t0.26\t0.44\t0.00\t1.00"
    )
    assert cells["Xenophobia", "standard_deviation"] == "0.44"
    assert len(cells) == 5


def test_a_difference_of_one_digit_is_found():
    typed = {("Male", "control_mean"): "2.62", ("Female", "control_mean"): "2.87"}
    read = {("Male", "control_mean"): "2.63"}
    assert len(list(reading.differences("Table 1", typed, read))) == 2
    assert list(reading.differences("Table 1", typed, typed)) == []


def test_a_numeral_that_is_neither_typed_nor_excluded_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "PUBLISHED", tmp_path)
    write(tmp_path, HEADER, "x,p,Text,253,1,0,,", name="p_text.csv")
    exclusions = ["paper,place,numeral,occurrences,reason", "p,text and notes,2010,1,a year"]
    write(tmp_path, *exclusions, name="exclusions.csv")
    assert list(reading.uncovered("p", {"text and notes": "from 253 in 2010"})) == []
    assert list(reading.uncovered("p", {"text and notes": "from 253 in 2010 to 2015"})) == [
        "p, text and notes: 2015 occurs 1 times, 0 are typed or excluded"
    ]
    assert len(list(reading.uncovered("p", {"text and notes": "in 2010"}))) == 1


def test_a_wrong_quotation_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "PUBLISHED", tmp_path)
    write(tmp_path, HEADER, "x,p,Text,men ... higher support,1,0,0,1", name="p_text.csv")
    assert list(reading.misquoted("p", {"t": "while men[2] report *higher* support"})) == []
    assert len(list(reading.misquoted("p", {"t": "while men report lower support"}))) == 1
