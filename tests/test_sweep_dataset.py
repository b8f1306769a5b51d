"""The Parquet dataset of a sweep: whole files, the same columns, cells never lost."""

from pathlib import Path

import pandas as pd
import pytest

from lib.core.errors import InputError
from lib.sweep import dataset as module
from lib.sweep.calls import Call
from lib.sweep.cell import Cell, Outcome
from lib.sweep.dataset import Dataset


def cell(fingerprint: str, **labels: object) -> Cell:
    return Cell(Call("lib.estimators.power.power", {}), labels, fingerprint)


A, B, C = cell("a"), cell("b"), cell("c")


def rows(**columns: list) -> Outcome:
    return Outcome(pd.DataFrame(columns))


def test_cells_of_different_columns_are_one_table(tmp_path):
    with Dataset(tmp_path) as dataset:
        dataset.add(cell("a", n=1), Outcome(error="Failed first."))
        dataset.write()
        dataset.add(cell("b", n=2), rows(term=["x", "y"], value=[1, 2]))
        dataset.write()
        dataset.add(cell("c", n=2.5), rows(term=["x"], value=[0.5], extra=[True]))
    table = pd.read_parquet(tmp_path)
    assert list(table) == ["cell", "n", "warning", "error", "seconds", "term", "value", "extra"]
    assert table["value"].tolist()[1:] == [1, 2, 0.5]
    assert table["n"].tolist() == [1, 2, 2, 2.5]
    assert table["error"].tolist() == ["Failed first.", "", "", ""]
    assert len(list(tmp_path.glob("*.parquet"))) == 1


def test_what_was_written_is_known_again(tmp_path):
    with Dataset(tmp_path) as first:
        first.add(A, rows(value=[1.0]))
        first.add(B, Outcome(error="Failed."))
    with Dataset(tmp_path) as second:
        assert (second.keys, second.failed) == ({A.key, B.key}, {B.key})
        second.add(C, rows(value=[3.0]))
    assert pd.read_parquet(tmp_path)["cell"].tolist() == [A.key, B.key, C.key]


def test_the_key_of_a_cell_rests_on_what_is_shown_with_its_rows():
    keys = {A.key, B.key, cell("a", n=1).key, cell("a", n="1").key, cell("a", m=1).key}
    assert len(keys) == 5
    assert cell("a", n=1, m=2).key == cell("a", m=2, n=1).key


def test_a_cell_without_rows_is_recorded(tmp_path):
    with Dataset(tmp_path) as dataset:
        dataset.add(A, rows(value=[]))
    assert pd.read_parquet(tmp_path)[["cell", "error"]].to_numpy().tolist() == [[A.key, ""]]


def test_rows_that_fit_no_table_are_an_error_of_their_cell(tmp_path):
    with Dataset(tmp_path) as dataset:
        dataset.add(A, rows(value=[1.0]))
        dataset.add(B, rows(value=["text"]))
        dataset.add(C, rows(value=[3.0]))
        assert dataset.failed == {B.key}
    table = pd.read_parquet(tmp_path)
    assert table["value"].tolist()[::2] == [1.0, 3.0]
    assert table["error"][1].startswith("The rows fit no table with those of others: ")


def test_arguments_and_results_of_the_same_name_are_told_apart(tmp_path):
    with Dataset(tmp_path) as dataset:
        dataset.add(cell("a", n=1), rows(n=[400], seconds=["many"]))
    table = pd.read_parquet(tmp_path)
    assert table[["n", "returned_n", "returned_seconds"]].iloc[0].tolist() == [1, 400, "many"]


def test_categories_are_written_out(tmp_path):
    with Dataset(tmp_path) as dataset:
        for key, value in {"a": "x", "b": "y"}.items():
            frame = pd.DataFrame({"term": pd.Categorical([value])})
            dataset.add(cell(key), Outcome(frame))
            dataset.write()
    assert pd.read_parquet(tmp_path)["term"].tolist() == ["x", "y"]


def test_numbers_come_back_to_the_last_bit(tmp_path):
    values = [0.1 + 0.2, 5e-324, -1.7976931348623157e308]
    with Dataset(tmp_path) as dataset:
        dataset.add(cell("a", n=0.1 + 0.2), rows(value=values))
    table = pd.read_parquet(tmp_path)
    assert table["value"].tolist() == values
    assert table["n"][0] == 0.1 + 0.2


def test_what_has_finished_is_written_even_if_the_sweep_fails(tmp_path):
    def interrupted() -> None:
        with Dataset(tmp_path) as dataset:
            dataset.add(A, rows(value=[1.0]))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert pd.read_parquet(tmp_path)["cell"].tolist() == [A.key]


def test_writes_are_few(tmp_path, monkeypatch):
    clock, writes = [0.0], 0
    monkeypatch.setattr(module, "monotonic", lambda: clock[0])
    with Dataset(tmp_path) as dataset:
        for number in range(600):
            clock[0] = float(10 * number)
            dataset.add(cell(str(number)), rows(value=[1.0]))
            writes += dataset.write_if_due()
    assert 100 < writes < 300
    assert len(pd.read_parquet(tmp_path)) == 600


def test_a_half_written_file_is_not_read(tmp_path):
    with Dataset(tmp_path) as dataset:
        dataset.add(A, rows(value=[1.0]))
    whole = (tmp_path / "cells.parquet").read_bytes()
    (tmp_path / ".unfinished").write_bytes(whole[:100])
    with Dataset(tmp_path) as dataset:
        assert dataset.keys == {A.key}
    assert len(pd.read_parquet(tmp_path)) == 1


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "cells.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match=r"cells.parquet is damaged: remove it"):
        Dataset(tmp_path).__enter__()


def test_one_sweep_at_a_time(tmp_path):
    with (
        Dataset(tmp_path),
        pytest.raises(InputError, match="another sweep writes to"),
    ):
        Dataset(tmp_path).__enter__()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file/x cannot be written"):
        Dataset(Path(tmp_path / "file" / "x")).__enter__()
