"""Sweeps on this machine: stopped and gone on with, through failures and deaths of processes."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd
import psutil
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.estimators.power import required_n
from lib.sweep.calls import Call
from lib.sweep.cell import Cell, Outcome, as_rows, run_cell
from lib.sweep.run import sweep
from lib.sweep.workers import DIED, Workers, compute, processes
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


class Here(Executor):
    """Compute in this process, and break as a pool does whose process has died."""

    broken = False
    spared: ClassVar[list[bytes]] = []

    def submit(self, function, order):
        future: Future = Future()
        if b"deadly" in order or self.broken or (b"near" in order and order not in self.spared):
            self.broken = True
            self.spared.append(order)
            future.set_exception(BrokenExecutor("killed"))
        else:
            future.set_result(function(order))
        return future


@contextmanager
def in_turn() -> Iterator[Executor]:
    yield Here()


HERE = Workers(in_turn, 3, BrokenExecutor)


def effect_cell(**labels: object) -> Cell:
    call = Call("lib.estimators.power.required_n", {"effect": 0.2, "unit_variance": 4.0})
    return Cell(call, labels, call.fingerprint())


def test_a_failing_cell_is_recorded_and_stops_no_other(tmp_path):
    swept = sweep(written_grid(tmp_path, MIXED), HERE, tmp_path / "out")
    assert (swept.cells, swept.computed, swept.failed) == (12, 12, 4)
    rows = pd.read_parquet(tmp_path / "out")
    failed = rows[rows["error"] != ""]
    assert set(failed["n_countries"]) == {1}
    assert failed["error"].str.startswith("InputError: 300 respondents, 1 countries").all()
    assert failed["estimate"].isna().all()
    done = rows[rows["error"] == ""]
    assert done["estimate"].notna().all()
    assert len(done) == 8 * 3


def test_a_warning_is_kept_beside_the_numbers(tmp_path):
    sweep(written_grid(tmp_path, MIXED), HERE, tmp_path / "out")
    rows = pd.read_parquet(tmp_path / "out").query("variance == 0 and error == ''")
    assert rows["warning"].str.contains("estimated at its boundary").any()


def test_a_sweep_goes_on_where_it_was(tmp_path):
    first = written_grid(tmp_path, MIXED.replace("[1, 2]", "[1]"))
    sweep(first, HERE, tmp_path / "out")
    swept = sweep(written_grid(tmp_path, MIXED), HERE, tmp_path / "out")
    assert (swept.cells, swept.computed) == (12, 6)
    assert sweep(written_grid(tmp_path, MIXED), HERE, tmp_path / "out").computed == 0
    whole = sweep(written_grid(tmp_path, MIXED), HERE, tmp_path / "whole")
    assert whole.computed == 12
    pd.testing.assert_frame_equal(
        settled(tmp_path / "out"), settled(tmp_path / "whole"), check_exact=True
    )


def test_cells_of_another_grid_are_not_mixed_in(tmp_path):
    sweep(written_grid(tmp_path, MIXED), HERE, tmp_path / "out")
    with pytest.raises(InputError, match="holds 6 cells of another grid, or of earlier code"):
        sweep(written_grid(tmp_path, MIXED.replace("[1, 2]", "[1]")), HERE, tmp_path / "out")


def test_processes_compute_what_this_one_does(tmp_path):
    surveys = written_grid(tmp_path, SURVEYS.replace("9000", "2000").replace("60", "20"))
    sweep(surveys, HERE, tmp_path / "here")
    sweep(surveys, processes(2), tmp_path / "processes")
    pd.testing.assert_frame_equal(
        settled(tmp_path / "here"), settled(tmp_path / "processes"), check_exact=True
    )


def test_a_cell_that_kills_its_process_fails_and_its_neighbours_do_not():
    cells = [effect_cell(n=n) for n in range(10)]
    cells[4].labels["deadly"] = cells[5].labels["near"] = True
    batches = compute(HERE, cells)
    outcomes = {cell.labels["n"]: outcome for batch in batches for cell, outcome in batch}
    assert sorted(outcomes) == list(range(10))
    assert [n for n, outcome in outcomes.items() if outcome.error] == [4]
    assert outcomes[4].error == DIED


def test_a_cell_is_computed_on_one_thread(monkeypatch):
    def threads(_: Call) -> dict[str, int]:
        return {"threads": max(each["num_threads"] for each in threadpool_info())}

    cell = effect_cell()
    monkeypatch.setattr(Call, "evaluate", threads)
    with threadpool_limits(2):
        assert threads(cell.call) == {"threads": 2}
        assert run_cell(cell).rows["threads"].tolist() == [1]
        assert threads(cell.call) == {"threads": 2}


def test_other_code_is_refused():
    cell = effect_cell()
    with pytest.raises(InputError, match="are not those of the sweep"):
        run_cell(Cell(cell.call, cell.labels, "the key under earlier code"))


def test_results_become_rows():
    assert as_rows(required_n(0.2, 4.0)).to_dict("list") == {"value": [required_n(0.2, 4.0)]}
    assert as_rows({"a": 1, "b": [1, 2], "c": "x"}).to_dict("list") == {"a": [1], "c": ["x"]}
    assert as_rows(Outcome(pd.DataFrame(), "why"))["error"].tolist() == ["why"]
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
    )


def wait_for_more(folder: Path, program: subprocess.Popen[str]) -> None:
    """Wait until more cells have landed."""
    before = len(list(folder.glob("part-*.parquet")))
    while len(list(folder.glob("part-*.parquet"))) == before:
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
    program.send_signal(number)
    program.wait(60)
    return Stopped(program, processes, set(pd.read_parquet(dataset)["cell"]))


def test_a_stopped_sweep_goes_on_and_a_killed_process_loses_nothing(tmp_path):
    surveys, folder = written_grid(tmp_path, SURVEYS), tmp_path / "_build" / "sweeps" / "grid"
    interrupted = stop(tmp_path, signal.SIGTERM)
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
    next(each for each in children if "loky.backend.popen_loky_posix" in each.cmdline()).kill()
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
