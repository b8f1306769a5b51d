"""Where cells are computed: processes of this machine, or the workers of a Dask cluster."""

import pickle
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice

import pandas as pd
from loky import ProcessPoolExecutor

from lib.core.errors import InputError, SweepError
from lib.sweep.cell import Cell, Outcome, run_cell

AHEAD, AHEAD_ON_CLUSTER = 4, 1_000
SECONDS_TO_CONNECT = 10
SECONDS_TO_BATCH = 1.0
SECONDS_IDLE = 10
DIED = "The process that computed it died, alone too: its memory may not have sufficed."

Batch = list[tuple[Cell, Outcome]]
"""Cells and what became of them."""


@dataclass(frozen=True)
class Workers:
    """
    Where cells are computed.

    Attributes
    ----------
    opened : callable
        Returns a context manager that gives an executor and stops it in the end.
    ahead : int
        How many cells are handed over before one has finished.
    death : type of Exception
        What a cell raises whose process has died.
    """

    opened: Callable[[], AbstractContextManager[Executor]]
    ahead: int
    death: type[Exception]


def processes(count: int) -> Workers:
    """
    Compute on this machine.

    Parameters
    ----------
    count : int
        Number of processes.

    Returns
    -------
    Workers
        The processes, not yet started.
    """
    return Workers(partial(_started, count), AHEAD * count, BrokenExecutor)


def cluster(address: str) -> Workers:
    """
    Compute on a Dask cluster, whose workers need this version of the book and its libraries.

    Parameters
    ----------
    address : str
        Address of its scheduler, such as ``tcp://127.0.0.1:8786``.

    Returns
    -------
    Workers
        Those of the cluster.

    Raises
    ------
    InputError
        If no scheduler or no worker answers.
    """
    from distributed import KilledWorker

    with _connected(address):
        pass
    return Workers(partial(_connected, address), AHEAD_ON_CLUSTER, KilledWorker)


def compute(workers: Workers, cells: Iterable[Cell]) -> Iterator[Batch]:
    """
    Compute cells, whatever happens to single workers.

    A process that dies takes others' cells with it: those that may have killed it are computed
    again one by one, and one that kills its process when alone has failed.

    Parameters
    ----------
    workers : Workers
        Where to compute.
    cells : iterable of Cell
        What to compute.

    Yields
    ------
    Batch
        What has finished, in the order of finishing; every second, be it nothing.

    Raises
    ------
    InputError
        If no worker answers, or its code is not that of the sweep.
    SweepError
        If the workers are lost or lack a library.
    """
    remaining = iter(cells)
    while suspects := (yield from _until_death(workers, remaining, workers.ahead)):
        yield from _one_by_one(workers, suspects)


def _one_by_one(workers: Workers, cells: Iterable[Cell]) -> Iterator[Batch]:
    remaining = iter(cells)
    while guilty := (yield from _until_death(workers, remaining, 1)):
        yield [(cell, Outcome(pd.DataFrame(), DIED)) for cell in guilty]


def _until_death(
    workers: Workers, cells: Iterator[Cell], ahead: int
) -> Generator[Batch, None, list[Cell]]:
    """Hand over cells until a process dies; return those that were lost with it."""
    pending: dict[Future[Outcome], Cell] = {}
    lost: list[Cell] = []
    with workers.opened() as executor:
        while True:
            new = [] if lost else islice(cells, ahead - len(pending))
            pending |= {_submitted(executor, cell): cell for cell in new}
            if not pending:
                return lost
            done, _ = wait(pending, SECONDS_TO_BATCH, FIRST_COMPLETED)
            outcomes = [(pending.pop(each), _outcome(each, workers.death)) for each in done]
            lost += [cell for cell, outcome in outcomes if outcome is None]
            yield [(cell, outcome) for cell, outcome in outcomes if outcome is not None]


@dataclass(frozen=True)
class _Order:
    """
    A cell that is computed where it is unpickled.

    A scheduler of Dask unpickles what is submitted, but not the bytes in it: so it can do without
    lib, which only its workers need.
    """

    cell: Cell

    def __reduce__(self) -> tuple[Callable[[Cell], Outcome], tuple[Cell]]:
        return run_cell, (self.cell,)


def _submitted(executor: Executor, cell: Cell) -> Future[Outcome]:
    """Hand over a cell; a pool whose process has just died refuses it."""
    try:
        return executor.submit(pickle.loads, pickle.dumps(_Order(cell)))
    except BrokenExecutor as error:
        refused: Future[Outcome] = Future()
        refused.set_exception(error)
        return refused


def _outcome(future: Future[Outcome], death: type[Exception]) -> Outcome | None:
    try:
        return future.result()
    except death:
        return None
    except InputError:
        raise
    except CancelledError as error:
        raise SweepError("the cluster's scheduler was lost.") from error
    except ImportError as error:
        raise SweepError(f"a worker lacks the book or one of its libraries ({error}).") from error
    except Exception as error:
        raise SweepError(f"a worker could not start a cell ({error}).") from error


@contextmanager
def _started(count: int) -> Iterator[Executor]:
    """Start processes that leave an interrupt to this one, and end by themselves without it."""
    executor = ProcessPoolExecutor(
        count,
        timeout=SECONDS_IDLE,
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        yield executor
    finally:
        executor.shutdown(kill_workers=True)


@contextmanager
def _connected(address: str) -> Iterator[Executor]:
    from distributed import Client

    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise InputError(
            f"no scheduler answers at {address!r}: write the address that it shows, tcp://HOST:PORT."
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
        except TimeoutError as error:
            raise InputError(f"the scheduler at {address} has no workers: start some.") from error
        yield client.get_executor(pure=False)
