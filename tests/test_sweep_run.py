"""Sweeps on this machine: stopped and gone on with, through failures and deaths of processes."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pandas as pd
import psutil
import pytest
from distributed import Client
from threadpoolctl import threadpool_info, threadpool_limits

from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.estimators.power import required_n
from lib.sweep.calls import Call
from lib.sweep.cell import Cell, Outcome, as_rows
from lib.sweep.grid import Grid
from lib.sweep.run import DIED, connected, sweep
from tests.sweep_files import settled, written_grid

SURVEYS = """function: lib.estimators.multilevel.simulation.fit_simulated_survey
fixed: {n_points: 5, formula: answer ~ diversity + age}
cross: {n_respondents: [9000], seed: {from: 1, to: 60}}
"""
MIXED = """function: lib.estimators.multilevel.simulation.fit_simulated_survey
fixed: {n_respondents: 300}
cross: {seed: [1, 2], n_countries: [7, 1, 3], variance: [0.0, 0.5]}
"""
PROGRAM = """import sys
from pathlib import Path
from lib.book import cli
cli.ROOT = Path(sys.argv.pop(1))
cli.main()
"""


@pytest.fixture(scope="module")
def here() -> Iterator[Client]:
    """Compute in this process."""
    with Client(
        processes=False, n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0"
    ) as one:
        yield one


class Deadly(Cell):
    """A cell that ends the process that computes it."""

    def __reduce__(self) -> tuple[Callable[[int], NoReturn], tuple[int]]:
        return os._exit, (1,)


class DeadlyGrid(Grid):
    """A grid of which two cells are deadly."""

    def cells(self) -> Iterator[Cell]:
        for number, each in enumerate(super().cells()):
            kind = Deadly if number in (3, 4) else Cell
            yield kind(each.call, each.labels, each.fingerprint)


def effect_cell(**labels: object) -> Cell:
    call = Call("lib.estimators.power.required_n", {"effect": 0.2, "unit_variance": 4.0})
    return Cell(call, labels, call.fingerprint())


def test_a_failing_cell_is_recorded_and_stops_no_other(tmp_path, here):
    swept = sweep(written_grid(tmp_path, MIXED), here, tmp_path / "out")
    assert (swept.cells, swept.computed, swept.failed) == (12, 12, 4)
    rows = pd.read_parquet(tmp_path / "out")
    failed = rows[rows["error"] != ""]
    assert set(failed["n_countries"]) == {1}
    assert failed["error"].str.startswith("InputError: 300 respondents, 1 countries").all()
    assert failed["estimate"].isna().all()
    done = rows[rows["error"] == ""]
    assert done["estimate"].notna().all()
    assert len(done) == 8 * 3


def test_a_warning_is_kept_beside_the_numbers(tmp_path, here):
    sweep(written_grid(tmp_path, MIXED), here, tmp_path / "out")
    rows = pd.read_parquet(tmp_path / "out").query("variance == 0 and error == ''")
    assert rows["warning"].str.contains("estimated at its boundary").any()


def test_a_sweep_goes_on_where_it_was(tmp_path, here):
    first = written_grid(tmp_path, MIXED.replace("[1, 2]", "[1]"))
    sweep(first, here, tmp_path / "out")
    swept = sweep(written_grid(tmp_path, MIXED), here, tmp_path / "out")
    assert (swept.cells, swept.computed) == (12, 6)
    assert sweep(written_grid(tmp_path, MIXED), here, tmp_path / "out").computed == 0
    whole = sweep(written_grid(tmp_path, MIXED), here, tmp_path / "whole")
    assert whole.computed == 12
    pd.testing.assert_frame_equal(
        settled(tmp_path / "out"), settled(tmp_path / "whole"), check_exact=True
    )


def test_cells_of_another_grid_are_not_mixed_in(tmp_path, here):
    sweep(written_grid(tmp_path, MIXED), here, tmp_path / "out")
    with pytest.raises(InputError, match="holds 6 cells of another grid, or of earlier code"):
        sweep(written_grid(tmp_path, MIXED.replace("[1, 2]", "[1]")), here, tmp_path / "out")


def test_a_cell_that_kills_its_process_fails_and_its_neighbours_do_not(tmp_path, here):
    grid = written_grid(tmp_path, MIXED.replace("7, 1, 3", "7, 3"))
    deadly = DeadlyGrid(grid.name, grid.call, grid.crossed)
    sweep(grid, here, tmp_path / "here")
    with connected(None, 2) as client:
        assert sweep(deadly, client, tmp_path / "processes").failed == 2
    expected, found = settled(tmp_path / "here"), settled(tmp_path / "processes")
    assert set(found["error"]) == {"", DIED}
    keys = [cell.key for number, cell in enumerate(grid.cells()) if number in (3, 4)]
    assert found.loc[found["error"] != "", "cell"].tolist() == sorted(keys)
    pd.testing.assert_frame_equal(
        expected[~expected["cell"].isin(keys)].reset_index(drop=True),
        found[found["error"] == ""].reset_index(drop=True),
        check_exact=True,
    )


def test_a_cell_is_computed_on_one_thread(monkeypatch):
    def threads(_: Call) -> dict[str, int]:
        return {"threads": max(each["num_threads"] for each in threadpool_info())}

    cell = effect_cell()
    monkeypatch.setattr(Call, "evaluate", threads)
    with threadpool_limits(2):
        assert threads(cell.call) == {"threads": 2}
        assert cell.run().rows["threads"].tolist() == [1]
        assert threads(cell.call) == {"threads": 2}


def test_other_code_is_refused():
    cell = effect_cell()
    with pytest.raises(InputError, match="are not those of the sweep"):
        Cell(cell.call, cell.labels, "the hash under earlier code").run()


def test_results_become_rows():
    assert as_rows(required_n(0.2, 4.0)).to_dict("list") == {"value": [required_n(0.2, 4.0)]}
    assert as_rows({"a": 1, "b": [1, 2], "c": "x"}).to_dict("list") == {"a": [1], "c": ["x"]}
    assert as_rows(Outcome(error="why"))["error"].tolist() == ["why"]
    indexed = pd.DataFrame({"n": [1]}, index=pd.Index(["KAZ"], name="iso3"))
    assert list(as_rows(indexed)) == ["iso3", "n"]
    with pytest.raises(TypeError, match="a result of type list has no rows"):
        as_rows([1, 2])


def start(folder: Path) -> subprocess.Popen[str]:
    """Start the command line on the grid of a folder."""
    command = [sys.executable, "-c", PROGRAM, str(folder), "sweep", str(folder / "grid.yml")]
    return subprocess.Popen(
        [*command, "--jobs", "2"],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def written(folder: Path) -> int:
    """Say when the dataset was written last."""
    file = folder / "cells.parquet"
    return file.stat().st_mtime_ns if file.exists() else 0


def wait_for_more(folder: Path, program: subprocess.Popen[str]) -> None:
    """Wait until more cells have landed."""
    before = written(folder)
    while written(folder) == before:
        assert program.poll() is None, "the sweep ended before more cells landed"
        time.sleep(0.05)


@dataclass
class Stopped:
    """A sweep that was stopped: its program and processes, and the cells that had landed."""

    program: subprocess.Popen[str]
    processes: list[psutil.Process]
    cells: set[str]


def stop(folder: Path, number: signal.Signals) -> Stopped:
    """Start the command line, and stop it as soon as more cells have landed."""
    dataset = folder / "_build" / "sweeps" / "grid"
    program = start(folder)
    wait_for_more(dataset, program)
    processes = psutil.Process(program.pid).children()
    reaches_all = number is signal.SIGINT  # a keyboard's interrupt goes to every process
    (os.killpg if reaches_all else os.kill)(program.pid, number)
    program.wait(60)
    return Stopped(program, processes, set(pd.read_parquet(dataset)["cell"]))


def test_a_stopped_sweep_goes_on_and_a_killed_process_loses_nothing(tmp_path):
    surveys, folder = written_grid(tmp_path, SURVEYS), tmp_path / "_build" / "sweeps" / "grid"
    for number in (signal.SIGINT, signal.SIGTERM):
        interrupted = stop(tmp_path, number)
        _, errors = interrupted.program.communicate()
        assert interrupted.program.returncode == 130
        assert errors.startswith(f"Interrupted. What had finished is kept in {folder};")
    killed = stop(tmp_path, signal.SIGKILL)
    assert killed.program.returncode == -signal.SIGKILL
    assert set() < interrupted.cells < killed.cells
    assert len(killed.cells) < surveys.size
    going_on = start(tmp_path)
    wait_for_more(folder, going_on)
    children = psutil.Process(going_on.pid).children()
    next(each for each in children if "resource_tracker" not in str(each.cmdline())).kill()
    output, errors = going_on.communicate(timeout=120)
    assert (going_on.returncode, errors) == (0, "")
    rows = pd.read_parquet(folder)
    assert rows["cell"].nunique() == surveys.size
    assert not rows.duplicated(["cell", "term"]).any()
    assert (rows["error"] == "").all()
    assert f"{surveys.size - len(killed.cells)} computed now" in output
    assert re.search(r" [1-5]?\d/60 0 failed \d:\d\d:\d\d \d:\d\d:\d\d left", output)
    _, alive = psutil.wait_procs(interrupted.processes + killed.processes + children, timeout=60)
    assert alive == []
