"""A sweep: Dask computes the cells that a dataset lacks."""

import logging
import signal
import socket
from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from pickle import dumps, loads
from time import sleep
from urllib.parse import urlsplit
from uuid import uuid4

import dask
from distributed import (
    Client,
    Future,
    KilledWorker,
    LocalCluster,
    Worker,
    WorkerPlugin,
    as_completed,
)
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from lib.core.errors import InputError, SweepError
from lib.sweep.cell import Cell, Outcome, Packed
from lib.sweep.dataset import Dataset
from lib.sweep.grid import Grid

AHEAD = 1_000  # times that cells are handed over before any has finished
ROUNDS = ((20, AHEAD), (1, AHEAD), (1, 1))  # how many cells together, how many times ahead
SECONDS_TO_CONNECT = 10
SECONDS_TO_POLL = 0.05
SECONDS_OF_SPEED = 86_400.0  # the time left is estimated from the cells of the last day
LOCAL = {
    "distributed.scheduler.allowed-failures": 0,  # ROUNDS try again what saw a death
    "distributed.worker.profile.enabled": False,  # it takes an eighth of the time
}
DIED = "The process that computed it died, alone too: its memory may not have sufficed."
COLUMNS = (
    TextColumn("{task.description}", markup=False),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("{task.fields[failed]} failed"),
    TimeElapsedColumn(),
    TimeRemainingColumn(),
    TextColumn("left"),
)


@dataclass(frozen=True)
class Swept:
    """Cells in the dataset, those that this run computed, and those that failed."""

    cells: int
    computed: int
    failed: int


class _LeaveInterrupts(WorkerPlugin):
    """Leave an interrupt from the keyboard, which every process gets, to the one that waits."""

    def setup(self, worker: Worker) -> None:  # noqa: ARG002
        """Ignore it."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def connected(scheduler: str | None, jobs: int = 1) -> Iterator[Client]:
    """Connect to a Dask cluster, or start one of single-threaded processes on this machine."""
    if scheduler is None:
        with dask.config.set(LOCAL), _started(jobs) as cluster, Client(cluster) as client:
            client.register_plugin(_LeaveInterrupts())
            yield client
        return
    try:
        # A client of a wrong address may wait for its own thread for longer than for the address.
        at = urlsplit(scheduler)
        socket.create_connection((at.hostname or "", at.port or 0), SECONDS_TO_CONNECT).close()
        client = Client(scheduler, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise InputError(
            f"no scheduler answers at {scheduler!r}: write the address that it shows, "
            "tcp://HOST:PORT."
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
        except TimeoutError as error:
            raise InputError(f"the scheduler at {scheduler} has no workers: start some.") from error
        yield client


def _started(jobs: int) -> LocalCluster:
    """Start processes; their page of figures takes whatever port is free."""
    options = {"threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
    try:
        return LocalCluster(n_workers=jobs, silence_logs=logging.CRITICAL, **options)
    except (OSError, RuntimeError) as error:
        raise SweepError(f"its processes did not start ({error}).") from error


def sweep(grid: Grid, client: Client, folder: Path) -> Swept:
    """Compute what the Parquet dataset in a folder lacks of a grid, and show how far it is."""
    cells = list(grid.cells())
    with (
        Dataset(folder) as dataset,
        Progress(*COLUMNS, speed_estimate_period=SECONDS_OF_SPEED) as progress,
    ):
        foreign = len(dataset.keys - {cell.key for cell in cells})
        if foreign:
            raise InputError(
                f"{folder} holds {foreign} cells of another grid, or of earlier code or data: "
                "give this grid another file name, or remove the folder."
            )
        missing = [cell for cell in cells if cell.key not in dataset.keys]
        bar = progress.add_task(grid.name, total=grid.size, failed=0)
        for finished in _computed(client, missing):
            for cell, outcome in finished:
                dataset.add(cell, outcome)
            progress.update(bar, completed=len(dataset.keys), failed=len(dataset.failed))
            if dataset.write_if_due() and not progress.console.is_terminal:
                progress.print(progress.make_tasks_table(progress.tasks))  # a line for a log
        return Swept(len(cells), len(missing), len(dataset.failed))


def _computed(client: Client, cells: list[Cell]) -> Iterator[list[tuple[Cell, Outcome]]]:
    """Compute cells; those whose process died twice more, in the end alone, before they failed."""
    for together, ahead in ROUNDS:
        lost: list[Cell] = []
        yield from _finishing(client, deque(cells), together, ahead, lost)
        cells = lost
    yield [(cell, Outcome(error=DIED)) for cell in cells]


def _finishing(
    client: Client, waiting: deque[Cell], together: int, ahead: int, lost: list[Cell]
) -> Iterator[list[tuple[Cell, Outcome]]]:
    """Hand over cells and give what has finished, be it nothing, several times a second."""
    running, n_threads = as_completed(), max(1, sum(client.nthreads().values()))
    pending: dict[Future, list[Cell]] = {}
    while True:
        new: list[list[Cell]] = []
        while waiting and len(pending) + len(new) < ahead:
            size = max(1, min(together, len(waiting) // (4 * n_threads)))  # some for every thread
            new.append([waiting.popleft() for _ in range(size)])
        keys = [f"cells-{uuid4().hex}" for _ in new]  # of one group, which Dask queues
        futures = client.map(loads, [dumps(Packed(cells)) for cells in new], key=keys)
        pending |= dict(zip(futures, new, strict=True))
        running.update(futures)
        if not pending:
            return
        finished: list[tuple[Cell, Outcome]] = []
        for future in running.next_batch(block=False):
            cells, outcomes = pending.pop(future), _outcomes(future)
            finished += zip(cells, outcomes or [], strict=False)
            if outcomes is None:
                lost += cells
            else:
                waiting.extendleft(reversed(cells[len(outcomes) :]))
        yield finished
        if not finished:
            sleep(SECONDS_TO_POLL)


def _outcomes(future: Future) -> list[Outcome] | None:
    """Tell what became of cells; None if their process died."""
    try:
        return future.result()  # type: ignore[no-any-return]
    except KilledWorker:
        return None
    except InputError:
        raise
    except CancelledError as error:
        raise SweepError("the cluster's scheduler was lost.") from error
    except ImportError as error:
        raise SweepError(f"a worker lacks the book or one of its libraries ({error}).") from error
    except Exception as error:
        raise SweepError(f"a worker could not start a cell ({error}).") from error
