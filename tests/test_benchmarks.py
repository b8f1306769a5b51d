"""Timings that were written down."""

import json

import pytest

from lib.book.benchmarks import read_benchmarks
from lib.core.errors import InputError

RESULT = {
    "name": "fit",
    "date": "2026-11-21",
    "machine": {"cpu": "some", "cores": 2, "python": "3.11.7"},
    "compared": "a fit with another",
    "rows": 9,
    "target_ratio": 10,
    "ours": {"median": 0.5, "min": 0.4},
    "theirs": {"median": 20.0},
    "ratio": 40.0,
}


def write(folder, file, **changes):
    (folder / f"{file}.json").write_text(json.dumps(RESULT | changes))


def test_the_newest_result_of_each_benchmark_is_read(tmp_path):
    write(tmp_path, "b", date="2026-10-01", ratio=30.0)
    write(tmp_path, "c")
    write(tmp_path, "a", name="another", theirs=None, ratio=None, exponent=1.5)
    table = read_benchmarks(tmp_path)
    assert table["name"].tolist() == ["another", "fit"]
    assert table["ours"].tolist() == [0.5, 0.5]
    assert table["theirs"].isna().tolist() == [True, False]
    assert table["exponent"].fillna(0).tolist() == [1.5, 0]
    assert table.loc[1, ["date", "theirs", "ratio", "cores"]].tolist() == ["2026-11-21", 20, 40, 2]


def test_a_folder_without_results_gives_no_rows(tmp_path):
    assert read_benchmarks(tmp_path).empty


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "x", "date": "y", "machine": 3}'])
def test_another_file_is_refused(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError, match=r"x\.json is no result of a benchmark"):
        read_benchmarks(tmp_path)
