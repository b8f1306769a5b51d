"""A sweep on a real Dask cluster: a worker dies in the middle, and nothing is lost."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pandas as pd
import pytest

from lib.core.errors import InputError, SweepError
from lib.core.paths import ROOT
from lib.sweep import run
from lib.sweep.grid import Grid
from lib.sweep.run import Swept, connected, sweep
from tests.sweep_files import settled, written_grid

SURVEYS = """function: lib.estimators.multilevel.simulation.fit_simulated_survey
fixed: {n_points: 5, formula: answer ~ diversity + age}
cross: {n_respondents: [9000], seed: {from: 1, to: 25}, n_countries: [7, 1]}
"""
FILES = """function: lib.estimators.list_experiment.difference_in_means
fixed:
  data:
    call: lib.sources.list_experiment.recodes.recode
    frame: {call: lib.respondents.synthetic.synthetic_list_experiment}
    schema:
      call: lib.sources.list_experiment.schema.read_schema
      path: data/codebook/list_experiment_variables.csv
  outcome: count
  treatment: treatment
cross: {data.university_from: {from: 4, to: 6}}
"""
LOOPBACK = ["--host", "127.0.0.1", "--no-dashboard"]


@contextmanager
def started(
    folder: Path, program: str, *options: str, path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program of Dask with a folder in its path; end it and no other."""
    command = [sys.executable, "-m", f"distributed.cli.{program}", *options, *LOOPBACK]
    places = os.pathsep.join([str(path), os.environ.get("PYTHONPATH", "")])
    with (folder / f"{time.monotonic_ns()}.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | {"PYTHONPATH": places}, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start a scheduler; give its address."""
    file = folder / "scheduler.json"
    options = ["--port", "0", "--scheduler-file", str(file)]
    with started(folder, "dask_scheduler", *options, path=folder) as process:
        yield address(file, process), process


def address(file: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait for the file that the scheduler writes, whole."""
    while process.poll() is None:
        try:
            return pd.read_json(file, typ="series")["address"]
        except (OSError, ValueError, KeyError):
            time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


def worker(folder: Path, at: str, package: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    options = [at, "--no-nanny", "--nthreads", "1"]
    return started(folder, "dask_worker", *options, path=package)


def copy_of_the_book(folder: Path) -> Path:
    """Copy what a worker needs: the package, and the data that a grid names."""
    shutil.copytree(ROOT / "lib", folder / "lib")
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("raw"))
    return folder


def swept(grid: Grid, folder: Path, at: str | None = None, jobs: int = 1) -> Swept:
    """Sweep on a cluster, or on processes of this machine."""
    with connected(at, jobs) as client:
        return sweep(grid, client, folder)


def when_it_runs(folder: Path, action: Callable[[], None]) -> threading.Thread:
    """Do something as soon as the first cells of a sweep have landed."""

    def wait() -> None:
        while not (folder / "cells.parquet").exists():
            time.sleep(0.05)
        action()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def assert_same(first: Path, second: Path) -> None:
    """Compare datasets to the last bit, in all but the time taken."""
    pd.testing.assert_frame_equal(settled(first), settled(second), check_exact=True)


def test_a_worker_that_is_killed_loses_nothing_and_no_bit_differs(tmp_path):
    surveys, there, elsewhere = written_grid(tmp_path, SURVEYS), tmp_path / "there", tmp_path / "x"
    landed = []
    copy_of_the_book(elsewhere)
    with ExitStack() as stack:
        at, _ = stack.enter_context(scheduler(tmp_path))
        doomed, _ = [stack.enter_context(worker(tmp_path, at, elsewhere)) for _ in range(2)]

        def kill() -> None:
            doomed.kill()
            landed.append(settled(there)["cell"].nunique())

        thread = when_it_runs(there, kill)
        result = swept(surveys, there, at)
        thread.join()
        files = written_grid(tmp_path, FILES)
        swept(files, tmp_path / "files_there", at)
    assert doomed.wait() == -signal.SIGKILL
    assert 0 < landed[0] < 50
    assert (result.cells, result.computed, result.failed) == (50, 50, 25)
    assert settled(there)["cell"].nunique() == 50
    swept(surveys, tmp_path / "here", jobs=2)
    assert_same(there, tmp_path / "here")
    assert swept(files, tmp_path / "files_here").failed == 0
    assert_same(tmp_path / "files_there", tmp_path / "files_here")


def test_workers_need_the_package_and_its_version(tmp_path):
    older = copy_of_the_book(tmp_path / "older")
    with (older / "lib" / "estimators" / "multilevel" / "logit.py").open("a") as file:
        file.write("# changed\n")
    with ExitStack() as stack:
        at, _ = stack.enter_context(scheduler(tmp_path))
        with (
            worker(tmp_path, at, package=tmp_path),
            pytest.raises(SweepError, match=r"lacks the book or one of its libraries .*'lib'"),
        ):
            swept(written_grid(tmp_path, SURVEYS), tmp_path / "there", at)
        with (
            worker(tmp_path, at, package=older),
            pytest.raises(InputError, match="of a worker are not those of the sweep"),
        ):
            swept(written_grid(tmp_path, SURVEYS), tmp_path / "there", at)


def test_a_lost_scheduler_ends_the_sweep_in_a_sentence(tmp_path):
    with ExitStack() as stack:
        at, process = stack.enter_context(scheduler(tmp_path))
        stack.enter_context(worker(tmp_path, at))
        when_it_runs(tmp_path / "there", process.kill)
        with pytest.raises(SweepError, match="scheduler was lost"):
            swept(written_grid(tmp_path, SURVEYS), tmp_path / "there", at)
    assert len(pd.read_parquet(tmp_path / "there")) > 0


@pytest.mark.parametrize("at", ["tcp://127.0.0.1:1", "nowhere", "", "http://x y"])
def test_an_address_where_nobody_answers(tmp_path, monkeypatch, at):
    monkeypatch.setattr(run, "SECONDS_TO_CONNECT", 1)
    with pytest.raises(InputError, match="no scheduler answers at"):
        swept(written_grid(tmp_path, SURVEYS), tmp_path / "there", at)


def test_processes_that_do_not_start_are_told_of(tmp_path, monkeypatch):
    def fail(**_: object) -> None:
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr(run, "LocalCluster", fail)
    with pytest.raises(SweepError, match=r"did not start \(Nanny failed to start"):
        swept(written_grid(tmp_path, SURVEYS), tmp_path / "there")
    assert not (tmp_path / "there").exists()
